"""A program under measurement: its CPU seconds and the memory it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.memory import own_megabytes

#: Where `make bench` puts aiogram, which wants another pydantic than the bot.
RIVAL = Path(sys.prefix) / "aiogram" / "bin" / "python"
_TICKS = os.sysconf("SC_CLK_TCK")


class Program:
    """`with Program("bot", "run") as program: …` runs `python -m bot run`; output goes to a file in `folder`."""

    def __init__(self, *arguments: str, folder: Path, python: str = sys.executable) -> None:
        self._command = [python, "-m", *arguments]
        self.output = folder / "output.txt"

    def __enter__(self) -> Self:
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(self._command, stdout=output, stderr=output)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def wait(self) -> None:
        """Until it ends by itself. Raises CalledProcessError with what it said."""
        if self._process.wait():
            raise subprocess.CalledProcessError(self._process.returncode, self._command, self.output.read_text())

    def cpu_seconds(self) -> float:
        """What it has computed so far, in user and in system mode, over all threads."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def megabytes(self) -> float:
        """The most memory it has had at once."""
        line = next(line for line in self._proc("status").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def own_megabytes(self) -> float:
        """The memory that is its own now (`tests.memory`)."""
        return own_megabytes(self._process.pid)

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text()


def busy_seconds() -> float:
    """What all cores of the machine have computed since it began, whoever for."""
    user, nice, system, _idle, _waiting, *rest = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system + sum(rest[:2])) / _TICKS


def cpu_of_family(pid: int) -> float:
    """CPU seconds of a process and its children, those that have ended among them."""
    total = 0
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(place.name) == pid:
            total += sum(map(int, fields[11:15]))
        elif int(fields[1]) == pid:
            total += sum(map(int, fields[11:13]))
    return total / _TICKS


def rival(folder: Path, url: str, token: str) -> Program:
    """The echo bot of aiogram. Raises SystemExit where it is not installed."""
    if not RIVAL.exists():
        raise SystemExit("aiogram is not there to be measured against; `make bench` installs it.")
    return Program("benchmarks.rival", url, token, folder=folder, python=str(RIVAL))
