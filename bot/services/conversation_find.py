"""Finding words in one conversation."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.rules import fold
from bot.services.conversation_page import PageLine, lines_of
from models import Message

#: Lines that are looked through at once, and in one search: then the way on begins there.
PIECE, FARTHEST = 500, 5000


def find(
    db: Session, user_id: int, words: str, *, before: int | None = None, size: int = 8
) -> tuple[list[PageLine], int | None]:
    """The last lines below `before` that have the words, newest first, and where to go on; None: there is no more.

    Case, accents of width and blanks do not matter, the same on both databases, so the lines are compared here.
    """
    wanted, found = fold(words), []
    looked, at = 0, before
    while looked < FARTHEST:
        query = select(Message).where(Message.user_id == user_id).order_by(Message.number.desc()).limit(PIECE)
        rows = db.scalars(query if at is None else query.where(Message.number < at)).all()
        for row in rows:
            if wanted in fold(row.words):
                found.append(row)
            if len(found) == size:
                return lines_of(db, found), row.number
        if len(rows) < PIECE:
            return lines_of(db, found), None
        looked, at = looked + PIECE, rows[-1].number
    return lines_of(db, found), at
