"""The list of users: eight a page, newest activity first, by a typed rule, by a word, or all of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.admin import users_columns
from bot.admin.groups_presses import NewGroupFromFilter
from bot.admin.people import numbered, person
from bot.admin.places import moment_of
from bot.admin.presses import CountUsers, DropCondition, ListUsers, OpenUser, SearchUsers, ShowUser
from bot.admin.rules import told
from bot.admin.users_columns import ChooseColumns
from bot.admin.users_export import AskExport
from bot.admin.users_filter import FilterUsers
from bot.admin.users_find import find_button
from bot.admin.users_states import ShowStates
from bot.admin.users_words import SORTS, place_of, sort_of
from bot.rules import And, Rule, RuleError, looks_like_rule, unparse
from bot.services import audience, filters, users, users_list, variables
from bot.services.audience import Asked, Count, Page
from bot.services.audience_order import Key
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, copyable, excerpt, html, lines, paragraphs
from bot.ui.numbers import bounded
from bot.ui.pager import SIZE, turns
from bot.ui.registry import BadArguments, action, command, page
from bot.ui.screen import Button, Done, Row, Screen, Step, rows_of
from models import User

_SORTED = re.compile(r"(?:^|\s)sort\s+(seen|joined|name)$", re.IGNORECASE)
#: An order that there is not, and nothing else.
_NO_SORT = re.compile(r"sort(?:\s+\S+)?$", re.IGNORECASE)
#: The orders as they are typed, beside `SORTS`.
_TYPED_SORTS = ("seen", "joined", "name")
_SHOWN = 200
#: Buttons that take a condition away; a rule with more of them is changed by typing.
_CHIPS = 6


@page(ListUsers, role=Role.ADMIN)
def user_list(press: ListUsers, desk: Desk) -> Screen:
    """Users in the order of their activity, their joining or their names; a number opens the card."""
    return _list(press, audience.CAP, desk)


@page(CountUsers, role=Role.ADMIN)
def counted_list(press: CountUsers, desk: Desk) -> Screen:
    """The same, counted to the end."""
    return _list(ListUsers(press.rule, press.sort), None, desk)


def _list(press: ListUsers, cap: int | None, desk: Desk) -> Screen:
    text = filters.text_of(desk.db, press.rule) if press.rule is not None else ""
    try:
        rule = audience.read(desk.db, text) if text else None
    except RuleError as error:
        return _unreadable(error, desk)
    now = desk.now.astimezone(desk.setup.zone)
    asked = audience.Asked(desk.db, rule, now=now)
    count, found = asked.count(cap), _page(press, asked)
    people = users_list.in_order(desk.db, found.ids)
    columns = users_columns.shown(desk, found.ids)
    head = _head(bounded(count.number, count.exact, desk.language), count.number, press, desk)
    shown = html("<code>{}</code>", copyable(text, _SHOWN)) if text else None
    return Screen(
        paragraphs(lines(head, shown), lines(*entries(people, desk, columns)) or _empty(rule, desk)),
        (
            *_cards(people, press),
            *_turns(press, found, desk),
            *_chips(press, rule, desk),
            *_on_the_list(press, count, desk),
        ),
    )


def _page(press: ListUsers, asked: Asked) -> Page:
    sort = sort_of(press.sort)
    key = place_of(sort, press.moment, press.user_id)
    after, before = (None, key) if press.newer else (key, None)
    return asked.page(sort=sort, after=after, before=before, size=SIZE)


def _head(count: str, number: int, press: ListUsers, desk: Desk) -> Html:
    order = desk.say(f"users.by_{sort_of(press.sort).value}")
    counted = desk.say("users.count", count=number, shown=count)
    return html("<b>{}</b> · {}\n<i>{}</i>", desk.say("users.title"), counted, order)


def entries(people: list[User], desk: Desk, columns: Mapping[int, Html] = MappingProxyType({})) -> list[Html]:
    """People of a list, numbered: when they were here last, what is out of the ordinary, and the columns by id."""
    return [
        lines(
            html("{}. {} · {}{}", place, person(user), desk.ago(user.last_seen_at), _mark(user, desk)),
            columns.get(user.id),
        )
        for place, user in enumerate(people, start=1)
    ]


def _mark(user: User, desk: Desk) -> str:
    """What is out of the ordinary about a user."""
    marks = [
        desk.say("users.bot_off") if user.bot_off_since else None,
        desk.say("users.blocked") if user.blocked_at else None,
        desk.say("users.gone") if user.gone_at else None,
        desk.say("users.unsubscribed") if user.unsubscribed_at else None,
        desk.say("users.muted") if user.muted_at else None,
        desk.say("users.banned") if user.banned_at else None,
    ]
    return "".join(f" · {mark}" for mark in marks if mark)


def _empty(rule: Rule | None, desk: Desk) -> Html:
    key = "users.nobody" if rule is None else "users.nobody_matches"
    return html("{}", desk.say(key, bot=f"t.me/{desk.setup.bot_username}"))


def numbers(people: list[User]) -> tuple[Row, ...]:
    """The buttons that open their cards."""
    return rows_of(*(Button(numbered(place, user), ShowUser(user.id)) for place, user in enumerate(people, 1)))


def _cards(people: list[User], press: ListUsers) -> tuple[Row, ...]:
    """The same, with the way back to this page."""
    page = press.rule, press.sort, press.moment, press.user_id, press.newer
    return rows_of(*(Button(numbered(place, user), OpenUser(user.id, *page)) for place, user in enumerate(people, 1)))


def _turns(press: ListUsers, found: Page, desk: Desk) -> tuple[Row, ...]:
    newer = _at(press, found.previous, newer=True) if found.previous else None
    older = _at(press, found.next, newer=False) if found.next else None
    return turns(desk, newer=newer, older=older)


def _at(press: ListUsers, key: Key, *, newer: bool) -> ListUsers:
    return ListUsers(press.rule, press.sort, moment_of(key), key.user_id, newer)


def _chips(press: ListUsers, rule: Rule | None, desk: Desk) -> tuple[Row, ...]:
    """One button for each condition; it takes the condition away."""
    if rule is None or press.rule is None:
        return ()
    return rows_of(
        *(
            Button(f"✕ {told(part, desk)}", DropCondition(press.rule, position, press.sort))
            for position, part in enumerate(_conditions(rule)[:_CHIPS])
        ),
        width=2,
    )


def _conditions(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, And) else (rule,)


def _on_the_list(press: ListUsers, count: Count, desk: Desk) -> tuple[Row, ...]:
    exactly = None if count.exact else Button(desk.say("users.exactly"), CountUsers(press.rule, press.sort))
    other = [
        Button(desk.say(f"users.sort_{sort.value}"), ListUsers(press.rule, number))
        for number, sort in enumerate(SORTS)
        if number != press.sort
    ]
    return rows_of(
        *other,
        exactly,
        Button(desk.say("users.add_filter"), FilterUsers(press.rule, press.sort)),
        Button(desk.say("users.columns"), ChooseColumns()),
        Button(desk.say("users.states"), ShowStates()),
        Button(desk.say("users.export"), AskExport(press.rule, press.sort)),
        find_button(desk),
        Button(desk.say("groups.save_as_group"), NewGroupFromFilter(press.rule)) if press.rule is not None else None,
    )


def _unreadable(error: RuleError, desk: Desk) -> Screen:
    """The rule as it was typed, with a caret under the word that is wrong."""
    text = paragraphs(html("{}", desk.say("users.unreadable")), html("<pre>{}</pre>", error.told(desk.language)))
    return Screen(text, path=(Step(desk.say("users.title"), ListUsers()),))


@action(DropCondition, role=Role.ADMIN)
def drop_condition(press: DropCondition, desk: Desk) -> Done:
    """The same list with one condition less."""
    try:
        rule = audience.read(desk.db, filters.text_of(desk.db, press.rule))
    except RuleError:
        return Done(then=ListUsers(press.rule, press.sort))
    left = [part for place, part in enumerate(_conditions(rule)) if place != press.position]
    if not left:
        return Done(then=ListUsers(None, press.sort))
    text = unparse(And(tuple(left)) if len(left) > 1 else left[0])
    return Done(then=ListUsers(filters.keep(desk.db, text), press.sort))


@page(SearchUsers, role=Role.ADMIN)
def search(press: SearchUsers, desk: Desk) -> Screen:
    """The users that a word finds: by id, @name, phone or the beginning of a name."""
    text = filters.text_of(desk.db, press.words)
    found = users.find(desk.db, text, limit=SIZE + 1)
    title = html("<b>{}</b>", desk.say("users.found", words=excerpt(text, _SHOWN)))
    more = html("{}", desk.say("users.more_found", count=SIZE)) if len(found) > SIZE else None
    shown = lines(*entries(found[:SIZE], desk)) or html("{}", desk.say("users.nobody_found"))
    path = (Step(desk.say("users.title"), ListUsers()),)
    return Screen(paragraphs(title, shown, more), numbers(found[:SIZE]), path)


@command(
    "users", role=Role.ADMIN, usage="/users [rule | words] [sort joined | seen | name]", example="/users age >= 18"
)
def users_command(arguments: str, desk: Desk) -> Done:
    """The list; with a rule those who match it, with other words a search."""
    ending = _SORTED.search(arguments)
    sort = _TYPED_SORTS.index(ending[1].lower()) if ending else 0
    text = arguments[: ending.start()].strip() if ending else arguments
    if not text:
        return Done(then=ListUsers(sort=sort))
    if _NO_SORT.match(text):
        raise BadArguments
    kept = filters.keep(desk.db, text)
    if looks_like_rule(text, variables.names(desk.db)):
        return Done(then=ListUsers(kept, sort))
    return Done(then=SearchUsers(kept))
