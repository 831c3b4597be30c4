"""Who may do what, and who may change that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.services import roles, users
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import AuditEntry, User
from tests.services.office import ADA, OTTO, SARA, VERA, Office


def test_ranks_come_from_the_config_from_owners_and_from_the_switch(office: Office) -> None:
    office.meets(VERA)
    roles.set_admin(office.db, VERA.id, True, by=office.actor(ADA), now=office.clock.now())
    ranks = [roles.role_of(office.db, one.id, office.setup) for one in (ADA, VERA, SARA, OTTO)]
    assert ranks == [Role.OWNER, Role.ADMIN, Role.STAFF, Role.USER]


def test_an_actor_has_a_name_a_rank_and_a_language(office: Office) -> None:
    assert office.actor(SARA) == Actor(SARA.id, "Sara", Role.STAFF, "en")
    assert office.actor(OTTO) == Actor(OTTO.id, str(OTTO.id), Role.USER)


def test_a_rank_is_read_anew_each_time(office: Office) -> None:
    users.switch_support(office.db, SARA.id, False, by=office.actor(ADA), now=office.clock.now())
    assert roles.role_of(office.db, SARA.id, office.setup) is Role.USER


def test_every_change_of_rank_is_in_the_audit_once(office: Office) -> None:
    ada, now = office.actor(ADA), office.clock.now()
    for _ in range(2):
        roles.set_admin(office.db, SARA.id, True, by=ada, now=now)
        users.switch_support(office.db, SARA.id, False, by=ada, now=now)
    entries = office.db.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(row.action, row.target, row.before, row.after) for row in entries] == [
        ("user.role", "user 201", "user", "admin"),
        ("user.support", "user 201", "on", "off"),
    ]


@pytest.mark.parametrize("rank", [Role.USER, Role.STAFF, Role.ADMIN])
def test_only_owners_make_admins(office: Office, rank: Role) -> None:
    with pytest.raises(Refusal, match="owner_only"):
        roles.set_admin(office.db, SARA.id, True, by=Actor(1, "x", rank), now=office.clock.now())


@pytest.mark.parametrize("rank", [Role.USER, Role.STAFF])
def test_only_admins_and_owners_make_staff(office: Office, rank: Role) -> None:
    with pytest.raises(Refusal, match="admin_only"):
        users.switch_support(office.db, SARA.id, True, by=Actor(1, "x", rank), now=office.clock.now())


def test_nobody_changes_their_own_rank_or_that_of_somebody_unknown(office: Office) -> None:
    ada = office.actor(ADA)
    with pytest.raises(Refusal, match="not_oneself"):
        roles.set_admin(office.db, ADA.id, False, by=ada, now=office.clock.now())
    with pytest.raises(Refusal, match="unknown_user"):
        roles.set_admin(office.db, 999, True, by=ada, now=office.clock.now())
    with pytest.raises(Refusal, match="unknown_user"):
        users.switch_support(office.db, 999, True, by=ada, now=office.clock.now())


def test_an_owner_by_the_code_of_the_console_stays_one(office: Office) -> None:
    """Not even another owner takes that rank away in the chat."""
    office.meets(VERA)
    office.db.execute(update(User).where(User.id == VERA.id).values(role="owner"))
    for on in (True, False):
        with pytest.raises(Refusal, match="owner_stays"):
            roles.set_admin(office.db, VERA.id, on, by=office.actor(ADA), now=office.clock.now())
    assert roles.role_of(office.db, VERA.id, office.setup) is Role.OWNER


@given(have=st.sampled_from(Role), need=st.sampled_from(Role))
def test_a_rank_may_do_all_that_the_lower_ones_may(have: Role, need: Role) -> None:
    by = Actor(1, "somebody", have)
    if have >= need:
        roles.require(by, need)
    else:
        with pytest.raises(Refusal):
            roles.require(by, need)
