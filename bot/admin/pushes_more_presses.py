"""Presses of what a push is for, of repeating and second admins, and of stopping all pushes."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("pa")
class ChooseAudience(Press):
    """All ways to say whom a push is for, and how many that are now."""

    push_id: int


@press("par")
class AskRule(Press):
    """Ask for the rule of the audience."""

    push_id: int


@press("paw")
class WriteRule(Press):
    """The question for the rule, and what takes it."""

    push_id: int


@press("pad")
class DropRule(Press):
    """The audience has no rule any more."""

    push_id: int


@press("pap")
class AskPeople(Press):
    """Ask for the people who are picked by hand."""

    push_id: int


@press("pal")
class WritePeople(Press):
    """The question for the people, and what takes it."""

    push_id: int


@press("pam")
class ChooseMinus(Press):
    """Choose groups whose members are taken out; those with ids above `after`."""

    push_id: int
    after: int | None = None


@press("pas")
class SwitchMinus(Press):
    """Take the members of a group out, or no longer."""

    push_id: int
    group_id: int
    after: int | None = None


@press("pat")
class SwitchTalking(Press):
    """Whether people who talk with staff get it as well."""

    push_id: int
    talking: bool


@press("str")
class AskRepeat(Press):
    """Ask when it comes again."""

    run_id: int


@press("stv")
class WriteRepeat(Press):
    """The question for when it comes again, and what takes it."""

    run_id: int


@press("stc")
class SetClock(Press):
    """Whether the time is read from each user's own clock."""

    run_id: int
    users: bool


@press("stp")
class SetPaid(Press):
    """Whether Telegram is paid to take it faster."""

    run_id: int
    paid: bool


@press("rya")
class ApproveRun(Press):
    """Agree to what another admin wants to send, to as many people as the screen said."""

    run_id: int
    shown: int


@press("rh")
class ListRuns(Press):
    """The sendings of a push, the newest first, with those that were missed."""

    push_id: int


@press("px")
class AskHalt(Press):
    """Ask before all pushes are stopped."""


@press("pxs")
class HaltPushes(Press):
    """Stop all pushes at once."""


@press("pxa")
class AskLift(Press):
    """Ask before pushes are sent again."""


@press("pxl")
class LiftHalt(Press):
    """Let pushes be sent again."""
