"""What is due at this moment, in one statement, so that a bot with nothing to do hardly looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, TextClause, bindparam, exists, select
from sqlalchemy.orm import Session

from bot.services import sql
from bot.services.prepared import Prepared
from bot.services.push_runs_due import OPEN
from models import Export, Farewell, PlannedMessage, PushRun, PushSweep, User, Wait

_MESSAGES, _WAITS, _USERS = sql.table(PlannedMessage), sql.table(Wait), sql.table(User)
_RUNS, _SWEEPS = sql.table(PushRun), sql.table(PushSweep)


@dataclass(frozen=True, slots=True)
class Agenda:
    """Whether there is something to look at more closely, of each kind."""

    #: Planned runs of pushes whose time has come, and runs that have begun.
    runs: bool
    begun: bool
    #: Blocks that people wait for.
    waits: bool
    #: Messages that staff planned.
    messages: bool
    #: Bans that are over.
    bans: bool
    #: People who are to be forgotten.
    farewells: bool
    exports: bool
    #: Pushes that are taken back or changed.
    sweeps: bool


def look(db: Session, now: datetime) -> Agenda:
    """What is due at `now`."""
    found = _LOOK.one(db, {"now": now})
    return Agenda(*found)


def _look(dialect: str) -> Any:
    now = bindparam("now", type_=_RUNS.c.due_at.type)

    def is_there(*conditions: ColumnElement[bool] | TextClause, of: Table) -> Any:
        return exists(select(1).select_from(of).where(*conditions))

    return select(
        is_there(OPEN, _RUNS.c.state == "planned", _RUNS.c.due_at <= now, of=_RUNS).label("runs"),
        is_there(OPEN, _RUNS.c.state != "planned", of=_RUNS).label("begun"),
        is_there(_WAITS.c.due_at <= now, of=_WAITS).label("waits"),
        is_there(_MESSAGES.c.due_at <= now, of=_MESSAGES).label("messages"),
        is_there(_USERS.c.restricted_until <= now, of=_USERS).label("bans"),
        is_there(of=sql.table(Farewell)).label("farewells"),
        is_there(of=sql.table(Export)).label("exports"),
        is_there(_SWEEPS.c.state == "going", of=_SWEEPS).label("sweeps"),
    )


_LOOK = Prepared(_look)
