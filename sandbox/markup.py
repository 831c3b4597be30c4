"""Text and entities as HTML that a page may show: nothing of what people wrote is ever markup."""

from __future__ import annotations

import html
import re

from sandbox.shapes import JSON

_TAGS = {
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "underline": ("<u>", "</u>"),
    "strikethrough": ("<s>", "</s>"),
    "spoiler": ('<span class="spoiler">', "</span>"),
    "code": ("<code>", "</code>"),
    "pre": ("<pre>", "</pre>"),
    "blockquote": ("<blockquote>", "</blockquote>"),
    "expandable_blockquote": ("<blockquote>", "</blockquote>"),
}
_SAFE = re.compile(r"(?i)(https?|tg|mailto|tel):")


def to_html(text: str, entities: list[JSON]) -> str:
    """Formatted HTML with only b, i, u, s, code, pre, a, blockquote and span.spoiler."""
    if not entities:
        return html.escape(text)
    units = text.encode("utf-16-le", "surrogatepass")
    out: list[str] = []
    closing: list[tuple[int, str]] = []
    at = 0
    for entity in sorted(entities, key=lambda e: (e["offset"], -e["length"])):
        begin, end = entity["offset"], entity["offset"] + entity["length"]
        if closing:
            at = _close(out, closing, units, at, begin)
            end = min([end, *(stop for stop, _ in closing)])
        out.append(_piece(units, at, begin))
        at = max(at, begin)
        start_tag, end_tag = _tags(entity, _raw(units, begin, end))
        out.append(start_tag)
        closing.append((end, end_tag))
    at = _close(out, closing, units, at, len(units))
    return "".join([*out, _piece(units, at, len(units))])


def _close(out: list[str], closing: list[tuple[int, str]], units: bytes, at: int, until: int) -> int:
    while closing and closing[-1][0] <= until:
        stop, tag = closing.pop()
        out.append(_piece(units, at, stop) + tag)
        at = max(at, stop)
    return at


def _raw(units: bytes, begin: int, end: int) -> str:
    return units[2 * begin : 2 * end].decode("utf-16-le", "replace")


def _piece(units: bytes, begin: int, end: int) -> str:
    return html.escape(_raw(units, begin, end)) if end > begin else ""


def _tags(entity: JSON, text: str) -> tuple[str, str]:
    target = _target(entity, text)
    if target and _SAFE.match(target):
        return f'<a href="{html.escape(target)}" rel="noopener noreferrer" target="_blank">', "</a>"
    return _TAGS.get(entity["type"], ("", ""))


def _target(entity: JSON, text: str) -> str:
    if entity["type"] == "text_link":
        return str(entity["url"])
    if entity["type"] == "url":
        return text if "://" in text else f"http://{text}"
    if entity["type"] == "mention":
        return f"https://t.me/{text[1:]}"
    if entity["type"] == "email":
        return f"mailto:{text}"
    if entity["type"] == "text_mention":
        return f"tg://user?id={entity['user']['id']}"
    return ""
