"""The schema for editors says what the loader does: what loads fits it, and what it has the loader knows."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from bot.flow import FlowError, parse
from bot.flow.actions_read import ACTION_WORDS
from bot.flow.json_schema import schema, written
from bot.flow.reference import ACTIONS, TABLES
from tests.flow import golden, strategies
from tests.flow.json_check import faults
from tests.flow.test_example import EXAMPLES

SCHEMA = schema()
#: Where each table stands in a flow: what comes before and after its one key.
PLACES = {
    "flow": "{key} = 3",
    "variable": "variables = {{ x = {{ {key} = 3 }} }}",
    "block": "blocks = {{ a = {{ {key} = 3 }} }}",
    "message": "blocks = {{ a = {{ say = {{ {beside}{key} = 3 }} }} }}",
    "connection": "blocks = {{ a = {{ connections = [{{ {beside}{key} = 3 }}] }} }}",
    "input": "blocks = {{ a = {{ connections = [{{ input = {{ {beside}{key} = 3 }} }}] }} }}",
    "keyword": "keywords = [{{ {key} = 3 }}]",
    "command": "commands = [{{ {key} = 3 }}]",
    "link": "links = [{{ {key} = 3 }}]",
    "branch": "blocks = {{ a = {{ actions = [{{ do = 'random', branches = [{{ {key} = 3 }}] }}] }} }}",
}
#: Keys that make sense only beside another one.
BESIDE = {
    ("message", "several"): "poll = 'x', options = ['a'], ",
    ("message", "options"): "poll = 'x', ",
    ("message", "caption"): "photo = 'a.jpg', ",
    ("connection", "url"): "button = 'x', ",
    ("connection", "store"): "file = true, ",
    ("input", "min"): "type = 'number', ",
    ("input", "max"): "type = 'number', ",
    ("input", "whole"): "type = 'number', ",
    ("input", "options"): "type = 'choice', ",
    ("input", "anyone"): "type = 'contact', ",
}


def body(path: Path) -> str:
    """The flow that is written in a golden conversation; nothing where it is an example."""
    return path.read_text().partition("\n--- flow")[2].partition("\n--- talk\n")[0].partition("\n")[2]


WRITTEN = [*(path.read_text() for path in EXAMPLES), *filter(None, map(body, golden.FILES))]


def problems(text: str) -> list[str]:
    with pytest.raises(FlowError) as caught:
        parse(text, folder=None)
    return [problem.message for problem in caught.value.problems]


def test_the_committed_schema_is_the_one_of_this_code() -> None:
    assert (golden.ROOT / "flow.schema.json").read_text() == written()


@pytest.mark.parametrize("text", WRITTEN)
def test_every_flow_of_ours_fits(text: str) -> None:
    assert list(faults(tomllib.loads(text), SCHEMA, SCHEMA)) == []


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(strategies.flows)
def test_every_flow_that_loads_fits(tree: strategies.Tree) -> None:
    text = strategies.document(tree)
    assert list(faults(tomllib.loads(text), SCHEMA, SCHEMA)) == []


@pytest.mark.parametrize(("table", "key"), [(table, key.name) for table, keys in TABLES.items() for key in keys])
def test_every_key_of_the_schema_is_known_to_the_loader(table: str, key: str) -> None:
    text = PLACES[table].format(key=key, beside=BESIDE.get((table, key), ""))
    assert [message for message in problems(text) if f'"{key}" is not a setting' in message] == []


@pytest.mark.parametrize(("word", "key"), [(word, key.name) for word, keys in ACTIONS.items() for key in keys])
def test_every_key_of_an_action_is_known_to_the_loader(word: str, key: str) -> None:
    to = "to = 'a', " if (word, key) == ("call", "then") else ""
    text = f"blocks = {{ a = {{ actions = [{{ do = '{word}', {to}{key} = 3 }}] }} }}"
    assert [message for message in problems(text) if f'"{key}" is not a setting' in message] == []


def test_every_action_is_described() -> None:
    assert sorted(ACTIONS) == sorted(ACTION_WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "start = 'a'\nfallback = 'a'\nblocks = { a = { sya = 'x' } }",
        "start = 'a'\nfallback = 'a'\nblocks = { a = { actions = [{ do = 'sett' }] } }",
        "start = 'a'\nfallback = 'a'\nblocks = { a = { columns = 9 } }",
        "start = 'a'\nblocks = { a = { say = 'x' } }",
        "start = 'a'\nfallback = 'a'\nblocks = { a = { say = { EN = 'x' } } }",
    ],
)
def test_slips_do_not_fit(text: str) -> None:
    assert list(faults(tomllib.loads(text), SCHEMA, SCHEMA))
