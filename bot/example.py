"""The examples that come with the program: beside it in a checkout, inside of it where it is installed."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def example(name: str) -> Path:
    """The path of "flow.example.toml" or "config.example.toml"."""
    inside = _PACKAGE / "example" / name
    return inside if inside.exists() else _PACKAGE.parent / name
