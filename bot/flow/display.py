"""A block's messages and buttons as a particular person sees them now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate
from urllib.parse import quote

from bot.flow.connections import Button, Connection
from bot.flow.content import Content, Kind, Option
from bot.flow.effects import Say
from bot.flow.markup import CAPTION_LIMIT, TEXT_LIMIT, clean, plain
from bot.flow.messages import FILE_KINDS, Media, Message
from bot.flow.schema import Block
from bot.flow.walk import Walk, as_text
from bot.flow.wording import Text, fill_html, fill_notice, fill_plain

_LABEL_LIMIT = 64
#: What browsers and servers take, and how much of it one value.
ADDRESS_LIMIT, _VALUE_LIMIT = 2000, 1000
_QUESTION_LIMIT, _ANSWER_LIMIT = 300, 100
#: Files of an album, and which kinds can share one.
ALBUM_LIMIT = 10
_SHARE = (frozenset({Kind.PHOTO, Kind.VIDEO}), frozenset({Kind.DOCUMENT}), frozenset({Kind.AUDIO}))
Rows = tuple[tuple[Option, ...], ...]


def html(walk: Walk, text: Text, limit: int = TEXT_LIMIT) -> str:
    """A text of the flow as HTML, values escaped."""
    return fill_html(text, walk.person.language, walk.look, limit, walk.counted).strip()


def words(walk: Walk, text: Text, limit: int = TEXT_LIMIT) -> str:
    """A text of the flow without markup."""
    return fill_plain(text, walk.person.language, walk.look, limit, walk.counted).strip()


def notice(walk: Walk, text: Text) -> str:
    """The same for staff: links of the author are links, and nothing that the person wrote can be tapped."""
    return fill_notice(text, walk.person.language, walk.look, TEXT_LIMIT, walk.counted).strip()


def address(walk: Walk, text: Text) -> str:
    """A link of the flow; a value in it is quoted, so it cannot change where the link leads (nor can dots alone)."""
    parts = text.parts(walk.person.language)
    room = max(0, ADDRESS_LIMIT - sum(len(part) for part in parts if isinstance(part, str)))
    pieces: list[str] = []
    for part in parts:
        value = None if isinstance(part, str) else written(walk, part.name)
        default = part if isinstance(part, str) else part.default
        pieces.append(_quoted(value, min(room, _VALUE_LIMIT)) if value else default)
        room -= len(pieces[-1]) if value else 0
    return "".join(pieces)


def _quoted(value: str, room: int) -> str:
    """A value as it may stand in an address, cut between two signs if it takes more than `room`."""
    whole = clean(value)
    if len(quote(whole, safe="")) > room:
        taken = accumulate(len(quote(sign, safe="")) for sign in whole)
        whole = whole[: sum(length <= room for length in taken)]
    return quote(whole.strip(".") and whole, safe="")


def written(walk: Walk, name: str) -> str | None:
    """A variable as machines read it, the same in every language: dates as 2026-12-31."""
    value = walk.known(name)
    return None if value is None else as_text(value)


def open_connections(walk: Walk, block: Block) -> Iterator[Connection]:
    """The connections whose condition holds now."""
    return (connection for connection in block.connections if walk.holds(connection.when))


def label(walk: Walk, button: Button) -> str:
    """What stands on a button; never nothing, which Telegram refuses."""
    if button.label is None:
        return str(getattr(walk.phrases, button.word))
    return words(walk, button.label, _LABEL_LIMIT) or "…"


def rows(walk: Walk, block: Block) -> Rows:
    """The buttons of a block in rows; of several with the same words the first that holds."""
    found: dict[str, Option] = {}
    for connection in open_connections(walk, block):
        for button in connection.buttons:
            found.setdefault(button.id, _option(walk, block, button))
    options = list(found.values())
    return tuple(tuple(options[at : at + block.columns]) for at in range(0, len(options), block.columns))


def _option(walk: Walk, block: Block, button: Button) -> Option:
    shown = label(walk, button)
    if button.url is not None:
        return Option(shown, url=address(walk, button.url))
    if button.share is not None:
        return Option(shown, share=button.share)
    return Option(shown, block=block.name, choice=button.id)


def show_message(walk: Walk, message: Message, under: Rows = ()) -> None:
    """Say one message of a block; one that turned out empty is left out unless buttons hang on it."""
    content = _content(walk, message)
    if content is None and under:
        content = Content(Kind.TEXT, "…")
    if content is not None:
        walk.say(replace(content, rows=under))


def show_answers(walk: Walk, block: Block) -> None:
    """Put the block's buttons under the last thing that was said, or say the block's last message again."""
    under = rows(walk, block)
    for at in range(len(walk.effects) - 1, -1, -1):
        said = walk.effects[at]
        if isinstance(said, Say):
            if under and not said.content.rows and said.content.kind is not Kind.ALBUM:
                walk.effects[at] = Say(replace(said.content, rows=under))
            return
    messages = block.messages()
    if messages:
        show_message(walk, messages[-1], under)


def clear_keyboard(walk: Walk) -> None:
    """The first plain message takes away the keyboard that an earlier block may have put there, unless it is in use.

    Only a message without buttons can. A keyboard that is gone already may be taken away again, so nobody counts.
    """
    here = walk.flow.blocks.get(walk.place.block or "")
    if not walk.flow.has_keyboards or (here is not None and here.shares()):
        return
    for at, said in enumerate(walk.effects):
        if isinstance(said, Say) and not said.content.rows and said.content.kind is not Kind.ALBUM:
            walk.effects[at] = Say(replace(said.content, clears=True))
            return


def show_again(walk: Walk, block: Block) -> None:
    """Say a block's messages once more; its actions are not run a second time."""
    messages = block.messages()
    for message in messages:
        show_message(walk, message, rows(walk, block) if message is messages[-1] else ())


def _content(walk: Walk, message: Message) -> Content | None:
    match message.kind:
        case Kind.TEXT:
            return _text(walk, message)
        case Kind.LOCATION if message.point is not None:
            latitude, longitude = message.point
            return Content(Kind.LOCATION, extra=(("latitude", latitude), ("longitude", longitude)))
        case Kind.POLL:
            return _poll(walk, message)
        case Kind.ALBUM:
            return _album(walk, message)
    return _file(walk, message)


def _text(walk: Walk, message: Message) -> Content | None:
    text = html(walk, message.text) if message.text else ""
    return Content(Kind.TEXT, text) if plain(text).strip() else None


def _poll(walk: Walk, message: Message) -> Content | None:
    question = words(walk, message.text, _QUESTION_LIMIT) if message.text else ""
    options = tuple(words(walk, option, _ANSWER_LIMIT) or "…" for option in message.options)
    extra = (("question", question or "…"), ("options", options), ("several", message.several))
    return Content(Kind.POLL, extra=extra)


def _file(walk: Walk, message: Message) -> Content | None:
    caption = html(walk, message.text, CAPTION_LIMIT) if message.text else ""
    found = _references(walk, message.media[0])
    if not found:
        return Content(Kind.TEXT, caption) if caption else None
    return _together(found, caption)


def _album(walk: Walk, message: Message) -> Content | None:
    """An album; with one file left it is that file, because Telegram refuses smaller albums."""
    caption = html(walk, message.text, CAPTION_LIMIT) if message.text else ""
    items = [item for media in message.media for item in _references(walk, media)]
    return _together(items, caption) if items else None


def _together(items: list[tuple[Kind, str]], caption: str) -> Content:
    """One file as itself, several as an album of those that can share one with the first."""
    first, reference = items[0]
    mates = next((kinds for kinds in _SHARE if first in kinds), frozenset())
    shown = tuple(item for item in items if item[0] in mates)[:ALBUM_LIMIT]
    if len(shown) > 1:
        return Content(Kind.ALBUM, caption, extra=(("items", shown),))
    return Content(first, caption, reference)


def _references(walk: Walk, media: Media) -> list[tuple[Kind, str]]:
    """What to send, and as what: a stored file can only be sent as what it was. A variable may hold an album."""
    if media.path is not None:
        return [(media.kind, f"file:{media.path}")]
    stored = walk.value(media.variable or "")
    written = [one.partition(":") for one in stored.split()] if isinstance(stored, str) else []
    return [(Kind(kind), f"id:{file_id}") for kind, _, file_id in written if kind in set(FILE_KINDS) and file_id]
