"""Groups in words: counts, rules described for the reader, what is wrong with a typed rule."""

from __future__ import annotations

from collections.abc import Sequence

from bot.admin.people import called
from bot.admin.rules import sentence
from bot.flow.markup import shorten
from bot.rules import Rule, RuleError
from bot.services import audience, groups_members
from bot.services.audience import Count
from bot.services.refusal import Refusal
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, lines
from bot.ui.numbers import bounded

#: Characters of one rule on a screen that shows all of them, and of what is wrong with a rule.
RULE = 150
_PROBLEM = 1500
#: Names that are listed before the rest is only counted.
_NAMES = 5
#: Characters of a name of a group or a push.
NAME = 64


def count(rule: Rule | None, desk: Desk, cap: int | None = audience.CAP) -> Count | None:
    """How many people a rule means now; None where it has become too large to be asked."""
    try:
        return groups_members.count(desk.db, rule, setup=desk.setup, now=desk.now, cap=cap)
    except Refusal:
        return None


def counted(number: Count | None, desk: Desk) -> Words:
    """ "12 members", "10,000+ members"."""
    if number is None:
        return desk.say("groups.uncounted")
    shown = bounded(number.number, number.exact, desk.language)
    return desk.say("groups.members_count", count=number.number, shown=shown)


def sample(rule: Rule | None, number: Count | None, desk: Desk) -> Html | None:
    """Some of those whom a rule means; nothing where there are none, or cannot be counted."""
    if number is None or not number.number:
        return None
    people = groups_members.sample(desk.db, rule, setup=desk.setup, now=desk.now)
    return html("{}", desk.say("groups.sample", names=Words(", ".join(called(user) for user in people))))


def described(rule: Rule | None, text: str, desk: Desk) -> Words:
    """A rule as a sentence of the reader's language; the text itself where it cannot be read any more."""
    if rule is None:
        return desk.say("groups.unreadable", rule=excerpt(text, RULE))
    return excerpt(sentence(rule, desk), RULE)


def rule_list(matching: str, rules: Sequence[tuple[str, Rule | None]], desk: Desk) -> Html:
    """What lies between the rules, and each of them with its number; for an empty group what that means."""
    if matching == "everyone" or not rules:
        return html("{}", desk.say("groups.is_everyone" if matching == "everyone" else "groups.no_rules"))
    entries = [html("{}. {}", place, described(rule, text, desk)) for place, (text, rule) in enumerate(rules, 1)]
    return lines(html("<i>{}</i>", desk.say(f"groups.holds_{matching}")), *entries)


def problem(error: RuleError, desk: Desk) -> Html:
    """The rule as it was typed, with a caret under the word that is wrong."""
    return html("<pre>{}</pre>", shorten(error.told(desk.language), _PROBLEM))


def problem_of(text: str, desk: Desk) -> Html | None:
    """What is wrong with a typed rule; None if nothing is."""
    try:
        audience.read(desk.db, text)
    except RuleError as error:
        return problem(error, desk)
    return None


def names(known: Sequence[str], desk: Desk) -> Words:
    """Names in a row; after a few of them only how many more there are."""
    shown = Words(", ".join(excerpt(name, NAME) for name in known[:_NAMES]))
    rest = len(known) - _NAMES
    return desk.say("groups.and_more", names=shown, more=rest) if rest > 0 else shown
