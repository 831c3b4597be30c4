"""The audit in the chat: who did what to whom, who was refused, whether it is whole; and taking a change back."""

from __future__ import annotations

from bot.admin.presses import ListStaff
from bot.services import audit_chain, audit_search, filters, undo, users_reach
from bot.services.audit_search import Wanted
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.frame import Home
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.press import Press, press
from bot.ui.registry import action, command, page
from bot.ui.screen import Button, Done, Screen, Step, rows_of
from models import AuditEntry

#: Characters of a value, and of the words that are looked for.
_VALUE, _WORDS = 60, 60


@press("au")
class ListAudit(Press):
    """Entries below an id; `words` is a stored text, `refused` leaves only refusals."""

    words: int | None = None
    refused: bool = False
    before: int | None = None


@press("auv")
class VerifyAudit(Press):
    """Look at the whole chain."""


@press("aun")
class AskUndo(Press):
    """What taking back the last change would do."""


@press("auy")
class Undo(Press):
    """Take this change back."""

    entry_id: int


@page(ListAudit, role=Role.OWNER)
def audit_list(press: ListAudit, desk: Desk) -> Screen:
    """The newest first."""
    words = filters.text_of(desk.db, press.words) if press.words is not None else ""
    found = audit_search.page(desk.db, Wanted(words, press.refused), before=press.before, size=SIZE)
    title = html("<b>{}</b>{}", desk.say("audit.title"), html(": {}", excerpt(words, _WORDS)) if words else "")
    zone = html("{}", desk.say("flow.zone", zone=desk.setup.zone.key))
    entries = [_entry(entry, desk) for entry in found.entries] or [html("{}", desk.say("audit.none"))]
    older = ListAudit(press.words, press.refused, found.entries[-1].id) if found.older else None
    first = ListAudit(press.words, press.refused) if press.before is not None else None
    other = ListAudit(press.words, not press.refused)
    label = desk.say("audit.everything" if press.refused else "audit.refusals")
    rows = rows_of(Button(label, other), Button(desk.say("audit.verify"), VerifyAudit()))
    text = paragraphs(lines(title, zone), *entries)
    return Screen(text, (*onward(desk, first=first, more=older), *rows), (Step(desk.say("staff.title"), ListStaff()),))


def _entry(entry: AuditEntry, desk: Desk) -> Html:
    who = users_reach.name(desk.db, entry.actor_id) if entry.actor_id is not None else desk.say("audit.host")
    head = html("{} · {} · <b>{}</b> {}", desk.short_time(entry.at), excerpt(who, 24), entry.action, _cut(entry.target))
    return lines(head, _change(entry, desk))


def _change(entry: AuditEntry, desk: Desk) -> Html | None:
    if entry.refused is not None:
        return html("{}: {}", desk.say("audit.was_refused"), excerpt(entry.refused, _VALUE))
    if entry.before is None and entry.after is None:
        return None
    return html("{} → {}", _cut(entry.before) or "–", _cut(entry.after) or "–")


def _cut(text: str | None) -> str:
    return excerpt(text or "", _VALUE)


@page(VerifyAudit, role=Role.OWNER)
def verify(press: VerifyAudit, desk: Desk) -> Screen:
    """Whether every entry is what it was, and where it is not."""
    found = audit_chain.verify(desk.db)
    key = "audit.whole" if found.broken_at is None else "audit.broken"
    said = desk.say(key, count=found.entries, struck=str(found.struck), entry=str(found.broken_at or 0))
    end = html("{} <code>{}</code>", desk.say("audit.end"), found.head[:16]) if found.head else None
    return Screen(paragraphs(html("{}", said), end), (), (Step(desk.say("audit.title"), ListAudit()),))


@command("audit", role=Role.OWNER, usage="/audit [words, an id or @name]", example="/audit @sara")
def audit_command(arguments: str, desk: Desk) -> Done:
    """All of it, or what has these words."""
    if len(arguments) > _WORDS:
        raise Refusal("settings.no_text", limit=_WORDS)
    return Done(then=ListAudit(filters.keep(desk.db, arguments) if arguments else None))


@page(AskUndo, role=Role.ADMIN)
def ask_undo(press: AskUndo, desk: Desk) -> Screen:
    """The change, and what would be again."""
    entry = undo.last(desk.db, desk.actor)
    if entry is None:
        return Screen(html("{}", desk.say("audit.nothing_to_undo")))
    text = paragraphs(html("{}", desk.say("audit.ask_undo")), _entry(entry, desk))
    return question(desk, text, yes=Button(desk.say("audit.undo_yes"), Undo(entry.id)), no=Home())


@action(Undo, role=Role.ADMIN)
def take_back(press: Undo, desk: Desk) -> Done:
    """It is as it was before."""
    entry = undo.undo(desk.db, press.entry_id, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("audit.is_undone", what=f"{entry.action} {entry.target or ''}".strip()), then=AskUndo())


@command("undo", role=Role.ADMIN, usage="/undo", example="/undo")
def undo_command(arguments: str, desk: Desk) -> Done:
    """Your last change that can be taken back."""
    return Done(then=AskUndo())
