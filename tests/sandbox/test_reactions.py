"""Reactions and votes, of people and of the bot."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox import Group, Person, Sandbox
from tests.sandbox.conftest import Ask
from tests.sandbox.test_groups import basic, desk, refused, sam, sara
from tests.sandbox.test_people import updates

__all__ = ["basic", "desk", "sam", "sara"]


async def test_a_reaction_of_the_bot_is_seen_at_once(
    sandbox: Sandbox, ask: Ask, vera: Person, http: aiohttp.ClientSession
) -> None:
    written = await vera.write("Thanks")
    place = {"chat_id": 101, "message_id": written["id"]}
    async with http.ws_connect(f"{sandbox.url}/sim/events?person=101") as socket:
        await socket.receive_json()
        assert (await ask("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "❤️"}]))["ok"]
        event = await socket.receive_json()
    assert (event["type"], event["message"]["reaction"]) == ("edited", "❤")
    assert (await ask("setMessageReaction", **place))["ok"]
    assert "reaction" not in (await vera.chat())["messages"][0]


@pytest.mark.parametrize(
    ("reaction", "description"),
    [
        ([{"type": "emoji", "emoji": "✅"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}, {"type": "emoji", "emoji": "🔥"}], "REACTIONS_TOO_MANY"),
        ("👍", "can't parse reaction types JSON object"),
    ],
)
async def test_reactions_that_telegram_does_not_have(
    ask: Ask, vera: Person, reaction: object, description: str
) -> None:
    written = await vera.write("Thanks")
    said = await refused(ask, "setMessageReaction", chat_id=101, message_id=written["id"], reaction=reaction)
    assert description in said


async def test_reactions_of_people_are_told_when_asked_for(ask: Ask, vera: Person) -> None:
    await vera.start()
    sent = (await ask("sendMessage", chat_id=101, text="Good?"))["result"]["message_id"]
    await updates(ask)
    await vera.react(sent, "👍")
    assert await updates(ask) == []
    await ask("getUpdates", allowed_updates=["message_reaction"])
    await vera.react(sent, "🔥")
    await vera.react(sent, "")
    changes = [update["message_reaction"] for update in await updates(ask)]
    assert changes[0]["user"]["id"] == 101
    assert [(c["old_reaction"], c["new_reaction"]) for c in changes] == [
        ([{"type": "emoji", "emoji": "👍"}], [{"type": "emoji", "emoji": "🔥"}]),
        ([{"type": "emoji", "emoji": "🔥"}], []),
    ]
    with pytest.raises(RuntimeError, match="no such reaction"):
        await vera.react(sent, "✅")


async def test_in_groups_only_a_ruling_bot_hears_of_reactions(ask: Ask, desk: Group, basic: Group, sam: Person) -> None:
    await ask("getUpdates", allowed_updates=["message_reaction"])
    for group, told in ((desk, 1), (basic, 0)):
        written = await group.write(sam, "Nice")
        await updates(ask)
        reacted = await group.react(sam, written, "👍")
        assert reacted["reactions"] == [{"emoji": "👍", "by": [202]}]
        assert len(await updates(ask)) == told


async def test_a_vote_changes_the_poll_and_is_told(ask: Ask, vera: Person, victor: Person, sandbox: Sandbox) -> None:
    await vera.start()
    poll = {"question": "Tea?", "options": [{"text": "Yes"}, {"text": "No"}], "is_anonymous": False}
    sent = (await ask("sendPoll", chat_id=101, **poll))["result"]["message_id"]
    await updates(ask)
    voted = await vera.vote(sent, 1)
    assert [option["voter_count"] for option in voted["poll"]["options"]] == [0, 1]
    answer, state = await updates(ask)
    assert (answer["poll_answer"]["user"]["id"], answer["poll_answer"]["option_ids"]) == (101, [1])
    assert state["poll"]["total_voter_count"] == 1
    assert (await vera.vote(sent))["poll"]["total_voter_count"] == 0
    with pytest.raises(RuntimeError, match="Only one option"):
        await vera.vote(sent, 0, 1)
    with pytest.raises(RuntimeError, match="no such option"):
        await vera.vote(sent, 2)
    await ask("stopPoll", chat_id=101, message_id=sent)
    with pytest.raises(RuntimeError, match="no open poll"):
        await vera.vote(sent, 0)


async def test_an_anonymous_vote_names_nobody(ask: Ask, desk: Group, sam: Person) -> None:
    sent = (await ask("sendPoll", chat_id=desk.id, question="Tea?", options=[{"text": "Yes"}, {"text": "No"}]))[
        "result"
    ]["message_id"]
    await updates(ask)
    await desk.vote(sam, sent, 0)
    assert [list(update)[1] for update in await updates(ask)] == ["poll"]


async def test_media_tell_what_their_sender_said_of_them(ask: Ask, vera: Person) -> None:
    await vera.start()
    song = await vera.send_file(b"data", "song.mp3", "audio", title="Fifth", performer="Ludwig", duration=30)
    assert (song["audio"]["title"], song["audio"]["performer"], song["audio"]["duration"]) == ("Fifth", "Ludwig", 30)
    smile = await vera.send_file(b"data", "smile.webp", "sticker", emoji="🙂")
    assert smile["sticker"]["emoji"] == "🙂"


async def test_a_caption_is_edited_and_told(ask: Ask, vera: Person) -> None:
    sent = await vera.send_file(b"data", "a.txt", caption="Helo")
    changed = await vera.edit(sent, "Hello")
    assert (changed["caption"], "edit_date" in changed) == ("Hello", True)
    assert (await updates(ask))[-1]["edited_message"]["caption"] == "Hello"


async def test_a_deactivated_account_cannot_be_written_to(ask: Ask, vera: Person) -> None:
    await vera.start()
    await vera.deactivate()
    assert await refused(ask, "sendMessage", chat_id=101, text="a") == "Forbidden: user is deactivated"
    with pytest.raises(RuntimeError, match="deactivated"):
        await vera.write("Hello")


async def test_somebody_elses_words_can_be_forwarded(ask: Ask, sandbox: Sandbox, vera: Person, victor: Person) -> None:
    await sandbox.client.post("/sim/people/101/write", {"text": "/start", "forwarded_from": 102})
    message = (await updates(ask))[0]["message"]
    assert message["forward_origin"]["sender_user"]["id"] == 102
