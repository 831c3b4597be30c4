"""The list of users as a file: which one, who gets it, and that it is written down."""

from __future__ import annotations

from bot.admin.presses import ListUsers
from bot.admin.users_words import sort_of
from bot.rules import RuleError
from bot.services import audience, filters, users_export
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Words, copyable, html, paragraphs
from bot.ui.numbers import bounded
from bot.ui.press import Press, press
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of

_RULE = 300


@press("ue")
class AskExport(Press):
    """Ask in which form the users of a list are wanted."""

    rule: int | None = None
    sort: int = 0


@press("uey")
class ExportUsers(Press):
    """Make the file; `kind` is a place in `users_export.KINDS`."""

    rule: int | None
    sort: int
    kind: int


@page(AskExport, role=Role.ADMIN)
def ask(press: AskExport, desk: Desk) -> Screen:
    """How many people leave the house with it."""
    sort_of(press.sort)
    count, text = _count(press.rule, desk), _text(press.rule, desk)
    shown = html("<code>{}</code>", copyable(text, _RULE)) if text else None
    buttons = [
        Button(desk.say(f"users.as_{kind}"), ExportUsers(press.rule, press.sort, number))
        for number, kind in enumerate(users_export.KINDS)
    ]
    path = (Step(desk.say("users.title"), ListUsers(press.rule, press.sort)),)
    return Screen(paragraphs(html("{}", desk.say("users.ask_export", shown=count)), shown), rows_of(*buttons), path)


@action(ExportUsers, role=Role.ADMIN)
def export(press: ExportUsers, desk: Desk) -> Done:
    """It is made behind the scenes, and comes into this chat."""
    if not 0 <= press.kind < len(users_export.KINDS):
        raise Refusal("ui.old")
    kind, sort = users_export.KINDS[press.kind], sort_of(press.sort)
    count, text = _count(press.rule, desk), _text(press.rule, desk)
    users_export.ask(desk.db, text, kind, sort, count=count, by=desk.actor, now=desk.now)
    return Done(desk.say("users.export_begun"), then=ListUsers(press.rule, press.sort))


def _text(rule: int | None, desk: Desk) -> str:
    return filters.text_of(desk.db, rule) if rule is not None else ""


def _count(rule: int | None, desk: Desk) -> Words:
    """How many users the list has. Raises a Refusal where its rule cannot be read any more."""
    text = _text(rule, desk)
    try:
        read = audience.read(desk.db, text) if text else None
    except RuleError as error:
        raise Refusal("users.unreadable") from error
    count = audience.count(desk.db, read, now=desk.now.astimezone(desk.setup.zone))
    return bounded(count.number, count.exact, desk.language)
