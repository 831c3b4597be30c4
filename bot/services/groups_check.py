"""What a group must be before it is saved: a name of its own, rules that can be read, no circles, not too much."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.flow.markup import clean
from bot.rules import Rule, RuleError, fold, unparse
from bot.services import audience, audience_groups, groups, sql, variables
from bot.services.groups import Matching, SavedRules
from bot.services.refusal import Refusal
from bot.services.setup import Setup
from models import Group

#: Characters of a name.
NAME_LENGTH = 64
MAX_RULES = 20
MAX_GROUPS = 1000


def one_at_a_time(db: Session) -> None:
    """Let no other transaction change groups until this one ends: two rules that are right alone can make a circle."""
    if sql.dialect(db) == "postgresql":
        db.execute(text("LOCK TABLE groups IN SHARE ROW EXCLUSIVE MODE"))


def free_name(db: Session, name: str, *, but: int | None = None) -> str:
    """The name as it is kept: cleaned, on one line. Raises a Refusal where it is empty, too long or taken."""
    name = " ".join(clean(name).split())
    if not fold(name) or len(name) > NAME_LENGTH:
        raise Refusal("groups.bad_name", most=NAME_LENGTH)
    taken = db.scalar(select(Group.id).where(Group.folded == fold(name)))
    if taken is not None and taken != but:
        raise Refusal("groups.name_taken", name=name)
    return name


def readable(db: Session, written: str) -> tuple[str, Rule]:
    """A typed rule as it is kept, and as it is meant. Raises RuleError with the place of what is wrong."""
    rule = audience.read(db, written)
    return kept(db, rule), rule


def kept(db: Session, rule: Rule) -> str:
    """The text of a rule. Raises a Refusal where it has become longer or deeper than a rule can be."""
    shown = unparse(rule)
    try:
        audience.read(db, shown)
    except RuleError as error:
        raise Refusal("groups.rule_too_long", rule=shown[:NAME_LENGTH]) from error
    return shown


def matching_of(word: str) -> Matching:
    """ "all", "any" or "everyone". Raises a Refusal for another word."""
    try:
        return Matching(word.strip().lower())
    except ValueError as error:
        raise Refusal("groups.bad_matching", word=clean(word)) from error


def sound(db: Session, name: str, matching: str, rules: Sequence[Rule | None], *, setup: Setup, now: datetime) -> None:
    """Raises a Refusal where there are too many rules, they weigh too much, or lead back to `name`."""
    if len(rules) > MAX_RULES:
        raise Refusal("groups.too_many_rules", most=MAX_RULES)
    audience.holds(db, groups.whom(matching, rules), now=now.astimezone(setup.zone))
    _no_circle(db, name, [rule for rule in rules if rule is not None])


def still_sound(db: Session, group_id: int, *, setup: Setup, now: datetime) -> SavedRules:
    """The group after a change. Raises a Refusal where it, or a group that it is nested in, is not sound any more."""
    changed = groups.get(db, group_id)
    for group in (changed, *_outer(groups.everything(db), changed)):
        sound(db, group.name, group.matching, [line.rule for line in group.lines], setup=setup, now=now)
    return changed


def _no_circle(db: Session, name: str, rules: list[Rule]) -> None:
    way = audience_groups.circle(db, name, rules, variables.names(db))
    if way:
        back = fold(way[-1]) == fold(name)
        raise Refusal("groups.circle" if back else "groups.too_deep", way=" → ".join(map(clean, way)))


def _outer(known: list[SavedRules], inner: SavedRules) -> list[SavedRules]:
    """The groups whose rules lead to `inner`, over any number of others."""
    reached, grows = {fold(inner.name)}, True
    while grows:
        more = {fold(group.name) for group in known if group.named & reached} - reached
        reached |= more
        grows = bool(more)
    return [group for group in known if fold(group.name) in reached and group.id != inner.id]
