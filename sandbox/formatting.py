"""From what a call or a person wrote to what Telegram stores: cleaned, trimmed, with all entities, within limits."""

from __future__ import annotations

import re
from typing import Any

from sandbox.entities import Mention, nobody, parse_html, utf16
from sandbox.errors import bad
from sandbox.links import automatic, checked_link, entity, is_entity
from sandbox.markdown import parse_markdown
from sandbox.markdown_v2 import parse_markdown_v2
from sandbox.shapes import JSON
from sandbox.whole import whole

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_768
ENTITY_LIMIT = 100
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]")
_UNTOUCHED = frozenset(
    {"code", "pre", "text_link", "text_mention", "url", "mention", "email", "bot_command", "hashtag"}
)
_OUTER_SPACE = " \n\u00a0\u2028"


def formatted(source: str, parse_mode: str, entities: Any = None, mention: Mention = nobody) -> tuple[str, list[JSON]]:
    """Text and entities of a message; blanks around it are gone. Raises Refused for markup Telegram would not take."""
    mode = parse_mode.lower()
    if mode in ("", "none"):
        text, found = source, given(entities, mention)
    elif mode == "html":
        text, found = parse_html(source, mention)
    elif mode == "markdown":
        text, found = parse_markdown(source, mention)
    elif mode == "markdownv2":
        text, found = parse_markdown_v2(source, mention)
    else:
        raise bad("unsupported parse_mode")
    text, found = _trimmed(_clean(text, found), found)
    return text, _with_automatic(text, found)[:ENTITY_LIMIT]


def written(source: str) -> tuple[str, list[JSON]]:
    """Text and entities of what a person types: no markup, only what Telegram finds by itself."""
    _check_raw(source)
    text, _ = _trimmed(_clean(source, []), [])
    return text, _with_automatic(text, [])


def checked_text(
    source: str, parse_mode: str, entities: Any = None, mention: Mention = nobody
) -> tuple[str, list[JSON]]:
    """`formatted`, for the text of a message: neither empty nor longer than 4,096 characters."""
    if not source:
        raise bad("message text is empty")
    _check_raw(source)
    text, found = formatted(source, parse_mode, entities, mention)
    if not text:
        raise bad("text must be non-empty" if source.isspace() else "message text is empty")
    if len(text) > TEXT_LIMIT:
        raise bad("message is too long")
    return text, found


def checked_caption(
    source: str, parse_mode: str, entities: Any = None, mention: Mention = nobody
) -> tuple[str, list[JSON]]:
    """`formatted`, for a caption: at most 1,024 characters."""
    _check_raw(source)
    text, found = formatted(source, parse_mode, entities, mention)
    if len(text) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    return text, found


def given(entities: Any, mention: Mention = nobody) -> list[JSON]:
    """The entities of a call's `entities` parameter; unknown kinds and impossible places are skipped."""
    if not isinstance(entities, list):
        return []
    usable = [_usable(one, mention) for one in entities if isinstance(one, dict)]
    return sorted((one for one in usable if one), key=_place)


def _usable(one: JSON, mention: Mention) -> JSON | None:
    kind, offset, length = str(one.get("type")), one.get("offset"), one.get("length")
    if not isinstance(offset, int) or not isinstance(length, int) or offset < 0 or length < 1 or not is_entity(kind):
        return None
    extra = _extra(kind, one, mention)
    return None if extra is None else {**entity(kind, offset, length), **extra}


def _extra(kind: str, one: JSON, mention: Mention) -> JSON | None:
    """The fields that only this kind has; None where they lead nowhere."""
    if kind == "text_link":
        url = checked_link(str(one.get("url")))
        return {"url": url} if url else None
    if kind == "text_mention":
        user = one.get("user")
        named = mention(whole(user.get("id")) or 0) if isinstance(user, dict) else None
        return {"user": named} if named else None
    if kind == "custom_emoji":
        return None
    return {"language": str(one["language"])} if kind == "pre" and one.get("language") else {}


def _place(found: JSON) -> tuple[int, int]:
    return found["offset"], -found["length"]


def _check_raw(source: str) -> None:
    try:
        size = len(source.encode())
    except UnicodeEncodeError:
        raise bad("strings must be encoded in UTF-8") from None
    if size > RAW_LIMIT:
        raise bad("text is too long")


def _clean(text: str, found: list[JSON]) -> str:
    if "\r" in text and not found:
        text = text.replace("\r", "")
    return _CONTROL.sub(" ", text)


def _trimmed(text: str, found: list[JSON]) -> tuple[str, list[JSON]]:
    kept = text.strip(_OUTER_SPACE)
    if len(kept) == len(text) and not found:
        return text, found
    lead = len(text) - len(text.lstrip(_OUTER_SPACE))
    end = utf16(kept)
    moved = []
    for one in found:
        begin = max(one["offset"] - lead, 0)
        length = min(one["offset"] + one["length"] - lead, end) - begin
        if length > 0:
            moved.append({**one, "offset": begin, "length": length})
    return kept, moved


def _with_automatic(text: str, found: list[JSON]) -> list[JSON]:
    extra = automatic(text)
    if not extra:
        return found
    taken = [(e["offset"], e["offset"] + e["length"]) for e in found if e["type"] in _UNTOUCHED]
    for kind, begin, end in extra:
        offset = utf16(text[:begin])
        length = utf16(text[begin:end])
        if not any(offset < stop and start < offset + length for start, stop in taken):
            found = [*found, entity(kind, offset, length)]
    return sorted(found, key=_place)
