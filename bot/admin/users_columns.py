"""Which fields an admin sees of each user in the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.admin.facts import fact
from bot.admin.presses import ListUsers
from bot.services import list_columns, users_export, variables
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, join
from bot.ui.pager import onward
from bot.ui.press import Press, press
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: Fields on one screen; characters of a label, and of a value in the list.
_FIELDS, _LABEL, _VALUE = 14, 16, 24


@press("uc")
class ChooseColumns(Press):
    """The variables, each with whether it is shown, from place `start` on."""

    start: int = 0


@press("uct")
class ToggleColumn(Press):
    """Show a variable in the list, or show it no more."""

    name: str
    start: int = 0


@page(ChooseColumns, role=Role.ADMIN)
def choose(press: ChooseColumns, desk: Desk) -> Screen:
    """A button for each variable; those that are shown have a mark."""
    chosen, known = list_columns.of(desk.db, desk.actor.id), _known(desk)
    start = max(press.start, 0)
    buttons = [
        Button(f"{'✓ ' if name in chosen else ''}{_label(name, desk)}", ToggleColumn(name, start))
        for name in known[start : start + _FIELDS]
    ]
    more = ChooseColumns(start + _FIELDS) if start + _FIELDS < len(known) else None
    turns = onward(desk, first=ChooseColumns() if start else None, more=more)
    text = html("{}", desk.say("users.choose_columns" if known else "users.no_columns", most=list_columns.MOST))
    return Screen(text, (*rows_of(*buttons, width=2), *turns), (Step(desk.say("users.title"), ListUsers()),))


def _known(desk: Desk) -> list[str]:
    return sorted(variables.names(desk.db))


def _label(name: str, desk: Desk) -> Words:
    declared = desk.setup.flow.variables.get(name)
    return excerpt((declared and declared.label) or name, _LABEL)


@action(ToggleColumn, role=Role.ADMIN)
def toggle(press: ToggleColumn, desk: Desk) -> Done:
    """It holds for this admin only, until they change it."""
    if press.name not in _known(desk):
        raise Refusal("ui.old")
    list_columns.toggle(desk.db, desk.actor.id, press.name)
    return Done(then=ChooseColumns(press.start))


def shown(desk: Desk, ids: Sequence[int]) -> Mapping[int, Html]:
    """The line below each user in the list: "City: Vienna · Age: 30"; nobody who has none of them."""
    chosen = list_columns.of(desk.db, desk.actor.id)
    if not chosen:
        return {}
    values = users_export.values_of(desk.db, ids)
    return {
        user_id: html("    <i>{}</i>", line)
        for user_id in ids
        if (line := _line({name: values[user_id][name] for name in chosen if name in values[user_id]}, desk))
    }


def _line(known: Mapping[str, object], desk: Desk) -> Html:
    parts = (html("{}: {}", _label(name, desk), excerpt(fact(value, desk), _VALUE)) for name, value in known.items())  # type: ignore[arg-type]
    return join(" · ", parts)
