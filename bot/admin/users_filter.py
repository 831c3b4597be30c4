"""A condition for the list of users, put together with the buttons that also make the rules of groups."""

from __future__ import annotations

from bot.admin.groups_draft import GroupDraft
from bot.admin.groups_new import go_on
from bot.admin.groups_presses import AskRule
from bot.admin.users_words import sort_of
from bot.services import filters
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.press import Press, press
from bot.ui.registry import action
from bot.ui.screen import Done


@press("uw")
class FilterUsers(Press):
    """Begin one more condition for the list with a stored filter."""

    rule: int | None = None
    sort: int = 0


@action(FilterUsers, role=Role.ADMIN)
def begin(press: FilterUsers, desk: Desk) -> Done:
    """The fields are on offer; the condition is added to those there are."""
    sort_of(press.sort)
    text = filters.text_of(desk.db, press.rule) if press.rule is not None else ""
    return go_on(GroupDraft(filters=text, sort=press.sort), AskRule(), desk)
