"""Users leave the house as files, come back changed, are found while one types, and are forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox import Person
from sandbox.client_waits import PATIENCE
from tests.story.people import Story, texts
from tests.story.test_admin import with_card


async def document(person: Person, story: Story) -> tuple[dict[str, Any], bytes]:
    """The next file that the bot sends to somebody, however much it says before."""
    chat = await person.until(lambda chat: any("document" in message for message in chat["messages"]))
    message = next(message for message in reversed(chat["messages"]) if "document" in message)
    return message, story.sandbox.world.files.read(story.sandbox.world.files.all()[-1])


async def is_gone(story: Story, who: str) -> None:
    """Ask for the card until there is none."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await story.ada.write(f"/user {who}")
            (said,) = await story.ada.heard(1)
            if "was deleted here" in said["text"]:
                return


async def test_a_filtered_list_comes_as_a_file_and_back_with_changes(story_on_both: Story) -> None:
    story = story_on_both
    await with_card(story, "vera", "34", "Vienna")
    await story.ada.write("/users city = Vienna")
    (listed,) = await story.ada.heard(1)
    await story.ada.press("Export", listed)
    asked = await story.ada.changed(listed)
    assert "Export 1 user" in asked["text"]
    await story.ada.press("CSV", asked)
    _, content = await document(story.ada, story)
    lines = content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[1].startswith('"101","Vera"')
    await story.ada.send_file(b"id,city,tags\n101,Graz,vip\n999,Linz,\n", "people.csv")
    dry = await until_said(story.ada, "1 user of 2 rows changes")
    await story.ada.press("Change 1 user", dry)
    await story.ada.changed(dry)
    await story.ada.write("/users city = Graz and tag = vip")
    assert "Vera" in (await until_said(story.ada, "1 user"))["text"]


async def until_said(person: Person, words: str) -> dict[str, Any]:
    """The newest message of the bot with these words."""
    chat = await person.until(lambda chat: any(words in message.get("text", "") for message in chat["messages"]))
    return next(message for message in reversed(chat["messages"]) if words in message.get("text", ""))


async def test_somebody_sees_what_is_kept_has_it_deleted_and_comes_back_as_new(story_on_both: Story) -> None:
    story = story_on_both
    await with_card(story, "vera", "34", "Vienna")
    await story.vera.write("/mydata")
    message, content = await document(story.vera, story)
    assert b'"city": "Vienna"' in content
    await story.vera.press("Delete all of it", message)
    question = await until_said(story.vera, "Delete everything about you?")
    await story.vera.press("Delete everything", question)
    await is_gone(story, "101")
    await story.vera.heard_so_far()
    await story.vera.start()
    await story.vera.heard(1)
    await story.ada.write("/user 101")
    (card,) = await story.ada.heard(1)
    assert "Vera Visitor" in card["text"] and "Variables (0)" in str(card)


async def test_staff_find_users_while_they_type_and_strangers_find_nobody(story: Story) -> None:
    await with_card(story, "vera", "34", "Vienna")
    offered = await story.sara.ask_inline("ver")
    assert [result["title"] for result in offered["results"]] == ["\u2068Vera Visitor\u2069"]
    assert "101" not in str(offered["results"])
    await story.sara.choose(offered, offered["results"][0]["id"])
    assert "Vera Visitor" in texts(await story.sara.heard(1))[0]
    await story.otto.start()
    assert (await story.otto.ask_inline("ver"))["results"] == []
    assert (await story.vera.ask_inline(""))["results"] == []
