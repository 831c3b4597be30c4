"""The language somebody chose, in place of the one that their app has."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.rules import fold
from bot.services import audit, sql
from bot.services.users_reach import language as language_of
from models import User

_USERS = sql.table(User)


def choose(db: Session, user_id: int, language: str, *, now: datetime) -> None:
    """Speak a language with a person from now on, whatever their app says."""
    before = language_of(db, user_id)
    chosen = {"language": language, "language_folded": fold(language), "language_chosen_at": now}
    db.execute(update(_USERS).where(_USERS.c.id == user_id).values(chosen))
    target = f"user {user_id}"
    audit.record(db, actor_id=user_id, action="user.language", target=target, before=before, after=language, now=now)
