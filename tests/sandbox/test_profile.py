"""Commands by scope and language; names, descriptions, menu buttons, chats, reactions."""

from __future__ import annotations

import pytest

from sandbox import Person
from tests.sandbox.conftest import Ask

CHAT = {"type": "chat", "chat_id": 101}


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": name.title()} for name in names]


async def test_a_person_sees_the_most_specific_commands(ask: Ask, vera: Person, victor: Person) -> None:
    await vera.start()
    await ask("setMyCommands", commands=commands("help"))
    await ask("setMyCommands", commands=commands("hilfe"), language_code="de")
    assert (await vera.chat())["commands"] == commands("hilfe")
    assert (await victor.chat())["commands"] == commands("help")
    await ask("setMyCommands", commands=commands("private"), scope={"type": "all_private_chats"})
    assert (await vera.chat())["commands"] == commands("private")
    await ask("setMyCommands", commands=commands("admin"), scope=CHAT)
    assert (await vera.chat())["commands"] == commands("admin")
    assert (await ask("getMyCommands", scope=CHAT))["result"] == commands("admin")
    await ask("deleteMyCommands", scope=CHAT)
    assert (await vera.chat())["commands"] == commands("private")


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": "["}, "can't parse commands JSON object"),
        ({"commands": commands("a" * 33)}, "command length must not exceed 32"),
        ({"commands": [{"command": "a"}]}, "command description must be non-empty"),
        ({"commands": commands("Upper")}, "BOT_COMMAND_INVALID"),
        ({"commands": commands("a"), "scope": {"type": "chat", "chat_id": 5}}, "chat not found"),
        ({"commands": commands("a"), "language_code": "german"}, "invalid language code specified"),
    ],
)
async def test_wrong_commands_are_refused(ask: Ask, params: dict[str, object], reason: str) -> None:
    assert (await ask("setMyCommands", **params))["description"] == f"Bad Request: {reason}"


async def test_the_bot_tells_about_itself(ask: Ask) -> None:
    await ask("setMyName", name="Library")
    await ask("setMyName", name="Bücherei", language_code="de")
    await ask("setMyDescription", description="Ask us")
    await ask("setMyShortDescription", short_description="Us")
    assert (await ask("getMyName"))["result"] == {"name": "Library"}
    assert (await ask("getMyName", language_code="de"))["result"] == {"name": "Bücherei"}
    assert (await ask("getMyDescription", language_code="de"))["result"] == {"description": "Ask us"}
    assert (await ask("getMyShortDescription"))["result"] == {"short_description": "Us"}
    assert (await ask("getMe"))["result"]["first_name"] == "Library"
    assert not (await ask("setMyName", name="x" * 65))["ok"]


async def test_menu_buttons_are_per_chat(ask: Ask, vera: Person) -> None:
    await vera.start()
    await ask("setChatMenuButton", chat_id=101, menu_button={"type": "default"})
    assert (await ask("getChatMenuButton", chat_id=101))["result"] == {"type": "default"}
    assert (await ask("getChatMenuButton"))["result"] == {"type": "commands"}


async def test_members_of_a_private_chat(ask: Ask, vera: Person) -> None:
    assert (await ask("getChat", chat_id=101))["description"] == "Bad Request: chat not found"
    await vera.start()
    await vera.block()
    assert (await ask("getChatMember", chat_id=101, user_id=101))["result"]["status"] == "member"
    assert (await ask("getChatMember", chat_id=101, user_id=7000000001))["result"]["status"] == "kicked"
    assert (await ask("getChatMember", chat_id=101, user_id=5))["description"] == "Bad Request: user not found"
    assert (await ask("getUserProfilePhotos", user_id=101))["result"] == {"total_count": 0, "photos": []}


async def test_one_reaction_at_most(ask: Ask, vera: Person) -> None:
    written = await vera.write("Thanks")
    place = {"chat_id": 101, "message_id": written["id"]}
    thumb = {"type": "emoji", "emoji": "👍"}
    assert (await ask("setMessageReaction", **place, reaction=[thumb]))["ok"]
    assert (await vera.chat())["messages"][-1]["reaction"] == "👍"
    assert (await ask("setMessageReaction", **place, reaction=[]))["ok"]
    assert "reaction" not in (await vera.chat())["messages"][-1]
    assert not (await ask("setMessageReaction", **place, reaction=[thumb, thumb]))["ok"]
