"""Contents of messages as JSON in the log, and in words for the conversation view."""

from __future__ import annotations

from typing import Any

from bot.flow.content import Content, Kind, Option
from bot.flow.markup import plain
from bot.services.storable import storable_json

_OPTION_FIELDS = ("label", "block", "choice", "url", "share", "run", "leaves")
_SWITCHES = ("clears", "silent", "protected", "preview")


def to_json(content: Content) -> dict[str, Any]:
    """The content as a JSON object; what is empty is left out."""
    written: dict[str, Any] = {"kind": str(content.kind)}
    if content.text:
        written["text"] = content.text
    if content.media:
        written["media"] = content.media
    if content.rows:
        written["rows"] = [[_option_to_json(option) for option in row] for row in content.rows]
    if content.extra:
        written["extra"] = dict(content.extra)
    for name in _SWITCHES:
        if getattr(content, name):
            written[name] = True
    cleaned: dict[str, Any] = storable_json(written)
    return cleaned


def from_json(written: dict[str, Any]) -> Content:
    """The content that `to_json` wrote; further keys are ignored. Lists come back as tuples."""
    return Content(
        kind=Kind(written.get("kind", Kind.TEXT)),
        text=written.get("text", ""),
        media=written.get("media"),
        rows=tuple(tuple(Option(**option) for option in row) for row in written.get("rows", ())),
        extra=tuple((name, _frozen(value)) for name, value in written.get("extra", {}).items()),
        **{name: True for name in _SWITCHES if written.get(name)},
    )


def words(html: str) -> str:
    """The text that a person sees of Telegram's HTML."""
    return plain(html)


def _option_to_json(option: Option) -> dict[str, Any]:
    return {name: value for name in _OPTION_FIELDS if (value := getattr(option, name)) is not None}


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return value
