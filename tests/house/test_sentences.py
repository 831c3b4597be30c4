"""What is wrong with a flow or a rule is said in every language of the bot: sentences of the code have translations."""

from __future__ import annotations

import ast
import re

import pytest

from bot import texts
from bot.flow import FlowError, parse
from bot.rules import RuleError, Type
from bot.rules import parse as parse_rule
from bot.sentences import DEFAULT, NOTHING, Sentence, together, translations
from tests.house.files import modules

PLACE = re.compile(r"\{([a-z_]+)\}")
TRANSLATED = sorted(texts.languages() - {DEFAULT})


def templates() -> set[str]:
    """Every English sentence of the product; each is written out where it is said, so that it can be found here."""
    calls = [
        (path, node)
        for path, tree in modules("bot").items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Sentence"
    ]
    found = {node.args[0].value for _, node in calls if isinstance(node.args[0], ast.Constant)}
    assert [f"{path}:{node.lineno}" for path, node in calls if not isinstance(node.args[0], ast.Constant)] == []
    return {one for one in found if isinstance(one, str)} - {NOTHING}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_has_a_translation_with_the_same_places_and_none_is_left_over(language: str) -> None:
    known, said = translations(language).sentences, templates()
    assert (said - known.keys(), known.keys() - said) == (set(), set())
    assert [one for one in sorted(said) if set(PLACE.findall(one)) != set(PLACE.findall(known[one]))] == []


def test_what_is_wrong_with_a_rule_is_told_in_the_language_of_the_reader() -> None:
    with pytest.raises(RuleError) as caught:
        parse_rule("citty = Wien\nand age", {"city": Type.TEXT, "age": Type.NUMBER})
    assert caught.value.told("de-AT") == (
        "Zeile 1: Es gibt kein Feld „citty“.\n  citty = Wien\n  ^^^^^\nIst city gemeint?\n"
        "Zeile 2: Ein Vergleich fehlt: „age“ hat den Typ Zahl.\n  and age\n      ^^^\n"
        "Dazu passt: =, !=, <, <=, >, >=, between, in, is set"
    )
    assert str(caught.value) == caught.value.told("en") == caught.value.told("fr")


def test_what_is_wrong_with_a_flow_is_told_in_the_language_of_the_reader() -> None:
    flow = 'start = "a"\nfallback = "a"\nvariables = { age = "number" }\n[blocks.a]\nsay = "{nam|x}"\n'
    flow += 'actions = [{ do = "show", to = "aa" }]\n'
    flow += f'connections = [{{ any = true, when = "agee > 3", to = "a" }}]\n[blocks.b]\nsay = "{"x" * 4097}"\n'
    with pytest.raises(FlowError) as caught:
        parse(flow, folder=None)
    assert caught.value.told("de").splitlines() == [
        "flow.toml ist nicht verwendbar:",
        "  Zeile 5  Block „a“: der Text verwendet {nam}; diese Variable gibt es nicht.",
        "  Zeile 6  Block „a“: die Aktion „show“ führt zu „aa“; diesen Block gibt es nicht. Ist „a“ gemeint?",
        "  Zeile 7  Block „a“: die Regel `agee > 3` ist fehlerhaft: Es gibt kein Feld „agee“. Ist age gemeint?",
        "  Zeile 8  Block „b“ ist nie erreichbar; soll ihn eine Aussendung öffnen, ergänzen Sie: entry = true",
        "  Zeile 9  Block „b“: der Text hat 4.097 Zeichen; Telegram nimmt höchstens 4.096",
    ]


def test_a_value_is_never_read_as_a_sentence_with_places() -> None:
    name = Sentence('the variable "{name}"', name="{name} {key}")
    said = Sentence('{who} needs "{key}"', who=name, key="the block")
    assert said == 'the variable "{name} {key}" needs "the block"'
    assert said.told("de") == "die Variable „{name} {key}“ braucht „the block“"


def test_words_in_a_row_have_and_between_them() -> None:
    assert together(["file"]) == "file"
    row = Sentence(
        "the connection has {known}; it can have only one of them", known=together(["file", "any", "button"])
    )
    assert row.startswith("the connection has file and any and button;")
    assert row.told("de").startswith("die Verbindung hat file und any und button;")
