"""Whom a push is for, and who of them gets nothing: unions, rules, picked people, what is taken out, and reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.rules import RuleError
from bot.services import audit, deliveries_plan, pushes, pushes_audience
from bot.services.push_terms import PushTerms
from bot.services.refusal import Refusal
from models import Push, PushRun, Request, User
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, SARA, Campaign

A, B, C, D, E = range(FIRST, FIRST + 5)


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """Five people, a push that is for nobody yet."""
    campaign.people(db, clock, 5)
    made = Campaign(db, clock)
    pushes.set_groups(db, made.push.id, [], by=ADA, now=clock.now())
    return made


def members(spring: Campaign) -> list[int]:
    query = pushes_audience.members(spring.db, spring.push.id, setup=spring.setup, now=spring.clock.now())
    return sorted(spring.db.scalars(query))


def grouped(spring: Campaign, name: str, *people: int) -> int:
    return campaign.group(spring.db, name, f"id in ({', '.join(map(str, people))})", spring.clock).id


def audience(spring: Campaign, **sets: object) -> list[int]:
    """The members after these changes."""
    for name, value in sets.items():
        change = getattr(pushes_audience, f"set_{name}", None) or getattr(pushes, f"set_{name}")
        change(spring.db, spring.push.id, value, by=ADA, now=spring.clock.now())
    return members(spring)


def test_groups_rule_and_picked_people_are_one_audience_in_which_each_is_once(spring: Campaign) -> None:
    vip, pro = grouped(spring, "VIP", A, B), grouped(spring, "Pro", B, C)
    assert audience(spring) == []
    assert audience(spring, groups=[vip]) == [A, B]
    assert audience(spring, groups=[vip, pro]) == [A, B, C]
    assert audience(spring, rule=f"id = {C} or id = {D}") == [A, B, C, D]
    assert audience(spring, members=[D, E]) == [A, B, C, D, E]
    assert audience(spring, groups=[], rule=None) == [D, E]


def test_who_is_in_a_group_that_is_taken_out_gets_nothing_however_they_came_in(spring: Campaign) -> None:
    vip, pro = grouped(spring, "VIP", A, B), grouped(spring, "Pro", B, C)
    assert audience(spring, groups=[vip], members=[C, D], minus=[pro]) == [A, D]
    pushes.set_everyone(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    assert {A, D, E} <= set(members(spring)) and {B, C}.isdisjoint(members(spring))
    assert audience(spring, minus=[], members=[]) == sorted(spring.db.scalars(select(User.id)))


def test_a_group_is_not_for_and_against_at_once(spring: Campaign) -> None:
    vip = grouped(spring, "VIP", A, B)
    assert audience(spring, groups=[vip], minus=[vip]) == []
    assert not pushes.has_audience(spring.db, spring.push)
    assert audience(spring, groups=[vip]) == [A, B]
    assert pushes_audience.minus(spring.db, spring.push.id) == []


def test_what_is_taken_out_stays_so_while_groups_are_chosen(spring: Campaign) -> None:
    vip, pro = grouped(spring, "VIP", A, B), grouped(spring, "Pro", B, C)
    audience(spring, minus=[pro])
    assert audience(spring, groups=[vip]) == [A]


def test_a_rule_that_cannot_be_read_is_refused_and_one_that_cannot_any_more_means_nobody(spring: Campaign) -> None:
    with pytest.raises(RuleError):
        audience(spring, rule="town = Linz")
    audience(spring, rule="city = Linz")
    spring.db.execute(update(Push).values(rule="town = Linz"))
    assert members(spring) == []


@pytest.mark.parametrize(("kind", "value"), [("minus", [999]), ("members", [999])])
def test_groups_and_people_that_are_not_there_are_refused(spring: Campaign, kind: str, value: list[int]) -> None:
    with pytest.raises(Refusal):
        audience(spring, **{kind: value})


def test_each_change_is_one_row_of_the_audit_and_staff_may_not(spring: Campaign) -> None:
    audience(spring, rule="city = Linz", members=[A], talking=True)
    actions = [entry.action for entry in audit.page(spring.db).entries]
    assert actions[:3] == ["push.talking", "push.members", "push.rule"]
    with pytest.raises(Refusal):
        pushes_audience.set_rule(spring.db, spring.push.id, None, by=SARA, now=spring.clock.now())


def drop(spring: Campaign, user_id: int, **columns: object) -> None:
    spring.db.execute(update(User).where(User.id == user_id).values(columns))


def talks(spring: Campaign, user_id: int) -> None:
    """A request is open, so the bot is off for them."""
    now = spring.clock.now()
    spring.db.add(Request(user_id=user_id, text="Hello?", opened_at=now, token=f"t{user_id}"))
    drop(spring, user_id, bot_off_since=now)


def forecast(spring: Campaign) -> dict[str | None, int]:
    run = PushRun(push_id=spring.push.id, recipients="all", state="draft", created_at=spring.clock.now())
    found = deliveries_plan.forecast(spring.db, run, setup=spring.setup, now=spring.clock.now())
    return {why and str(why): count for why, count in found.items()}


def test_each_person_is_left_out_once_for_the_first_reason(spring: Campaign) -> None:
    now = spring.clock.now()
    audience(spring, members=[A, B, C, D, E])
    drop(spring, A, gone_at=now, blocked_at=now, unsubscribed_at=now, bot_off_since=now)
    drop(spring, B, blocked_at=now, unsubscribed_at=now)
    talks(spring, C)
    drop(spring, D, bot_off_since=now)
    assert forecast(spring) == {"gone": 1, "blocked": 1, "talking": 1, "off": 1, None: 1}


def test_who_is_banned_gets_no_pushes_and_is_counted_as_such_who_is_muted_gets_them(spring: Campaign) -> None:
    now = spring.clock.now()
    audience(spring, members=[A, B, C, D])
    drop(spring, A, banned_at=now)
    drop(spring, B, muted_at=now)
    drop(spring, C, banned_at=now, unsubscribed_at=now)
    assert forecast(spring) == {"banned": 2, None: 2}
    run_id = spring.starts()
    drop(spring, D, banned_at=now)
    assert spring.delivers_all(run_id) == [B]
    assert spring.state_of(run_id, A) == ("skipped", "banned")
    assert spring.state_of(run_id, D) == ("skipped", "banned")


def test_who_talks_with_staff_gets_it_where_that_is_switched_on(spring: Campaign) -> None:
    audience(spring, members=[A, B, C], talking=True)
    talks(spring, A)
    drop(spring, B, bot_off_since=spring.clock.now())
    assert forecast(spring) == {"off": 1, None: 2}
    run_id = spring.starts()
    assert spring.delivers_all(run_id) == [A, C]


def test_nobody_gets_more_pushes_in_a_week_than_the_cap(spring: Campaign) -> None:
    spring.setup = replace(spring.setup, push=PushTerms(weekly_cap=2))
    audience(spring, members=[A, B])
    spring.delivers_all(spring.starts())
    audience(spring, members=[A, B, C])
    assert forecast(spring) == {None: 3}
    spring.delivers_all(spring.starts("selected", picked=[A, C]))
    assert forecast(spring) == {"capped": 1, None: 2}
    run_id = spring.starts()
    assert spring.delivers_all(run_id) == [B, C]
    assert spring.state_of(run_id, A) == ("skipped", "capped")
    spring.clock.forward(days=7, seconds=1)
    assert forecast(spring) == {None: 3}


def test_the_cap_is_looked_at_again_before_each_send(spring: Campaign) -> None:
    audience(spring, members=[A, B])
    spring.delivers_all(spring.starts())
    run_id = spring.starts()
    spring.setup = replace(spring.setup, push=PushTerms(weekly_cap=1))
    assert spring.delivers_all(run_id) == []
    assert spring.states(run_id) == {"skipped": 2}
    spring.check(run_id)


def test_a_run_that_is_paid_for_says_so_with_every_parcel(spring: Campaign) -> None:
    audience(spring, members=[A])
    run_id = spring.starts()
    spring.run(run_id).paid = True
    assert [parcel.paid for parcel in spring.claims(run_id)] == [True]


def test_who_has_gone_before_their_row_is_written_has_none(spring: Campaign) -> None:
    audience(spring, members=[A, B])
    run_id = spring.confirms()
    spring.begins()
    now = spring.clock.now() + timedelta(seconds=1)
    gathered = deliveries_plan.gather(spring.db, run_id, setup=spring.setup, now=now)
    assert gathered is not None
    spring.db.delete(spring.db.get_one(User, A))
    spring.db.flush()
    deliveries_plan.write_piece(spring.db, run_id, gathered, after=0, now=now)
    assert spring.states(run_id) == {"waiting": 1}
    spring.check(run_id)
