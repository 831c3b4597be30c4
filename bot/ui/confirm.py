"""A dangerous press first says what it leads to, and asks."""

from __future__ import annotations

from dataclasses import replace

from bot.ui.desk import Desk
from bot.ui.html import Html
from bot.ui.press import Press
from bot.ui.screen import Button, Screen, Step, Style


def question(desk: Desk, consequence: Html, *, yes: Button, no: Press, path: tuple[Step, ...] = ()) -> Screen:
    """The consequence in words and numbers; `yes` turns red, *Cancel* leads to `no`."""
    cancel = Button(desk.say("ui.cancel"), no)
    return Screen(consequence, ((replace(yes, style=Style.DANGER), cancel),), path)
