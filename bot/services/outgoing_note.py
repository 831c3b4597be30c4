"""What became of a letter: receipts are written into the log, and whoever has to know is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, case, null, select, update
from sqlalchemy.orm import Session

from bot.services import messages, requests_failed, sql, users_reach
from bot.services.outgoing_letter import Letter
from bot.services.outgoing_queue import ALERT, RELAY
from bot.services.outgoing_take import take_all
from bot.services.prepared import Prepared
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from bot.services.writes import Writes
from models import Message, Request

log = structlog.get_logger(__name__)

#: Attempts after which a message is given up: with the waits in between about a day.
MOST_ATTEMPTS = 300
#: Seconds between two attempts at most, where Telegram does not say.
LONGEST_WAIT = 300.0

_MESSAGES, _REQUESTS = sql.table(Message), sql.table(Request)
_NOTE = update(_MESSAGES).where(
    _MESSAGES.c.user_id == bindparam("whose"), _MESSAGES.c.number == bindparam("which"), messages.PENDING
)
#: The line is stale if somebody changed it while it was on its way: every change counts as an attempt.
_UNLESS_CHANGED = case((_MESSAGES.c.attempts == bindparam("seen"), "sent"), else_="stale")
_ARRIVED = Prepared(
    lambda dialect: _NOTE.values(
        {"state": _UNLESS_CHANGED, "due_at": None, "reason": None}
        | {name: bindparam(name) for name in ("telegram_id", "sent_at")}
    )
)
_LEASED = Prepared(lambda dialect: _NOTE.where(_MESSAGES.c.due_at == bindparam("until")).values(due_at=null()))
_REQUEST = (
    select(_REQUESTS.c.taken_by, _REQUESTS.c.closed_at)
    .where(_REQUESTS.c.id == bindparam("which"))
    .with_for_update(key_share=True)
)


def note_all(
    db: Session, pairs: Sequence[tuple[Letter, Receipt]], *, setup: Setup, now: datetime
) -> list[frozenset[int]]:
    """`note` for each; those that simply arrived, which are nearly all, with one statement."""
    writes = Writes(db)
    pending = []
    for letter, receipt in pairs:
        if receipt.outcome is Outcome.SENT and receipt.telegram_id and not letter.joined and _simple(letter):
            writes.add(_ARRIVED, _arrival(letter, receipt, now))
            pending.append(frozenset[int]())
        else:
            writes.write()  # whatever else it comes to may look at what has arrived
            pending.append(note(db, letter, receipt, setup=setup, now=now))
    writes.write()
    return pending


def give_back(db: Session, letters: Sequence[Letter]) -> None:
    """What was to be sent by one worker alone, for the time of its lease, anybody may send now."""
    _LEASED.many(db, [{"whose": one.user_id, "which": one.number, "until": one.due_at} for one in letters])


def note(db: Session, letter: Letter, receipt: Receipt, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Write down what became of a letter, and of those that went with it.

    Returns whom there is something to send to because of it.
    """
    if receipt.outcome is Outcome.BLOCKED:
        users_reach.mark_blocked(db, letter.user_id, now)
        return _unreachable(db, letter, receipt.reason or "blocked the bot", setup, now)
    if receipt.outcome is Outcome.GONE:
        users_reach.mark_gone(db, letter.user_id, now)
        return _unreachable(db, letter, receipt.reason or "the account is gone", setup, now)
    pending = _note_one(db, letter, receipt.part(0), setup, now)
    for place, one in enumerate(letter.joined, 1):
        pending |= _note_one(db, one, receipt.part(place), setup, now)
    return pending


def _note_one(db: Session, letter: Letter, receipt: Receipt, setup: Setup, now: datetime) -> frozenset[int]:
    match receipt.outcome:
        case Outcome.SENT:
            noted = _sent(db, letter, receipt, now)
            return noted | _unread(db, letter, receipt, setup, now)
        case Outcome.RETRY:
            return _again(db, letter, receipt, setup, now)
        case Outcome.UNSURE:
            return _unsure(db, letter, receipt, setup, now)
    return _failed(db, letter, receipt.reason or "refused by Telegram", setup, now)


def _write(db: Session, letter: Letter, **values: Any) -> bool:
    """Change the letter's line; false if it was settled in the meantime."""
    result = db.execute(_NOTE.values(values), {"whose": letter.user_id, "which": letter.number})
    return bool(result.rowcount)  # type: ignore[attr-defined]


def _sent(db: Session, letter: Letter, receipt: Receipt, now: datetime) -> frozenset[int]:
    """An alert whose request changed while it was on its way is out of date already."""
    if _simple(letter):
        _ARRIVED.count(db, _arrival(letter, receipt, now))
        return frozenset()
    outdated = letter.kind == ALERT and _request_changed(db, letter)
    seen = case((_MESSAGES.c.attempts == letter.attempts, "sent"), else_="stale")
    state = "stale" if outdated else seen
    values: dict[str, Any] = {"state": state, "due_at": None, "reason": None}
    if not letter.edits:
        values |= {"telegram_id": receipt.telegram_id, "sent_at": now}
    _write(db, letter, **values)
    return frozenset({letter.user_id}) if outdated else frozenset()


def _unread(db: Session, letter: Letter, receipt: Receipt, setup: Setup, now: datetime) -> frozenset[int]:
    """Nothing was shown to somebody who is no longer staff: what was meant for them alone others are to read."""
    if letter.kind != RELAY or receipt.telegram_id is not None:
        return frozenset()
    return requests_failed.pass_to_others(db, letter, setup=setup, now=now)


def _simple(letter: Letter) -> bool:
    return letter.kind != ALERT and not letter.edits


def _arrival(letter: Letter, receipt: Receipt, now: datetime) -> dict[str, Any]:
    return {
        "whose": letter.user_id,
        "which": letter.number,
        "seen": letter.attempts,
        "telegram_id": receipt.telegram_id,
        "sent_at": now,
    }


def _request_changed(db: Session, letter: Letter) -> bool:
    row = db.execute(_REQUEST, {"which": letter.request_id}).one_or_none()
    return row is not None and (row.taken_by, row.closed_at) != letter.request_state


def _again(db: Session, letter: Letter, receipt: Receipt, setup: Setup, now: datetime) -> frozenset[int]:
    attempts = letter.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        return _failed(db, letter, receipt.reason or "Telegram could not be reached", setup, now)
    wait = receipt.retry_after if receipt.retry_after is not None else min(2.0 ** min(attempts, 9), LONGEST_WAIT)
    _write(db, letter, attempts=attempts, due_at=now + timedelta(seconds=wait))
    return frozenset()


def _unsure(db: Session, letter: Letter, receipt: Receipt, setup: Setup, now: datetime) -> frozenset[int]:
    """It may have arrived. An edit can be repeated; a message is sent once more, a push never; then it stays unsure."""
    if letter.edits:
        return _again(db, letter, receipt, setup, now)
    reason = receipt.reason or "no answer from Telegram"
    if letter.doubt is None and letter.author != "push":
        log.warning("a message may be sent twice", user=letter.user_id, number=letter.number, reason=reason)
        _write(db, letter, attempts=letter.attempts + 1, reason=reason)
        return frozenset({letter.user_id})
    if not _write(db, letter, state="unsure", attempts=letter.attempts + 1, reason=reason, due_at=None):
        return frozenset()
    return requests_failed.tell_sender(db, letter, "support.unsure", reason, setup=setup, now=now)


def _failed(db: Session, letter: Letter, reason: str, setup: Setup, now: datetime) -> frozenset[int]:
    """It did not arrive, and will not. What cannot be edited any more was sent before, and stays sent."""
    state = "sent" if letter.edits else "failed"
    if not _write(db, letter, state=state, reason=reason, attempts=letter.attempts + 1, due_at=None):
        return frozenset()
    if letter.edits:
        return requests_failed.not_edited(db, letter, reason, setup=setup, now=now)
    return requests_failed.tell_sender(db, letter, "support.not_delivered", reason, setup=setup, now=now)


def _unreachable(db: Session, letter: Letter, reason: str, setup: Setup, now: datetime) -> frozenset[int]:
    """Nothing reaches this person any more: whatever waits for them has failed too."""
    pending = frozenset[int]()
    for one in take_all(db, letter.user_id):
        pending |= _failed(db, one, reason, setup, now)
        pending |= requests_failed.pass_to_others(db, one, setup=setup, now=now)
    return pending - {letter.user_id}
