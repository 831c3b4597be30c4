"""Groups: made, changed, renamed, copied and deleted, with one row in the audit each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow import parse
from bot.rules import RuleError
from bot.services import (
    groups,
    groups_check,
    groups_delete,
    groups_members,
    groups_rules,
    groups_save,
    groups_usage,
    groups_values,
    groups_why,
    pushes,
    variables,
)
from bot.services.groups import SavedRules
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import AuditEntry
from tests.clock import NOON
from tests.ui.cast import ADA, FLOW, SARA, SETUP, VERA, VICTOR, everyone

BY = Actor(ADA, "Ada", Role.OWNER)


@pytest.fixture(autouse=True)
def people(db: Session) -> None:
    """Vera is 30 and from Vienna, Victor is 12 and from Graz; of the others nothing is known."""
    variables.declare(db, SETUP.flow)
    everyone(db)
    variables.remember(db, VERA, {"city": "Vienna", "age": 30.0}, SETUP.flow)
    variables.remember(db, VICTOR, {"city": "Graz", "age": 12.0}, SETUP.flow)


def made(db: Session, name: str, *rules: str, matching: str = "all") -> SavedRules:
    return groups_save.create(db, name, matching, rules, by=BY, setup=SETUP, now=NOON)


def adds(db: Session, group: SavedRules, rule: str) -> SavedRules:
    return groups_rules.add(db, group.id, rule, by=BY, setup=SETUP, now=NOON)


def renames(db: Session, group: SavedRules, name: str) -> SavedRules:
    return groups_save.rename(db, group.id, name, by=BY, setup=SETUP, now=NOON)


def deletes(db: Session, group: SavedRules, *, detach: bool = False) -> SavedRules:
    return groups_delete.delete(db, group.id, detach=detach, by=BY, setup=SETUP, now=NOON)


def members(db: Session, group: SavedRules) -> list[int]:
    now = groups.get(db, group.id)
    found = groups_members.page(db, now.rule, setup=SETUP, now=NOON, size=50)
    assert groups_members.count(db, now.rule, setup=SETUP, now=NOON).number == len(found.ids)
    return sorted(found.ids)


def texts(db: Session, group: SavedRules) -> list[str]:
    return [line.text for line in groups.get(db, group.id).lines]


def audited(db: Session) -> Sequence[str]:
    return db.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def refused(error: pytest.ExceptionInfo[Refusal]) -> tuple[str, dict[str, object]]:
    return error.value.key, error.value.values


def test_all_any_and_everyone(db: Session) -> None:
    assert members(db, made(db, "Grown", "city = Vienna", "age >= 18")) == [VERA]
    assert members(db, made(db, "Either", "city = Graz", "age >= 18", matching="any")) == [VERA, VICTOR]
    assert len(members(db, made(db, "All of them", matching="everyone"))) == 7
    assert members(db, made(db, "Nobody")) == []
    assert members(db, made(db, "Nobody either", matching="any")) == []


def test_each_change_is_one_row_of_the_audit(db: Session) -> None:
    group = made(db, "VIP", "age >= 18")
    adds(db, group, "city = Vienna")
    first, second = groups.get(db, group.id).lines
    groups_rules.replace(db, group.id, first.position, first.mark, "age >= 21", by=BY, setup=SETUP, now=NOON)
    groups_rules.remove(db, group.id, second.position, second.mark, by=BY, now=NOON)
    groups_save.set_matching(db, group.id, "any", by=BY, setup=SETUP, now=NOON)
    groups_save.set_matching(db, group.id, "any", by=BY, setup=SETUP, now=NOON)
    renames(db, group, "Pro")
    groups_save.duplicate(db, group.id, by=BY, now=NOON)
    deletes(db, group)
    assert audited(db) == [
        "group.create",
        "group.add_rule",
        "group.change_rule",
        "group.remove_rule",
        "group.matching",
        "group.rename",
        "group.duplicate",
        "group.delete",
    ]
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "group.add_rule")).one()
    assert (entry.before, entry.after) == ('"VIP" all age >= 18', '"VIP" all age >= 18; city = Vienna')


def test_a_name_is_one_and_short(db: Session) -> None:
    made(db, "  VIP\n club ")
    assert groups.find(db, "vip CLUB").name == "VIP club"
    with pytest.raises(Refusal) as taken:
        made(db, "ViP  Club")
    assert refused(taken) == ("groups.name_taken", {"name": "ViP Club"})
    for bad in ("", " \u200b", "x" * 65):
        with pytest.raises(Refusal) as error:
            made(db, bad)
        assert error.value.key == "groups.bad_name"


def test_a_name_that_is_not_there_brings_the_nearest(db: Session) -> None:
    with pytest.raises(Refusal) as lost:
        groups.find(db, "VIP")
    assert lost.value.key == "groups.unknown"
    made(db, "VIPs")
    with pytest.raises(Refusal) as near:
        groups.find(db, "VIP")
    assert refused(near) == ("groups.unknown_near", {"name": "VIP", "near": "VIPs"})


def test_a_rule_that_cannot_be_read_points_at_the_place(db: Session) -> None:
    with pytest.raises(RuleError, match="Did you mean city"):
        made(db, "VIP", "ciy = Vienna")
    with pytest.raises(RuleError, match="There is no group"):
        made(db, "VIP", 'in group "VIP"')


def test_groups_stand_in_groups_but_not_in_a_circle(db: Session) -> None:
    inner = made(db, "Adults", "age >= 18")
    middle = made(db, "Locals", 'in group "adults"', "city = Vienna")
    outer = made(db, "Strangers", 'not in group "Locals"', "age is set")
    assert members(db, outer) == [VICTOR]
    with pytest.raises(Refusal) as circle, db.begin_nested():
        adds(db, inner, "in group Strangers")
    assert refused(circle) == ("groups.circle", {"way": "Adults → Strangers → Locals → Adults"})
    with pytest.raises(Refusal) as itself, db.begin_nested():
        adds(db, middle, "in group Locals")
    assert refused(itself)[1] == {"way": "Locals → Locals"}
    assert texts(db, inner) == ["age >= 18"]


def test_groups_nest_so_deep_and_no_deeper_even_from_below(db: Session) -> None:
    made(db, "G0", "age >= 18")
    for number in range(1, 10):
        made(db, f"G{number}", f"in group G{number - 1}")
    below = made(db, "Below", "city = Vienna")
    deepest = made(db, "Lower", "in group Below")
    with pytest.raises(Refusal) as deep, db.begin_nested():
        adds(db, groups.find(db, "G0"), "in group Lower")
    assert deep.value.key == "groups.too_deep"
    assert members(db, deepest) == members(db, below) == [VERA]


def test_limits_of_rules(db: Session) -> None:
    group = made(db, "Many", *(f"age > {number}" for number in range(20)))
    with pytest.raises(Refusal) as more, db.begin_nested():
        adds(db, group, "age > 20")
    assert refused(more) == ("groups.too_many_rules", {"most": 20})
    heavy = " or ".join(f"age = {number}" for number in range(90))
    made(db, "Heavy", *(heavy for _ in range(8)), matching="any")
    with pytest.raises(Refusal) as heavier:
        made(db, "Heavier", "in group Heavy and in group Heavy")
    assert heavier.value.key == "refusals.rule_too_large"


def test_a_rule_that_somebody_else_changed_is_not_touched(db: Session) -> None:
    group = made(db, "VIP", "age >= 18", "city = Vienna")
    first = group.lines[0]
    groups_rules.remove(db, group.id, first.position, first.mark, by=BY, now=NOON)
    for position, mark in ((first.position, first.mark), (group.lines[1].position, first.mark)):
        with pytest.raises(Refusal) as error:
            groups_rules.remove(db, group.id, position, mark, by=BY, now=NOON)
        assert error.value.key == "groups.rule_changed"
    assert texts(db, group) == ["city = Vienna"]


def test_rules_of_other_groups_follow_a_new_name(db: Session) -> None:
    vip = made(db, "VIP", "age >= 18")
    other = made(db, "Not VIP", "not (in group VIP or city = Vienna) and age is set", "in group VIP or age < 18")
    before = members(db, other)
    renames(db, vip, "Very important")
    assert 'in group "Very important"' in texts(db, other)[0]
    assert members(db, other) == before == [VICTOR]
    made(db, "VIP", "city = Graz")
    assert members(db, other) == before
    assert renames(db, vip, "VERY important").name == "VERY important"


def test_the_flow_keeps_the_name_it_asks_for(db: Session) -> None:
    flow = parse(FLOW.replace('button = "Hours"', 'button = "Hours"\nwhen = "in group VIP and age > 3"'), folder=None)
    setup = replace(SETUP, flow=flow)
    vip = made(db, "VIP", "age >= 18")
    assert groups_usage.of(db, vip, flow).blocks == ("welcome",)
    with pytest.raises(Refusal) as renamed:
        groups_save.rename(db, vip.id, "Pro", by=BY, setup=setup, now=NOON)
    assert refused(renamed) == ("groups.flow_names_it", {"name": "VIP", "blocks": "welcome"})
    with pytest.raises(Refusal) as deleted:
        groups_delete.delete(db, vip.id, detach=True, by=BY, setup=setup, now=NOON)
    assert deleted.value.key == "groups.flow_needs_it"
    assert groups_save.rename(db, vip.id, "vip", by=BY, setup=setup, now=NOON).name == "vip"


def test_a_copy_has_the_rules_and_a_name_of_its_own(db: Session) -> None:
    vip = made(db, "V" * 64, "age >= 18", matching="any")
    copy = groups_save.duplicate(db, vip.id, by=BY, now=NOON)
    again = groups_save.duplicate(db, vip.id, by=BY, now=NOON)
    assert (copy.name, again.name) == ("V" * 62 + " 2", "V" * 62 + " 3")
    adds(db, copy, "city = Vienna")
    assert texts(db, vip) == ["age >= 18"]
    assert groups.get(db, copy.id).matching == "any"


def test_a_group_that_is_used_is_kept(db: Session) -> None:
    vip = made(db, "VIP", "age >= 18")
    made(db, "Locals", "in group VIP")
    spring = pushes.create(db, "Spring", by=BY, setup=SETUP, now=NOON)
    pushes.set_groups(db, spring.id, [vip.id], by=BY, now=NOON)
    usage = groups_usage.of(db, vip, SETUP.flow)
    assert (usage.pushes, usage.only_here, usage.groups) == (("Spring",), ("Spring",), ("Locals",))
    with pytest.raises(Refusal) as error:
        deletes(db, vip)
    assert refused(error) == ("groups.in_use", {"name": "VIP", "users": "Spring, Locals"})


@pytest.mark.parametrize(
    ("matching", "rules", "whom"),
    [
        ("all", ["age >= 18", "city = Vienna"], [VERA]),
        ("any", ["age >= 18", "city = Graz"], [VERA, VICTOR]),
        ("all", [], []),
        ("everyone", [], [VERA, VICTOR]),
    ],
)
def test_where_a_group_is_taken_out_its_rules_stay(
    db: Session, matching: str, rules: list[str], whom: list[int]
) -> None:
    vip = made(db, "VIP", *rules, matching=matching)
    inside = made(db, "Inside", "age is set", "in group VIP")
    outside = made(db, "Outside", "not in group VIP and age is set")
    spring = pushes.create(db, "Spring", by=BY, setup=SETUP, now=NOON)
    pushes.set_groups(db, spring.id, [vip.id, inside.id], by=BY, now=NOON)
    assert groups_usage.of(db, vip, SETUP.flow).only_here == ()
    deletes(db, vip, detach=True)
    assert members(db, inside) == whom
    assert members(db, outside) == sorted({VERA, VICTOR} - set(whom))
    assert [group.name for group in pushes.groups(db, spring.id)] == ["Inside"]
    with pytest.raises(Refusal) as error:
        groups.get(db, vip.id)
    assert error.value.key == "groups.gone"


def test_what_does_not_fit_written_out_is_not_detached(db: Session) -> None:
    vip = made(db, "VIP", " or ".join(f"age = {number}" for number in range(60)))
    made(db, "Twice", "in group VIP and not in group VIP")
    with pytest.raises(Refusal) as error:
        deletes(db, vip, detach=True)
    assert error.value.key == "groups.rule_too_long"


def test_why_tells_each_rule_with_what_is_known(db: Session) -> None:
    made(db, "Adults", "age >= 18")
    group = made(db, "VIP", "city = Vienna and tag is not set", "in group Adults", "email is set")
    found = groups_why.why(db, group.id, VERA, setup=SETUP, now=NOON)
    assert not found.member
    assert [verdict.holds for verdict in found.verdicts] == [True, True, False]
    assert found.verdicts[0].known == {"city": "Vienna", "tag": None}
    assert found.verdicts[1].member_of == {"Adults": True}
    assert found.verdicts[2].known == {"email": None}
    groups_save.set_matching(db, group.id, "any", by=BY, setup=SETUP, now=NOON)
    assert groups_why.why(db, group.id, VERA, setup=SETUP, now=NOON).member
    assert not groups_why.why(db, group.id, VICTOR, setup=SETUP, now=NOON).member
    page, more = groups_why.memberships(db, VERA, setup=SETUP, now=NOON, size=1)
    assert [(group.name, member) for group, member in page] == [("VIP", True)] and more
    with pytest.raises(Refusal):
        groups_why.why(db, group.id, 999, setup=SETUP, now=NOON)


def test_why_agrees_with_the_list_of_members(db: Session) -> None:
    made(db, "Adults", "age >= 18")
    for matching in ("all", "any", "everyone"):
        group = made(db, f"Of {matching}", "in group Adults", "not city = Graz", matching=matching)
        inside = members(db, group)
        for user_id in (VERA, VICTOR, SARA):
            member = groups_why.why(db, group.id, user_id, setup=SETUP, now=NOON).member
            assert member == (user_id in inside), (matching, user_id)


def test_a_sample_and_pages_of_members(db: Session) -> None:
    group = made(db, "All", matching="everyone")
    assert len(groups_members.sample(db, group.rule, setup=SETUP, now=NOON)) == 5
    first = groups_members.page(db, group.rule, setup=SETUP, now=NOON, size=4)
    rest = groups_members.page(db, group.rule, setup=SETUP, now=NOON, after=first.next, size=4)
    assert sorted(first.ids + rest.ids) == members(db, group) and rest.next is None


def test_groups_are_listed_newest_first(db: Session) -> None:
    ids = [made(db, f"Group {number}").id for number in range(5)]
    page, more = groups.page(db, size=3)
    assert [group.id for group in page] == ids[:1:-1] and more
    rest, more = groups.page(db, before=page[-1].id, size=3)
    assert [group.id for group in rest] == ids[1::-1] and not more
    assert groups.total(db) == 5


def test_the_values_on_offer_are_the_frequent_ones(db: Session) -> None:
    variables.remember(db, SARA, {"city": "Vienna"}, SETUP.flow)
    assert groups_values.frequent(db, "city") == ["Vienna", "Graz"]
    assert groups_values.frequent(db, "language", limit=1) == ["en"]
    assert groups_values.frequent(db, "joined") == groups_values.frequent(db, "tag") == []


def test_groups_are_for_admins(db: Session) -> None:
    sara = Actor(SARA, "Sara", Role.STAFF)
    with pytest.raises(Refusal) as error:
        groups_save.create(db, "VIP", "all", [], by=sara, setup=SETUP, now=NOON)
    assert error.value.key == "refusals.admin_only"
    assert groups_check.matching_of(" ANY ") == "any"
    with pytest.raises(Refusal):
        groups_check.matching_of("some")
