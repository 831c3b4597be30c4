"""Being away from the desk: /away, /away until 14:00, /back."""

from __future__ import annotations

from datetime import datetime

from bot.services import push_runs_time, staff_away
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.registry import BadArguments, command
from bot.ui.screen import Done


@command("away", role=Role.STAFF, usage="/away [until <time>]", example="/away until 14:00")
def away_command(arguments: str, desk: Desk) -> Done:
    """Requests go to the others from now on."""
    until = _until(arguments, desk) if arguments else None
    staff_away.leave(desk.db, until, by=desk.actor, now=desk.now)
    if until is None:
        return Done(desk.say("support_time.away"))
    return Done(desk.say("support_time.away_until", time=desk.time(until)))


@command("back", role=Role.STAFF, usage="/back", example="/back")
def back_command(arguments: str, desk: Desk) -> Done:
    """Requests come to you again."""
    returned = staff_away.back(desk.db, by=desk.actor, now=desk.now)
    return Done(desk.say("support_time.back" if returned else "support_time.was_here"))


def _until(arguments: str, desk: Desk) -> datetime:
    """The next time of that name, or a date with a time."""
    word, _, typed = arguments.partition(" ")
    due = push_runs_time.read(typed, zone=desk.setup.zone, now=desk.now, language=desk.language)
    if word != "until" or due is None or due.at <= desk.now:
        raise BadArguments
    return due.at
