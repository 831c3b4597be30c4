"""One message to one user: written as the next message, looked at, sent now or at a time that is typed."""

from __future__ import annotations

from bot.admin import find
from bot.admin.groups_new import cancel
from bot.admin.people import called, person
from bot.admin.presses import ShowUser
from bot.admin.reply import content_of
from bot.admin.user_more import steps
from bot.admin.user_presses import (
    AskMessage,
    DropPlanned,
    ListPlanned,
    MessageUser,
    ReviewMessage,
    SendMessage,
)
from bot.flow.content import Content
from bot.services import contents, drafts, messages_planned, push_runs_time
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs, quote
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen, Style, rows_of
from models import PlannedMessage

_EXCERPT = 100


@action(MessageUser, role=Role.STAFF)
def begin(press: MessageUser, desk: Desk) -> Done:
    """From now on the next message is the one for the user."""
    find.known(desk, press.user_id)
    drafts.put(desk.db, desk.actor.id, pack(AskMessage(press.user_id)), {}, desk.now)
    return Done(then=AskMessage(press.user_id))


@page(AskMessage, role=Role.STAFF)
def ask(press: AskMessage, desk: Desk) -> Screen:
    """What shall it say?"""
    user = find.known(desk, press.user_id)
    text = paragraphs(person(user), html("{}", desk.say("user.ask_message")))
    return Screen(text, (cancel(desk),), steps(user, desk))


@typed(AskMessage, role=Role.STAFF)
def take(press: AskMessage, incoming: Incoming, desk: Desk) -> Done:
    """It is kept, and shown before it counts."""
    kept = {"message": contents.to_json(content_of(incoming))}
    drafts.put(desk.db, desk.actor.id, pack(ReviewMessage(press.user_id)), kept, desk.now)
    return Done(then=ReviewMessage(press.user_id))


@page(ReviewMessage, role=Role.STAFF)
def review(press: ReviewMessage, desk: Desk) -> Screen:
    """The message; a button sends it now, a typed time later."""
    user, content = find.known(desk, press.user_id), _written(press.user_id, desk)
    shown = quote(contents.words(content.text)) or None
    kind = html("{}", desk.say(f"kinds.{content.kind}")) if content.media else None
    how = html("{}", desk.say("user.review_message", zone=desk.setup.zone.key))
    send = Button(desk.say("user.send_now"), SendMessage(user.id), style=Style.SUCCESS)
    text = paragraphs(person(user), kind, shown, _unreachable(press.user_id, desk), how)
    return Screen(text, ((send,), cancel(desk)), steps(user, desk))


def _unreachable(user_id: int, desk: Desk) -> Html | None:
    user = find.known(desk, user_id)
    if user.blocked_at is None and user.gone_at is None:
        return None
    return html("{}", desk.say("user.not_reached"))


def _written(user_id: int, desk: Desk) -> Content:
    """What was written for this user. Raises a Refusal where it is sent already, or something else was begun."""
    draft = drafts.get(desk.db, desk.actor.id)
    if draft is None or draft.expects != pack(ReviewMessage(user_id)):
        raise Refusal("user.no_message")
    return contents.from_json(draft.data["message"])


@action(SendMessage, role=Role.STAFF)
def send(press: SendMessage, desk: Desk) -> Done:
    """It goes out at once."""
    content = _written(press.user_id, desk)
    messages_planned.send(desk.db, press.user_id, content, by=desk.actor, now=desk.now)
    drafts.clear(desk.db, desk.actor.id)
    name = called(find.known(desk, press.user_id))
    pending = frozenset({press.user_id})
    return Done(desk.say("user.message_sent", name=name), then=ShowUser(press.user_id), pending=pending)


@typed(ReviewMessage, role=Role.STAFF)
def take_time(press: ReviewMessage, incoming: Incoming, desk: Desk) -> Done:
    """It goes out at this time, which is said back in full."""
    due = push_runs_time.read(incoming.words, zone=desk.setup.zone, now=desk.now, language=desk.language)
    if due is None:
        raise Refusal("user.no_time")
    content = contents.from_json(desk.draft["message"])
    messages_planned.plan(desk.db, press.user_id, content, due.at, by=desk.actor, now=desk.now)
    said = desk.say("user.message_planned", at=desk.time(due.at), ago=desk.ago(due.at))
    return Done(said, then=ListPlanned(press.user_id))


@page(ListPlanned, role=Role.STAFF)
def planned(press: ListPlanned, desk: Desk) -> Screen:
    """What waits for its time; a button takes it back."""
    user = find.known(desk, press.user_id)
    found = messages_planned.of_user(desk.db, user.id)
    entries = [_entry(place, row, desk) for place, row in enumerate(found, 1)]
    drops = [Button(f"✕ {place}", DropPlanned(row.id, user.id)) for place, row in enumerate(found, 1)]
    text = paragraphs(person(user), *entries or [html("{}", desk.say("user.none_planned"))])
    return Screen(text, rows_of(*drops, width=3), steps(user, desk))


def _entry(place: int, row: PlannedMessage, desk: Desk) -> Html:
    content = contents.from_json(row.content)
    words = contents.words(content.text) or desk.say(f"kinds.{content.kind}")
    return lines(html("{}. {}", place, desk.time(row.due_at)), html("{}", excerpt(words, _EXCERPT)))


@action(DropPlanned, role=Role.STAFF)
def drop(press: DropPlanned, desk: Desk) -> Done:
    """It is not sent."""
    user_id = messages_planned.drop(desk.db, press.planned_id, by=desk.actor, now=desk.now)
    return Done(desk.say("user.message_dropped"), then=ListPlanned(user_id))
