"""The states in which the screens of groups are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from sqlalchemy.orm import Session

from bot.admin import groups_presses as at
from bot.admin.groups_draft import GroupDraft
from bot.services import drafts, groups_check, groups_save, roles
from bot.ui.press import Press, pack
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SETUP, VERA

EVIL = "א<b>\u202e&amp; /ban_5 {name} " + "🙂" * 40

#: Kept in this order, so that the first one has the id 1; later ones stand in front.
GROUPS: Sequence[tuple[str, str, Sequence[str]]] = (
    ("Adults", "all", ["age >= 18"]),
    (EVIL, "any", ["in group Adults", *(f'city = "{EVIL} {number}" or tag contains x' for number in range(19))]),
    ("Everyone", "everyone", []),
    ("Nobody", "all", []),
    *((f"Group {number}", "all", ["city is set"]) for number in range(6)),
)

GROUP_STATES: Mapping[type[Press], Sequence[Press]] = {
    at.ListGroups: [at.ListGroups(), at.ListGroups(before=3), at.ListGroups(before=1)],
    at.CountGroup: [at.CountGroup(number) for number in range(1, 5)],
    at.ShowGroup: [at.ShowGroup(number) for number in range(1, 5)],
    at.ListMembers: [*(at.ListMembers(number) for number in range(1, 5)), at.ListMembers(3, 0, ADA, newer=True)],
    at.EditRules: [at.EditRules(2), at.EditRules(4)],
    at.AskNewName: [at.AskNewName(2)],
    at.AskDeleteGroup: [at.AskDeleteGroup(1), at.AskDeleteGroup(2), at.AskDeleteGroup(4)],
    at.WhyGroup: [at.WhyGroup(VERA, number) for number in range(1, 5)],
    at.ListMemberships: [at.ListMemberships(VERA), at.ListMemberships(OTTO, before=3)],
    at.AskGroupName: [at.AskGroupName()],
    at.AskRule: [at.AskRule(), at.AskRule(14), at.AskRule(10_000)],
    at.AskOperator: [at.AskOperator()],
    at.AskValue: [at.AskValue()],
    at.ReviewGroup: [at.ReviewGroup()],
    at.AskPushTitle: [at.AskPushTitle(2)],
}


def furnish_groups(db: Session) -> None:
    """Groups of every kind, and two admins in the middle of a new one."""
    for name, matching, rules in GROUPS:
        short = name[: groups_check.NAME_LENGTH]
        groups_save.create(db, short, matching, rules, by=roles.actor(db, ADA, SETUP), setup=SETUP, now=NOON)
    draft = GroupDraft(
        name=EVIL,
        rules=tuple(f'city = "{EVIL} {number}"' for number in range(19)),
        field="city",
        operator="equal",
        offered=(EVIL, "Vienna"),
        wrong="ciy = <b> and " * 140,
    )
    for who in (ADA, ALMA):
        drafts.put(db, who, pack(at.AskRule()), {"wizard": "group", **asdict(draft)}, NOON)
