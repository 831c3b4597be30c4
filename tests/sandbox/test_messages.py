"""Sending, editing, deleting, copying: what Telegram lets pass and what it refuses."""

from __future__ import annotations

import pytest

from sandbox import Person, Sandbox
from sandbox.errors import NOT_MODIFIED
from tests.sandbox.conftest import Ask, Clock

BUTTONS = {"inline_keyboard": [[{"text": "a", "callback_data": "a"}]]}


async def refused(ask: Ask, method: str, **params: object) -> str:
    body = await ask(method, **params)
    assert not body["ok"]
    return str(body["description"])


async def test_a_message_has_no_empty_fields(ask: Ask, vera: Person, clock: Clock) -> None:
    await vera.start()
    assert (await ask("sendMessage", chat_id=101, text="Hello"))["result"] == {
        "message_id": 2,
        "from": {"id": 7000000001, "is_bot": True, "first_name": "Front desk", "username": "frontdesk_sandbox_bot"},
        "chat": {"id": 101, "first_name": "Vera", "username": "vera_v", "type": "private"},
        "date": int(clock.now),
        "text": "Hello",
    }


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": "a"}, "Bad Request: chat_id is empty"),
        ({"chat_id": 5, "text": "a"}, "Bad Request: chat not found"),
        ({"chat_id": "@nobody", "text": "a"}, "Bad Request: chat not found"),
        ({"chat_id": 102, "text": "a"}, "Forbidden: bot can't initiate conversation with a user"),
        ({"chat_id": 7000000001, "text": "a"}, "Forbidden: the bot can't send messages to the bot"),
        ({"chat_id": 101}, "Bad Request: message text is empty"),
        (
            {"chat_id": 101, "text": "a", "reply_parameters": {"message_id": 99}},
            "Bad Request: message to be replied not found",
        ),
        (
            {"chat_id": 101, "text": "*a", "parse_mode": "MarkdownV2"},
            "Bad Request: can't parse entities: Can't find end of Bold entity at byte offset 0",
        ),
    ],
)
async def test_wrong_sends_are_refused(
    ask: Ask, vera: Person, victor: Person, params: dict[str, object], description: str
) -> None:
    await vera.start()
    assert await refused(ask, "sendMessage", **params) == description


async def test_a_username_is_an_address(ask: Ask, vera: Person) -> None:
    await vera.start()
    assert (await ask("sendMessage", chat_id="@Vera_V", text="Hello"))["ok"]


async def test_a_reply_shows_what_it_answers(ask: Ask, vera: Person) -> None:
    await vera.start()
    question = await vera.write("Open today?")
    sent = await ask("sendMessage", chat_id=101, text="Yes", reply_parameters={"message_id": question["id"]})
    assert sent["result"]["reply_to_message"]["text"] == "Open today?"
    lenient = {"message_id": 99, "allow_sending_without_reply": True}
    assert (
        "reply_to_message"
        not in (await ask("sendMessage", chat_id=101, text="Yes", reply_parameters=lenient))["result"]
    )


async def test_an_edit_that_changes_nothing_is_refused(ask: Ask, vera: Person) -> None:
    await vera.start()
    sent = (await ask("sendMessage", chat_id=101, text="Hello", reply_markup=BUTTONS))["result"]
    place = {"chat_id": 101, "message_id": sent["message_id"]}
    same = await refused(ask, "editMessageText", **place, text=" Hello ", reply_markup=BUTTONS)
    assert same == f"Bad Request: {NOT_MODIFIED}"
    assert "reply_markup" not in (await ask("editMessageText", **place, text="Hello"))["result"]
    assert await refused(ask, "editMessageReplyMarkup", **place) == f"Bad Request: {NOT_MODIFIED}"
    assert (await ask("editMessageReplyMarkup", **place, reply_markup=BUTTONS))["result"]["reply_markup"] == BUTTONS


async def test_what_cannot_be_edited(ask: Ask, vera: Person) -> None:
    await vera.start()
    own = await vera.write("Mine")
    fixed = (await ask("sendMessage", chat_id=101, text="Keys", reply_markup={"keyboard": [["a"]]}))["result"]
    point = (await ask("sendLocation", chat_id=101, latitude=48.2, longitude=16.4))["result"]
    for message_id, reason in [
        (own["id"], "message can't be edited"),
        (fixed["message_id"], "message can't be edited"),
        (point["message_id"], "there is no text in the message to edit"),
        (999, "message to edit not found"),
        (0, "message identifier is not specified"),
    ]:
        description = await refused(ask, "editMessageText", chat_id=101, message_id=message_id, text="New")
        assert description == f"Bad Request: {reason}"
    description = await refused(ask, "editMessageCaption", chat_id=101, message_id=point["message_id"], caption="New")
    assert description == "Bad Request: there is no caption in the message to edit"


async def test_deleting_ends_after_two_days(ask: Ask, vera: Person, clock: Clock) -> None:
    await vera.start()
    young, old = [(await ask("sendMessage", chat_id=101, text=text))["result"]["message_id"] for text in ("a", "b")]
    assert (await ask("deleteMessage", chat_id=101, message_id=young))["result"] is True
    assert (
        await refused(ask, "deleteMessage", chat_id=101, message_id=young) == "Bad Request: message to delete not found"
    )
    clock.now += 48 * 3600 + 1
    description = await refused(ask, "deleteMessage", chat_id=101, message_id=old)
    assert description == "Bad Request: message can't be deleted for everyone"


async def test_several_are_deleted_at_once_and_missing_ones_skipped(ask: Ask, vera: Person) -> None:
    await vera.start()
    number = (await ask("sendMessage", chat_id=101, text="a"))["result"]["message_id"]
    assert (await ask("deleteMessages", chat_id=101, message_ids=[number, 999]))["result"] is True
    assert [m["id"] for m in (await vera.chat())["messages"]] == [1]


async def test_a_copy_has_no_author_and_a_forward_has(ask: Ask, vera: Person, victor: Person) -> None:
    await vera.start()
    await victor.start()
    source = await vera.write("Look at https://x.org")
    place = {"chat_id": 102, "from_chat_id": 101, "message_id": source["id"]}
    copied = await ask("copyMessage", **place)
    assert copied["result"].keys() == {"message_id"}
    forwarded = (await ask("forwardMessage", **place))["result"]
    assert forwarded["forward_origin"]["sender_user"]["id"] == 101
    copy, forward = await victor.heard(2)
    assert copy["text"] == forward["text"] == "Look at https://x.org"
    await vera.delete(source)
    assert await refused(ask, "copyMessage", **place) == "Bad Request: message to copy not found"


async def test_a_service_message_cannot_be_copied(ask: Ask, vera: Person) -> None:
    await vera.start()
    number = (await ask("sendMessage", chat_id=101, text="Pin me"))["result"]["message_id"]
    await ask("pinChatMessage", chat_id=101, message_id=number)
    assert (await ask("getChat", chat_id=101))["result"]["pinned_message"]["text"] == "Pin me"
    notice = (await vera.chat())["messages"][-1]
    assert notice["service"]
    place = {"chat_id": 101, "from_chat_id": 101, "message_id": notice["id"]}
    assert await refused(ask, "copyMessage", **place) == "Bad Request: message can't be copied"


async def test_protected_content_is_not_forwarded(ask: Ask, vera: Person) -> None:
    await vera.start()
    number = (await ask("sendMessage", chat_id=101, text="a", protect_content=True))["result"]["message_id"]
    description = await refused(ask, "forwardMessage", chat_id=101, from_chat_id=101, message_id=number)
    assert description == "Bad Request: message has protected content and can't be forwarded"


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("sendLocation", {"latitude": "48.2", "longitude": "16.37"}, "location"),
        ("sendVenue", {"latitude": 48.2, "longitude": 16.37, "title": "Library", "address": "Main Street 1"}, "venue"),
        ("sendContact", {"phone_number": "+1", "first_name": "Ada"}, "contact"),
        ("sendPoll", {"question": "Tea?", "options": [{"text": "Yes"}, {"text": "No"}]}, "poll"),
        ("sendDice", {}, "dice"),
    ],
)
async def test_other_things_are_sent(
    ask: Ask, vera: Person, method: str, params: dict[str, object], field: str
) -> None:
    await vera.start()
    assert field in (await ask(method, chat_id=101, **params))["result"]
    assert field in (await vera.heard(1))[0]


async def test_a_poll_is_stopped_once(ask: Ask, vera: Person) -> None:
    await vera.start()
    sent = (await ask("sendPoll", chat_id=101, question="Tea?", options=[{"text": "Yes"}, {"text": "No"}]))["result"]
    assert (await ask("stopPoll", chat_id=101, message_id=sent["message_id"]))["result"]["is_closed"]
    assert "closed" in await refused(ask, "stopPoll", chat_id=101, message_id=sent["message_id"])
    assert "12 options" in await refused(ask, "sendPoll", chat_id=101, question="?", options=["x"] * 13)


async def test_typing_shows_for_five_seconds(ask: Ask, vera: Person, clock: Clock) -> None:
    await vera.start()
    await ask("sendChatAction", chat_id=101, action="typing")
    assert (await vera.chat())["typing"]
    clock.now += 5
    assert not (await vera.chat())["typing"]
    description = await refused(ask, "sendChatAction", chat_id=101, action="dancing")
    assert description == "Bad Request: wrong parameter action in request"


async def test_methods_that_are_missing_here_are_told_apart_in_the_log(ask: Ask, sandbox: Sandbox) -> None:
    for method in ("postStory", "makeCoffee"):
        assert await refused(ask, method) == "Not Found: method not found"
    real, unreal = await sandbox.client.log()
    assert "does not emulate" in real["error"]
    assert unreal["error"] == "Not Found: method not found"
