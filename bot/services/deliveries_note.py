"""Noting: what became of a batch, in one short transaction: the ledger, the counters, the log, and where people are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.services import contents, deliveries_people, messages, push_runs_due, users_reach
from bot.services.deliveries import DELIVERIES, State, add_to, cancel_waiting, finish, locked
from bot.services.deliveries_claim import HANDFUL, Parcel
from bot.services.deliveries_people import Move
from bot.services.messages import Line
from bot.services.receipt import Outcome, Receipt
from bot.services.setup import Setup
from models import PushRun

#: How often Telegram may say "later" to one person before their delivery has failed.
TRIES = 5
GONE = "gone"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A parcel and the receipts of its messages, in order; it ends at the first that did not arrive."""

    parcel: Parcel
    receipts: tuple[Receipt, ...]
    #: It was taken back before anything of it was handed to the wire.
    held: bool = False

    def arrived(self) -> bool:
        """Whether everything arrived."""
        return not self.held and all(receipt.outcome is Outcome.SENT for receipt in self.receipts)

    def wait(self) -> float | None:
        """Seconds that Telegram asked to wait, if nothing was sent because of that."""
        last = self.receipts[-1] if self.receipts else None
        return last.retry_after or 0.0 if last and last.outcome is Outcome.RETRY else None

    def refused(self) -> bool:
        """Whether Telegram refused the content, and so may refuse it for everybody."""
        return bool(self.receipts) and self.receipts[-1].outcome is Outcome.REFUSED


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a delivery after an attempt, and why."""

    state: State
    reason: str | None = None


def note(
    db: Session,
    run_id: int,
    attempts: Sequence[Attempt],
    *,
    rest: timedelta | None = None,
    setup: Setup,
    now: datetime,
) -> frozenset[int]:
    """Write down how the attempts of one run ended; nothing else ever ends a delivery that was begun.

    With `rest`, Telegram told several people in a row to wait: the run as a whole rests, and nobody's try counts.
    Returns whom there is something to send to: staff, where a block of the push calls them.
    """
    run = locked(db, run_id)
    verdicts = {attempt.parcel.user_id: _verdict(attempt) for attempt in attempts}
    _return(run, [attempt.parcel.user_id for attempt in attempts if attempt.held])
    if rest is None:
        _count_tries(db, run, verdicts, [attempt.parcel.user_id for attempt in attempts if attempt.wait() is not None])
    elif run.state == "sending":
        run.due_at, run.reason = now + rest, "Telegram asked to wait"
    _mark(db, run, verdicts, now)
    add_to(run, Counter(verdict.state for verdict in verdicts.values() if verdict.state is not State.WAITING))
    _note_people(db, attempts, now)
    messages.write(db, [line for attempt in attempts for line in _lines(attempt)], now=now)
    stopped = _stop_if_refused(db, run, attempts, now)
    finish(run, now)
    arrived = [attempt.parcel for attempt in attempts if attempt.arrived()]
    moves = [Move(parcel.user_id, parcel.place, parcel.turn) for parcel in arrived]
    told = push_runs_due.tell(db, run, setup, now) if stopped else frozenset()
    return told | deliveries_people.carry_out(db, moves, run_id=run_id, setup=setup, now=now)


def _verdict(attempt: Attempt) -> Verdict:
    """What an attempt means. A part that arrived makes everything but a clear end unsure: it is not sent again."""
    if attempt.arrived():
        return Verdict(State.SENT)
    if attempt.held:
        return Verdict(State.WAITING)
    last = attempt.receipts[-1]
    if last.outcome is Outcome.BLOCKED:
        return Verdict(State.BLOCKED)
    if last.outcome is Outcome.GONE:
        return Verdict(State.FAILED, GONE)
    before = len(attempt.receipts) - 1
    if before:
        return Verdict(State.UNSURE, f"{before} of {len(attempt.parcel.contents)} messages arrived. {last.reason}")
    state = {Outcome.REFUSED: State.FAILED, Outcome.RETRY: State.WAITING}.get(last.outcome, State.UNSURE)
    return Verdict(state, last.reason or None)


def _return(run: PushRun, held: Sequence[int]) -> None:
    """Those who were held back are the next ones again."""
    if held and run.claimed_to is not None:
        run.claimed_to = min(run.claimed_to, min(held) - 1)


def _count_tries(db: Session, run: PushRun, verdicts: dict[int, Verdict], told: Sequence[int]) -> None:
    """One more try for those to whom Telegram said later; after the last one their delivery has failed."""
    later = [user_id for user_id in told if verdicts[user_id].state is State.WAITING]
    if not later:
        return
    of_people = (DELIVERIES.c.run_id == run.id, DELIVERIES.c.user_id.in_(later))
    db.execute(update(DELIVERIES).where(*of_people).values(tries=DELIVERIES.c.tries + 1))
    for user_id in db.scalars(select(DELIVERIES.c.user_id).where(*of_people, DELIVERIES.c.tries >= TRIES)):
        verdicts[user_id] = Verdict(State.FAILED, verdicts[user_id].reason)


def _mark(db: Session, run: PushRun, verdicts: dict[int, Verdict], now: datetime) -> None:
    """One statement for each verdict, and not for each person. A run that was stopped takes nobody back."""
    people: defaultdict[Verdict, list[int]] = defaultdict(list)
    for user_id, verdict in verdicts.items():
        if verdict.state is State.WAITING and run.state == "stopped":
            verdict = verdicts[user_id] = Verdict(State.CANCELLED)
        people[verdict].append(user_id)
    for verdict, ids in people.items():
        ended_at = None if verdict.state is State.WAITING else now
        query = update(DELIVERIES).where(DELIVERIES.c.run_id == run.id, DELIVERIES.c.user_id.in_(ids))
        db.execute(query.values(state=verdict.state, reason=verdict.reason, ended_at=ended_at))


def _note_people(db: Session, attempts: Sequence[Attempt], now: datetime) -> None:
    """Who blocked the bot or is gone, is so for everything else too."""
    for attempt in attempts:
        outcome = attempt.receipts[-1].outcome if attempt.receipts else Outcome.SENT
        if outcome is Outcome.BLOCKED:
            users_reach.mark_blocked(db, attempt.parcel.user_id, now)
        elif outcome is Outcome.GONE:
            users_reach.mark_gone(db, attempt.parcel.user_id, now)


def _lines(attempt: Attempt) -> list[Line]:
    """The log of what arrived, or may have."""
    states = {Outcome.SENT: "sent", Outcome.UNSURE: "unsure"}
    return [
        Line(
            attempt.parcel.user_id,
            "out",
            "push",
            str(content.kind),
            words=contents.words(content.text),
            content=contents.to_json(content)
            | ({"others": list(receipt.telegram_ids[1:])} if receipt.telegram_ids else {}),
            author_id=attempt.parcel.run_id,
            state=states[receipt.outcome],
            telegram_id=receipt.telegram_id,
            lane=2,
        )
        for content, receipt in zip(attempt.parcel.contents, attempt.receipts, strict=False)
        if receipt.outcome in states
    ]


def _stop_if_refused(db: Session, run: PushRun, attempts: Sequence[Attempt], now: datetime) -> bool:
    """A handful of refusals in a row: it is the content, so the run ends before everybody has failed."""
    for attempt in attempts:
        run.refusals = run.refusals + 1 if attempt.refused() else 0 if attempt.arrived() else run.refusals
        if run.refusals >= HANDFUL and run.state == "sending":
            run.state, run.ended_at, run.reason = "stopped", now, attempt.receipts[-1].reason
            cancel_waiting(db, run, now)
            return True
    return False
