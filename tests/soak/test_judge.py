"""The judge of the soak sees what is wrong: a judge who never finds anything proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.services import engines
from models import Delivery, InboxUpdate, Message, Push, PushRun, User
from sandbox import Sandbox
from tests.clock import NOON
from tests.soak import judge
from tests.soak.ears import Ears
from tests.soak.town import Life
from tests.soak.townsfolk import Deeds


@pytest.fixture
def db(sqlite_url: str) -> Iterator[Session]:
    """What the judge looks at."""
    engine = engines.connect(sqlite_url)
    with Session(engine) as db:
        yield db
    engine.dispose()


def stored(db: Session, *rows: object) -> str:
    """They are on disk, for the judge to look at."""
    for row in rows:
        db.add(row)
        db.flush()
    db.commit()
    url = str(db.get_bind().engine.url)
    db.close()
    return url


def update(number: int, received: int = 0, done: int | None = None) -> InboxUpdate:
    at = NOON + timedelta(seconds=received)
    done_at = None if done is None else NOON + timedelta(seconds=done)
    return InboxUpdate(update_id=number, lane=7, raw="{}", received_at=at, state="done", done_at=done_at)


def test_an_update_that_stays_open_and_one_that_is_done_before_its_turn(db: Session) -> None:
    url = stored(db, update(1, 0, done=9), update(2, 0, done=5), update(3))
    open_long, out_of_turn = judge.truths(url, NOON + timedelta(seconds=judge.OLDEST + 1))
    assert "open for 91 s" in open_long and "update 2 was done before 1" in out_of_turn
    assert len(judge.truths(url, NOON)) == 1


def test_counters_that_are_not_those_of_the_ledger(db: Session) -> None:
    push = Push(id=1, title="P1x", folded="p1x", everyone=True, created_at=NOON)
    run = PushRun(id=1, push_id=1, recipients="all", state="done", audience=2, sent=2, created_at=NOON)
    url = stored(db, push, run, Delivery(run_id=1, user_id=7, push_id=1, state="sent"))
    (found,) = judge.truths(url, NOON)
    assert "run 1 for 2 counts {'sent': 2}, its ledger says {'sent': 1}" in found


async def test_what_was_lost_doubled_and_is_unsure(db: Session) -> None:
    async with Sandbox() as sandbox:
        ears, deeds = Ears(sandbox), Deeds(lines={7: 3}, words={"r7x1": 7})
        for text in ("1: m1", "1: m1", "3: m2", "Push 1.", "Push 1."):
            sandbox.world.log.add("sendMessage", {"chat_id": 7, "text": text}, None)
        user = User(id=7, first_name="V", joined_at=NOON, last_seen_at=NOON)
        doubtful = Message(
            user_id=7,
            number=1,
            direction="out",
            author="flow",
            kind="text",
            words="3: m3",
            state="unsure",
            created_at=NOON,
        )
        push = Push(id=1, title="P1x", folded="p1x", everyone=True, created_at=NOON)
        run = PushRun(id=1, push_id=1, recipients="all", state="sending", audience=3, sent=3, created_at=NOON)
        url = stored(db, user, doubtful, push, run)
        ruling, wrong = judge.settle(url, deeds, ears)
    # "2: m2" and the word of staff never came, "3: m2" is no answer to anything; the push came twice to one of three.
    assert (ruling.lost, ruling.doubled, ruling.repeated, ruling.unsure) == (2 + 2, 2, 1, 1)
    assert len(wrong) == 6, wrong


async def test_presses_that_are_answered_twice_or_never(tmp_path: Path) -> None:
    async with Sandbox() as sandbox:
        ears, deeds = Ears(sandbox), Deeds(presses=["1", "2", "3", "4"])
        for query, error in (("1", None), ("2", None), ("2", None), ("3", "Internal Server Error")):
            sandbox.world.log.add("answerCallbackQuery", {"callback_query_id": query}, error)
        assert judge.presses(deeds, ears) == [
            "press 2 was answered more than once",
            "1 presses had no answer, and 0 answers were never read",
        ]
        sandbox.world.log.add("answerCallbackQuery", {}, "closed before reading")
        assert len(judge.presses(deeds, ears)) == 1


def test_memory_and_files_that_grow() -> None:
    hour = range(0, 3600, 10)
    steady = Life(0.0, memory=[(age, 120.0) for age in hour], files=[(age, 30) for age in hour])
    leaking = Life(0.0, memory=[(age, 120 + age / 60) for age in hour], files=[(age, 30 + age // 60) for age in hour])
    assert judge.level(steady) == []
    memory, files = judge.level(leaking)
    assert "memory grew from 142 to 172 MB" in memory and "open files grew" in files
