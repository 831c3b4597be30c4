"""The states in which every screen of the product is drawn: a new page adds itself here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.admin import presses as at
from bot.admin.language import ShowLanguages
from bot.admin.staff_group import AskNoStaffGroup, ShowStaffGroup
from bot.admin.stats import SendStats, ShowStats
from bot.flow.heard import Started, Wrote
from bot.services import filters, requests, roles, variables
from bot.services.conversations import Incoming
from bot.services.people import Sender
from bot.ui.frame import Home
from bot.ui.press import Press
from models import User, UserTag
from tests.admin.hand import hears
from tests.clock import NOON
from tests.house.screens_desk import DESK_STATES, furnish_desk
from tests.house.screens_flow import FLOW_STATES, furnish_flow
from tests.house.screens_groups import GROUP_STATES, furnish_groups
from tests.house.screens_owner import OWNER_STATES, furnish_owner
from tests.house.screens_pushes import PUSH_STATES, furnish_pushes
from tests.house.screens_users import USER_STATES, furnish_users
from tests.ui.cast import ADA, OTTO, SARA, SETUP, VERA, VICTOR, everyone, sender

#: A user with everything that a hostile person can put somewhere.
MALLORY = 666
_EVIL = "א</b></blockquote><a href='tg://user?id=1'>\u202e\u2067 /ban_5 &amp; {name} " + "🙂" * 300

#: The filters that the states name, kept in this order, so that the first one has the id 1.
FILTERS = ("first_name is set and not blocked and age >= 18", "ciy = <b>", "city = Nowhere", _EVIL)

STATES: Mapping[type[Press], Sequence[Press]] = {
    Home: [Home()],
    ShowLanguages: [ShowLanguages()],
    at.Help: [at.Help(), at.Help("users"), at.Help("nothing")],
    at.ListUsers: [
        at.ListUsers(),
        at.ListUsers(sort=1),
        at.ListUsers(sort=2),
        at.ListUsers(sort=2, user_id=VERA),
        at.ListUsers(rule=1),
        at.ListUsers(rule=2),
        at.ListUsers(rule=3),
        at.ListUsers(moment=1_795_348_800_000_000, user_id=ADA),
        at.ListUsers(moment=1_795_348_800_000_000, user_id=ADA, newer=True),
    ],
    at.SearchUsers: [at.SearchUsers(3), at.SearchUsers(4)],
    at.CountUsers: [at.CountUsers(), at.CountUsers(1, 2)],
    at.OpenUser: [at.OpenUser(VERA), at.OpenUser(MALLORY, 1, 2, None, VERA, True)],
    at.ShowUser: [at.ShowUser(VERA), at.ShowUser(VICTOR, rule=1), at.ShowUser(OTTO), at.ShowUser(MALLORY)],
    at.ShowVariables: [at.ShowVariables(MALLORY), at.ShowVariables(MALLORY, "age"), at.ShowVariables(OTTO)],
    at.AskBotOff: [at.AskBotOff(MALLORY)],
    at.AskSupportOff: [at.AskSupportOff(SARA)],
    at.ShowConversation: [
        at.ShowConversation(MALLORY),
        at.ShowConversation(MALLORY, before=9),
        at.ShowConversation(MALLORY, after=3),
        at.ShowConversation(VERA),
        at.ShowConversation(OTTO, anew=True),
    ],
    at.ListRequests: [at.ListRequests(), at.ListRequests(everything=True), at.ListRequests(at=1, taken=True)],
    at.WriteReply: [at.WriteReply(MALLORY), at.WriteReply(VERA, anew=True)],
    at.WriteNote: [at.WriteNote(MALLORY)],
    at.ListStaff: [at.ListStaff(), at.ListStaff(SARA)],
    ShowStaffGroup: [ShowStaffGroup()],
    ShowStats: [ShowStats(), ShowStats(1)],
    SendStats: [SendStats()],
    AskNoStaffGroup: [AskNoStaffGroup()],
    at.AskAdmin: [at.AskAdmin(MALLORY, on=True), at.AskAdmin(VERA, on=False)],
    **DESK_STATES,
    **FLOW_STATES,
    **GROUP_STATES,
    **OWNER_STATES,
    **PUSH_STATES,
    **USER_STATES,
}


def furnish(db: Session) -> None:
    """People, words and requests in every state that a screen tells apart."""
    variables.declare(db, SETUP.flow)
    everyone(db)
    for text in FILTERS:
        filters.keep(db, text)
    _asks(db, sender(VERA), "Where do I park?")
    mallory = Sender(MALLORY, _EVIL[:64], _EVIL[-64:], "mallory_the_very_long_name_of_all", "en-US")
    _asks(db, mallory, _EVIL * 9)
    for _ in range(12):
        hears(db, mallory, Incoming(mallory, Wrote(_EVIL), words=_EVIL))
    variables.remember(db, MALLORY, {"city": _EVIL, "age": 30.5}, SETUP.flow)
    db.add(UserTag(user_id=MALLORY, tag=_EVIL[:200]))
    _mark(db)
    request = requests.open_of(db, MALLORY)
    assert request is not None
    requests.take(db, request.id, by=roles.actor(db, SARA, SETUP), now=NOON)
    _asks(db, sender(VICTOR), "Thanks")
    requests.reactivate(db, VICTOR, by=roles.actor(db, SARA, SETUP), setup=SETUP, now=NOON)
    furnish_flow(db)
    furnish_groups(db)
    furnish_owner(db)
    furnish_pushes(db)
    furnish_users(db)
    furnish_desk(db)


def _asks(db: Session, who: Sender, words: str) -> None:
    hears(db, who, Incoming(who, Started(_EVIL[:64])))
    hears(db, who, Incoming(who, Wrote(words), words=words))


def _mark(db: Session) -> None:
    """Mallory is all that a user can be at once."""
    mallory = db.get_one(User, MALLORY, populate_existing=True)
    mallory.phone = mallory.email = mallory.source = _EVIL[:200]
    mallory.blocked_at = mallory.gone_at = mallory.unsubscribed_at = NOON - timedelta(days=400)
    mallory.support_since, mallory.role = NOON, "admin"
    db.flush()
