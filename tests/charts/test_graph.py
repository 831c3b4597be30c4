"""Pictures of flows: real libraries, looked at as far as a test can look."""

from __future__ import annotations

import struct
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from bot import charts
from bot.charts import graph
from bot.charts.labels import Labels
from bot.charts.layout import plan
from bot.flow import load, parse

pytestmark = pytest.mark.skipif(not charts.available(), reason="the extra “charts” is not installed")

EXAMPLE = load(Path("flow.example.toml"))
WORDS = graph.Words(**{field.name: field.name for field in fields(graph.Words)})
#: What Telegram shows without scaling it down.
LARGEST = 2560


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_example_fits_into_a_photo() -> None:
    width, height = size(graph.draw(EXAMPLE, {"welcome": 1234, "gone": 3}, {("welcome", "hours"): 12}, WORDS))
    assert max(width, height) <= LARGEST
    assert min(width, height) >= 1000


def test_nothing_that_draws_is_loaded_before_something_is_drawn() -> None:
    look = "import sys, bot.admin; print({'matplotlib', 'igraph'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", look], capture_output=True, text=True).stdout == "set()\n"


def test_no_two_boxes_lie_on_each_other() -> None:
    places = list(plan(EXAMPLE).places.values())
    assert len(places) == len(EXAMPLE.blocks)
    touching = [
        (one, other)
        for place, one in enumerate(places)
        for other in places[place + 1 :]
        if abs(one[0] - other[0]) < 1.0 and abs(one[1] - other[1]) < 0.58
    ]
    assert touching == []


def test_the_start_stands_on_top_and_no_line_leads_back_to_it() -> None:
    laid = plan(EXAMPLE)
    assert laid.places["welcome"][1] == min(y for _, y in laid.places.values())
    assert all(line.way.target != "welcome" for line in laid.lines)
    assert "card_done" in laid.home


def test_a_way_back_does_not_turn_the_picture_upside_down() -> None:
    places = plan(load(Path("examples/clinic/flow.toml"))).places
    story = ("welcome", "who", "born", "which_day", "which_day_checked", "which_hour", "letter", "summary", "remind")
    heights = [places[name][1] for name in story]
    assert heights == sorted(set(heights))


def test_of_very_many_lines_to_one_block_only_one_is_drawn() -> None:
    laid = plan(load(Path("examples/club/flow.toml")))
    assert (laid.hub, len(laid.to_hub)) == ("menu", 7)
    assert [line.way.source for line in laid.lines if line.way.target == "menu"] == ["hello"]
    assert plan(EXAMPLE).hub is None


def test_a_flow_of_one_block_and_words_that_look_like_formulas_are_drawn() -> None:
    flow = parse(
        'start = "a"\nfallback = "a"\n[blocks.a]\nsay = "$x$"\n'
        '[[blocks.a.connections]]\nbutton = "$\\\\frac{{1}}{{2}} 🙂"\n'
        'to = "very_long_name_of_a_block_indeed"\n[blocks.very_long_name_of_a_block_indeed]\nsay = "B"\nend = true\n',
        folder=None,
    )
    assert size(graph.draw(flow, {}, {}, WORDS))[0] > 100


def test_no_two_labels_of_the_example_lie_on_each_other() -> None:
    labels = Labels()
    for line in plan(EXAMPLE).lines:
        labels.place(line.way.label[:12] or "×1", *line.points[-2:])
    rooms = labels.rooms
    assert len(rooms) > 15
    assert [one for place, one in enumerate(rooms) for other in rooms[place + 1 :] if one.shared(other)] == []


def test_words_that_find_no_free_place_take_the_one_least_taken() -> None:
    labels = Labels()
    taken = [labels.place("words", (0, 0), (0, 1)) for _ in range(9)]
    assert len(set(taken)) == 6
    assert all(0 < y < 1 for _, y in taken)
