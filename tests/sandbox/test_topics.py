"""Topics of a forum, as the bot and as members make, close and delete them."""

from __future__ import annotations

import pytest

from sandbox import Group, Person, Rates, Sandbox, Settings
from tests.sandbox.conftest import Ask, Clock
from tests.sandbox.test_groups import basic, desk, refused, sam, sara
from tests.sandbox.test_people import updates

__all__ = ["basic", "desk", "sam", "sara"]


async def test_a_topic_gets_its_number_from_the_message_that_tells_of_it(ask: Ask, desk: Group) -> None:
    made = (await ask("createForumTopic", chat_id=desk.id, name="Vera", icon_color=0x8EEE98))["result"]
    thread = made["message_thread_id"]
    assert made == {"message_thread_id": thread, "name": "Vera", "icon_color": 0x8EEE98}
    [notice] = (await desk.chat(thread=thread))["messages"]
    assert (notice["id"], notice["service"]) == (thread, "The topic Vera was created.")
    assert [topic["name"] for topic in await desk.topics()] == ["Vera"]


async def test_messages_of_a_topic_carry_its_number_and_its_beginning(ask: Ask, desk: Group, sam: Person) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Vera"))["result"]["message_thread_id"]
    sent = (await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="A request"))["result"]
    assert (sent["message_thread_id"], sent["is_topic_message"]) == (thread, True)
    await updates(ask)
    await desk.write(sam, "Mine", thread=thread)
    await desk.write(sam, "For all")
    in_topic, in_general = [update["message"] for update in await updates(ask)]
    assert in_topic["is_topic_message"]
    assert "forum_topic_created" in in_topic["reply_to_message"]
    assert "message_thread_id" not in in_general
    assert "is_topic_message" not in in_general
    assert [m["text"] for m in await desk.heard(1, thread=thread)] == ["A request"]


async def test_a_reply_stays_in_its_topic(ask: Ask, desk: Group, sam: Person) -> None:
    thread = await desk.make_topic(sam, "Vera")
    question = await desk.write(sam, "Well?", thread=thread)
    answer = {"chat_id": desk.id, "text": "Yes", "reply_parameters": {"message_id": question["id"]}}
    assert (await ask("sendMessage", **answer))["result"]["message_thread_id"] == thread
    other = await desk.make_topic(sam, "Victor")
    description = await refused(ask, "sendMessage", message_thread_id=other, **answer)
    assert description == "Bad Request: message to be replied not found"


async def test_media_copies_and_albums_go_into_topics(ask: Ask, desk: Group, sam: Person, vera: Person) -> None:
    await vera.start()
    thread = await desk.make_topic(sam, "Vera")
    source = await vera.write("Help")
    place = {"chat_id": desk.id, "message_thread_id": thread, "from_chat_id": 101}
    assert (await ask("copyMessage", message_id=source["id"], **place))["ok"]
    assert (await ask("forwardMessages", message_ids=[source["id"]], **place))["ok"]
    assert (await ask("sendDice", chat_id=desk.id, message_thread_id=thread))["ok"]
    assert len(await desk.heard(3, thread=thread)) == 3


@pytest.mark.parametrize("thread", [1, 999])
async def test_no_other_number_is_a_topic_not_even_that_of_general(ask: Ask, desk: Group, thread: int) -> None:
    description = await refused(ask, "sendMessage", chat_id=desk.id, message_thread_id=thread, text="a")
    assert description == "Bad Request: message thread not found"


async def test_private_chats_have_no_topics(ask: Ask, vera: Person) -> None:
    await vera.start()
    description = await refused(ask, "sendMessage", chat_id=101, message_thread_id=5, text="a")
    assert description == "Bad Request: message thread not found"
    assert "only for supergroups" in await refused(ask, "createForumTopic", chat_id=101, name="a")


async def test_a_group_without_topics_has_threads_of_replies(ask: Ask, sandbox: Sandbox, sara: Person) -> None:
    group = await sandbox.client.group("Talk", sara, supergroup=True)
    first = await group.write(sara, "One")
    await updates(ask)
    await group.write(sara, "Two", reply_to=first)
    message = (await updates(ask))[0]["message"]
    assert message["message_thread_id"] == first["id"]
    assert "is_topic_message" not in message
    description = await refused(ask, "createForumTopic", chat_id=group.id, name="a")
    assert description == "Bad Request: the chat is not a forum"


async def test_topics_are_renamed_closed_and_reopened_and_doing_it_twice_is_refused(ask: Ask, desk: Group) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Vera"))["result"]["message_thread_id"]
    place = {"chat_id": desk.id, "message_thread_id": thread}
    for method, params in [
        ("editForumTopic", {"name": "✅ Vera"}),
        ("closeForumTopic", {}),
        ("reopenForumTopic", {}),
    ]:
        assert (await ask(method, **place, **params))["result"] is True
        assert await refused(ask, method, **place, **params) == "Bad Request: TOPIC_NOT_MODIFIED"
    said = [message["service"] for message in (await desk.chat(thread=thread))["messages"]]
    assert said[1:] == ["The topic was changed: ✅ Vera.", "The topic was closed.", "The topic was reopened."]


async def test_an_icon_is_one_of_those_that_topics_may_have(ask: Ask, desk: Group) -> None:
    stickers = (await ask("getForumTopicIconStickers"))["result"]
    emoji = stickers[0]["custom_emoji_id"]
    made = (await ask("createForumTopic", chat_id=desk.id, name="a", icon_custom_emoji_id=emoji))["result"]
    assert made["icon_custom_emoji_id"] == emoji
    assert [topic["icon"] for topic in await desk.topics()] == [stickers[0]["emoji"]]
    wrong = await refused(ask, "createForumTopic", chat_id=desk.id, name="a", icon_custom_emoji_id="1")
    assert wrong == "Bad Request: DOCUMENT_INVALID"
    assert "non-empty" in await refused(ask, "createForumTopic", chat_id=desk.id, name=" ")


async def test_changes_by_members_are_told(ask: Ask, desk: Group, sara: Person) -> None:
    thread = (await ask("createForumTopic", chat_id=desk.id, name="Vera"))["result"]["message_thread_id"]
    await updates(ask)
    for change in ("close", "reopen"):
        await desk.topic(change, thread)
    await desk.topic("edit", thread, name="Vera N.")
    told = [update["message"] for update in await updates(ask)]
    kinds = [next(name for name in message if name.startswith("forum_topic")) for message in told]
    assert kinds == ["forum_topic_closed", "forum_topic_reopened", "forum_topic_edited"]
    assert all(message["from"]["id"] == 201 for message in told)


async def test_a_closed_topic_takes_messages_only_from_those_who_rule_topics(
    ask: Ask, desk: Group, sara: Person, sam: Person
) -> None:
    thread = await desk.make_topic(sara, "Vera")
    await desk.topic("close", thread)
    place = {"chat_id": desk.id, "message_thread_id": thread, "text": "a"}
    assert (await ask("sendMessage", **place))["ok"]
    await desk.member("bot", "administrator", ["can_pin_messages"])
    assert await refused(ask, "sendMessage", **place) == "Bad Request: TOPIC_CLOSED"
    with pytest.raises(RuntimeError, match="topic is closed"):
        await desk.write(sam, "a", thread=thread)
    assert await refused(ask, "reopenForumTopic", chat_id=desk.id, message_thread_id=thread) == (
        "Bad Request: not enough rights to edit the topic"
    )
    assert await refused(ask, "createForumTopic", chat_id=desk.id, name="a") == (
        "Bad Request: not enough rights to create a topic"
    )


async def test_a_closed_general_refuses_what_names_no_topic(ask: Ask, desk: Group) -> None:
    assert (await ask("closeGeneralForumTopic", chat_id=desk.id))["ok"]
    await desk.member("bot", "member")
    assert await refused(ask, "sendMessage", chat_id=desk.id, text="a") == "Bad Request: TOPIC_CLOSED"


async def test_general_is_hidden_and_shown(ask: Ask, desk: Group) -> None:
    assert (await ask("hideGeneralForumTopic", chat_id=desk.id))["ok"]
    general = (await desk.chat())["group"]["general"]
    assert (general["hidden"], general["closed"]) == (True, True)
    assert (await ask("unhideGeneralForumTopic", chat_id=desk.id))["ok"]
    assert await refused(ask, "unhideGeneralForumTopic", chat_id=desk.id) == "Bad Request: TOPIC_NOT_MODIFIED"
    assert (await ask("editGeneralForumTopic", chat_id=desk.id, name="Lobby"))["ok"]


async def test_a_topic_deleted_by_a_member_is_told_to_nobody_and_is_gone(ask: Ask, desk: Group, sam: Person) -> None:
    thread = await desk.make_topic(sam, "Vera")
    await desk.write(sam, "Help", thread=thread)
    await updates(ask)
    await desk.topic("delete", thread)
    assert await updates(ask) == []
    place = {"chat_id": desk.id, "message_thread_id": thread}
    assert await refused(ask, "sendMessage", **place, text="a") == "Bad Request: message thread not found"
    assert await refused(ask, "closeForumTopic", **place) == "Bad Request: TOPIC_ID_INVALID"
    assert (await ask("sendChatAction", **place, action="typing"))["ok"]
    assert (await desk.chat(thread=thread))["messages"] == []


async def test_the_bot_deletes_a_topic_with_the_right_to(ask: Ask, desk: Group, sam: Person) -> None:
    thread = await desk.make_topic(sam, "Vera")
    place = {"chat_id": desk.id, "message_thread_id": thread}
    await desk.member("bot", "administrator", ["can_manage_topics"])
    assert await refused(ask, "deleteForumTopic", **place) == "Bad Request: not enough rights to delete the topic"
    assert (
        await refused(ask, "deleteMessage", chat_id=desk.id, message_id=thread)
        == "Bad Request: message can't be deleted"
    )
    await desk.member("bot", "administrator")
    assert (await ask("deleteForumTopic", **place))["ok"]
    assert await desk.topics() == []


async def test_a_pinned_card_belongs_to_its_topic(ask: Ask, desk: Group, sam: Person) -> None:
    thread = await desk.make_topic(sam, "Vera")
    sent = (await ask("sendMessage", chat_id=desk.id, message_thread_id=thread, text="Card"))["result"]
    assert (await ask("pinChatMessage", chat_id=desk.id, message_id=sent["message_id"]))["ok"]
    assert (await desk.chat())["pinned"] == [sent["message_id"]]
    assert (await ask("unpinAllForumTopicMessages", chat_id=desk.id, message_thread_id=thread))["ok"]
    assert (await desk.chat())["pinned"] == []


async def test_topics_switched_on_make_a_basic_group_a_forum_with_another_id(ask: Ask, basic: Group) -> None:
    forum = await basic.forum()
    assert forum.id != basic.id
    assert (await ask("getChat", chat_id=forum.id))["result"]["is_forum"] is True
    await forum.forum(on=False)
    await forum.member("bot", "administrator")
    assert await refused(ask, "createForumTopic", chat_id=forum.id, name="a") == "Bad Request: the chat is not a forum"


class TestRates:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(rates=Rates(chat_per_second=100, chat_burst=100, all_burst=100, group_per_minute=3))

    async def test_a_group_takes_so_many_messages_within_any_minute(self, ask: Ask, desk: Group, clock: Clock) -> None:
        assert (await ask("createForumTopic", chat_id=desk.id, name="a"))["ok"]
        clock.now += 20
        outcomes = [await ask("sendMessage", chat_id=desk.id, text="a") for _ in range(3)]
        assert [body["ok"] for body in outcomes] == [True, True, False]
        assert outcomes[2]["parameters"] == {"retry_after": 40}
        clock.now += 40
        assert (await ask("sendMessage", chat_id=desk.id, text="a"))["ok"]
        assert not (await ask("sendMessage", chat_id=desk.id, text="a"))["ok"]
