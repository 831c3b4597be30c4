"""The people behind the desk."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.admin.presses import AskAdmin, SetAdmin
from bot.services import roles, users
from bot.services.roles import Role
from models import User
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SARA, SETUP


def test_it_lists_staff_admins_and_owners_with_what_they_are(ada: Hand) -> None:
    seen = ada.types("/staff")
    assert "Sara\u2069 · 201 · support messages on" in seen
    assert "Ada\u2069 · 301 · owner" in seen
    assert "Alma\u2069 · 302 · admin" in seen
    assert "Vera" not in seen
    assert "Support messages: on" in ada.presses("1 \u2068Sara")


def test_a_long_list_is_walked_by_id(db: Session, ada: Hand) -> None:
    for number in range(10):
        name = f"Helper{number}"
        helper = User(id=1000 + number, first_name=name, search=name, joined_at=NOON, last_seen_at=NOON)
        helper.support_since = NOON
        db.add(helper)
    db.flush()
    first = ada.types("/staff")
    assert "Helper3" in first
    assert "Helper4" in ada.presses("More")
    assert ada.presses("«") == first


def test_the_text_form_switches_support_messages(db: Session, ada: Hand) -> None:
    assert "Support messages: on" in ada.types(f"/staff on {OTTO}")
    assert "cannot open conversations" in ada.types("/staff off @sara")
    assert roles.role_of(db, SARA, SETUP) is Role.STAFF
    ada.presses("Switch them off")
    assert roles.role_of(db, SARA, SETUP) is Role.USER


def test_roles_are_for_owners(db: Session, ada: Hand) -> None:
    alma = Hand(db, ALMA)
    assert alma.types(f"/staff admin {OTTO}") == "This needs the role owner."
    assert alma.presses(AskAdmin(OTTO, on=True)) == "This needs the role owner."
    assert alma.presses(SetAdmin(OTTO, on=True)) == "This needs the role owner."
    ada.types(f"/staff admin {OTTO}")
    ada.presses("Make admin")
    assert roles.role_of(db, OTTO, SETUP) is Role.ADMIN
    ada.types(f"/staff user {OTTO}")
    ada.presses("End admin role")
    assert roles.role_of(db, OTTO, SETUP) is Role.USER


def test_an_owner_cannot_be_changed_in_the_chat(db: Session, ada: Hand) -> None:
    assert ada.presses(SetAdmin(ADA, on=False)) == "Nobody can change their own role."
    assert users.get(db, ADA) is not None
    assert roles.role_of(db, ADA, SETUP) is Role.OWNER


def test_other_words_get_the_usage(ada: Hand) -> None:
    assert "Usage: /staff" in ada.types("/staff fire sara")
    assert "Usage: /staff" in ada.types("/staff on")
    assert "There is no user nobody." in ada.types("/staff on nobody")
