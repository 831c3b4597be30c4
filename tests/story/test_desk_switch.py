"""The two switches from everywhere, pressed by everybody; and where the flow goes on."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import AuditEntry
from tests.story.desk import asked, now, pressed
from tests.story.people import Story, buttons, hears, link_in, telling, texts

#: Sentences and a place that staff do not change.
AGE = """
start = "welcome"
fallback = "lost"
reactivated = "I am back, {first_name}."

[variables]
age = { type = "number", min = 0, max = 120 }

[blocks.welcome]
say = "How old are you?"
[[blocks.welcome.connections]]
input = { type = "number", store = "age" }
to = "got_age"

[blocks.got_age]
say = "You are {age}."

[blocks.lost]
say = "A number, please."
"""


async def entries(story: Story, action: str) -> int:
    """How often something stands in the audit."""
    query = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)

    def count(db: Session) -> int:
        return db.scalar(query) or 0

    return await story.bot.house.database.read(count)


async def test_the_switches_do_one_thing_once_from_alert_conversation_and_card(story_on_both: Story) -> None:
    story = story_on_both
    saras, sams = await asked(story)
    await story.sara.open(link_in(saras))
    (conversation,) = await story.sara.heard(1)
    await story.sam.write("/user 101")
    (card,) = await story.sam.heard(1)
    # Four presses at once by two people on three screens: the user hears one sentence.
    presses = [
        story.sara.press("Reactivate bot", saras),
        story.sam.press("Reactivate bot", sams),
        story.sara.press("Reactivate bot", conversation),
        story.sam.press("Switch the bot on", card),
    ]
    assert all(answer["answered"] for answer in await asyncio.gather(*presses))
    await hears(story.vera, "I am back, Vera.")
    for one, alert in ((story.sara, saras), (story.sam, sams)):
        await one.until(partial(says, alert["id"], "closed by"))
        assert "Reactivate bot" not in buttons(await now(one, alert))
    assert await entries(story, "user.bot_on") == 1
    await story.vera.write("hours")
    await story.vera.heard(2)
    # And back: from the card, which asks, from the alert and from the conversation at once.
    question = await pressed(story.sam, card, "Switch the bot off")
    await story.sara.until(lambda chat: "Deactivate bot" in buttons(message(chat, conversation["id"])))
    presses = [
        story.sam.press("Switch it off", question),
        story.sara.press("Deactivate bot", saras),
        story.sara.press("Deactivate bot", conversation),
    ]
    assert all(answer["answered"] for answer in await asyncio.gather(*presses))
    assert await entries(story, "user.bot_off") == 1
    await story.vera.write("hours")
    assert "hours" in texts(await story.sara.heard(1))[0]
    assert await story.vera.heard_so_far() == []


def says(number: int, words: str, chat: dict[str, Any]) -> bool:
    """Whether one message of a chat has these words."""
    return words in message(chat, number)["text"]


def message(chat: dict[str, Any], number: int) -> dict[str, Any]:
    """One message of a chat."""
    return next(one for one in chat["messages"] if one["id"] == number)


async def test_the_flow_goes_on_where_the_user_was(sqlite_url: str, tmp_path: Path) -> None:
    flow = tmp_path / "flow.toml"
    flow.write_text(AGE)
    async with telling(sqlite_url, flow) as story:
        await story.vera.start()
        await hears(story.vera, "How old are you?")
        await story.sara.write("/user 101")
        (card,) = await story.sara.heard(1)
        off = await pressed(story.sara, card, "Switch the bot off", "Switch it off")
        await story.vera.write("I am not sure")
        await story.sara.heard(1)
        await story.sara.press("Switch the bot on", off)
        await hears(story.vera, "I am back, Vera.")
        await story.vera.write("44")
        await hears(story.vera, "You are 44.")
