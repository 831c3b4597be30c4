"""The staff group goes wrong while people wait: nothing that anybody wrote is lost, and staff see where they are."""

from __future__ import annotations

from typing import Any

from tests.story.desk import asked, sends_album
from tests.story.people import buttons, hears, texts
from tests.story.topics import TopicStory, with_topics


def there(chat: dict[str, Any], words: str) -> bool:
    """Whether the bot has said this in a chat."""
    return any(words in text for text in texts([one for one in chat["messages"] if one["from"] == "bot"]))


async def test_deleted_closed_moved_and_lost_the_desk_goes_on(url: str) -> None:
    async with with_topics(url) as told:
        await a_deleted_topic_is_made_again(told)
        thread = await a_closed_topic_is_opened(told)
        await a_lost_group_falls_back_and_catches_up(told, thread)


async def a_deleted_topic_is_made_again(told: TopicStory) -> None:
    thread, vera = await told.asks(), told.story.vera
    await vera.write("In any edition.")
    await told.says(thread)
    known = {topic["id"] for topic in await told.group.topics()}
    await told.group.topic("delete", thread, by=told.story.ada)
    await vera.write("Are you there?")
    again = await told.new_topic(known)
    await told.group.until(lambda chat: there(chat, "In any edition.") and there(chat, "Are you there?"), thread=again)


async def a_closed_topic_is_opened(told: TopicStory) -> int:
    (topic,) = await told.group.topics()
    thread = int(topic["id"])
    await told.group.topic("close", thread, by=told.story.ada)
    await told.story.vera.write("One more thing.")
    await told.group.until(lambda chat: there(chat, "One more thing."), thread=thread)
    assert [one["closed"] for one in await told.group.topics()] == [False]
    return thread


async def a_lost_group_falls_back_and_catches_up(told: TopicStory, thread: int) -> None:
    story, group = told.story, told.group
    await group.kick_bot()
    await hears(story.ada, "The staff group cannot be used")
    await hears(story.sara, "Support request")
    await story.sam.heard(1)
    await story.vera.write("Hello?")
    for one in (story.sara, story.sam):
        assert "Hello?" in texts(await one.heard(1))[0]
    await story.sara.write("A moment, please.", reply_to=(await story.sara.chat())["messages"][-1]["id"])
    await hears(story.vera, "A moment, please.")
    await group.member("bot", "administrator", by=story.ada)
    await hears(story.ada, "The staff group works again")
    await group.until(lambda chat: there(chat, "Hello?") and there(chat, "A moment, please."), thread=thread)
    await story.vera.write("Thank you.")
    await group.until(lambda chat: there(chat, "Thank you."), thread=thread)
    assert await story.sam.heard_so_far() == []


async def test_a_group_that_becomes_a_supergroup_is_followed(sqlite_url: str) -> None:
    async with with_topics(sqlite_url, chosen=False) as told:
        story, client = told.story, told.story.sandbox.client
        basic = await client.group("Small desk", story.ada, story.sara, bot="administrator")
        await story.ada.write(f"/settings support_group {basic.id}")
        await story.ada.heard(1)
        await asked(story)  # a group without topics is a lost one, so both get the alert
        moved = await basic.forum()
        await story.vera.write("Where are you?")
        await moved.until(lambda chat: there(chat, "Where are you?"))
        await story.ada.write("/staffgroup")
        await story.ada.until(lambda chat: there(chat, str(moved.id)))


async def test_a_topic_shows_albums_quotes_changes_and_canned_answers(sqlite_url: str) -> None:
    async with with_topics(sqlite_url) as told:
        story, group = told.story, told.group
        thread = await told.asks()
        # An album stays one, though its parts come one by one; a caption that is changed changes there.
        await sends_album(story, story.vera, 3, "These")
        album = await group.heard(3, thread)
        assert len({part["media_group_id"] for part in album}) == 1 and "These" in album[0]["caption"]
        await story.vera.edit((await story.vera.chat())["messages"][-3], "These three")
        changed = await group.changed(album[0])
        assert "These three" in changed["caption"] and "edited" in changed["caption"]
        assert changed["media_group_id"] == album[0]["media_group_id"]
        # A reply of the user's is one in the topic: to staff's own words, and to the user's own.
        answer = await group.write(story.sara, "Which one?", thread)
        (heard,) = await hears(story.vera, "Which one?")
        await story.vera.write("The left one.", reply_to=heard["id"])
        posted = await group.until(lambda chat: there(chat, "The left one."), thread=thread)
        assert posted["messages"][-1]["reply_to"] == answer["id"]
        # What staff keep under a name is filled in; other commands go nowhere.
        await story.sam.write("/canned add left It is yours, {first_name}.")
        await story.sam.heard(2)
        await group.write(story.sara, "/c left", thread)
        await hears(story.vera, "It is yours, Vera.")
        await group.write(story.sara, "/users", thread)
        await group.until(lambda chat: there(chat, "Commands work in the private chat"), thread=thread)
        # The card closes it, and shows what the user thought of it; its switch goes once the bot is back.
        await group.press(story.sara, "Close request")
        await told.titled("Closed · Vera Visitor (101)")
        (rating,) = await hears(story.vera, "How was the help of our staff")
        await story.vera.press("4", rating)
        await group.until(lambda chat: there(chat, "rated 4 of 5"), thread=thread)
        await group.press(story.sara, "Reactivate bot")
        await group.until(lambda chat: "Reactivate bot" not in buttons(card_of(chat)), thread=thread)
        assert all(topic["closed"] for topic in await group.topics())


def card_of(chat: dict[str, Any]) -> dict[str, Any]:
    """The card at the beginning of a topic."""
    return next(one for one in chat["messages"] if "Support request" in one.get("text", ""))


async def test_without_a_group_open_requests_go_to_staff_directly(sqlite_url: str) -> None:
    async with with_topics(sqlite_url) as told:
        story = told.story
        await told.asks()
        await story.ada.write("/staffgroup")
        (page,) = await story.ada.heard(1)
        await story.ada.press("Use no group")
        question = await story.ada.changed(page)
        await story.ada.press("Use no group", question)
        await hears(story.sara, "Support request")
        await story.vera.write("Hello?")
        assert "Hello?" in texts(await story.sara.heard(1))[0]


async def test_no_minute_has_more_than_a_group_may_get_and_the_order_stays(sqlite_url: str) -> None:
    async with with_topics(sqlite_url, group_rate=15) as told:
        thread = await told.asks()
        for number in range(40):
            await told.story.vera.write(f"line {number:02}")
        chat = await told.group.until(lambda chat: there(chat, "line 39"), thread=thread)
        said = "\n".join(texts([one for one in chat["messages"] if one["from"] == "bot"]))
        places = [said.index(f"line {number:02}") for number in range(40)]
        assert places == sorted(places)
        calls = [one for one in await told.story.sandbox.client.log() if one["params"].get("chat_id") == told.group.id]
        assert len([one for one in calls if one["method"].startswith(("send", "createForum", "edit"))]) < 20
