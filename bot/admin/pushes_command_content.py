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

#: Clauses of one word and what follows; `text` and `buttons` take all that follows, so they stand at the end.
WORDS = ("topic", "with")
CLAUSES = (*WORDS, "text", "buttons")
#: Instead of a block: the message is sent to the bot next.
MESSAGE = "message"
_LONG = re.compile(r"(?:^|\s)(text|buttons)\s+", re.IGNORECASE)


def cut(written: str) -> tuple[str, dict[str, str]]:
    """What stands before `text` and `buttons`, and these two. Raises BadArguments where one comes twice."""
    head, *parts = _LONG.split(written)
    said = {word.lower(): rest.strip() for word, rest in zip(parts[::2], parts[1::2], strict=True)}
    if parts and parts[0].lower() == "text":  # whatever follows is the message
        return head, {"text": written[len(head) :].strip()[len("text") :].strip()}
    if len(said) < len(parts) // 2:
        raise BadArguments
    return head, said


def take(push: Push, clauses: Mapping[str, str], desk: Desk) -> Done | None:
    """Carry the clauses out; what follows where the message is still to be sent."""
    by, now = desk.actor, desk.now
    if "text" in clauses:
        words = Content(text=escape(clean(clauses["text"])))
        push_content.set_message(desk.db, push.id, words, by=by, setup=desk.setup, now=now)
    if "buttons" in clauses:
        rows = push_compose.buttons_of(clauses["buttons"])
        push_content.set_buttons(desk.db, push.id, rows, by=by, setup=desk.setup, now=now)
    if "topic" in clauses:
        topic = None if clauses["topic"] in ("none", "-") else clauses["topic"]
        push_content.set_topic(desk.db, push.id, topic, by=by, now=now)
    if "with" in clauses:
        push_content.set_options(desk.db, push.id, _options(clauses["with"]), by=by, now=now)
    return expect(WriteMessage(push.id, ""), desk) if clauses.get("start") == MESSAGE else None


def _options(written: str) -> frozenset[str]:
    """The options as typed: "silent, keep place"; "none" switches all off."""
    names = [name.strip().lower().replace(" ", "_") for name in written.split(",")]
    return frozenset() if names == ["none"] else push_content.read_options(names)
