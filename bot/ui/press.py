"""Presses: what a button carries, typed; packed into at most 64 bytes and parsed here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, dataclass_transform, get_type_hints

#: Telegram's limit for a button's data.
MAX_BYTES = 64

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_NUMBER = re.compile(r"-?[0-9a-z]{1,13}")
_CODE = re.compile(r"[a-z][a-z0-9]{0,3}")
_TEXT_ESCAPES = {"~": "~0", ":": "~1"}


class Press:
    """One thing that can be pressed. Subclasses are declared with `@press(code)` and hold ints, bools and texts."""

    __slots__ = ()


P = TypeVar("P", bound=Press)

_kinds: dict[str, type[Press]] = {}
_codes: dict[type[Press], str] = {}
_fields: dict[type[Press], tuple[tuple[str, Any], ...]] = {}


@dataclass_transform(frozen_default=True)
def press(code: str) -> Callable[[type[P]], type[P]]:
    """Make a class a press under a code of one to four letters. A code that is taken fails at import."""
    if not _CODE.fullmatch(code) or code in _kinds:
        raise ValueError(f"the code {code!r} of a press is malformed or belongs to {_kinds.get(code)}")

    def declare(kind: type[P]) -> type[P]:
        made = dataclass(frozen=True, slots=True)(kind)
        shape = tuple((name, hint) for name, hint in get_type_hints(made).items() if not name.startswith("__"))
        if unfit := [name for name, hint in shape if hint not in (int, str, bool, int | None)]:
            raise TypeError(
                f"{kind.__name__}: a press cannot carry {', '.join(unfit)}; it holds int, int | None, bool and str"
            )
        _kinds[code], _codes[made], _fields[made] = made, code, shape
        return made

    return declare


@press("c")
class Choose(Press):
    """A person's choice under a message of the flow; the conversation handles it, not a screen."""

    block: str
    choice: str


@press("cp")
class ChooseOfPush(Press):
    """A choice under a message of a push, which counts; an empty `choice` opens the block itself."""

    run: int
    block: str
    choice: str


@press("cl")
class LeavePush(Press):
    """Whoever presses wants no more pushes of this kind; `run` is the sending that brought the button."""

    push_id: int
    run: int


def kinds() -> Mapping[str, type[Press]]:
    """All presses by their code."""
    return MappingProxyType(_kinds)


def pack(press: Press) -> str:
    """The data of the button. Raises ValueError if it does not fit into 64 bytes."""
    kind = type(press)
    data = ":".join([_codes[kind], *(_packed(getattr(press, name)) for name, _ in _fields[kind])])
    if len(data.encode()) > MAX_BYTES:
        raise ValueError(f"{press} takes {len(data.encode())} bytes; a button carries {MAX_BYTES}")
    return data


def parse(data: str) -> Press | None:
    """The press that a button's data stands for, or None: old, foreign or forged. Never raises."""
    code, *values = data.split(":")
    kind = _kinds.get(code)
    if kind is None or len(values) != len(_fields[kind]):
        return None
    try:
        made = kind(*(_read(hint, value) for (_, hint), value in zip(_fields[kind], values, strict=True)))
        return made if pack(made) == data else None
    except ValueError:
        return None


def _packed(value: int | str | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case int():
            return _base36(value)
    return "".join(_TEXT_ESCAPES.get(letter, letter) for letter in value)


def _read(hint: Any, value: str) -> int | str | bool | None:
    if hint is str:
        if "\x00" in value:
            raise ValueError("no text of ours has NUL in it, and PostgreSQL takes none")
        return value.replace("~1", ":").replace("~0", "~")
    if hint is bool:
        return value == "1"
    if hint == int | None and not value:
        return None
    if not _NUMBER.fullmatch(value) or not -(2**63) <= (number := int(value, 36)) < 2**63:
        raise ValueError(f"{value!r} is not a number of 64 bits in base 36")
    return number


def _base36(number: int) -> str:
    digits = ""
    rest = abs(number)
    while rest or not digits:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
    return "-" + digits if number < 0 else digits
