"""Reading actions: one short function per kind, found by its word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cache

from bot.flow.accept import read_value
from bot.flow.actions import (
    Action,
    Add,
    Branch,
    CallBlock,
    Chance,
    End,
    Pause,
    PutTag,
    Return,
    ServiceOperator,
    Set,
    SetTopic,
    Show,
    ShowTyping,
    Speak,
    TellStaff,
    Unset,
    When,
)
from bot.flow.actions_http import read_http
from bot.flow.clock_read import clock_of, read_clock
from bot.flow.phrases import Phrases
from bot.flow.reader import NAME, Node, read_html, read_text
from bot.flow.wording import Text
from bot.rules import Type
from bot.sentences import Sentence

#: Lists within lists deeper than this cannot be followed by a person either.
_MAX_DEPTH = 8
_MAX_DELAY = timedelta(days=366)
#: Whether a written value fits does not depend on the day.
_ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def read_actions(node: Node, key: str, depth: int = 0) -> tuple[Action, ...]:
    """A list of actions; a lone text is a block to show or a sentence to say."""
    value = node.raw(key)
    if value is None:
        return ()
    if isinstance(value, str):
        return _shorthand(node, key, value.strip())
    if depth > _MAX_DEPTH:
        node.wrong(key, Sentence("the actions are nested more than {most} deep", most=_MAX_DEPTH))
        return ()
    actions = [read_action(one, depth) for one in node.tables(key, Sentence("the action"))]
    return tuple(action for action in actions if action)


def _shorthand(node: Node, key: str, word: str) -> tuple[Action, ...]:
    if NAME.fullmatch(word):
        return (Show(node.block(key, word) or word),)
    text = read_html(node.book, node.at(key), word, f'"{key}"')
    return (Speak(text),) if text else ()


def read_action(node: Node, depth: int = 0) -> Action | None:
    """One action, by the word after `do`."""
    word = node.one_of("do", _READERS)
    if word is None or word not in _READERS:
        return None
    node.who = _named(word)
    action = _READERS[word](node, depth)
    node.done()
    return action


@cache
def _named(word: str) -> Sentence:
    return Sentence('the action "{word}"', word=word)


def _set(node: Node, depth: int) -> Action | None:
    name = node.variable()
    empty = node.raw("value") == ""
    value = None if empty else _value(node)
    if name and value:
        _check_value(node, value, name)
    return Set(name, value) if name else None


def _check_value(node: Node, value: Text, name: str) -> None:
    """A value without places for variables fits its variable now, or never."""
    type_, language = node.book.types.get(name, Type.TEXT), node.book.languages[0]
    if not any(value.slots()) and read_value(value.source(), type_, language, _ANY_DAY, Phrases()) is None:
        node.wrong(
            "value",
            Sentence(
                '"{text}" does not fit the variable "{name}": it is a {type}',
                text=value.source(),
                name=name,
                type=type_,
            ),
        )


def _value(node: Node) -> Text | None:
    value = node.raw("value")
    if isinstance(value, bool):
        value = "true" if value else "false"
    elif isinstance(value, int | float):
        value = f"{value:.15g}"
    elif hasattr(value, "isoformat"):
        value = value.isoformat()
    return None if value is None else read_text(node.book, node.at("value"), value, '"value"')


def _unset(node: Node, depth: int) -> Action | None:
    name = node.variable()
    return Unset(name) if name else None


def _add(node: Node, depth: int) -> Action | None:
    name = node.variable()
    if name and node.book.types.get(name) is not Type.NUMBER:
        node.wrong(
            "variable",
            Sentence(
                '"add" needs a number, and the variable "{name}" is a {type}', name=name, type=node.book.types.get(name)
            ),
        )
    by = node.text("by") if isinstance(node.raw("by"), str) else node.number("by")
    return Add(name, 1.0 if by is None else by) if name else None


def _say(node: Node, depth: int) -> Action | None:
    _need(node, "text")
    text = node.html("text")
    return Speak(text) if text else None


def _need(node: Node, key: str) -> None:
    if not node.has(key):
        node.book.problem(node.path, Sentence('{who} needs "{key}"', who=node.who, key=key))


def _show(node: Node, depth: int) -> Action | None:
    _need(node, "to")
    to = node.block("to")
    return Show(to) if to else None


def _when(node: Node, depth: int) -> Action | None:
    _need(node, "rule")
    rule = node.rule("rule")
    then, otherwise = read_actions(node, "then", depth + 1), read_actions(node, "else", depth + 1)
    return When(rule, then, otherwise) if rule else None


def _service_operator(node: Node, depth: int) -> Action | None:
    if not node.has("else"):
        node.book.warning(
            node.path,
            Sentence('{who} has no "else": say there what a person hears when nobody is reached', who=node.who),
        )
    return ServiceOperator(read_actions(node, "then", depth + 1), read_actions(node, "else", depth + 1))


def _tag(on: bool) -> Callable[[Node, int], Action | None]:
    def read(node: Node, depth: int) -> Action | None:
        name = _label(node, "name")
        return PutTag(name, on) if name else None

    return read


def _topic(on: bool) -> Callable[[Node, int], Action | None]:
    def read(node: Node, depth: int) -> Action | None:
        name = _label(node, "topic")
        return SetTopic(name, on) if name else None

    return read


def _label(node: Node, key: str) -> str | None:
    word = node.needed(key)
    if word is not None and len(word) > 32:
        node.wrong(key, Sentence('"{key}" may have at most 32 characters', key=key))
        return None
    return word


def _notify(node: Node, depth: int) -> Action | None:
    _need(node, "text")
    text = node.text("text")
    return TellStaff(text) if text else None


def _wait(node: Node, depth: int) -> Action | None:
    parts = {unit: node.number(unit) or 0.0 for unit in ("seconds", "minutes", "hours", "days")}
    until = node.variable("until") if node.has("until") else None
    if until and node.book.types.get(until) not in {Type.DATE, Type.DATETIME}:
        node.wrong(
            "until",
            Sentence(
                '"until" needs a date, and the variable "{until}" is a {type}',
                until=until,
                type=node.book.types.get(until),
            ),
        )
    at, between, keep = read_clock(node, "at"), _between(node), node.flag("keep")
    return Pause(_delay(node, parts, until), node.block("to"), until, at, between, keep)


def _delay(node: Node, parts: dict[str, float], until: str | None) -> timedelta:
    days = sum(timedelta(**{unit: 1}) / timedelta(days=1) * amount for unit, amount in parts.items())
    if abs(days) <= _MAX_DELAY.days and (days > 0 or until):
        return timedelta(days=days)
    node.book.problem(
        node.path,
        Sentence(
            '{who} needs a time from a second to {days} days, such as "hours = 2"', who=node.who, days=_MAX_DELAY.days
        ),
    )
    return timedelta(0)


def _between(node: Node) -> tuple[time, time] | None:
    hours = node.raw("between")
    if hours is None:
        return None
    if isinstance(hours, list) and len(hours) == 2:
        first, last = (clock_of(hour) for hour in hours)
        if first and last and first != last:
            return first, last
    node.wrong("between", Sentence('"between" must be two times, such as ["09:00", "20:00"]'))
    return None


def _random(node: Node, depth: int) -> Action | None:
    branches = tuple(_branch(one, depth) for one in node.tables("branches", Sentence("a branch")))
    if not 2 <= len(branches) <= 20:
        node.book.problem(node.path, Sentence('{who} needs "branches": a list of 2 to 20', who=node.who))
    return Chance(branches) if branches else None


def _branch(node: Node, depth: int) -> Branch:
    weight = node.number("weight") if node.has("weight") else 1.0
    if weight is not None and weight <= 0:
        node.wrong("weight", Sentence('"weight" must be more than 0'))
    branch = Branch(max(weight or 0.0, 1e-9), read_actions(node, "then", depth + 1))
    node.done()
    return branch


def _call(node: Node, depth: int) -> Action | None:
    _need(node, "to")
    to = node.block("to")
    return CallBlock(to, node.block("then")) if to else None


def _plain(action: Action) -> Callable[[Node, int], Action | None]:
    return lambda node, depth: action


_READERS: dict[str, Callable[[Node, int], Action | None]] = {
    "set": _set,
    "unset": _unset,
    "add": _add,
    "say": _say,
    "show": _show,
    "when": _when,
    "service_operator": _service_operator,
    "tag": _tag(True),
    "untag": _tag(False),
    "notify": _notify,
    "wait": _wait,
    "random": _random,
    "typing": _plain(ShowTyping()),
    "subscribe": _topic(True),
    "unsubscribe": _topic(False),
    "call": _call,
    "return": _plain(Return()),
    "http": lambda node, depth: read_http(node, depth, read_actions),
    "end": _plain(End()),
}

#: The words after `do` that this version knows.
ACTION_WORDS = tuple(_READERS)
