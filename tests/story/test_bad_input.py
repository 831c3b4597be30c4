"""What nobody should send, and what somebody does: each gets one clear sentence, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.intake import Intake
from bot.services import conversations, inbox
from tests.story.people import Story, hears, texts


async def tell(story: Story, *updates: dict[str, Any]) -> None:
    """Bring updates that no client of Telegram's would make."""
    house = story.bot.house
    await Intake(house.database, story.bot.turns, house.clock).store(updates)


def raw(story: Story, update_id: int, **body: Any) -> dict[str, Any]:
    person = {"id": story.vera.id, "is_bot": False, "first_name": "Vera"}
    chat = {"id": story.vera.id, "type": "private", "first_name": "Vera"}
    message = {"message_id": 900_000 + update_id, "date": 1_790_000_000, "chat": chat, "from": person}
    return {"update_id": 900_000_000 + update_id, "message": message | body}


async def unfinished(story: Story) -> int:
    await story.bot.turns.idle()
    return len(await story.bot.house.database.read(inbox.open_updates))


async def test_4096_emoji_are_an_answer_like_any_other(story_on_both: Story) -> None:
    story = story_on_both
    await story.vera.start()
    await story.vera.write("person")
    await story.vera.heard(2)
    await story.vera.write("😀" * 4096)
    assert texts(await story.vera.heard(1)) == ["Please write it as one message."]


@pytest.mark.parametrize("text", ["nul \x00 nul", "half \ud83d a pair", "\u202egnitirw", "\x07\x1b[31m", "​"])
async def test_strange_signs_are_stored_shown_to_staff_and_answered(story_on_both: Story, text: str) -> None:
    story = story_on_both
    await story.vera.start()
    await story.vera.write("person")
    await story.vera.heard(2)
    await tell(story, raw(story, 1, text=text + " hello"))
    await hears(story.vera, "Thank you. Someone will answer you here.")
    (alert,) = await story.sara.heard(1)
    assert "hello" in alert["text"] and "\x00" not in alert["text"] and "\u202e" not in alert["text"]
    assert await unfinished(story) == 0


async def test_markup_in_a_name_is_only_a_name(story: Story) -> None:
    eve = await story.sandbox.client.person('</b><a href="//x">Ada</a>', id=666, last_name="{city} <b>")
    await eve.start("card")
    await eve.write("<i>Eve</i> & {age|100}")
    said = texts(await eve.heard(2))
    assert said[1] == "Thank you, <i>Eve</i> & {age|100}. How old are you?"
    await story.ada.write("/user 666")
    (card,) = await story.ada.heard(1)
    assert '</b><a href="//x">Ad' in card["text"] and "<a " not in card["html"]


async def test_unknown_commands_of_visitors_get_the_fallback(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    for command in ("/nonsense", "/user_", "/" + "x" * 60, "/ users", "/é"):
        await story.vera.write(command)
        assert texts(await story.vera.heard(1))[0].startswith("I did not understand that.")


@pytest.mark.parametrize("data", ["c", "c:", "c:a:b:c", "u:zz\x00", "x" * 64, "u:-1", "r:zzzzzzzzzzzz", "cv:1:2:3:9"])
async def test_any_data_can_be_pressed_and_gets_an_answer(story: Story, data: str) -> None:
    await story.ada.write("/admin")
    (home,) = await story.ada.heard(1)
    answer = await story.ada.press(data, home)
    assert answer["answered"]
    assert await unfinished(story) == 0


async def test_kinds_of_updates_that_nobody_knows_are_put_aside(story: Story) -> None:
    await tell(
        story,
        {"update_id": 900_000_001, "subscription": {"from": {"id": 101}}},
        {"update_id": 900_000_002, "stopped_message_generation": {"chat": {"id": 101}}},
        {"update_id": 900_000_003},
        raw(story, 4, new_kind_of_message={"a": 1}),
        raw(story, 5, pinned_message={"message_id": 1, "date": 0, "chat": {"id": 101, "type": "private"}}),
    )
    assert await unfinished(story) == 0
    await story.vera.start()
    await hears(story.vera, "Hello Vera!")


async def test_groups_and_channels_are_none_of_our_business(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    group = {"id": -1001, "type": "supergroup", "title": "Not ours"}
    person = {"id": 301, "is_bot": False, "first_name": "Ada"}
    entity = [{"type": "bot_command", "offset": 0, "length": 6}]
    message = {"message_id": 1, "date": 1, "chat": group, "from": person, "text": "/users", "entities": entity}
    visitor = {"id": story.vera.id, "is_bot": False, "first_name": "Vera"}
    words = {"message_id": 3, "date": 1, "chat": group, "from": visitor, "text": "hours"}
    member = {"user": visitor, "status": "left"}
    changed = {"chat": group, "from": visitor, "date": 1, "old_chat_member": member, "new_chat_member": member}
    press = {"id": "1", "from": person, "chat_instance": "1", "data": "hm", "message": message}
    post = {"message_id": 2, "date": 1, "chat": {"id": -1002, "type": "channel", "title": "News"}, "text": "/users"}
    before = len(await story.sandbox.client.log(method="sendMessage"))
    await tell(
        story,
        {"update_id": 900_000_001, "message": message},
        {"update_id": 900_000_002, "my_chat_member": changed},
        {"update_id": 900_000_003, "callback_query": press},
        {"update_id": 900_000_004, "channel_post": post},
        {"update_id": 900_000_005, "message": words},
    )
    assert await unfinished(story) == 0
    assert len(await story.sandbox.client.log(method="sendMessage")) == before
    await story.ada.write("/users blocked")
    assert "Nobody" in texts(await story.ada.heard(1))[0]
    await story.ada.write("/admin")
    assert texts(await story.ada.heard(1))[0].startswith("Front desk")


async def test_an_update_that_is_no_update_is_parked_and_the_owner_told_once(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    broken = raw(story, 1, text="hello", entities="not a list of entities")
    await tell(story, broken, raw(story, 2, text="hours"))
    await hears(story.vera, "Something in this conversation does not work.", "We are open")
    assert "is parked" in texts(await story.ada.heard(1))[0]
    assert await unfinished(story) == 0


async def test_somebody_who_blocks_the_bot_is_known_to_have_and_welcome_back(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    await story.vera.block()
    await story.ada.write("/users blocked")
    assert "1 user" in texts(await story.ada.heard(1))[0]
    await story.vera.start()
    await hears(story.vera, "Hello Vera!")


async def test_dice_and_stickers_get_an_answer_too(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    await tell(story, raw(story, 1, dice={"emoji": "🎲", "value": 3}))
    await hears(story.vera, "I did not understand that.")

    def kinds(db: Any) -> list[str]:
        return [line.kind for line in conversations.page(db, 101).lines if line.direction == "in"]

    assert (await story.bot.house.database.read(kinds))[-1] == "other"
