"""Whatever happens to a push, in any order: everybody ends once, and the sums are right at every moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from bot.services import deliveries, deliveries_carry, push_runs, sql
from bot.services.deliveries_claim import Parcel
from bot.services.deliveries_note import Attempt
from bot.services.receipt import Outcome
from models import User
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, Campaign, ended
from tests.services.machine import LONG, Machine, check_stories

PEOPLE = 12


class Ledger(Machine):
    """One push, its runs, and a wire of which a test knows everything that arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        campaign.people(self.db, self.clock, PEOPLE)
        self.spring = Campaign(self.db, self.clock)
        self.runs: list[int] = []
        self.on_their_way: list[Parcel] = []
        #: How often the wire was given something for a person, by run.
        self.sends: Counter[tuple[int, int]] = Counter()
        self.newcomers = 0

    @property
    def run(self) -> int:
        return self.runs[-1]

    def state(self) -> str:
        return self.spring.run(self.run).state if self.runs else "none"

    @precondition(lambda self: self.state() in ("none", "done", "stopped") and not self.on_their_way)
    @rule(recipients=st.sampled_from(["all", "new", "failed", "unsure"]))
    def start(self, recipients: str) -> None:
        self.runs.append(self.spring.starts(recipients))

    @precondition(lambda self: bool(self.runs))
    @rule(limit=st.integers(1, 8))
    def claim(self, limit: int) -> None:
        self._begins(self.spring.claims(self.run, limit))

    @precondition(lambda self: bool(self.on_their_way))
    @rule(data=st.data())
    def note(self, data: st.DataObject) -> None:
        run_id, attempts, rest = self._come_back(data)
        self.spring.notes(run_id, attempts, rest)

    @precondition(lambda self: bool(self.on_their_way))
    @rule(data=st.data(), room=st.integers(0, 8))
    def carry(self, data: st.DataObject, room: int) -> None:
        run_id, attempts, rest = self._come_back(data)
        setup, now = self.spring.setup, self.clock.now()
        carried = deliveries_carry.carry(self.db, run_id, attempts, room=room, rest=rest, setup=setup, now=now)
        self.db.commit()
        self._begins(carried.parcels)

    def _begins(self, parcels: Sequence[Parcel]) -> None:
        self.sends.update((parcel.run_id, parcel.user_id) for parcel in parcels)
        self.on_their_way += parcels

    def _come_back(self, data: st.DataObject) -> tuple[int, list[Attempt], timedelta | None]:
        """Some of those on their way come back; None: one that was taken back before it had left."""
        count = data.draw(st.integers(1, len(self.on_their_way)))
        back, self.on_their_way = self.on_their_way[:count], self.on_their_way[count:]
        ends = [data.draw(st.sampled_from([None, *Outcome])) for _ in back]
        for parcel, end in zip(back, ends, strict=True):
            if end in (None, Outcome.RETRY):  # Telegram took nothing
                self.sends[parcel.run_id, parcel.user_id] -= 1
        attempts = [
            ended(parcel, end) if end else Attempt(parcel, (), held=True)
            for parcel, end in zip(back, ends, strict=True)
        ]
        rest = data.draw(st.sampled_from([None, timedelta(seconds=60)])) if Outcome.RETRY in ends else None
        return back[0].run_id, attempts, rest

    @rule()
    def crash(self) -> None:
        self.on_their_way = []
        deliveries.recover(self.db, self.clock.now())
        self.db.commit()

    @precondition(lambda self: self.state() == "sending")
    @rule()
    def pause(self) -> None:
        push_runs.pause(self.db, self.run, by=ADA, now=self.clock.now())

    @precondition(lambda self: self.state() == "paused")
    @rule()
    def resume(self) -> None:
        push_runs.resume(self.db, self.run, by=ADA, setup=self.spring.setup, now=self.clock.now())

    @precondition(lambda self: self.state() in ("sending", "paused"))
    @rule()
    def stop(self) -> None:
        push_runs.stop(self.db, self.run, by=ADA, now=self.clock.now())

    @rule(seconds=st.integers(1, 90))
    def time_passes(self, seconds: int) -> None:
        self.clock.forward(seconds=seconds)

    @rule(who=st.integers(FIRST, FIRST + PEOPLE - 1), column=st.sampled_from(["bot_off_since", "unsubscribed_at"]))
    def drops_out(self, who: int, column: str) -> None:
        self.db.execute(update(User).where(User.id == who).values({column: self.clock.now()}))

    @rule()
    def somebody_new_comes(self) -> None:
        self.newcomers += 1
        self.db.execute(insert(sql.table(User)), campaign.row(5000 + self.newcomers, "New", self.clock))

    @invariant()
    def nobody_is_sent_the_same_run_twice(self) -> None:
        assert not self.sends or max(self.sends.values()) <= 1

    @invariant()
    def the_sums_are_right(self) -> None:
        for run_id in self.runs:
            self.spring.check(run_id)

    @invariant()
    def what_is_begun_is_on_its_way(self) -> None:
        for run_id in self.runs:
            begun = sum(parcel.run_id == run_id for parcel in self.on_their_way)
            assert self.spring.states(run_id)["begun"] == begun

    @invariant()
    def a_run_that_is_over_has_nobody_left(self) -> None:
        for run_id in self.runs:
            if self.spring.run(run_id).state == "done":
                assert {"waiting", "begun"}.isdisjoint(self.spring.states(run_id))


@pytest.mark.fuzz
def test_the_ledger_holds_whatever_happens(db: Session) -> None:
    check_stories(Ledger, db, stories=1_000 if LONG else 30, steps=30)
