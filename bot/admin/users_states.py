"""How many users the bot reaches, and who the others are."""

from __future__ import annotations

from bot.admin.presses import ListRequests, ListUsers
from bot.services import filters, users_forget, users_states
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html, lines, paragraphs
from bot.ui.numbers import written
from bot.ui.press import Press, press
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of


@press("ux")
class ShowStates(Press):
    """The states that users are in, with their numbers."""


@press("uxl")
class ListState(Press):
    """The users in a state."""

    state: str


@page(ShowStates, role=Role.ADMIN)
def states(press: ShowStates, desk: Desk) -> Screen:
    """Each state with its number; a button lists its users."""
    counts = users_states.counts(desk.db)
    numbered = [
        html("{}: <b>{}</b>", desk.say(f"users.state_{state}"), written(count, desk.language))
        for state, count in counts.items()
    ]
    talking = html("{}: <b>{}</b>", desk.say("users.state_talking"), users_states.talking(desk.db))
    forgotten = html("{}: <b>{}</b>", desk.say("users.state_forgotten"), users_forget.tombstones(desk.db))
    text = paragraphs(html("<b>{}</b>", desk.say("users.states")), lines(*numbered), lines(talking, forgotten))
    buttons = [Button(desk.say(f"users.state_{state}"), ListState(state)) for state in users_states.RULES]
    requests = Button(desk.say("users.state_talking"), ListRequests())
    return Screen(text, rows_of(*buttons, requests, width=2), (Step(desk.say("users.title"), ListUsers()),))


@action(ListState, role=Role.ADMIN)
def list_state(press: ListState, desk: Desk) -> Done:
    """The list with the rule of the state."""
    if press.state not in users_states.RULES:
        raise Refusal("ui.old")
    return Done(then=ListUsers(filters.keep(desk.db, users_states.RULES[press.state])))
