"""All that is kept about one user: as a file, and the end of it."""

from __future__ import annotations

from bot.admin import find
from bot.admin.people import called, person
from bot.admin.presses import ListUsers, ShowUser
from bot.services import audit, users_forget, users_json
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import html, lines
from bot.ui.press import Press, press
from bot.ui.registry import action, page
from bot.ui.screen import Attachment, Button, Done, Screen, Step


@press("uj")
class ExportUser(Press):
    """Everything about a user as a file."""

    user_id: int


@press("ujs")
class ShowExport(Press):
    """The file with everything about a user."""

    user_id: int


@press("ud")
class AskDeleteUser(Press):
    """Ask before a user is deleted."""

    user_id: int


@press("udy")
class DeleteUser(Press):
    """Delete everything about a user."""

    user_id: int


@action(ExportUser, role=Role.ADMIN)
def export(press: ExportUser, desk: Desk) -> Done:
    """Who takes somebody's data out is written down."""
    user = find.known(desk, press.user_id)
    audit.record(desk.db, actor_id=desk.actor.id, action="user.export", target=f"user {user.id}", now=desk.now)
    return Done(then=ShowExport(user.id))


@page(ShowExport, role=Role.ADMIN)
def show_export(press: ShowExport, desk: Desk) -> Screen:
    """The file with a sentence."""
    user = find.known(desk, press.user_id)
    made = users_json.document(desk.db, user.id, for_themselves=False)
    text = lines(person(user), html("{}", desk.say("user.all_data")))
    attachment = Attachment(f"user-{user.id}.json", lambda: made)
    return Screen(text, path=_path(press.user_id, called(user), desk), anew=True, attachment=attachment)


@page(AskDeleteUser, role=Role.ADMIN)
def ask_delete(press: AskDeleteUser, desk: Desk) -> Screen:
    """What is lost, and that it cannot be undone."""
    user = find.known(desk, press.user_id)
    text = html("{}", desk.say("user.ask_delete", name=called(user), id=str(user.id)))
    yes = Button(desk.say("user.delete_yes"), DeleteUser(user.id))
    return question(desk, text, yes=yes, no=ShowUser(user.id), path=_path(user.id, called(user), desk))


@action(DeleteUser, role=Role.ADMIN)
def delete(press: DeleteUser, desk: Desk) -> Done:
    """It is asked for, and carried out in a moment."""
    user = find.known(desk, press.user_id)
    users_forget.ask(desk.db, user.id, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("user.deleted", id=str(user.id)), then=ListUsers())


def _path(user_id: int, name: str, desk: Desk) -> tuple[Step, ...]:
    return (Step(desk.say("users.title"), ListUsers()), Step(name, ShowUser(user_id)))
