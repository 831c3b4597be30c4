"""A library that has had its bot for a month: people came, talked, asked and were answered, through the services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random

from sqlalchemy import create_engine, delete, update
from sqlalchemy.orm import Session

from bot.config import Config
from bot.flow import load
from bot.flow.content import Content
from bot.flow.heard import Started, Wrote
from bot.installation import setup_of
from bot.services import conversations, inbox, people, push_clicks, pushes, requests, roles, variables
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.services.people import Sender
from bot.services.pushes import Plan
from bot.services.requests_answer import answer
from bot.services.requests_rate import rate
from bot.services.setup import Setup
from models import Delivery, InboxUpdate, Message, PushClick, PushRun, UserTag

#: First names of the crowd; two are written from right to left.
NAMES = (
    *("Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Klara", "Leo", "Mia", "Noah"),
    *("Olivia", "Paul", "Rosa", "Simon", "Tara", "Viktor", "Yara", "Zoe", "נועה", "ليلى"),
)
CITIES = ("Vienna", "Vienna", "Vienna", "Graz", "Linz")
QUESTIONS = ("Do you have Kafka in Czech?", "May I bring my dog?", "I lost my card.", "Is the lift working?")
ANSWERS = ("Third shelf on the left.", "Small dogs are welcome.", "Come by, we print a new one.", "Yes, since Monday.")
#: What people do after Start, each with how many of eight do it.
WALKS = (
    (3, ("Opening hours", "Back")),
    (2, ("Library card", "{name}", "{age}", "{city}", "No, thank you")),
    (1, ("Newsletter", "Yes")),
    (1, ("Library card", "{name}", "{age}")),
    (1, ("Ask a person", "{question}")),
)
FIRST_ID = 1001
SARA, ADA = 201, 301


def crowd() -> list[dict[str, object]]:
    """The people of the past as the sandbox has them."""
    return [{"id": FIRST_ID + number, "first_name": name, "started": True} for number, name in enumerate(NAMES * 2)]


def live(config: Config, now: datetime) -> None:
    """Fill an empty database with a month, up to a quarter of an hour ago. Everything that was sent has arrived."""
    flow = load(config.conversation.flow)
    setup = setup_of(config, flow, bot_id=1, username="frontdesk_bot", inline=False)
    engine = create_engine(config.database.url.get_secret_value())
    with Session(engine) as db, db.begin():
        variables.declare(db, flow)
        Past(db, setup, now).happen()
        db.execute(update(Message).where(Message.state == "waiting").values(state="sent", sent_at=now))
        db.execute(delete(InboxUpdate))
    engine.dispose()


class Past:
    """One month, the same each time."""

    def __init__(self, db: Session, setup: Setup, now: datetime) -> None:
        self._db, self._setup, self._now = db, setup, now
        self._chance = Random(7)
        self._numbers = count(1)

    def happen(self) -> None:
        """Staff come, then everybody else, the last one a quarter of an hour ago."""
        for who, name in ((SARA, "Sara"), (ADA, "Ada")):
            people.meet(self._db, Sender(who, name), setup=self._setup, now=self._now - timedelta(days=30))
        whole = crowd()
        for number, person in enumerate(whole):
            ago = timedelta(minutes=15) + timedelta(days=29) * ((len(whole) - 1 - number) / len(whole)) ** 1.3
            self._visits(Sender(int(str(person["id"])), str(person["first_name"])), self._now - ago)
        self._was_pushed([int(str(person["id"])) for person in whole[:40]], self._now - timedelta(days=3))

    def _visits(self, who: Sender, at: datetime) -> None:
        """Start, one of the walks, and perhaps an answer of staff."""
        self._does(who, Started("poster" if self._chance.random() < 0.3 else ""), at)
        words = self._chance.choice([walk for weight, walk in WALKS for _ in range(weight)])
        told = {
            "name": f"{who.first_name} N.",
            "age": self._chance.randint(9, 80),
            "city": self._chance.choice(CITIES),
            "question": self._chance.choice(QUESTIONS),
        }
        for step, word in enumerate(words, 1):
            self._does(who, Wrote(word.format(**told)), at + timedelta(seconds=20 * step))
        if self._chance.random() < 0.2:
            self._db.add(UserTag(user_id=who.id, tag="reader"))
        if "{question}" in words:
            self._is_answered(who, QUESTIONS.index(str(told["question"])), at + timedelta(minutes=2))

    def _does(self, who: Sender, heard: Started | Wrote, at: datetime) -> None:
        number = next(self._numbers)
        inbox.accept(self._db, [Accepted(number, who.id, "{}")], at)
        words = heard.text if isinstance(heard, Wrote) else "/start"
        incoming = Incoming(who, heard, words=words)
        conversations.hear(self._db, incoming, update_id=number, setup=self._setup, now=at, chance=lambda: 0.0)

    def _was_pushed(self, whom: Sequence[int], at: datetime) -> None:
        """Three days ago everybody who was there got a push; two had blocked the bot, a quarter pressed its button."""
        by = roles.actor(self._db, ADA, self._setup)
        plan = Plan(everyone=True, start="reading_week")
        push = pushes.create(self._db, "Autumn readings", plan, by=by, setup=self._setup, now=at)
        run = PushRun(push_id=push.id, recipients="all", state="done", start="reading_week", revision=1)
        run.created_by, run.created_at, run.started_at, run.ended_at = ADA, at, at, at + timedelta(seconds=4)
        run.audience, run.sent, run.blocked = len(whom), len(whom) - 2, 2
        self._db.add(run)
        self._db.flush()
        seat = self._setup.flow.blocks["reading_week"].connections[0].buttons[0].id
        pressed = push_clicks.button("reading_week", seat)
        for place, who in enumerate(whom):
            ended = at + timedelta(seconds=place // 10)
            state, why = ("blocked", "bot was blocked by the user") if place < 2 else ("sent", None)
            self._db.add(Delivery(run_id=run.id, user_id=who, push_id=push.id, state=state, reason=why, ended_at=ended))
            if place % 4 == 2:
                self._db.add(PushClick(run_id=run.id, user_id=who, button=pressed, pressed_at=ended))

    def _is_answered(self, who: Sender, question: int, at: datetime) -> None:
        by = roles.actor(self._db, SARA, self._setup)
        request = requests.open_of(self._db, who.id)
        assert request is not None
        requests.take(self._db, request.id, by=by, now=at)
        later = at + timedelta(minutes=self._chance.randint(1, 12))
        answer(self._db, who.id, Content(text=ANSWERS[question]), by=by, setup=self._setup, now=later)
        requests.reactivate(self._db, who.id, by=by, setup=self._setup, now=later)
        rate(self._db, request.id, self._chance.choice((4, 5, 5)), by=who.id, now=later)
