"""Telegram's old Markdown, which knows no nesting: plain text and entities, with Telegram's own errors."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sandbox.entities import Mention, link_entity, nobody, utf16
from sandbox.errors import bad
from sandbox.shapes import JSON

_MARKS = "_*`["
_SPECIAL = re.compile(r"[_*`\[\\]")
_LANGUAGE = re.compile(r"([^\s`]+)(?=\s)")
_BREAK = re.compile(r"\r\n|\n\r|\r|\n")


@dataclass(slots=True)
class _Reader:
    """Walks once over the source; `at` is the present place in it."""

    source: str
    mention: Mention
    at: int = 0
    length: int = 0
    parts: list[str] = field(default_factory=list)
    found: list[JSON] = field(default_factory=list)

    def read(self) -> tuple[str, list[JSON]]:
        while self.at < len(self.source):
            special = _SPECIAL.search(self.source, self.at)
            end = special.start() if special else len(self.source)
            if end > self.at:
                self.emit(self.source[self.at : end])
                self.at = end
            elif self.source[self.at] == "\\":
                self.escaped()
            else:
                self.marked()
        return "".join(self.parts), self.found

    def emit(self, text: str) -> None:
        self.parts.append(text)
        self.length += utf16(text)

    def escaped(self) -> None:
        following = self.source[self.at + 1 : self.at + 2]
        taken = following if following and following in _MARKS else ""
        self.emit(taken or "\\")
        self.at += 1 + len(taken)

    def marked(self) -> None:
        begin, mark = self.at, self.source[self.at]
        if self.source.startswith("```", begin):
            self.preformatted(begin)
            return
        end = self.source.find("]" if mark == "[" else mark, begin + 1)
        if end < 0:
            raise self.unended(begin)
        text = self.source[begin + 1 : end]
        self.at = end + 1
        if mark == "[":
            self.add(self.link(text), text)
        else:
            self.add({"type": {"_": "italic", "*": "bold", "`": "code"}[mark]}, text)

    def preformatted(self, begin: int) -> None:
        self.at = begin + 3
        kind: JSON = {"type": "pre"}
        if language := _LANGUAGE.match(self.source, self.at):
            kind["language"] = language[1]
            self.at = language.end()
        if line := _BREAK.match(self.source, self.at):
            self.at = line.end()
        end = self.source.find("```", self.at)
        if end < 0:
            raise self.unended(begin)
        text = self.source[self.at : end]
        self.at = end + 3
        self.add(kind, text)

    def link(self, text: str) -> JSON | None:
        if not self.source.startswith("(", self.at):
            return link_entity(text, self.mention)
        end = self.source.find(")", self.at)
        end = len(self.source) if end < 0 else end
        target = self.source[self.at + 1 : end]
        self.at = end + 1
        return link_entity(target, self.mention)

    def add(self, kind: JSON | None, text: str) -> None:
        if kind and text:
            self.found.append({**kind, "offset": self.length, "length": utf16(text)})
        self.emit(text)

    def unended(self, begin: int) -> Exception:
        place = len(self.source[:begin].encode())
        return bad(f"can't parse entities: Can't find end of the entity starting at byte offset {place}")


def parse_markdown(source: str, mention: Mention = nobody) -> tuple[str, list[JSON]]:
    """The text without its marks, and its entities; raises Refused as Telegram does."""
    return _Reader(source, mention).read()
