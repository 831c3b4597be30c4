"""The presses of what comes after a sending: report, picture, file, taking back, changing, asking why."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("ar")
class ShowReport(Press):
    """What became of a sending."""

    run_id: int


@press("ap")
class ShowPicture(Press):
    """The same as a picture."""

    run_id: int


@press("af")
class SendFile(Press):
    """One row per recipient as a file."""

    run_id: int
    kind: str


@press("aq")
class AskRecall(Press):
    """Ask before what was sent is taken back."""

    run_id: int


@press("aqs")
class Recall(Press):
    """Take back what was sent."""

    run_id: int


@press("ae")
class AskEditSent(Press):
    """Ask before what was sent is changed to what the push says now."""

    run_id: int


@press("aes")
class EditSent(Press):
    """Change it."""

    run_id: int


@press("ax")
class StopSweep(Press):
    """Leave the others as they are."""

    run_id: int


@press("aw")
class AskWhy(Press):
    """Ask for a user."""

    run_id: int


@press("aww")
class WriteWhy(Press):
    """The question for a user, and what takes the answer."""

    run_id: int


@press("awu")
class ShowWhy(Press):
    """Why this user got a sending, or did not."""

    run_id: int
    user_id: int
