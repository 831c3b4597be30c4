"""The variables a flow declares: what is remembered about each person.

[variables]
city       = { type = "text", label = "City" }
age        = { type = "number", label = "Age", min = 0, max = 120 }
newsletter = { type = "boolean", default = false }
plan       = { type = "text", tell = "Your plan is now {plan}." }
birthday   = "date"
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.flow.book import Book
from bot.flow.effects import Value
from bot.flow.problems import did_you_mean
from bot.flow.reader import NAME, Node
from bot.flow.wording import Text
from bot.rules import SYSTEM_FIELDS, Type
from bot.rules.types import RESERVED_NAMES
from bot.sentences import Sentence

#: A flow with more of them is a mistake; every rule and every card would suffer.
MAX_VARIABLES = 500


@dataclass(frozen=True, slots=True)
class Variable:
    """One thing to remember. `min` and `max` limit a number; `default` has the variable's type, dates as ISO text."""

    name: str
    type: Type = Type.TEXT
    label: str = ""
    default: Value | None = None
    min: float | None = None
    max: float | None = None
    #: What a person is told when staff change it, as HTML.
    tell: Text | None = None


def read_variables(root: Node) -> dict[str, Variable]:
    """The table `[variables]`; the types are noted in the book for rules and texts."""
    table = root.raw("variables")
    if table is None:
        return {}
    if not isinstance(table, dict):
        root.wrong("variables", Sentence('"variables" must be a table: [variables]'))
        return {}
    if len(table) > MAX_VARIABLES:
        root.wrong("variables", Sentence("a flow can have at most {most} variables", most=MAX_VARIABLES))
    return {name: _declare(root.book, name, value) for name, value in table.items() if _name_fits(root.book, name)}


def _name_fits(book: Book, name: str) -> bool:
    path = ("variables", name)
    if name in SYSTEM_FIELDS:
        book.problem(
            path, Sentence('"{name}" is a field that every person has already; choose another name', name=name)
        )
    elif name in RESERVED_NAMES or not NAME.fullmatch(name):
        book.problem(
            path, Sentence('"{name}" cannot name a variable: use small letters, digits and _, at most 32', name=name)
        )
    else:
        return True
    return False


def _declare(book: Book, name: str, value: object) -> Variable:
    table = {"type": value} if isinstance(value, str) else value
    if not isinstance(table, dict):
        book.problem(
            ("variables", name), Sentence('the variable "{name}" must be a table, such as { type = "text" }', name=name)
        )
        table = {}
    node = Node(book, ("variables", name), table, Sentence('the variable "{name}"', name=name))
    type_ = _type(node)
    variable = Variable(
        name,
        type_,
        node.string("label") or "",
        _default(node, type_),
        node.number("min"),
        node.number("max"),
        node.html("tell"),
    )
    if type_ is not Type.NUMBER and (variable.min is not None or variable.max is not None):
        node.wrong("min", Sentence("only a number has limits, and this is a {type}", type=type_))
    if variable.min is not None and variable.max is not None and variable.min > variable.max:
        node.wrong("min", Sentence('"min" is more than "max"'))
    node.done()
    book.types[name] = type_
    return variable


def _type(node: Node) -> Type:
    word = node.string("type") or "text"
    if word in set(Type):
        return Type(word)
    known = [str(one) for one in Type]
    node.wrong(
        "type",
        Sentence(
            '"{word}" is not a type: use one of {known}.{hint}',
            word=word,
            known=", ".join(known),
            hint=did_you_mean(word, known),
        ),
    )
    return Type.TEXT


def _default(node: Node, type_: Type) -> Value | None:
    value = node.raw("default")
    match type_, value:
        case _, None:
            return None
        case Type.BOOLEAN, bool():
            return value
        case Type.NUMBER, int() | float() if not isinstance(value, bool):
            return float(value)
        case Type.TEXT, str():
            return value
        case Type.DATETIME, datetime():
            return value.isoformat()
        case Type.TIME, time():
            return value.isoformat()
        case Type.DATE, date() if not isinstance(value, datetime):
            return value.isoformat()
    node.wrong("default", Sentence('"default" does not fit the type {type}', type=type_))
    return None
