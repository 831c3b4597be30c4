"""Statements that are compiled once and run on the driver: the same values, the same errors."""

from __future__ import annotations

import pytest
from sqlalchemy import bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, NoResultFound, OperationalError
from sqlalchemy.orm import Session

from bot.services import engines, sql
from bot.services.prepared import Prepared
from bot.services.writes import Writes
from models import Place, User, UserTag
from tests.clock import FakeClock

PLACES, TAGS, USERS = sql.table(Place), sql.table(UserTag), sql.table(User)
PLACE = Prepared(lambda dialect: select(PLACES).where(PLACES.c.user_id == bindparam("whose")))
TAG = Prepared(
    lambda dialect: insert(TAGS).values({name: bindparam(name) for name in ("user_id", "tag")}).returning(TAGS.c.tag)
)
WRITE = Prepared(lambda dialect: insert(TAGS).values({name: bindparam(name) for name in ("user_id", "tag")}))
RENAME = Prepared(lambda dialect: update(TAGS).where(TAGS.c.tag == bindparam("old")).values(tag=bindparam("other")))
UNTAG = Prepared(lambda dialect: delete(TAGS).where(TAGS.c.user_id == bindparam("whose")))


@pytest.fixture
def vera(db: Session, clock: FakeClock) -> int:
    db.add(User(id=101, joined_at=clock.now(), last_seen_at=clock.now()))
    db.flush()
    return 101


def test_values_come_out_as_they_went_in(db: Session, clock: FakeClock, vera: int) -> None:
    db.add(Place(user_id=vera, block="hello", returns=["a", "b"]))
    db.flush()
    row = PLACE.one(db, {"whose": vera})
    assert (row.block, row.returns, row.album) == ("hello", ["a", "b"], None)
    moment = Prepared(lambda dialect: select(USERS.c.joined_at).where(USERS.c.id == bindparam("whose")))
    assert moment.one(db, {"whose": vera}).joined_at == clock.now()


def test_many_are_written_and_counted(db: Session, vera: int) -> None:
    assert WRITE.many(db, [{"user_id": vera, "tag": tag} for tag in ("new", "kind", "late")]) == 3
    assert UNTAG.count(db, {"whose": vera}) == 3
    assert UNTAG.count(db, {"whose": vera}) == 0


def test_what_a_change_returns_is_read(db: Session, vera: int) -> None:
    assert [row.tag for row in TAG.all(db, {"user_id": vera, "tag": "new"})] == ["new"]


def test_nothing_is_none_or_an_error_where_something_was_needed(db: Session) -> None:
    assert PLACE.first(db, {"whose": 1}) is None
    with pytest.raises(NoResultFound):
        PLACE.one(db, {"whose": 1})


def test_a_broken_rule_of_the_database_is_an_error_of_sqlalchemys(db: Session, vera: int) -> None:
    WRITE.many(db, [{"user_id": vera, "tag": "new"}])
    with pytest.raises(IntegrityError), db.begin_nested():
        WRITE.many(db, [{"user_id": vera, "tag": "new"}])
    with pytest.raises(IntegrityError), db.begin_nested():
        TAG.all(db, {"user_id": vera, "tag": "new"})


def test_statements_in_a_row_do_what_they_do_one_by_one(db: Session, vera: int) -> None:
    writes = Writes(db)
    writes.add(WRITE, {"user_id": vera, "tag": "new"}, {"user_id": vera, "tag": "kind"})
    writes.add(RENAME, {"old": "new", "other": "late"})
    writes.write()
    writes.write()
    assert set(db.scalars(select(TAGS.c.tag))) == {"late", "kind"}


def test_the_first_that_is_broken_in_a_row_is_the_error(db: Session, vera: int) -> None:
    writes = Writes(db)
    writes.add(RENAME, {"old": "new", "other": "late"})
    writes.add(WRITE, {"user_id": vera, "tag": "new"}, {"user_id": vera, "tag": "new"})
    writes.add(UNTAG, {"whose": vera})
    with pytest.raises(IntegrityError), db.begin_nested():
        writes.write()
    assert db.scalars(select(TAGS.c.tag)).all() == []


def test_a_row_of_statements_that_is_cut_off_leaves_the_pool(postgres_url: str) -> None:
    engine = engines.connect(postgres_url, threads=2)
    with Session(engine) as db, Session(engine) as other:
        writes = Writes(db)
        writes.add(UNTAG, {"whose": 101}, {"whose": 102})
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": db.scalar(text("SELECT pg_backend_pid()"))})
        with pytest.raises(OperationalError) as cut:
            writes.write()
        assert engines.broken_off(cut.value)
        db.rollback()
        writes.write()
    engine.dispose()


def test_a_value_that_is_missing_is_named(db: Session) -> None:
    with pytest.raises(KeyError, match="whose"):
        PLACE.first(db, {})


def test_a_value_without_a_place_is_not_lost_in_silence(db: Session) -> None:
    with pytest.raises(KeyError, match="else"):
        PLACE.first(db, {"whose": 1, "else": 2})
