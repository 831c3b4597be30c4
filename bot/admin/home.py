"""Home: today's numbers and the ways to every part; help; giving up what was begun."""

from __future__ import annotations

import re

from bot.admin.audit import ListAudit
from bot.admin.flow_presses import ShowFlow
from bot.admin.groups_presses import ListGroups
from bot.admin.presses import Cancel, Help, ListRequests, ListStaff, ListUsers
from bot.admin.pushes_presses import ListPushes
from bot.admin.settings import ShowSettings
from bot.flow import Command
from bot.services import drafts, push_runs, pushes, requests, today
from bot.services.roles import Role
from bot.ui import registry, router
from bot.ui.desk import Desk
from bot.ui.frame import Home
from bot.ui.html import Html, html, lines, name, paragraphs
from bot.ui.numbers import capped, written
from bot.ui.press import Press
from bot.ui.registry import action, command, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: The parts of the interface in the order of their buttons: wording, where it leads, who may go there.
_DOORS: tuple[tuple[str, Press, Role], ...] = (
    ("home.requests", ListRequests(), Role.STAFF),
    ("home.users", ListUsers(), Role.ADMIN),
    ("home.pushes", ListPushes(), Role.ADMIN),
    ("home.groups", ListGroups(), Role.ADMIN),
    ("home.flow", ShowFlow(), Role.ADMIN),
    ("home.staff", ListStaff(), Role.ADMIN),
    ("home.settings", ShowSettings(), Role.OWNER),
    ("home.audit", ListAudit(), Role.OWNER),
    ("home.help", Help(), Role.STAFF),
)

#: What a command can be called; anything else would not fit into a button.
_COMMAND = re.compile(r"[a-z0-9_]{0,32}")


@page(Home, role=Role.STAFF)
def home(press: Home, desk: Desk) -> Screen:
    """Where staff and admins begin."""
    head = html("<b>{}</b>\n{}", desk.say("home.title"), desk.time(desk.now))
    admin = _numbers(desk) if desk.actor.role >= Role.ADMIN else None
    doors = [Button(desk.say(label), press) for label, press, role in _DOORS if desk.actor.role >= role]
    closed = html("⚠ {}", desk.say("home.maintenance")) if desk.setup.maintenance else None
    return Screen(paragraphs(head, closed, lines(_requests(desk), admin)), rows_of(*doors))


def _requests(desk: Desk) -> Html:
    counts = requests.counts(desk.db)
    return html("{}", desk.say("home.open", count=counts.open, waiting=written(counts.waiting, desk.language)))


def _numbers(desk: Desk) -> Html:
    day = today.numbers(desk.db, zone=desk.setup.zone, now=desk.now)
    people, joined, seen, off = (
        capped(number, today.CAP, desk.language) for number in (day.people, day.joined, day.seen, day.bot_off)
    )
    return lines(
        html("{}", desk.say("home.people", people=people, joined=joined, seen=seen)),
        html("{}", desk.say("home.bot_off", off=off)) if day.bot_off else None,
        *_pushes(desk),
    )


def _pushes(desk: Desk) -> list[Html]:
    """How many are being sent now, and which one is next."""
    running = push_runs.running(desk.db)
    shown = [html("{}", desk.say("home.running", count=running))] if running else []
    for run in push_runs.ahead(desk.db, limit=1):
        due = desk.time(run.due_at) if run.due_at else desk.say("home.now")
        title = name(pushes.get(desk.db, run.push_id).title)
        shown.append(html("{}", desk.say("home.next_push", title=title, due=due)))
    return shown


@command("admin", role=Role.STAFF, usage="/admin", example="/admin")
def admin_command(arguments: str, desk: Desk) -> Done:
    """Home."""
    return Done(then=Home())


@page(Help, role=Role.USER)
def help_page(press: Help, desk: Desk) -> Screen:
    """What this person may type: to begin, for the flow, and for the desk as far as their role goes."""
    known = {command.name: command for command in router.commands_for(desk.actor.role)}
    if press.command in known:
        return _usage(known[press.command], desk)
    start = html("/start — {}", desk.say("help.start"))
    ours = [html("/{} — {}", name, desk.say(f"commands.{name}")) for name in known]
    more = html("{}", desk.say("help.more")) if desk.actor.role >= Role.STAFF else None
    title = html("<b>{}</b>", desk.say("help.title"))
    return Screen(paragraphs(title, lines(start, *_of_the_flow(desk), *ours), more))


def _usage(command: registry.Command, desk: Desk) -> Screen:
    """One command: what it does, how it is typed, and an example."""
    head = html("<b>/{}</b> — {}", command.name, desk.say(f"commands.{command.name}"))
    usage = desk.say("ui.usage", usage=command.usage, example=command.example)
    return Screen(paragraphs(head, html("{}", usage)), path=(Step(desk.say("home.help"), Help()),))


def _of_the_flow(desk: Desk) -> list[Html]:
    """The flow's own commands, with what the flow says of them."""
    return [html("/{}{}", name, _described(command, desk)) for name, command in desk.setup.flow.commands.items()]


def _described(command: Command, desk: Desk) -> str:
    parts = command.description.parts(desk.language) if command.description else ()
    said = "".join(part for part in parts if isinstance(part, str))
    return f" — {said}" if said else ""


@command("help", role=Role.USER, usage="/help [command]", example="/help cancel")
def help_command(arguments: str, desk: Desk) -> Done:
    """What one may type; with the name of a command, how it is typed."""
    return Done(then=Help(typed if _COMMAND.fullmatch(typed := arguments.removeprefix("/")) else ""))


@command("cancel", role=Role.USER, usage="/cancel", example="/cancel")
def cancel_command(arguments: str, desk: Desk) -> Done:
    """Give up what was begun, wherever one is."""
    return Done(_given_up(desk))


@action(Cancel, role=Role.STAFF)
def cancel(press: Cancel, desk: Desk) -> Done:
    """The same with a button; back home."""
    return Done(_given_up(desk), then=Home())


def _given_up(desk: Desk) -> str:
    return desk.say("ui.cancelled" if drafts.clear(desk.db, desk.actor.id) else "ui.nothing_begun")
