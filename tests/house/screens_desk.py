"""The states in which the screens of the support desk are drawn, beside the queue and the conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.admin import conversation_presses as at
from bot.admin.presses import AskComment, HandOver, Place
from bot.admin.user_presses import AskBan
from bot.services import canned, filters, roles
from bot.ui.press import Press
from tests.clock import NOON
from tests.ui.cast import SARA, SETUP, VERA

MALLORY = 666
#: The requests of Vera, Mallory and Victor: waiting, taken, closed.
WAITING, TAKEN, CLOSED = 1, 2, 3

DESK_STATES: Mapping[type[Press], Sequence[Press]] = {
    AskBan: [AskBan(MALLORY), AskBan(VERA)],
    AskComment: [AskComment(CLOSED)],
    HandOver: [HandOver(WAITING, Place.ALERT), HandOver(TAKEN, Place.CONVERSATION), HandOver(TAKEN, Place.CARD, 99)],
    at.FindWords: [at.FindWords(MALLORY, 4), at.FindWords(MALLORY, 4, 3), at.FindWords(VERA, 2)],
    at.PickCanned: [at.PickCanned(MALLORY), at.PickCanned(VERA, "z")],
    at.ViewCanned: [at.ViewCanned(MALLORY, 1), at.ViewCanned(VERA, 2)],
    at.ListCanned: [at.ListCanned(), at.ListCanned("a5")],
    at.ShowCanned: [at.ShowCanned(1), at.ShowCanned(2)],
    at.AskDropCanned: [at.AskDropCanned(1)],
}


def furnish_desk(db: Session) -> None:
    """More canned answers than fit on a page, one as long as they may be."""
    sara = roles.actor(db, SARA, SETUP)
    canned.keep(db, "a0", "Hello {first_name}, {city|there} &lt;b&gt;", by=sara, setup=SETUP, now=NOON)
    canned.keep(db, "a1", "🙂" * 2000, by=sara, setup=SETUP, now=NOON)
    for number in range(2, 12):
        canned.keep(db, f"a{number}", "{first_name}" * 20, by=sara, setup=SETUP, now=NOON)
    filters.keep(db, "🙂")
