"""A push on a fresh database: an audience, an admin, and a wire whose answers a test decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bot.flow import Flow, parse
from bot.services import deliveries, deliveries_note, deliveries_plan, push_runs, push_runs_due, pushes, sql, variables
from bot.services.deliveries import ENDS
from bot.services.deliveries_claim import Parcel, claim
from bot.services.deliveries_note import Attempt
from bot.services.receipt import Outcome, Receipt
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import Delivery, Group, GroupRule, Push, PushRun, User
from tests.clock import FakeClock

ADA = Actor(301, "Ada", Role.ADMIN, "en")
EVE = Actor(302, "Eve", Role.ADMIN, "en")
SARA = Actor(201, "Sara", Role.STAFF, "en")
#: The first of the people that `people` makes; admins and staff have smaller ids.
FIRST = 1001

SALE = """
start = "welcome"
fallback = "welcome"

[variables]
city = "text"

[blocks.welcome]
say = "Hello."
[[blocks.welcome.connections]]
button = "More"
to = "more"

[blocks.more]
say = "There is more."

[blocks.spring_sale]
entry = true
say = "Dear {first_name}, spring is here."
[[blocks.spring_sale.connections]]
button = "Buy"
to = "more"

[blocks.two_parts]
entry = true
say = ["First.", "Second."]
[[blocks.two_parts.connections]]
button = "More"
to = "more"

[blocks.marked]
entry = true
say = [{ do = "tag", name = "reached" }, { do = "set", variable = "city", value = "Linz" }, "Marked."]

[blocks.callback]
entry = true
say = ["Somebody will call you.", { do = "service_operator" }]
"""


@cache
def sale() -> Flow:
    """A flow with blocks to push."""
    return parse(SALE, folder=None)


def setup() -> Setup:
    """The bot that pushes; Ada and Eve are its admins."""
    return Setup(sale(), 1, "shop_bot", owners=frozenset({ADA.id}), push_rate=0.0)


def row(user_id: int, name: str, clock: FakeClock, **more: object) -> dict[str, object]:
    """A person's row of `users`."""
    now = clock.now()
    return {"id": user_id, "first_name": name, "joined_at": now, "last_seen_at": now, **more}


def meet(db: Session, clock: FakeClock, *rows: dict[str, object]) -> None:
    """Write down people."""
    for one in rows:
        db.execute(insert(sql.table(User)), one)


def people(db: Session, clock: FakeClock, count: int) -> list[int]:
    """So many people who get everything; Ada and Eve, who send it, get nothing since they want no pushes."""
    admins = [row(one.id, one.name, clock, unsubscribed_at=clock.now()) for one in (ADA, EVE)]
    ids = list(range(FIRST, FIRST + count))
    db.execute(insert(sql.table(User)), admins)
    if ids:
        db.execute(insert(sql.table(User)), [row(user_id, f"Person {user_id}", clock) for user_id in ids])
    variables.declare(db, sale())
    db.flush()
    return ids


def group(db: Session, name: str, rule: str, clock: FakeClock) -> Group:
    """A saved group of one rule."""
    made = Group(name=name, folded=name.lower(), matching="all", created_by=ADA.id, created_at=clock.now())
    db.add(made)
    db.flush()
    db.add(GroupRule(group_id=made.id, position=1, text=rule))
    db.flush()
    return made


class Campaign:
    """One push and its runs, driven by hand."""

    def __init__(self, db: Session, clock: FakeClock, *, start: str = "spring_sale", title: str = "Spring") -> None:
        self.db = db
        self.clock = clock
        self.setup = setup()
        self.push: Push = pushes.create(db, title, by=ADA, setup=self.setup, now=clock.now())
        pushes.set_everyone(db, self.push.id, by=ADA, now=clock.now())
        pushes.set_start(db, self.push.id, start, by=ADA, setup=self.setup, now=clock.now())
        db.flush()

    @classmethod
    def over(cls, db: Session, clock: FakeClock) -> Campaign:
        """A view on runs that others have made."""
        made = cls.__new__(cls)
        made.db, made.clock, made.setup = db, clock, setup()
        return made

    def confirms(self, recipients: str = "all", *, by: Actor = ADA, picked: Sequence[int] = ()) -> int:
        """An admin sends the push now; returns the run's id."""
        run = push_runs.draft(self.db, self.push.id, by=by, now=self.clock.now())
        push_runs.set_recipients(self.db, run.id, recipients, by=by)
        for user_id in picked:
            push_runs.pick(self.db, run.id, user_id, by=by)
        push_runs.confirm(self.db, run.id, by=by, setup=self.setup, now=self.clock.now())
        self.db.commit()
        return run.id

    def begins(self) -> None:
        """What is due begins; the bot was awake all the time."""
        now = self.clock.now()
        push_runs_due.begin_due(self.db, awake_since=now - timedelta(days=9), setup=self.setup, now=now)
        self.db.commit()

    def plans(self, run_id: int) -> None:
        """The deliveries of a run are written."""
        now = self.clock.now()
        gathered = deliveries_plan.gather(self.db, run_id, setup=self.setup, now=now)
        assert gathered is not None
        assert deliveries_plan.write_piece(self.db, run_id, gathered, after=0, now=now) is None
        self.db.commit()

    def starts(self, recipients: str = "all", *, picked: Sequence[int] = ()) -> int:
        """A run that is ready to be sent."""
        run_id = self.confirms(recipients, picked=picked)
        self.begins()
        self.plans(run_id)
        return run_id

    def claims(self, run_id: int, limit: int = 100) -> tuple[Parcel, ...]:
        """The next batch."""
        parcels = claim(self.db, run_id, limit=limit, setup=self.setup, now=self.clock.now())
        self.db.commit()
        return parcels

    def notes(self, run_id: int, attempts: Iterable[Attempt], rest: timedelta | None = None) -> frozenset[int]:
        """What became of a batch."""
        now = self.clock.now()
        told = deliveries_note.note(self.db, run_id, list(attempts), rest=rest, setup=self.setup, now=now)
        self.db.commit()
        return told

    def delivers(self, run_id: int, outcome: Outcome = Outcome.SENT, limit: int = 100) -> list[int]:
        """One batch is claimed and ends in the same way for everybody; returns who was in it."""
        parcels = self.claims(run_id, limit)
        self.notes(run_id, [ended(parcel, outcome) for parcel in parcels])
        return [parcel.user_id for parcel in parcels]

    def delivers_all(self, run_id: int) -> list[int]:
        """The run is sent to its end; returns everybody in order."""
        reached: list[int] = []
        while batch := self.delivers(run_id):
            reached += batch
        return reached

    def run(self, run_id: int) -> PushRun:
        """The run as it stands."""
        return self.db.get_one(PushRun, run_id, populate_existing=True)

    def states(self, run_id: int) -> Counter[str]:
        """How many deliveries of a run are in each state."""
        return Counter(self.db.scalars(select(Delivery.state).where(Delivery.run_id == run_id)))

    def state_of(self, run_id: int, user_id: int) -> tuple[str, str | None]:
        """What became of one person, and why."""
        one = self.db.get_one(Delivery, (run_id, user_id), populate_existing=True)
        return one.state, one.reason

    def check(self, run_id: int) -> None:
        """The counters are the ledger, and their sum is the audience."""
        run, states = self.run(run_id), self.states(run_id)
        assert {end: getattr(run, end) for end in ENDS} == {end: states[end] for end in ENDS}
        assert states.total() == run.audience
        assert deliveries.left(run) == states["waiting"] + states["begun"]


def ended(parcel: Parcel, outcome: Outcome = Outcome.SENT, **fields: object) -> Attempt:
    """The end of a parcel: all of it arrived, or its first message did not."""
    if outcome is Outcome.SENT:
        receipts = tuple(Receipt(outcome, telegram_id=number) for number, _ in enumerate(parcel.contents, 1))
        return Attempt(parcel, receipts)
    return Attempt(parcel, (Receipt(outcome, **fields),))  # type: ignore[arg-type]
