"""Settings in the database over the config's values, and the chain of the audit that notes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.services import audit, audit_chain, roles, settings
from bot.services.refusal import Refusal
from bot.services.settings_keys import KEYS
from models import AuditEntry, Setting
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, SETUP, everyone


@pytest.fixture(autouse=True)
def people(db: Session) -> None:
    everyone(db)


def change(db: Session, name: str, typed: str, who: int = ADA) -> str:
    by = roles.actor(db, who, SETUP)
    now = settings.over(SETUP, settings.stored(db))
    return settings.change(db, name, typed, by=by, setup=now, now=NOON)


def test_what_was_set_goes_over_the_config_until_it_is_reset(db: Session) -> None:
    assert settings.over(SETUP, settings.stored(db)) == SETUP
    assert change(db, "time_zone", " Asia/Tokyo ") == "Asia/Tokyo"
    assert change(db, "push_rate", "12,5") == "12.5"
    assert change(db, "maintenance", "Back at noon.") == "Back at noon."
    found = settings.over(SETUP, settings.stored(db))
    assert (found.zone.key, found.push_rate, found.maintenance) == ("Asia/Tokyo", 12.5, "Back at noon.")
    ada = roles.actor(db, ADA, SETUP)
    assert settings.reset(db, "time_zone", by=ada, now=NOON)
    assert not settings.reset(db, "time_zone", by=ada, now=NOON)
    assert settings.over(SETUP, settings.stored(db)).zone == SETUP.zone
    changes = [(row.target, row.before, row.after) for row in db.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert changes[0] == ("setting time_zone", "Europe/Vienna", "Asia/Tokyo")
    assert changes[-1] == ("setting time_zone", "Asia/Tokyo", None)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("time_zone", "Vienna"),
        ("time_zone", "../etc/passwd"),
        ("language", "xx"),
        ("push_rate", "fast"),
        ("push_rate", "0"),
        ("push_rate", "nan"),
        ("maintenance", ""),
        ("maintenance", "On"),
        ("maintenance", "x" * 1001),
        ("support_holidays", "christmas"),
        ("support_holidays", "2026-12-28..2026-12-24"),
        ("support_remind", "soon"),
        ("support_remind", "-1"),
        ("support_return", "1.5"),
        ("support_return", "999999"),
        ("nothing", "1"),
    ],
)
def test_every_value_is_checked(db: Session, name: str, typed: str) -> None:
    with pytest.raises(Refusal):
        change(db, name, typed)
    assert settings.stored(db) == {}


def test_the_desk_is_run_as_it_was_set_in_the_chat(db: Session) -> None:
    assert change(db, "support_holidays", "2026-12-28..2027-01-01; 12-25;2026-12-24") == (
        "12-25; 2026-12-28..2027-01-01; 2026-12-24"
    )
    change(db, "support_hours", "mon-fri 09:00-18:00")
    for name, minutes in {"remind": 5, "escalate": 15, "owner": 30, "return": 120, "warning": 10}.items():
        assert change(db, f"support_{name}", f" {minutes}") == str(minutes)
    rules = settings.over(SETUP, settings.stored(db)).support
    minute = timedelta(minutes=1)
    assert (rules.remind_after, rules.escalate_after, rules.owner_after) == (5 * minute, 15 * minute, 30 * minute)
    assert (rules.return_after, rules.return_warning) == (120 * minute, 10 * minute)
    assert date(2030, 12, 25) in rules.hours.holidays and date(2026, 12, 30) in rules.hours.holidays
    assert rules.hours.written == ("mon-fri 09:00-18:00",)
    assert change(db, "support_holidays", "none") == "none"
    again = settings.over(SETUP, settings.stored(db)).support.hours
    assert date(2030, 12, 25) not in again.holidays and again.written == rules.hours.written


def test_settings_are_the_owners(db: Session) -> None:
    with pytest.raises(Refusal, match="owner_only"):
        change(db, "language", "de", who=ALMA)


def test_what_another_version_has_written_changes_nothing(db: Session) -> None:
    db.add(Setting(key="colour", value="red", changed_by=None, changed_at=NOON))
    db.add(Setting(key="push_rate", value="many", changed_by=None, changed_at=NOON))
    db.flush()
    assert settings.over(SETUP, settings.stored(db)) == SETUP


def test_every_setting_reads_what_it_shows() -> None:
    for name, key in KEYS.items():
        shown = key.shown(SETUP)
        assert shown == "" or key.put(SETUP, key.read(shown)) == SETUP, name


def note(db: Session, number: int) -> None:
    audit.record(db, actor_id=ADA, action="test.note", target=f"user {number}", after="é", now=NOON)


def test_the_chain_holds_and_shows_where_it_was_cut_or_changed(db: Session) -> None:
    for number in range(5):
        note(db, number)
    audit.record_refusal(db, actor_id=None, action="press", why="no", now=NOON)
    found = audit_chain.verify(db)
    assert (found.entries, found.struck, found.broken_at) == (6, 0, None)
    ids = list(db.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))
    with db.begin_nested() as savepoint:
        db.execute(update(AuditEntry).where(AuditEntry.id == ids[2]).values(after="other"))
        assert audit_chain.verify(db).broken_at == ids[2]
        savepoint.rollback()
    with db.begin_nested() as savepoint:
        db.execute(delete(AuditEntry).where(AuditEntry.id == ids[2]))
        assert audit_chain.verify(db).broken_at == ids[3]
        savepoint.rollback()
    db.execute(delete(AuditEntry).where(AuditEntry.id <= ids[1]))
    assert audit_chain.verify(db).entries == 4
    db.execute(update(AuditEntry).where(AuditEntry.id == ids[4]).values(salt=None, target="forgotten"))
    found = audit_chain.verify(db)
    assert (found.entries, found.struck, found.broken_at) == (4, 1, None)
