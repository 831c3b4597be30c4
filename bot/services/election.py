"""Who plans and sends: one worker at a time, which holds a lock of PostgreSQL's as long as it lives."""

from __future__ import annotations

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.services import engines
from bot.services.locks import Lock

#: PostgreSQL lets go of the lock when the connection ends, however that comes.
_TRY = text("SELECT pg_try_advisory_lock(:lock)")
#: Whoever holds the lock and gives no sign of life: a process that is stopped keeps its connection.
_UNSEAT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_locks"
    " WHERE locktype = 'advisory' AND objid = :lock AND granted AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class Election:
    """One worker's candidacy, on a connection of its own. Its methods wait for the database: call them in a thread."""

    def __init__(self, url: str) -> None:
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
            self._connection.execute(text("SELECT 1"))  # the lock is there as long as the connection is
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
