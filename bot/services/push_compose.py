"""A message that an admin sent to the bot, as what a push says: kept as a value, never as a pointer to the chat."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.flow.content import Content, Kind, Option
from bot.flow.heard import Shared
from bot.flow.markup import clean, escape
from bot.flow.messages import FILE_KINDS
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal

#: Kinds that are kept by what they say, and not by a file.
_TOLD = frozenset({Kind.LOCATION, Kind.CONTACT, Kind.POLL})
_LINK = re.compile(r"(https?|tg)://\S+", re.IGNORECASE)
_LABEL_LIMIT = 64


def content_of(incoming: Incoming) -> Content:
    """All of a message: text with formatting, file, place, contact, poll, links. Raises a Refusal for other kinds."""
    words = incoming.html if incoming.html is not None else escape(clean(incoming.words))
    rows = tuple(tuple(Option(label, url=url) for label, url in row) for row in incoming.links)
    if incoming.kind is Kind.TEXT:
        return Content(text=words, rows=rows)
    if incoming.kind in FILE_KINDS and incoming.file_id:
        return Content(incoming.kind, words, media=f"id:{incoming.file_id}", rows=rows)
    if incoming.kind in _TOLD and incoming.extra:
        return Content(incoming.kind, rows=rows, extra=incoming.extra)
    raise Refusal("push.cannot_keep")


def album_of(incoming: Incoming) -> str | None:
    """Telegram's id of the album that a message is a part of."""
    return incoming.heard.album if isinstance(incoming.heard, Shared) else None


def buttons_of(written: str) -> tuple[tuple[Option, ...], ...]:
    """Typed buttons: a line is a row, `Label - target | Label - target`; a target is a link or a block of the flow.

    Raises a Refusal that names the line. A single dash means none.
    """
    if written.strip() == "-":
        return ()
    return tuple(_row(line.split("|")) for line in written.splitlines() if line.strip())


def written_buttons(rows: Sequence[Sequence[Option]]) -> str:
    """The way back from `buttons_of`."""
    return "\n".join(" | ".join(f"{one.label} - {one.url or one.block}" for one in row) for row in rows)


def _row(parts: Sequence[str]) -> tuple[Option, ...]:
    return tuple(_option(part.strip()) for part in parts)


def _option(part: str) -> Option:
    label, _, target = part.rpartition(" - ")
    label, target = clean(label).strip(), target.strip()
    if not label or not target or len(label) > _LABEL_LIMIT:
        raise Refusal("push.bad_button", button=part)
    return Option(label, url=target) if _LINK.fullmatch(target) else Option(label, block=target)
