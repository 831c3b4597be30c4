"""Invitations: links that give a role to whoever opens them first; and the code for the first owner."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.services import audit, roles, sql, staff
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import AuditEntry, Invitation, User

#: How long a link works, how many may be open, and how many wrong ones somebody may open in an hour.
LASTS, MOST, TRIES = timedelta(days=3), 20, 10
#: Secrets are made from this and a number, so that a link can be drawn and is kept nowhere. New at each start.
_KEY = secrets.token_bytes(32)
_BYTES = 16
_USERS, _INVITATIONS = sql.table(User), sql.table(Invitation)
_RANKS = {"staff": Role.STAFF, "admin": Role.ADMIN}


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_of(number: int) -> str:
    """The secret of the link with this number: 128 bits."""
    made = hmac.digest(_KEY, str(number).encode(), "sha256")[:_BYTES]
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def invite(db: Session, rank: str, *, by: Actor, now: datetime) -> int:
    """Make a link for "staff" or "admin"; returns its number. Admins may invite staff, owners admins too."""
    roles.require(by, Role.OWNER if rank == "admin" else Role.ADMIN)
    if len(pending(db, now)) >= MOST:
        raise Refusal("staff.too_many_invitations", limit=MOST)
    number = secrets.randbits(62)
    values = {"digest": digest_of(secret_of(number)), "role": rank, "created_by": by.id}
    db.add(Invitation(**values, created_at=now, expires_at=now + LASTS))
    db.flush()
    audit.record(db, actor_id=by.id, action="invitation.create", target=rank, now=now)
    return number


def secret_if_open(db: Session, number: int, now: datetime) -> str | None:
    """The secret of a link that works; None: it was used, has expired, or was made before the last start."""
    secret = secret_of(number)
    return secret if any(one.digest == digest_of(secret) for one in pending(db, now)) else None


def pending(db: Session, now: datetime) -> Sequence[Invitation]:
    """Links that still work, the newest first."""
    unused = Invitation.used_at.is_(None) & Invitation.withdrawn_at.is_(None) & (Invitation.expires_at > now)
    return db.scalars(select(Invitation).where(unused).order_by(Invitation.id.desc())).all()


def withdraw(db: Session, invitation_id: int, *, by: Actor, now: datetime) -> bool:
    """Let a link work no more; false if it does not already."""
    roles.require(by, Role.ADMIN)
    gone = update(_INVITATIONS).where(
        _INVITATIONS.c.id == invitation_id, _INVITATIONS.c.used_at.is_(None), _INVITATIONS.c.withdrawn_at.is_(None)
    )
    rank = db.scalar(gone.values(withdrawn_at=now).returning(_INVITATIONS.c.role))
    if rank is None:
        return False
    audit.record(db, actor_id=by.id, action="invitation.withdraw", target=str(rank), now=now)
    return True


def redeem(db: Session, secret: str, *, by: Actor, now: datetime) -> Role | None:
    """Somebody has opened a link: the role they have now, or None where it does not work (audited, and counted)."""
    if _wrong_ones(db, by.id, now) >= TRIES:
        return None
    used = update(_INVITATIONS).where(
        _INVITATIONS.c.digest == digest_of(secret),
        _INVITATIONS.c.used_at.is_(None),
        _INVITATIONS.c.withdrawn_at.is_(None),
        _INVITATIONS.c.expires_at > now,
    )
    row = db.execute(used.values(used_by=by.id, used_at=now).returning(_INVITATIONS.c.role)).one_or_none()
    if row is None:
        audit.record_refusal(db, actor_id=by.id, action="invitation.use", why="it does not work", now=now)
        return None
    if by.role < _RANKS[row.role]:
        values = {"support_since": now} if row.role == "staff" else {"role": "admin"}
        db.execute(update(_USERS).where(_USERS.c.id == by.id).values(values))
    who = f"user {by.id}"
    audit.record(db, actor_id=by.id, action="invitation.use", target=who, after=row.role, now=now)
    return _RANKS[row.role]


def _wrong_ones(db: Session, user_id: int, now: datetime) -> int:
    wrong = (AuditEntry.actor_id == user_id) & AuditEntry.refused.is_not(None)
    recent = (AuditEntry.action == "invitation.use") & (AuditEntry.at > now - timedelta(hours=1))
    return db.scalar(select(func.count()).select_from(AuditEntry).where(wrong, recent)) or 0


def claim(db: Session, code: str, *, by: Actor, setup: Setup, now: datetime) -> bool:
    """Somebody has the code that the console showed: they own the bot, and the code is void. False: it is not it."""
    fits = bool(setup.claim) and hmac.compare_digest(digest_of(code), setup.claim)
    if not fits or _wrong_ones(db, by.id, now) >= TRIES or staff.owners(db, setup.owners):
        audit.record_refusal(db, actor_id=by.id, action="invitation.use", why="not the owner's code", now=now)
        return False
    db.execute(update(_USERS).where(_USERS.c.id == by.id).values(role="owner"))
    audit.record(db, actor_id=by.id, action="owner.claim", target=f"user {by.id}", after="owner", now=now)
    return True
