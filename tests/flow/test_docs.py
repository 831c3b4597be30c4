"""The reference says what the code does: its tables are the code's, its examples load."""

from __future__ import annotations

import re

import pytest

from bot.flow import parse
from bot.flow.inputs import InputType
from bot.flow.reference import TABLES, markdown, markdown_of_actions
from bot.rules import SYSTEM_FIELDS
from tests.flow.golden import ROOT

TEXT = (ROOT / "docs" / "flow.md").read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_of_keys_are_those_of_the_code(table: str) -> None:
    assert markdown(TABLES[table]) in TEXT, f"put this into docs/flow.md:\n{markdown(TABLES[table])}"


def test_the_table_of_actions_is_that_of_the_code() -> None:
    assert markdown_of_actions() in TEXT, f"put this into docs/flow.md:\n{markdown_of_actions()}"


def test_every_input_and_every_field_of_the_system_is_named() -> None:
    missing = [name for name in (*InputType, *SYSTEM_FIELDS) if f"`{name}`" not in TEXT]
    assert missing == []


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_examples_load_without_a_warning(text: str) -> None:
    assert parse(text, folder=None).warnings == ()


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 3
