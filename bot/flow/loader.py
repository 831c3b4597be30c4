"""A file becomes a flow, or the full list of what is wrong with it."""

from __future__ import annotations

import gc
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import tomli

from bot.flow.book import Book
from bot.flow.checks import check
from bot.flow.flow_read import read_flow
from bot.flow.problems import FlowError, Problem
from bot.flow.reader import Node
from bot.flow.schema import Flow
from bot.sentences import Sentence

#: Larger files are refused unread.
MAX_BYTES = 4_000_000
#: Tables and lists within each other; what a flow needs is half of it.
MAX_DEPTH = 60
_LONG_NUMBER = re.compile(r"\d[\d_]{4000}")


def load(path: Path) -> Flow:
    """The flow in a file. Raises FlowError with every problem."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FlowError(
                path.name, [Problem(1, None, Sentence("the file is larger than {most} bytes", most=MAX_BYTES))]
            )
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise FlowError(path.name, [Problem(1, None, _missing(path))]) from error
    except OSError as error:
        raise FlowError(
            path.name, [Problem(1, None, Sentence("the file cannot be read: {reason}", reason=error.strerror))]
        ) from error
    except UnicodeDecodeError as error:
        raise FlowError(path.name, [Problem(1, None, Sentence("the file is not UTF-8 text"))]) from error
    return _parse(text, path.parent, path.name, path)


def _missing(path: Path) -> Sentence:
    return Sentence(
        'there is no file {path}; copy flow.example.toml to it, or name another one: flow = "…" under [conversation] '
        "in config.toml, and for the demo with --flow",
        path=path,
    )


def parse(text: str, *, folder: Path | None, name: str = "flow.toml") -> Flow:
    """The flow in a text; media are looked for under `folder`, and not at all where it is None. Raises FlowError."""
    return _parse(text, folder, name, None)


def _parse(text: str, folder: Path | None, name: str, path: Path | None) -> Flow:
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_BYTES:
        raise FlowError(name, [Problem(1, None, Sentence("the text is larger than {most} characters", most=MAX_BYTES))])
    with _all_of_it_stays():
        data = _toml(text, name)
        book = Book(text.replace("\r\n", "\n"), folder)
        flow = read_flow(Node(book, (), data))
        check(flow, book)
    if book.problems:
        raise FlowError(name, book.problems)
    version = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    warnings = tuple(sorted(set(book.warnings), key=lambda one: (one.line, one.message)))
    missing = Counter(language for _, text in book.texts for language in text.missing(book.languages))
    same = sum(text.versions[0][0] == "" for _, text in book.texts)
    counted = replace(flow, texts=len(book.texts), missing=missing, same=same)
    return replace(counted, version=version, folder=folder, path=path, warnings=warnings)


@contextmanager
def _all_of_it_stays() -> Iterator[None]:
    """A large flow is a million small values that are all needed: looking for garbage among them only takes time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _toml(text: str, name: str) -> dict[str, object]:
    too_deep = FlowError(name, [Problem(1, None, Sentence("the lists and tables are nested too deeply"))])
    try:
        data = tomli.loads(text)
    except RecursionError as error:
        raise too_deep from error
    except tomli.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        digits = "".join(sign for sign in place.partition(",")[0] if sign.isdigit())
        line = int(digits) if digits else text.count("\n") + 1
        raise FlowError(
            name, [Problem(line, None, Sentence("this is not TOML: {reason}", reason=reason[:1].lower() + reason[1:]))]
        ) from error
    except ValueError as error:  # Python reads no number of more digits
        found = _LONG_NUMBER.search(text)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        raise FlowError(name, [Problem(line, None, Sentence("a number is too long to be read"))]) from error
    if _is_deeper(data, MAX_DEPTH):
        raise too_deep
    return data


def _is_deeper(value: object, room: int) -> bool:
    """Whether tables and lists lie in each other more than `room` deep; level by level, which is fast."""
    level = [value]
    for _ in range(room + 1):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
