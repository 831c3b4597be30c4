"""The naive forms, as baselines: a correlated EXISTS for each condition, offset paging, one JSON document a person."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.users_crowd import KINDS
from bot.rules import Type
from bot.services.sql import dialect

#: The filters that the naive forms answer: variables and what they must be equal to.
FORMS = {
    "plan = free": (("plan", "'free'"),),
    "plan = founder": (("plan", "'founder'"),),
    "plan = gone": (("plan", "'gone'"),),
    "city = city499": (("city", "'city499'"),),
    "plan = pro and newsletter": (("plan", "'pro'"), ("newsletter", "1")),
    "interest = interest9 and country = country9 and device = desktop": (
        ("interest", "'interest9'"),
        ("country", "'country9'"),
        ("device", "'desktop'"),
    ),
}
_NUMBERS = {kind.name: (number, kind.type is Type.TEXT) for number, kind in enumerate(KINDS, 1)}
_NEWEST = "ORDER BY last_seen_at DESC, users.id DESC LIMIT 8"


def page_by_exists(db: Session, words: str, page: int) -> None:
    """The page with this number, from 0."""
    conditions = " AND ".join(_exists(name, value) for name, value in FORMS[words])
    db.execute(text(f"SELECT users.id FROM users WHERE {conditions} {_NEWEST} OFFSET {8 * page}")).all()


def page_of_documents(db: Session, words: str) -> None:
    """The first page of people whose document fulfils the filter."""
    db.execute(text(f"SELECT users.id {_documents(db, words)} {_NEWEST}")).all()


def count_documents(db: Session, words: str) -> None:
    """How many people's documents fulfil the filter."""
    db.execute(text(f"SELECT count(*) {_documents(db, words)}")).all()


def _exists(name: str, value: str) -> str:
    number, is_text = _NUMBERS[name]
    here = f"user_id = users.id AND variable_id = {number} AND {'folded' if is_text else 'number'} = {value}"
    return f"EXISTS (SELECT 1 FROM user_variables WHERE {here})"


def _documents(db: Session, words: str) -> str:
    conditions = " AND ".join(_in_document(db, name, value) for name, value in FORMS[words])
    return f"FROM users JOIN documents ON documents.id = users.id WHERE {conditions}"


def _in_document(db: Session, name: str, value: str) -> str:
    if dialect(db) == "sqlite":
        return f"json_extract(data, '$.{name}') = {value}"
    return f"data->>'{name}' = {value if _NUMBERS[name][1] else repr(value)}"
