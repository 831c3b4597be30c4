"""What people send, made fit for any database: PostgreSQL takes no NUL, neither of them takes half a character."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

T = TypeVar("T")


def storable(text: str) -> str:
    """The text without NUL; halves of a character that belong together are joined, lone ones become U+FFFD."""
    text = text.replace("\x00", "")
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def storable_or_none(text: str | None) -> str | None:
    """The same for a text that may be missing."""
    return None if text is None else storable(text)


def storable_json(value: Any) -> Any:
    """The same for every text inside a JSON value."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable_json(key): storable_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable_json(item) for item in value]
    return value


def storable_fields(value: T) -> T:
    """The same for every text in the fields of a dataclass."""
    texts = {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
    changed = {name: storable(text) for name, text in texts.items() if isinstance(text, str) and text != storable(text)}
    return replace(value, **changed) if changed else value  # type: ignore[type-var]
