"""What goes into the topics of the staff group: drawn at the moment it is sent, so that bursts go out together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.admin.topic import draw_caption, draw_card, draw_lines, title
from bot.compose import BARE, METHODS, NO_PREVIEW, answering, compose, edit, together
from bot.flow.content import Content
from bot.flow.content import Kind as Media
from bot.services import support_topics, support_topics_posts
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
    topic = support_topics.next_topic(db, setup.support.group_id, now)
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
    """Card and title; a topic is closed last and reopened first. In one that is shut only the card can change."""
    where = {"chat_id": topic.chat_id, "message_thread_id": topic.thread_id}
    card = edit(topic.chat_id, topic.card_id or 0, _card(db, topic, setup, now))
    named = Call("editForumTopic", {**where, "name": title(db, topic, setup)})
    door = Call("closeForumTopic" if topic.closed else "reopenForumTopic", where)
    cards = () if card is None else (card,)
    if topic.closed:
        calls = cards if topic.shows_closed else (*cards, named)
        return Errand(Step(Kind.STATE, topic), calls if topic.shut else (*calls, door))
    return Errand(Step(Kind.STATE, topic), (*cards, door, named) if topic.shut else (*cards, named))


def _post(db: Session, topic: TopicState, lines: list[Unposted], setup: Setup) -> Errand:
    first = lines[0]
    shown = _album(lines) or ([first] if _has_file(first) else _joined(lines))
    call = _shown(db, topic, shown, setup)
    if (post := support_topics_posts.post_of(db, topic, first)) is not None:
        return _posting(topic, shown, edit(topic.chat_id, post, call))  # it changes in its place
    place = {**_place(topic), **answering(support_topics_posts.answered(db, topic, first))}
    return _posting(topic, shown, Call(call.method, {**call.parameters, **place}))


def _shown(db: Session, topic: TopicState, lines: list[Unposted], setup: Setup) -> Call:
    """The call that shows some lines: as an album, as the file that it is, or as words."""
    if len(lines) > 1 and _has_file(lines[0]):
        parts = [(Media(line.kind), _media(line), draw_caption(db, line, setup)) for line in lines]
        return together(topic.chat_id, parts)
    if _has_file(lines[0]):
        return _file(db, topic, lines[0], setup)
    words = {"text": draw_lines(db, lines, setup), "parse_mode": "HTML", "link_preview_options": NO_PREVIEW}
    return Call("sendMessage", {"chat_id": topic.chat_id, **words})


def _posting(topic: TopicState, lines: list[Unposted], call: Call | None) -> Errand:
    """None: what was changed cannot be changed there (where somebody walks), so it stays as it was."""
    numbers = tuple(line.number for line in lines)
    return Errand(Step(Kind.POST, topic, numbers[-1], numbers), () if call is None else (call,))


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
        if joined and (_has_file(line) or length > LENGTH or line.content.keys() & {"edited", "reply_to"}):
            break
        joined.append(line)
    return joined


def _album(lines: list[Unposted]) -> list[Unposted]:
    """The files at the beginning that came as one album; none where it is no album."""
    album = lines[0].content.get("album")
    parts: list[Unposted] = []
    for line in lines[:ALBUM] if album else ():
        if line.content.get("album") != album or line.content.get("edited") or not _has_file(line):
            break
        parts.append(line)
    return parts if len(parts) > 1 else []


def _file(db: Session, topic: TopicState, line: Unposted, setup: Setup) -> Call:
    if _is_copied(line):
        copied = {"from_chat_id": topic.user_id, "message_id": line.telegram_id}
        return Call("copyMessage", {"chat_id": topic.chat_id, **copied})
    media, kind = _media(line), Media(line.kind)
    shown = draw_caption(db, line, setup) if kind not in BARE else ""
    return compose(topic.chat_id, Content(kind, shown, f"id:{media}"), {f"id:{media}": media})


def sentence(chat_id: int, thread_id: int, reply_to: int, words: str) -> Call:
    """A sentence of the bot's own under somebody's message in a topic."""
    answers = {"message_id": reply_to, "allow_sending_without_reply": True}
    place = {"chat_id": chat_id, "message_thread_id": thread_id, "reply_parameters": answers}
    return Call("sendMessage", {**place, "text": words})
