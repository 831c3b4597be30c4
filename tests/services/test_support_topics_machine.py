"""Whatever happens to the staff group, in any order: what a user writes to staff is read there or by staff directly."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import topic_letters
from bot.services import requests, support_group, support_topics, support_topics_note, users
from bot.services.receipt import Outcome, Receipt
from bot.services.requests import Origin
from bot.wire import Call
from models import Message
from tests.clock import FakeClock
from tests.services.machine import LONG, Machine, check_stories
from tests.services.office import SAM, SARA, VERA, Office, text

GROUP = -1001


@dataclass
class Group:
    """A group with topics as the bot meets it; keeps all that was ever posted, also in topics that are gone."""

    threads: set[int] = field(default_factory=set)
    posts: list[str] = field(default_factory=list)
    present: bool = True
    ids: count[int] = field(default_factory=lambda: count(50))

    def does(self, call: Call) -> tuple[Receipt, tuple[int, ...]]:
        """One call, and how it ends."""
        if not self.present:
            return Receipt(Outcome.GONE, reason="bot was kicked from the supergroup chat"), ()
        number = next(self.ids)
        if call.method == "createForumTopic":
            self.threads.add(number)
            return Receipt(Outcome.SENT), (number,)
        if call.parameters.get("message_thread_id", number) not in {*self.threads, number}:
            return Receipt(Outcome.REFUSED, reason="message thread not found"), ()
        self.posts.append(str(call.parameters.get("text", "")))
        return Receipt(Outcome.SENT), (number,)


class Topics(Machine):
    """Vera writes, staff work in the topic, and everything goes wrong that can."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(self.db, FakeClock())
        rules = replace(self.office.setup.support, group_id=GROUP)
        self.office.setup = replace(self.office.setup, support=rules)
        self.office.meets(VERA)
        self.group = Group()
        #: What Vera wrote while the bot was silent, each word once.
        self.written: list[str] = []

    def teardown(self) -> None:
        self.the_bot_comes_back()
        self.the_group_is_brought_up_to_date(1000)
        self.check_that_all_was_read()
        super().teardown()

    def is_silent(self) -> bool:
        vera = users.get(self.db, VERA.id)
        return vera is not None and vera.bot_off_since is not None

    @rule(asks=st.booleans(), many=st.integers(1, 4))
    def vera_writes(self, asks: bool, many: int) -> None:
        for _ in range(many):
            silent, words = self.is_silent(), f"word{len(self.written)}."
            self.office.writes(VERA, "human" if asks and not silent else words)
            if silent:
                self.written.append(words)

    @rule(steps=st.integers(1, 8))
    def the_group_is_brought_up_to_date(self, steps: int, crashes: bool = False) -> None:
        for _ in range(steps):
            errand = topic_letters.next_errand(self.db, setup=self.office.setup, now=self.office.clock.now())
            if errand is None:
                return
            receipt = Receipt(Outcome.SENT)
            ids: tuple[int, ...] = ()
            for call in errand.calls:
                receipt, made = self.group.does(call)
                ids = ids or made
                if receipt.outcome is not Outcome.SENT:
                    break
            if crashes:
                return
            self.office.clock.forward(minutes=5)
            setup, now = self.office.setup, self.office.clock.now()
            support_topics_note.note(self.db, errand.step, receipt, ids, setup=setup, now=now)

    @rule()
    def the_bot_dies_before_it_notes_a_step(self) -> None:
        self.the_group_is_brought_up_to_date(1, crashes=True)

    @rule()
    def a_topic_is_deleted(self) -> None:
        if self.group.threads:
            self.group.threads.pop()

    @rule()
    def the_bot_is_put_out(self) -> None:
        self.group.present = False

    @rule()
    def the_bot_comes_back(self) -> None:
        self.group.present = True
        support_group.regain(self.db, GROUP, setup=self.office.setup, now=self.office.clock.now())

    @rule()
    def sara_takes(self) -> None:
        if request := requests.open_of(self.db, VERA.id):
            requests.take(self.db, request.id, by=self.office.actor(SARA), now=self.office.clock.now())

    @rule(on=st.booleans())
    def sam_switches(self, on: bool) -> None:
        switch = requests.reactivate if on else requests.deactivate
        switch(self.db, VERA.id, by=self.office.actor(SAM), setup=self.office.setup, now=self.office.clock.now())

    @precondition(lambda self: self.group.threads)
    @rule()
    def sara_answers_in_a_topic(self) -> None:
        """Also in one whose request is closed, which opens it again."""
        topic = support_topics.by_thread(self.db, GROUP, max(self.group.threads))
        if topic is not None:
            requests.answer(
                self.db,
                VERA.id,
                text("yes"),
                by=self.office.actor(SARA),
                origin=Origin((GROUP, next(self.group.ids)), request_id=topic.request_id),
                setup=self.office.setup,
                now=self.office.clock.now(),
            )

    def check_that_all_was_read(self) -> None:
        relayed = select(Message.words).where(Message.kind == "relay", Message.user_id.in_([SARA.id, SAM.id, 301]))
        read = "\n".join([*self.group.posts, *self.db.scalars(relayed)])
        assert [words for words in self.written if words not in read] == []
        assert support_topics.next_topic(self.db, GROUP, self.office.clock.now()) is None


@pytest.mark.fuzz
def test_nothing_that_a_user_writes_is_lost_with_a_topic(db: Session) -> None:
    check_stories(Topics, db, stories=200 if LONG else 6, steps=40 if LONG else 25)
