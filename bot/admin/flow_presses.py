"""All presses of the flow's screens, so that they link without importing each other."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("f")
class ShowFlow(Press):
    """The flow that speaks."""


@press("fh")
class ShowFlowChecks(Press):
    """What the checks say about a version, from a place in their list."""

    version_id: int
    at: int = 0


@press("fr")
class ReloadFlow(Press):
    """Take the file on disk as a new version."""


@press("fl")
class ListFlowVersions(Press):
    """The versions that have spoken, with numbers below `before`."""

    before: int | None = None


@press("fv")
class ShowFlowVersion(Press):
    """One version, and what is different in it."""

    version_id: int


@press("fn")
class ShowFlowOffer(Press):
    """A flow that was sent just now: the same with its picture."""

    version_id: int


@press("fc")
class CompareFlows(Press):
    """What is different between two versions, from a place in the list of changes."""

    old_id: int
    new_id: int
    at: int = 0


@press("fp")
class ShowFlowPicture(Press):
    """The picture of a version."""

    version_id: int


@press("fd")
class DownloadFlow(Press):
    """A version as a file."""

    version_id: int


@press("fq")
class AskActivateFlow(Press):
    """Ask before a version speaks; `seen` is the number of the one that speaks now."""

    version_id: int
    seen: int | None


@press("fa")
class ActivateFlow(Press):
    """Let a version speak, if the one that speaks now is still `seen`."""

    version_id: int
    seen: int | None


@press("fx")
class DropFlow(Press):
    """Forget a flow that was sent."""

    version_id: int


@press("fb")
class ListFlowBlocks(Press):
    """The blocks of the flow that speaks, after the block `after`."""

    after: str = ""


@press("fk")
class ShowFlowBlock(Press):
    """One block with its texts, from a place among them."""

    block: str
    at: int = 0


@press("fe")
class EditFlowText(Press):
    """Begin to change a text of a block."""

    block: str
    place: int


@press("fw")
class WriteFlowText(Press):
    """The question for the new text, and what takes it."""

    block: str
    place: int


@press("fz")
class DropFlowText(Press):
    """Give up changing a text."""

    block: str


@press("fy")
class PlayFlow(Press):
    """Begin a preview at a block ("": at the start), with a copy of a user or as somebody new.

    Without a version: of the one that speaks by then.
    """

    version_id: int | None
    block: str = ""
    user_id: int | None = None


@press("ft")
class ShowFlowPlay(Press):
    """The preview as far as it is, and what takes the next message of whoever plays."""


@press("fo")
class ChooseInPlay(Press):
    """Press a button in a preview."""

    block: str
    choice: str


@press("fs")
class WaitInPlay(Press):
    """Let the time of a wait pass in a preview."""


@press("fg")
class GiveBackInPlay(Press):
    """Hand the person of a preview back to the bot."""


@press("fj")
class EndPlay(Press):
    """End a preview."""
