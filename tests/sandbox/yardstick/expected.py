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


@dataclass(frozen=True)
class Listed:
    """test → why it does not pass; and those among them that may pass all the same."""

    why: dict[str, str]
    may_pass: frozenset[str]


def read(path: Path = LIST) -> Listed:
    """The list in the file."""
    groups = tomllib.loads(path.read_text())["not_passed"]
    why = {test: group["why"] for group in groups for test in group["tests"]}
    return Listed(why, frozenset(test for group in groups if group.get("may_pass") for test in group["tests"]))


def compare(ends: dict[str, str], listed: Listed) -> Compared:
    """A run beside the list: a listed test is one that does not pass, every other one passes.

    A test of which its authors expect that it fails at Telegram, and which does not fail here, has passed.
    """
    ends = {test: "passed" if end == "xpassed" else end for test, end in ends.items()}
    failing = {test for test, end in ends.items() if end != "passed"}
    return Compared(
        Counter(ends.values()),
        unexpected=sorted(failing - listed.why.keys()),
        better=sorted((listed.why.keys() & ends.keys()) - failing - listed.may_pass),
        unknown=sorted(listed.why.keys() - ends.keys()),
    )


def told(found: Compared, listed: Listed) -> str:
    """The figures in words, for a terminal."""
    total = sum(found.ends.values())
    lines = [f"{found.ends['passed']} of {total} live tests of python-telegram-bot pass against the sandbox."]
    lines += [f"{count:4} {end}" for end, count in found.ends.most_common()]
    lines += [f"{count:4} listed: {why}" for why, count in Counter(listed.why.values()).most_common()]
    for words, tests in (("should pass", found.unexpected), ("pass now", found.better), ("are gone", found.unknown)):
        lines += (
            [f"{len(tests)} {words} and the list does not say so:", *(f"  {test}" for test in tests)] if tests else []
        )
    return "\n".join(lines)
