"""The rule language: one sentence for filters, groups and conditions. Pure: no Telegram, no SQL, no clock."""

from bot.rules.describe import WORDS, describe, unparse
from bot.rules.errors import Problem, RuleError
from bot.rules.evaluate import Facts, evaluate
from bot.rules.fold import FOLDED_LENGTH, fold
from bot.rules.parse import looks_like_rule, parse
from bot.rules.ranges import Range, ranges, texts
from bot.rules.simplify import simplify
from bot.rules.tree import (
    And,
    Between,
    Compare,
    Day,
    Field,
    FieldTest,
    InGroup,
    IsSet,
    Leaf,
    Not,
    OneOf,
    Op,
    Or,
    Rule,
    Unit,
    Value,
    Within,
    groups_named,
    leaves,
)
from bot.rules.types import RESERVED_NAMES, SYSTEM_FIELDS, Fact, Type, from_number, to_number

__all__ = [
    "FOLDED_LENGTH",
    "RESERVED_NAMES",
    "SYSTEM_FIELDS",
    "WORDS",
    "And",
    "Between",
    "Compare",
    "Day",
    "Fact",
    "Facts",
    "Field",
    "FieldTest",
    "InGroup",
    "IsSet",
    "Leaf",
    "Not",
    "OneOf",
    "Op",
    "Or",
    "Problem",
    "Range",
    "Rule",
    "RuleError",
    "Type",
    "Unit",
    "Value",
    "Within",
    "describe",
    "evaluate",
    "fold",
    "from_number",
    "groups_named",
    "leaves",
    "looks_like_rule",
    "parse",
    "ranges",
    "simplify",
    "texts",
    "to_number",
    "unparse",
]
