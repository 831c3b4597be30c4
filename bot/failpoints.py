"""Failpoints: named edges at which the process can be told to die, to prove that nothing is lost or doubled there.

`FRONTDESK_FAILPOINT=hear.before_commit` ends the process the first time that it comes there, `hear.before_commit:3` the
third time. Where none is set, an edge costs one look at `armed`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from bot.problem import CannotStart

VARIABLE = "FRONTDESK_FAILPOINT"
#: As after `kill -9`.
EXIT = 137

#: Transactions by the service that is one: all is written at "<name>.before_commit", on disk at "<name>.after_commit".
TRANSACTIONS = {
    "bot.services.flows_file.at_start": "flow",
    "bot.services.deliveries.recover": "recover",
    "bot.services.push_runs_due.follow_zone": "zone",
    "bot.services.workers.enter": "worker",
    "bot.services.workers.beat": "worker",
    "bot.services.workers.leave": "worker",
    "bot.services.inbox.accept": "intake",
    "bot.services.workers.store": "intake",
    "bot.services.workers.take": "intake",
    "bot.visits.message": "hear",
    "bot.visits.command": "hear",
    "bot.services.conversations_hear.hear": "hear",
    "bot.services.conversations_hear.hear_all": "hear",
    "bot.services.push_clicks.hear": "hear",
    "bot.visits.edited": "edited",
    "bot.visits.upload": "upload",
    "bot.visits.unreadable": "upload",
    "bot.visits.blocked": "blocked",
    "bot.visits.inline": "inline",
    "bot.visits.nothing": "nothing",
    "bot.visits.elsewhere": "nothing",
    "bot.visits.press": "action",
    "bot.visits_group.message": "topic_hear",
    "bot.visits_group.edited": "topic_hear",
    "bot.visits_group.door": "topic_hear",
    "bot.visits_group.press": "topic_press",
    "bot.visits_group.placed": "group",
    "bot.visits_group.migrated": "group",
    "bot.visits_group.chosen": "group",
    "bot.services.support_group.migrate": "group",
    "bot.services.support_group.move_in": "group",
    "bot.services.support_group.regain": "group",
    "bot.services.support_topics_note.note": "topic_mark",
    "bot.services.inbox.mark_done": "shown",
    "bot.services.outgoing_note.note_all": "note",
    "bot.services.outgoing_note.give_back": "note",
    "bot.services.push_runs_due.begin_due": "begin",
    "bot.services.deliveries_plan.write_piece": "plan",
    "bot.services.deliveries_carry.carry": "carry",
    "bot.services.inbox.mark_failed": "failed",
    "bot.services.uploads.remember": "file",
    "bot.services.uploads.forget": "file",
    "bot.services.conversations.wake": "wake",
    "bot.services.calls.claim": "call_claim",
    "bot.services.calls_answer.answer": "call_mark",
    "bot.services.push_runs.note_card": "card",
    "bot.services.push_runs.forget_card": "card",
    "bot.services.push_sweeps.note": "sweep",
    "bot.services.messages_planned.send_due": "planned",
    "bot.services.bans.lift_due": "lift",
    "bot.services.staff_away.return_due": "return",
    "bot.services.support_alarms.ring": "alarm",
    "bot.services.digests.send_due": "digest",
    "bot.services.users_export.done": "export",
    "bot.services.users_forget.shorten": "forget",
    "bot.services.users_forget.let_go": "forget",
    "bot.services.users_traces.erase": "traces",
    "bot.services.retention.inbox": "retention",
    "bot.services.retention.audit": "retention",
    "bot.services.retention.messages": "retention",
}
#: Calls of the Bot API: "<name>.before_call" and "<name>.after_call".
CALLS = {
    "getMe": "ask_call",
    "getChat": "ask_call",
    "getChatMember": "ask_call",
    "getWebhookInfo": "ask_call",
    "getFile": "file_call",
    "getUpdates": "poll",
    "setWebhook": "webhook_call",
    "deleteWebhook": "webhook_call",
    "setMyCommands": "menu_call",
    "deleteMyCommands": "menu_call",
    "setChatMenuButton": "menu_call",
    "sendMessage": "send",
    "copyMessage": "send",
    "sendPhoto": "media",
    "sendVideo": "media",
    "sendAnimation": "media",
    "sendDocument": "media",
    "sendAudio": "media",
    "sendVoice": "media",
    "sendVideoNote": "media",
    "sendSticker": "media",
    "sendLocation": "send",
    "sendVenue": "send",
    "sendContact": "send",
    "sendPoll": "send",
    "sendMediaGroup": "media",
    "sendChatAction": "typing",
    "setMessageReaction": "react",
    "editMessageText": "edit",
    "editMessageCaption": "edit",
    "editMessageMedia": "edit",
    "editMessageReplyMarkup": "edit",
    "deleteMessage": "delete",
    "deleteMessages": "delete",
    "answerCallbackQuery": "answer",
    "answerInlineQuery": "answer_inline",
    "createForumTopic": "topic_make",
    "editForumTopic": "topic_change",
    "closeForumTopic": "topic_change",
    "reopenForumTopic": "topic_change",
    "pinChatMessage": "pin",
}
#: The update is stored, and Telegram not told yet.
WEBHOOK = "webhook.before_answer"
POINTS = tuple(
    dict.fromkeys(
        [f"{name}.{side}_commit" for name in TRANSACTIONS.values() for side in ("before", "after")]
        + [f"{name}.{side}_call" for name in CALLS.values() for side in ("before", "after")]
        + [WEBHOOK]
    )
)


class FailpointProblem(CannotStart):
    """The variable names no edge; the text lists them."""


class Armed:
    """One edge, and how often the process still passes it."""

    def __init__(self, point: str, times: int = 1, end: Callable[[int], Any] = os._exit) -> None:
        """`end` is called with the exit code, from whichever thread comes there."""
        self.point = point
        self._left = times
        self._end = end
        self._lock = threading.Lock()

    def reached(self, point: str) -> None:
        """Die here, if this is the edge and it was passed often enough."""
        if point != self.point:
            return
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.write(2, f"failpoint {point} reached\n".encode())
                self._end(EXIT)


#: What is set, for the whole process; None: nothing is, and no edge counts anything.
armed: Armed | None = None


def read(environment: Mapping[str, str]) -> Armed | None:
    """What the environment asks for. Raises `FailpointProblem` for a name that is no edge."""
    if not (wanted := environment.get(VARIABLE, "")):
        return None
    point, _, times = wanted.partition(":")
    if point not in POINTS or not (times or "1").isdecimal() or int(times or 1) < 1:
        near = get_close_matches(point, POINTS, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise FailpointProblem(f"{VARIABLE}={wanted} names no failpoint.{hint} There are: {', '.join(POINTS)}.")
    return Armed(point, int(times or 1))


def arm(environment: Mapping[str, str] = os.environ) -> None:
    """Set for this process what its environment asks for. Raises `FailpointProblem`."""
    global armed
    armed = read(environment)


def reached(point: str) -> None:
    """The process is at this edge."""
    if armed is not None:
        armed.reached(point)


def transaction(service: Callable[..., object]) -> str:
    """What a transaction is called here; "" where it has no edges."""
    return TRANSACTIONS.get(f"{service.__module__}.{getattr(service, '__name__', '')}", "")
