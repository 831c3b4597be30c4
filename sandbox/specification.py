"""The Bot API as its specification has it: which methods and types there are, and whether a value is of such a type.

specification.json has a line for each method and type. A field is written "Type" or "Type!" where it is required,
"[]Type" is an array of it and "A|B" either of them; a type that is a list is one of the types it lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from sandbox.shapes import JSON
from sandbox.whole import whole

_ALL: JSON = orjson.loads(Path(__file__).with_name("specification.json").read_bytes())
VERSION: str = _ALL["version"]
METHODS: dict[str, JSON] = {name.lower(): {"name": name, **method} for name, method in _ALL["methods"].items()}
_TYPES: dict[str, Any] = _ALL["types"]
_WORDS = frozenset({"true", "false", "yes", "no", "1", "0", ""})

#: Types in whose place a text may stand, as the specification tells in words.
_TEXT_WILL_DO = frozenset({"KeyboardButton"})

#: Notes in the list what is wrong with a value at a place.
Check: TypeAlias = Callable[[Any, str, list[str]], None]


@dataclass(slots=True)
class _Object:
    """An object type; `fields` and `required` are filled in after it is entered, for types that hold themselves."""

    name: str
    fields: dict[str, Check] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    def __call__(self, value: Any, place: str, wrong: list[str]) -> None:
        if not isinstance(value, dict):
            wrong.append(f"{place} must be a {self.name}, not {_said(value)}")
            return
        for name, inner in value.items():
            check = self.fields.get(name)
            if check is None:
                wrong.append(f"{place}.{name} is no field of {self.name}")
            else:
                check(inner, f"{place}.{name}", wrong)
        for name in self.required:
            if name not in value:
                wrong.append(f"{place}.{name} is missing; {self.name} requires it")


_objects: dict[str, _Object] = {}


@cache
def checker(expression: str) -> Check:
    """The check of a type such as "[]PhotoSize" or "Integer|String"."""
    if "|" in expression:
        return _either(tuple(expression.split("|")))
    if expression.startswith("[]"):
        return _array(expression[2:])
    if expression in _SCALARS:
        return _scalar(expression)
    if isinstance(_TYPES[expression], list):
        return _either(tuple(_TYPES[expression]))
    return _object(expression)


def problems(expression: str, value: Any, place: str) -> list[str]:
    """What is wrong with a value that should be of this type; [] for nothing. `place` begins the sentences."""
    wrong: list[str] = []
    checker(expression)(value, place, wrong)
    return wrong


def native(expression: str, value: Any) -> Any:
    """A parameter as it came in a form or query, as the value that it spells; as it came where it spells none."""
    if not isinstance(value, str):
        return value
    kinds = expression.split("|")
    if "String" in kinds or "InputFile" in kinds:
        return value
    if expression == "Boolean":
        return value.lower() in ("true", "yes", "1") if value.lower() in _WORDS else value
    if expression == "Integer":
        return value if whole(value) is None else whole(value)
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def required(word: str) -> tuple[str, bool]:
    """(type, whether it is required) of a field as the file has it."""
    return word.removesuffix("!"), word.endswith("!")


def _object(name: str) -> Check:
    return _text_or(_filled(name)) if name in _TEXT_WILL_DO else _filled(name)


def _text_or(check: Check) -> Check:
    def text_or(value: Any, place: str, wrong: list[str]) -> None:
        if not isinstance(value, str):
            check(value, place, wrong)

    return text_or


def _filled(name: str) -> _Object:
    if name in _objects:
        return _objects[name]
    made = _objects[name] = _Object(name)
    words = {key: required(word) for key, word in _TYPES[name].items()}
    made.fields = {key: checker(expression) for key, (expression, _) in words.items()}
    made.required = tuple(key for key, (_, needed) in words.items() if needed)
    return made


def _either(names: tuple[str, ...]) -> Check:
    checks: list[Check] = []

    def either(value: Any, place: str, wrong: list[str]) -> None:
        if not checks:
            checks.extend(checker(name) for name in names)
        nearest: list[str] | None = None
        for check in checks:
            found: list[str] = []
            check(value, place, found)
            if not found:
                return
            if nearest is None or _distance(found) < _distance(nearest):
                nearest = found
        wrong.extend(nearest or ())

    return either


def _distance(found: list[str]) -> tuple[int, int]:
    """How far a value is from a type: what the type does not have weighs more than what is missing or wrong."""
    return sum(" is no field of " in one for one in found), len(found)


def _array(inner: str) -> Check:
    check = checker(inner)

    def array(value: Any, place: str, wrong: list[str]) -> None:
        if not isinstance(value, list):
            wrong.append(f"{place} must be an array, not {_said(value)}")
            return
        for number, one in enumerate(value):
            check(one, f"{place}[{number}]", wrong)

    return array


def _scalar(name: str) -> Check:
    fits = _SCALARS[name]

    def scalar(value: Any, place: str, wrong: list[str]) -> None:
        if not fits(value):
            wrong.append(f"{place} must be of type {name}, not {_said(value)}")

    return scalar


_SCALARS: dict[str, Callable[[Any], bool]] = {
    "Integer": lambda value: type(value) is int,
    "Float": lambda value: type(value) in (int, float),
    "String": lambda value: type(value) is str,
    "Boolean": lambda value: type(value) is bool,
    "InputFile": lambda value: type(value) is str,
}


def _said(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
