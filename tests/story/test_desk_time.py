"""While people wait: staff are reminded, then all, then the owner; the bot returns; who is away is left alone."""

from __future__ import annotations

from tests.clock import FakeClock
from tests.story.desk import asked, now
from tests.story.people import FLOW, hears, telling, texts


async def test_reminders_go_up_the_house_and_the_bot_returns_after_a_warning(sqlite_url: str) -> None:
    clock = FakeClock()
    rules = {"remind_minutes": 10, "escalate_minutes": 20, "owner_minutes": 30, "return_minutes": 60}
    async with telling(sqlite_url, FLOW, clock, **rules, return_warning_minutes=15) as story:
        alert, _ = await asked(story)
        await story.sara.press("Take", alert)
        clock.forward(minutes=10)
        await hears(story.sara, "Vera Visitor (101) has been waiting for an answer for 10 minutes.")
        clock.forward(minutes=10)
        for one in (story.sara, story.sam):
            assert "this goes to all staff" in texts(await one.heard(1))[0]
        clock.forward(minutes=10)
        assert "all staff know" in texts(await story.ada.heard(1))[0]
        clock.forward(minutes=15)
        await hears(story.sara, "Nobody has written for a while")
        clock.forward(minutes=15)
        await hears(story.vera, "I am back, Vera.")
        await hears(story.sara, "The bot answers Vera Visitor (101) again")
        assert "closed by the bot" in (await now(story.sara, alert))["text"]
        await story.vera.write("hours")
        await story.vera.heard(2)
        # Sara is away: the next request is Sam's to hear of, and hers again once she is back.
        await story.sara.write("/away until 15:00")
        await hears(story.sara, "Requests go to the others until Sun 22 Nov 2026, 15:00")
        await story.vera.write("person")
        await story.vera.write("And Rilke?")
        await hears(story.sam, "Support request")
        await story.vera.write("Hello?")
        assert "Hello?" in texts(await story.sam.heard(1))[0] and await story.sara.heard_so_far() == []
        # After that time she hears with the others; of what came due meanwhile only the furthest is told.
        clock.forward(hours=1, minutes=5)
        await story.ada.until(lambda chat: "65 minutes, and all staff know" in str(chat["messages"]))
        for one in (story.sara, story.sam):
            await hears(one, "Nobody has written for a while")
