"""Screens that only the tests have: one of every kind, to try the dispatcher without any part of the product."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.services import audit, drafts
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.press import Press, pack, press
from bot.ui.registry import COMMANDS, BadArguments, action, command, link, page, typed
from bot.ui.screen import Button, Done, Screen, Step

if TYPE_CHECKING:
    from bot.services.conversations import Incoming


@press("tp")
class Shelf(Press):
    number: int


@press("ta")
class Dust(Press):
    number: int


@press("tr")
class Burn(Press):
    number: int


@page(Shelf, role=Role.ADMIN)
def shelf(press: Shelf, desk: Desk) -> Screen:
    if press.number < 0:
        raise Refusal("ui.old")
    dust = Button(desk.draft.get("label", "Dust"), Dust(press.number))
    return Screen(html("Shelf {}", press.number), ((dust,),), path=(Step("Shelves", Shelf(0)),))


@action(Dust, role=Role.ADMIN)
def dust(press: Dust, desk: Desk) -> Done:
    _record(desk, "shelf.dust", press.number)
    return Done("Dusted.", then=Shelf(press.number), pending=frozenset({press.number}))


@action(Burn, role=Role.OWNER)
def burn(press: Burn, desk: Desk) -> Done:
    _record(desk, "shelf.burn", press.number)
    raise Refusal("ui.forbidden", role="fire")


def shelf_command(arguments: str, desk: Desk) -> Done:
    if not arguments.isdigit():
        raise BadArguments
    drafts.put(desk.db, desk.actor.id, pack(Shelf(int(arguments))), {"label": "kept"}, desk.now)
    return Done(then=Shelf(int(arguments)))


@contextmanager
def shelf_is_a_command() -> Iterator[None]:
    """For a while only: the commands are listed in the help and in menus, with words that this one does not have."""
    command("shelf", role=Role.ADMIN, usage="/shelf <number>", example="/shelf 4")(shelf_command)
    yield
    del COMMANDS["shelf"]


@link("shelf_", role=Role.ADMIN)
def shelf_link(rest: str, desk: Desk) -> Done:
    return Done(then=Shelf(int(rest)))


@typed(Shelf, role=Role.ADMIN)
def name_shelf(press: Shelf, incoming: Incoming, desk: Desk) -> Done:
    if press.number == 13:
        raise Refusal("ui.old")
    return Done(f"{desk.draft['label']} {incoming.words}", then=press)


def _record(desk: Desk, what: str, number: int) -> None:
    audit.record(desk.db, actor_id=desk.actor.id, action=what, target=f"shelf {number}", now=desk.now)
