"""Every key of a flow is found in the line where it stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flow.lines import Lines
from bot.flow.lines import Path as KeyPath
from tests.flow import golden

EXAMPLE = (golden.ROOT / "flow.example.toml").read_text()


def paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Every path of a parsed document."""
    items: list[tuple[str | int, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for key, inner in items:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def check_lines(text: str) -> None:
    """Every path that tomllib knows has a line, and a named one stands in it by its name."""
    lines, written = Lines(text), text.split("\n")
    for path in paths(tomllib.loads(text)):
        assert path in lines.found, path
        if isinstance(path[-1], str):
            assert path[-1] in written[lines.of(path) - 1], path


def test_every_key_of_the_example_is_found() -> None:
    check_lines(EXAMPLE)


@pytest.mark.parametrize("file", sorted(golden.HERE.glob("*.txt")), ids=lambda file: file.stem)
def test_every_key_of_the_golden_flows_is_found(file: Path) -> None:
    written = file.read_text().partition("\n--- flow\n")[2].partition("\n--- talk\n")[0]
    check_lines(written)


@pytest.mark.parametrize(
    "text",
    [
        "a = 1 # b = 2\nc = 'x # y'\n",
        'a = """\nb = 1\n[c]\n\\"""" \nd = 2\n',
        "a = '''\n]]\n'''\nb = [ # one\n  [1, 2], # two\n  { x = 1, y = { z = 2 } },\n]\nc.d.e = 1\n",
        "[a.b]\nc = 1\n[[d]]\ne = 1\n[[d]]\ne = 2\n[d.f]\ng = 3\n[[d.h]]\ni = 4\n",
        '"a b" = 1\n\'c.d\' = 2\n[ x . "y" ]\nz = 2026-01-01T10:00:00Z\n',
        "a = []\nb = {}\nc = [[]]\nd = -1.5e3\ne = true\n",
        "\r\na = 1\r\nb = [\r\n 1,\r\n 2]\r\n",
    ],
)
def test_tricky_texts_are_read_as_tomllib_reads_them(text: str) -> None:
    check_lines(text)


@given(st.text(st.sampled_from("ab=.,#'\"\\[]{} \n1"), max_size=40))
def test_the_scan_of_any_text_ends(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert Lines(text).of(("a",)) >= 1
    else:
        lines = Lines(text)
        assert {path for path in paths(tomllib.loads(text)) if all(isinstance(key, int) or key for key in path)} <= set(
            lines.found
        ) or "\\" in text


def test_an_unknown_path_has_the_line_of_what_is_around_it() -> None:
    lines = Lines("a = 1\n\n[b]\nc = { d = 1 }\n")
    assert lines.of(("b", "c", "d", "nothing", 3)) == 4
    assert lines.of(("nothing",)) == 1
