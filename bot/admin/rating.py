"""The question how the help was, in the chat of whoever was helped: five buttons, then a word if they like."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.admin.presses import AskComment, BeginComment, RateRequest
from bot.flow.markup import TEXT_LIMIT
from bot.services import drafts, requests, requests_rate, roles
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui.desk import Desk
from bot.ui.html import authored, html, paragraphs
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen


def draw_rating(
    db: Session, request_id: int, question: str, viewer_id: int, setup: Setup, now: datetime
) -> Screen | None:
    """The flow's question with its buttons, or what was answered; None where the request does not exist any more."""
    desk = Desk(db, roles.actor(db, viewer_id, setup), now, setup)
    request = requests.get(db, request_id)
    if request is None:
        return None
    asked = authored(question, TEXT_LIMIT // 2)
    if request.rating is None:
        stars = range(1, requests_rate.BEST + 1)
        return Screen(asked, (tuple(Button(str(star), RateRequest(request_id, star)) for star in stars),))
    given = html("{}", desk.say("rating.given", rating=request.rating, best=requests_rate.BEST))
    comment = Button(desk.say("rating.comment"), BeginComment(request_id))
    return Screen(paragraphs(asked, given), () if request.rating_comment else ((comment,),))


@action(RateRequest, role=Role.USER)
def rate(press: RateRequest, desk: Desk) -> Done:
    """The number counts; the question changes to say so."""
    pending = requests_rate.rate(desk.db, press.request_id, press.rating, by=desk.actor.id, now=desk.now)
    return Done(desk.say("rating.thanks"), pending=pending)


@action(BeginComment, role=Role.USER)
def begin_comment(press: BeginComment, desk: Desk) -> Done:
    """Whoever pressed this wants to say more; only then is their next message a comment."""
    asked = AskComment(press.request_id)
    drafts.put(desk.db, desk.actor.id, pack(asked), {}, desk.now)
    return Done(then=asked)


@page(AskComment, role=Role.USER)
def ask_comment(press: AskComment, desk: Desk) -> Screen:
    """Write it as your next message."""
    return Screen(html("{}", desk.say("rating.ask_comment")), anew=True)


@typed(AskComment, role=Role.USER)
def take_comment(press: AskComment, incoming: Incoming, desk: Desk) -> Done:
    """The comment is kept with the rating."""
    if not incoming.words.strip():
        raise Refusal("rating.words_only")
    told = requests_rate.comment(
        desk.db, press.request_id, incoming.words, by=desk.actor.id, setup=desk.setup, now=desk.now
    )
    return Done(desk.say("rating.thanks"), pending=told)
