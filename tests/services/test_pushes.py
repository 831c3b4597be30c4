"""Pushes as saved: titles, audiences, blocks; deleting keeps the ledger."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot.services import push_runs, pushes, pushes_audience
from bot.services.push_runs_time import settle
from bot.services.refusal import Refusal
from tests.clock import NOON, FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, EVE, FIRST, SARA, Campaign


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone; three people are there."""
    campaign.people(db, clock, 3)
    return Campaign(db, clock)


def test_a_title_is_unique_whatever_its_case_until_the_push_is_deleted(spring: Campaign) -> None:
    with pytest.raises(Refusal, match="title_taken"):
        pushes.create(spring.db, "  SPRING ", by=ADA, setup=spring.setup, now=NOON)
    pushes.delete(spring.db, spring.push.id, by=ADA, now=NOON)
    assert (
        pushes.find(
            spring.db, pushes.create(spring.db, "spring", by=EVE, setup=spring.setup, now=NOON).title
        ).created_by
        == EVE.id
    )


@pytest.mark.parametrize("title", ["", "   ", "\u200b\u202e", "x" * 65])
def test_a_title_that_nobody_could_read_is_refused(spring: Campaign, title: str) -> None:
    with pytest.raises(Refusal, match="bad_title"):
        pushes.rename(spring.db, spring.push.id, title, by=ADA, now=NOON)


def test_a_push_keeps_its_own_title_when_it_is_named_so_again(spring: Campaign) -> None:
    assert pushes.rename(spring.db, spring.push.id, "SPRING", by=ADA, now=NOON).title == "SPRING"


def test_groups_are_switched_one_by_one_and_everyone_replaces_them(spring: Campaign) -> None:
    db, push = spring.db, spring.push
    vip = campaign.group(db, "VIP", f"id = {FIRST}", spring.clock)
    pro = campaign.group(db, "Pro", f"id > {FIRST}", spring.clock)
    pushes.switch_group(db, push.id, vip.id, by=ADA, now=NOON)
    pushes.switch_group(db, push.id, pro.id, by=ADA, now=NOON)
    assert [group.name for group in pushes.groups(db, push.id)] == ["Pro", "VIP"]
    pushes.switch_group(db, push.id, pro.id, by=ADA, now=NOON)
    members = db.scalars(pushes_audience.members(db, push.id, setup=spring.setup, now=NOON)).all()
    assert members == [FIRST]
    pushes.set_everyone(db, push.id, by=ADA, now=NOON)
    assert pushes.groups(db, push.id) == []
    with pytest.raises(Refusal, match="no_group"):
        pushes.switch_group(db, push.id, 999, by=ADA, now=NOON)


def test_a_group_without_a_rule_matches_nobody_and_everyone_is_a_choice_of_its_own(spring: Campaign) -> None:
    db = spring.db
    empty = campaign.group(db, "Empty", "city = Nowhere", spring.clock)
    pushes.set_groups(db, spring.push.id, [empty.id], by=ADA, now=NOON)
    assert db.scalars(pushes_audience.members(db, spring.push.id, setup=spring.setup, now=NOON)).all() == []
    empty.matching = "everyone"
    members = db.scalars(pushes_audience.members(db, spring.push.id, setup=spring.setup, now=NOON)).all()
    assert len(members) == 5


def test_a_block_that_the_flow_does_not_have_is_refused(spring: Campaign) -> None:
    with pytest.raises(Refusal, match="no_block"):
        pushes.set_start(spring.db, spring.push.id, "nowhere", by=ADA, setup=spring.setup, now=NOON)


def test_deleting_takes_back_planned_times_and_is_refused_while_it_is_sent(spring: Campaign) -> None:
    db = spring.db
    run = push_runs.draft(db, spring.push.id, by=ADA, now=NOON)
    due = settle(NOON.replace(hour=15, tzinfo=None), spring.setup.zone)
    push_runs.set_time(db, run.id, due, by=ADA, now=NOON)
    planned = spring.confirms()
    running = spring.starts()
    with pytest.raises(Refusal, match="delete_running"):
        pushes.delete(db, spring.push.id, by=ADA, now=NOON)
    push_runs.stop(db, running, by=ADA, now=NOON)
    pushes.delete(db, spring.push.id, by=ADA, now=NOON)
    assert spring.run(planned).state == "stopped"
    assert spring.states(running) == {"cancelled": 3, "skipped": 2}
    with pytest.raises(Refusal, match="gone"):
        pushes.get(db, spring.push.id)


def test_only_admins_change_pushes(spring: Campaign) -> None:
    with pytest.raises(Refusal, match="admin_only"):
        pushes.create(spring.db, "Mine", by=SARA, setup=spring.setup, now=NOON)
