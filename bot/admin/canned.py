"""Canned answers in the chat: the list, writing, changing and deleting them."""

from __future__ import annotations

from bot.admin.conversation_presses import AskDropCanned, DropCanned, ListCanned, NameCanned, ShowCanned, WriteCanned
from bot.flow.markup import TEXT_LIMIT, escape
from bot.services import canned, drafts
from bot.services.conversations import Incoming
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import excerpt, html, lines, paragraphs, untapped
from bot.ui.pager import SIZE, onward
from bot.ui.press import Press, pack
from bot.ui.registry import BadArguments, action, command, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of

_EXCERPT = 80


@page(ListCanned, role=Role.STAFF)
def canned_list(press: ListCanned, desk: Desk) -> Screen:
    """All of them by name."""
    found = canned.page(desk.db, after=press.after, size=SIZE)
    entries = [html("<b>{}</b> {}", row.name, excerpt(row.text, _EXCERPT)) for row in found.rows]
    shown = lines(*entries) or html("{}", desk.say("canned.none"))
    text = paragraphs(html("<b>{}</b>", desk.say("canned.title")), shown, html("{}", desk.say("canned.how")))
    more = ListCanned(found.rows[-1].name) if found.more else None
    rows = (
        *rows_of(*(Button(row.name, ShowCanned(row.id)) for row in found.rows)),
        *onward(desk, first=ListCanned() if press.after else None, more=more),
        (Button(desk.say("canned.new"), NameCanned()),),
    )
    return Screen(text, rows)


@page(ShowCanned, role=Role.STAFF)
def show(press: ShowCanned, desk: Desk) -> Screen:
    """One of them as it is written."""
    found = canned.get(desk.db, press.canned_id)
    rows = rows_of(
        Button(desk.say("canned.change"), WriteCanned(found.name)),
        Button(desk.say("canned.drop"), AskDropCanned(found.id)),
    )
    text = paragraphs(html("<b>/c {}</b>", found.name), untapped(found.text, TEXT_LIMIT // 2))
    return Screen(text, rows, _path(desk))


def _path(desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("canned.title"), ListCanned()),)


def _expect(press: Press, desk: Desk, sentence: str) -> Done:
    drafts.put(desk.db, desk.actor.id, pack(press), {}, desk.now)
    return Done(sentence, alert=True)


@action(NameCanned, role=Role.STAFF)
def begin(press: NameCanned, desk: Desk) -> Done:
    """From now on the next message is the name of a new one."""
    return _expect(press, desk, desk.say("canned.ask_name"))


@typed(NameCanned, role=Role.STAFF)
def take_name(press: NameCanned, incoming: Incoming, desk: Desk) -> Done:
    """Then its text is asked for."""
    return _expect(WriteCanned(canned.name_of(incoming.words)), desk, desk.say("canned.ask_text"))


@action(WriteCanned, role=Role.STAFF)
def begin_text(press: WriteCanned, desk: Desk) -> Done:
    """From now on the next message is the text."""
    return _expect(press, desk, desk.say("canned.ask_text"))


@typed(WriteCanned, role=Role.STAFF)
def take_text(press: WriteCanned, incoming: Incoming, desk: Desk) -> Done:
    """It is kept with the markup that it was sent with."""
    return _keep(press.name, incoming.html or escape(incoming.words), desk)


def _keep(name: str, text: str, desk: Desk) -> Done:
    kept = canned.keep(desk.db, name, text, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("canned.kept", name=name), then=ShowCanned(kept))


@page(AskDropCanned, role=Role.STAFF)
def ask_drop(press: AskDropCanned, desk: Desk) -> Screen:
    """Nobody can insert it any more."""
    found = canned.get(desk.db, press.canned_id)
    yes = Button(desk.say("canned.drop"), DropCanned(found.id))
    text = html("{}", desk.say("canned.ask_drop", name=found.name))
    return question(desk, text, yes=yes, no=ShowCanned(found.id), path=_path(desk))


@action(DropCanned, role=Role.STAFF)
def drop(press: DropCanned, desk: Desk) -> Done:
    """It is deleted."""
    name = canned.drop(desk.db, press.canned_id, by=desk.actor, now=desk.now)
    return Done(desk.say("canned.dropped", name=name), then=ListCanned())


@command(
    "canned", role=Role.STAFF, usage="/canned [add <name> <text> | delete <name>]", example="/canned add hours 9 to 18."
)
def canned_command(arguments: str, desk: Desk) -> Done:
    """The list; or one is written or deleted in one line."""
    if not arguments:
        return Done(then=ListCanned())
    what, _, rest = arguments.partition(" ")
    name, _, text = rest.strip().partition(" ")
    if what == "delete" and name and not text:
        return Done(then=AskDropCanned(canned.named(desk.db, name).id))
    if what != "add" or not text.strip():
        raise BadArguments
    return _keep(name, escape(text), desk)
