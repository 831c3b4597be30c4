"""What stands in the write-ahead log of a SQLite file is carried over into it by a thread of its own.

Whoever writes would otherwise do it now and then, and wait for the disk several times as long as for a commit.
"""

from __future__ import annotations

import sqlite3
import threading
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

log = structlog.get_logger(__name__)

#: Commits after which it is done, and how often it is begun anew where somebody has written meanwhile: only a log that
#: is carried over whole is begun anew.
EVERY, TRIES = 1000, 5
#: Pages of the log at which whoever writes helps, should the thread not keep up: 64 MB.
HELPS = 16_384


class Checkpoints:
    """Counts commits, and carries them over."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._commits = 0
        self._wanted = threading.Event()
        self._ending = False
        self._thread = threading.Thread(target=self._run, name="database-checkpoints")
        self._thread.start()

    def count(self) -> None:
        """There was one commit more."""
        self._commits += 1
        if self._commits >= EVERY:
            self._commits = 0
            self._wanted.set()

    def close(self) -> None:
        """Finish what was begun; the last connection that is closed carries over the rest."""
        self._ending = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while self._wanted.wait() and not self._ending:
            self._wanted.clear()
            try:
                self._carry_over()
            except (DBAPIError, sqlite3.Error) as error:  # the next time is not far, and whoever writes helps by then
                log.warning("the log of the database could not be carried over", reason=str(error))

    def _carry_over(self) -> None:
        with self._engine.connect() as connection:
            sqlite: Any = connection.connection.driver_connection
            for _ in range(TRIES):
                _, logged, carried = sqlite.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                if self._ending or logged == carried:
                    return
