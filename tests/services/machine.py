"""State machines over a real database: each story in a transaction of its own that is rolled back at its end."""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

#: Whether `make fuzz` runs.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "fuzz"


class Machine(RuleBasedStateMachine):
    """A story with a session `db`, which may commit as often as it likes."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self._connection = self.engine.connect()
        self._transaction = self._connection.begin()
        self.db = Session(self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    def teardown(self) -> None:
        self.db.close()
        self._transaction.rollback()
        self._connection.close()


def check_stories(machine: type[Machine], db: Session, *, stories: int, steps: int) -> None:
    """So many stories of at most so many steps, on the database of `db`."""
    engine = db.get_bind()
    assert isinstance(engine, Engine)
    here = type(machine.__name__, (machine,), {"engine": engine})
    run_state_machine_as_test(here, settings=settings(max_examples=stories, stateful_step_count=steps, deadline=None))
