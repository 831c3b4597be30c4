"""Runs of a push: put together as a draft, confirmed once, paused, resumed, stopped; rows decide who was faster."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.services import push_content, push_halts, push_hours, pushes, sql, users_reach
from bot.services.deliveries import cancel_waiting, finish
from bot.services.push_runs_time import Due, settled
from bot.services.pushes import AHEAD, LIVE
from bot.services.refusal import Refusal
from bot.services.repeats import Repeat
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Push, PushRun, PushSelection, User

#: Whom a run may be for, among the members of the push's audience.
RECIPIENTS = ("all", "new", "selected", "failed", "unsure")
#: What happens when the time passed while the bot was down.
LATE = ("send", "skip", "ask")


def get(db: Session, run_id: int, *, lock: bool = False) -> PushRun:
    """The run. Refused where there is none."""
    run = db.get(PushRun, run_id, with_for_update=lock, populate_existing=True)
    if run is None:
        raise Refusal("push.gone")
    return run


def draft(db: Session, push_id: int, *, by: Actor, now: datetime) -> PushRun:
    """The run that this admin puts together for the push: the one they had begun, else a new one, to all and now."""
    require(by, Role.ADMIN)
    pushes.get(db, push_id)
    mine = (PushRun.push_id == push_id, PushRun.created_by == by.id, PushRun.state == "draft")
    if (run := db.scalar(select(PushRun).where(*mine).limit(1))) is not None:
        return run
    run = PushRun(push_id=push_id, recipients="all", state="draft", created_by=by.id, created_at=now)
    db.add(run)
    db.flush()
    return run


def set_recipients(db: Session, run_id: int, recipients: str, *, by: Actor) -> PushRun:
    """Whom a draft is for: one of `RECIPIENTS`."""
    run = _draft(db, run_id, by)
    if recipients not in RECIPIENTS:
        raise Refusal("push.no_recipients", word=recipients)
    run.recipients = recipients
    db.flush()
    return run


def pick(db: Session, run_id: int, user_id: int, *, by: Actor) -> bool:
    """Pick a member for a draft, or unpick; returns whether they are picked now. Refused where nobody has met them."""
    run = _draft(db, run_id, by)
    _must_be_met(db, [user_id])
    picked = db.get(PushSelection, (run_id, user_id))
    if picked is not None:
        db.delete(picked)
    else:
        db.add(PushSelection(run_id=run_id, user_id=user_id))
    run.recipients = "selected"
    db.flush()
    return picked is None


def pick_only(db: Session, run_id: int, people: Sequence[int], *, by: Actor) -> PushRun:
    """Pick exactly these people for a draft. Refused where nobody has met one of them."""
    run = _draft(db, run_id, by)
    _must_be_met(db, people)
    db.execute(delete(sql.table(PushSelection)).where(PushSelection.run_id == run_id))
    db.add_all(PushSelection(run_id=run_id, user_id=user_id) for user_id in sorted(set(people)))
    run.recipients = "selected"
    db.flush()
    return run


def _must_be_met(db: Session, people: Sequence[int]) -> None:
    met = set(db.scalars(select(User.id).where(User.id.in_(people))))
    if missing := sorted(set(people) - met):
        raise Refusal("refusals.unknown_user", user=str(missing[0]))


def picked(db: Session, run_id: int) -> set[int]:
    """The people picked by hand for a run."""
    return set(db.scalars(select(PushSelection.user_id).where(PushSelection.run_id == run_id)))


def set_time(
    db: Session,
    run_id: int,
    due: Due | None,
    *,
    clock: str = "bot",
    repeat: Repeat | None = None,
    by: Actor,
    now: datetime,
) -> PushRun:
    """When a draft begins, by whose clock, and when it comes again; None: as soon as it is confirmed, and once.

    Refused where the time has passed by the bot's clock.
    """
    run = _draft(db, run_id, by)
    if due is not None and due.at <= now:
        raise Refusal("push.past")
    run.due_at, run.due_typed = (push_hours.begins(due, clock, now), due.typed) if due else (None, None)
    run.clock, run.repeat = clock if due else "bot", repeat.written if due and repeat else None
    db.flush()
    return run


def set_late(db: Session, run_id: int, late: str, *, by: Actor) -> PushRun:
    """What happens to a draft when its time passes while the bot is down: one of `LATE`."""
    run = _draft(db, run_id, by)
    if late not in LATE:
        raise Refusal("push.no_late", word=late)
    run.late = late
    db.flush()
    return run


def set_paid(db: Session, run_id: int, paid: bool, *, by: Actor, setup: Setup) -> PushRun:
    """Whether Telegram is paid to take a draft faster. Refused where the operator has not allowed that."""
    run = _draft(db, run_id, by)
    if paid and not setup.push.paid_rate:
        raise Refusal("push.not_paid")
    run.paid = paid
    db.flush()
    return run


def confirm(
    db: Session,
    run_id: int,
    *,
    undo: timedelta | None = None,
    expected: int | None = None,
    approve: bool = False,
    by: Actor,
    setup: Setup,
    now: datetime,
) -> PushRun:
    """Plan a draft for its time, or for now. Of two who confirm together one wins, the other reads who it was.

    With `undo` a run without a time of its own begins so much later, and can be taken back until then. `expected`: how
    many people it reached on the screen that was confirmed. With `approve` it waits for a second admin.
    """
    run = get(db, run_id)
    push = pushes.get(db, run.push_id, lock=True)
    run = _draft(db, run_id, by)
    _check(db, push, run, setup, now)
    run.expected = expected
    if approve:
        run.state = "approving"
    else:
        run.state, run.due_at = "planned", run.due_at or now + (undo or timedelta(0))
    db.flush()
    when = run.due_typed or "now"
    pushes.record(db, push, "push.send", by, now, after=f"run {run.id} to {run.recipients}, {when}")
    return run


def _check(db: Session, push: Push, run: PushRun, setup: Setup, now: datetime) -> None:
    """Refuse what cannot be sent."""
    if not pushes.has_audience(db, push):
        raise Refusal("push.no_audience")
    if (fault := push_content.missing(db, push, setup)) is not None:
        raise fault
    if (reason := push_content.refused(db, push)) is not None:
        raise Refusal("push.content_refused", reason=reason)
    if run.due_typed is not None and settled(run.due_typed, setup.zone).at <= now:
        raise Refusal("push.past")
    if run.recipients == "selected" and not picked(db, run.id):
        raise Refusal("push.nobody_picked")
    if run.due_at is None and (other := going_on(db, push.id, now)):
        raise Refusal("push.already_started", name=users_reach.name(db, other.created_by or 0))


def going_on(db: Session, push_id: int, now: datetime) -> PushRun | None:
    """The run of a push that is being sent, or is about to be."""
    about_to = (PushRun.state == "planned") & (PushRun.due_typed.is_(None) | (PushRun.due_at <= now))
    query = select(PushRun).where(PushRun.push_id == push_id, PushRun.state.in_(LIVE) | about_to)
    return db.scalar(query.order_by(PushRun.id).limit(1).execution_options(populate_existing=True))


def ahead(db: Session, push_id: int | None = None, limit: int = 20) -> list[PushRun]:
    """Runs that wait for their time or for an answer, the next one first; of one push or of all."""
    query = select(PushRun).where(PushRun.state.in_(AHEAD)).order_by(PushRun.due_at, PushRun.id).limit(limit)
    return list(db.scalars(query if push_id is None else query.where(PushRun.push_id == push_id)))


def last(db: Session, push_id: int, limit: int = 5) -> list[PushRun]:
    """The runs of a push that have begun, newest first."""
    query = select(PushRun).where(PushRun.push_id == push_id, PushRun.started_at.is_not(None))
    return list(db.scalars(query.order_by(PushRun.id.desc()).limit(limit)))


def history(db: Session, push_id: int, limit: int = 8) -> list[PushRun]:
    """The runs of a push that have begun or were missed, newest first."""
    over = PushRun.started_at.is_not(None) | (PushRun.state == "missed")
    query = select(PushRun).where(PushRun.push_id == push_id, over)
    return list(db.scalars(query.order_by(PushRun.due_at.desc().nulls_first(), PushRun.id.desc()).limit(limit)))


def running(db: Session) -> int:
    """How many runs are being sent now."""
    return db.scalar(select(func.count()).where(PushRun.state.in_(LIVE))) or 0


def note_card(db: Session, run_id: int, chat_id: int, message_id: int) -> None:
    """The run is shown in this message, which is to be kept up to date."""
    query = update(sql.table(PushRun)).where(PushRun.id == run_id)
    db.execute(query.values(card_chat=chat_id, card_message=message_id))


def card_at(db: Session, chat_id: int, message_id: int) -> int | None:
    """The run that is shown in this message and kept up to date there; None: there is another page by now."""
    return db.scalar(select(PushRun.id).where(PushRun.card_chat == chat_id, PushRun.card_message == message_id))


def forget_card(db: Session, run_id: int, message_id: int) -> None:
    """The message has shown the end of the run, or is gone."""
    query = update(sql.table(PushRun)).where(PushRun.id == run_id, PushRun.card_message == message_id)
    db.execute(query.values(card_chat=None, card_message=None))


def cards(db: Session) -> list[PushRun]:
    """Runs that are shown in a message."""
    return list(db.scalars(select(PushRun).where(PushRun.card_message.is_not(None)).order_by(PushRun.id)))


def cancel(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushRun:
    """Take back a run that has not begun. Refused once it has."""
    return _turn(db, run_id, AHEAD, "stopped", "push.cancel", by, now)


def send_late(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushRun:
    """Send a run after all whose time passed while the bot was down."""
    run = _turn(db, run_id, ("asking",), "planned", "push.send_late", by, now)
    run.due_at, run.due_typed, run.late = now, None, "send"
    db.flush()
    return run


def pause(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushRun:
    """Send nothing more of a run until it is resumed; what is on its way arrives."""
    return _turn(db, run_id, ("sending",), "paused", "push.pause", by, now)


def resume(db: Session, run_id: int, *, by: Actor, setup: Setup, now: datetime) -> PushRun:
    """Go on with a paused run, with the flow as it is now."""
    run = get(db, run_id)
    if run.start is not None and run.start not in setup.flow.blocks:
        raise pushes.no_block(run.start, setup)
    if push_halts.halted(db):
        raise Refusal("push.halted_already")
    run = _turn(db, run_id, ("paused",), "sending", "push.resume", by, now)
    run.flow_version, run.due_at = setup.flow.version if run.start is not None else None, None
    finish(run, now)
    db.flush()
    return run


def stop(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushRun:
    """End a run for good; whoever waits is cancelled, what is on its way arrives."""
    run = _turn(db, run_id, LIVE, "stopped", "push.stop", by, now)
    cancel_waiting(db, run, now)
    db.flush()
    return run


def _turn(db: Session, run_id: int, states: Sequence[str], to: str, action: str, by: Actor, now: datetime) -> PushRun:
    """From one of these states to another, or a refusal that says what the state is now."""
    require(by, Role.ADMIN)
    run = get(db, run_id, lock=True)
    if run.state not in states:
        raise Refusal(f"push.is_{run.state}")
    push = db.get_one(Push, run.push_id)
    pushes.record(db, push, action, by, now, after=f"run {run.id}")
    run.state, run.reason = to, None
    run.ended_at = now if to == "stopped" else None
    db.flush()
    return run


def _draft(db: Session, run_id: int, by: Actor) -> PushRun:
    """The draft, locked. Refused where it was confirmed already: by whom is said."""
    require(by, Role.ADMIN)
    run = get(db, run_id, lock=True)
    if run.state != "draft":
        raise Refusal("push.already_started", name=users_reach.name(db, run.created_by or 0))
    return run
