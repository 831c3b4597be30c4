"""Going over what a run has sent: taking it back within 48 hours, or changing its text. Rows say how far it is.

A step is repeated after a crash: deleting what is gone and changing to what is there already both count as done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import texts
from bot.flow.content import Content, Kind
from bot.flow.effects import Say
from bot.services import (
    messages,
    outgoing_queue,
    people,
    push_content,
    push_letters,
    push_runs,
    pushes,
    sql,
    users_reach,
)
from bot.services.pushes import LIVE
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Delivery, Message, Push, PushRun, PushSweep

RECALL, EDIT = "recall", "edit"
#: Telegram lets bots delete what they sent for so long.
DELETABLE = timedelta(hours=48)
#: What a message of the log says once it was taken back.
RECALLED = "recalled"

_ROWS, _LOG = sql.table(Delivery), sql.table(Message)
_GOT = _ROWS.c.state.in_(("sent", "unsure"))
#: Kinds whose words can be changed afterwards.
_WORDED = frozenset({Kind.TEXT, Kind.PHOTO, Kind.VIDEO, Kind.ANIMATION, Kind.DOCUMENT, Kind.AUDIO, Kind.VOICE})


@dataclass(frozen=True, slots=True)
class Target:
    """The messages of one person, and what the first of them becomes (None: they go)."""

    user_id: int
    telegram_ids: tuple[int, ...]
    content: Content | None = None


@dataclass(frozen=True, slots=True)
class Swept:
    """What became of one person's messages; `reason` says why they are as they were."""

    user_id: int
    changed: bool
    reason: str = ""


def recall(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushSweep:
    """Begin to take back what a run sent. Refused while it is being sent, and once Telegram deletes none of it."""
    run = _over(db, run_id, by)
    if run.started_at is not None and (run.ended_at or now) < now - DELETABLE:
        raise Refusal("push.too_old")
    return _begin(db, run, RECALL, None, by, now)


def edit(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushSweep:
    """Begin to change what a run sent to what its push says now. Refused where the kind of message differs."""
    run = _over(db, run_id, by)
    push = pushes.get(db, run.push_id)
    before, after = (push_content.versions(db, one.content_id) for one in (run, push))
    kinds = {content.kind for content in (*before.values(), *after.values())}
    if not before or not after or len(kinds) != 1 or not kinds <= _WORDED:
        raise Refusal("push.cannot_edit")
    if run.content_id == push.content_id:
        raise Refusal("push.same_content")
    return _begin(db, run, EDIT, push.content_id, by, now)


def _over(db: Session, run_id: int, by: Actor) -> PushRun:
    require(by, Role.ADMIN)
    run = push_runs.get(db, run_id, lock=True)
    if run.state in LIVE:
        raise Refusal("push.stop_first")
    if not run.sent and not run.unsure:
        raise Refusal("push.nothing_sent")
    if (going := of_run(db, run_id)) is not None and going.state == "going":
        raise Refusal("push.sweep_going")
    return run


def _begin(db: Session, run: PushRun, kind: str, content_id: int | None, by: Actor, now: datetime) -> PushSweep:
    total = db.scalar(select(func.count()).where(_ROWS.c.run_id == run.id, _GOT)) or 0
    sweep = PushSweep(run_id=run.id, kind=kind, content_id=content_id, state="going", total=total)
    sweep.created_by, sweep.created_at = by.id, now
    db.add(sweep)
    db.flush()
    pushes.record(db, db.get_one(Push, run.push_id), f"push.{kind}", by, now, after=f"run {run.id}, {total} people")
    return sweep


def of_run(db: Session, run_id: int) -> PushSweep | None:
    """The last time somebody went over a run."""
    query = select(PushSweep).where(PushSweep.run_id == run_id).order_by(PushSweep.id.desc()).limit(1)
    return db.scalar(query.execution_options(populate_existing=True))


def going(db: Session) -> list[int]:
    """What is to be worked on."""
    return list(db.scalars(select(PushSweep.id).where(PushSweep.state == "going").order_by(PushSweep.id)))


def stop(db: Session, run_id: int, *, by: Actor, now: datetime) -> PushSweep:
    """Leave the others as they are. Refused where nothing goes on."""
    require(by, Role.ADMIN)
    sweep = of_run(db, run_id)
    if sweep is None or sweep.state != "going":
        raise Refusal("push.no_sweep")
    sweep.state, sweep.ended_at = "stopped", now
    db.flush()
    return sweep


def batch(db: Session, sweep_id: int, limit: int, *, setup: Setup, now: datetime) -> list[Target] | None:
    """The next people with their messages; None: it does not go on."""
    sweep = db.get(PushSweep, sweep_id)
    if sweep is None or sweep.state != "going":
        return None
    run = db.get_one(PushRun, sweep.run_id)
    query = select(_ROWS.c.user_id).where(_ROWS.c.run_id == run.id, _ROWS.c.user_id > sweep.reached_to, _GOT)
    ids = list(db.scalars(query.order_by(_ROWS.c.user_id).limit(limit)))
    sent = _sent(db, run.id, ids)
    if sweep.kind == RECALL:
        return [Target(user_id, tuple(sent.get(user_id, ()))) for user_id in ids]
    letter = push_letters.of_sweep(db, run, sweep.content_id)
    return [Target(one, tuple(sent.get(one, ())[:1]), _new(db, letter, one, setup, now)) for one in ids]


def _new(db: Session, letter: push_letters.PushLetter, user_id: int, setup: Setup, now: datetime) -> Content | None:
    person = people.person(db, user_id, setup=setup, now=now)
    turn = letter.to(person, people.place(db, user_id), setup)
    return next((effect.content for effect in turn.effects if isinstance(effect, Say)), None)


def _sent(db: Session, run_id: int, ids: Sequence[int]) -> dict[int, list[int]]:
    """Telegram's ids of what these people got of a run, from the log; of an album all."""
    mine = (_LOG.c.user_id.in_(ids), _LOG.c.author == "push", _LOG.c.author_id == run_id)
    query = select(_LOG.c.user_id, _LOG.c.telegram_id, _LOG.c.content).where(*mine, _LOG.c.telegram_id.is_not(None))
    found: dict[int, list[int]] = {}
    for row in db.execute(query.order_by(_LOG.c.user_id, _LOG.c.number)):
        found.setdefault(row.user_id, []).extend([row.telegram_id, *row.content.get("others", [])])
    return found


def note(
    db: Session, sweep_id: int, swept: Sequence[Swept], *, last: bool, setup: Setup, now: datetime
) -> frozenset[int]:
    """Write down how far it is; nobody is gone over again. Returns whom to send news: who began it, at its end."""
    sweep = db.get_one(PushSweep, sweep_id, with_for_update=True, populate_existing=True)
    if swept:
        sweep.reached_to = max(one.user_id for one in swept)
        sweep.changed += sum(one.changed for one in swept)
        sweep.failed += sum(not one.changed for one in swept)
        sweep.reason = next((one.reason for one in swept if not one.changed), sweep.reason)
        _mark(db, sweep, [one.user_id for one in swept if one.changed])
    if not last or sweep.state != "going":
        db.flush()
        return frozenset()
    sweep.state, sweep.ended_at = "done", now
    db.flush()
    return _tell(db, sweep, setup, now)


def _mark(db: Session, sweep: PushSweep, ids: Sequence[int]) -> None:
    """The log says what was taken back."""
    if sweep.kind == RECALL and ids:
        mine = (_LOG.c.user_id.in_(ids), _LOG.c.author == "push", _LOG.c.author_id == sweep.run_id)
        db.execute(update(_LOG).where(*mine).values(reason=RECALLED))


def _tell(db: Session, sweep: PushSweep, setup: Setup, now: datetime) -> frozenset[int]:
    if sweep.created_by is None:
        return frozenset()
    title = db.get_one(Push, db.get_one(PushRun, sweep.run_id).push_id).title
    language = users_reach.language(db, sweep.created_by) or setup.language
    values = {"title": title, "count": sweep.changed, "failed": sweep.failed}
    words = texts.say(language, f"push.told_{sweep.kind}", **values)
    messages.write(db, [outgoing_queue.sentence(sweep.created_by, words)], now=now)
    return frozenset({sweep.created_by})
