"""What every screen has around it: the way here above, and back, home and close below."""

from __future__ import annotations

from dataclasses import replace

from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, html, join, paragraphs, words
from bot.ui.press import Press, press
from bot.ui.registry import action
from bot.ui.screen import Button, Done, Row, Screen


@press("h")
class Home(Press):
    """The first screen of staff and admins."""


@press("x")
class Close(Press):
    """Take this screen away."""


@action(Close, role=Role.USER)
def close(press: Close, desk: Desk) -> Done:
    """The message goes; nothing else changes."""
    return Done(close=True)


def framed(drawn: Press, screen: Screen, desk: Desk) -> Screen:
    """The screen with its crumbs and its bottom row. Back is the end of the path, so a restart does not lose it."""
    return replace(
        screen, text=paragraphs(_crumbs(screen, desk), screen.text), rows=(*screen.rows, _bottom(drawn, screen, desk))
    )


def _crumbs(screen: Screen, desk: Desk) -> Html | None:
    if not screen.path:
        return None
    rooms = [desk.say("ui.home"), *(words(step.label) for step in screen.path)]
    return html("<i>{}</i>", join(" › ", [html("{}", room) for room in rooms]))


def _bottom(drawn: Press, screen: Screen, desk: Desk) -> Row:
    close = Button(desk.say("ui.close"), Close())
    if desk.actor.role < Role.STAFF or isinstance(drawn, Home):
        return (close,)
    back = screen.path[-1].press if screen.path else Home()
    return (Button(desk.say("ui.back"), back), Button(desk.say("ui.home_button"), Home()), close)
