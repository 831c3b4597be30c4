"""Tables as files, written row by row: CSV and XLSX in which no text can become a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Protocol
from xml.sax.saxutils import escape

Cell = str | float | bool | None

#: What makes a spreadsheet take a text for a formula, also after blanks; the wide forms are the same keys in Japanese.
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠\t\r\x00]")
#: What XML cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: The most that one cell of a spreadsheet holds.
_LONGEST = 32_767


class Table(Protocol):
    """A file that is being written."""

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""

    def close(self) -> None:
        """Write what belongs at the end; the file itself stays open."""


def table(kind: str, file: IO[bytes]) -> Table:
    """The writer for "csv" or "xlsx"."""
    return Csv(file) if kind == "csv" else Xlsx(file)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe in front where it could be one."""
    return f"'{text}" if _FORMULA.match(text) else text


def original(text: str) -> str:
    """The way back from `harmless`."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


class Csv:
    """Comma-separated, every text in quotes, UTF-8 with the mark that spreadsheets look for."""

    def __init__(self, file: IO[bytes]) -> None:
        file.write(b"\xef\xbb\xbf")
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._csv = csv.writer(self._text, quoting=csv.QUOTE_ALL)

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""
        self._csv.writerows([_in_csv(cell) for cell in row] for row in rows)

    def close(self) -> None:
        """Nothing stands at the end."""
        self._text.flush()
        self._text.detach()


def _in_csv(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() | int():
            return _number(cell)
    return harmless(cell.replace("\x00", ""))


def _number(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


class Xlsx:
    """One sheet with inline texts: nothing in it is a formula or a link, whatever it looks like."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        for name, content in _PARTS.items():
            self._zip.writestr(name, _XML + content)
        self._sheet = self._zip.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)
        self._sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())

    def write(self, rows: Iterable[Sequence[Cell]]) -> None:
        """Append rows."""
        self._sheet.write("".join(f"<row>{''.join(map(_in_xlsx, row))}</row>" for row in rows).encode())

    def close(self) -> None:
        """End the sheet and the archive."""
        self._sheet.write(b"</sheetData></worksheet>")
        self._sheet.close()
        self._zip.close()


def _in_xlsx(cell: Cell) -> str:
    match cell:
        case None:
            return "<c/>"
        case bool():
            return f'<c t="b"><v>{int(cell)}</v></c>'
        case float() | int():
            return f"<c><v>{_number(cell)}</v></c>"
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(_NO_XML.sub("", cell)[:_LONGEST])}</t></is></c>'


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: The parts of the archive beside the sheet; the format wants them.
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
