"""The button under a push that ends them: one tap, said back, and undone with one more."""

from __future__ import annotations

from bot.services import push_clicks, push_topics, users, users_pushes
from bot.services.push_clicks import UNSUBSCRIBE
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import html
from bot.ui.press import LeavePush, Press, press
from bot.ui.registry import action, page
from bot.ui.screen import Button, Done, Screen
from models import Push, PushRun


@press("ylt")
class ShowLeft(Press):
    """Whether whoever asks gets pushes of this kind; `anew` where it shall not replace the push."""

    push_id: int
    run: int
    anew: bool


@press("ylb")
class ComeBack(Press):
    """Get them again."""

    push_id: int
    run: int


@press("yll")
class LeaveAgain(Press):
    """Get them no more after all."""

    push_id: int
    run: int


@action(LeavePush, role=Role.USER)
def leave_push(press: LeavePush, desk: Desk) -> Done:
    """From the push itself, however old it is."""
    _leave(press.push_id, press.run, desk)
    return Done(desk.say("privacy.left_toast"), then=ShowLeft(press.push_id, press.run, True))


@action(LeaveAgain, role=Role.USER)
def leave_again(press: LeaveAgain, desk: Desk) -> Done:
    """From the sentence about it."""
    _leave(press.push_id, press.run, desk)
    return Done(then=ShowLeft(press.push_id, press.run, False))


def _leave(push_id: int, run_id: int, desk: Desk) -> None:
    push_topics.leave(desk.db, desk.actor.id, _topic(push_id, run_id, desk), desk.now)
    if push_clicks.has_got(desk.db, run_id, desk.actor.id):
        push_clicks.count(desk.db, run_id, desk.actor.id, UNSUBSCRIBE, desk.now)


@action(ComeBack, role=Role.USER)
def come_back(press: ComeBack, desk: Desk) -> Done:
    """As if the button had not been pressed; topics that were left before stay so."""
    topic = _topic(press.push_id, press.run, desk)
    if topic is None:
        users_pushes.want(desk.db, desk.actor.id, True, by=desk.actor.id, now=desk.now)
    else:
        push_topics.come_back(desk.db, desk.actor.id, topic, desk.now)
    push_clicks.take_back(desk.db, press.run, desk.actor.id, UNSUBSCRIBE)
    return Done(then=ShowLeft(press.push_id, press.run, False))


@page(ShowLeft, role=Role.USER)
def left(press: ShowLeft, desk: Desk) -> Screen:
    """How it is, and the other way."""
    topic = _topic(press.push_id, press.run, desk)
    gone = _has_left(topic, desk)
    key = f"privacy.{'left' if gone else 'back'}_{'all' if topic is None else 'topic'}"
    other = ComeBack(press.push_id, press.run) if gone else LeaveAgain(press.push_id, press.run)
    label = desk.say("privacy.undo" if gone else "privacy.leave")
    return Screen(html("{}", desk.say(key, topic=topic or "")), ((Button(label, other),),), anew=press.anew)


def _topic(push_id: int, run_id: int, desk: Desk) -> str | None:
    """The topic that the message had when it was sent."""
    run = desk.db.get(PushRun, run_id) if run_id else None
    if run is not None and run.push_id == push_id:
        return run.topic
    push = desk.db.get(Push, push_id)
    return push.topic if push else None


def _has_left(topic: str | None, desk: Desk) -> bool:
    user = users.get(desk.db, desk.actor.id)
    stopped = user is not None and user.unsubscribed_at is not None
    return stopped or (topic is not None and topic in push_topics.left_by(desk.db, desk.actor.id))
