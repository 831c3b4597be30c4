"""What became of a run: ends and reasons, speed, presses, replies, people who left; and one person's part in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Interval, Row, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from bot.services import push_content, push_runs, pushes_audience, sql
from bot.services.deliveries import ENDS, State, left
from bot.services.push_clicks import UNSUBSCRIBE, button
from bot.services.setup import Setup
from models import Delivery, Message, PushClick, PushRun, PushSelection, TopicLeft, User

#: How long after a push an answer counts as a reply to it, and leaving as its doing.
WINDOW = timedelta(hours=24)
#: Reasons that a report names; the others are left to the file.
_MOST_REASONS = 6

_ROWS, _CLICKS, _LOG, _USERS = sql.table(Delivery), sql.table(PushClick), sql.table(Message), sql.table(User)
_LEFT = sql.table(TopicLeft)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button, and how many people pressed it."""

    label: str
    people: int


@dataclass(frozen=True, slots=True)
class Report:
    """A run in numbers of people."""

    audience: int
    ends: Mapping[State, int]
    left: int
    #: (state, reason, people), the most frequent first.
    reasons: tuple[tuple[str, str, int], ...]
    #: From its beginning to its end, or until now; and people a second.
    seconds: float
    speed: float
    clicks: tuple[Pressed, ...]
    replied: int
    unsubscribed: int


def report(db: Session, run_id: int, *, setup: Setup, now: datetime) -> Report:
    """The run as it stands."""
    run = push_runs.get(db, run_id)
    seconds = max(((run.ended_at or now) - (run.started_at or now)).total_seconds(), 0.0)
    tried = run.sent + run.blocked + run.failed + run.unsure
    presses = _presses(db, run)
    return Report(
        audience=run.audience,
        ends={end: getattr(run, end) for end in ENDS},
        left=left(run),
        reasons=_reasons(db, run),
        seconds=seconds,
        speed=tried / seconds if seconds else 0.0,
        clicks=tuple(_pressed(db, run, presses, setup)),
        replied=_count(db, run, replied_in_time(db)),
        unsubscribed=_count(db, run, _left_in_time(db, run)),
    )


def _reasons(db: Session, run: PushRun) -> tuple[tuple[str, str, int], ...]:
    why = (_ROWS.c.run_id == run.id, _ROWS.c.reason.is_not(None))
    query = select(_ROWS.c.state, _ROWS.c.reason, func.count()).where(*why).group_by(_ROWS.c.state, _ROWS.c.reason)
    rows = db.execute(query.order_by(func.count().desc(), _ROWS.c.reason).limit(_MOST_REASONS))
    return tuple((state, reason, int(people)) for state, reason, people in rows)


def _presses(db: Session, run: PushRun) -> dict[str, int]:
    query = select(_CLICKS.c.button, func.count()).where(_CLICKS.c.run_id == run.id).group_by(_CLICKS.c.button)
    return {what: int(people) for what, people in db.execute(query)}


def _pressed(db: Session, run: PushRun, presses: Mapping[str, int], setup: Setup) -> list[Pressed]:
    """Every button that counts, in its order; those that were pressed and are gone by now at the end."""
    labels = _labels(db, run, setup)
    shown = [Pressed(label, presses.get(what, 0)) for what, label in labels.items()]
    gone = [Pressed(what.rstrip(":"), people) for what, people in presses.items() if what not in {*labels, UNSUBSCRIBE}]
    return shown + gone


def _labels(db: Session, run: PushRun, setup: Setup) -> dict[str, str]:
    """What stands on the buttons of a run, by what they count as."""
    said = push_content.versions(db, run.content_id).get("")
    if said is not None:
        options = [option for row in said.rows for option in row]
        return {button(option.block, ""): option.label for option in options if option.block is not None}
    block = setup.flow.blocks.get(run.start or "")
    buttons = [one for connection in (block.connections if block else ()) for one in connection.buttons]
    named = {
        button(run.start or "", one.id): one.label.source() if one.label else one.word
        for one in buttons
        if one.url is None
    }
    return {what: label for what, label in named.items() if label}


def _moment(db: Session, moment: Any, window: timedelta) -> Any:
    """A moment of a column and so much later, as the database compares it."""
    if sql.dialect(db) == "postgresql":
        return moment + literal(window, Interval)
    return func.strftime("%Y-%m-%d %H:%M:%f", moment, f"+{int(window.total_seconds())} seconds")


def replied_in_time(db: Session) -> Any:
    """The condition on a row of the ledger that the person wrote something within the window; a press is none."""
    wrote = (_LOG.c.user_id == _ROWS.c.user_id, _LOG.c.direction == "in", _LOG.c.telegram_id.is_not(None))
    within = (_LOG.c.created_at >= _ROWS.c.ended_at, _LOG.c.created_at < _moment(db, _ROWS.c.ended_at, WINDOW))
    return exists().where(*wrote, *within)


def _left_in_time(db: Session, run: PushRun) -> Any:
    """That they pressed the button that ends pushes, or left its topic or all of them within the window."""
    until = _moment(db, _ROWS.c.ended_at, WINDOW)
    mine = (_CLICKS.c.run_id == run.id, _CLICKS.c.user_id == _ROWS.c.user_id, _CLICKS.c.button == UNSUBSCRIBE)
    stopped = exists().where(
        _USERS.c.id == _ROWS.c.user_id,
        _USERS.c.unsubscribed_at >= _ROWS.c.ended_at,
        _USERS.c.unsubscribed_at < until,
    )
    of_topic = (_LEFT.c.user_id == _ROWS.c.user_id, _LEFT.c.topic == (run.topic or ""))
    left_topic = exists().where(*of_topic, _LEFT.c.left_at >= _ROWS.c.ended_at, _LEFT.c.left_at < until)
    return or_(exists().where(*mine), stopped, left_topic)


def _count(db: Session, run: PushRun, condition: Any) -> int:
    got = (_ROWS.c.run_id == run.id, _ROWS.c.state.in_((State.SENT, State.UNSURE)))
    return db.scalar(select(func.count()).where(*got, condition)) or 0


#: The columns of the file with one row per recipient.
HEADER = ("id", "first_name", "last_name", "username", "state", "reason", "at", "tries", "replied", "pressed")
PIECE = 500


@dataclass(frozen=True, slots=True)
class Piece:
    """Some recipients as rows of cells, and the id after which the next ones come; None: there are no more."""

    rows: tuple[tuple[str | float | bool | None, ...], ...]
    next: int | None


def piece(db: Session, run_id: int, *, after: int | None) -> Piece:
    """The next recipients of a run, by id."""
    columns = (_USERS.c.first_name, _USERS.c.last_name, _USERS.c.username)
    query = (
        select(_ROWS.c.user_id, *columns, _ROWS.c.state, _ROWS.c.reason, _ROWS.c.ended_at, _ROWS.c.tries)
        .add_columns(case((replied_in_time(db), 1), else_=0).label("replied"))
        .join_from(_ROWS, _USERS, _USERS.c.id == _ROWS.c.user_id, isouter=True)
        .where(_ROWS.c.run_id == run_id, _ROWS.c.user_id > (after or 0))
    )
    rows = db.execute(query.order_by(_ROWS.c.user_id).limit(PIECE)).all()
    pressed = _pressed_by(db, run_id, [row.user_id for row in rows])
    made = tuple(_cells(row, pressed.get(row.user_id, "")) for row in rows)
    return Piece(made, rows[-1].user_id if len(rows) == PIECE else None)


def _pressed_by(db: Session, run_id: int, ids: list[int]) -> dict[int, str]:
    query = select(_CLICKS.c.user_id, _CLICKS.c.button).where(_CLICKS.c.run_id == run_id, _CLICKS.c.user_id.in_(ids))
    found: dict[int, str] = {}
    for user_id, what in db.execute(query.order_by(_CLICKS.c.button)):
        found[user_id] = ", ".join(filter(None, (found.get(user_id), what.rstrip(":"))))
    return found


def _cells(row: Row[Any], pressed: str) -> tuple[str | float | bool | None, ...]:
    at = row.ended_at.isoformat() if row.ended_at else None
    names = (row.first_name, row.last_name, row.username)
    return (row.user_id, *names, row.state, row.reason, at, row.tries, bool(row.replied), pressed or None)


@dataclass(frozen=True, slots=True)
class Why:
    """One person's part in a run: a key of the wordings `pushes.why_…`, and the ledger's reason where it has one."""

    key: str
    reason: str | None = None
    at: datetime | None = None


def why(db: Session, run_id: int, user_id: int, *, setup: Setup, now: datetime) -> Why:
    """Why somebody got a run, or did not."""
    run = push_runs.get(db, run_id)
    row = db.get(Delivery, (run_id, user_id), populate_existing=True)
    if row is not None:
        return Why(row.state, row.reason, row.ended_at)
    if db.get(User, user_id) is None:
        return Why("unknown")
    if run.started_at is None:
        return Why("not_begun")
    members = pushes_audience.members(db, run.push_id, setup=setup, now=now).subquery()
    inside = db.scalar(select(exists().where(members.c[0] == user_id)))
    if not inside:
        return Why("not_member")
    if run.recipients == "selected" and db.get(PushSelection, (run_id, user_id)) is None:
        return Why("not_picked")
    return Why("not_new" if run.recipients == "new" else "not_then")
