"""Files of users: out without formulas, in with a dry run, and the same when they come back."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.etree import ElementTree

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import audience, tables, users_export, users_import, variables, variables_edit
from bot.services.audience_order import Sort
from bot.services.refusal import Refusal
from bot.services.users_import import Plan
from models import AuditEntry, Export
from tests.clock import FakeClock
from tests.services.office import ADA, SARA, VERA, VICTOR, Office

#: What spreadsheets take for formulas.
FORMULAS = ["=1+1", "+43 1 234", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", '=HYPERLINK("http://x")']


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Office:
    made = Office(db, clock)
    made.meets(VERA)
    made.meets(VICTOR)
    return made


def plan(office: Office, text: str) -> Plan:
    return users_import.plan(office.db, text, setup=office.setup, now=office.clock.now())


def carry_out(office: Office, text: str) -> Plan:
    by, now = office.actor(ADA), office.clock.now()
    return users_import.carry_out(office.db, text, by=by, setup=office.setup, now=now)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_becomes_a_formula_and_it_comes_back_as_it_was(text: str) -> None:
    file = io.BytesIO()
    table = tables.table("csv", file)
    table.write([["id", "name"], [1.0, text]])
    table.close()
    written = file.getvalue().decode("utf-8-sig")
    cell = list(csv.reader(io.StringIO(written, newline="")))[1][1]
    assert cell.startswith("'")
    assert tables.original(cell) == text


@pytest.mark.parametrize("text", [*FORMULAS, "<b>&\x00\x1b", "x" * 40_000])
def test_a_spreadsheet_holds_texts_as_texts(text: str) -> None:
    file = io.BytesIO()
    table = tables.table("xlsx", file)
    table.write([["id", "name"], [1.0, text], [None, True]])
    table.close()
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert sheet.count('t="inlineStr"') == 3 and "<c><v>1</v></c>" in sheet and '<c t="b"><v>1</v></c>' in sheet


def test_a_dry_run_says_what_would_change_and_changes_nothing(office: Office) -> None:
    office.db.flush()
    made = plan(office, "id;age;newsletter;tags\n101;44;yes;VIP\n102;;;\n999;1;;\n")
    assert (made.rows, sorted(made.people), made.strangers) == (3, [101], [999])
    assert made.sums() == {"age": 1, "newsletter": 1, "tags": 1}
    assert variables.values(office.db, VERA.id) == {}


def test_it_is_carried_out_as_a_whole_and_written_down(office: Office) -> None:
    carry_out(office, 'id,age,birthday,tags\n101,44,2000-12-31,"vip, new"\n102,7,,\n')
    assert variables.values(office.db, VERA.id)["age"] == 44.0
    assert str(variables.values(office.db, VERA.id)["birthday"]) == "2000-12-31"
    assert variables_edit.tags(office.db, VERA.id) == ["new", "vip"]
    again = plan(office, 'id,age,birthday,tags\n101,44,2000-12-31,"vip, new"\n102,7,,\n')
    assert again.people == {}
    carry_out(office, "id,age,tags\n101,-,-vip\n")
    assert "age" not in variables.values(office.db, VERA.id)
    assert variables_edit.tags(office.db, VERA.id) == ["new"]
    entries = office.db.scalars(select(AuditEntry).where(AuditEntry.action == "users.import")).all()
    assert [(one.actor_id, one.target, one.after) for one in entries] == [
        (ADA.id, "2 users", "age of 2, birthday of 1, tags of 1"),
        (ADA.id, "1 users", "age of 1, tags of 1"),
    ]


def test_cells_that_do_not_fit_are_named_and_left_out(office: Office) -> None:
    made = plan(office, "id,age,birthday\n101,old,2000-12-31\n102,999,\nx,1,\n101,5,\n102,1,,,\n")
    assert [(one.line, one.column, one.why.key) for one in made.mistakes] == [
        (4, "id", "users.import_bad_row"),
        (5, "id", "users.import_bad_row"),
        (6, "id", "users.import_bad_row"),
        (2, "age", "retry.number"),
        (3, "age", "retry.between"),
    ]
    assert sorted(made.people) == [101]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "users.import_no_id"),
        ("name,age\nx,1\n", "users.import_no_id"),
        ("id,age,age\n1,2,3\n", "users.import_twice"),
        ("id,nothing\n1,2\n", "users.import_column"),
        ("id,first_name\n1,x\n", "users.import_nothing"),
        ("id,age\n" + "1,2\n" * 5001, "users.import_too_long"),
    ],
)
def test_a_file_that_is_no_table_of_users_is_refused(office: Office, text: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        plan(office, text)
    assert refused.value.key == key


def test_only_admins_import_and_export(office: Office) -> None:
    by, now = office.actor(SARA), office.clock.now()
    with pytest.raises(Refusal):
        users_import.carry_out(office.db, "id,age\n101,4\n", by=by, setup=office.setup, now=now)
    with pytest.raises(Refusal):
        users_export.ask(office.db, "", "csv", Sort.NAME, count="5", by=by, now=now)


def test_what_was_exported_comes_back_unchanged(office: Office) -> None:
    carry_out(office, 'id,age,name,newsletter,birthday,tags\n101,-4.5,=x,no,2000-12-31,"a, b"\n102,7,\'q,yes,,\n')
    names = users_export.header(office.db)
    file = io.BytesIO()
    table = tables.table("csv", file)
    now = office.clock.now()
    piece = users_export.piece(office.db, None, names, sort=Sort.NAME, after=None, now=now)
    table.write([names, *piece.rows])
    table.close()
    made = plan(office, file.getvalue().decode("utf-8-sig"))
    assert (made.people, made.mistakes, made.rows, piece.next) == ({}, [], 5, None)


def test_an_export_is_asked_for_with_its_number(office: Office) -> None:
    by, now = office.actor(ADA), office.clock.now()
    users_export.ask(office.db, "age >= 18", "xlsx", Sort.JOINED, count="3", by=by, now=now)
    (asked,) = users_export.waiting(office.db)
    assert (asked.user_id, asked.rule, asked.kind, asked.sort) == (ADA.id, "age >= 18", "xlsx", "joined")
    entry = office.db.scalars(select(AuditEntry).where(AuditEntry.action == "users.export")).one()
    assert (entry.target, entry.after) == ("age >= 18", "3 users as xlsx")
    users_export.done(office.db, asked.id)
    assert office.db.scalars(select(Export)).all() == []


def test_a_filtered_list_is_exported_in_its_order(office: Office) -> None:
    carry_out(office, "id,age\n101,44\n102,50\n201,3\n")
    rule = audience.read(office.db, "age >= 18")
    now = office.clock.now()
    piece = users_export.piece(office.db, rule, ("id", "age"), sort=Sort.NAME, after=None, now=now)
    assert piece.rows == ((101, 44.0), (102, 50.0))
