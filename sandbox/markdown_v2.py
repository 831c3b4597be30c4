"""MarkdownV2 as Telegram reads it: nesting, quotations, reserved characters, with Telegram's own errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from sandbox.entities import Mention, link_entity, nobody, utf16
from sandbox.errors import Refused, bad
from sandbox.shapes import JSON

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
#: Marks that open and close, the longer ones first, with the entity and Telegram's name for it in errors.
_PAIRS = (
    ("__", "underline", "Underline"),
    ("||", "spoiler", "Spoiler"),
    ("_", "italic", "Italic"),
    ("*", "bold", "Bold"),
    ("~", "strikethrough", "Strikethrough"),
)
_CODE = {"```": ("pre", "Pre"), "`": ("code", "Code")}


@dataclass(slots=True)
class _Open:
    """An entity that has begun: the mark that ends it, where it began in the source, the text and its parts."""

    mark: str
    kind: JSON
    name: str
    begin: int
    offset: int
    part: int


@dataclass(slots=True)
class _Reader:
    """Walks once over the source; `at` is the present place in it."""

    source: str
    mention: Mention
    at: int = 0
    length: int = 0
    line_begins: bool = True
    parts: list[str] = field(default_factory=list)
    found: list[JSON] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    quote: _Open | None = None

    def read(self) -> tuple[str, list[JSON]]:
        while self.at < len(self.source):
            self.step()
        if self.open:
            last = self.open[-1]
            raise self.wrong(f"Can't find end of {last.name} entity at byte offset {self.bytes_before(last.begin)}")
        self.end_quote()
        self.found.reverse()  # Of two that cover the same, the outer one ended last and stands first.
        self.found.sort(key=lambda one: (one["offset"], -one["length"]))
        return "".join(self.parts), self.found

    def step(self) -> None:
        character = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        if character == "\\" and following and 0 < ord(following) < 127:
            self.emit(following, 2)
        elif self.open and self.open[-1].mark in _CODE:
            self.in_code(character)
        elif character == "\n":
            self.line_ends()
        elif self.line_begins and self.quotes():
            return
        elif character not in RESERVED:
            self.emit(character, 1)
        else:
            self.mark(character)

    def emit(self, text: str, taken: int) -> None:
        self.parts.append(text)
        self.length += utf16(text)
        self.at += taken
        self.line_begins = False

    def in_code(self, character: str) -> None:
        """Inside code nothing but its end has a meaning."""
        if self.source.startswith(self.open[-1].mark, self.at):
            self.close()
        else:
            self.emit(character, 1)

    def line_ends(self) -> None:
        if self.quote and not self.source.startswith(">", self.at + 1):
            self.end_quote()
        self.emit("\n", 1)
        self.line_begins = True

    def quotes(self) -> bool:
        """At the beginning of a line: whether a quotation begins or goes on here."""
        mark = "**>" if self.source.startswith("**>", self.at) else ">"
        if not self.source.startswith(mark, self.at):
            return False
        if self.quote is None or mark == "**>":
            self.end_quote()
            self.quote = _Open("", {"type": "blockquote"}, "BlockQuote", self.at, self.length, len(self.parts))
        self.at += len(mark)
        self.line_begins = False
        return True

    def mark(self, character: str) -> None:
        if self.quote and self.hides_the_rest():
            self.quote.kind = {"type": "expandable_blockquote"}
            self.at += 2
        elif self.open and self.source.startswith(self.open[-1].mark, self.at) and not self.is_longer():
            self.close()
        else:
            self.begin(character)

    def hides_the_rest(self) -> bool:
        """`||` at the end of a quotation's last line makes it expandable, unless a spoiler ends there."""
        if not self.source.startswith("||", self.at) or any(one.mark == "||" for one in self.open):
            return False
        rest = self.source[self.at + 2 :]
        return not rest or (rest.startswith("\n") and not rest.startswith("\n>"))

    def is_longer(self) -> bool:
        """`__` does not end what `_` began: it begins an underlined part."""
        return self.open[-1].mark == "_" and self.source.startswith("__", self.at)

    def begin(self, character: str) -> None:
        for mark, kind, name in _PAIRS:
            if self.source.startswith(mark, self.at):
                return self.start(mark, {"type": kind}, name, len(mark))
        for mark, (kind, name) in _CODE.items():
            if self.source.startswith(mark, self.at):
                return self.code(mark, kind, name)
        if character == "[":
            return self.start("]", {"type": "text_link"}, "TextUrl", 1)
        if self.source.startswith("![", self.at):
            return self.start("]", {"type": "custom_emoji"}, "CustomEmoji", 2)
        raise self.wrong(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def start(self, mark: str, kind: JSON, name: str, taken: int) -> None:
        self.open.append(_Open(mark, kind, name, self.at, self.length, len(self.parts)))
        self.at += taken

    def code(self, mark: str, kind: str, name: str) -> None:
        self.start(mark, {"type": kind}, name, len(mark))
        if mark != "```":
            return
        line, broken, _ = self.source[self.at :].partition("\n")
        if broken and "`" not in line and " " not in line:
            if line:
                self.open[-1].kind["language"] = line
            self.at += len(line) + 1

    def close(self) -> None:
        ended = self.open.pop()
        self.at += len(ended.mark)
        kind: JSON | None = ended.kind
        if ended.mark == "]":
            kind = self.target(ended)
        if kind and self.length > ended.offset:
            self.found.append({**kind, "offset": ended.offset, "length": self.length - ended.offset})

    def target(self, ended: _Open) -> JSON | None:
        """What a link leads to: the address in parentheses, else its own text."""
        url = self.address() if self.source.startswith("(", self.at) else ""
        if ended.kind["type"] == "text_link":
            return link_entity(url or "".join(self.parts[ended.part :]), self.mention)
        parts = urlsplit(url)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.scheme != "tg" or parts.netloc not in ("emoji", "time"):
            raise self.wrong("Custom emoji entity must contain a tg://emoji URL")
        if parts.netloc == "time" and query.get("unix", "").isdigit():
            return {"type": "date_time", "unix_time": int(query["unix"])}
        return None  # Only bots with a bought name may send custom emoji; this one keeps the plain one.

    def address(self) -> str:
        begin = self.at
        self.at += 1
        url: list[str] = []
        while not self.source.startswith(")", self.at):
            if self.at >= len(self.source):
                raise self.wrong(f"Can't find end of a URL at byte offset {self.bytes_before(begin)}")
            if self.source[self.at] == "\\" and self.at + 1 < len(self.source):
                self.at += 1
            url.append(self.source[self.at])
            self.at += 1
        self.at += 1
        return "".join(url)

    def end_quote(self) -> None:
        if self.quote and self.length > self.quote.offset:
            length = self.length - self.quote.offset
            self.found.append({**self.quote.kind, "offset": self.quote.offset, "length": length})
        self.quote = None

    def bytes_before(self, place: int) -> int:
        return len(self.source[:place].encode())

    def wrong(self, what: str) -> Refused:
        return bad(f"can't parse entities: {what}")


def parse_markdown_v2(source: str, mention: Mention = nobody) -> tuple[str, list[JSON]]:
    """The text without its marks, and its entities; raises Refused as Telegram does."""
    return _Reader(source, mention).read()
