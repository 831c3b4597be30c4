"""Variables and tags from a CSV by id: what it would change is told first, then it is carried out as a whole."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.flow.effects import Value
from bot.rules import Fact, fold
from bot.services import audit, roles, sql, users_forget, variables, variables_edit
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from bot.services.storable import storable
from bot.services.tables import original
from bot.services.users_export import FIELDS, TAGS, tags_of, values_of
from bot.services.variables_edit import TAG_LENGTH
from models import User, UserTag

#: Rows of one file; more would hold up everybody who writes meanwhile.
MOST_ROWS = 5_000
#: In a cell: the value goes. In front of a tag: the tag goes.
CLEAR, WITHOUT = "-", "-"
#: Mistakes and strangers that are listed; the rest is only counted.
LISTED = 5
_PIECE = 500
#: A file is read as it is exported, whatever language the admin speaks.
_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that cannot be read: its line in the file (from 1), its column, and what is wrong (a Refusal)."""

    line: int
    column: str
    why: Refusal


@dataclass(slots=True)
class Changes:
    """What happens to one person; a variable of None goes."""

    variables: dict[str, Value | None] = field(default_factory=dict)
    tags: dict[str, bool] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything happens."""
        return bool(self.variables or self.tags)


@dataclass(slots=True)
class Plan:
    """What a file would do."""

    rows: int = 0
    #: Columns that an export has and an import leaves alone.
    ignored: tuple[str, ...] = ()
    people: dict[int, Changes] = field(default_factory=dict)
    #: Ids nobody has met, and among the first of them those of people who were forgotten.
    strangers: list[int] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)

    def sums(self) -> Counter[str]:
        """How many people each variable, and `tags`, changes for."""
        return Counter(
            name
            for changes in self.people.values()
            for name in (*changes.variables, *((TAGS,) if changes.tags else ()))
        )


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    user_id: int
    cells: Mapping[str, str]


def plan(db: Session, text: str, *, setup: Setup, now: datetime) -> Plan:
    """What the file would change now. Raises a Refusal for a file that is no table of users."""
    reader = _reader(text)
    names = [fold(name) for name in next(reader, [])]
    made = Plan(ignored=_checked(names, setup))
    rows = _rows(reader, names, made)
    for start in range(0, len(rows), _PIECE):
        _plan_piece(db, rows[start : start + _PIECE], made, setup, now)
    made.forgotten = [one for one in made.strangers[:LISTED] if users_forget.was_forgotten(db, one)]
    return made


def _reader(text: str) -> Iterator[list[str]]:
    """Rows of cells; the sign between them is the one that the first line has most of."""
    first = text.partition("\n")[0]
    sign = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(storable(text)), delimiter=sign)


def _checked(names: Sequence[str], setup: Setup) -> tuple[str, ...]:
    """The columns that are left alone."""
    if not names or names[0] != "id":
        raise Refusal("users.import_no_id")
    if len(set(names)) < len(names):
        raise Refusal("users.import_twice")
    ignored = tuple(name for name in names[1:] if name in FIELDS)
    wanted = [name for name in names[1:] if name not in ignored]
    if unknown := [name for name in wanted if name != TAGS and name not in setup.flow.variables]:
        raise Refusal("users.import_column", name=unknown[0][:TAG_LENGTH])
    if not wanted:
        raise Refusal("users.import_nothing")
    return ignored


def _rows(reader: Iterator[list[str]], names: Sequence[str], made: Plan) -> list[_Row]:
    rows: dict[int, _Row] = {}
    try:
        for line, cells in enumerate(reader, start=2):
            if not any(cells):
                continue
            made.rows += 1
            if made.rows > MOST_ROWS:
                raise Refusal("users.import_too_long", most=MOST_ROWS)
            user_id = _id(cells[0])
            if user_id is None or len(cells) > len(names) or user_id in rows:
                made.mistakes.append(Mistake(line, "id", Refusal("users.import_bad_row")))
            else:
                rows[user_id] = _Row(line, user_id, dict(zip(names[1:], map(original, cells[1:]), strict=False)))
    except csv.Error as error:
        raise Refusal("users.import_no_csv") from error
    return list(rows.values())


def _id(cell: str) -> int | None:
    written = original(cell).strip()
    return int(written) if written.isascii() and written.isdecimal() and len(written) <= 15 else None


def _plan_piece(db: Session, rows: Sequence[_Row], made: Plan, setup: Setup, now: datetime) -> None:
    ids = [row.user_id for row in rows]
    known = set(db.scalars(select(User.id).where(User.id.in_(ids))))
    values, tags = values_of(db, ids), tags_of(db, ids)
    for row in rows:
        if row.user_id not in known:
            made.strangers.append(row.user_id)
            continue
        changes = Changes(tags=_tags(row.cells.get(TAGS, ""), tags[row.user_id]))
        for name in row.cells.keys() & setup.flow.variables.keys():
            _plan_cell(row, name, values[row.user_id].get(name), changes, made, setup, now)
        if changes:
            made.people[row.user_id] = changes


def _plan_cell(
    row: _Row, name: str, before: Fact | None, changes: Changes, made: Plan, setup: Setup, now: datetime
) -> None:
    written = row.cells[name].strip()
    if written == CLEAR:
        if before is not None:
            changes.variables[name] = None
        return
    if not written:
        return
    try:
        value = variables_edit.read(setup.flow.variables[name], written, language=_LANGUAGE, setup=setup, now=now)
    except Refusal as why:
        made.mistakes.append(Mistake(row.line, name, why))
        return
    if not _same(value, before):
        changes.variables[name] = value


def _same(value: Value, before: Fact | None) -> bool:
    if before is None or isinstance(before, str | float | bool | int):
        return value == before
    moment = isinstance(before, datetime)
    return datetime.fromisoformat(str(value)) == before if moment else value == before.isoformat()


def _tags(cell: str, present: Sequence[str]) -> dict[str, bool]:
    """Tags that come, and those that go; what is named only like it is already is left out."""
    wanted: dict[str, bool] = {}
    for part in (part.strip() for part in cell.split(",")):
        name = fold(part.removeprefix(WITHOUT))[:TAG_LENGTH]
        on = not part.startswith(WITHOUT)
        if name and on is not (name in present):
            wanted[name] = on
    return wanted


def carry_out(db: Session, text: str, *, by: Actor, setup: Setup, now: datetime) -> Plan:
    """Do what the file says, as a whole, as the values are now; returns what was done."""
    roles.require(by, Role.ADMIN)
    made = plan(db, text, setup=setup, now=now)
    for user_id, changes in made.people.items():
        kept = {name: value for name, value in changes.variables.items() if value is not None}
        variables.remember(db, user_id, kept, setup.flow)
        variables.forget(db, user_id, changes.variables.keys() - kept.keys())
        _write_tags(db, user_id, changes.tags)
    columns = ", ".join(f"{name} of {count}" for name, count in sorted(made.sums().items()))
    what = {"action": "users.import", "target": f"{len(made.people)} users", "after": columns or "nothing"}
    audit.record(db, actor_id=by.id, now=now, **what)
    return made


def _write_tags(db: Session, user_id: int, tags: Mapping[str, bool]) -> None:
    if on := [{"user_id": user_id, "tag": name} for name, wanted in tags.items() if wanted]:
        db.execute(sql.insert(sql.dialect(db), UserTag).on_conflict_do_nothing(), on)
    if off := [name for name, wanted in tags.items() if not wanted]:
        table = sql.table(UserTag)
        db.execute(delete(table).where(table.c.user_id == user_id, table.c.tag.in_(off)))
