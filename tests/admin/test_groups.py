"""Groups on the screens: the list, the card, changing and deleting, the members, why somebody is in one or not."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.admin.groups_presses import (
    DeleteGroup,
    ListGroups,
    ListMembers,
    RemoveRule,
    SetMatching,
    ShowGroup,
    WhyGroup,
)
from bot.services import groups, pushes, roles, users_language, variables
from models import AuditEntry, User
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ADA, SETUP, VERA, VICTOR


@pytest.fixture(autouse=True)
def known(db: Session, people: None) -> None:
    """Vera is 30 and from Vienna, Victor is 12 and from Vienna."""
    variables.remember(db, VERA, {"city": "Vienna", "age": 30.0}, SETUP.flow)
    variables.remember(db, VICTOR, {"city": "Vienna", "age": 12.0}, SETUP.flow)


def entries(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(AuditEntry)) or 0


def test_an_empty_list_says_what_to_do(ada: Hand) -> None:
    assert "There is no group yet." in ada.types("/groups")
    assert ada.presses("New group").startswith("Home › Groups")


def test_a_group_in_one_line(db: Session, ada: Hand) -> None:
    card = ada.types('/groups new "Grown up" all city = Vienna; age >= 18')
    assert "Grown up · 1 member" in card
    assert "All of these must hold:" in card
    assert '1. City is "Vienna"\n2. Age is at least 18' in card
    assert "Among them: \u2068Vera Visitor" in card
    assert ada.said == "The group Grown up is saved."
    assert entries(db) == 1
    listed = ada.types("/groups")
    assert "1 group\n" in listed and "1. Grown up · 1 member" in listed
    assert "Grown up · 1 member" in ada.presses("1 Grown up")


def test_rules_are_told_in_the_language_of_whoever_reads(db: Session, ada: Hand) -> None:
    users_language.choose(db, ADA, "de", now=NOON)
    card = ada.types('/groups new "Große" all city = Vienna; age >= 18')
    assert '1. City ist "Vienna"\n2. Age ist mindestens 18' in card


@pytest.mark.parametrize(
    ("line", "name", "rules"),
    [
        ("VIP any age >= 18; city = Vienna", "VIP", ["age >= 18", "city = Vienna"]),
        ("“My VIP” all city = “a;b” ; age > 3;", "My VIP", ['city = "a;b"', "age > 3"]),
        ("„Alle“ EVERYONE", "Alle", []),
        ("None all", "None", []),
    ],
)
def test_how_a_group_may_be_typed(db: Session, ada: Hand, line: str, name: str, rules: list[str]) -> None:
    ada.types(f"/groups new {line}")
    assert [rule.text for rule in groups.find(db, name).lines] == rules


def test_show_and_delete_by_name(ada: Hand) -> None:
    ada.types('/groups new "Grown up" all age >= 18')
    assert "Grown up · 1 member" in ada.types("/groups show grown up")
    assert "Grown up · 1 member" in ada.types('/groups show "Grown up"')
    assert ada.types("/groups show Grown ip") == "There is no group “Grown ip”. Did you mean Grown up?"
    assert "Delete Grown up (1 member)?" in ada.types("/groups delete Grown up")
    assert "Grown up · 1 member" in ada.presses("Cancel")
    ada.presses("Delete")
    assert "There is no group yet." in ada.presses("Delete it")
    assert ada.said == "The group Grown up is deleted."


@pytest.mark.parametrize("line", ["sell", "show", "delete ", "new VIP some age > 3"])
def test_what_is_typed_wrongly_gets_the_usage(ada: Hand, line: str) -> None:
    assert ada.types(f"/groups {line}").startswith("Usage: /groups")


def test_a_deletion_names_who_uses_the_group_and_takes_it_out(db: Session, ada: Hand) -> None:
    ada.types("/groups new VIP all age >= 18")
    ada.types("/groups new Locals all in group VIP; city = Vienna")
    by = roles.actor(db, ADA, SETUP)
    push = pushes.create(db, "Spring", by=by, setup=SETUP, now=NOON)
    vip = groups.find(db, "VIP")
    pushes.set_groups(db, push.id, [vip.id], by=by, now=NOON)
    card = ada.types("/groups show VIP")
    assert "Pushes: Spring" in card and "In rules of: Locals" in card
    assert ada.presses(DeleteGroup(vip.id, detach=False)) == "“VIP” is used by: Spring, Locals."
    question = ada.types("/groups delete VIP")
    assert "reach nobody then: Spring" in question and "keep their members: Locals" in question
    ada.presses("Take it out and delete")
    assert "1. Age is at least 18" in ada.types("/groups show Locals")


def test_the_card_switches_what_lies_between_the_rules(db: Session, ada: Hand) -> None:
    ada.types("/groups new VIP all age >= 18; city = Vienna")
    assert "VIP · 2 members" in ada.presses("Any may hold")
    assert ada.said == "VIP has 2 members now."
    assert "Everyone belongs to it." in ada.presses("Everyone")
    assert "VIP · 1 member\n" in ada.presses("All must hold")
    assert entries(db) == 4
    assert "is none of all, any, everyone" in ada.presses(SetMatching(groups.find(db, "VIP").id, "x"))


def test_rename_and_duplicate(ada: Hand) -> None:
    ada.types("/groups new VIP all age >= 18")
    ada.types("/groups new Locals all not in group VIP")
    ada.types("/groups show VIP")
    assert "Write the new name of VIP" in ada.presses("Rename")
    assert ada.writes("locals") == "There is a group “locals” already."
    assert "Very important · 1 member" in ada.writes("Very  important")
    assert 'is not in group "Very important"' in ada.types("/groups show Locals")
    assert "Locals 2 · 6 members" in ada.presses("Duplicate")


def test_rules_are_changed_and_removed_one_by_one(db: Session, ada: Hand) -> None:
    ada.types("/groups new VIP all age >= 18; city = Graz")
    edited = ada.presses("Change rules")
    assert "puts another rule in the place" in edited
    ada.presses("✎ 2. City")
    assert '1. Age is at least 18\n2. City is "Vienna"' in ada.writes("city = Vienna")
    ada.presses("Change rules")
    stale = ada.button("✕ Remove 1").press
    assert '1. City is "Vienna"' in ada.presses("✕ Remove 1")
    assert ada.said == "VIP has 2 members now."
    assert isinstance(stale, RemoveRule)
    assert ada.presses(stale) == "Somebody has changed this rule meanwhile."
    ada.presses("Change rules")
    assert "It has no rule, so nobody belongs to it." in ada.presses("✕ Remove 1")
    assert [line.text for line in groups.find(db, "VIP").lines] == []


def test_members_open_cards_and_pages_keep_their_place(db: Session, ada: Hand) -> None:
    for number in range(10):
        db.add(User(id=1000 + number, first_name=f"Guest{number}", joined_at=NOON, last_seen_at=NOON))
    ada.types("/groups new All everyone")
    first = ada.presses("Members")
    assert "All · 17 members" in first
    second = ada.presses("Older")
    assert not {line for line in first.split("\n")[4:] if line in second} - {""}
    ada.presses("Newer")
    assert "First seen" in ada.presses("1 ")
    ada.types("/groups new None all")
    assert "Nobody is in this group" in ada.presses("Members")


def test_why_somebody_is_not_in_a_group(ada: Hand) -> None:
    ada.types("/groups new Locals all city = Vienna")
    ada.types("/groups new VIP all in group Locals; age >= 18; email is set")
    ada.types("/user 102")
    assert "✗ VIP\n✓ Locals" in ada.presses("Why (not) in a group?")
    why = ada.presses("✗ VIP")
    assert "is not in VIP" in why
    assert '✓ 1. is in group "Locals"' in why and "✓ Locals" in why
    assert "✗ 2. Age is at least 18\n   Age: 12" in why
    assert "✗ 3. email is set\n   email: not set" in why
    assert "VIP · 0 members" in ada.presses("VIP")


def test_a_rule_that_nobody_can_read_any_more_is_shown_as_it_is(db: Session, ada: Hand) -> None:
    ada.types("/groups new VIP any age >= 18; city = Vienna")
    group = groups.find(db, "VIP")
    db.execute(variables._VARIABLES.update().where(variables._VARIABLES.c.name == "age").values(type="boolean"))
    card = ada.presses(ShowGroup(group.id))
    assert "1. cannot be read any more: age >= 18" in card and "2 members" in card
    assert "cannot be read any more" in ada.presses(WhyGroup(VERA, group.id))


def test_groups_that_are_gone_say_so(ada: Hand) -> None:
    assert ada.presses(ShowGroup(99)) == "This group does not exist any more."
    assert ada.presses(ListMembers(99)) == "This group does not exist any more."
    ada.types("/groups new VIP everyone")
    assert "out of date" in ada.presses(ListMembers(1, 2**62, 1))


def test_the_list_turns_pages(ada: Hand) -> None:
    for number in range(9):
        ada.types(f"/groups new Group{number} everyone")
    listed = ada.types("/groups")
    assert "9 groups" in listed and "Group8" in listed and "Group0" not in listed
    assert "Group0" in ada.presses("More")
    assert "Group8" in ada.presses("First")


def test_home_leads_there(ada: Hand) -> None:
    ada.types("/admin")
    assert "There is no group yet." in ada.presses("Groups")


def test_it_is_for_admins(sara: Hand) -> None:
    assert sara.types("/groups") == "This needs the role admin."
    assert sara.presses(ListGroups()) == "This needs the role admin."
    assert "Why (not)" not in sara.types(f"/user {VERA}") + " ".join(sara.labels())


@pytest.mark.parametrize("typed", ["x" * 3000, "\x00", "\ud800", '"', '"" all', '"<b>" all age > 1', "((((", "🙂"])
def test_whatever_is_typed_gets_an_answer(ada: Hand, typed: str) -> None:
    for verb in ("", "new ", "show ", "delete ", "new VIP all "):
        assert ada.types(f"/groups {verb}{typed}")


def test_a_push_to_the_group_is_begun_from_its_card(db: Session, ada: Hand) -> None:
    ada.types("/groups new VIP all age >= 18")
    assert "Push to VIP" in ada.presses("Push to the group")
    ada.writes("Spring")
    assert [group.name for group in pushes.groups(db, pushes.find(db, "Spring").id)] == ["VIP"]
    assert "Pushes: Spring" in ada.types("/groups show VIP")
