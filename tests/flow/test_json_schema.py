"""The schema for editors says what the loader does: what loads fits it, and what it has the loader knows."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.flow import FlowError, parse
from bot.flow.actions_read import ACTION_WORDS
from bot.flow.json_schema import schema, written
from bot.flow.reference import ACTIONS, TABLES
from tests.flow import golden
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
    ("input", "kinds"): "type = 'file', ",
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


@pytest.mark.parametrize(("table", "key"), [(table, key.name) for table, keys in TABLES.items() for key in keys])
def test_every_key_of_the_schema_is_known_to_the_loader(table: str, key: str) -> None:
    text = PLACES[table].format(key=key, beside=BESIDE.get((table, key), ""))
    assert [message for message in problems(text) if f'"{key}" is not a setting' in message] == []


@pytest.mark.parametrize(("word", "key"), [(word, key.name) for word, keys in ACTIONS.items() for key in keys])
def test_every_key_of_an_action_is_known_to_the_loader(word: str, key: str) -> None:
    to = "to = 'a', " if (word, key) == ("call", "then") else ""
    text = f"blocks = {{ a = {{ actions = [{{ do = '{word}', {to}{key} = 3 }}] }} }}"
    assert [message for message in problems(text) if f'"{key}" is not a setting' in message] == []


#: For each kind of value one of every form that the schema has for it; "a" is a block, "word" a variable.
SAMPLES: dict[str, tuple[str, ...]] = {
    "label": ("true", "'x'", "{ en = 'x' }"),
    "limit": ("3", "2026-12-31", "'today'"),
    "address": ("'https://a.example'", "{ en = 'https://a.example' }"),
    "amount": ("3", "'{n}'"),
    "value": ("3", "'x'", "true", "2026-12-31", "{ en = 'x' }"),
    "clock": ("09:00:00", "'09:00'"),
    "hours": ("[09:00:00, '20:00']",),
    "words": ("'en'", "['en']"),
    "text": ("'x'", "{ en = 'x' }"),
    "html": ("'<b>x</b>'", "{ en = 'x' }"),
    "actions": ("'a'", "'A sentence.'", "{ do = 'typing' }", "[{ do = 'typing' }]", "[]"),
    "input": ("{ type = 'text' }", "[{ type = 'text' }]"),
    "connections": ("{ any = true, to = 'a' }", "[{ any = true, to = 'a' }]"),
    "keywords": ("{ is = 'x', to = 'a' }", "[{ is = ['x'], to = 'a' }]"),
    "commands": ("{ name = 'x', to = 'a' }", "[{ name = 'x', to = 'a' }]"),
    "links": ("{ parameter = 'x', to = 'a' }", "[{ parameter = 'x', to = 'a' }]"),
    "say": ("'x'", "{ en = 'x' }", "{ text = 'x' }", "['x', { text = 'x' }, { do = 'typing' }]"),
    "album": ("['a.jpg', { video = 'b.mp4' }]",),
    "files": ("'voice'", "['photo', 'voice']"),
    "flag": ("true", "false"),
    "always": ("true",),
    "methods": ("'GET'", "'post'"),
    "variables": ("{ word = 'text', n = { type = 'number' } }",),
    "options": ("['x', { en = 'y' }]",),
}


def schema_of(table: str, key: str) -> dict[str, Any]:
    """What the schema says of one key."""
    found: dict[str, Any] = (SCHEMA if table == "flow" else SCHEMA["$defs"][table])["properties"][key]
    return found


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [(table, key.name, value) for table, keys in TABLES.items() for key in keys for value in SAMPLES.get(key.kind, ())],
)
def test_every_form_of_a_value_that_the_schema_has_is_taken(table: str, key: str, value: str) -> None:
    beside = "type = 'date', " if key in {"min", "max"} and table == "input" else BESIDE.get((table, key), "")
    text = PLACES[table].format(key=key, beside=beside).replace(f"{key} = 3", f"{key} = {value}")
    assert list(faults(tomllib.loads(f"x = {value}")["x"], schema_of(table, key), SCHEMA)) == []
    declared = "" if key == "variables" else "variables = { word = 'text', n = 'number' }\n"
    assert [message for message in problems(declared + text) if message.startswith(f'"{key}"')] == [], text


@pytest.mark.parametrize(
    ("table", "key", "kind"), [(table, key.name, key.kind) for table, keys in TABLES.items() for key in keys]
)
def test_every_form_of_a_value_is_among_the_samples(table: str, key: str, kind: str) -> None:
    samples = [tomllib.loads(f"x = {value}")["x"] for value in SAMPLES.get(kind, ())]
    for form in schema_of(table, key).get("anyOf", []):
        assert any(not list(faults(sample, form, SCHEMA)) for sample in samples), (kind, form)


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
