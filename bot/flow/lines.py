"""Where each key of a TOML text stands: tomllib reads values but keeps no lines."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: The way to a value: keys of tables and places in arrays.
Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


class Lines:
    """The lines of the keys and array items of one TOML text that tomllib accepts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0
        self._found: dict[Path, int] = {}
        #: Items met so far of each array of tables.
        self._items: dict[Path, int] = {}
        self._read_all()

    def of(self, path: Path) -> int:
        """The line of a path, or of the nearest thing around it; 1 at least."""
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path, 1)

    @property
    def found(self) -> Mapping[Path, int]:
        """Every path that was met, with its line."""
        return self._found

    def _read_all(self) -> None:
        table: Path = ()
        self._skip_blank()
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip_blank()

    def _note(self, path: Path) -> None:
        """Count the line feeds passed since the last note; remember the first line of a path."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        self._found.setdefault(path, self._line)

    def _skip_blank(self) -> None:
        match = _BLANK.match(self._text, self._at)
        self._at = match.end() if match else self._at

    def _header(self) -> Path:
        """`[a.b]` or `[[a.b]]`: the table that the following keys belong to."""
        start = self._at
        is_item = self._text.startswith("[[", start)
        self._at += 2 if is_item else 1
        keys = self._dotted_key()
        end, self._at = self._text.find("]", self._at) + (2 if is_item else 1), start
        path = self._resolve(keys, is_item)
        self._at = max(end, start + 1)
        return path

    def _resolve(self, keys: list[str], is_item: bool) -> Path:
        """A header's keys as a path: a name of an array of tables means its latest item."""
        path: Path = ()
        for position, key in enumerate(keys):
            path = (*path, key)
            self._note(path)
            last = position == len(keys) - 1
            if is_item and last:
                self._items[path] = self._items.get(path, 0) + 1
            if path in self._items:
                path = (*path, self._items[path] - 1)
                self._note(path)
        return path

    def _dotted_key(self) -> list[str]:
        keys = [self._key()]
        self._skip_blank()
        while self._text.startswith(".", self._at):
            self._at += 1
            keys.append(self._key())
            self._skip_blank()
        return keys

    def _key(self) -> str:
        self._skip_blank()
        match = _STRING.match(self._text, self._at) or _BARE.match(self._text, self._at)
        if match is None:
            # Never in a text that tomllib accepts; a step forward keeps the scan finite all the same.
            self._at += 1
            return ""
        self._at = match.end()
        word = match[0]
        return word[1:-1] if word[0] in "\"'" else word

    def _pair(self, table: Path) -> None:
        start = self._at
        keys = self._dotted_key()
        after, self._at = self._at, start
        path = table
        for key in keys:
            path = (*path, key)
            self._note(path)
        self._at = after + 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip_blank()
        letter = self._text[self._at : self._at + 1]
        if letter == "[":
            self._array(path)
        elif letter == "{":
            self._inline_table(path)
        else:
            match = _STRING.match(self._text, self._at) or _SCALAR.match(self._text, self._at)
            self._at = match.end() if match else self._at + 1

    def _array(self, path: Path) -> None:
        self._at += 1
        place = 0
        while self._more("]"):
            self._note((*path, place))
            self._value((*path, place))
            place += 1

    def _inline_table(self, path: Path) -> None:
        self._at += 1
        while self._more("}"):
            self._pair(path)

    def _more(self, end: str) -> bool:
        """Whether another item comes before `end`; steps over the comma, or over the end."""
        self._skip_blank()
        if self._text.startswith(",", self._at):
            self._at += 1
            self._skip_blank()
        if self._at >= len(self._text):
            return False
        if self._text[self._at] == end:
            self._at += 1
            return False
        return True
