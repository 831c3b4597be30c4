"""All presses of pushes, in one place, so that screens link without importing each other."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("pl")
class ListPushes(Press):
    """Pushes with ids below `before`; None: the newest."""

    before: int | None = None


@press("pn")
class AskTitle(Press):
    """Ask for a title; None: of a new push."""

    push_id: int | None = None


@press("pt")
class WriteTitle(Press):
    """The question for a title, and what takes it."""

    push_id: int | None = None


@press("p")
class ShowPush(Press):
    """The card of a push."""

    push_id: int


@press("pg")
class ChooseGroups(Press):
    """Choose whom a push is for; groups with ids above `after`."""

    push_id: int
    after: int | None = None


@press("pgs")
class SwitchGroup(Press):
    """Put a group in, or take it out."""

    push_id: int
    group_id: int
    after: int | None = None


@press("pge")
class SetEveryone(Press):
    """The push is for everyone."""

    push_id: int


@press("pb")
class ChooseBlock(Press):
    """Choose the block that a push starts, in the order of the flow, from this place on."""

    push_id: int
    start: int = 0


@press("pbs")
class SetBlock(Press):
    """The push starts this block."""

    push_id: int
    block: str


@press("pv")
class Preview(Press):
    """Send the push to oneself."""

    push_id: int


@press("pd")
class AskDelete(Press):
    """Ask before a push is deleted."""

    push_id: int


@press("pds")
class DeletePush(Press):
    """Delete a push and the times planned for it."""

    push_id: int


@press("s")
class BeginSend(Press):
    """Begin to put a sending together, or go on with the one begun."""

    push_id: int


@press("sr")
class ChooseRecipients(Press):
    """Choose who gets it."""

    run_id: int


@press("srs")
class SetRecipients(Press):
    """Who gets it: the place in `push_runs.RECIPIENTS`."""

    run_id: int
    recipients: int


@press("sm")
class PickMembers(Press):
    """Pick members by hand; those with ids above `after`."""

    run_id: int
    after: int | None = None


@press("sms")
class PickMember(Press):
    """Pick a member, or unpick."""

    run_id: int
    user_id: int
    after: int | None = None


@press("st")
class ChooseTime(Press):
    """Choose when it begins."""

    run_id: int


@press("stn")
class SetNow(Press):
    """It begins as soon as it is confirmed."""

    run_id: int


@press("sta")
class AskTime(Press):
    """Ask for a time."""

    run_id: int


@press("stw")
class WriteTime(Press):
    """The question for a time, and what takes it."""

    run_id: int


@press("sts")
class SetLate(Press):
    """What happens after downtime: the place in `push_runs.LATE`."""

    run_id: int
    late: int


@press("sc")
class Review(Press):
    """All of a sending before it is confirmed."""

    run_id: int


@press("sca")
class AskCount(Press):
    """Ask for the number of people before a large sending."""

    run_id: int


@press("scw")
class WriteCount(Press):
    """The question for the number of people, and what takes it."""

    run_id: int


@press("scs")
class Confirm(Press):
    """Send it, or plan it for its time; `shown`: how many people the screen said it reaches."""

    run_id: int
    shown: int | None = None


@press("r")
class ShowRun(Press):
    """The card of a sending."""

    run_id: int


@press("rn")
class ListPlanned(Press):
    """What is planned."""


@press("rp")
class PauseRun(Press):
    """Send nothing more until it is resumed."""

    run_id: int


@press("rr")
class ResumeRun(Press):
    """Go on."""

    run_id: int


@press("rq")
class AskStop(Press):
    """Ask before a sending ends for good."""

    run_id: int


@press("rs")
class StopRun(Press):
    """End a sending for good."""

    run_id: int


@press("rc")
class CancelRun(Press):
    """Take back what has not begun."""

    run_id: int


@press("rg")
class SendLate(Press):
    """Send after all what was due while the bot was down."""

    run_id: int
