"""What goes into the topics of the staff group: drawn at the moment it is sent, so that bursts go out together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.admin.topic import draw_card, draw_lines, title
from bot.compose import BARE, METHODS, compose, edit, together
from bot.flow.content import Content
from bot.flow.content import Kind as Media
from bot.services import support_topics
from bot.services.setup import Setup
from bot.services.support_topics import TopicState, Unposted
from bot.services.support_topics_note import Kind, Step
from bot.ui.telegram import parameters
from bot.wire import Call

#: Lines in one message at most, and characters of them.
JOINED, LENGTH = 20, 3000
#: Telegram's limit for an album.
ALBUM = 10


@dataclass(frozen=True, slots=True)
class Errand:
    """A step, and the calls that do it; the first one decides how it ended."""

    step: Step
    calls: tuple[Call, ...] = ()


def next_errand(db: Session, *, setup: Setup, now: datetime) -> Errand | None:
    """What is to be done in the staff group now; None: the topics show all there is."""
    topic = support_topics.next_topic(db, setup.support.group_id)
    if topic is None:
        return None
    if topic.thread_id is None:
        return _begin(topic, db, setup)
    if topic.card_id is None:
        return Errand(Step(Kind.CARD, topic), (_card(db, topic, setup, now),))
    if topic.shown != topic.state and not topic.closed:
        return _state(db, topic, setup, now)
    if lines := support_topics.unposted(db, topic):
        return _post(db, topic, lines, setup)
    if topic.shown != topic.state:
        return _state(db, topic, setup, now)
    return Errand(Step(Kind.SETTLE, topic, topic.last))


def _begin(topic: TopicState, db: Session, setup: Setup) -> Errand:
    """A request that was closed before its topic was made needs none, unless there is something to read."""
    if topic.closed and not support_topics.unposted(db, topic):
        return Errand(Step(Kind.SETTLE, topic, topic.last))
    made = Call("createForumTopic", {"chat_id": topic.chat_id, "name": title(db, topic, setup)})
    return Errand(Step(Kind.MAKE, topic), (made,))


def _card(db: Session, topic: TopicState, setup: Setup, now: datetime) -> Call:
    return Call("sendMessage", {**_place(topic), **parameters(draw_card(db, topic, setup, now))})


def _state(db: Session, topic: TopicState, setup: Setup, now: datetime) -> Errand:
    """Card and title; a topic is closed last and reopened first."""
    where = {"chat_id": topic.chat_id, "message_thread_id": topic.thread_id}
    card = edit(topic.chat_id, topic.card_id or 0, _card(db, topic, setup, now))
    named = Call("editForumTopic", {**where, "name": title(db, topic, setup)})
    door = Call("closeForumTopic" if topic.closed else "reopenForumTopic", where)
    moves = (door,) if topic.closed or topic.shown == support_topics.CLOSED else ()
    calls = tuple(call for call in (card, named) if call is not None)
    return Errand(Step(Kind.STATE, topic), (*calls, *moves) if topic.closed else (*calls[:1], *moves, *calls[1:]))


def _post(db: Session, topic: TopicState, lines: list[Unposted], setup: Setup) -> Errand:
    first = lines[0]
    if album := _album(lines):
        parts = [(Media(line.kind), _media(line), _caption(db, line, setup)) for line in album]
        call = together(topic.chat_id, parts)
        return _posting(topic, album, Call(call.method, {**call.parameters, **_place(topic)}))
    if (post := support_topics.post_of(db, topic, first)) is not None and not _has_file(first):
        return _posting(topic, [first], _again(db, topic, first, post, setup))
    if _has_file(first):
        return _posting(topic, [first], _file(db, topic, first, setup))
    joined = _joined(lines)
    text = draw_lines(db, joined, setup)
    words = {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return _posting(topic, joined, Call("sendMessage", {**_place(topic), **words}))


def _again(db: Session, topic: TopicState, line: Unposted, post: int, setup: Setup) -> Call:
    """The user changed what a post shows: it changes in its place."""
    words = {"text": draw_lines(db, [line], setup), "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return Call("editMessageText", {"chat_id": topic.chat_id, "message_id": post, **words})


def _posting(topic: TopicState, lines: list[Unposted], call: Call) -> Errand:
    numbers = tuple(line.number for line in lines)
    return Errand(Step(Kind.POST, topic, numbers[-1], numbers), (call,))


def _place(topic: TopicState) -> dict[str, Any]:
    return {"chat_id": topic.chat_id, "message_thread_id": topic.thread_id}


def _has_file(line: Unposted) -> bool:
    """Whether it has to go as what it is; words of all other kinds are enough."""
    return (line.kind in METHODS and bool(_media(line))) or _is_copied(line)


def _is_copied(line: Unposted) -> bool:
    wordless = line.kind in (Media.LOCATION, Media.CONTACT, Media.POLL, Media.OTHER)
    return line.direction == "in" and wordless and line.telegram_id is not None


def _media(line: Unposted) -> str:
    """Telegram's id of the file that came with it, or that staff sent."""
    return str(line.content.get("file_id") or str(line.content.get("media") or "").removeprefix("id:"))


def _joined(lines: list[Unposted]) -> list[Unposted]:
    """The words at the beginning that fit into one message."""
    joined: list[Unposted] = []
    length = 0
    for line in lines[:JOINED]:
        length += len(line.words)
        if joined and (_has_file(line) or length > LENGTH or line.content.get("edited")):
            break
        joined.append(line)
    return joined


def _album(lines: list[Unposted]) -> list[Unposted]:
    """The files at the beginning that came as one album; none where it is no album."""
    album = lines[0].content.get("album")
    if not album or lines[0].direction != "in":
        return []
    parts: list[Unposted] = []
    for line in lines[:ALBUM]:
        if line.content.get("album") != album or not line.content.get("file_id"):
            break
        parts.append(line)
    return parts if len(parts) > 1 else []


def _caption(db: Session, line: Unposted, setup: Setup) -> str:
    return draw_lines(db, [line], setup) if line.words else ""


def _file(db: Session, topic: TopicState, line: Unposted, setup: Setup) -> Call:
    if _is_copied(line):
        return Call("copyMessage", {**_place(topic), "from_chat_id": topic.user_id, "message_id": line.telegram_id})
    media, kind = _media(line), Media(line.kind)
    shown = _caption(db, line, setup) if kind not in BARE else ""
    call = compose(topic.chat_id, Content(kind, shown, f"id:{media}"), {f"id:{media}": media})
    return Call(call.method, {**call.parameters, **_place(topic)})


def sentence(chat_id: int, thread_id: int, reply_to: int, words: str) -> Call:
    """A sentence of the bot's own under somebody's message in a topic."""
    answers = {"message_id": reply_to, "allow_sending_without_reply": True}
    place = {"chat_id": chat_id, "message_thread_id": thread_id, "reply_parameters": answers}
    return Call("sendMessage", {**place, "text": words})
