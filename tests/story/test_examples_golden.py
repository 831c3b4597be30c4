"""Every golden conversation of the examples, over real HTTP: what arrives is what the engine alone says."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.flow import load
from tests.clock import FakeClock
from tests.flow import golden
from tests.story.people import telling
from tests.story.replay import Replay

#: The conversations of flows that stand in files of their own.
FILES = [path for path in golden.FILES if "\n--- flow\n" not in path.read_text()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_golden_conversation_goes_the_same_way_through_telegram(path: Path, sqlite_url: str) -> None:
    read, clock = golden.read(path), FakeClock(golden.NOW)
    assert read.flow.path is not None
    staff: dict[str, object] = {"staff": []} if read.settings.get("staff") is False else {}
    async with telling(sqlite_url, read.flow.path, clock, **staff) as story:
        replay = await Replay.of(read, story, clock)
        for line in (line[2:] for line in read.talk.splitlines() if line.startswith("> ")):
            if line.startswith("@open"):
                break  # a push; see test_pushes.py
            await replay.types(line)
        assert await replay.person.heard_so_far() == []


def test_every_example_has_golden_conversations() -> None:
    played = {golden.read(path).flow.version for path in FILES}
    examples = [golden.ROOT / "flow.example.toml", *sorted((golden.ROOT / "examples").glob("*/flow.toml"))]
    assert {load(path).version for path in examples} == played
