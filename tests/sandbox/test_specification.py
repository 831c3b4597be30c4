"""Calls, answers and updates are compared with the specification; a departure is seen, and ends a test."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox import Person, Sandbox, Settings
from sandbox.departures import DepartedFromSpecification, wrong_parameters
from sandbox.registry import METHODS
from sandbox.specification import METHODS as SPECIFIED
from sandbox.specification import checker, problems
from tests.sandbox.conftest import Ask

USER = {"id": 1, "is_bot": False, "first_name": "Vera"}
CHAT = {"id": 1, "type": "private"}
MESSAGE = {"message_id": 1, "date": 1, "chat": CHAT, "from": USER}


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        ("Message", MESSAGE, []),
        ("Message", {**MESSAGE, "text": 5}, ["x.text must be of type String, not a number"]),
        ("Message", {**MESSAGE, "txt": "a"}, ["x.txt is no field of Message"]),
        (
            "Message",
            {**MESSAGE, "from": {"id": 1}},
            ["x.from.is_bot is missing; User requires it", "x.from.first_name"],
        ),
        ("Message", {**MESSAGE, "photo": [{"width": 1}]}, ["x.photo[0].file_id is missing; PhotoSize requires it"]),
        ("MaybeInaccessibleMessage", {"chat": CHAT, "message_id": 1, "date": 0}, []),
        ("Integer|String", True, ["x must be of type Integer, not a boolean"]),
        ("[]Update", {}, ["x must be an array, not an object"]),
        ("Message", None, ["x must be a Message, not null"]),
    ],
)
def test_a_value_is_of_its_type_or_told_what_is_wrong(kind: str, value: object, wrong: list[str]) -> None:
    found = problems(kind, value, "x")
    assert bool(found) is bool(wrong)
    assert all(any(one.startswith(sentence) for one in found) for sentence in wrong)


def test_every_method_here_is_a_real_one_and_every_type_can_be_checked() -> None:
    assert set(METHODS) <= set(SPECIFIED)
    for method in SPECIFIED.values():
        checker(method["returns"])
        for word in method["fields"].values():
            checker(word.removesuffix("!"))


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"chat_id": "1", "text": "a", "protect_content": "True", "reply_to_message_id": "5"}, []),
        ({"chat_id": 1, "text": "a", "entities": '[{"type":"bold","offset":0,"length":1}]'}, []),
        ({"chat_id": 1, "text": "a", "txt": "b"}, ["txt is no parameter of this method"]),
        ({"chat_id": 1}, ["text is missing"]),
        (
            {"chat_id": 1, "text": "a", "message_thread_id": "one"},
            ["message_thread_id must be of type Integer, not text"],
        ),
        ({"chat_id": 1, "text": "a", "reply_markup": {"keyboard": [["A", {"text": "B"}]]}}, []),
        (
            {"chat_id": 1, "text": "a", "reply_markup": {"keyboard": [["A"]], "ontime": True}},
            ["reply_markup.ontime is no field of ReplyKeyboardMarkup"],
        ),
    ],
)
def test_a_call_is_read_as_it_came_and_compared(given: dict[str, object], wrong: list[str]) -> None:
    assert wrong_parameters(SPECIFIED["sendmessage"]["fields"], given, frozenset()) == wrong


async def test_a_departure_is_told_to_the_page_and_ends_a_strict_sandbox() -> None:
    with pytest.raises(DepartedFromSpecification, match="call getMe: colour is no parameter of this method"):
        async with Sandbox() as sandbox, aiohttp.ClientSession() as http:
            async with http.ws_connect(f"{sandbox.url}/sim/events") as socket:
                assert (await socket.receive_json())["type"] == "bot"
                await http.post(f"{sandbox.url}/bot{sandbox.token}/getMe", json={"colour": "red"})
                told = await socket.receive_json()
            departure = {"what": "call", "name": "getMe", "problems": ["colour is no parameter of this method"]}
            assert told == {"type": "departure", "departure": departure}
            async with http.get(f"{sandbox.url}/sim/departures") as answer:
                found = await answer.json()
            assert (found["departures"], found["total"]) == ([departure], 1)


async def test_what_is_answered_and_what_is_told_are_compared_too(sandbox: Sandbox, vera: Person, ask: Ask) -> None:
    await vera.start()
    sandbox.world.chats[101].user_card["shoe_size"] = 38
    await vera.write("Hello")
    await ask("getChatMember", chat_id=101, user_id=101)
    told = [(one["what"], one["name"], one["problems"]) for one in sandbox.world.departures.all()]
    assert told == [
        ("update", "message", ["update.message.from.shoe_size is no field of User"]),
        ("answer", "getChatMember", ["result.user.shoe_size is no field of User"]),
    ]
    sandbox.world.departures.clear()


async def test_a_sandbox_that_is_not_strict_only_notes_them() -> None:
    async with Sandbox(Settings(strict=False)) as sandbox, aiohttp.ClientSession() as http:
        await http.post(f"{sandbox.url}/bot{sandbox.token}/getMe", json={"colour": "red"})
        assert sandbox.world.departures.total == 1
    async with Sandbox(Settings(checked=False)) as sandbox, aiohttp.ClientSession() as http:
        await http.post(f"{sandbox.url}/bot{sandbox.token}/getMe", json={"colour": "red"})
        assert sandbox.world.departures.total == 0
