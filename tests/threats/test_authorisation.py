"""Whoever has no right gets a refusal, changes nothing, and leaves a row in the audit: for all that is registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from telegram import Update

import bot.admin  # noqa: F401 - declares all screens
from bot import visits
from bot.app import table
from bot.flow.heard import Wrote
from bot.house import Context
from bot.services import drafts, inbox
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.services.roles import Role
from bot.ui import router
from bot.ui.press import Press, pack, parse
from bot.ui.registry import ACTIONS, COMMANDS, LINKS, PAGES, TYPED
from bot.ui.router import Refused
from models import AuditEntry, Base
from tests.clock import NOON
from tests.house.test_screens import HEARD, OURS, ROLES, example
from tests.ui.cast import OTTO, SETUP, everyone, sender

#: Tables in which a refused attempt leaves something: the update itself, and the refusal.
TRACES = {"inbox", "audit", "drafts", "users", "link_guesses"}


def refused(db: Session) -> int:
    return db.scalar(select(func.count()).where(AuditEntry.refused.is_not(None))) or 0


def rows(db: Session) -> dict[str, int]:
    """How many rows each table has that a refusal may not touch."""
    tables = [one for one in Base.metadata.sorted_tables if one.name not in TRACES]
    return {one.name: db.scalar(select(func.count()).select_from(one)) or 0 for one in tables}


@pytest.fixture
def office(db: Session) -> Session:
    everyone(db)
    inbox.accept(db, [Accepted(number, 0, "{}") for number in range(1, 400)], NOON)
    return db


@pytest.mark.parametrize("role", [Role.USER, Role.STAFF, Role.ADMIN])
def test_s1_every_command_is_refused_to_whoever_lacks_its_role(
    office: Session, role: Role, tried: Callable[[int], None]
) -> None:
    higher = [known for known in COMMANDS.values() if known.role > role and known.run.__module__.startswith("bot.")]
    before = rows(office)
    for number, known in enumerate(higher, 1):
        audited = refused(office)
        found = router.command(office, known.name, "101", user_id=ROLES[role], update_id=number, setup=SETUP, now=NOON)
        assert isinstance(found, Refused), known.name
        assert refused(office) == audited + 1, known.name
    assert rows(office) == before
    assert higher or role is Role.ADMIN
    tried(len(higher))


@pytest.mark.parametrize("role", [Role.USER, Role.STAFF, Role.ADMIN])
def test_s11_what_was_begun_ends_with_the_role_that_it_needs(
    office: Session, role: Role, tried: Callable[[int], None]
) -> None:
    """A draft of the time before a demotion: the next message does nothing, and the draft is gone."""
    who = ROLES[role]
    higher = [kind for kind in TYPED if TYPED[kind].role > role and kind.__module__.startswith("bot.")]
    before = rows(office)
    for number, kind in enumerate(higher, 1):
        audited = refused(office)
        drafts.put(office, who, pack(example(kind)), {}, NOON)
        incoming = Incoming(sender(who), Wrote("x"), words="x")
        found = router.typed(office, incoming, user_id=who, update_id=number, setup=SETUP, now=NOON)
        assert isinstance(found, Refused), kind
        assert refused(office) == audited + 1 and drafts.get(office, who) is None, kind
    assert rows(office) == before
    tried(len(higher))


def test_s7_every_link_that_needs_a_role_is_refused_to_a_stranger(
    office: Session, tried: Callable[[int], None]
) -> None:
    closed = [prefix for prefix, known in LINKS.items() if known.role > Role.USER]
    for number, prefix in enumerate(closed, 1):
        found = router.link(office, f"{prefix}x", user_id=OTTO, update_id=number, setup=SETUP, now=NOON)
        assert isinstance(found, Refused), prefix
    assert refused(office) == len(closed) > 0
    tried(len(closed))


def test_s5_a_flipped_bit_in_a_button_opens_nothing(office: Session, tried: Callable[[int], None]) -> None:
    """Whatever a bit makes of a button's data: a stranger gets a refusal, or what a stranger may see anyway."""
    before = rows(office)
    flipped = [one for kind in OURS if kind not in HEARD for one in flips(pack(example(kind)))]
    closed = [one for one in flipped if (pressed := parse(one)) is None or role_of(pressed) is not Role.USER]
    for one in closed:
        found = router.press(office, one, user_id=OTTO, update_id=1, setup=SETUP, now=NOON)
        assert isinstance(found, Refused), one
    assert rows(office) == before
    tried(len(closed))


def role_of(pressed: Press) -> Role | None:
    known = PAGES.get(type(pressed)) or ACTIONS.get(type(pressed))
    return known.role if known else None


def flips(data: str) -> list[str]:
    """The data with one bit of one byte turned over, where that is still text: every seventh, to be quick."""
    raw = data.encode()
    turned = (raw[:at] + bytes([raw[at] ^ 1 << bit]) + raw[at + 1 :] for at in range(len(raw)) for bit in range(8))
    return [one.decode() for one in list(turned)[::7] if one.isascii()]


class Witness:
    """Stands in for a turn's context: what was done is written down, and nobody is in a staff group."""

    def __init__(self) -> None:
        self.done: list[object] = []
        self.house = self
        self.setup = self
        self.support = self
        self.group_id = -1001
        self.screens = self

    async def answer(self, asker: object, visit: object = None) -> None:
        """A press is answered."""

    async def turn(self, update: Update, visit: object, *args: object) -> None:
        self.done.append(visit)


ADA = {"id": 301, "is_bot": False, "first_name": "Ada"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
FOREIGN = {"id": -5, "type": "group", "title": "Others"}
STAFF = {"id": -1001, "type": "supergroup", "title": "Desk", "is_forum": True}
CHANNEL = {"id": -7, "type": "channel", "title": "News"}


def update(**parts: Any) -> Update:
    found = Update.de_json({"update_id": 1, **parts}, None)
    assert found is not None
    return found


def message(chat: dict[str, Any], who: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    sent = {"message_id": 4, "date": int(NOON.timestamp()), "chat": chat, "text": "/users", **more}
    return sent | ({"from": who} if who else {})


async def handled(one: Update) -> list[object]:
    """The visits of whoever handles it."""
    witness = Witness()
    handler = next(handler for handler in table() if handler.check_update(one))
    await cast(Any, handler.callback)(one, cast(Context, witness))
    return witness.done


@pytest.mark.parametrize("chat", [FOREIGN, STAFF])
async def test_s4_what_is_not_a_private_chat_has_no_screens(chat: dict[str, Any]) -> None:
    """A command, and a button of a screen that was forwarded, by the owner herself."""
    command = [{"type": "bot_command", "offset": 0, "length": 6}]
    assert await handled(update(message=message(chat, ADA, entities=command))) == [visits.elsewhere]
    pressed = {"id": "1", "from": ADA, "chat_instance": "1", "data": "ho", "message": message(FOREIGN, ADA)}
    assert await handled(update(callback_query=pressed)) == [visits.elsewhere]


def test_s4_each_button_and_command_in_another_chat_is_a_refusal_that_is_noted(
    office: Session, tried: Callable[[int], None]
) -> None:
    """By the owner herself; words that are none of ours leave nothing."""
    ours = [kind for kind in OURS if kind not in HEARD]
    ways = [*(pack(example(kind)) for kind in ours), *(f"/{name}@frontdesk_bot 101" for name in COMMANDS)]
    before = rows(office)
    for number, one in enumerate(ways, 1):
        inbox.accept(office, [Accepted(1000 + number, 0, "{}")], NOON)
        visits.elsewhere(office, one, ROLES[Role.OWNER], -5, update_id=1000 + number, setup=SETUP, now=NOON)
        assert refused(office) == number, one
    inbox.accept(office, [Accepted(999, 0, "{}")], NOON)
    visits.elsewhere(office, "/weather", OTTO, -5, update_id=999, setup=SETUP, now=NOON)
    assert refused(office) == len(ways)
    assert rows(office) == before
    tried(len(ways))


async def test_s3_whoever_writes_as_a_chat_is_nobody() -> None:
    """An anonymous administrator, a channel that speaks in the group, and a channel itself."""
    topic = {"is_topic_message": True, "message_thread_id": 5}
    anonymous = message(STAFF, ANONYMOUS, sender_chat=STAFF, **topic)
    as_channel = message(STAFF, ADA, sender_chat=CHANNEL, **topic)
    for one in (update(message=anonymous), update(message=as_channel), update(channel_post=message(CHANNEL, None))):
        assert await handled(one) == [visits.elsewhere]
