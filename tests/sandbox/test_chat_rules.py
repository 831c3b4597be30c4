"""What the bot may change about groups and channels: name, picture, permissions, members; and what it is refused."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox import Group, Person, Sandbox
from sandbox.members import PERMISSIONS
from tests.sandbox.conftest import Ask, Clock
from tests.sandbox.pictures import png


@pytest.fixture
async def desk(sandbox: Sandbox, vera: Person, victor: Person) -> Group:
    await vera.start()
    return await sandbox.client.group("Desk", vera, victor, supergroup=True, bot="administrator")


async def refused(ask: Ask, method: str, **params: object) -> str:
    answer = await ask(method, **params)
    assert not answer["ok"]
    return str(answer["description"]).removeprefix("Bad Request: ")


async def test_a_group_gets_another_name_description_and_picture(
    sandbox: Sandbox, ask: Ask, desk: Group, http: aiohttp.ClientSession
) -> None:
    assert (await ask("setChatTitle", chat_id=desk.id, title="Library"))["result"] is True
    assert (await ask("setChatDescription", chat_id=desk.id, description="Books"))["result"] is True
    form = aiohttp.FormData({"chat_id": str(desk.id)})
    form.add_field("photo", png(640, 640), filename="a.png", content_type="image/png")
    assert (await (await http.post(f"{sandbox.url}/bot{sandbox.token}/setChatPhoto", data=form)).json())["ok"]
    chat = (await ask("getChat", chat_id=desk.id))["result"]
    assert (chat["title"], chat["description"]) == ("Library", "Books")
    file = (await ask("getFile", file_id=chat["photo"]["small_file_id"]))["result"]
    assert file["file_unique_id"] == chat["photo"]["small_file_unique_id"]
    told = [message.get("service") for message in (await desk.chat())["messages"]]
    assert told[-2:] == ["The group is called Library now.", "The group has a new picture."]
    assert (await ask("deleteChatPhoto", chat_id=desk.id))["ok"]
    assert await refused(ask, "deleteChatPhoto", chat_id=desk.id) == "CHAT_NOT_MODIFIED"
    assert await refused(ask, "setChatTitle", chat_id=desk.id, title="Library") == "chat title is not modified"
    assert (
        await refused(ask, "setChatDescription", chat_id=desk.id, description="x" * 256)
        == "chat description is too long"
    )


async def test_without_the_right_nothing_is_changed(sandbox: Sandbox, ask: Ask, vera: Person) -> None:
    group = await sandbox.client.group("Desk", vera, supergroup=True, bot="administrator", rights=["can_manage_chat"])
    assert await refused(ask, "setChatTitle", chat_id=group.id, title="a") == "not enough rights to change chat title"
    wanted = {"chat_id": group.id, "permissions": {"can_send_messages": True}}
    assert await refused(ask, "setChatPermissions", **wanted) == "not enough rights to change chat permissions"
    about = "not enough rights to restrict/unrestrict chat member"
    assert await refused(ask, "banChatMember", chat_id=group.id, user_id=101) == about
    assert await refused(ask, "promoteChatMember", chat_id=group.id, user_id=101) == "not enough rights"


async def test_permissions_of_all_bind_members_and_no_administrators(
    ask: Ask, desk: Group, vera: Person, victor: Person
) -> None:
    await ask("setChatPermissions", chat_id=desk.id, permissions={"can_invite_users": True})
    assert (await ask("getChat", chat_id=desk.id))["result"]["permissions"] == {
        name: name == "can_invite_users" for name in PERMISSIONS
    }
    with pytest.raises(RuntimeError, match="may not write here"):
        await desk.write(victor, "Hello")
    await desk.write(vera, "I may.")
    await ask("setChatPermissions", chat_id=desk.id, permissions={"can_send_polls": True})
    await desk.write(victor, "Polls carry messages with them.")


async def test_somebody_is_banned_and_may_come_back(ask: Ask, desk: Group, victor: Person) -> None:
    await ask("getUpdates", allowed_updates=["chat_member"])
    await ask("banChatMember", chat_id=desk.id, user_id=102, until_date=1_800_000_060)
    assert (await ask("getChatMember", chat_id=desk.id, user_id=102))["result"]["until_date"] == 1_800_000_060
    [update] = (await ask("getUpdates", offset=-1))["result"]
    assert update["chat_member"]["new_chat_member"]["status"] == "kicked"
    assert update["chat_member"]["from"]["is_bot"]
    await ask("unbanChatMember", chat_id=desk.id, user_id=102, only_if_banned=True)
    assert (await ask("getChatMember", chat_id=desk.id, user_id=102))["result"]["status"] == "left"
    assert await refused(ask, "banChatMember", chat_id=desk.id, user_id=101) == "can't remove chat owner"
    assert await refused(ask, "banChatMember", chat_id=desk.id, user_id=999) == "PARTICIPANT_ID_INVALID"


async def test_somebody_is_restricted_and_freed(ask: Ask, desk: Group, victor: Person) -> None:
    await ask("restrictChatMember", chat_id=desk.id, user_id=102, permissions={"can_send_photos": True}, until_date=5)
    member = (await ask("getChatMember", chat_id=desk.id, user_id=102))["result"]
    # An end in the past, or in less than 30 seconds, is for ever.
    assert (member["status"], member["can_send_photos"], member["until_date"]) == ("restricted", True, 0)
    with pytest.raises(RuntimeError, match="may not write here"):
        await desk.write(victor, "Hello")
    await ask("restrictChatMember", chat_id=desk.id, user_id=102, permissions=dict.fromkeys(PERMISSIONS, True))
    assert (await ask("getChatMember", chat_id=desk.id, user_id=102))["result"]["status"] == "member"


async def test_somebody_is_promoted_titled_and_a_member_again(ask: Ask, desk: Group, victor: Person) -> None:
    promoted = {"chat_id": desk.id, "user_id": 102}
    assert "not enough rights to change custom" in await refused(
        ask, "setChatAdministratorCustomTitle", **promoted, custom_title="Boss"
    )
    await ask("promoteChatMember", **promoted, can_pin_messages=True)
    await ask("setChatAdministratorCustomTitle", **promoted, custom_title="Boss")
    member = (await ask("getChatMember", chat_id=desk.id, user_id=102))["result"]
    rights = {name for name, value in member.items() if name.startswith("can_") and value is True}
    assert rights == {"can_be_edited", "can_manage_chat", "can_pin_messages"}
    assert member["custom_title"] == "Boss"
    await ask("promoteChatMember", **promoted)
    assert (await ask("getChatMember", chat_id=desk.id, user_id=102))["result"]["status"] == "member"


class TestLinks:
    """Invite links: made, ended, and used."""

    async def test_somebody_comes_in_through_a_link(
        self, sandbox: Sandbox, ask: Ask, desk: Group, clock: Clock
    ) -> None:
        nina = await sandbox.client.person("Nina", id=103)
        await ask("getUpdates", allowed_updates=["chat_member"])
        made = {"chat_id": desk.id, "name": "Poster", "member_limit": 1, "expire_date": int(clock.now) + 60}
        link = (await ask("createChatInviteLink", **made))["result"]
        await nina.open(link["invite_link"])
        [update] = (await ask("getUpdates", offset=-1))["result"]
        assert update["chat_member"]["invite_link"]["name"] == "Poster"
        olga = await sandbox.client.person("Olga", id=104)
        with pytest.raises(RuntimeError, match="expired"):
            await olga.open(link["invite_link"])

    @pytest.mark.parametrize("method", ["approveChatJoinRequest", "declineChatJoinRequest"])
    async def test_somebody_asks_to_be_let_in(self, sandbox: Sandbox, ask: Ask, desk: Group, method: str) -> None:
        nina = await sandbox.client.person("Nina", id=103)
        link = (await ask("createChatInviteLink", chat_id=desk.id, creates_join_request=True))["result"]
        await ask("getUpdates", allowed_updates=["chat_join_request"])
        await nina.open(link["invite_link"])
        [update] = (await ask("getUpdates", offset=-1))["result"]
        request = update["chat_join_request"]
        assert (request["from"]["id"], request["invite_link"]["pending_join_request_count"]) == (103, 1)
        assert (await ask(method, chat_id=desk.id, user_id=103))["result"] is True
        inside = (await ask("getChatMember", chat_id=desk.id, user_id=103))["result"]["status"]
        assert inside == ("member" if method.startswith("approve") else "left")
        expected = "USER_ALREADY_PARTICIPANT" if inside == "member" else "HIDE_REQUESTER_MISSING"
        assert await refused(ask, method, chat_id=desk.id, user_id=103) == expected

    async def test_a_link_is_changed_ended_and_the_first_one_made_anew(
        self, sandbox: Sandbox, ask: Ask, desk: Group
    ) -> None:
        link = (await ask("createChatInviteLink", chat_id=desk.id, member_limit=5))["result"]["invite_link"]
        edited = (await ask("editChatInviteLink", chat_id=desk.id, invite_link=link, name="a"))["result"]
        assert edited["name"] == "a"
        assert "member_limit" not in edited
        assert (await ask("revokeChatInviteLink", chat_id=desk.id, invite_link=link))["result"]["is_revoked"]
        first = (await ask("exportChatInviteLink", chat_id=desk.id))["result"]
        second = (await ask("exportChatInviteLink", chat_id=desk.id))["result"]
        assert (await ask("getChat", chat_id=desk.id))["result"]["invite_link"] == second
        nina = await sandbox.client.person("Nina", id=103)
        for over in (link, first):
            with pytest.raises(RuntimeError, match="expired"):
                await nina.open(over)
        both = {"chat_id": desk.id, "member_limit": 5, "creates_join_request": True}
        assert "administrator approval" in await refused(ask, "createChatInviteLink", **both)
        assert await refused(ask, "revokeChatInviteLink", chat_id=desk.id, invite_link="x") == "INVITE_HASH_INVALID"

    async def test_a_subscription_is_for_channels_and_a_month(self, sandbox: Sandbox, ask: Ask, vera: Person) -> None:
        channel = await sandbox.client.group("News", vera, channel=True, bot="administrator")
        wanted = {"chat_id": channel.id, "subscription_price": 10}
        link = (await ask("createChatSubscriptionInviteLink", **wanted, subscription_period=2_592_000))["result"]
        assert link["subscription_price"] == 10
        changed = {"chat_id": channel.id, "invite_link": link["invite_link"], "name": "Monthly"}
        assert (await ask("editChatSubscriptionInviteLink", **changed))["result"]["name"] == "Monthly"
        shorter = await refused(ask, "createChatSubscriptionInviteLink", **wanted, subscription_period=60)
        assert shorter == "SUBSCRIPTION_PERIOD_INVALID"


class TestChannels:
    """A channel speaks in its own name, and only its administrators let it."""

    async def test_posts_have_a_channel_for_their_author(self, sandbox: Sandbox, ask: Ask, vera: Person) -> None:
        channel = await sandbox.client.group("News", vera, channel=True, username="the_news", bot="administrator")
        sent = (await ask("sendMessage", chat_id="@the_news", text="Hello"))["result"]
        assert (sent["sender_chat"]["title"], sent["chat"]["type"], "from" in sent) == ("News", "channel", False)
        await ask("getUpdates", offset=-1)
        last = (await ask("getUpdates"))["result"][-1]["update_id"]
        post = await channel.write(vera, "Mine")
        await channel.edit(vera, post, "Mine!")
        first, second = (await ask("getUpdates", offset=last + 1))["result"]
        assert first["channel_post"]["text"] == "Mine"
        assert second["edited_channel_post"]["text"] == "Mine!"
        await vera.start()
        copy = (await ask("forwardMessage", chat_id=101, from_chat_id=channel.id, message_id=post["id"]))["result"]
        assert copy["forward_origin"]["type"] == "channel"

    async def test_readers_do_not_post_and_neither_does_a_bot_without_the_right(
        self, sandbox: Sandbox, ask: Ask, vera: Person, victor: Person
    ) -> None:
        rights = ["can_manage_chat"]
        channel = await sandbox.client.group("News", vera, victor, channel=True, bot="administrator", rights=rights)
        needed = "need administrator rights in the channel chat"
        assert await refused(ask, "sendMessage", chat_id=channel.id, text="a") == needed
        with pytest.raises(RuntimeError, match="may not write here"):
            await channel.write(victor, "a")
        assert await refused(ask, "pinChatMessage", chat_id=channel.id, message_id=1)
