"""HTML as Telegram reads it: plain text and entities, with Telegram's own errors and byte offsets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.errors import Refused, bad
from sandbox.links import checked_link
from sandbox.shapes import JSON

SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "blockquote": "blockquote",
    "code": "code",
    "pre": "pre",
}
TAGS = frozenset(SIMPLE) | {"a", "tg-emoji", "tg-time"}
_SPACE = " \t\n\r\v\0"
_SPECIAL = re.compile(r"[<&]")
_NAME_END = re.compile(r"[\s\0>]")
_ATTRIBUTE_END = re.compile(r"[\s\0=>]")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_REFERENCE = re.compile(r"&(?:#[xX]([0-9a-fA-F]{1,8})|#([0-9]{1,9})|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


Mention: TypeAlias = Callable[[int], JSON | None]


def nobody(user_id: int) -> None:
    """No user may be named."""


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    begin: int


def utf16(text: str) -> int:
    """The length of a text in UTF-16 units, in which Telegram counts entities."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def link_entity(target: str, mention: Mention) -> JSON | None:
    """The entity of a link: a mention of somebody who may be named, an address, or nothing."""
    user = re.fullmatch(r"tg://user\?id=(\d{1,16})", target)
    if user:
        named = mention(int(user[1]))
        return {"type": "text_mention", "user": named} if named else None
    url = checked_link(target)
    return {"type": "text_link", "url": url} if url else None


def parse_html(source: str, mention: Mention = nobody) -> tuple[str, list[JSON]]:
    """The text without its tags, and its entities (offsets in UTF-16 units).

    `mention` gives the User a link may name; None leaves plain text. Raises Refused as Telegram does.
    """
    return _Reader(source, mention).read()


def decode_references(source: str) -> str:
    """`&lt; &gt; &amp; &quot;` and numeric references as characters; everything else stays."""
    return _REFERENCE.sub(lambda found: _referred(found) or found[0], source)


def _referred(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000 else ""


class _Reader:
    """Walks once over the source; `at` is the present place in it."""

    def __init__(self, source: str, mention: Mention) -> None:
        self.source = source
        self.mention = mention
        self.at = 0
        self.parts: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.found: list[JSON] = []

    def read(self) -> tuple[str, list[JSON]]:
        while self.at < len(self.source):
            special = _SPECIAL.search(self.source, self.at)
            end = special.start() if special else len(self.source)
            if end > self.at:
                self.emit(self.source[self.at : end], end)
            elif self.source[self.at] == "&":
                self.reference()
            elif self.source.startswith("</", self.at):
                self.close_tag()
            else:
                self.open_tag()
        if self.open:
            raise self.wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        self.found.sort(key=lambda e: (e["offset"], -e["length"]))
        return "".join(self.parts), self.found

    def emit(self, text: str, end: int) -> None:
        self.parts.append(text)
        self.length += utf16(text)
        self.at = end

    def reference(self) -> None:
        found = _REFERENCE.match(self.source, self.at)
        character = _referred(found) if found else ""
        if found and character:
            self.emit(character, found.end())
        else:
            self.emit("&", self.at + 1)

    def open_tag(self) -> None:
        begin = self.at
        end = _NAME_END.search(self.source, begin + 1)
        if not end:
            raise self.wrong("Unclosed start tag", begin)
        tag = self.source[begin + 1 : end.start()].lower()
        if tag not in TAGS:
            raise self.wrong(f'Unsupported start tag "{tag}"', begin)
        self.at = end.start()
        attributes = self.attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.wrong('Tag "span" must have class "tg-spoiler"', begin)
        self.open.append(_Open(tag, attributes, self.length, len(self.parts)))

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self.skip_space()
            if self.at >= len(self.source):
                raise self.wrong("Unclosed start tag", begin)
            if self.source[self.at] == ">":
                self.at += 1
                return found
            name = self.attribute_name(tag, begin)
            self.skip_space()
            if not self.source.startswith("=", self.at):
                if tag != "blockquote":
                    raise self.wrong(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
                found[name] = ""
                continue
            self.at += 1
            self.skip_space()
            found[name] = self.attribute_value(begin)

    def attribute_name(self, tag: str, begin: int) -> str:
        end = _ATTRIBUTE_END.search(self.source, self.at)
        if not end:
            raise self.wrong("Unclosed start tag", begin)
        name = self.source[self.at : end.start()].lower()
        if not name:
            raise self.wrong(f'Empty attribute name in the tag "{tag}"', begin)
        self.at = end.start()
        return name

    def attribute_value(self, begin: int) -> str:
        quote = self.source[self.at : self.at + 1]
        if quote in ("'", '"') and quote:
            end = self.source.find(quote, self.at + 1)
            if end < 0:
                raise self.wrong("Unclosed start tag", begin)
            value = decode_references(self.source[self.at + 1 : end])
            self.at = end + 1
            return value
        token_begin = self.at
        token = _TOKEN.match(self.source, self.at)
        self.at = token.end() if token else self.at
        if self.at >= len(self.source):
            raise self.wrong("Unclosed start tag", begin)
        if self.source[self.at] not in _SPACE + ">":
            raise self.wrong("Unexpected end of name token", token_begin)
        return self.source[token_begin : self.at].lower()

    def close_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise self.wrong("Unexpected end tag", begin)
        end = _NAME_END.search(self.source, begin + 2)
        self.at = end.start() if end else len(self.source)
        name = self.source[begin + 2 : self.at].lower()
        self.skip_space()
        if not self.source.startswith(">", self.at):
            raise self.wrong("Unclosed end tag", begin)
        opened = self.open[-1]
        if name and name != opened.tag:
            place = self.byte_offset(begin)
            raise bad(
                f"can't parse entities: Unmatched end tag at byte offset {place}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        self.at += 1
        self.open.pop()
        if self.length > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        inside = {"pre", "code"} & {outer.tag for outer in self.open}
        if inside and not (opened.tag == "code" and self.open[-1].tag == "pre"):
            return
        entity = self.entity(opened)
        if entity:
            self.found.append({**entity, "offset": opened.offset, "length": self.length - opened.offset})

    def entity(self, opened: _Open) -> JSON | None:
        if opened.tag == "a":
            target = opened.attributes.get("href") or "".join(self.parts[opened.begin :])
            return link_entity(target, self.mention)
        if opened.tag == "tg-time":
            stamp = opened.attributes.get("unix", "")
            return {"type": "date_time", "unix_time": int(stamp)} if stamp.isdigit() else None
        if opened.tag == "tg-emoji":
            return None
        if opened.tag == "blockquote" and "expandable" in opened.attributes:
            return {"type": "expandable_blockquote"}
        if opened.tag == "pre":
            return self.preformatted(opened)
        if opened.tag == "code" and self.open and self.open[-1].tag == "pre":
            self.open[-1].attributes["language"] = opened.attributes.get("class", "")
            return None
        return {"type": SIMPLE[opened.tag]}

    def preformatted(self, opened: _Open) -> JSON:
        language = opened.attributes.get("language", "")
        if language.startswith("language-"):
            return {"type": "pre", "language": language.removeprefix("language-")}
        return {"type": "pre"}

    def skip_space(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in _SPACE:
            self.at += 1

    def byte_offset(self, place: int) -> int:
        return len(self.source[:place].encode())

    def wrong(self, what: str, place: int | None = None) -> Refused:
        where = "" if place is None else f" at byte offset {self.byte_offset(place)}"
        return bad(f"can't parse entities: {what}{where}")
