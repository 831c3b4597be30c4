"""The desk is closed, opens, and nobody answers: who hears what, and when."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.clock import FakeClock
from tests.story.people import FLOW, hears, telling


async def test_whoever_asks_on_sunday_hears_of_monday_and_staff_are_reminded_then(sqlite_url: str) -> None:
    clock = FakeClock()  # a Sunday noon
    rules = {"hours": ["mon-fri 09:00-18:00"], "remind_minutes": 10}
    async with telling(sqlite_url, FLOW, clock, **rules) as story:
        await story.vera.start()
        await story.vera.heard(1)
        await story.vera.press("Ask a person")
        await story.vera.heard(1)
        await story.vera.write("Do you have Kafka in Czech?")
        await hears(
            story.vera,
            "Thank you.",
            "Nobody is at the desk right now; somebody will be back at Mon 23 Nov 2026, 09:00 Europe/Vienna.",
        )
        await hears(story.sara, "Support request")
        clock.jump(datetime(2026, 11, 23, 8, 9, tzinfo=UTC))  # 9:09 in Vienna
        await story.sam.heard(1)
        clock.jump(datetime(2026, 11, 23, 8, 10, tzinfo=UTC))
        await hears(story.sara, "Vera Visitor (101) has been waiting for an answer for ")
        await hears(story.sam, "Vera Visitor (101) has been waiting for an answer for ")
