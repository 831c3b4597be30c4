"""Settings: what owners change without touching the config, each typed as it is shown."""

from __future__ import annotations

from bot.services import drafts, settings
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.services.settings_keys import KEYS
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.press import Press, pack, press
from bot.ui.registry import BadArguments, action, command, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: Characters of a value in the list.
_VALUE = 60


@press("se")
class ShowSettings(Press):
    """What can be set, and what holds."""


@press("sek")
class ChangeSetting(Press):
    """Begin to type another value."""

    name: str


@press("sew")
class WriteSetting(Press):
    """The question for the value, and what takes it."""

    name: str


@press("ser")
class ResetSetting(Press):
    """Let the config's value hold again."""

    name: str


@page(ShowSettings, role=Role.OWNER)
def show(press: ShowSettings, desk: Desk) -> Screen:
    """Each setting with its value, and whether it comes from the chat."""
    changed = settings.stored(desk.db)
    rows = [_row(name, name in changed, desk) for name in KEYS]
    title = html("<b>{}</b>", desk.say("settings.title"))
    buttons = [Button(desk.say(f"settings.name_{name}"), ChangeSetting(name)) for name in KEYS]
    return Screen(paragraphs(title, lines(*rows), html("{}", desk.say("settings.how"))), rows_of(*buttons, width=2))


def _row(name: str, changed: bool, desk: Desk) -> Html:
    value = excerpt(KEYS[name].shown(desk.setup), _VALUE) or desk.say("settings.nothing")
    mark = desk.say("settings.changed") if changed else ""
    return html("{}: <b>{}</b> {}", desk.say(f"settings.name_{name}"), value, mark)


@action(ChangeSetting, role=Role.OWNER)
def begin(press: ChangeSetting, desk: Desk) -> Done:
    """The next message is the value."""
    _known(press.name)
    drafts.put(desk.db, desk.actor.id, pack(WriteSetting(press.name)), {}, desk.now)
    return Done(then=WriteSetting(press.name))


@page(WriteSetting, role=Role.OWNER)
def ask(press: WriteSetting, desk: Desk) -> Screen:
    """What it is now, and how to write another."""
    _known(press.name)
    value = excerpt(KEYS[press.name].shown(desk.setup), _VALUE) or desk.say("settings.nothing")
    now = html("{}: <b>{}</b>", desk.say(f"settings.name_{press.name}"), value)
    stored = press.name in settings.stored(desk.db)
    reset = Button(desk.say("settings.reset"), ResetSetting(press.name)) if stored else None
    text = paragraphs(now, html("{}", desk.say(f"settings.ask_{press.name}")))
    return Screen(text, rows_of(reset), (Step(desk.say("settings.title"), ShowSettings()),))


@typed(WriteSetting, role=Role.OWNER)
def take(press: WriteSetting, incoming: Incoming, desk: Desk) -> Done:
    """Keep what was written."""
    return _change(press.name, incoming.words, desk)


@action(ResetSetting, role=Role.OWNER)
def reset(press: ResetSetting, desk: Desk) -> Done:
    """Back to the config."""
    _known(press.name)
    drafts.clear(desk.db, desk.actor.id)
    settings.reset(desk.db, press.name, by=desk.actor, now=desk.now)
    return Done(desk.say("settings.was_reset"), then=ShowSettings())


@command("settings", role=Role.OWNER, usage="/settings [name value]", example="/settings time_zone Europe/Vienna")
def settings_command(arguments: str, desk: Desk) -> Done:
    """The list; or one setting, where "off" lets the config's value hold again."""
    if not arguments:
        return Done(then=ShowSettings())
    name, _, value = arguments.partition(" ")
    if not value.strip():
        raise BadArguments
    return reset(ResetSetting(name), desk) if value.strip() == "off" else _change(name, value, desk)


def _change(name: str, value: str, desk: Desk) -> Done:
    kept = settings.change(desk.db, name, value, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(
        desk.say("settings.is_now", name=desk.say(f"settings.name_{name}"), value=kept[:100]), then=ShowSettings()
    )


def _known(name: str) -> None:
    if name not in KEYS:
        raise Refusal("settings.unknown", name=name)
