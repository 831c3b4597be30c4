"""The inline picker: @bot and a few letters find users, for staff only."""

from __future__ import annotations

from bot.admin.presses import ListUsers
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.press import Press, press
from bot.ui.registry import page
from bot.ui.screen import Button, Screen, Step


@press("un")
class NoPicker(Press):
    """Why users cannot be found inline."""


def find_button(desk: Desk) -> Button:
    """Opens the picker in this chat; where inline mode is off, what to do about it."""
    label = desk.say("users.find")
    return Button(label, inline="") if desk.setup.inline else Button(label, NoPicker())


@page(NoPicker, role=Role.STAFF)
def no_picker(press: NoPicker, desk: Desk) -> Screen:
    """Inline mode is switched on at @BotFather."""
    text = html("{}", desk.say("users.no_inline", bot=desk.setup.bot_username))
    path = (Step(desk.say("users.title"), ListUsers()),) if desk.actor.role >= Role.ADMIN else ()
    return Screen(text, path=path)
