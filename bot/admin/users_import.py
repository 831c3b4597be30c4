"""A CSV that an admin sends to the bot: what it would change, and then the change."""

from __future__ import annotations

from bot.admin.presses import ListUsers
from bot.services import drafts, users_import
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.services.users_import import Mistake, Plan
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.numbers import written
from bot.ui.press import Press, pack, press
from bot.ui.registry import action, page, upload
from bot.ui.screen import Button, Done, Screen, Step, Style

#: The largest file, in bytes.
_LIMIT = 1024 * 1024
_NAME = 40


@press("ui")
class ShowImport(Press):
    """What the file that was sent would change."""


@press("uiy")
class CarryImport(Press):
    """Do what the file says."""


@press("uix")
class DropImport(Press):
    """Forget the file."""


@upload(".csv", role=Role.ADMIN, limit=_LIMIT)
def take(text: str, desk: Desk) -> Done:
    """The file is kept until it is carried out or dropped; a file that is no table of users is refused at once."""
    users_import.plan(desk.db, text, setup=desk.setup, now=desk.now)
    drafts.put(desk.db, desk.actor.id, pack(ShowImport()), {"csv": text}, desk.now)
    return Done(then=ShowImport())


@page(ShowImport, role=Role.ADMIN)
def show(press: ShowImport, desk: Desk) -> Screen:
    """A dry run: how many change, by column; what cannot be read; whom nobody has met."""
    made = users_import.plan(desk.db, _text(desk), setup=desk.setup, now=desk.now)
    sums = [
        html("{}: <b>{}</b>", excerpt(name, _NAME), written(count, desk.language))
        for name, count in sorted(made.sums().items())
    ]
    head = html("<b>{}</b>", desk.say("users.import_would", count=len(made.people), rows=made.rows))
    text = paragraphs(head, lines(*sums), *_remarks(made, desk))
    drop = Button(desk.say("ui.cancel"), DropImport())
    carry = Button(desk.say("users.import_yes", count=len(made.people)), CarryImport(), style=Style.SUCCESS)
    row = (carry, drop) if made.people else (drop,)
    return Screen(text, (row,), (Step(desk.say("users.title"), ListUsers()),))


def _text(desk: Desk) -> str:
    draft = drafts.get(desk.db, desk.actor.id)
    if draft is None or draft.expects != pack(ShowImport()):
        raise Refusal("users.import_gone")
    return str(draft.data["csv"])


def _remarks(made: Plan, desk: Desk) -> list[Html | None]:
    listed = [_mistake(one, desk) for one in made.mistakes[: users_import.LISTED]]
    mistakes = html("{}", desk.say("users.import_mistakes", count=len(made.mistakes))) if made.mistakes else None
    ids = ", ".join(str(one) for one in made.strangers[: users_import.LISTED])
    strangers = desk.say("users.import_strangers", count=len(made.strangers), ids=ids) if made.strangers else None
    forgotten = ", ".join(str(one) for one in made.forgotten)
    ignored = desk.say("users.import_ignored", names=", ".join(made.ignored)) if made.ignored else None
    return [
        lines(mistakes, *listed),
        html("{}", strangers) if strangers else None,
        html("{}", desk.say("users.import_forgotten", ids=forgotten)) if forgotten else None,
        html("{}", ignored) if ignored else None,
    ]


def _mistake(one: Mistake, desk: Desk) -> Html:
    why = desk.say(one.why.key, **one.why.values)
    return html("{}", desk.say("users.import_mistake", line=one.line, column=excerpt(one.column, _NAME), why=why))


@action(CarryImport, role=Role.ADMIN)
def carry(press: CarryImport, desk: Desk) -> Done:
    """As a whole; what changed since the dry run is taken as it is now."""
    made = users_import.carry_out(desk.db, _text(desk), by=desk.actor, setup=desk.setup, now=desk.now)
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("users.imported", count=len(made.people)), then=ListUsers())


@action(DropImport, role=Role.ADMIN)
def drop(press: DropImport, desk: Desk) -> Done:
    """Nothing has changed."""
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("ui.cancelled"), then=ListUsers())
