"""Changing one text of the active flow in place: the rest of the file, comments and layout, stays as it was written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import tomlkit
from sqlalchemy.orm import Session
from tomlkit.exceptions import TOMLKitError

from bot.flow.reader import is_languages
from bot.services import flows
from bot.services.flows import Deed
from bot.services.locks import Lock, alone
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from bot.services.storable import storable
from models import FlowVersion

#: The keys of a message that hold words.
_WORDS = ("text", "caption", "poll")


@dataclass(frozen=True, slots=True)
class Written:
    """One text of a block as it stands in the file: the way to it, its language ("" for all), and its words."""

    path: tuple[str | int, ...]
    language: str
    words: str


def texts_of(version: FlowVersion, block: str) -> tuple[Written, ...]:
    """The texts that can be changed in a block: what it says, and what it says to an answer that does not fit.

    Raises a Refusal for a block that this version does not have.
    """
    blocks: dict[str, Any] = tomllib.loads(version.text).get("blocks", {})
    if block not in blocks:
        raise Refusal("flow.no_block", block=block)
    return (*_said(("say",), blocks[block].get("say")), *_retries(blocks[block].get("connections", [])))


def _said(path: tuple[str | int, ...], value: Any) -> Iterator[Written]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _said((*path, place), item)
    elif isinstance(value, dict) and not is_languages(value):
        for key in _WORDS:
            yield from _versions((*path, key), value.get(key))
    else:
        yield from _versions(path, value)


def _retries(connections: Any) -> Iterator[Written]:
    for place, connection in enumerate(connections if isinstance(connections, list) else []):
        asked = connection.get("input")
        if isinstance(asked, dict):
            yield from _versions(("connections", place, "input", "retry"), asked.get("retry"))


def _versions(path: tuple[str | int, ...], value: Any) -> Iterator[Written]:
    if isinstance(value, str):
        yield Written(path, "", value)
    elif isinstance(value, dict):
        for language, words in value.items():
            yield Written((*path, language), language, str(words))


def edit(
    db: Session, block: str, place: int, *, expected: str, words: str, by: Actor, setup: Setup, now: datetime
) -> FlowVersion:
    """Give the text at this place of `texts_of` other words: a new version, active at once.

    Raises a Refusal if the text is not `expected` any more, if nothing would change, or with every problem it brings.
    """
    require(by, Role.ADMIN)
    alone(db, Lock.FLOW_VERSIONS)
    present = flows.active(db)
    if present is None:
        raise Refusal("flow.no_version")
    written = texts_of(present, block)
    if place >= len(written) or written[place].words != expected:
        raise Refusal("flow.text_changed")
    words = storable(words).strip()
    if words == expected.strip():
        raise Refusal("flow.same_text")
    text = rewritten(present.text, ("blocks", block, *written[place].path), words)
    flow = flows.checked(text, setup)
    version = flows.add(db, text, flow, source="edit", author_id=by.id, now=now)
    deed = Deed("flow.edit", f"block {block}", expected, words)
    return flows.install(db, version, flow, actor_id=by.id, now=now, deed=deed)


def rewritten(text: str, path: tuple[str | int, ...], words: str) -> str:
    """The file with other words at one place, everything else untouched.

    Only the lines of the block are read for that (a large file takes seconds), and the whole file where they do not
    stand alone, such as in `blocks = { … }`.
    """
    wanted = tomllib.loads(text)
    _put(wanted, path, words)
    start, end = _lines_of(text, str(path[1]))
    with suppress(TOMLKitError, KeyError, tomllib.TOMLDecodeError):
        quick = text[:start] + _changed(text[start:end], path, words) + text[end:]
        if tomllib.loads(quick) == wanted:
            return quick
    return _changed(text, path, words)


def _changed(text: str, path: tuple[str | int, ...], words: str) -> str:
    document = tomlkit.parse(text)
    _put(document, path, tomlkit.string(words, multiline="\n" in words))
    return tomlkit.dumps(document)


def _put(holder: Any, path: tuple[str | int, ...], value: object) -> None:
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value


def _lines_of(text: str, block: str) -> tuple[int, int]:
    """From the header of a block to the next one of something else, as far as headers at the margin tell."""
    header = re.compile(rf"^\[blocks\.{block}\]", re.MULTILINE).search(text)
    if header is None:
        return 0, len(text)
    after = re.compile(rf"^\[+(?!blocks\.{block}[.\]])", re.MULTILINE).search(text, header.end())
    return header.start(), after.start() if after else len(text)
