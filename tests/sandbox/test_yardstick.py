"""The list of live tests that do not pass is true to itself, the docs and the version; a run is compared with it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.sandbox.yardstick.expected import LIST, Listed, compare, read, told
from tests.sandbox.yardstick.media import FILES, supply
from tests.sandbox.yardstick.source import VERSION

ROOT = Path(__file__).parents[2]


def test_the_figures_are_those_of_the_list_the_docs_and_the_version() -> None:
    run = tomllib.loads(LIST.read_text())["run"]
    listed = read()
    assert run["passed"] + len(listed.why) == run["of"]
    assert run["passed"] >= 250
    assert all(why.endswith(".") for why in listed.why.values())
    assert f"**{run['passed']} of {run['of']}** pass with {run['version']}" in (ROOT / "docs/sandbox.md").read_text()
    assert run["version"] == VERSION
    assert f"python-telegram-bot=={VERSION}" in (ROOT / "pyproject.toml").read_text()


def test_a_run_agrees_or_is_told_where_it_does_not() -> None:
    listed = Listed({"a": "No internet.", "b": "No gifts.", "gone": "No gifts."}, frozenset({"a"}))
    ends = {"a": "passed", "b": "failed", "c": "xpassed", "d": "passed"}
    assert compare(ends, Listed({"a": "", "b": ""}, frozenset({"a"}))).agrees
    found = compare({**ends, "b": "passed", "d": "error"}, listed)
    assert (found.unexpected, found.better, found.unknown) == (["d"], ["b"], ["gone"])
    assert "3 of 4 live tests" in told(found, listed)
    assert "1 should pass and the list does not say so:\n  d" in told(found, listed)


def test_media_are_made_only_where_they_are_missing(tmp_path: Path) -> None:
    (tmp_path / "telegram.jpg").write_bytes(b"theirs")
    assert "telegram.jpg" not in supply(tmp_path)
    assert (tmp_path / "telegram.jpg").read_bytes() == b"theirs"
    assert (tmp_path / "telegram.mp4").read_bytes() == FILES["telegram.mp4"]
    assert supply(tmp_path) == []
