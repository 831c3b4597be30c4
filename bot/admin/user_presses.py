"""All presses of what can be done about one user, beside those that other screens need too (`presses`)."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("um")
class ShowMore(Press):
    """What else can be done about a user."""

    user_id: int


@press("uvp")
class PickVariable(Press):
    """The variables of the flow, one of which is to be changed, from place `start` on."""

    user_id: int
    start: int = 0


@press("uve")
class EditVariable(Press):
    """Begin to change a variable: the next message is the value."""

    user_id: int
    name: str


@press("uva")
class AskVariable(Press):
    """The question for the value, and what takes it."""

    user_id: int
    name: str


@press("uvx")
class ClearVariable(Press):
    """Take a value away."""

    user_id: int
    name: str


@press("ug")
class ShowTags(Press):
    """The tags of a user, from place `start` on; what is typed is a new one, once `AddTag` was pressed."""

    user_id: int
    start: int = 0


@press("uga")
class AddTag(Press):
    """Begin a new tag: the next message is it."""

    user_id: int


@press("ugw")
class AskTag(Press):
    """The question for the tag, and what takes it."""

    user_id: int


@press("ugx")
class DropTag(Press):
    """Take the tag at a place away; `mark` is that of the tag that was seen there."""

    user_id: int
    place: int
    mark: int


@press("ubp")
class PickBlock(Press):
    """The blocks of the flow, to one of which a user is to be moved, from place `start` on."""

    user_id: int
    start: int = 0


@press("ubq")
class AskMove(Press):
    """Ask before a user is moved to the block at a place."""

    user_id: int
    place: int


@press("ubm")
class MoveUser(Press):
    """Open a block for a user; `mark` is that of the block that was seen."""

    user_id: int
    place: int
    mark: int


@press("uhp")
class ShowReceived(Press):
    """The pushes that a user got, or did not get, from before a run on; 0: the latest."""

    user_id: int
    before: int = 0


@press("uhr")
class ShowAsked(Press):
    """The support requests of a user, from before one of them on; 0: the latest."""

    user_id: int
    before: int = 0


@press("uhn")
class ShowNotes(Press):
    """What staff noted about a user, from before a line of the conversation on; 0: the latest."""

    user_id: int
    before: int = 0


@press("uo")
class MessageUser(Press):
    """Begin a message to one user: the next message is it."""

    user_id: int


@press("uow")
class AskMessage(Press):
    """The question for the message, and what takes it."""

    user_id: int


@press("uor")
class ReviewMessage(Press):
    """The message as it was written, to be sent now or later; what is typed is the time."""

    user_id: int


@press("uos")
class SendMessage(Press):
    """Send the message now."""

    user_id: int


@press("uol")
class ListPlanned(Press):
    """Messages to a user that wait for their time."""

    user_id: int


@press("uox")
class DropPlanned(Press):
    """Take a planned message back."""

    planned_id: int
    user_id: int


@press("ubq1")
class AskBan(Press):
    """Ask how and for how long a user is to be muted or banned."""

    user_id: int


@press("ubq2")
class PutBan(Press):
    """Mute or ban ("muted", "banned") a user for so many hours; 0: until it is lifted."""

    user_id: int
    ban: str
    hours: int


@press("ubq3")
class LiftBan(Press):
    """Give everything back to a user."""

    user_id: int
