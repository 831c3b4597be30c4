"""What happens by itself while people wait: staff are reminded, then all, then the owners; the bot returns.

Each of it once for each wait, and after downtime only what has come furthest. Where the request is a topic of the
staff group, it is said there; whoever has the request, and the owners, are told in their own chats besides.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.services import requests_close, requests_open, sql, support_topics, support_waits, users_reach
from bot.services.requests_notify import tell, tell_topic
from bot.services.setup import Setup
from bot.services.support_waits import ANSWER, RETURN, Wait
from models import Alarm

#: Stages of a wait for an answer.
HOLDER, EVERYBODY, OWNERS = 1, 2, 3
#: Stages of a return: staff were warned; the bot is back.
WARNED, RETURNED = 1, 2


@dataclass(frozen=True, slots=True)
class Ring:
    """An alarm of one kind that is due now."""

    kind: str
    stage: int
    wait: Wait


def due(db: Session, *, setup: Setup, now: datetime) -> list[int]:
    """The people for whom something is to be done, by id."""
    return sorted({ring.wait.user_id for ring in _rings(db, setup, now)})


def ring(db: Session, user_id: int, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Do for one person what is due now, if it still is. Returns whom there is something to send to."""
    pending = frozenset[int]()
    for one in list(_rings(db, setup, now, user_id)):
        _note(db, one, now)
        pending |= _answer(db, one, setup, now) if one.kind == ANSWER else _return(db, one, setup, now)
    return pending


def _rings(db: Session, setup: Setup, now: datetime, user_id: int | None = None) -> Iterator[Ring]:
    rules = setup.support
    if rules.watches:
        spans = (rules.remind_after, rules.escalate_after, rules.owner_after)
        soonest = min(span for span in spans if span)
        for wait in support_waits.for_answer(db, now - soonest, user_id):
            stage = max(
                (number for number, span in enumerate(spans, 1) if _passed(wait.since, span, setup, now)), default=0
            )
            if stage > wait.stage:
                yield Ring(ANSWER, stage, wait)
    if rules.return_after:
        for wait in support_waits.for_anybody(db, now - rules.return_after + _warning(setup), user_id):
            if stage := _return_stage(wait, setup, now):
                yield Ring(RETURN, stage, wait)


def _passed(since: datetime, span: timedelta, setup: Setup, now: datetime) -> bool:
    """Whether the desk has been open for `span` since then; never for a span of zero, which is switched off."""
    moment = setup.support.hours.after(since, span, setup.zone) if span else None
    return moment is not None and moment <= now


def _warning(setup: Setup) -> timedelta:
    return min(setup.support.return_warning, setup.support.return_after)


def _return_stage(wait: Wait, setup: Setup, now: datetime) -> int:
    """Staff always have the whole of the warning's time, also where the bot was down when it was due."""
    if wait.stage < WARNED:
        return WARNED if _passed(wait.since, setup.support.return_after - _warning(setup), setup, now) else 0
    warned = wait.told_at is not None and now >= wait.told_at + _warning(setup)
    return RETURNED if warned and _passed(wait.since, setup.support.return_after, setup, now) else 0


def _note(db: Session, one: Ring, now: datetime) -> None:
    row = {"user_id": one.wait.user_id, "kind": one.kind, "since": one.wait.since, "stage": one.stage, "at": now}
    put = sql.insert(sql.dialect(db), Alarm).values(row)
    changes = {name: row[name] for name in ("since", "stage", "at")}
    db.execute(put.on_conflict_do_update(index_elements=["user_id", "kind"], set_=changes))


def _answer(db: Session, one: Ring, setup: Setup, now: datetime) -> frozenset[int]:
    minutes = int((now - one.wait.since) / timedelta(minutes=1))
    key = {HOLDER: "support_time.remind", EVERYBODY: "support_time.remind_all", OWNERS: "support_time.remind_owner"}
    told = _audience(db, one, setup)
    return _say(db, one, told, key[one.stage], setup, now, count=minutes)


def _say(
    db: Session, one: Ring, told: Collection[int], key: str, setup: Setup, now: datetime, **values: object
) -> frozenset[int]:
    """In the topic and to those who are meant themselves; without a topic to everybody who is to be told."""
    wait, group, said = one.wait, setup.support.group_id, frozenset[int]()
    if group and support_topics.serves(db, group, wait.request_id):
        said = tell_topic(db, group, wait.request_id, key, about=wait.user_id, setup=setup, now=now, **values)
        to_owners = one.kind == ANSWER and one.stage == OWNERS
        told = [person for person in told if to_owners or person == wait.taken_by]
    return said | tell(db, told, key, about=wait.user_id, setup=setup, now=now, **values)


def _audience(db: Session, one: Ring, setup: Setup) -> list[int]:
    everybody = users_reach.staff_ids(db)
    owners = [one for one in users_reach.admin_ids(db, setup.owners) if one in setup.owners]
    match one.stage:
        case 1:
            return requests_open.listeners(db, one.wait.taken_by, setup.owners)
        case 2:
            return everybody or owners
    return owners or everybody


def _return(db: Session, one: Ring, setup: Setup, now: datetime) -> frozenset[int]:
    """Warn staff; or let the bot return and say so."""
    user_id, told = one.wait.user_id, requests_open.listeners(db, one.wait.taken_by, setup.owners)
    if one.stage == WARNED:
        minutes = max(1, int(_warning(setup) / timedelta(minutes=1)))
        return _say(db, one, told, "support_time.return_soon", setup, now, count=minutes)
    back = requests_close.switch_on(db, user_id, by=None, setup=setup, now=now) or frozenset()
    return back | _say(db, one, told, "support_time.returned", setup, now)
