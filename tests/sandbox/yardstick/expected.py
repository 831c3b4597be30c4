"""The committed list of what does not pass, with reasons; and the comparison of a run with it."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

LIST = Path(__file__).with_name("not_passed.toml")


@dataclass(frozen=True)
class Compared:
    """How a run differs from the list, and its figures."""

    ends: Counter[str]
    unexpected: list[str]
    better: list[str]
    unknown: list[str]

    @property
    def agrees(self) -> bool:
        """Whether the list is true."""
        return not (self.unexpected or self.better or self.unknown)


def reasons(path: Path = LIST) -> dict[str, str]:
    """test → why it does not pass, for all that the list has."""
    groups = tomllib.loads(path.read_text())["not_passed"]
    return {test: group["why"] for group in groups for test in group["tests"]}


def compare(ends: dict[str, str], listed: dict[str, str]) -> Compared:
    """A run beside the list: a listed test is one that does not pass, every other one passes."""
    failing = {test for test, end in ends.items() if end != "passed"}
    return Compared(
        Counter(ends.values()),
        unexpected=sorted(failing - listed.keys()),
        better=sorted(test for test in listed.keys() & ends.keys() if test not in failing),
        unknown=sorted(listed.keys() - ends.keys()),
    )


def told(found: Compared, listed: dict[str, str]) -> str:
    """The figures in words, for a terminal."""
    total = sum(found.ends.values())
    lines = [f"{found.ends['passed']} of {total} live tests of python-telegram-bot pass against the sandbox."]
    lines += [f"{count:4} {end}" for end, count in found.ends.most_common()]
    lines += [f"{count:4} listed: {why}" for why, count in Counter(listed.values()).most_common()]
    for words, tests in (("should pass", found.unexpected), ("pass now", found.better), ("are gone", found.unknown)):
        lines += (
            [f"{len(tests)} {words} and the list does not say so:", *(f"  {test}" for test in tests)] if tests else []
        )
    return "\n".join(lines)
