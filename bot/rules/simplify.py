"""A rule that means the same with fewer conditions: what is asked of one text field several times is asked once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypeGuard

from bot.rules.ranges import texts
from bot.rules.tree import And, Compare, Field, IsSet, Not, OneOf, Op, Or, Rule
from bot.rules.types import Type

_Choice: TypeAlias = Compare | OneOf


def simplify(rule: Rule) -> Rule:
    """The same rule, in which `plan = free and plan = pro` is nobody and `plan = free or plan = pro` one look-up.

    It may have a `OneOf` without values, which nobody fulfils and which nobody can write.
    """
    match rule:
        case Not(part):
            return Not(simplify(part))
        case And(parts):
            return _joined(And, _all_of([simplify(part) for part in parts]))
        case Or(parts):
            return _joined(Or, _any_of([simplify(part) for part in parts]))
    return rule


def _joined(kind: type[And | Or], parts: Sequence[Rule]) -> Rule:
    return kind(tuple(parts)) if len(parts) > 1 else parts[0]


def _is_choice(rule: Rule) -> TypeGuard[_Choice]:
    """Whether a condition asks for one of some texts as a whole."""
    if isinstance(rule, Compare) and rule.op is not Op.EQUAL:
        return False
    return isinstance(rule, Compare | OneOf) and rule.field.type is Type.TEXT


def _any_of(parts: list[Rule]) -> list[Rule]:
    for field in _asked_twice(part for part in parts if _is_choice(part)):
        choices = [part for part in parts if _is_choice(part) and part.field == field]
        parts = [part for part in parts if part not in choices] + [_either(field, choices)]
    return parts


def _all_of(parts: list[Rule]) -> list[Rule]:
    for field in _asked_twice(asked for part in parts if (asked := _asked(part)) is not None):
        about = [part for part in parts if (asked := _asked(part)) is not None and asked.field == field]
        parts = [part for part in parts if part not in about] + _together(field, about)
    return parts


def _asked(part: Rule) -> _Choice | IsSet | None:
    """What a part asks of a text field, be it denied or not; None for anything else."""
    inner = part.part if isinstance(part, Not) else part
    if isinstance(inner, IsSet) and inner.field.type is Type.TEXT:
        return inner
    return inner if _is_choice(inner) else None


def _together(field: Field, parts: list[Rule]) -> list[Rule]:
    """All of what is asked of a field in as few conditions. Somebody can have several tags, and so fulfil each."""
    wanted = [part for part in parts if _is_choice(part)]
    denied = [part.part for part in parts if isinstance(part, Not) and _is_choice(part.part)]
    others = [part for part in parts if isinstance(_asked(part), IsSet)]
    if not wanted or field.name == "tag":
        return [*dict.fromkeys((*wanted, *others)), *([Not(_either(field, denied))] if denied else [])]
    if Not(IsSet(field)) in others:
        return [OneOf(field, ())]
    left = [text for text in texts(wanted[0]) if all(text in texts(other) for other in wanted[1:])]
    return [OneOf(field, tuple(text for text in left if not any(text in texts(other) for other in denied)))]


def _either(field: Field, choices: Iterable[_Choice]) -> OneOf:
    return OneOf(field, tuple(dict.fromkeys(text for choice in choices for text in texts(choice))))


def _asked_twice(conditions: Iterable[_Choice | IsSet]) -> list[Field]:
    fields = [condition.field for condition in conditions]
    return [field for field in dict.fromkeys(fields) if fields.count(field) > 1]
