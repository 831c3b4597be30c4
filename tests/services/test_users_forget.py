"""Forgetting a person: after it no table holds the id or the name, and everything else is as it was."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Column, func, select
from sqlalchemy.orm import Session

from bot.flow.content import Content
from bot.services import (
    conversations,
    drafts,
    engines,
    filters,
    inbox,
    messages_planned,
    requests,
    sql,
    users,
    users_forget,
    users_json,
    users_traces,
    variables_edit,
)
from bot.services.inbox import Accepted
from bot.services.people import Sender
from bot.services.refusal import Refusal
from models import AuditEntry, Base, Farewell, Filter, Message, PushRun, Tombstone, User
from models.base import Moment
from tests.clock import FakeClock
from tests.services.campaign import Campaign, people
from tests.services.office import ADA, SAM, SARA, VERA, VICTOR, Office, text

#: Names and an id that nothing else in the database has.
XENIA = Sender(7_654_321_098, "Xenia", "Quixwell", "xeniaquix", "en")


@pytest.fixture
def office(db: Session, clock: FakeClock) -> Office:
    return Office(db, clock)


def everything(db: Session) -> str:
    """All cells of all tables, as one text."""
    rows = [tuple(row) for table in Base.metadata.sorted_tables for row in db.execute(select(table))]
    return json.dumps(rows, default=str, ensure_ascii=False)


def lives(office: Office, who: Sender) -> None:
    """The person leaves traces wherever one can."""
    db, now = office.db, office.clock.now()
    office.asks_for_a_person(who)
    for staff in (SARA, ADA):
        office.delivers(staff)
    office.writes(who, "I am here")
    office.delivers(SARA)
    request = requests.open_of(db, who.id)
    assert request is not None
    requests.take(db, request.id, by=office.actor(SARA), now=now)
    requests.answer(
        db, who.id, Content(text=f"Hello {who.first_name}"), by=office.actor(SARA), setup=office.setup, now=now
    )
    requests.answer(db, who.id, Content(text="// rude"), by=office.actor(SARA), setup=office.setup, now=now)
    variables_edit.change(db, who.id, "age", "44", by=office.actor(ADA), setup=office.setup, now=now)
    variables_edit.tag(db, who.id, "vip", by=office.actor(SARA), now=now)
    messages_planned.plan(db, who.id, Content(text="Later"), now + timedelta(days=1), by=office.actor(SARA), now=now)
    filters.keep(db, who.first_name)
    filters.keep(db, f'username = "{who.username}"')
    drafts.put(db, SARA.id, "rw:x", {"about": who.id}, now)
    raw = json.dumps({"message": {"from": {"id": SARA.id}, "text": f"/user {who.last_name}"}})
    inbox.accept(db, [Accepted(90_001, SARA.id, raw), Accepted(90_002, who.id, "{}")], now)
    for update_id in (90_001, 90_002):
        inbox.mark_done(db, update_id, now)


#: Columns that name a person, whatever the table.
_PERSON = re.compile(r"(user|author|actor)_id|lane|(.+_)?by|.+_chat")


def stands_everywhere(db: Session, who: Sender, now: datetime) -> None:
    """One row more in each table, with the person wherever a person can stand, as if they had once been staff."""
    models = {mapper.local_table: mapper.class_ for mapper in Base.registry.mappers}
    for table in sorted(Base.metadata.sorted_tables, key=lambda table: table.name == "deliveries"):
        written = (column for column in table.columns if column is not table.autoincrement_column)
        row = {column.name: _cell(db, column, who, now) for column in written}
        db.execute(sql.insert(sql.dialect(db), models[table]).values(row).on_conflict_do_nothing())


def _cell(db: Session, column: Column[Any], who: Sender, now: datetime) -> object:
    """The person, or the first row of the table that is meant, or anything of the right kind."""
    for key in column.foreign_keys:
        return who.id if key.column.table.name == "users" else db.scalar(select(func.min(key.column)))
    if _PERSON.fullmatch(column.name) and isinstance(column.type, BigInteger):
        return who.id
    if column.name == "run_id":  # in the ledger, which has no foreign keys
        return db.scalar(select(func.min(PushRun.id)))
    kinds = {datetime: now, bool: False, int: 77, str: "done", bytes: b"", float: 1.0}
    kind = datetime if isinstance(column.type, Moment) else column.type.python_type
    return kinds.get(kind, {})


def is_forgotten(office: Office, who: Sender) -> None:
    """What the errand does, by hand."""
    db = office.db
    whose = users_traces.whose(db, who.id)
    assert users_forget.due(db) == [who.id]
    for _ in range(2):
        while traces := users_traces.find(db, whose):
            users_traces.erase(db, whose, traces)
        while users_forget.shorten(db, who.id):
            pass
        users_forget.let_go(db, who.id, now=office.clock.now())


def test_after_it_no_table_holds_the_id_or_the_name(office: Office) -> None:
    lives(office, XENIA)
    lives(office, VERA)
    before = users_json.everything(office.db, VERA.id, for_themselves=False)
    assert str(XENIA.id) in everything(office.db) and "quixwell" in everything(office.db).lower()
    users_forget.ask(office.db, XENIA.id, by=office.actor(XENIA), setup=office.setup, now=office.clock.now())
    is_forgotten(office, XENIA)
    left = everything(office.db).lower()
    assert [word for word in (str(XENIA.id), "xenia", "quixwell") if word in left] == []
    assert users_json.everything(office.db, VERA.id, for_themselves=False) == before


def test_wherever_somebody_stands_who_was_staff_once_nothing_is_left(office: Office) -> None:
    office.writes(XENIA, "Hello")
    stands_everywhere(office.db, XENIA, office.clock.now())
    users_forget.ask(office.db, XENIA.id, by=office.actor(XENIA), setup=office.setup, now=office.clock.now())
    is_forgotten(office, XENIA)
    tables = {table.name: select(table) for table in Base.metadata.sorted_tables}
    rows = {name: [tuple(row) for row in office.db.execute(query)] for name, query in tables.items()}
    assert [name for name, found in rows.items() if str(XENIA.id) in str(found)] == []


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    user_id=st.integers(10**12, 2**52),
    name=st.text(st.characters(categories=("Lu", "Ll")), min_size=6, max_size=20),
    username=st.from_regex(r"[a-z]{3}_[a-z0-9]{5,12}", fullmatch=True),
)
def test_whatever_they_are_called_nothing_is_left(sqlite_url: str, user_id: int, name: str, username: str) -> None:
    engine = engines.connect(sqlite_url)
    with Session(engine) as db:
        office = Office(db, FakeClock())
        who = Sender(user_id, f"zq{name}", f"qz{name}", username, "en")
        lives(office, who)
        users_forget.ask(db, who.id, by=office.actor(who), setup=office.setup, now=office.clock.now())
        is_forgotten(office, who)
        left = everything(db)
        assert [word for word in (str(who.id), who.first_name, who.last_name, username) if word and word in left] == []
        db.rollback()
    engine.dispose()


def test_the_audit_keeps_that_something_was_done_to_somebody(office: Office) -> None:
    lives(office, XENIA)
    count = office.db.scalar(select(func.count()).select_from(AuditEntry)) or 0
    users_forget.ask(office.db, XENIA.id, by=office.actor(ADA), setup=office.setup, now=office.clock.now())
    is_forgotten(office, XENIA)
    entries = office.db.scalars(select(AuditEntry)).all()
    assert len(entries) == count + 1
    mark = f"forgotten {users_forget.digest_of(XENIA.id)[:12]}"
    assert {entry.target for entry in entries if entry.action == "user.forget"} == {mark}
    assert {entry.actor_id for entry in entries if entry.action == "request.take"} == {SARA.id}


def test_a_tombstone_stays_and_the_person_may_come_back_as_somebody_new(office: Office) -> None:
    lives(office, XENIA)
    users_forget.ask(office.db, XENIA.id, by=office.actor(XENIA), setup=office.setup, now=office.clock.now())
    is_forgotten(office, XENIA)
    assert users_forget.was_forgotten(office.db, XENIA.id)
    assert not users_forget.was_forgotten(office.db, VERA.id)
    assert users_forget.tombstones(office.db) == 1
    assert str(XENIA.id) not in str(office.db.scalars(select(Tombstone.digest)).all())
    office.meets(XENIA)
    card = users.card(office.db, XENIA.id)
    assert card is not None and (card.variables, list(card.tags), card.request) == ({}, [], None)


def test_nobody_with_a_rank_can_be_forgotten(office: Office) -> None:
    for who in (SARA, ADA):
        with pytest.raises(Refusal, match=r"privacy\.has_rank"):
            users_forget.ask(office.db, who.id, by=office.actor(who), setup=office.setup, now=office.clock.now())


def test_others_are_forgotten_by_admins_only(office: Office) -> None:
    office.meets(VICTOR)
    for who in (VERA, SARA):
        with pytest.raises(Refusal, match="refusals"):
            users_forget.ask(office.db, VICTOR.id, by=office.actor(who), setup=office.setup, now=office.clock.now())
    assert users_forget.ask(office.db, VICTOR.id, by=office.actor(ADA), setup=office.setup, now=office.clock.now())
    assert not users_forget.ask(office.db, VICTOR.id, by=office.actor(ADA), setup=office.setup, now=office.clock.now())


def test_it_waits_for_what_is_under_way(office: Office) -> None:
    office.meets(VERA)
    users_forget.ask(office.db, VERA.id, by=office.actor(VERA), setup=office.setup, now=office.clock.now())
    inbox.accept(office.db, [Accepted(80_000, VERA.id, "{}")], office.clock.now())
    assert users_forget.due(office.db) == []
    assert not users_forget.let_go(office.db, VERA.id, now=office.clock.now())
    inbox.mark_done(office.db, 80_000, office.clock.now())
    assert users_forget.due(office.db) == [VERA.id]


def test_the_sums_of_a_push_stay_right(db: Session, clock: FakeClock) -> None:
    ids = people(db, clock, 3)
    campaign = Campaign(db, clock)
    run_id = campaign.starts()
    db.add(Farewell(user_id=ids[0], asked_by=None, asked_at=clock.now()))
    db.flush()
    assert users_forget.let_go(db, ids[0], now=clock.now())
    assert campaign.delivers_all(run_id) == ids[1:]
    run = campaign.run(run_id)
    assert (run.audience, run.skipped, run.sent, run.cancelled, run.state) == (5, 2, 2, 1, "done")


def test_a_long_conversation_goes_piece_by_piece(office: Office) -> None:
    office.meets(VERA)
    for _ in range(3):
        office.writes(VERA, "hm")
    lines = office.db.scalar(select(func.count()).select_from(Message).where(Message.user_id == VERA.id))
    assert users_forget.shorten(office.db, VERA.id) == lines
    assert users_forget.shorten(office.db, VERA.id) == 0


def test_what_is_kept_about_a_person_can_be_read_without_who_of_the_staff_did_it(office: Office) -> None:
    lives(office, XENIA)
    mine = users_json.everything(office.db, XENIA.id, for_themselves=True)
    assert mine["user"]["first_name"] == "Xenia" and mine["variables"] == {"age": 44.0} and mine["tags"] == ["vip"]
    assert "Hello Xenia" in {message["words"] for message in mine["messages"]}
    assert str(SARA.id) not in json.dumps(mine)
    assert "token" not in json.dumps(mine["requests"])
    office.db.flush()
    assert conversations.page(office.db, XENIA.id).lines
    assert office.db.get(User, XENIA.id) is not None
    assert (
        json.loads(users_json.document(office.db, XENIA.id, for_themselves=False))["requests"][0]["taken_by"] == SARA.id
    )


def test_filters_of_others_stay(office: Office) -> None:
    lives(office, XENIA)
    filters.keep(office.db, "age >= 18")
    users_forget.ask(office.db, XENIA.id, by=office.actor(XENIA), setup=office.setup, now=office.clock.now())
    is_forgotten(office, XENIA)
    assert office.db.scalars(select(Filter.text)).all() == ["age >= 18"]


def test_messages_that_somebody_forgotten_sent_as_staff_are_not_known_as_theirs(office: Office) -> None:
    office.asks_for_a_person(VERA)
    origin = requests.Origin((SAM.id, 9000))
    now, sam = office.clock.now(), office.actor(SAM)
    done = requests.answer(office.db, VERA.id, text("Yes"), by=sam, origin=origin, setup=office.setup, now=now)
    who = users_traces.whose(office.db, SAM.id)
    users_traces.erase(office.db, who, users_traces.find(office.db, who))
    line = office.message(VERA, done.number)
    assert (line.author_id, line.source_chat, line.source_id) == (None, None, None)


def test_what_is_on_its_way_to_staff_about_somebody_forgotten_ends_there(office: Office) -> None:
    """There is nothing to show by then, and nobody to pass it on to who could be shown it."""
    office.meets(SARA)
    office.writes(XENIA, "/start")
    office.writes(XENIA, "human")
    office.delivers(SARA)
    office.writes(XENIA, "one more thing")
    (relay,) = office.letters(SARA)
    users_forget.ask(office.db, XENIA.id, by=office.actor(XENIA), setup=office.setup, now=office.clock.now())
    is_forgotten(office, XENIA)
    assert office.receives(relay, telegram_id=None) == frozenset()
    assert office.letters(SARA) == []
