"""The one dispatcher: every press, command, link and typed answer passes here, and the role is checked now.

`press`, `command`, `link` and `typed` run in a transaction that may write; `draw` in one that cannot. An action never
draws: it commits together with the note of which page follows, and that page is drawn afterwards, again after a crash.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from bot.services import audit, drafts, inbox, roles
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui.desk import Desk
from bot.ui.frame import Home, framed
from bot.ui.press import pack, parse
from bot.ui.registry import (
    ACTIONS,
    COMMANDS,
    LINKS,
    PAGES,
    REPLIES,
    TYPED,
    UPLOADS,
    BadArguments,
    Command,
    NotAwaited,
    Upload,
)
from bot.ui.screen import Done, Screen

if TYPE_CHECKING:
    from bot.services.conversations import Incoming

#: How alike a mistyped command must be to one that exists (0 to 1).
_LIKENESS = 0.7


@dataclass(frozen=True, slots=True)
class Acted:
    """It is done: say `toast`, deliver to `pending`, draw `then` (a packed press), take the message away on `close`."""

    toast: str = ""
    then: str | None = None
    pending: frozenset[int] = frozenset()
    alert: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not done; `sentence` says why. For a press an alert, for a typed command a message."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A screen, framed, to be edited in place, or sent where `screen.anew` is set or a command asked."""

    screen: Screen


@dataclass(frozen=True, slots=True)
class _Visit:
    """One update on its way through the dispatcher."""

    desk: Desk
    update_id: int


class _Beyond(Exception):
    """What was asked for leads to a page that needs a higher role."""

    def __init__(self, role: Role) -> None:
        super().__init__(role)
        self.role = role


def press(db: Session, data: str, *, user_id: int, update_id: int, setup: Setup, now: datetime) -> Acted | Refused:
    """A button was pressed; `data` is what it carried. A page is noted to be drawn, an action is carried out."""
    visit = _visit(db, user_id, update_id, setup, now)
    pressed = parse(data)
    kind = type(pressed)
    if pressed is None or (kind not in PAGES and kind not in ACTIONS):
        return _old(visit)
    if kind in PAGES:
        return _admit(visit, PAGES[kind].role, f"press {kind.__name__}", data, lambda: Done(then=pressed))
    act = ACTIONS[kind]
    return _admit(visit, act.role, f"press {kind.__name__}", data, lambda: act.act(pressed, visit.desk))


def command(
    db: Session, name: str, arguments: str, *, user_id: int, update_id: int, setup: Setup, now: datetime
) -> Acted | Refused | None:
    """A command was typed, without its slash. None: it is not one of ours, so it belongs to the flow."""
    visit = _visit(db, user_id, update_id, setup, now)
    known = COMMANDS.get(name.lower())
    if known is None:
        return _nearest(visit.desk, name)
    try:
        return _admit(visit, known.role, f"/{known.name}", arguments, lambda: known.run(arguments.strip(), visit.desk))
    except BadArguments:
        return Refused(visit.desk.say("ui.usage", usage=known.usage, example=known.example))


def link(
    db: Session, parameter: str, *, user_id: int, update_id: int, setup: Setup, now: datetime
) -> Acted | Refused | None:
    """A link to the bot was opened with `?start=<parameter>`. None: it is not ours, so it belongs to the flow."""
    known = next((known for prefix, known in LINKS.items() if parameter.startswith(prefix)), None)
    if known is None:
        return None
    visit = _visit(db, user_id, update_id, setup, now)
    rest = parameter.removeprefix(known.prefix)
    # The parameter is a secret, so the audit gets the prefix only.
    return _admit(visit, known.role, "link", known.prefix, lambda: known.run(rest, visit.desk))


def typed(
    db: Session, incoming: Incoming, *, user_id: int, update_id: int, setup: Setup, now: datetime
) -> Acted | Refused | None:
    """A message came. None: nothing was waiting for it, so it belongs to the conversation.

    The draft is over once its action is done, unless that puts a new one; a refusal by the rules leaves it for another
    try, the loss of the role ends it.
    """
    draft = drafts.get(db, user_id)
    expected = parse(draft.expects) if draft else None
    known = TYPED.get(type(expected)) if expected else None
    if draft is None or known is None:
        return None
    visit = _visit(db, user_id, update_id, setup, now)
    visit = replace(visit, desk=replace(visit.desk, draft=dict(draft.data)))
    if visit.desk.actor.role < known.role:
        drafts.clear(db, user_id)

    def take() -> Done:
        drafts.clear(db, user_id)
        return known.take(expected, incoming, visit.desk)

    try:
        return _admit(visit, known.role, f"type {type(expected).__name__}", draft.expects, take)
    except NotAwaited:
        drafts.clear(db, user_id)
        return None


def replied(
    db: Session, incoming: Incoming, *, user_id: int, update_id: int, setup: Setup, now: datetime
) -> Acted | Refused | None:
    """A message came that belongs to another one: a reply, a part of an album. None: the other one stands for nothing.

    No screen follows, since the chat is the screen; what was begun with a draft goes on afterwards.
    """
    visit = _visit(db, user_id, update_id, setup, now)
    meant = (means(incoming, visit.desk) for means in REPLIES)
    press = next((press for press in meant if press is not None), None)
    if press is None:
        return None
    known = TYPED[type(press)]

    def take() -> Done:
        return replace(known.take(press, incoming, visit.desk), then=None)

    return _admit(visit, known.role, f"type {type(press).__name__}", pack(press), take)


def takes(db: Session, name: str, *, user_id: int, setup: Setup) -> Upload | None:
    """What a file of this name is, from this person now; None: a part of their conversation, or of what they began."""
    known = next((known for ending, known in UPLOADS.items() if name.lower().endswith(ending)), None)
    if known is None or roles.role_of(db, user_id, setup) < known.role or _is_awaited(db, user_id):
        return None
    return known


def _is_awaited(db: Session, user_id: int) -> bool:
    draft = drafts.get(db, user_id)
    known = TYPED.get(type(parse(draft.expects))) if draft else None  # type: ignore[arg-type]
    return known is not None and not known.gives_way


def upload(
    db: Session, name: str, text: str, *, user_id: int, update_id: int, setup: Setup, now: datetime
) -> Acted | Refused:
    """A file came that is a command in itself (`takes`), with this text."""
    visit = _visit(db, user_id, update_id, setup, now)
    known = next(known for ending, known in UPLOADS.items() if name.lower().endswith(ending))
    return _admit(visit, known.role, f"file {known.ending}", name, lambda: known.run(text, visit.desk))


def elsewhere(db: Session, tried: str, *, user_id: int | None, chat_id: int, now: datetime) -> None:
    """Something was tried in a chat where the bot has no screens: a refusal, where it is one of ours.

    `tried` is what a button carries, or a command with its slash.
    """
    command, pressed = tried.partition(" ")[0].partition("@")[0].lower(), parse(tried)
    if command.startswith("/") and command[1:] in COMMANDS:
        what = command
    elif type(pressed) in PAGES or type(pressed) in ACTIONS:
        what = f"press {type(pressed).__name__}"
    else:
        return
    why = "screens are for private chats"
    audit.record_refusal(db, actor_id=user_id, action=what, target=f"chat {chat_id}", why=why, now=now)


def draw(db: Session, data: str, *, user_id: int, setup: Setup, now: datetime) -> Drawn | Refused:
    """The screen of a packed press. The session may be one that cannot write."""
    desk = _desk(db, user_id, setup, now)
    pressed = parse(data)
    page = PAGES.get(type(pressed)) if pressed else None
    if pressed is None or page is None:
        return Refused(desk.say("ui.old"))
    if desk.actor.role < page.role:
        return Refused(_missing(desk, page.role))
    try:
        return Drawn(framed(pressed, page.draw(pressed, desk), desk))
    except Refusal as refusal:
        return Refused(desk.say(refusal.key, **refusal.values))


def commands_for(role: Role) -> list[Command]:
    """The commands that a role may use, by name. The description of one is the wording `commands.<name>`."""
    return sorted((known for known in COMMANDS.values() if known.role <= role), key=lambda known: known.name)


def _desk(db: Session, user_id: int, setup: Setup, now: datetime) -> Desk:
    return Desk(db, roles.actor(db, user_id, setup), now, setup)


def _visit(db: Session, user_id: int, update_id: int, setup: Setup, now: datetime) -> _Visit:
    return _Visit(_desk(db, user_id, setup, now), update_id)


def _admit(visit: _Visit, role: Role, what: str, target: str, act: Callable[[], Done]) -> Acted | Refused:
    """Let in who has the role now; audit who has not."""
    desk = visit.desk
    if desk.actor.role < role:
        return _forbid(desk, role, what, target)
    try:
        with desk.db.begin_nested():
            return _noted(visit, act())
    except _Beyond as beyond:
        return _forbid(desk, beyond.role, what, target)
    except Refusal as refusal:
        return Refused(desk.say(refusal.key, **refusal.values))


def _forbid(desk: Desk, role: Role, what: str, target: str) -> Refused:
    why = f"needs {role.name.lower()}, is {desk.actor.role.name.lower()}"
    audit.record_refusal(desk.db, actor_id=desk.actor.id, action=what, target=target, why=why, now=desk.now)
    return Refused(_missing(desk, role))


def _noted(visit: _Visit, done: Done) -> Acted:
    """Commit with the action what is still to be shown, so that a crash neither repeats the one nor loses the other."""
    if done.then is not None and type(done.then) not in PAGES:
        raise TypeError(f"an action points to a page, and {done.then} is none")
    if done.then is not None and visit.desk.actor.role < (role := PAGES[type(done.then)].role):
        raise _Beyond(role)
    then = pack(done.then) if done.then is not None else None
    if then is None:
        inbox.mark_done(visit.desk.db, visit.update_id, visit.desk.now)
    else:
        inbox.mark_acted(visit.desk.db, visit.update_id, then, visit.desk.now)
    return Acted(done.toast, then, done.pending, done.alert, done.close)


def _old(visit: _Visit) -> Acted | Refused:
    """A button of a screen long gone: staff get a fresh home, everyone a sentence."""
    sentence = visit.desk.say("ui.old")
    if visit.desk.actor.role < Role.STAFF or Home not in PAGES:
        return Refused(sentence)
    return _noted(visit, Done(sentence, then=Home()))


def _nearest(desk: Desk, name: str) -> Refused | None:
    """Staff who mistype a command get the nearest of theirs; everything else may be a word of the flow."""
    if desk.actor.role < Role.STAFF or name.lower() in desk.setup.flow.commands:
        return None
    known = [known.name for known in commands_for(desk.actor.role)]
    near = get_close_matches(name.lower(), known, n=1, cutoff=_LIKENESS)
    return Refused(desk.say("ui.unknown_command", name=f"/{name}", near=f"/{near[0]}")) if near else None


def _missing(desk: Desk, role: Role) -> str:
    return desk.say("ui.forbidden", role=desk.say(f"roles.{role.name.lower()}"))
