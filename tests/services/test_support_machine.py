"""Whatever happens at the desk, in any order: a user is read by staff or answered by the bot, no answer vanishes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import edits, outgoing, requests, requests_hand, users
from bot.services.outgoing import Letter
from bot.services.people import Sender
from bot.services.receipt import Outcome
from bot.services.requests import Origin
from models import Message
from tests.clock import FakeClock
from tests.services.machine import LONG, Machine, check_stories
from tests.services.office import SAM, SARA, VERA, Office, text

STAFF = st.sampled_from([SARA, SAM])
EVERYBODY = (VERA, SARA, SAM)


class Desk(Machine):
    """Vera, two members of staff, and a wire that may be cut at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(self.db, FakeClock())
        self.office.meets(VERA)
        #: Letters that are on the wire: nobody knows yet what becomes of them.
        self.on_the_wire: list[Letter] = []
        #: What Vera wrote: the number of the line, and whether the bot was silent.
        self.written: list[tuple[int, bool]] = []
        #: Answers of staff by their number in Vera's log.
        self.answers: list[int] = []
        self.sources: dict[int, int] = {}

    def teardown(self) -> None:
        self.everything_is_sent()
        self.check_that_nothing_is_lost()
        super().teardown()

    def is_silent(self) -> bool:
        vera = users.get(self.db, VERA.id)
        return vera is not None and vera.bot_off_since is not None

    def last_number(self) -> int:
        vera = users.get(self.db, VERA.id)
        assert vera is not None
        return vera.last_message

    def lines(self, of: int) -> Sequence[Message]:
        query = select(Message).where(Message.user_id == of).order_by(Message.number)
        return self.db.scalars(query.execution_options(populate_existing=True)).all()

    @rule(words=st.sampled_from(["human", "hello", "my age"]), many=st.integers(1, 6))
    def vera_writes(self, words: str, many: int) -> None:
        for _ in range(many):
            silent, number = self.is_silent(), self.last_number() + 1
            self.office.writes(VERA, words)
            self.written.append((number, silent))

    @precondition(lambda self: self.written)
    @rule(place=st.integers(0, 99))
    def vera_changes_what_she_wrote(self, place: int) -> None:
        number, _ = self.written[place % len(self.written)]
        before, silent, next_number = self.office.message(VERA, number), self.is_silent(), self.last_number() + 1
        self.office.writes(VERA, "changed", edited=True, message=before.telegram_id)
        if silent:
            self.written.append((next_number, True))

    @rule(who=STAFF)
    def staff_take(self, who: Sender) -> None:
        if request := requests.open_of(self.db, VERA.id):
            requests.take(self.db, request.id, by=self.office.actor(who), now=self.office.clock.now())

    @rule(by=STAFF, to=STAFF)
    def staff_hand_over(self, by: Sender, to: Sender) -> None:
        request = requests.open_of(self.db, VERA.id)
        if request is not None and request.taken_by is not None:
            requests_hand.hand_over(
                self.db,
                request.id,
                to.id,
                seen=request.taken_by,
                by=self.office.actor(by),
                now=self.office.clock.now(),
            )

    @rule(who=STAFF, old=st.booleans())
    def staff_answer(self, who: Sender, old: bool) -> None:
        """To the open request, or by a reply to the first one ever, which is closed perhaps."""
        source = 9000 + len(self.answers)
        first = self.db.scalar(select(Message.request_id).where(Message.kind == "alert").order_by(Message.request_id))
        done = requests.answer(
            self.db,
            VERA.id,
            text("yes"),
            by=self.office.actor(who),
            origin=Origin((who.id, source), request_id=first if old else None),
            setup=self.office.setup,
            now=self.office.clock.now(),
        )
        self.answers.append(done.number)
        self.sources[done.number] = who.id

    @precondition(lambda self: self.answers)
    @rule(place=st.integers(0, 99))
    def staff_change_an_answer(self, place: int) -> None:
        at = place % len(self.answers)
        number = self.answers[at]
        if self.office.message(VERA, number).state in ("waiting", "stale", "sent"):
            who = next(one for one in (SARA, SAM) if one.id == self.sources[number])
            source, now = (who.id, 9000 + at), self.office.clock.now()
            edits.of_staff(self.db, source, text("no"), by=self.office.actor(who), now=now)

    @rule(who=STAFF)
    def staff_close(self, who: Sender) -> None:
        if request := requests.open_of(self.db, VERA.id):
            by, now = self.office.actor(who), self.office.clock.now()
            requests.close(self.db, request.id, by=by, setup=self.office.setup, now=now)

    @rule(who=STAFF, on=st.booleans())
    def staff_switch(self, who: Sender, on: bool) -> None:
        switch = requests.reactivate if on else requests.deactivate
        switch(self.db, VERA.id, by=self.office.actor(who), setup=self.office.setup, now=self.office.clock.now())

    @rule(whose=st.sampled_from(EVERYBODY))
    def letters_leave(self, whose: Sender) -> None:
        if not any(letter.user_id == whose.id for letter in self.on_the_wire):
            self.on_the_wire += self.office.letters(whose)

    @rule(end=st.sampled_from([Outcome.SENT, Outcome.SENT, Outcome.UNSURE, Outcome.REFUSED]))
    def one_arrives(self, end: Outcome) -> None:
        if self.on_the_wire:
            letter = self.on_the_wire.pop(0)
            # Telegram refuses what staff wrote, never what we draw.
            drawn = letter.kind in outgoing.DRAWN
            self.office.receives(letter, Outcome.SENT if drawn and end is Outcome.REFUSED else end)

    @rule()
    def the_bot_is_killed_and_comes_back(self) -> None:
        """Whatever was on the wire, nobody remembers it."""
        self.on_the_wire.clear()

    @rule(seconds=st.integers(1, 30))
    def time_passes(self, seconds: int) -> None:
        self.office.clock.forward(seconds=seconds)

    @invariant()
    def at_most_one_request_is_open_and_only_while_the_bot_is_silent(self) -> None:
        request = requests.open_of(self.db, VERA.id)
        assert request is None or self.is_silent()

    @invariant()
    def each_message_is_read_by_staff_or_answered_by_the_bot_and_never_both(self) -> None:
        relays = [line for one in (SARA, SAM) for line in self.lines(one.id) if line.kind == "relay"]
        read = {line.content["relay_of"][1] for line in relays}
        newest: dict[int | None, int] = {}
        for line in self.lines(VERA.id):
            if line.direction == "in":
                newest[line.telegram_id] = line.number
        for number, silent in self.written:
            line = self.office.message(VERA, number)
            replaced = newest[line.telegram_id] != number  # staff read the newest version of what was changed
            assert (number in read) is silent or replaced

    def everything_is_sent(self) -> None:
        self.on_the_wire.clear()
        self.office.clock.forward(hours=1)
        for _ in range(200):
            letters = [letter for one in EVERYBODY for letter in self.office.letters(one)]
            if not letters:
                return
            for letter in letters:
                self.office.receives(letter)
        raise AssertionError("the outbox is never empty")

    def check_that_nothing_is_lost(self) -> None:
        """Each relay was sent; each answer was sent, or the one who wrote it was told."""
        for one in (SARA, SAM):
            assert {line.state for line in self.lines(one.id) if line.kind == "relay"} <= {"sent", "unsure"}
        told = [line.words for one in (SARA, SAM) for line in self.lines(one.id) if "message to" in line.words.lower()]
        told += [line.words for one in (SARA, SAM) for line in self.lines(one.id) if "Not delivered" in line.words]
        ends = [self.office.message(VERA, number).state for number in self.answers]
        assert set(ends) <= {"sent", "failed", "unsure"}
        assert len(told) >= sum(end != "sent" for end in ends)


@pytest.mark.fuzz
def test_nobody_at_the_desk_is_lost_whatever_happens(db: Session) -> None:
    check_stories(Desk, db, stories=300 if LONG else 6, steps=25)
