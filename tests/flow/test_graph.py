"""The ways through a flow, as values and as Mermaid's text."""

from __future__ import annotations

from pathlib import Path

from bot.flow import Flow, load, parse
from bot.flow.graph import Kind, Way, asks_staff, doors, mermaid, ways

HEAD = 'start = "a"\nfallback = "a"\n'
TAIL = '\n[blocks.b]\nsay = "B"\nend = true\n[blocks.c]\nsay = "C"\nend = true\nentry = true\n'


def flow_of(block: str, top: str = "") -> Flow:
    """A flow whose first block is given; b and c are ends, and c may be opened from outside."""
    return parse(f"{HEAD}{top}\n[blocks.a]\n{block}{TAIL}", folder=None)


def from_a(flow: Flow) -> list[Way]:
    return [way for way in ways(flow) if way.source == "a"]


def test_a_button_is_a_way_with_its_words() -> None:
    flow = flow_of(
        'say = "A"\n[[blocks.a.connections]]\nbutton = "To b"\nto = "b"\n'
        '[[blocks.a.connections]]\nbutton = "To c"\nactions = [{ do = "show", to = "c" }]\n'
    )
    assert from_a(flow) == [Way("a", "b", "To b", Kind.CHOICE), Way("a", "c", "To c", Kind.CHOICE)]


def test_a_rule_and_its_opposite_are_two_ways() -> None:
    flow = flow_of('say = "A"\nactions = [{ do = "when", rule = "language = de", then = "b", else = "c" }]\n')
    assert from_a(flow) == [Way("a", "b", "language = de", Kind.ONWARD), Way("a", "c", "", Kind.OTHERWISE)]


def test_an_input_leads_on_or_gives_up() -> None:
    flow = flow_of(
        'say = "A"\n[[blocks.a.connections]]\ninput = { type = "number", tries = 2, give_up = "c" }\nto = "b"\n'
    )
    assert from_a(flow) == [Way("a", "b", "(number)", Kind.CHOICE), Way("a", "c", "", Kind.OTHERWISE)]


def test_waits_chances_and_sub_flows_are_ways_too() -> None:
    flow = flow_of(
        'say = "A"\nactions = [{ do = "wait", hours = 1, to = "b" }, '
        '{ do = "random", branches = [{ weight = 3, then = "b" }, { weight = 1, then = "c" }] }]\n'
    )
    assert from_a(flow) == [
        Way("a", "b", "", Kind.LATER),
        Way("a", "b", "75 %", Kind.ONWARD),
        Way("a", "c", "25 %", Kind.ONWARD),
    ]
    called = flow_of('say = "A"\nactions = [{ do = "call", to = "b", then = "c" }]\n')
    assert Way("b", "c", "", Kind.LATER) in ways(called)


def test_who_asks_staff_is_known_wherever_the_action_stands() -> None:
    on_block = flow_of(
        'say = "A"\nactions = [{ do = "service_operator", else = "c" }]\n'
        '[[blocks.a.connections]]\nbutton = "b"\nto = "b"\n'
    )
    assert asks_staff(on_block.blocks["a"])
    assert not asks_staff(on_block.blocks["b"])
    assert Way("a", "c", "", Kind.OTHERWISE) in ways(on_block)


def test_doors_are_the_ways_in_from_everywhere() -> None:
    top = '[[keywords]]\nis = ["hello"]\nto = "b"\n[[commands]]\nname = "hours"\nto = "b"\n'
    top += '[[links]]\nparameter = "x"\nto = "c"\n'
    assert doors(flow_of('say = "A"\nend = true\n', top)) == {
        "a": ("fallback",),
        "b": ("“hello”", "/hours"),
        "c": ("?start=x", "entry"),
    }


def test_mermaid_has_every_block_and_no_sign_that_breaks_it() -> None:
    flow = flow_of(
        'say = "A"\n[[blocks.a.connections]]\nbutton = "<b> \\"quoted\\" | #1"\nto = "b"\n'
        '[[blocks.a.connections]]\nbutton="c"\nto="c"\n'
    )
    text = mermaid(flow)
    assert '  b_a -->|"#lt;b#gt; #quot;quoted#quot; | #35;1"| b_b' in text.splitlines()
    assert text.startswith("flowchart TD\n  start([start]) --> b_a\n")


def test_the_example_is_drawn_with_all_its_blocks() -> None:
    flow = load(Path("flow.example.toml"))
    text = mermaid(flow)
    assert all(f"b_{name}" in text for name in flow.blocks)
    assert 'b_ask_question[["ask_question"]]' in text
