"""Which groups cannot be the staff group: the wizard says what is missing and nothing is chosen."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot import staff_group, texts, visits_group
from bot.services import inbox, settings
from bot.services.inbox import Accepted
from tests.clock import NOON
from tests.edge.telegram import Answer, ScriptedTelegram
from tests.ui.cast import ADA, SARA, SETUP, everyone

GROUP, UPDATE = -1001, 7
FORUM = {"id": GROUP, "type": "supergroup", "is_forum": True}
RULER = {"status": "administrator", "can_manage_topics": True, "can_pin_messages": True}


async def found(chat: Answer, member: Answer) -> str | None:
    """What stands against a group with these answers of Telegram's."""
    telegram = ScriptedTelegram()
    telegram.will_answer("getChat", chat)
    telegram.will_answer("getChatMember", member)
    return await staff_group.problem(telegram.wire(), GROUP, SETUP.bot_id)


def chooses(db: Session, who: int, problem: str | None) -> str | None:
    """Somebody shares the group."""
    inbox.accept(db, [Accepted(UPDATE, who, "{}")], NOON)
    return visits_group.chosen(db, who, GROUP, problem, update_id=UPDATE, setup=SETUP, now=NOON)


@pytest.mark.parametrize(
    ("chat", "member", "said"),
    [
        (FORUM | {"is_forum": False}, RULER, "has no topics"),
        ({"id": GROUP, "type": "group"}, RULER, "has no topics"),
        (FORUM, {"status": "member"}, "needs two rights"),
        (FORUM, {"status": "left"}, "needs two rights"),
        (FORUM, RULER | {"can_manage_topics": False}, "needs two rights"),
        (FORUM, RULER | {"can_pin_messages": False}, "needs two rights"),
        ((400, "Bad Request: chat not found"), RULER, "cannot reach this group"),
        ((403, "Forbidden: bot is not a member of the supergroup chat"), RULER, "cannot reach this group"),
        (FORUM, (400, "Bad Request: member list is inaccessible"), "cannot reach this group"),
    ],
)
async def test_a_group_in_which_the_bot_cannot_work_is_refused_with_what_is_missing(
    db: Session, chat: Any, member: Any, said: str
) -> None:
    everyone(db)
    ended = chooses(db, ADA, await found(chat, member))
    assert ended is not None and said in texts.say("en", ended)
    assert settings.stored(db) == {}


async def test_a_group_with_topics_and_both_rights_is_chosen_by_an_owner_only(db: Session) -> None:
    everyone(db)
    assert await found(FORUM, RULER) is None
    assert chooses(db, SARA, None) is None
    assert settings.stored(db) == {}


async def test_the_group_that_an_owner_shares_is_the_staff_group_from_then_on(db: Session) -> None:
    everyone(db)
    assert chooses(db, ADA, await found(FORUM, RULER)) == "support_topics.chosen"
    assert settings.stored(db) == {"support_group": str(GROUP)}
