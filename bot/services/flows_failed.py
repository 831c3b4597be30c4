"""What does not work in a flow is told to those who run it: once for each place of each version."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bot.flow.effects import Failed
from bot.services import audit, users_reach
from bot.services.requests_notify import tell
from bot.services.setup import Setup
from models import AuditEntry

_ACTION = "flow.failed"


def report(db: Session, failed: Failed, user_id: int, *, setup: Setup, now: datetime) -> frozenset[int]:
    """Tell admins about a failure that they have not been told of; whom there is something to send to."""
    target = f"flow {setup.flow.version} {failed.block}".strip()
    same = (AuditEntry.target == target) & (AuditEntry.action == _ACTION)
    if db.scalar(select(exists().where(same))):
        return frozenset()
    audit.record(db, actor_id=None, action=_ACTION, target=target, after=failed.reason, now=now)
    admins = users_reach.admin_ids(db, setup.owners)
    block, reason = failed.block or "–", failed.reason
    return tell(db, admins, "support.flow_failed", about=user_id, setup=setup, now=now, block=block, reason=reason)
