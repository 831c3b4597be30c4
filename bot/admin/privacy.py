"""What belongs to each person: see everything that is kept, have it deleted, get no more pushes."""

from __future__ import annotations

from bot.services import users, users_forget, users_json, users_pushes
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.frame import Close
from bot.ui.html import html
from bot.ui.press import Press, press
from bot.ui.registry import action, command, page
from bot.ui.screen import Attachment, Button, Done, Screen


@press("ym")
class ShowMyData(Press):
    """Everything that is kept about whoever asks, as a file."""


@press("yf")
class AskForget(Press):
    """Ask before everything about whoever asks is deleted."""


@press("yy")
class ForgetMe(Press):
    """Delete everything about whoever presses."""


@press("yg")
class ShowForgotten(Press):
    """It will be gone in a moment."""


@press("yp")
class ShowPushes(Press):
    """Whether whoever asks gets pushes."""


@press("yw")
class WantPushes(Press):
    """Get pushes from now on, or none."""

    wanted: bool


@command("mydata", role=Role.USER, usage="/mydata", example="/mydata")
def mydata_command(arguments: str, desk: Desk) -> Done:
    """Everything that is kept about you, as a file."""
    return Done(then=ShowMyData())


@page(ShowMyData, role=Role.USER)
def my_data(press: ShowMyData, desk: Desk) -> Screen:
    """The file with a sentence; it is made here, so that it shows one moment."""
    made = users_json.document(desk.db, desk.actor.id, for_themselves=True)
    text = html("{}", desk.say("privacy.your_data"))
    forget = (Button(desk.say("privacy.forget_button"), AskForget()),)
    return Screen(text, (forget,), anew=True, attachment=Attachment("mydata.json", lambda: made))


@command("forget", role=Role.USER, usage="/forget", example="/forget")
def forget_command(arguments: str, desk: Desk) -> Done:
    """Have everything about you deleted."""
    return Done(then=AskForget())


@page(AskForget, role=Role.USER)
def ask_forget(press: AskForget, desk: Desk) -> Screen:
    """What is lost, and that it cannot be undone."""
    yes = Button(desk.say("privacy.forget_yes"), ForgetMe())
    return question(desk, html("{}", desk.say("privacy.ask_forget")), yes=yes, no=Close())


@action(ForgetMe, role=Role.USER)
def forget_me(press: ForgetMe, desk: Desk) -> Done:
    """It is asked for; it is carried out as soon as this press is done."""
    users_forget.ask(desk.db, desk.actor.id, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(then=ShowForgotten())


@page(ShowForgotten, role=Role.USER)
def forgotten(press: ShowForgotten, desk: Desk) -> Screen:
    """The last sentence."""
    return Screen(html("{}", desk.say("privacy.forgotten")))


@command("stop", role=Role.USER, usage="/stop", example="/stop")
def stop_command(arguments: str, desk: Desk) -> Done:
    """Get no more pushes."""
    users_pushes.want(desk.db, desk.actor.id, False, by=desk.actor.id, now=desk.now)
    return Done(then=ShowPushes())


@page(ShowPushes, role=Role.USER)
def pushes(press: ShowPushes, desk: Desk) -> Screen:
    """How it is, and the way back."""
    user = users.get(desk.db, desk.actor.id)
    stopped = user is not None and user.unsubscribed_at is not None
    text = html("{}", desk.say("privacy.no_pushes" if stopped else "privacy.pushes_again"))
    label = desk.say("privacy.want" if stopped else "privacy.want_none")
    return Screen(text, ((Button(label, WantPushes(stopped)),),))


@action(WantPushes, role=Role.USER)
def want_pushes(press: WantPushes, desk: Desk) -> Done:
    """It holds from now on."""
    users_pushes.want(desk.db, desk.actor.id, press.wanted, by=desk.actor.id, now=desk.now)
    return Done(then=ShowPushes())
