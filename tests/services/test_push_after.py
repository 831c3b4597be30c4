"""After a run: the report, one person's part in it, the file, taking it back and changing its text."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow.content import Content, Kind, Option
from bot.services import messages, push_clicks, push_content, push_report, push_runs, push_sweeps, push_topics
from bot.services.messages import Line
from bot.services.push_clicks import UNSUBSCRIBE
from bot.services.push_report import Pressed
from bot.services.push_sweeps import Swept, Target
from bot.services.receipt import Outcome
from bot.services.refusal import Refusal
from models import Message
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, Campaign, ended


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone with a message of its own and a button; five people are there."""
    campaign.people(db, clock, 5)
    made = Campaign(db, clock)
    says(made, Content(text="Hello.", rows=((Option("More", block="more"),),)))
    return made


def says(spring: Campaign, content: Content) -> None:
    now = spring.clock.now()
    push_content.set_message(spring.db, spring.push.id, content, by=ADA, setup=spring.setup, now=now)


def writes(spring: Campaign, user_id: int, telegram_id: int | None = 900) -> None:
    """A person writes; without a number it is a press."""
    line = Line(user_id, "in", "user", "text", "Yes", telegram_id=telegram_id)
    messages.write(spring.db, [line], now=spring.clock.now())


def sent(spring: Campaign) -> int:
    """A run: one blocked, one failed, one unsure, two sent."""
    run_id = spring.starts()
    blocked, failed, unsure, *arrived = spring.claims(run_id)
    ends = [
        ended(blocked, Outcome.BLOCKED),
        ended(failed, Outcome.REFUSED, reason="chat is odd"),
        ended(unsure, Outcome.UNSURE, reason="no answer"),
    ]
    spring.clock.forward(seconds=2)
    spring.notes(run_id, [*ends, *map(ended, arrived)])
    return run_id


def test_the_report_says_what_became_of_whom_and_what_they_did(spring: Campaign) -> None:
    run_id = sent(spring)
    now = spring.clock.now()
    push_clicks.count(spring.db, run_id, FIRST + 3, "more:", now)
    push_clicks.count(spring.db, run_id, FIRST + 4, UNSUBSCRIBE, now)
    spring.clock.forward(hours=1)
    writes(spring, FIRST + 3)
    writes(spring, FIRST + 4, telegram_id=None)
    push_topics.leave(spring.db, FIRST + 3, None, spring.clock.now())
    spring.clock.forward(hours=24)
    writes(spring, FIRST + 2)
    found = push_report.report(spring.db, run_id, setup=spring.setup, now=spring.clock.now())
    assert (found.audience, found.left) == (7, 0)
    assert {end: count for end, count in found.ends.items() if count} == {
        "sent": 2,
        "blocked": 1,
        "failed": 1,
        "unsure": 1,
        "skipped": 2,
    }
    assert ("failed", "chat is odd", 1) in found.reasons and found.reasons[0] == ("skipped", "unsubscribed", 2)
    assert (found.seconds, found.speed) == (2.0, 2.5)
    assert found.clicks == (Pressed("More", 1),)
    assert (found.replied, found.unsubscribed) == (1, 2)


def test_buttons_of_a_block_are_counted_under_its_own_words(db: Session, clock: FakeClock) -> None:
    campaign.people(db, clock, 1)
    spring = Campaign(db, clock)
    run_id = spring.starts()
    (parcel,) = spring.claims(run_id)
    option = parcel.contents[0].rows[0][0]
    push_clicks.count(db, run_id, FIRST, push_clicks.button(option.block or "", option.choice or ""), clock.now())
    push_clicks.count(db, run_id, FIRST, "gone:", clock.now())
    found = push_report.report(db, run_id, setup=spring.setup, now=clock.now())
    assert found.clicks == (Pressed("Buy", 1), Pressed("gone", 1))


def test_the_file_has_one_row_for_each_recipient(spring: Campaign) -> None:
    run_id = sent(spring)
    push_clicks.count(spring.db, run_id, FIRST + 3, "more:", spring.clock.now())
    piece = push_report.piece(spring.db, run_id, after=None)
    assert piece.next is None and len(piece.rows) == 7
    rows = {row[0]: dict(zip(push_report.HEADER, row, strict=True)) for row in piece.rows}
    assert rows[FIRST + 1]["reason"] == "chat is odd"
    assert rows[FIRST + 3]["pressed"] == "more" and rows[FIRST + 3]["replied"] is False
    assert rows[ADA.id]["state"] == "skipped"
    assert push_report.piece(spring.db, run_id, after=FIRST + 4).rows == ()


def test_why_somebody_got_it_or_not(spring: Campaign) -> None:
    run_id = sent(spring)

    def why(user_id: int, of: int = run_id) -> tuple[str, str | None]:
        found = push_report.why(spring.db, of, user_id, setup=spring.setup, now=spring.clock.now())
        return found.key, found.reason

    assert why(FIRST + 3) == ("sent", None)
    assert why(ADA.id) == ("skipped", "unsubscribed")
    assert why(FIRST + 1) == ("failed", "chat is odd")
    assert why(999_999) == ("unknown", None)
    campaign.meet(spring.db, spring.clock, campaign.row(5000, "Nina", spring.clock))
    assert why(5000) == ("not_then", None)
    again = spring.starts("new")
    assert why(FIRST + 3, again) == ("not_new", None)
    spring.delivers_all(again)
    picked = spring.starts("selected", picked=[FIRST])
    assert why(FIRST + 3, picked) == ("not_picked", None)
    draft = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    assert why(FIRST, draft.id) == ("not_begun", None)


def batch(spring: Campaign, sweep_id: int, limit: int = 10) -> list[Target]:
    found = push_sweeps.batch(spring.db, sweep_id, limit, setup=spring.setup, now=spring.clock.now())
    assert found is not None
    return found


def notes(spring: Campaign, sweep_id: int, swept: list[Swept], *, last: bool) -> frozenset[int]:
    return push_sweeps.note(spring.db, sweep_id, swept, last=last, setup=spring.setup, now=spring.clock.now())


def test_a_recall_goes_over_everybody_once_and_says_so_at_its_end(spring: Campaign) -> None:
    run_id = sent(spring)
    sweep = push_sweeps.recall(spring.db, run_id, by=ADA, now=spring.clock.now())
    assert push_sweeps.going(spring.db) == [sweep.id] and sweep.total == 3
    first = batch(spring, sweep.id, 2)
    assert [(one.user_id, one.telegram_ids) for one in first] == [(FIRST + 2, ()), (FIRST + 3, (1,))]
    assert batch(spring, sweep.id, 2) == first  # a crash before the note repeats it
    done = [Swept(FIRST + 2, False, "nobody knows"), Swept(FIRST + 3, True)]
    assert notes(spring, sweep.id, done, last=False) == frozenset()
    (second,) = batch(spring, sweep.id, 2)
    assert notes(spring, sweep.id, [Swept(second.user_id, True)], last=True) == {ADA.id}
    assert (sweep.state, sweep.changed, sweep.failed, sweep.reason) == ("done", 2, 1, "nobody knows")
    gone = select(Message.user_id).where(Message.reason == push_sweeps.RECALLED).order_by(Message.user_id)
    assert list(spring.db.scalars(gone)) == [FIRST + 3, FIRST + 4]
    assert push_sweeps.batch(spring.db, sweep.id, 2, setup=spring.setup, now=spring.clock.now()) is None


def test_what_cannot_be_gone_over_is_refused(spring: Campaign) -> None:
    now = spring.clock.now()

    def refused(begin: str, run_id: int) -> str:
        with pytest.raises(Refusal) as caught:
            getattr(push_sweeps, begin)(spring.db, run_id, by=ADA, now=spring.clock.now())
        return caught.value.key

    run_id = spring.starts()
    assert refused("recall", run_id) == "push.stop_first"
    push_runs.stop(spring.db, run_id, by=ADA, now=now)
    assert refused("recall", run_id) == "push.nothing_sent"
    run_id = sent(spring)
    assert refused("edit", run_id) == "push.same_content"
    assert refused("stop", run_id) == "push.no_sweep"
    push_sweeps.recall(spring.db, run_id, by=ADA, now=spring.clock.now())
    assert refused("recall", run_id) == "push.sweep_going"
    assert push_sweeps.stop(spring.db, run_id, by=ADA, now=spring.clock.now()).state == "stopped"
    spring.clock.forward(hours=49)
    assert refused("recall", run_id) == "push.too_old"
    says(spring, Content(Kind.PHOTO, "A picture", media="id:a"))
    assert refused("edit", run_id) == "push.cannot_edit"


def test_the_text_that_was_sent_becomes_what_the_push_says_now(spring: Campaign) -> None:
    run_id = sent(spring)
    says(spring, Content(text="Hello {first_name}, corrected."))
    sweep = push_sweeps.edit(spring.db, run_id, by=ADA, now=spring.clock.now())
    changed = {one.user_id: one.content for one in batch(spring, sweep.id)}
    content = changed[FIRST + 3]
    assert content is not None and content.text == f"Hello Person {FIRST + 3}, corrected."
    assert content.rows[0][0].run == run_id
