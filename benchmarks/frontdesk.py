"""The bot under measurement: a folder with its config, a flow and a database, ready to run."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Event
from typing import Self

from sqlalchemy.orm import Session

from benchmarks.crowd import fill
from benchmarks.process import Program
from benchmarks.telegram import FIRST_PERSON, Telegram
from bot.services import engines
from models import Push, PushRun
from tests.ports import unused_port

#: One answer to everything that is written, which is kept in a variable; and a block for pushes.
FLOW = """
start = "echo"
fallback = "echo"

[variables]
words = { type = "text" }

[blocks.echo]
say = "You wrote: {words|nothing yet}"

[[blocks.echo.connections]]
input = { store = "words", type = "text" }
to = "echo"

[blocks.news]
entry = true
say = "News for {first_name|you}"
to = "echo"
"""


class Frontdesk(Program):
    """`python -m bot run` in a fresh folder, without limits on sending."""

    def __init__(
        self,
        folder: Path,
        telegram: Telegram,
        *,
        database: str | None = None,
        more: str = "",
        flags: tuple[str, ...] = (),
        push_rate: float = 0,
        module: str = "bot",
    ) -> None:
        """`more`: further lines of the config's [telegram]; `flags`: of the command; `module`: what is run."""
        super().__init__(module, "run", "--config", str(folder / "config.toml"), *flags, folder=folder)
        self.database = database or f"sqlite:///{folder / 'frontdesk.sqlite3'}"
        (folder / "flow.toml").write_text(FLOW)
        (folder / "config.toml").write_text(
            f'[telegram]\ntoken = "{telegram.token}"\napi_url = "{telegram.url}"\n'
            f"rate = 0\nchat_rate = 0\ngroup_rate = 0\n{more}"
            f'[database]\nurl = "{self.database}"\n[conversation]\nflow = "{folder / "flow.toml"}"\nuser_rate = 0\n'
            f'[push]\nrate = {push_rate}\n[log]\nlevel = "warning"\n'
        )

    def plan_push(self, people: int) -> None:
        """So many users, and a push to everyone that is due at once."""
        fill(self.database, FIRST_PERSON, FIRST_PERSON + people - 1)
        self.plan()

    def plan(self) -> None:
        """A push to everyone who is there, due at once."""
        now = datetime.now(UTC)
        engine = engines.prepare(self.database, threads=1)
        with Session(engine) as db, db.begin():
            push = Push(title="News", folded="news", start="news", everyone=True, created_at=now)
            db.add(push)
            db.flush()
            db.add(PushRun(push_id=push.id, recipients="all", state="planned", due_at=now, created_at=now))
        engine.dispose()


class Workers(Program):
    """So many workers on one PostgreSQL, who share one port."""

    def __init__(self, folder: Path, telegram: Telegram, database: str, count: int) -> None:
        super().__init__(folder=folder)
        port = unused_port()
        webhook = f'mode = "webhook"\nwebhook = {{ port = {port}, url = "http://127.0.0.1:{port}" }}\n'
        self._workers: list[Frontdesk] = []
        for number in range(count):
            own = folder / f"worker{number}"
            own.mkdir()
            self._workers.append(Frontdesk(own, telegram, database=database, more=webhook, flags=("--worker",)))
        engines.prepare(database, threads=1).dispose()  # so that they begin at the same time
        self._listening = partial(_listening, port, count)

    def __enter__(self) -> Self:
        for one in self._workers:
            one.__enter__()
        self._listening()
        return self

    def __exit__(self, *raised: object) -> None:
        for one in self._workers:
            one.__exit__(None, None, None)

    def cpu_seconds(self) -> float:
        """Of all of them."""
        return sum(one.cpu_seconds() for one in self._workers)

    def megabytes(self) -> float:
        """The most that one of them has had."""
        return max(one.megabytes() for one in self._workers)


def _listening(port: int, count: int) -> None:
    """Wait until so many sockets listen there."""
    wanted = f":{port:04X} 00000000:0000 0A"
    while sum(wanted in line for line in Path("/proc/net/tcp").read_text().splitlines()) < count:
        Event().wait(0.05)
