"""The second yes: a run for more people than one admin may decide about waits for another one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot import texts
from bot.services import messages, outgoing_queue, push_runs, pushes, users_reach
from bot.services.push_runs_time import settled
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import Push, PushRun


def needed(reached: int, setup: Setup) -> bool:
    """Whether a run for so many people needs a second admin."""
    return 0 < setup.push.approve_from <= reached


def others(db: Session, by: int, setup: Setup) -> list[int]:
    """The admins who could agree: all that can be reached, but the one who asks."""
    return [admin for admin in users_reach.admin_ids(db, setup.owners) if admin != by]


def ask(db: Session, run: PushRun, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Tell the other admins that a run waits for one of them; returns whom there is something to send to."""
    title = db.get_one(Push, run.push_id).title
    told = others(db, run.created_by or 0, setup)
    for admin in told:
        language = users_reach.language(db, admin) or setup.language
        name = users_reach.called(db, run.created_by or 0)
        words = texts.say(language, "push.told_approving", title=title, name=name, count=run.expected or 0)
        messages.write(db, [outgoing_queue.sentence(admin, words)], now=now)
    return frozenset(told)


def approve(db: Session, run_id: int, *, by: Actor, setup: Setup, now: datetime) -> PushRun:
    """Agree: the run is planned for its time, or for now. Refused to whoever asked, and once its time has passed."""
    require(by, Role.ADMIN)
    run = push_runs.get(db, run_id, lock=True)
    if run.state != "approving":
        raise Refusal(f"push.is_{run.state}")
    if run.created_by == by.id:
        raise Refusal("push.own_approval")
    if run.due_typed is not None and settled(run.due_typed, setup.zone).at <= now:
        raise Refusal("push.past")
    if run.due_typed is None and (other := push_runs.going_on(db, run.push_id, now)):
        raise Refusal("push.already_started", name=users_reach.name(db, other.created_by or 0))
    push = db.get_one(Push, run.push_id)
    run.state, run.approved_by, run.due_at = "planned", by.id, run.due_at or now
    db.flush()
    pushes.record(db, push, "push.approve", by, now, after=f"run {run.id}")
    return run
