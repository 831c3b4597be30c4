"""The messages of a block: what `say` may hold.

say = "A text."
say = { en = "Good morning", de = "Guten Morgen" }
say = [
  "Several messages,",
  { photo = "media/entrance.jpg", caption = "one with a picture" },   # video, document … alike
  { photo = "{picture}" },                                            # what the person sent before
  { location = [48.2082, 16.3738] },
  { album = ["media/a.jpg", "media/b.jpg"], caption = "Two pictures" },
  { poll = "When do you come?", options = ["Mornings", "Evenings"] },
  { do = "typing" },                                                  # an action between two messages
]
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from bot.flow.content import Kind
from bot.flow.reader import Node, is_languages, read_html, read_text
from bot.flow.wording import Text
from bot.rules import Type
from bot.sentences import Sentence

FILE_KINDS = (
    Kind.PHOTO,
    Kind.VIDEO,
    Kind.ANIMATION,
    Kind.DOCUMENT,
    Kind.AUDIO,
    Kind.VOICE,
    Kind.VIDEO_NOTE,
    Kind.STICKER,
)
#: Kinds that Telegram shows without a caption.
BARE_KINDS = frozenset({Kind.VIDEO_NOTE, Kind.STICKER, Kind.LOCATION, Kind.POLL})
ALBUM_SIZES = range(2, 11)
POLL_SIZES = range(1, 13)
_MESSAGE = Sentence("the message")
_ALBUM_KINDS = frozenset({"photo", "video", "document", "audio"})


#: What a variable holds once somebody has sent a file: kinds with Telegram's ids, which are long.
_REFERENCE = rf"(?:{'|'.join(FILE_KINDS)}):[\w-]{{20,}}"
_REFERENCES = re.compile(rf"{_REFERENCE}(?: {_REFERENCE})*")


def named_files(value: str, names: Mapping[str, str]) -> str | None:
    """What stands for files in a text: "photo", "3 × photo"; None where the value is words. `names` are by kind."""
    if ":" not in value or not _REFERENCES.fullmatch(value):
        return None
    counted = Counter(reference.partition(":")[0] for reference in value.split())
    return ", ".join(names[kind] if times == 1 else f"{times} × {names[kind]}" for kind, times in counted.items())


@dataclass(frozen=True, slots=True)
class Media:
    """A file beside the flow (`path`), or one the person sent before (`variable`). One of the two is set."""

    kind: Kind
    path: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a block. `text` is the words, the caption, or the question of a poll."""

    kind: Kind = Kind.TEXT
    text: Text | None = None
    media: tuple[Media, ...] = ()
    #: Latitude and longitude in degrees.
    point: tuple[float, float] | None = None
    options: tuple[Text, ...] = ()
    #: A poll that lets a person choose several answers.
    several: bool = False


def read_message(node: Node, key: str, path: tuple[str | int, ...], item: object) -> Message | None:
    """One item of `say`."""
    if isinstance(item, str) or is_languages(item):
        text = read_html(node.book, path, item, _MESSAGE)
        return Message(text=text) if text else None
    if not isinstance(item, dict):
        node.book.problem(path, Sentence('"{key}" must hold texts and messages', key=key))
        return None
    table = Node(node.book, path, item, _MESSAGE)
    message = _from_table(table)
    table.done()
    return message


def _from_table(table: Node) -> Message | None:
    readers: dict[str, Callable[[Node, Kind], Message | None]] = {"text": _text, "location": _location}
    readers |= {"album": _album, "poll": _poll, **{str(kind): _file for kind in FILE_KINDS}}
    kinds = [kind for kind in readers if table.has(kind)]
    if len(kinds) == 1:
        return readers[kinds[0]](table, Kind(kinds[0]))
    if kinds:
        fault = Sentence("the message is several things at once: {kinds}", kinds=", ".join(kinds))
    else:
        fault = Sentence("the message must be one of {kinds}", kinds=", ".join(readers))
    table.book.problem(table.path, fault)
    return None


def _text(table: Node, kind: Kind) -> Message | None:
    text = table.html("text")
    return Message(kind, text) if text else None


def _file(table: Node, kind: Kind) -> Message | None:
    media = _media(table, kind, table.string(kind), kind)
    caption = table.html("caption")
    if caption and kind in BARE_KINDS:
        table.wrong("caption", Sentence("Telegram shows a {kind} without a caption", kind=kind))
    return Message(kind, caption, (media,)) if media else None


def _media(table: Node, key: str, written: str | None, kind: Kind) -> Media | None:
    if written is None:
        return None
    if written.startswith("{") and written.endswith("}"):
        name = table.variable(key, written[1:-1])
        if name is not None and table.book.types.get(name, Type.TEXT) is not Type.TEXT:
            table.wrong(key, Sentence('the variable "{name}" cannot hold a file: it must be a text', name=name))
        return Media(kind, variable=name)
    table.book.media.append((table.at(key), written))
    return Media(kind, path=written)


def _location(table: Node, kind: Kind) -> Message | None:
    value = table.raw("location")
    if _is_point(value):
        return Message(kind, point=(float(value[0]), float(value[1])))
    table.wrong(
        "location", Sentence('"location" must be latitude and longitude in degrees, such as [48.2082, 16.3738]')
    )
    return None


def _is_point(value: object) -> TypeGuard[list[float]]:
    numbers = isinstance(value, list) and len(value) == 2 and all(isinstance(one, int | float) for one in value)
    return numbers and abs(value[0]) <= 90 and abs(value[1]) <= 180  # type: ignore[index]


def _album(table: Node, kind: Kind) -> Message | None:
    items = table.raw("album")
    if not isinstance(items, list) or len(items) not in ALBUM_SIZES:
        table.wrong("album", Sentence("an album must be a list of 2 to 10 files"))
        return None
    media = [_album_item(table, item) for item in items]
    kinds = {one.kind for one in media if one}
    if len(kinds) > 1 and not kinds <= {Kind.PHOTO, Kind.VIDEO}:
        table.wrong("album", Sentence("only photos and videos can share an album"))
    return Message(kind, table.html("caption"), tuple(one for one in media if one))


def _album_item(table: Node, item: object) -> Media | None:
    match item:
        case str() if item.strip():
            return _media(table, "album", item.strip(), Kind.PHOTO)
        case dict() if len(item) == 1 and next(iter(item)) in _ALBUM_KINDS:
            kind, written = next(iter(item.items()))
            if isinstance(written, str) and written.strip():
                return _media(table, "album", written.strip(), Kind(kind))
    table.wrong(
        "album", Sentence('an item of an album must be a file, such as "media/a.jpg" or { video = "media/b.mp4" }')
    )
    return None


def _poll(table: Node, kind: Kind) -> Message | None:
    options = table.raw("options")
    if not isinstance(options, list) or len(options) not in POLL_SIZES:
        table.wrong("options", Sentence('a poll needs "options": a list of 1 to 12 answers'))
        return None
    texts = [
        read_text(table.book, (*table.at("options"), place), option, Sentence("an answer of the poll"))
        for place, option in enumerate(options)
    ]
    question = table.text("poll")
    answers = tuple(text for text in texts if text)
    return Message(kind, question, options=answers, several=table.flag("several")) if question else None
