"""What a transaction has to write, gathered: each statement runs once, however many people it is about."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.services.prepared import Prepared, Values, in_a_row


class Writes:
    """Rows that wait to be written, by statement, in the order in which the statements were first asked for."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._waiting: dict[Prepared, list[Values]] = {}

    def add(self, statement: Prepared, *rows: Values) -> None:
        """These too, later; nothing is read back of them."""
        if rows:
            self._waiting.setdefault(statement, []).extend(rows)

    def write(self) -> None:
        """Now: what follows may look at the rows. Raises DBAPIError."""
        if not self._waiting:
            return
        with in_a_row(self._db):
            for statement, rows in self._waiting.items():
                statement.many(self._db, rows)
        self._waiting.clear()
