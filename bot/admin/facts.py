"""What is known of a user as words: numbers, dates and yes or no as the reader's language writes them."""

from __future__ import annotations

from datetime import date, datetime, time

from bot.flow.messages import named_files
from bot.rules import Fact
from bot.services.phrases import phrases
from bot.ui.desk import Desk
from bot.ui.html import Words, words
from bot.ui.numbers import written


def fact(value: Fact, desk: Desk) -> Words:
    """One value, on a screen. A moment is shown in the bot's zone."""
    match value:
        case bool():
            return desk.say("facts.yes" if value else "facts.no")
        case int() | float():
            return written(value, desk.language)
        case datetime():
            return desk.time(value)
        case date():
            return Words(value.isoformat())
        case time():
            return Words(value.strftime("%H:%M"))
    return words(named_files(value, phrases(desk.language).kinds) or value)
