"""Who plans and sends: one worker at a time, which holds a lock of PostgreSQL's as long as it lives."""

from __future__ import annotations

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.services import engines
from bot.services.locks import Lock

log = structlog.get_logger(__name__)

#: PostgreSQL lets go of the lock when the connection ends, however that comes.
_TRY = text("SELECT pg_try_advisory_lock(:lock)")
#: Whoever holds the lock and gives no sign of life: a process that is stopped keeps its connection.
_UNSEAT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks"
    " WHERE locktype = 'advisory' AND objid = :lock AND granted AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
#: Whoever has stopped in the middle of a transaction, and keeps others from what it holds. The server would do it
#: itself (`engines.connect`), but the driver ends several statements in a row with a message that stops its clock.
_CUT = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND application_name = :name"
    " AND state LIKE 'idle in transaction%' AND state_change < clock_timestamp() - make_interval(secs => :patience)"
)


class Election:
    """One worker's candidacy, on a connection of its own. Its methods wait for the database: call them in a thread."""

    def __init__(self, url: str, patience: float) -> None:
        """`patience`: seconds that whoever leads bears with a worker that says nothing in a transaction."""
        self._patience = patience
        self._engine = engines.connect(url)
        self._connection: Connection | None = None
        self._elected = False

    def stand(self, *, unseat: bool = False) -> bool:
        """Whether this worker leads now. With `unseat` whoever leads and is not heard of any more has to go."""
        try:
            return self._stand(unseat)
        except DBAPIError:
            self.withdraw()
            return False

    def _stand(self, unseat: bool) -> bool:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._elected:
            # The lock is there as long as the connection is.
            if self._connection.scalar(_CUT, {"name": engines.WORKER, "patience": self._patience}):
                log.warning("a worker that has stopped in the middle of a transaction was cut off")
            return True
        if unseat:
            self._connection.execute(_UNSEAT, {"lock": Lock.LEADING.value})
        self._elected = bool(self._connection.scalar(_TRY, {"lock": Lock.LEADING.value}))
        return self._elected

    def withdraw(self) -> None:
        """Lead no more, and let another one."""
        self._elected = False
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Let go of everything."""
        self.withdraw()
        self._engine.dispose()
