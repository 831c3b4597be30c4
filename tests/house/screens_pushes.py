"""The states in which the screens of pushes are drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.admin import pushes_after_presses as after
from bot.admin import pushes_content_presses as said
from bot.admin import pushes_more_presses as more
from bot.admin import pushes_presses as at
from bot.admin.pushes_leave import ShowLeft
from bot.flow.content import Content, Kind, Option
from bot.flow.markup import escape
from bot.services import contents
from bot.ui.press import Press
from models import (
    Delivery,
    Group,
    Push,
    PushClick,
    PushContent,
    PushGroup,
    PushMember,
    PushRun,
    PushSelection,
    PushSweep,
)
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SARA, VERA, VICTOR

EVIL = "א<b>\u202e&amp; /ban_5 {name} " + "🙂" * 20

#: (title, block, for everyone); kept in this order, so that the first one has the id 1. Those after it are saved.
PUSHES: Sequence[tuple[str, str | None, bool]] = (
    (EVIL, None, False),
    ("Spring", "hours", True),
    ("Groups only", "welcome", False),
    ("Gone block", "a_block_that_is_gone", True),
    *((f"Push {number}", "hours", True) for number in range(8)),
)
#: (push, state, recipients); at most one run of a push is live.
RUNS: Sequence[tuple[int, str, str]] = (
    (2, "draft", "all"),
    (3, "draft", "selected"),
    (2, "planned", "new"),
    (3, "asking", "all"),
    (2, "sending", "all"),
    (3, "paused", "failed"),
    (4, "planning", "unsure"),
    (2, "done", "all"),
    (2, "stopped", "selected"),
    (2, "missed", "new"),
    (4, "approving", "all"),
)
_RUN_IDS = range(1, len(RUNS) + 1)

PUSH_STATES: Mapping[type[Press], Sequence[Press]] = {
    at.ListPushes: [at.ListPushes(), at.ListPushes(before=5), at.ListPushes(before=1)],
    at.ShowPush: [at.ShowPush(number) for number in range(1, 5)],
    at.WriteTitle: [at.WriteTitle(), at.WriteTitle(1)],
    at.ChooseGroups: [at.ChooseGroups(1), at.ChooseGroups(3), at.ChooseGroups(2, after=10**9)],
    at.ChooseBlock: [at.ChooseBlock(1), at.ChooseBlock(2, start=2), at.ChooseBlock(4, start=99)],
    at.AskDelete: [at.AskDelete(1), at.AskDelete(2)],
    at.ChooseRecipients: [at.ChooseRecipients(1), at.ChooseRecipients(2)],
    at.PickMembers: [at.PickMembers(1), at.PickMembers(2), at.PickMembers(2, after=OTTO)],
    at.ChooseTime: [at.ChooseTime(1), at.ChooseTime(2)],
    at.WriteTime: [at.WriteTime(1)],
    at.Review: [at.Review(1), at.Review(2)],
    at.WriteCount: [at.WriteCount(1)],
    at.ShowRun: [at.ShowRun(number) for number in _RUN_IDS],
    at.AskStop: [at.AskStop(5), at.AskStop(6)],
    at.ListPlanned: [at.ListPlanned()],
    said.ShowMessage: [said.ShowMessage(number) for number in (1, 2, 5)],
    said.WriteMessage: [said.WriteMessage(1, ""), said.WriteMessage(5, "de")],
    said.FurtherFile: [said.FurtherFile(5, "")],
    said.WriteButtons: [said.WriteButtons(5, ""), said.WriteButtons(5, "de"), said.WriteButtons(1, "")],
    said.WriteLanguage: [said.WriteLanguage(1), said.WriteLanguage(5)],
    said.ShowOptions: [said.ShowOptions(1), said.ShowOptions(5)],
    said.WriteTopic: [said.WriteTopic(1), said.WriteTopic(5)],
    more.ChooseAudience: [more.ChooseAudience(number) for number in range(1, 5)],
    more.WriteRule: [more.WriteRule(1), more.WriteRule(4)],
    more.WritePeople: [more.WritePeople(3)],
    more.ChooseMinus: [more.ChooseMinus(1), more.ChooseMinus(3), more.ChooseMinus(2, after=10**9)],
    more.WriteRepeat: [more.WriteRepeat(1)],
    more.ListRuns: [more.ListRuns(2), more.ListRuns(1)],
    more.AskHalt: [more.AskHalt()],
    more.AskLift: [more.AskLift()],
    after.ShowReport: [after.ShowReport(number) for number in (5, 6, 8, 9)],
    after.ShowPicture: [after.ShowPicture(8)],
    after.AskRecall: [after.AskRecall(8)],
    after.AskEditSent: [after.AskEditSent(8)],
    after.WriteWhy: [after.WriteWhy(8)],
    after.ShowWhy: [after.ShowWhy(8, who) for who in (VERA, VICTOR, SARA, OTTO, ALMA)] + [after.ShowWhy(3, VERA)],
    ShowLeft: [ShowLeft(2, 8, True), ShowLeft(2, 0, False), ShowLeft(99, 99, False)],
}


def furnish_pushes(db: Session) -> None:
    """Pushes from unfinished to deleted, and runs in every state."""
    group = Group(name=EVIL[:40], folded="evil for pushes", matching="everyone", created_by=ADA, created_at=NOON)
    db.add(group)
    for title, start, everyone in PUSHES:
        folded = title.lower()
        db.add(Push(title=title, folded=folded, start=start, everyone=everyone, created_by=ALMA, created_at=NOON))
        db.flush()
    _speak(db)
    db.add(PushGroup(push_id=3, group_id=group.id))
    db.add(PushGroup(push_id=4, group_id=group.id, minus=True))
    db.add(PushMember(push_id=3, user_id=VERA))
    db.get_one(Push, 4).rule = f'city = "{EVIL[:20]}"'
    for push_id, state, recipients in RUNS:
        db.add(_run(push_id, state, recipients))
        db.flush()
    db.add_all(PushSelection(run_id=2, user_id=who) for who in (VERA, SARA))
    ends = ("sent", "blocked", "failed", "unsure")
    for who, state in zip((VERA, VICTOR, SARA, OTTO), ends, strict=True):
        db.add(Delivery(run_id=8, user_id=who, push_id=2, state=state, reason=EVIL, ended_at=NOON))
        db.add(PushClick(run_id=8, user_id=who, button="hours:gone", pressed_at=NOON))
    sweep = PushSweep(run_id=8, kind="recall", state="going", total=4, changed=1, failed=1, reason=EVIL)
    sweep.created_at = NOON
    db.add(sweep)
    db.flush()


def _speak(db: Session) -> None:
    """The fifth push has a message of its own, as long and as odd as can be."""
    buttons = tuple((Option(EVIL[:64], url="https://example.com"), Option("More", block="hours")) for _ in range(10))
    versions = {
        "": Content(Kind.PHOTO, escape(EVIL * 9)[:900], media="id:x", rows=buttons),
        "de": Content(text="Hallo"),
    }
    written = {language: contents.to_json(content) for language, content in versions.items()}
    row = PushContent(push_id=5, versions=written, bot_id=1, created_by=ADA, created_at=NOON)
    db.add(row)
    db.flush()
    push = db.get_one(Push, 5)
    push.start, push.content_id, push.topic = None, row.id, EVIL[:32]
    push.options = "silent protected preview unsubscribe"


def _run(push_id: int, state: str, recipients: str) -> PushRun:
    run = PushRun(push_id=push_id, state=state, recipients=recipients, late="ask", created_by=ADA, created_at=NOON)
    if state in ("planned", "asking"):
        run.due_at, run.due_typed = NOON + timedelta(days=9), "2026-12-01 13:00"
    if state not in ("draft", "planned", "asking"):
        run.start, run.started_at, run.audience = "hours", NOON - timedelta(minutes=5), 12_345
        run.sent, run.blocked, run.failed, run.unsure = 11_000, 1, 1, 1
    if state in ("done", "stopped", "missed"):
        run.ended_at, run.reason = NOON, EVIL
    return run
