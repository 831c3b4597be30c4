"""The examples that come with the product are ones to learn from."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from bot.flow import load
from tests.flow import golden
from tests.flow.golden import ROOT

PICTURES = {"media/entrance.png": (960, 600), "examples/club/media/route.png": None}
EXAMPLES = [ROOT / "flow.example.toml", *sorted((ROOT / "examples").glob("*/flow.toml"))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_example_is_without_fault_or_warning(path: Path) -> None:
    flow = load(path)
    assert flow.warnings == ()
    assert len(flow.blocks) >= 12


@pytest.mark.parametrize("path", EXAMPLES, ids=named)
def test_an_example_has_golden_conversations(path: Path) -> None:
    assert sum(f"--- flow {named(path)}\n" in one.read_text() for one in golden.HERE.glob("*.txt")) >= 2


def test_there_are_three_examples_and_one_speaks_two_languages() -> None:
    assert len(EXAMPLES) == 3
    assert any(set(load(path).languages) >= {"en", "de"} for path in EXAMPLES)


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_small_and_whole(name: str) -> None:
    data = (ROOT / name).read_bytes()
    size = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG\r\n\x1a\n") and data.endswith(b"IEND\xaeB`\x82")
    assert PICTURES[name] in {size, None}
    assert len(data) <= 60_000
