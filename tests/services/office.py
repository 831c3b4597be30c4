"""A bot at work without a wire: people write, letters are taken and delivered by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from bot.flow import Flow, parse
from bot.flow.content import Content, Kind
from bot.flow.heard import Chose, Heard, Started, Wrote
from bot.services import conversations, inbox, outgoing, roles, users, variables
from bot.services.conversations import Incoming, Outcome, Sender
from bot.services.inbox import Accepted
from bot.services.outgoing import Letter
from bot.services.receipt import Outcome as Ended
from bot.services.receipt import Receipt
from bot.services.roles import Actor
from bot.services.setup import Setup
from models import Message
from tests.clock import FakeClock

VERA = Sender(101, "Vera", "Visitor", "vera", "en")
VICTOR = Sender(102, "Victor", None, None, "de")
SARA = Sender(201, "Sara", None, "sara", "en")
SAM = Sender(202, "Sam", None, None, "en")
ADA = Sender(301, "Ada", None, "ada", "en")
OTTO = Sender(401, "Otto", None, None, "en")

LIBRARY = """
start = "welcome"
fallback = "lost"

[variables]
name = "text"
age = { type = "number", min = 0, max = 120 }
newsletter = "boolean"
birthday = "date"
contact = "text"

[blocks.welcome]
say = "Hello {first_name|there}."
[[blocks.welcome.connections]]
button = "My age"
to = "ask_age"
[[blocks.welcome.connections]]
button = "A person"
actions = [{ do = "service_operator" }]
to = "waiting"

[blocks.ask_age]
say = "How old are you?"
[[blocks.ask_age.connections]]
input = { type = "number", store = "age" }
to = "got_age"

[blocks.got_age]
say = ["You are {age}.", { do = "tag", name = "Known" }, { do = "wait", hours = 1, to = "reminder" }]

[blocks.reminder]
say = "An hour has passed."

[blocks.waiting]
say = "Somebody will answer you here."

[blocks.lost]
say = "Pardon?"

[[keywords]]
is = ["human"]
to = "human"

[blocks.human]
say = [{ do = "service_operator" }, "Please wait."]

[blocks.ask_mail]
say = "Which address?"
[[blocks.ask_mail.connections]]
input = { type = "email", store = "contact" }
to = "welcome"

[[keywords]]
is = ["mail"]
to = "ask_mail"

[blocks.settings]
say = [{ do = "unsubscribe", topic = "news" }, { do = "tag", name = "Quiet" }, { do = "typing" }, "No news.", "Bye."]

[[keywords]]
is = ["stop"]
to = "settings"

[blocks.resubscribe]
say = [{ do = "subscribe", topic = "news" }, { do = "untag", name = "quiet" }, "News again."]

[[keywords]]
is = ["news"]
to = "resubscribe"

[blocks.report]
say = [{ do = "notify", text = "{first_name} reports" }, "Reported."]

[[keywords]]
is = ["report"]
to = "report"
"""


@dataclass
class Office:
    """Everything a story needs: the database, the flow, the clock, and people (Ada owns it, Sara and Sam are staff)."""

    db: Session
    clock: FakeClock
    flow: Flow = field(default_factory=lambda: parse(LIBRARY, folder=None))
    staff: tuple[Sender, ...] = (SARA, SAM)
    _updates: count[int] = field(default_factory=lambda: count(1))
    _telegram_ids: count[int] = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        ids = frozenset(one.id for one in self.staff)
        self.setup = Setup(self.flow, 1, "library_bot", owners=frozenset({ADA.id}), staff=ids)
        variables.declare(self.db, self.flow)
        for one in (*self.staff, ADA):
            self.meets(one)

    def meets(self, who: Sender) -> None:
        """The person presses Start, and what the bot said is delivered."""
        self.starts(who)
        self.delivers(who)

    def starts(self, who: Sender, parameter: str = "") -> Outcome:
        """The person presses Start."""
        return self.does(who, Started(parameter), words="/start")

    def writes(self, who: Sender, text: str, *, edited: bool = False, **more: Any) -> Outcome:
        """The person writes a text."""
        return self.does(who, Wrote(text), words=text, edited=edited, **more)

    def does(
        self,
        who: Sender,
        heard: Heard | None,
        *,
        words: str = "",
        kind: Kind = Kind.TEXT,
        edited: bool = False,
        message: int | None = None,
        **more: Any,
    ) -> Outcome:
        """Anything a person can do, as the next update; `message` is one that they sent before, `more` how it came."""
        update_id = next(self._updates)
        inbox.accept(self.db, [Accepted(update_id, who.id, "{}")], self.clock.now())
        number = None if isinstance(heard, Chose) else message or next(self._telegram_ids)
        incoming = Incoming(who, heard, kind, words, telegram_id=number, edited=edited, **more)
        return conversations.hear(self.db, incoming, update_id=update_id, setup=self.setup, now=self.clock.now())

    def asks_for_a_person(self, who: Sender, words: str = "human") -> int:
        """The person starts, asks for staff, and hears that they have to wait. Returns the request's id."""
        self.meets(who)
        self.writes(who, words)
        self.delivers(who)
        card = users.card(self.db, who.id)
        assert card is not None and card.request is not None
        return card.request.id

    def letters(self, who: Sender) -> list[Letter]:
        """What is to be sent to a person now."""
        return outgoing.take(self.db, who.id, now=self.clock.now())

    def receives(self, letter: Letter, ended: Ended = Ended.SENT, **fields: object) -> frozenset[int]:
        """A letter's end."""
        if ended is Ended.SENT:
            fields.setdefault("telegram_id", letter.telegram_id or next(self._telegram_ids))
        receipt = Receipt(ended, **fields)  # type: ignore[arg-type]
        return outgoing.note(self.db, letter, receipt, setup=self.setup, now=self.clock.now())

    def delivers(self, who: Sender) -> list[str]:
        """Everything that waits for a person arrives; returns the words, or the kind of what is drawn when sent."""
        letters = self.letters(who)
        for letter in letters:
            self.receives(letter)
        return self.heard_in(letters)

    @staticmethod
    def heard_in(letters: Iterable[Letter]) -> list[str]:
        """The words of letters, or their kind where they are drawn when they are sent."""
        return [letter.kind if letter.kind in ("alert", "relay") else letter.words for letter in letters]

    def actor(self, who: Sender) -> Actor:
        """The person with the rank they have now."""
        return roles.actor(self.db, who.id, self.setup)

    def message(self, who: Sender, number: int) -> Message:
        """One line of a person's conversation as it stands."""
        message = self.db.get(Message, (who.id, number), populate_existing=True)
        assert message is not None
        return message


def text(words: str) -> Content:
    """A plain text as staff send it."""
    return Content(text=words)
