"""Logs: readable or JSON, one line an event, and never a secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "7000000001:" + "T" * 35


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave logging as other tests expect it."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def logged(style: str = "text", level: str = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(level, style, ["geheim"], stream)
    return stream


def test_a_json_line_has_level_time_event_and_fields() -> None:
    stream = logged("json")
    structlog.get_logger("x").info("a push began", run=7)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["run"], line["level"]) == ("a push began", 7, "info")
    assert line["timestamp"].endswith("Z")


def test_a_library_speaks_through_the_same_door() -> None:
    stream = logged("json")
    logging.getLogger("library").warning("careful with %s", "this")
    assert json.loads(stream.getvalue())["event"] == "careful with this"


@pytest.mark.parametrize("style", ["text", "json"])
def test_no_token_and_no_password_in_lines_fields_or_tracebacks(style: str) -> None:
    stream = logged(style, "debug")
    log = structlog.get_logger("x")
    log.info(f"https://api.telegram.org/bot{TOKEN}/getMe", url=f"/bot{TOKEN}/", password="geheim")
    logging.getLogger("library").debug("POST /bot%s/sendMessage", TOKEN)
    try:
        raise RuntimeError(f"no answer from /bot{TOKEN}/ with geheim")
    except RuntimeError:
        log.exception("it failed")
        logging.getLogger("library").exception("it failed too")
    assert stream.getvalue().count("[secret]") >= 7
    assert "TTTTT" not in stream.getvalue() and "geheim" not in stream.getvalue()


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_line_break_from_outside_starts_no_new_line(style: str) -> None:
    stream = logged(style)
    structlog.get_logger("x").info("somebody wrote", name="Eve\n{}", other="Eve\x85\u2028\x1b[2J")
    structlog.get_logger("x").info("Eve wrote\r\n{}")
    logging.getLogger("library").warning("Eve wrote %s", "\n{}\x1b[2J")
    lines = stream.getvalue().removesuffix("\n").splitlines()
    assert len(lines) == 3 and all(line.isprintable() and "Eve" in line for line in lines)


@pytest.mark.parametrize("style", ["text", "json"])
def test_a_traceback_from_outside_holds_no_line_that_looks_like_one_of_ours(style: str) -> None:
    stream = logged(style)
    try:
        raise RuntimeError("Eve\n2026-01-01T00:00:00Z [info     ] all is well\x85\x1b[2J\u2028Eve")
    except RuntimeError:
        structlog.get_logger("x").exception("it failed")
        logging.getLogger("library").exception("it failed")
    lines = stream.getvalue().removesuffix("\n").splitlines()
    assert "all is well" in stream.getvalue() and all(line.isprintable() for line in lines)
    assert ["it failed" in line for line in lines if not line.startswith("    ")] == [True] * 2


def test_below_the_level_nothing_is_said() -> None:
    stream = logged(level="warning")
    structlog.get_logger("x").info("chatter")
    assert stream.getvalue() == ""
