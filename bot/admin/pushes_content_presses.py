"""The presses of what a push says: its message, versions, buttons, options, topic."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("mc")
class ShowMessage(Press):
    """What the push says, in every language."""

    push_id: int


@press("ma")
class AskMessage(Press):
    """Ask for the message, for people of a language; empty: for everybody else."""

    push_id: int
    language: str


@press("mw")
class WriteMessage(Press):
    """The question for the message, and what takes it."""

    push_id: int
    language: str


@press("mf")
class FurtherFile(Press):
    """What takes the further files of an album."""

    push_id: int
    language: str


@press("mb")
class AskButtons(Press):
    """Ask for the buttons of a version."""

    push_id: int
    language: str


@press("mbw")
class WriteButtons(Press):
    """The question for the buttons, and what takes them."""

    push_id: int
    language: str


@press("ml")
class AskLanguage(Press):
    """Ask for a language that gets a version of its own."""

    push_id: int


@press("mlw")
class WriteLanguage(Press):
    """The question for a language, and what takes it."""

    push_id: int


@press("mx")
class DropVersion(Press):
    """People of this language get what everybody else gets."""

    push_id: int
    language: str


@press("mv")
class PreviewIn(Press):
    """Send the push to oneself as somebody who speaks this language gets it."""

    push_id: int
    language: str


@press("mo")
class ShowOptions(Press):
    """The options and the topic of a push."""

    push_id: int


@press("mos")
class SwitchOption(Press):
    """Switch an option on or off: the place in `push_content.OPTIONS`."""

    push_id: int
    option: int


@press("mt")
class AskTopic(Press):
    """Ask for the topic."""

    push_id: int


@press("mtw")
class WriteTopic(Press):
    """The question for the topic, and what takes it."""

    push_id: int


@press("mts")
class SetTopic(Press):
    """The push has this topic; empty: none."""

    push_id: int
    topic: str


@press("md")
class Duplicate(Press):
    """A new push like this one."""

    push_id: int
