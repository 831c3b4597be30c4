"""The terminal player: what is typed, what is shown."""

from __future__ import annotations

from bot.flow import load
from bot.flow.memory import Memory
from bot.flow.play import Player, play
from tests.flow.golden import NOW, ROOT


def played(*lines: str) -> list[str]:
    """What the example shows to a person who types these lines and then ends."""
    waiting, shown = list(lines), list[str]()
    play(load(ROOT / "flow.example.toml"), lambda: waiting.pop(0) if waiting else None, shown.append, lambda: NOW)
    return shown


def test_a_play_begins_with_start_and_ends_with_the_input() -> None:
    hint, greeting = played()
    assert "[Words] presses a button, @help says what else there is" in hint
    assert greeting.startswith("< Hello there! I am the front desk of the city library.")


def test_what_can_be_typed_is_told() -> None:
    told = "\n".join(played("@help"))
    assert all(f"* @{word}" in told for word in ("contact", "location", "photo", "wait", "back", "open", "answer"))


def test_a_button_is_pressed_by_its_words() -> None:
    assert played("[Opening hours]")[-1].startswith("< (photo file:media/entrance.png) The entrance")
    assert played("[No such button]")[-1] == "* there is no button [No such button]"


def test_links_open_outside_so_they_cannot_be_pressed() -> None:
    assert played("[Catalogue]")[-1] == "* there is no button [Catalogue]"


def test_nothing_waits_at_the_beginning() -> None:
    assert played("@wait")[-1] == "* nothing is waited for"


def test_a_player_keeps_what_it_learns_to_itself() -> None:
    flow = load(ROOT / "flow.example.toml")
    first, second = Player(flow, lambda: NOW), Player(flow, lambda: NOW)
    for line in ("/start card", "Vera", "34", "Vienna"):
        first.enter(line)
    assert first.known == {"source": "card"}
    assert first.memory.known == {"name": "Vera", "age": 34.0, "city": "Vienna"}
    assert first.memory.tags == {"member": True}
    assert second.memory == Memory() and second.known == {}
