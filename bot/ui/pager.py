"""Pages of a list, by key: the way to the newer and to the older ones."""

from __future__ import annotations

from bot.ui.desk import Desk
from bot.ui.press import Press
from bot.ui.screen import Button, Row

#: Entries of a list on one screen.
SIZE = 8


def turns(desk: Desk, *, newer: Press | None, older: Press | None) -> tuple[Row, ...]:
    """The row that turns pages, without the ways that lead nowhere; no row where there is one page only."""
    row = (
        *((Button(desk.say("ui.newer"), newer),) if newer else ()),
        *((Button(desk.say("ui.older"), older),) if older else ()),
    )
    return (row,) if row else ()


def onward(desk: Desk, *, first: Press | None, more: Press | None) -> tuple[Row, ...]:
    """The row of a list that is walked forwards only: back to its beginning, and on."""
    row = (
        *((Button(desk.say("ui.first"), first),) if first else ()),
        *((Button(desk.say("ui.more"), more),) if more else ()),
    )
    return (row,) if row else ()
