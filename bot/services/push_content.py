"""What a push says: a block of the flow or a message of its own, its topic, its options. A change is a new revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bot.flow import composed
from bot.flow.content import Content, Kind, Option
from bot.flow.markup import clean
from bot.flow.wording import WordingError
from bot.rules import SYSTEM_FIELDS
from bot.services import contents, push_topics, pushes, sql
from bot.services.refusal import Refusal
from bot.services.roles import Actor
from bot.services.setup import Setup
from models import Message, Push, PushContent, PushRun, PushSweep

#: No sound; cannot be passed on; a preview of the first link; a button to unsubscribe; a block moves nobody.
OPTIONS = ("silent", "protected", "preview", "unsubscribe", "keep_place")
#: Files of an album.
ALBUM_SIZES = range(2, 11)
#: Buttons in all.
MOST_BUTTONS = 20

_CONTENTS = sql.table(PushContent)


def options(of: Push | PushRun) -> frozenset[str]:
    """What is switched on."""
    return frozenset(of.options.split())


def is_language(written: str) -> bool:
    """Whether this is the code of a language: "de", "pt-br"."""
    return composed.is_language(written)


def versions(db: Session, content_id: int | None) -> Mapping[str, Content]:
    """The message by language, "" for everybody else; empty where there is none."""
    row = db.get(PushContent, content_id) if content_id is not None else None
    return {language: contents.from_json(one) for language, one in row.versions.items()} if row else {}


def set_message(
    db: Session, push_id: int, content: Content, language: str = "", *, by: Actor, setup: Setup, now: datetime
) -> Push:
    """The push says this to people of a language ("": to everybody else), with the buttons it had.

    It starts no block any more. Refused where Telegram would refuse it, or a place in it names no variable.
    """
    push = pushes.get(db, push_id, lock=True)
    present = dict(versions(db, push.content_id))
    if language and not is_language(language):
        raise Refusal("push.no_language", word=clean(language))
    if language and "" not in present:
        raise Refusal("push.no_default")
    if not content.rows and language in present:
        content = replace(content, rows=present[language].rows)
    _check(content, setup)
    _store(db, push, present | {language: content}, by, setup, now)
    pushes.record(db, push, "push.message", by, now, after=_summary(content, language))
    return push


def add_to_album(
    db: Session, push_id: int, part: Content, language: str = "", *, by: Actor, setup: Setup, now: datetime
) -> Push:
    """A further file of the album that the message is; the first file makes it one. Refused beyond ten."""
    push = pushes.get(db, push_id, lock=True)
    present = dict(versions(db, push.content_id))
    album = _joined(present[language], part)
    _check(album, setup)
    _store(db, push, present | {language: album}, by, setup, now, bump=False)
    return push


def set_buttons(
    db: Session,
    push_id: int,
    rows: tuple[tuple[Option, ...], ...],
    language: str = "",
    *,
    by: Actor,
    setup: Setup,
    now: datetime,
) -> Push:
    """The buttons under the message; none take them away. Refused for a block that the flow does not have."""
    push = pushes.get(db, push_id, lock=True)
    present = dict(versions(db, push.content_id))
    if language not in present:
        raise Refusal("push.no_message")
    content = replace(present[language], rows=rows)
    _check(content, setup)
    _store(db, push, present | {language: content}, by, setup, now)
    pushes.record(db, push, "push.buttons", by, now, after=_summary(content, language))
    return push


def drop_version(db: Session, push_id: int, language: str, *, by: Actor, setup: Setup, now: datetime) -> Push:
    """People of this language get what everybody else gets."""
    push = pushes.get(db, push_id, lock=True)
    present = dict(versions(db, push.content_id))
    if not language or present.pop(language, None) is None:
        raise Refusal("ui.old")
    _store(db, push, present, by, setup, now)
    pushes.record(db, push, "push.message", by, now, after=f"no version for {language}")
    return push


def switch(db: Session, push_id: int, option: str, *, by: Actor, now: datetime) -> Push:
    """Switch one of `OPTIONS` on, or off."""
    push = pushes.get(db, push_id, lock=True)
    return set_options(db, push_id, options(push) ^ read_options([option]), by=by, now=now)


def read_options(names: Sequence[str]) -> frozenset[str]:
    """These of `OPTIONS`. Raises a Refusal for what is none."""
    if unknown := [name for name in names if name not in OPTIONS]:
        raise Refusal("push.no_option", word=clean(unknown[0]), options=", ".join(OPTIONS))
    return frozenset(names)


def set_options(db: Session, push_id: int, wanted: frozenset[str], *, by: Actor, now: datetime) -> Push:
    """Exactly these of `OPTIONS` are on."""
    push = pushes.get(db, push_id, lock=True)
    pushes.record(db, push, "push.options", by, now, after=", ".join(sorted(wanted)) or "none")
    push.options = " ".join(option for option in OPTIONS if option in wanted)
    pushes.revise(push)
    db.flush()
    return push


def set_topic(db: Session, push_id: int, topic: str | None, *, by: Actor, now: datetime) -> Push:
    """Whoever has left this topic gets nothing; None: it has no topic. Refused for what is no topic."""
    push = pushes.get(db, push_id, lock=True)
    topic = push_topics.read(topic) if topic is not None else None
    pushes.record(db, push, "push.topic", by, now, after=topic or "none")
    push.topic = topic
    pushes.revise(push)
    db.flush()
    return push


def missing(db: Session, push: Push, setup: Setup) -> Refusal | None:
    """Why what the push says cannot be sent as it stands; None: it can."""
    if push.content_id is None:
        if push.start is None:
            return Refusal("push.no_start")
        return None if push.start in setup.flow.blocks else pushes.no_block(push.start, setup)
    row = db.get_one(PushContent, push.content_id)
    said = versions(db, push.content_id)
    if "" not in said:
        return Refusal("push.no_default")
    if row.bot_id != setup.bot_id and any(content.media or content.kind is Kind.ALBUM for content in said.values()):
        return Refusal("push.other_bot")
    try:
        for content in said.values():
            _check(content, setup)
    except Refusal as refusal:
        return refusal
    return None


def refused(db: Session, push: Push) -> str | None:
    """Telegram's reason where it refused the last preview of this revision; None: it did not, or there was none."""
    if push.previewed_by is None or push.previewed_number is None:
        return None
    shown = (Message.user_id == push.previewed_by, Message.number >= push.previewed_number)
    mine = (Message.author == "push", Message.author_id.is_(None), Message.state == "failed")
    return db.scalar(select(Message.reason).where(*shown, *mine).order_by(Message.number).limit(1))


def _store(
    db: Session,
    push: Push,
    present: Mapping[str, Content],
    by: Actor,
    setup: Setup,
    now: datetime,
    *,
    bump: bool = True,
) -> None:
    before, written = push.content_id, {language: contents.to_json(one) for language, one in present.items()}
    row = PushContent(push_id=push.id, versions=written, bot_id=setup.bot_id, created_by=by.id, created_at=now)
    db.add(row)
    db.flush()
    push.content_id, push.start = row.id, None
    if bump:
        pushes.revise(push)
    db.flush()
    forget_unused(db, before)


def forget_unused(db: Session, content_id: int | None) -> None:
    """A content that no push, run or sweep refers to goes."""
    if content_id is None:
        return
    used = (exists().where(model.content_id == content_id) for model in (Push, PushRun, PushSweep))
    db.execute(delete(_CONTENTS).where(_CONTENTS.c.id == content_id, *(~one for one in used)))


def _joined(album: Content, part: Content) -> Content:
    """An album with one file more."""
    items = (*(_items(album) or [(str(album.kind), album.media)]), (str(part.kind), part.media))
    return replace(album, kind=Kind.ALBUM, media=None, text=album.text or part.text, extra=(("items", items),))


def _check(content: Content, setup: Setup) -> None:
    """Refuse what Telegram would refuse, and what would not be filled."""
    if limit := composed.too_long(content):
        raise Refusal("push.too_long", limit=limit)
    if content.kind is Kind.TEXT and not content.text.strip():
        raise Refusal("push.empty")
    if content.kind is Kind.ALBUM:
        _check_album(content)
    buttons = [option for row in content.rows for option in row]
    if len(buttons) > MOST_BUTTONS:
        raise Refusal("push.too_many_buttons", most=MOST_BUTTONS)
    for option in buttons:
        if option.block is not None and option.block not in setup.flow.blocks:
            raise pushes.no_block(option.block, setup)
    _check_slots(content, setup)


def _items(content: Content) -> list[tuple[str, str | None]]:
    """The files of an album as kind and reference; none where it is no album."""
    items = dict(content.extra).get("items", ())
    return [(str(item[0]), item[1]) for item in items] if isinstance(items, tuple) else []


def _check_album(content: Content) -> None:
    items = _items(content)
    if len(items) not in ALBUM_SIZES:
        raise Refusal("push.bad_album")
    kinds = {kind for kind, _ in items}
    if len(kinds) > 1 and not kinds <= {str(Kind.PHOTO), str(Kind.VIDEO)}:
        raise Refusal("push.mixed_album")


def _check_slots(content: Content, setup: Setup) -> None:
    try:
        named = composed.slots(content)
    except WordingError as fault:
        raise Refusal("push.bad_brace") from fault
    known = [*setup.flow.variables, *SYSTEM_FIELDS]
    for name in named:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise Refusal("push.no_variable_near" if near else "push.no_variable", name=name, near="".join(near))


def _summary(content: Content, language: str) -> str:
    kind = f"{content.kind} for {language}" if language else str(content.kind)
    buttons = sum(len(row) for row in content.rows)
    return f"{kind}, {len(contents.words(content.text))} characters, {buttons} buttons"
