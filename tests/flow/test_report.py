"""What an operator is told of a flow that works."""

from __future__ import annotations

from bot.flow import parse
from bot.flow.report import report

TEXT = """start = "a"
fallback = "a"
languages = ["en", "de"]
[blocks.a]
say = [{ en = "Hello", de = "Hallo" }, { en = "Only English" }, "OK", "12"]
actions = [{ do = "http", url = "https://api.example.com/", else = "Pity." }]
end = true
"""


def test_it_names_what_each_language_lacks_what_is_the_same_for_all_and_who_is_asked() -> None:
    assert list(report(parse(TEXT, folder=None))) == [
        "  en: complete",
        "  de: 1 of 6 texts are missing",
        "  4 of 6 texts are written without languages, so everybody reads the same.",
        '  It asks other servers, which config.toml must name: hosts = ["api.example.com"]',
    ]


def test_a_flow_in_one_language_has_nothing_to_report() -> None:
    one = TEXT.replace('languages = ["en", "de"]\n', "").replace(', de = "Hallo"', "").replace("http", "typing")
    assert (
        list(report(parse(one.replace(', url = "typings://api.example.com/", else = "Pity."', ""), folder=None))) == []
    )
