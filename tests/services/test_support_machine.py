"""Whatever happens at the desk and in its group, in any order: a user is read by staff or answered by the bot.

The law: each message of the user's is seen by staff or answered by the bot, exactly one of the two; and each answer of
staff's is delivered, or shown as not delivered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import topic_letters, visits_group
from bot.flow.content import Kind as Media
from bot.flow.heard import Heard, Shared, Wrote
from bot.services import (
    edits,
    inbox,
    outgoing,
    requests,
    requests_hand,
    support_group,
    support_topics,
    users,
    users_reach,
)
from bot.services import support_topics_note as notes
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.services.outgoing import Letter
from bot.services.people import Sender
from bot.services.receipt import Outcome
from bot.services.refusal import Refusal
from bot.services.requests import Origin
from bot.services.roles import Role
from bot.visits_group import Where
from models import Message
from tests.clock import FakeClock
from tests.services.group import GROUP, Group
from tests.services.machine import LONG, Machine, check_stories
from tests.services.office import ADA, SAM, SARA, VERA, Office, text

STAFF = st.sampled_from([SARA, SAM])
EVERYBODY = (VERA, SARA, SAM, ADA)
#: What says that an answer did not arrive, or that nobody knows.
TOLD = ("Not delivered", "not known whether", "did not arrive")


class Desk(Machine):
    """Vera, two members of staff, perhaps a group; a wire that may be cut and a bot that may die at any moment."""

    def __init__(self) -> None:
        super().__init__()
        self.office = Office(self.db, FakeClock())
        self.office.meets(VERA)
        self.group = Group()
        #: Letters that are on the wire: nobody knows yet what becomes of them.
        self.on_the_wire: list[Letter] = []
        #: What Vera wrote to staff: the number of the line, and its words, each once.
        self.to_staff: dict[int, str] = {}
        self.to_the_bot: list[int] = []
        #: Numbers of her lines that staff have seen in their own chats.
        self.seen: set[int] = set()
        #: Answers of staff by their number in Vera's log, and which message of whom each was.
        self.answers: dict[int, tuple[Sender, tuple[int, int]]] = {}

    @initialize(topics=st.booleans())
    def the_desk_opens(self, topics: bool) -> None:
        self.the_owner_decides_on_the_group(topics)

    def teardown(self) -> None:
        try:
            self.everything_is_sent()
            self.check_that_all_was_read()
            self.check_that_no_answer_vanished()
        finally:
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

    # What Vera does.

    @rule(asks=st.booleans(), many=st.integers(1, 6))
    def vera_writes(self, asks: bool, many: int) -> None:
        for _ in range(many):
            words = "human" if asks and not self.is_silent() else f"word{self.last_number()}."
            self._comes(Wrote(words), words)

    @rule(many=st.integers(1, 3))
    def vera_sends_an_album(self, many: int) -> None:
        album = f"a{self.last_number()}"
        for _ in range(many):
            words = f"word{self.last_number()}."
            photo = Shared(Media.PHOTO, f"photo:{words}", words, album=album)
            self._comes(photo, words, kind=Media.PHOTO, file_id=words, album=album)

    def _comes(self, heard: Heard, words: str, **how: Any) -> None:
        """One message: it goes to staff or is answered, and never both."""
        silent, number = self.is_silent(), self.last_number() + 1
        self.office.does(VERA, heard, words=words, **how)
        said = [line for line in self.lines(VERA.id) if line.number > number and line.author in ("flow", "system")]
        assert not (silent and said), "the bot answers while staff do"
        if silent:
            self.to_staff[number] = words
        elif said:
            self.to_the_bot.append(number)

    @precondition(lambda self: self.to_staff)
    @rule(place=st.integers(0, 99))
    def vera_changes_what_she_wrote(self, place: int) -> None:
        number = list(self.to_staff)[place % len(self.to_staff)]
        before, silent, after = self.office.message(VERA, number), self.is_silent(), self.last_number() + 1
        kind, content = Media(before.kind), before.content
        heard = Wrote("changed") if kind is Media.TEXT else Shared(kind, "photo:x", "changed")
        how: dict[str, Any] = {name: content.get(name) for name in ("file_id", "album")}
        words = f"word{after}!"
        self.office.does(VERA, heard, words=words, kind=kind, edited=True, message=before.telegram_id, **how)
        if silent:
            del self.to_staff[number]  # staff read the newest version of what was changed
            self.to_staff[after] = words

    @rule()
    def vera_blocks_the_bot(self) -> None:
        if letters := self.office.letters(VERA):
            self.on_the_wire = [one for one in self.on_the_wire if one.user_id != VERA.id]
            self.office.receives(letters[0], Outcome.BLOCKED, reason="blocked the bot")

    # What staff do.

    @rule(who=STAFF)
    def staff_take(self, who: Sender) -> None:
        if self.is_staff(who) and (request := requests.open_of(self.db, VERA.id)):
            requests.take(self.db, request.id, by=self.office.actor(who), now=self.office.clock.now())

    @rule(to=STAFF)
    def staff_hand_over(self, to: Sender) -> None:
        request = requests.open_of(self.db, VERA.id)
        if self.is_staff(to) and request is not None and request.taken_by is not None:
            seen, sara, now = request.taken_by, self.office.actor(SARA), self.office.clock.now()
            give = partial(requests_hand.hand_over, self.db, request.id, to.id, seen=seen, by=sara, now=now)
            if to.id in users_reach.staff_ids(self.db):
                give()
            else:  # nothing would reach them
                with pytest.raises(Refusal, match="no_colleague"):
                    give()

    @rule(who=STAFF, old=st.booleans())
    def staff_answer(self, who: Sender, old: bool) -> None:
        """To the open request, or by a reply to the first one ever, which is closed perhaps."""
        if self.is_staff(who):
            request = self.db.scalar(select(Message.request_id).order_by(Message.request_id).limit(1)) if old else None
            source = (who.id, self.group.next_id())
            where = Origin(source, request_id=request)
            actor, now = self.office.actor(who), self.office.clock.now()
            done = requests.answer(
                self.db, VERA.id, text("yes"), by=actor, origin=where, setup=self.office.setup, now=now
            )
            self.answers[done.number] = who, source

    @precondition(lambda self: self.group.threads)
    @rule(place=st.integers(0, 9))
    def sara_writes_in_a_topic(self, place: int) -> None:
        """Also in one whose request is closed, which opens it again or refuses visibly."""
        thread = sorted(self.group.threads)[place % len(self.group.threads)]
        before, message, update_id = self.last_number(), self.group.next_id(), next(self.office._updates)
        inbox.accept(self.db, [Accepted(update_id, SARA.id, "{}")], self.office.clock.now())
        incoming = Incoming(SARA, Wrote("yes"), words="yes", telegram_id=message)
        how = {"update_id": update_id, "setup": self.office.setup, "now": self.office.clock.now()}
        visits_group.message(self.db, incoming, Where(GROUP, thread), **how)  # type: ignore[arg-type]
        if self.last_number() > before:
            self.answers[self.last_number()] = SARA, (GROUP, message)

    @precondition(lambda self: self.answers)
    @rule(place=st.integers(0, 99))
    def staff_change_an_answer(self, place: int) -> None:
        number = list(self.answers)[place % len(self.answers)]
        who, source = self.answers[number]
        if self.office.message(VERA, number).state in ("waiting", "stale", "sent") and self.is_staff(who):
            edits.of_staff(self.db, source, text("no"), by=self.office.actor(who), now=self.office.clock.now())

    @rule()
    def sara_closes(self) -> None:
        if request := requests.open_of(self.db, VERA.id):
            by, now = self.office.actor(SARA), self.office.clock.now()
            requests.close(self.db, request.id, by=by, setup=self.office.setup, now=now)

    @rule(on=st.booleans())
    def sara_switches(self, on: bool) -> None:
        switch = requests.reactivate if on else requests.deactivate
        switch(self.db, VERA.id, by=self.office.actor(SARA), setup=self.office.setup, now=self.office.clock.now())

    @rule()
    def sam_becomes_staff_or_ceases_to_be(self) -> None:
        on = not self.is_staff(SAM)
        ada, now = self.office.actor(ADA), self.office.clock.now()
        users.switch_support(self.db, SAM.id, on, by=ada, now=now)

    @rule()
    def sam_blocks_the_bot(self) -> None:
        if letters := self.office.letters(SAM):
            self.on_the_wire = [one for one in self.on_the_wire if one.user_id != SAM.id]
            self.office.receives(letters[0], Outcome.BLOCKED, reason="blocked the bot")

    @rule()
    def sam_comes_back(self) -> None:
        self.office.starts(SAM)

    def is_staff(self, who: Sender) -> bool:
        return self.office.actor(who).role >= Role.STAFF

    # What the wire and the machine do.

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
            self.ends(letter, Outcome.SENT if drawn and end is Outcome.REFUSED else end)

    def ends(self, letter: Letter, end: Outcome) -> None:
        """Whoever is no longer staff gets nothing drawn (`letters.draw`); it counts as sent all the same."""
        if letter.kind == outgoing.RELAY and not self.is_staff(self.person(letter.user_id)):
            self.office.receives(letter, telegram_id=None)
            return
        if letter.kind == outgoing.RELAY:
            self.seen |= {one.content["relay_of"][1] for one in (letter, *letter.joined)}
        self.office.receives(letter, end)

    @staticmethod
    def person(user_id: int) -> Sender:
        return next(one for one in EVERYBODY if one.id == user_id)

    @rule()
    def the_bot_is_killed_and_comes_back(self) -> None:
        """Whatever was on the wire, nobody remembers it."""
        self.on_the_wire.clear()

    @rule(seconds=st.integers(1, 30))
    def time_passes(self, seconds: int) -> None:
        self.office.clock.forward(seconds=seconds)

    # What happens in the group.

    @rule(steps=st.integers(1, 8))
    def the_group_is_brought_up_to_date(self, steps: int, crashes: bool = False) -> None:
        for _ in range(steps):
            setup, now = self.office.setup, self.office.clock.now()
            errand = topic_letters.next_errand(self.db, setup=setup, now=now)
            if errand is None:
                return
            receipt, ids = self.group.does(errand.calls)
            if not crashes:
                notes.note(self.db, errand.step, receipt, ids, setup=setup, now=now)

    @rule()
    def the_bot_dies_before_it_notes_a_step(self) -> None:
        self.the_group_is_brought_up_to_date(1, crashes=True)

    @rule()
    def a_topic_is_deleted(self) -> None:
        if self.group.threads:
            self.group.threads.pop()

    @precondition(lambda self: self.group.threads)
    @rule(shut=st.booleans())
    def a_topic_is_closed_or_opened_by_hand(self, shut: bool) -> None:
        thread = max(self.group.threads)
        (self.group.closed.add if shut else self.group.closed.discard)(thread)
        if topic := support_topics.by_thread(self.db, GROUP, thread):
            support_topics.note_door(self.db, topic, shut)

    @rule()
    def the_bot_is_put_out_of_the_group(self) -> None:
        self.group.present = False

    @rule()
    def the_bot_comes_back_into_the_group(self) -> None:
        self.group.present = True
        support_group.regain(self.db, GROUP, setup=self.office.setup, now=self.office.clock.now())

    @rule(topics=st.booleans())
    def the_owner_decides_on_the_group(self, topics: bool) -> None:
        group = GROUP if topics else 0
        if group != self.office.setup.support.group_id:
            rules = replace(self.office.setup.support, group_id=group)
            self.office.setup = replace(self.office.setup, support=rules)
            support_group.move_in(self.db, setup=self.office.setup, now=self.office.clock.now())

    # The law.

    @invariant()
    def at_most_one_request_is_open_and_only_while_the_bot_is_silent(self) -> None:
        request = requests.open_of(self.db, VERA.id)
        assert request is None or self.is_silent()

    def everything_is_sent(self) -> None:
        self.on_the_wire.clear()
        self.the_bot_comes_back_into_the_group()
        self.office.clock.forward(hours=1)
        for _ in range(200):
            self.office.clock.forward(minutes=1)  # albums wait a moment for what belongs to them
            self.the_group_is_brought_up_to_date(200)
            letters = [letter for one in EVERYBODY for letter in self.office.letters(one)]
            if not letters:
                assert support_topics.next_topic(self.db, GROUP, self.office.clock.now()) is None
                return
            for letter in letters:
                self.ends(letter, Outcome.SENT)
        raise AssertionError("the outbox is never empty")

    def check_that_all_was_read(self) -> None:
        posted = "\n".join(self.group.posts)
        read = self.seen | {number for number, words in self.to_staff.items() if words in posted}
        assert self.to_staff.keys() <= read, "something was read by nobody"
        assert not read & set(self.to_the_bot), "staff read what the bot has answered"
        for one in EVERYBODY:
            assert [line.number for line in self.lines(one.id)] == list(range(1, len(self.lines(one.id)) + 1))

    def check_that_no_answer_vanished(self) -> None:
        """It was sent, or whoever wrote it was told in their own chat or in the topic."""
        ends = [self.office.message(VERA, number).state for number in self.answers]
        assert set(ends) <= {"sent", "failed", "unsure"}
        said = [line.words for one in (SARA, SAM) for line in self.lines(one.id)]
        told = [
            words for words in (*said, *"\n".join(self.group.posts).split("\n")) if any(one in words for one in TOLD)
        ]
        assert len(told) >= sum(end != "sent" for end in ends)


@pytest.mark.fuzz
def test_nobody_at_the_desk_is_lost_whatever_happens(db: Session) -> None:
    check_stories(Desk, db, stories=500 if LONG else 10, steps=40 if LONG else 30)
