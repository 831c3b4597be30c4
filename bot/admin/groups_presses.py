"""All presses of groups, in one place, so that screens link without importing each other."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("gl")
class ListGroups(Press):
    """The groups with ids below `before`, newest first."""

    before: int | None = None


@press("g")
class ShowGroup(Press):
    """The card of a group."""

    group_id: int


@press("gce")
class CountGroup(Press):
    """The card of a group with the exact number of its members, however long counting takes."""

    group_id: int


@press("gm")
class ListMembers(Press):
    """The members of a group from a place in the order of their activity (see `ListUsers`)."""

    group_id: int
    moment: int | None = None
    user_id: int | None = None
    newer: bool = False


@press("gs")
class SetMatching(Press):
    """All of the rules, any of them, or everyone."""

    group_id: int
    matching: str


@press("gu")
class DuplicateGroup(Press):
    """Make a copy."""

    group_id: int


@press("gr")
class RenameGroup(Press):
    """Begin to rename: the next message is the name."""

    group_id: int


@press("gn")
class AskNewName(Press):
    """The question for the new name, and what takes it."""

    group_id: int


@press("ge")
class EditRules(Press):
    """The rules of a group, each with a button to change it and one to remove it."""

    group_id: int


@press("gx")
class RemoveRule(Press):
    """Remove one rule; `mark` is that of the rule that was seen."""

    group_id: int
    position: int
    mark: int


@press("ga")
class AddRule(Press):
    """Begin one more rule for a saved group."""

    group_id: int


@press("gc")
class ChangeRule(Press):
    """Begin another rule in the place of one; `mark` is that of the rule that was seen."""

    group_id: int
    position: int
    mark: int


@press("gq")
class AskDeleteGroup(Press):
    """Ask before a group is deleted."""

    group_id: int


@press("gd")
class DeleteGroup(Press):
    """Delete a group, on request with taking it out of pushes and other groups."""

    group_id: int
    detach: bool


@press("gy")
class WhyGroup(Press):
    """Why somebody is in a group, or is not."""

    user_id: int
    group_id: int


@press("gyl")
class ListMemberships(Press):
    """All groups, each with whether somebody is in it."""

    user_id: int
    before: int | None = None


@press("gw")
class NewGroup(Press):
    """Begin a new group."""


@press("gwf")
class NewGroupFromFilter(Press):
    """Begin a new group with the conditions of a stored filter as its rules."""

    filter_id: int


@press("gwn")
class AskGroupName(Press):
    """The question for the name of the new group, and what takes it."""


@press("gwo")
class ReopenName(Press):
    """Go back from the review to the name."""


@press("gwa")
class AddDraftRule(Press):
    """Go from the review to one more rule."""


@press("gwr")
class AskRule(Press):
    """The question for a rule, and what takes it: the fields from place `start` on."""

    start: int = 0


@press("gwp")
class PickField(Press):
    """The rule is about this field."""

    field: str


@press("gwq")
class AskOperator(Press):
    """The question how the field shall be compared."""


@press("gws")
class PickOperator(Press):
    """The field is compared like this."""

    operator: str


@press("gwv")
class AskValue(Press):
    """The question for the value, and what takes it."""


@press("gwi")
class PickValue(Press):
    """The value at this place of those on offer."""

    place: int


@press("gwz")
class ReviewGroup(Press):
    """The new group as it would be saved."""


@press("gwm")
class SetDraftMatching(Press):
    """All, any or everyone, in the new group."""

    matching: str


@press("gwx")
class DropDraftRule(Press):
    """Take a rule of the new group away."""

    place: int


@press("gwy")
class SaveGroup(Press):
    """Save the new group."""


@press("gp")
class PushToGroup(Press):
    """Begin a push to this group."""

    group_id: int


@press("gpt")
class AskPushTitle(Press):
    """The question for its title, and what takes it."""

    group_id: int
