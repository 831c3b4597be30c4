"""Golden conversations: a flow, what a person types, and all that comes of it, in one readable file.

Numbers are read the way people write them.        a sentence: what is shown
language = "de"                                     settings, if any: language, staff = false, chance = 0.9
--- flow                                            the flow, or `--- flow flow.example.toml`
start = "…"
--- talk
> /start                                            what can be typed: see bot/flow/play.py
< Wie alt sind Sie?                                 what comes of it: < messages, * other effects
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.flow import load, parse
from bot.flow.person import Known
from bot.flow.play import Player
from bot.flow.schema import Flow
from bot.services.phrases import phrases

HERE = Path(__file__).parent / "golden"
FILES = sorted(HERE.glob("*.txt"))
ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Golden:
    """One file, taken apart."""

    settings: dict[str, object]
    flow: Flow
    talk: str


def read(path: Path) -> Golden:
    """A golden file. Raises FlowError where its flow is broken."""
    head, _, rest = path.read_text().partition("\n--- flow")
    written, _, talk = rest.partition("\n--- talk\n")
    name, _, body = written.partition("\n")
    flow = load(ROOT / name.strip()) if name.strip() else parse(body, folder=None)
    return Golden(tomllib.loads(head.partition("\n")[2]), flow, talk.strip())


def replay(golden: Golden) -> str:
    """The conversation as it goes now: the typed lines of the file, and what comes of them."""
    known: dict[str, Known] = {"first_name": "Vera", "id": 101.0, **_known(golden.settings)}
    language = str(golden.settings["language"]) if "language" in golden.settings else None
    player = Player(
        golden.flow,
        now=lambda: NOW,
        known=known,
        language=language,
        phrases=phrases(language),
        staff_reachable=golden.settings.get("staff") is not False,
        chance=lambda: float(str(golden.settings.get("chance", 0.5))),
    )
    typed = [line[2:] for line in golden.talk.splitlines() if line.startswith("> ")]
    return "\n\n".join("\n".join(_exchange(player, line)) for line in typed)


def _known(settings: dict[str, object]) -> dict[str, str | float]:
    written = settings.get("known")
    table = written if isinstance(written, dict) else {}
    return {name: float(value) if isinstance(value, int) else value for name, value in table.items()}


def _exchange(player: Player, line: str) -> Iterator[str]:
    yield f"> {line}"
    yield from player.enter(line)
