"""The part of a typed /push that says what is sent: its message, buttons, topic and options."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.admin.pushes_content_presses import WriteMessage
from bot.admin.pushes_edit import expect
from bot.flow.content import Content
from bot.flow.markup import clean, escape
from bot.services import push_compose, push_content
from bot.ui.desk import Desk
from bot.ui.registry import BadArguments
from bot.ui.screen import Done
from models import Push

#: Clauses of a word or a few.
WORDS = ("topic", "with")
#: Instead of a block: the message is sent to the bot next.
MESSAGE = "message"
#: Clauses that take all that follows, so they stand at the end; with a language they are for those who speak it.
LONG = r"(?:text|buttons)(?::[a-z]{2,3}(?:-[a-z]{2,4})?)?"
_LONG = re.compile(rf"(?:^|\s)({LONG})\s+", re.IGNORECASE)
#: What ends a message: nothing but a message or buttons of another language.
_OTHER = re.compile(r"\s((?:text|buttons):[a-z]{2,3}(?:-[a-z]{2,4})?)\s+", re.IGNORECASE)


def cut(written: str) -> tuple[str, dict[str, str]]:
    """What stands before the message and the buttons, and these. Raises BadArguments where one comes twice."""
    found = _LONG.search(written)
    head, said = (written[: found.start()] if found else written), dict[str, str]()
    while found is not None:
        clause, rest = found[1].lower(), written[found.end() :]
        following = (_OTHER if clause.startswith("text") else _LONG).search(rest)
        if clause in said:
            raise BadArguments
        said[clause] = (rest[: following.start()] if following else rest).strip()
        written, found = rest, following
    return head, said


def long_of(clauses: Mapping[str, str]) -> list[str]:
    """Those of the clauses that are messages and buttons."""
    return [clause for clause in clauses if clause.partition(":")[0] in ("text", "buttons")]


def take(push: Push, clauses: Mapping[str, str], desk: Desk) -> Done | None:
    """Carry the clauses out; what follows where the message is still to be sent."""
    by, now = desk.actor, desk.now
    for clause in sorted(long_of(clauses), key=lambda clause: (not clause.startswith("text"), clause)):
        _say(push.id, clause, clauses[clause], desk)
    if "topic" in clauses:
        topic = None if clauses["topic"] in ("none", "-") else clauses["topic"]
        push_content.set_topic(desk.db, push.id, topic, by=by, now=now)
    if "with" in clauses:
        push_content.set_options(desk.db, push.id, _options(clauses["with"]), by=by, now=now)
    return expect(WriteMessage(push.id, ""), desk) if clauses.get("start") == MESSAGE else None


def _say(push_id: int, clause: str, said: str, desk: Desk) -> None:
    """The message or the buttons, for everybody else or for those who speak a language."""
    kind, _, language = clause.partition(":")
    if kind == "text":
        words = Content(text=escape(clean(said)))
        push_content.set_message(desk.db, push_id, words, language, by=desk.actor, setup=desk.setup, now=desk.now)
    else:
        rows = push_compose.buttons_of(said)
        push_content.set_buttons(desk.db, push_id, rows, language, by=desk.actor, setup=desk.setup, now=desk.now)


def _options(written: str) -> frozenset[str]:
    """The options as typed: "silent, keep place"; "none" switches all off."""
    names = [name.strip().lower().replace(" ", "_") for name in written.split(",")]
    return frozenset() if names == ["none"] else push_content.read_options(names)
