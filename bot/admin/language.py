"""Which language the bot speaks with a person: theirs to choose among those that it has."""

from __future__ import annotations

from babel import Locale

from bot import texts
from bot.services import users_language
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.press import Press, press
from bot.ui.registry import action, command, page
from bot.ui.screen import Button, Done, Screen, rows_of


@press("la")
class ShowLanguages(Press):
    """The languages to choose from."""


@press("lc")
class ChooseLanguage(Press):
    """Speak this one from now on."""

    language: str


@page(ShowLanguages, role=Role.USER)
def languages(press: ShowLanguages, desk: Desk) -> Screen:
    """The languages of the flow; for staff those of the screens too."""
    offered = _offered(desk)
    spoken = _nearest(desk.actor.language, offered)
    buttons = [Button(_mark(one, spoken) + _called(one), ChooseLanguage(one)) for one in offered]
    key = "language.which" if len(offered) > 1 else "language.only"
    return Screen(html("{}", desk.say(key, name=_called(spoken))), rows_of(*buttons) if len(offered) > 1 else ())


@action(ChooseLanguage, role=Role.USER)
def choose(press: ChooseLanguage, desk: Desk) -> Done:
    """Keep the choice; the list is drawn again, in that language."""
    if press.language not in _offered(desk):
        raise Refusal("ui.old")
    users_language.choose(desk.db, desk.actor.id, press.language, now=desk.now)
    return Done(texts.say(press.language, "language.chosen", name=_called(press.language)), then=ShowLanguages())


@command("language", role=Role.USER, usage="/language", example="/language")
def language_command(arguments: str, desk: Desk) -> Done:
    """Choose a language."""
    return Done(then=ShowLanguages())


def _offered(desk: Desk) -> list[str]:
    screens = sorted(texts.languages()) if desk.actor.role >= Role.STAFF else []
    return list(dict.fromkeys([*desk.setup.flow.languages, *screens]))


def _nearest(language: str | None, offered: list[str]) -> str:
    """The one that is spoken now: exact, else without its country, else the first."""
    wanted = (language or "").lower().replace("_", "-")
    return next((one for one in (wanted, wanted.partition("-")[0]) if one in offered), offered[0])


def _called(language: str) -> str:
    """A language by its own name."""
    locale = Locale.parse(language, sep="-")
    return str(locale.get_display_name(locale) or language).capitalize()


def _mark(language: str, spoken: str) -> str:
    return "• " if language == spoken else ""
