"""The example that comes with the product is one to learn from."""

from __future__ import annotations

import struct

from bot.flow import load
from tests.flow.golden import ROOT

PICTURE = ROOT / "media" / "entrance.png"


def test_the_example_is_without_fault_or_warning() -> None:
    flow = load(ROOT / "flow.example.toml")
    assert flow.warnings == ()
    assert len(flow.blocks) >= 12
    assert flow.blocks["reading_week"].entry


def test_the_picture_is_small_and_whole() -> None:
    data = PICTURE.read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert data.endswith(b"IEND\xaeB`\x82")
    assert (width, height) == (960, 600)
    assert len(data) <= 60_000
