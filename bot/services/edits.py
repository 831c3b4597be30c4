"""Messages that were changed after they were sent: their copies in other chats change with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.services import audit, contents, outgoing_queue, requests_open, roles, sql
from bot.services.outgoing_queue import ALIVE, RELAY, Relay, Source, anew
from bot.services.refusal import Refusal
from bot.services.requests_note import is_note, note_words
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import Message

_MESSAGES = sql.table(Message)


def of_user(db: Session, relay: Relay, *, taken_by: int | None, setup: Setup, now: datetime) -> frozenset[int]:
    """A user changed a message, and `relay` is the new version: staff who have the old one see it in its place.

    Whoever should read it and has none gets it as a message of its own. Returns whom there is something to send to.
    """
    copies = [row for row in _copies(db, (relay.user_id, relay.source)) if row.kind == RELAY and row.state in ALIVE]
    if not copies:
        return requests_open.pass_on(db, relay, taken_by=taken_by, setup=setup, now=now)
    for row in copies:
        content = {**row.content, "relay_of": [relay.user_id, relay.number]}
        _change(db, row, {"content": content, "words": relay.words})
    told = {row.user_id for row in copies}
    others = [one for one in requests_open.listeners(db, taken_by, setup.owners) if one not in told]
    outgoing_queue.queue_relay(db, others, relay, now=now)
    return frozenset(told.union(others))


def of_staff(db: Session, source: Source, content: Content, *, by: Actor, now: datetime) -> frozenset[int] | None:
    """A member of staff changed a message of their own, and so what was made of it: an answer, at the user; or a note.

    Returns whom there is something to send to; None where nothing was made of that message. Raises a Refusal for an
    answer that did not arrive, and for one that is to become a note.
    """
    row = next((row for row in _copies(db, source) if row.author == "staff"), None)
    if row is None:
        return None
    roles.require(by, Role.STAFF)
    kept = {name: row.content[name] for name in ("reply_to", "album") if name in row.content}
    written = {**contents.to_json(content), **kept, "edited": True}
    words = contents.words(content.text)
    audit.record(db, actor_id=by.id, action="request.edit", target=f"user {row.user_id}", now=now)
    if row.direction == "note":
        _change(db, row, {"content": written, "words": note_words(content)})
        return frozenset()
    if is_note(content):
        raise Refusal("conversation.is_no_note")
    if row.state not in ALIVE:
        raise Refusal("conversation.too_late_to_edit")
    _change(db, row, {"content": written, "words": words, "kind": str(content.kind)})
    return frozenset({row.user_id})


def _copies(db: Session, source: tuple[int, int | None]) -> list[Row[Any]]:
    chat, message = source
    if message is None:
        return []
    query = select(_MESSAGES).where(_MESSAGES.c.source_chat == chat, _MESSAGES.c.source_id == message)
    return list(db.execute(query.order_by(_MESSAGES.c.user_id, _MESSAGES.c.number)))


def _change(db: Session, row: Row[Any], values: dict[str, Any]) -> None:
    one = (_MESSAGES.c.user_id == row.user_id) & (_MESSAGES.c.number == row.number)
    db.execute(update(_MESSAGES).where(one).values(values | anew()))
