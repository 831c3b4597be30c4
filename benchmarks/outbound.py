"""Pushes per second through the ledger, no limit set; against `Bot.send_message` in a loop with the default client."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.frontdesk import Frontdesk
from benchmarks.process import Program
from benchmarks.table import Measured, show
from benchmarks.telegram import FIRST_PERSON, Telegram


def measure(repeats: int = 3, people: int = 5000) -> str:
    """Both senders by turns; returns the table."""
    bare: list[Measured] = []
    ours: list[Measured] = []
    for _ in range(repeats):
        bare.append(_one(people // 5, own=False))
        ours.append(_one(people, own=True))
    return show("Outbound, SQLite", "messages/s", bare, ours, against="bare Bot.send_message in a loop")


def _one(people: int, *, own: bool) -> Measured:
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("people", count=people)
        telegram.tell("await_sends", count=people)
        with _sender(Path(name), telegram, people, own=own) as program:
            seconds = telegram.hear()["seconds"]
            return Measured(people / seconds, program.cpu_seconds() / people * 1000, program.megabytes())


def _sender(folder: Path, telegram: Telegram, people: int, *, own: bool) -> Program:
    if not own:
        arguments = ("send", telegram.url, telegram.token, str(FIRST_PERSON), str(people))
        return Program("benchmarks.bare", *arguments, folder=folder)
    program = Frontdesk(folder, telegram)
    program.plan_push(people)
    return program
