"""The judge of the soak: what has to be true at any moment, and what became of everything in the end."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.services import audit_chain
from models import Delivery, InboxUpdate, Message, Push, PushRun
from tests.faults.crash_scene import look
from tests.soak.ears import Ears
from tests.soak.town import SAM, SARA, Life
from tests.soak.townsfolk import Deeds

#: Seconds for which an update may be open, the bot being dead and begun again meanwhile.
OLDEST = 90.0
#: What memory and open files may grow by from the second quarter of a life to its last.
SHARE, MEGABYTES, FILES = 0.10, 8.0, 12
#: A life of less than so many seconds is still warming up, as charts are loaded with the first one: MB and files more.
WARM, WARMING, OPENING = 600.0, 64.0, 32
ENDS = ("sent", "blocked", "failed", "skipped", "cancelled", "unsure")
_ANSWER = re.compile(r"\d+: m\d+")


@dataclass(slots=True)
class Ruling:
    """What it all came to."""

    updates: int = 0
    answers: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    #: Answers that came twice, which is allowed after a failure or a death whose outcome nobody knows.
    repeated: int = 0
    unsure: int = 0


def truths(url: str, now: datetime) -> list[str]:
    """What is not as it always has to be, in the database as it is at this moment."""
    return list(look(url, lambda db: [*_open_too_long(db, now), *_ledger(db), *_order(db)]))


def _open_too_long(db: Session, now: datetime) -> list[str]:
    oldest = db.scalar(select(func.min(InboxUpdate.received_at)).where(InboxUpdate.done_at.is_(None)))
    age = (now - oldest).total_seconds() if oldest else 0.0
    return [f"an update is open for {age:.0f} s"] if age > OLDEST else []


def _ledger(db: Session) -> list[str]:
    """Everybody in the audience of a run stands in its ledger once, and its counters say the same."""
    states: dict[int, Counter[str]] = {}
    for run_id, state, number in db.execute(
        select(Delivery.run_id, Delivery.state, func.count()).group_by(Delivery.run_id, Delivery.state)
    ):
        states.setdefault(run_id, Counter())[state] = number
    found = []
    for run in db.scalars(select(PushRun).where(PushRun.state.in_(("sending", "done")))):
        counted = {end: getattr(run, end) for end in ENDS if getattr(run, end)}
        there = states.get(run.id, Counter())
        ended = {end: there[end] for end in ENDS if there[end]}
        if counted != ended or there.total() != run.audience:
            found.append(f"run {run.id} for {run.audience} counts {counted}, its ledger says {dict(there)}")
    return found


def _order(db: Session) -> list[str]:
    """Nobody's update ends before an earlier one of theirs."""
    lanes: dict[int, tuple[int, datetime]] = {}
    found = []
    rows = select(InboxUpdate.lane, InboxUpdate.update_id, InboxUpdate.done_at).where(InboxUpdate.done_at.is_not(None))
    for lane, update_id, done_at in db.execute(rows.order_by(InboxUpdate.update_id)):
        before = lanes.get(lane)
        assert done_at is not None
        if before is not None and done_at < before[1]:
            found.append(f"{lane}: update {update_id} was done before {before[0]}")
        lanes[lane] = (update_id, done_at)
    return found


def presses(deeds: Deeds, ears: Ears) -> list[str]:
    """Each press was answered once; where Telegram did not take or never read the answer, that was it."""
    twice = [query for query, times in ears.answered.items() if times > 1]
    silent = [query for query in deeds.presses if not ears.answered[query] and query not in ears.not_taken]
    found = [f"press {query} was answered more than once" for query in twice]
    if len(silent) > ears.unread_answers:
        found.append(f"{len(silent)} presses had no answer, and {ears.unread_answers} answers were never read")
    return found


def level(life: Life) -> list[str]:
    """Whether memory and open files have stayed where they were, once the life was under way."""
    end = life.memory[-1][0] if life.memory else 0.0
    before, after = (
        [size for age, size in life.memory if low * end <= age <= high * end] for low, high in ((0.25, 0.5), (0.75, 1))
    )
    found = []
    most = median(before or [0.0]) * (1 + SHARE) + MEGABYTES + (WARMING if end < WARM else 0.0)
    if before and after and median(after) > most:
        found.append(f"memory grew from {median(before):.0f} to {median(after):.0f} MB in {end:.0f} s")
    files = [[number for age, number in life.files if low * end <= age] for low in (0.25, 0.75)]
    if files[0] and files[1] and median(files[1]) > median(files[0]) + FILES + (OPENING if end < WARM else 0):
        found.append(f"open files grew from {median(files[0]):.0f} to {median(files[1]):.0f} in {end:.0f} s")
    return found


def settle(url: str, deeds: Deeds, ears: Ears) -> tuple[Ruling, list[str]]:
    """When all is over: what was lost, doubled or is unsure; and what should not be."""
    ruling, doubt = Ruling(), look(url, _in_doubt)
    wrong = [
        *_lines(ruling, deeds, ears, doubt),
        *_words(ruling, deeds, ears, doubt),
        *_pushes(ruling, ears, look(url, _runs)),
        *presses(deeds, ears),
    ]
    ruling.updates, dead = look(url, _updates)
    if dead:
        wrong.append(f"{dead} updates could not be handled")
    if broken := look(url, audit_chain.verify).broken_at:
        wrong.append(f"the chain of the audit is broken at {broken}")
    return ruling, [sentence for sentence in wrong if sentence]


def trail(db: Session, word: str) -> list[str]:
    """Where a word is in the database: what to look at when it was lost."""
    updates = select(InboxUpdate.update_id, InboxUpdate.state, InboxUpdate.raw).where(InboxUpdate.raw.contains(word))
    columns = (Message.user_id, Message.number, Message.direction, Message.kind, Message.state, Message.telegram_id)
    lines = select(*columns, Message.request_id, Message.words).where(Message.words.contains(word))
    return [str(tuple(row)) for query in (updates, lines) for row in db.execute(query)]


def _in_doubt(db: Session) -> dict[int, list[str]]:
    """Words of messages whose sending ended without anybody knowing how, by person."""
    found: dict[int, list[str]] = {}
    rows = select(Message.user_id, Message.words, Message.content).where(Message.state.in_(("unsure", "failed")))
    for user_id, words, content in db.execute(rows):
        found.setdefault(user_id, []).append(f"{words} {content}")
    return found


def _updates(db: Session) -> tuple[int, int]:
    dead = db.scalar(select(func.count()).where(InboxUpdate.state == "dead")) or 0
    return db.scalar(select(func.count()).select_from(InboxUpdate)) or 0, dead


def _runs(db: Session) -> list[tuple[str, str, int, int]]:
    """Of every run: what it said, its state, how many got it for certain, and for how many nobody knows."""
    rows = select(Push.title, PushRun.state, PushRun.sent, PushRun.unsure).join(Push, Push.id == PushRun.push_id)
    runs = db.execute(rows.where(PushRun.state != "draft")).all()
    return [(f"Push {title[1:-1]}.", state, sent, unsure) for title, state, sent, unsure in runs]


def _lines(ruling: Ruling, deeds: Deeds, ears: Ears, doubt: dict[int, list[str]]) -> list[str]:
    """Every line has its answer, with the number that says that it was counted once."""
    wanted = {(who, f"{number}: m{number}") for who, last in deeds.lines.items() for number in range(1, last + 1)}
    said = {key: times for key, times in ears.said.items() if _ANSWER.fullmatch(key[1])}
    ruling.answers = len(wanted)
    ruling.repeated += sum(times - 1 for times in said.values())
    return [
        *(_missing(ruling, who, text, doubt) for who, text in sorted(wanted - said.keys())),
        *(
            _double(ruling, f"{who} heard {text!r}, which no line of theirs asks for")
            for who, text in said.keys() - wanted
        ),
    ]


def _words(ruling: Ruling, deeds: Deeds, ears: Ears, doubt: dict[int, list[str]]) -> list[str]:
    """Words of staff came to the person; those of the person to staff, or to the bot, which has echoed them."""
    found = []
    for word, person in deeds.words.items():
        reached = ears.words.get(word, set())
        if not (person in reached or (word.startswith("q") and reached & {SARA, SAM})):
            found.append(_missing(ruling, person, word, doubt))
    return found


def _missing(ruling: Ruling, who: int, text: str, doubt: dict[int, list[str]]) -> str:
    if any(text in words for words in (*doubt.get(who, ()), *doubt.get(SARA, ()), *doubt.get(SAM, ()))):
        ruling.unsure += 1
        return ""
    ruling.lost += 1
    return f"{text!r} of {who} was lost"


def _double(ruling: Ruling, sentence: str) -> str:
    ruling.doubled += 1
    return sentence


def _pushes(ruling: Ruling, ears: Ears, runs: list[tuple[str, str, int, int]]) -> list[str]:
    """A push came to nobody twice, and to as many as its ledger says."""
    found = []
    for text, state, sent, unsure in runs:
        got = {who: times for (who, words), times in ears.said.items() if words == text}
        ruling.deliveries += sent + unsure
        ruling.unsure += unsure
        found += [_double(ruling, f"{who} got {text!r} {times} times") for who, times in got.items() if times > 1]
        ruling.lost += max(0, sent - len(got))
        if not sent <= len(got) <= sent + unsure:
            found.append(f"{text!r} came to {len(got)}, its ledger says {sent}, and {unsure} unsure")
        if state != "done":
            found.append(f"{text!r} has not come to an end: {state}")
    return found
