"""What is different between two flows, as values that a screen can put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from bot.flow.connections import Connection
from bot.flow.markup import plain
from bot.flow.messages import Message
from bot.flow.schema import Block, Flow
from bot.flow.wording import Text, as_written
from bot.rules import unparse


class What(StrEnum):
    """The kind of a change; which fields of `Change` say more stands beside it."""

    START = "start"  # before, after
    FALLBACK = "fallback"  # before, after
    BLOCK_NEW = "block_new"  # block
    BLOCK_GONE = "block_gone"  # block
    TEXT = "text"  # block, before, after
    TEXT_NEW = "text_new"  # block, after
    TEXT_GONE = "text_gone"  # block, before
    WAY_NEW = "way_new"  # block, name, after
    WAY_GONE = "way_gone"  # block, name
    WAY_LEADS = "way_leads"  # block, name, before, after
    WAY_OTHER = "way_other"  # block, name
    GOES_ON = "goes_on"  # block, before, after
    ACTIONS = "actions"  # block
    LAYOUT = "layout"  # block
    VARIABLE_NEW = "variable_new"  # name
    VARIABLE_GONE = "variable_gone"  # name
    VARIABLE = "variable"  # name
    KEYWORDS = "keywords"
    COMMANDS = "commands"
    LINKS = "links"
    LANGUAGES = "languages"  # before, after
    REACTIVATED = "reactivated"
    RATING = "rating"
    ZONE = "zone"  # before, after
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `name` is what the person sees of a way (a button's words), or the name of a variable."""

    what: What
    block: str = ""
    name: str = ""
    before: str = ""
    after: str = ""


def difference(old: Flow, new: Flow) -> tuple[Change, ...]:
    """All that a person or an operator could notice; nothing where only comments or the layout of the file differ."""
    return (*_top(old, new), *_blocks(old, new), *_variables(old, new), *_lists(old, new))


def gone(old: Flow, new: Flow) -> frozenset[str]:
    """The blocks that the new flow does not have any more."""
    return frozenset(old.blocks.keys() - new.blocks.keys())


def _top(old: Flow, new: Flow) -> Iterator[Change]:
    pairs = (
        (What.START, old.start, new.start),
        (What.FALLBACK, old.fallback, new.fallback),
        (What.LANGUAGES, ", ".join(old.languages), ", ".join(new.languages)),
        (What.ZONE, str(old.zone or "–"), str(new.zone or "–")),
    )
    yield from (Change(what, before=before, after=after) for what, before, after in pairs if before != after)


def _blocks(old: Flow, new: Flow) -> Iterator[Change]:
    yield from (Change(What.BLOCK_GONE, name) for name in old.blocks if name not in new.blocks)
    for name, block in new.blocks.items():
        if name not in old.blocks:
            yield Change(What.BLOCK_NEW, name)
        elif block != old.blocks[name]:
            yield from _block(old.blocks[name], block)


def _block(old: Block, new: Block) -> Iterator[Change]:
    for before, after in zip_longest(old.messages(), new.messages()):
        if before != after:
            yield _message(new.name, before, after)
    if _actions(old) != _actions(new):
        yield Change(What.ACTIONS, new.name)
    yield from _ways(old, new)
    if old.to != new.to:
        yield Change(What.GOES_ON, new.name, before=old.to or "–", after=new.to or "–")
    if (old.columns, old.entry) != (new.columns, new.entry):
        yield Change(What.LAYOUT, new.name)


def _actions(block: Block) -> list[object]:
    return [step for step in block.steps if not isinstance(step, Message)]


def _message(block: str, before: Message | None, after: Message | None) -> Change:
    if before is None:
        return Change(What.TEXT_NEW, block, after=_words(after))
    if after is None:
        return Change(What.TEXT_GONE, block, before=_words(before))
    language = _changed_language(before.text, after.text)
    return Change(What.TEXT, block, before=_words(before, language), after=_words(after, language))


def _changed_language(before: Text | None, after: Text | None) -> str:
    """The first language whose version differs, so that the words shown are the ones that changed."""
    old, new = (dict(text.versions) if text else {} for text in (before, after))
    return next((language for language in (*new, *old) if old.get(language) != new.get(language)), "")


def _words(message: Message | None, language: str = "") -> str:
    """A message in a line: its words as the author wrote them, and what else it is."""
    if message is None:
        return ""
    files = ", ".join(media.path or f"{{{media.variable}}}" for media in message.media)
    text = _source(message.text, language) if message.text else ""
    point = f"{message.point[0]}, {message.point[1]}" if message.point else ""
    options = " / ".join(option.source() for option in message.options)
    return " · ".join(part for part in (files or point, text, options) if part)


def _source(text: Text, language: str) -> str:
    chosen = [parts for spoken, parts in text.versions if spoken == language] or [text.versions[0][1]]
    return plain(as_written(chosen[0]))


def _ways(old: Block, new: Block) -> Iterator[Change]:
    before, after = _named(old), _named(new)
    yield from (Change(What.WAY_GONE, new.name, name[0]) for name in before if name not in after)
    for name, way in after.items():
        was = before.get(name)
        if was is None:
            yield Change(What.WAY_NEW, new.name, name[0], after=way.to or "–")
        elif was.to != way.to:
            yield Change(What.WAY_LEADS, new.name, name[0], was.to or "–", way.to or "–")
        elif was != way:
            yield Change(What.WAY_OTHER, new.name, name[0])


def _named(block: Block) -> dict[tuple[str, int], Connection]:
    """The connections by what the person sees of them; the same words several times are counted."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], Connection] = {}
    for connection in block.connections:
        name = _name(connection)
        found[name, seen[name]] = connection
        seen[name] += 1
    return found


def _name(connection: Connection) -> str:
    if connection.input is not None:
        return str(connection.input.type)
    if connection.buttons and connection.buttons[0].label is not None:
        return connection.buttons[0].label.source()
    if connection.any:
        return "any"
    return unparse(connection.when) if connection.when is not None else "–"


def _variables(old: Flow, new: Flow) -> Iterator[Change]:
    yield from (Change(What.VARIABLE_GONE, name=name) for name in old.variables if name not in new.variables)
    for name, variable in new.variables.items():
        if name not in old.variables:
            yield Change(What.VARIABLE_NEW, name=name)
        elif old.variables[name] != variable:
            yield Change(What.VARIABLE, name=name)


def _lists(old: Flow, new: Flow) -> Iterator[Change]:
    pairs: Mapping[What, tuple[object, object]] = {
        What.KEYWORDS: (old.keywords, new.keywords),
        What.COMMANDS: (old.commands, new.commands),
        What.LINKS: (old.links, new.links),
        What.RATING: (old.rating, new.rating),
        What.EDITED: (old.hears_edits, new.hears_edits),
        What.REACTIVATED: ((old.reactivated, old.reactivated_text), (new.reactivated, new.reactivated_text)),
    }
    yield from (Change(what) for what, (before, after) in pairs.items() if before != after)
