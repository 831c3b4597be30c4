"""The real thing behind a line of a conversation, sent to the member of staff who wants to see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.services import contents, messages, outgoing_queue, roles
from bot.services.outgoing_queue import SUPPORT, Relay, outgoing
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from models import Message


def show(db: Session, user_id: int, number: int, *, by: Actor, now: datetime) -> None:
    """Send line `number` to whoever asks: what a user sent as it came, what went to a user as it was sent, unpressable.

    Raises a Refusal for a line that is gone.
    """
    roles.require(by, Role.STAFF)
    row = db.get(Message, (user_id, number), populate_existing=True)
    if row is None:
        raise Refusal("conversation.line_gone")
    if row.direction == "in":
        outgoing_queue.queue_relay(db, [by.id], Relay(user_id, number, row.words, row.telegram_id), now=now)
        return
    content = replace(contents.from_json(row.content), rows=())
    about = {"about": user_id}
    messages.write(db, [outgoing(by.id, content, author="system", lane=SUPPORT, more=about)], now=now)
