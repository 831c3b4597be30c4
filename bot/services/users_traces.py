"""Traces of a person outside of their own rows: what others' rows say of them, found and taken away in lots."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, Text, cast, delete, or_, select, tuple_, update
from sqlalchemy.orm import Session

from bot.rules import fold
from bot.services import sql
from bot.services.users_forget import digest_of
from models import AuditEntry, Draft, Filter, InboxUpdate, Message, Request, User

#: Rows of one kind that are looked for, and taken away, at once.
LOT = 500

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_MESSAGES, _INBOX, _AUDIT = sql.table(Message), sql.table(InboxUpdate), sql.table(AuditEntry)
_DRAFTS, _FILTERS = sql.table(Draft), sql.table(Filter)


@dataclass(frozen=True, slots=True)
class Whose:
    """The person whose traces are looked for. Kept in memory only, since their row goes."""

    id: int
    #: First and last name and the username, as they are.
    names: tuple[str, ...]
    requests: tuple[int, ...] = ()

    def is_in(self, *texts: str | None) -> bool:
        """Whether any of the texts has the id or one of the names as a word."""
        return any(self.has_id(text) or self._is_named(text) for text in texts if text)

    def has_id(self, text: str | None) -> bool:
        """Whether the text has the id as a number of its own."""
        return re.search(rf"(?<!\d){self.id}(?!\d)", text or "") is not None

    def _is_named(self, text: str) -> bool:
        folded = fold(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
        return any(re.search(rf"(?<!\w){re.escape(fold(name))}(?!\w)", folded) for name in self.names if fold(name))

    def possibly(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """A condition that holds wherever `is_in` does, and sometimes where it does not."""
        words = {str(self.id), *self.names, *(json.dumps(name)[1:-1] for name in self.names)}
        return or_(*(column.icontains(word, autoescape=True) for word in words))


@dataclass(frozen=True, slots=True)
class Traces:
    """One lot of rows that speak of a person, by their keys. False if there are none."""

    messages: tuple[tuple[int, int], ...] = ()
    signed: tuple[tuple[int, int], ...] = ()
    inbox: tuple[int, ...] = ()
    audit: tuple[int, ...] = ()
    filters: tuple[int, ...] = ()
    drafts: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return any((self.messages, self.signed, self.inbox, self.audit, self.filters, self.drafts))


def whose(db: Session, user_id: int) -> Whose:
    """The person with this id; without names if nobody has met them."""
    user = db.get(User, user_id, populate_existing=True)
    names = (user.first_name, user.last_name, user.username) if user else ()
    requests = db.scalars(select(Request.id).where(Request.user_id == user_id))
    return Whose(user_id, tuple(name for name in names if name), tuple(requests))


def find(db: Session, who: Whose) -> Traces:
    """The next lot. What admins wrote themselves, such as the rules of groups, is theirs and stays."""
    return Traces(
        messages=_messages(db, who),
        signed=tuple(_pairs(db, (_MESSAGES.c.author == "staff") & (_MESSAGES.c.author_id == who.id))),
        inbox=_updates(db, who),
        audit=_audited(db, who),
        filters=tuple(row.id for row in db.execute(_texts(_FILTERS.c.id, _FILTERS.c.text, who)) if who.is_in(row[1])),
        drafts=_drafts(db, who),
    )


def _messages(db: Session, who: Whose) -> tuple[tuple[int, int], ...]:
    """Lines of staff's logs that stand for this person's: alerts, what was passed on, sentences about them."""
    written = cast(_MESSAGES.c.content, Text)
    structural = _MESSAGES.c.author == "system", _MESSAGES.c.user_id != who.id
    query = select(_MESSAGES.c.user_id, _MESSAGES.c.number, _MESSAGES.c.content).where(
        *structural, or_(written.contains(f'"about": {who.id}'), written.contains(f'"relay_of": [{who.id},'))
    )
    found = [(row.user_id, row.number) for row in db.execute(query.limit(LOT)) if _stands_for(row.content, who)]
    if who.requests:
        found += _pairs(db, _MESSAGES.c.request_id.in_(who.requests) & (_MESSAGES.c.user_id != who.id))
    return tuple(sorted(set(found)))


def _stands_for(content: dict[str, object], who: Whose) -> bool:
    relayed = content.get("relay_of")
    return content.get("about") == who.id or (isinstance(relayed, list) and relayed[:1] == [who.id])


def _pairs(db: Session, where: ColumnElement[bool]) -> list[tuple[int, int]]:
    rows = db.execute(select(_MESSAGES.c.user_id, _MESSAGES.c.number).where(where).limit(LOT))
    return [(row.user_id, row.number) for row in rows]


def _updates(db: Session, who: Whose) -> tuple[int, ...]:
    """Updates that are handled: the person's own, and those of others that have the id or a name in them."""
    handled = _INBOX.c.state.in_(("done", "dead"))
    own = list(db.scalars(select(_INBOX.c.update_id).where(handled, _INBOX.c.lane == who.id).limit(LOT)))
    others = _texts(_INBOX.c.update_id, _INBOX.c.raw, who).where(handled, _INBOX.c.lane != who.id)
    return (*own, *(row.update_id for row in db.execute(others) if who.is_in(row.raw)))


def _audited(db: Session, who: Whose) -> tuple[int, ...]:
    """Entries by and about the id. Names are not looked for: anybody can call themselves like what is written there."""
    texts = ("target", "before", "after", "refused")
    spoken = or_(*(_AUDIT.c[name].contains(str(who.id)) for name in texts))
    query = select(_AUDIT).where(or_(_AUDIT.c.actor_id == who.id, spoken))
    return tuple(
        row.id
        for row in db.execute(query)
        if row.actor_id == who.id or any(who.has_id(getattr(row, name)) for name in texts)
    )[:LOT]


def _drafts(db: Session, who: Whose) -> tuple[int, ...]:
    """What others have begun about this person; there is at most one draft for each of the staff."""
    packed = _base36(who.id)
    rows = db.execute(select(_DRAFTS.c.user_id, _DRAFTS.c.expects, _DRAFTS.c.data))
    about = (row for row in rows if packed in row.expects.split(":")[1:] or who.is_in(json.dumps(row.data)))
    return tuple(row.user_id for row in about)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _texts(key: ColumnElement[int], text: ColumnElement[str], who: Whose) -> Select[int, str]:
    return select(key, text).where(who.possibly(text))


def erase(db: Session, who: Whose, traces: Traces) -> None:
    """Take one lot away: rows go, signatures are struck out, the audit keeps that something was done."""
    keys = tuple_(_MESSAGES.c.user_id, _MESSAGES.c.number)
    for lot in _lots(traces.messages):
        db.execute(delete(_MESSAGES).where(keys.in_(lot)))
    for lot in _lots(traces.signed):
        db.execute(update(_MESSAGES).where(keys.in_(lot)).values(author_id=None, source_chat=None, source_id=None))
    for table, key, found in (
        (_INBOX, _INBOX.c.update_id, traces.inbox),
        (_FILTERS, _FILTERS.c.id, traces.filters),
        (_DRAFTS, _DRAFTS.c.user_id, traces.drafts),
    ):
        for lot in _lots(found):
            db.execute(delete(table).where(key.in_(lot)))
    _strike(db, who, traces.audit)


def _lots(keys: tuple[object, ...]) -> Iterable[tuple[object, ...]]:
    return (keys[start : start + LOT] for start in range(0, len(keys), LOT))


def _strike(db: Session, who: Whose, entries: tuple[int, ...]) -> None:
    """An entry keeps when and what; whom it was about, or who did it, becomes a mark that is the same in all."""
    if not entries:
        return
    mark = f"forgotten {digest_of(who.id)[:12]}"
    rows = db.execute(select(_AUDIT).where(_AUDIT.c.id.in_(entries))).all()
    for row in rows:
        acted = row.actor_id == who.id
        target = mark if who.has_id(row.target) else row.target
        after = f"by {mark}" if acted else None
        values = {"actor_id": None if acted else row.actor_id, "target": target, "before": None, "after": after}
        refused = None if who.has_id(row.refused) else row.refused
        db.execute(update(_AUDIT).where(_AUDIT.c.id == row.id).values(**values, refused=refused, salt=None))
