"""A hand at the desk: somebody who types commands, presses buttons by their labels and sees screens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

import bot.admin  # noqa: F401 - declares all screens
from bot.flow.content import Kind
from bot.flow.heard import Shared, Wrote
from bot.flow.markup import plain
from bot.services import conversations, inbox
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.services.people import Sender
from bot.ui import router, telegram
from bot.ui.press import Press, pack
from bot.ui.router import Acted, Drawn, Refused
from bot.ui.screen import Button, Screen
from tests.clock import NOON
from tests.ui.cast import SETUP

T = TypeVar("T")


class Hand:
    """One person at the desk; remembers the screen before them and what was last said to them."""

    def __init__(self, db: Session, who: int, now: datetime = NOON) -> None:
        self.db, self.who, self.now = db, who, now
        self.screen: Screen | None = None
        self.said = ""
        self.pending: frozenset[int] = frozenset()

    def types(self, line: str) -> str:
        """Type a command; what is seen then."""
        name, _, arguments = line.removeprefix("/").partition(" ")
        return self._comes(router.command, name, arguments)

    def opens(self, parameter: str) -> str:
        """Open a link to the bot; what is seen then."""
        return self._comes(router.link, parameter)

    def writes(self, words: str, kind: Kind = Kind.TEXT, file_id: str | None = None) -> str:
        """Send a message that a draft may be waiting for; what is seen then."""
        incoming = Incoming(Sender(self.who, "x"), None, kind, words, file_id=file_id)
        return self._comes(router.typed, incoming)

    def gives(self, kind: Kind, file_id: str, words: str = "", *, album: str | None = None, html: str = "") -> str:
        """Send a file, perhaps as a part of an album; what is seen then."""
        heard = Shared(kind, f"{kind}:{file_id}", words, album=album)
        incoming = Incoming(Sender(self.who, "x"), heard, kind, words, file_id=file_id, html=html or None)
        return self._comes(router.typed, incoming)

    def replies(self, telegram_id: int, words: str) -> str:
        """Reply to a message in their chat; what is said then."""
        heard = Wrote(words)
        incoming = Incoming(Sender(self.who, "x"), heard, Kind.TEXT, words, telegram_id=900, reply_to=telegram_id)
        return self._comes(router.replied, incoming)

    def sends(self, name: str, text: str) -> str:
        """Send a file that is a command in itself; what is seen then."""
        return self._comes(router.upload, name, text)

    def presses(self, what: str | Press) -> str:
        """Press the one button whose label has these words, or any button at all; what is seen then."""
        press = self.button(what).press if isinstance(what, str) else what
        assert press is not None
        return self._comes(router.press, pack(press))

    def button(self, words: str) -> Button:
        """The one button of the screen whose label has these words."""
        found = [button for button in self.buttons() if words in button.label]
        assert len(found) == 1, f"{words!r} is on {len(found)} of {self.labels()}"
        return found[0]

    def buttons(self) -> list[Button]:
        """All buttons of the screen."""
        return [button for row in (self.screen.rows if self.screen else ()) for button in row]

    def labels(self) -> list[str]:
        """The labels of the screen as Telegram gets them."""
        assert self.screen is not None
        rows = telegram.parameters(self.screen)["reply_markup"]["inline_keyboard"]
        return [button["text"] for row in rows for button in row]

    def sees(self) -> str:
        """The text of the screen without markup."""
        assert self.screen is not None
        return plain(self.screen.text)

    def _comes(self, door: Callable[..., Acted | Refused | None], *what: object) -> str:
        update_id = _next_update(self.db, self.now)
        found = door(self.db, *what, user_id=self.who, update_id=update_id, setup=SETUP, now=self.now)
        self.said, self.pending = "", frozenset()
        match found:
            case Refused(sentence):
                self.said = sentence
                return sentence
            case Acted(toast, then, pending, _, close):
                self.said, self.pending = toast, pending
                if close:
                    self.screen = None
                return self._draws(then) if then else toast
        return ""

    def _draws(self, then: str) -> str:
        with read_only(self.db):
            drawn = router.draw(self.db, then, user_id=self.who, setup=SETUP, now=self.now)
        if isinstance(drawn, Drawn):
            self.screen = drawn.screen
            return self.sees()
        self.said = drawn.sentence
        return drawn.sentence


def _next_update(db: Session, now: datetime) -> int:
    update_id = db.info["update"] = db.info.get("update", 0) + 1
    inbox.accept(db, [Accepted(update_id, 0, "{}")], now)
    return int(update_id)


def hears(db: Session, sender: Sender, incoming: Incoming, now: datetime = NOON) -> frozenset[int]:
    """Somebody writes to the bot; who has messages waiting then."""
    update_id = _next_update(db, now)
    return conversations.hear(db, incoming, update_id=update_id, setup=SETUP, now=now, chance=lambda: 0.0).pending


@contextmanager
def read_only(db: Session) -> Iterator[None]:
    """Until the end of the block the database refuses to change anything."""
    db.flush()
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("PRAGMA query_only = ON"))
        try:
            yield
        finally:
            db.execute(text("PRAGMA query_only = OFF"))
        return
    with db.begin_nested() as savepoint:
        db.execute(text("SET LOCAL transaction_read_only = on"))
        yield
        savepoint.rollback()
