"""Random rules and nasty values, for properties that must hold for every rule and every person."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.rules import (
    SYSTEM_FIELDS,
    And,
    Between,
    Compare,
    Day,
    Fact,
    Field,
    InGroup,
    IsSet,
    Not,
    OneOf,
    Op,
    Or,
    Rule,
    Type,
    Unit,
    Value,
    Within,
    fold,
)
from tests.rules.cast import FIELDS, NOW

for name, examples in {"default": 250, "fuzz": 10_000}.items():
    settings.register_profile(
        name, max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
#: 250 examples for each property, and 10,000 with HYPOTHESIS_PROFILE=fuzz.
PROFILE = settings.get_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))
#: Twice as many: 500, and 20,000.
TWICE = settings(PROFILE, max_examples=2 * PROFILE.max_examples)

#: Texts that collations, case and encodings treat in different ways.
NASTY = (
    "Straße", "STRASSE", "strasse", "ẞ", "İstanbul", "istanbul", "ISTANBUL", "ıstanbul", "café", "cafe\u0301", "CAFÉ",
    "cafe", "١٢", "12", "1２", "Σίσυφος", "ΣΊΣΥΦΟΣ", "ﬁn", "FIN", "％", "50%", "50_", "a\\b", "\\", "%", "_", "'", '"',
    "' OR 1=1 --", "ann\u200b", "Ann", " ann ", "a  b", "a\tb", "a\nb", "\u202eann", "👩‍👧", "❤️", "❤", "™", "tm",
    "null", "NaN", "İ", "i̇", "ﬀ", "", " ", "x" * 700, "ﷺ" * 60, "ß" * 300,
)  # fmt: skip
#: Short words over few letters meet each other often; among the letters are the wildcards of LIKE.
_alike = st.text("a%_\\/ßİ", min_size=1, max_size=2)
#: What people may have written to the bot: everything, NUL and lone surrogates included.
nasty_texts = _alike | st.sampled_from((*NASTY, "a\0b", "\ud800", "ann\udfff")) | st.text(max_size=8)
#: What can stand in a rule: no controls, no broken characters, something to see.
_letters = st.characters(exclude_categories=("Cc", "Cs"))
rule_texts = (_alike | st.sampled_from(NASTY) | st.text(_letters, max_size=8)).filter(lambda text: bool(fold(text)))

_numbers = st.sampled_from([0.0, 1.0, -1.0, 18.0, 17.5, 0.1, 301.0, 1e15, -1e15, 1e-7]) | st.floats(-1e9, 1e9)
_ids = st.integers(596, 604).map(lambda number: number / 2)
_days = st.dates(date(2026, 11, 1), date(2026, 12, 20)) | st.dates(date(1000, 1, 1), date(2999, 12, 31))
_clock = st.times().map(lambda moment: moment.replace(microsecond=0))
_moments = st.timedeltas(timedelta(days=-7), timedelta(days=7)).map(
    lambda by: (NOW + by).replace(microsecond=0, tzinfo=None)
)
_WRITTEN: Mapping[Type, st.SearchStrategy[Value]] = {
    Type.TEXT: rule_texts,
    Type.NUMBER: _numbers.map(lambda number: number + 0.0),
    Type.BOOLEAN: st.booleans(),
    Type.DATE: _days | st.integers(-1, 1).map(Day),
    Type.TIME: _clock,
    Type.DATETIME: _days | _moments | st.integers(-1, 1).map(Day),
}
_TEXT_OPS = (Op.EQUAL, Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH)
_ORDER_OPS = (Op.EQUAL, Op.LESS, Op.AT_MOST, Op.MORE, Op.AT_LEAST)
_OPS = {Type.TEXT: _TEXT_OPS, Type.BOOLEAN: (Op.EQUAL,)}
GROUPS = ("VIP", "Freunde von İda", "nobody at all")

fields = st.sampled_from(sorted({**FIELDS, **SYSTEM_FIELDS}.items())).map(lambda item: Field(*item))


def written(field: Field) -> st.SearchStrategy[Value]:
    """A value as it can stand in a rule."""
    if field.name == "username":
        return rule_texts.map(lambda text: text.strip().removeprefix("@")).filter(
            lambda text: bool(fold(text)) and not text.startswith("@") and text == text.strip()
        )
    return _ids if field.name == "id" else _WRITTEN[field.type]


@st.composite
def leaves_of_fields(draw: st.DrawFn) -> Rule:
    """One condition on one field, with an operator that goes with its type."""
    field = draw(fields)
    kinds = ["compare", "set"]
    kinds += ["one of"] * (field.type is not Type.BOOLEAN)
    kinds += ["between"] * (field.type not in {Type.TEXT, Type.BOOLEAN})
    kinds += ["within"] * (field.type in {Type.DATE, Type.DATETIME})
    match draw(st.sampled_from(kinds)):
        case "compare":
            return Compare(field, draw(st.sampled_from(_OPS.get(field.type, _ORDER_OPS))), draw(written(field)))
        case "one of":
            return OneOf(field, tuple(draw(st.lists(written(field), min_size=1, max_size=3))))
        case "between":
            return draw(_betweens(field))
        case "within":
            units = list(Unit)[2:] if field.type is Type.DATE else list(Unit)
            return Within(field, draw(st.integers(0, 100)), draw(st.sampled_from(units)), draw(st.booleans()))
    return IsSet(field)


@st.composite
def _betweens(draw: st.DrawFn, field: Field) -> Between:
    first, second = draw(written(field)), draw(written(field))
    if type(first) is type(second) and not isinstance(first, Day) and first > second:  # type: ignore[operator]
        first, second = second, first
    return Between(field, first, second)


_leaves = leaves_of_fields() | st.sampled_from(GROUPS).map(InGroup)
#: Rules of any shape that a person can write.
rules: st.SearchStrategy[Rule] = st.recursive(
    _leaves,
    lambda inner: (
        st.builds(Not, inner)
        | st.lists(inner, min_size=2, max_size=4).map(lambda parts: And(tuple(parts)))
        | st.lists(inner, min_size=2, max_size=4).map(lambda parts: Or(tuple(parts)))
    ),
    max_leaves=6,
)

_near_now = st.timedeltas(timedelta(days=-40), timedelta(days=40)).map(lambda by: NOW + by)
_FACTS: Mapping[Type, st.SearchStrategy[Fact]] = {
    Type.TEXT: nasty_texts,
    Type.NUMBER: _numbers | st.sampled_from([18, 17, 0, -1]),
    Type.BOOLEAN: st.booleans(),
    Type.DATE: _days,
    Type.TIME: st.times(),
    Type.DATETIME: _near_now,
}


def facts(type: Type) -> st.SearchStrategy[Fact]:
    """A value as a person may have given it."""
    return _FACTS[type]
