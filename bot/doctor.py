"""The doctor: looks at everything a bot needs and says of each thing how it is, and what to do where it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Level(IntEnum):
    """How it is; the worst one of all is the exit code of `frontdesk doctor`."""

    FINE = 0
    #: It works, and something should be done.
    CARE = 1
    #: It does not work.
    BROKEN = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    level: Level
    #: How it is, in one sentence.
    said: str
    #: What to do; empty where nothing has to be done.
    fix: str = ""

    def line(self) -> str:
        """For the terminal."""
        mark = {Level.FINE: "ok  ", Level.CARE: "care", Level.BROKEN: "FAIL"}[self.level]
        return f"{mark}  {self.what}: {self.said}" + (f"\n      {self.fix}" if self.fix else "")


def fine(what: str, said: str) -> Finding:
    """It is as it should be."""
    return Finding(what, Level.FINE, said)


def care(what: str, said: str, fix: str) -> Finding:
    """It works, but."""
    return Finding(what, Level.CARE, said, fix)


def broken(what: str, said: str, fix: str) -> Finding:
    """It does not work."""
    return Finding(what, Level.BROKEN, said, fix)
