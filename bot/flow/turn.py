"""What came of one input, as a value; and the net under every walk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.flow.content import Content, Kind
from bot.flow.display import clear_keyboard
from bot.flow.effects import Effect, Failed, Say
from bot.flow.markup import escape
from bot.flow.person import Place
from bot.flow.walk import TooManyStepsError, Walk


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one input: where the person is now, and what is to be done, in order."""

    place: Place
    effects: tuple[Effect, ...]
    #: The blocks it led through, from the one whose connection was taken; one alone was opened from outside.
    way: tuple[str, ...] = ()


def finish(walk: Walk, before: Place, run: Callable[[], None]) -> Turn:
    """Run a walk; one that does not end leaves no effects but the news of it."""
    try:
        run()
    except TooManyStepsError:
        failed = Failed("the blocks go round without waiting for the person", walk.place.block or "")
        return Turn(before, (failed, Say(Content(Kind.TEXT, escape(walk.phrases.stuck)))))
    clear_keyboard(walk)
    return Turn(walk.place, tuple(walk.effects), tuple(walk.way))
