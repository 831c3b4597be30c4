"""Groups: who is in them, what the bot may do and see there, and what happens when it may not."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Group, Person, Sandbox, Settings
from sandbox.members import ADMIN_RIGHTS
from tests.sandbox.conftest import Ask, Clock
from tests.sandbox.test_people import updates


@pytest.fixture
async def sara(sandbox: Sandbox) -> Person:
    return await sandbox.client.person("Sara", id=201, role="staff")


@pytest.fixture
async def sam(sandbox: Sandbox) -> Person:
    return await sandbox.client.person("Sam", id=202, role="staff")


@pytest.fixture
async def desk(sandbox: Sandbox, sara: Person, sam: Person) -> Group:
    """A staff group with topics, ruled by Sara; the bot is an administrator with all rights."""
    return await sandbox.client.group("Desk", sara, sam, forum=True)


@pytest.fixture
async def basic(sandbox: Sandbox, sara: Person, sam: Person) -> Group:
    """A basic group in which the bot is a plain member."""
    return await sandbox.client.group("Lobby", sara, sam, bot="member")


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [list(update)[1] for update in found]


async def refused(ask: Ask, method: str, **params: object) -> str:
    body = await ask(method, **params)
    assert not body["ok"], body
    return str(body["description"])


async def test_being_added_is_told_before_the_message_about_it(ask: Ask, desk: Group) -> None:
    added, joined = await updates(ask)
    change = added["my_chat_member"]
    assert change["chat"] == {"id": desk.id, "title": "Desk", "type": "supergroup", "is_forum": True}
    assert change["from"]["id"] == 201
    assert (change["old_chat_member"]["status"], change["new_chat_member"]["status"]) == ("left", "administrator")
    assert change["new_chat_member"]["can_manage_topics"] is True
    assert joined["message"]["new_chat_members"][0]["is_bot"]


async def test_ids_tell_basic_groups_from_supergroups(desk: Group, basic: Group) -> None:
    assert str(desk.id).startswith("-100")
    assert basic.id < 0
    assert not str(basic.id).startswith("-100")


async def test_members_hear_the_bot_and_the_bot_hears_members(ask: Ask, desk: Group, sam: Person) -> None:
    await updates(ask)
    await desk.write(sam, "Good morning")
    [update] = await updates(ask)
    assert update["message"]["from"]["first_name"] == "Sam"
    assert update["message"]["chat"]["id"] == desk.id
    await ask("sendMessage", chat_id=desk.id, text="Morning")
    [heard] = await desk.heard(1)
    assert (heard["text"], heard["from"]) == ("Morning", "bot")


async def test_strangers_cannot_write(desk: Group, vera: Person) -> None:
    with pytest.raises(RuntimeError, match="not in the group"):
        await desk.write(vera, "Hello")


async def test_messages_of_supergroups_are_counted_apart(ask: Ask, desk: Group, sam: Person, vera: Person) -> None:
    await vera.start()
    in_group = await desk.write(sam, "a")
    assert (await vera.write("b"))["id"] != in_group["id"] + 1
    assert (await desk.write(sam, "c"))["id"] == in_group["id"] + 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Hello all", False),
        ("/help", False),
        ("/help@frontdesk_sandbox_bot now", True),
        ("/help@other_bot", False),
        ("Hi @frontdesk_sandbox_bot", False),
    ],
)
async def test_privacy_mode_hides_what_is_not_meant_for_the_bot(
    ask: Ask, basic: Group, sam: Person, text: str, seen: bool
) -> None:
    await updates(ask)
    await basic.write(sam, text)
    assert bool(await updates(ask)) is seen


async def test_replies_and_commands_after_the_bot_spoke_are_seen_in_privacy_mode(
    ask: Ask, basic: Group, sam: Person
) -> None:
    await ask("sendMessage", chat_id=basic.id, text="Questions?")
    [question] = await basic.heard(1)
    await updates(ask)
    await basic.write(sam, "Yes", reply_to=question)
    await basic.write(sam, "/help")
    assert [update["message"]["text"] for update in await updates(ask)] == ["Yes", "/help"]


async def test_an_administrator_sees_all(ask: Ask, basic: Group, sam: Person) -> None:
    await basic.member("bot", "administrator", ["can_delete_messages"])
    await updates(ask)
    await basic.write(sam, "Hello all")
    assert (await updates(ask))[0]["message"]["text"] == "Hello all"


class TestWithoutPrivacyMode:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(privacy=False)

    async def test_everything_is_seen(self, ask: Ask, basic: Group, sam: Person) -> None:
        await updates(ask)
        await basic.write(sam, "Hello all")
        assert len(await updates(ask)) == 1
        assert (await ask("getMe"))["result"]["can_read_all_group_messages"]


async def test_an_anonymous_administrator_writes_as_the_group(ask: Ask, desk: Group, sara: Person, sam: Person) -> None:
    await updates(ask)
    await desk.write(sara, "Who am I?", anonymous=True)
    message = (await updates(ask))[0]["message"]
    assert message["from"]["username"] == "GroupAnonymousBot"
    assert message["sender_chat"]["id"] == desk.id
    with pytest.raises(RuntimeError, match="Only administrators"):
        await desk.write(sam, "Me too", anonymous=True)


async def test_edits_and_files_of_members_arrive(ask: Ask, desk: Group, sam: Person) -> None:
    await updates(ask)
    sent = await desk.send_file(sam, b"a,b", "table.csv", caption="Helo")
    await desk.edit(sam, sent, "Hello")
    first, second = await updates(ask)
    assert first["message"]["document"]["file_name"] == "table.csv"
    assert second["edited_message"]["caption"] == "Hello"
    with pytest.raises(RuntimeError, match="Only one's own"):
        await desk.edit(await creator_of(desk), sent, "Mine")


async def creator_of(group: Group) -> Person:
    return Person(group._client, {"id": 201, "first_name": "Sara"})


async def test_a_press_in_a_group_says_who_and_where(ask: Ask, desk: Group, sam: Person) -> None:
    keys = {"inline_keyboard": [[{"text": "Take", "callback_data": "take"}]]}
    sent = (await ask("sendMessage", chat_id=desk.id, text="A request", reply_markup=keys))["result"]
    await updates(ask)
    query = await desk.press_only(sam, "Take")
    callback = (await updates(ask))[0]["callback_query"]
    assert (callback["from"]["id"], callback["message"]["chat"]["id"]) == (202, desk.id)
    assert callback["message"]["message_id"] == sent["message_id"]
    await ask("answerCallbackQuery", callback_query_id=str(query), text="Yours")
    assert (await desk.press(sam, "Take", wait=0))["answered"] is False


async def test_what_may_be_asked_in_private_only(ask: Ask, desk: Group) -> None:
    for name, words in [("request_contact", "phone number"), ("request_location", "location")]:
        keys = {"keyboard": [[{"text": "a", name: True}]]}
        description = await refused(ask, "sendMessage", chat_id=desk.id, text="a", reply_markup=keys)
        assert description == f"Bad Request: {words} can be requested in private chats only"


@pytest.mark.parametrize(
    ("supergroup", "status", "description"),
    [
        (True, "kicked", "Forbidden: bot was kicked from the supergroup chat"),
        (True, "left", "Forbidden: bot is not a member of the supergroup chat"),
        (False, "kicked", "Forbidden: bot was kicked from the group chat"),
    ],
)
async def test_a_bot_that_is_out_hears_of_it_and_is_refused(
    sandbox: Sandbox, ask: Ask, sara: Person, supergroup: bool, status: str, description: str
) -> None:
    group = await sandbox.client.group("Desk", sara, supergroup=supergroup)
    await updates(ask)
    await group.member("bot", status)
    [update] = await updates(ask)
    assert update["my_chat_member"]["new_chat_member"]["status"] == status
    await group.write(sara, "Is it gone?")
    assert await updates(ask) == []
    for method in ("sendMessage", "getChat", "getChatAdministrators"):
        assert await refused(ask, method, chat_id=group.id, text="a") == description


async def test_leaving_is_told_as_well(ask: Ask, desk: Group) -> None:
    await updates(ask)
    assert (await ask("leaveChat", chat_id=desk.id))["result"]
    assert (await updates(ask))[0]["my_chat_member"]["new_chat_member"]["status"] == "left"


async def test_changes_of_others_come_to_a_ruling_bot_that_asked(
    ask: Ask, desk: Group, basic: Group, sam: Person
) -> None:
    await updates(ask)
    await desk.member(sam, "kicked")
    assert kinds(await updates(ask)) == ["message"]
    await ask("getUpdates", allowed_updates=["chat_member", "message"])
    await desk.member(sam, "member")
    await basic.member(sam, "left")
    assert kinds(await updates(ask)) == ["chat_member", "message", "message"]


async def test_a_restricted_bot_may_not_write(ask: Ask, desk: Group) -> None:
    await desk.member("bot", "restricted", [])
    assert (
        await refused(ask, "sendMessage", chat_id=desk.id, text="a")
        == "Bad Request: not enough rights to send text messages to the chat"
    )


async def test_pinning_and_deleting_need_rights(ask: Ask, desk: Group, sam: Person) -> None:
    theirs = await desk.write(sam, "Oops")
    place = {"chat_id": desk.id, "message_id": theirs["id"]}
    await desk.member("bot", "administrator", ["can_manage_topics"])
    pin = await refused(ask, "pinChatMessage", **place)
    assert pin == "Bad Request: not enough rights to manage pinned messages in the chat"
    assert await refused(ask, "deleteMessage", **place) == "Bad Request: message can't be deleted"
    await desk.member("bot", "administrator", ["can_pin_messages", "can_delete_messages"])
    assert (await ask("pinChatMessage", **place))["ok"]
    assert (await ask("getChat", chat_id=desk.id))["result"]["pinned_message"]["message_id"] == theirs["id"]
    assert (await ask("unpinChatMessage", **place))["ok"]
    assert (await ask("deleteMessage", **place))["ok"]
    own = (await ask("sendMessage", chat_id=desk.id, text="Mine"))["result"]
    assert (await ask("deleteMessage", chat_id=desk.id, message_id=own["message_id"]))["ok"]


async def test_who_is_in_a_group_can_be_asked(ask: Ask, desk: Group, sam: Person, vera: Person) -> None:
    administrators = (await ask("getChatAdministrators", chat_id=desk.id))["result"]
    assert [one["status"] for one in administrators] == ["creator", "administrator"]
    statuses = [
        (await ask("getChatMember", chat_id=desk.id, user_id=user))["result"]["status"] for user in (201, 202, 101)
    ]
    assert statuses == ["creator", "member", "left"]
    assert (await ask("getChatMemberCount", chat_id=desk.id))["result"] == 3
    unknown = await refused(ask, "getChatMember", chat_id=desk.id, user_id=5)
    assert unknown == "Bad Request: PARTICIPANT_ID_INVALID"


async def test_a_group_that_became_a_supergroup_says_where_it_went(ask: Ask, basic: Group, sara: Person) -> None:
    await updates(ask)
    new = await basic.migrate()
    away, here = [update["message"] for update in await updates(ask)]
    assert (away["chat"]["id"], away["migrate_to_chat_id"]) == (basic.id, new.id)
    assert (here["chat"]["id"], here["migrate_from_chat_id"]) == (new.id, basic.id)
    answer = await ask("sendMessage", chat_id=basic.id, text="a")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await ask("sendMessage", chat_id=new.id, text="a"))["ok"]
    with pytest.raises(RuntimeError, match="become a supergroup"):
        await basic.write(sara, "Still here")


async def test_commands_have_scopes_for_groups(
    sandbox: Sandbox, ask: Ask, desk: Group, sara: Person, sam: Person
) -> None:
    for scope, name in [
        ({"type": "all_group_chats"}, "all"),
        ({"type": "chat_administrators", "chat_id": desk.id}, "rulers"),
        ({"type": "chat_member", "chat_id": desk.id, "user_id": 202}, "sam"),
    ]:
        assert (await ask("setMyCommands", scope=scope, commands=[{"command": name, "description": "a"}]))["ok"]
    path = f"/sim/groups/{desk.id}/chat"
    seen = [(await sandbox.client.get(path, person=who))["commands"][0]["command"] for who in (201, 202)]
    assert seen == ["rulers", "sam"]


async def test_a_link_to_a_message_opens_for_members_only(ask: Ask, desk: Group, sam: Person, vera: Person) -> None:
    sent = (await ask("sendMessage", chat_id=desk.id, text="Here"))["result"]
    link = f"https://t.me/c/{str(desk.id)[4:]}/{sent['message_id']}"
    assert await sam.open(link) == {"group": desk.id, "thread": 0, "message_id": sent["message_id"]}
    with pytest.raises(RuntimeError, match="not in the group"):
        await vera.open(link)


REQUEST = {
    "request_id": 7,
    "chat_is_channel": False,
    "chat_is_forum": True,
    "bot_administrator_rights": {
        **dict.fromkeys(("is_anonymous", *ADMIN_RIGHTS), False),
        "can_manage_topics": True,
        "can_pin_messages": True,
    },
    "request_title": True,
}


async def test_a_group_is_chosen_with_a_button_and_lets_the_bot_in(
    sandbox: Sandbox, ask: Ask, sara: Person, basic: Group
) -> None:
    await sara.start()
    new = await sandbox.client.group("Staff", sara, bot="left", forum=True)
    keys = {"keyboard": [[{"text": "Choose", "request_chat": REQUEST}]], "one_time_keyboard": True}
    await ask("sendMessage", chat_id=201, text="Which?", reply_markup=keys)
    await updates(ask)
    with pytest.raises(RuntimeError, match="not what the button asks for"):
        await sara.share_chat(basic, 7)
    await sara.share_chat(new, 7)
    added, shared = await updates(ask)
    member = added["my_chat_member"]["new_chat_member"]
    assert (member["can_manage_topics"], member["can_promote_members"]) == (True, False)
    assert shared["message"]["chat_shared"] == {"request_id": 7, "chat_id": new.id, "title": "Staff"}
    assert (await sara.chat())["keyboard"] is None


async def test_who_may_not_promote_cannot_let_the_bot_in(sandbox: Sandbox, ask: Ask, sara: Person, sam: Person) -> None:
    await sam.start()
    new = await sandbox.client.group("Staff", sara, sam, bot="left", forum=True)
    keys = {"keyboard": [[{"text": "Choose", "request_chat": REQUEST}]]}
    await ask("sendMessage", chat_id=202, text="Which?", reply_markup=keys)
    with pytest.raises(RuntimeError, match="may not make the bot an administrator"):
        await sam.share_chat(new, 7)


async def test_people_are_chosen_with_a_button(ask: Ask, sara: Person, vera: Person, victor: Person) -> None:
    await sara.start()
    request = {"request_id": 3, "max_quantity": 2, "request_name": True}
    keys = {"keyboard": [[{"text": "Who?", "request_users": request}]]}
    await ask("sendMessage", chat_id=201, text="Who?", reply_markup=keys)
    await updates(ask)
    await sara.share_users(vera, victor, request_id=3)
    assert (await updates(ask))[0]["message"]["users_shared"] == {
        "request_id": 3,
        "users": [{"user_id": 101, "first_name": "Vera"}, {"user_id": 102, "first_name": "Victor"}],
    }
    with pytest.raises(RuntimeError, match="no button that asks"):
        await sara.share_users(vera, request_id=4)


async def test_groups_stay_over_a_restart(tmp_path: Any, clock: Clock) -> None:
    settings = Settings(data=tmp_path)
    async with Sandbox(settings, clock=clock) as sandbox:
        sara = await sandbox.client.person("Sara", id=201)
        desk = await sandbox.client.group("Desk", sara, forum=True)
        thread = await desk.make_topic(sara, "Vera")
        await desk.react(sara, await desk.write(sara, "Hello", thread=thread), "👍")
        before = await desk.chat()
    async with Sandbox(settings, clock=clock) as sandbox:
        again = Group(sandbox.client, desk.card)
        assert await again.chat() == before
        later = await again.write(Person(sandbox.client, sara.card), "And on", thread=thread)
        assert later["id"] > before["messages"][-1]["id"]
