"""Presses of a conversation: searching it, its media, canned answers."""

from __future__ import annotations

from bot.ui.press import Press, press


@press("dcw")
class AskWords(Press):
    """The question for the words to look for, and what takes them."""

    user_id: int


@press("dcf")
class FindWords(Press):
    """The lines with the stored words, newest first, below the line `before`."""

    user_id: int
    words: int
    before: int | None = None


@press("dcm")
class SendMedia(Press):
    """Send the real thing behind a line."""

    user_id: int
    number: int


@press("dkp")
class PickCanned(Press):
    """Canned answers for a user, after a name."""

    user_id: int
    after: str = ""


@press("dkv")
class ViewCanned(Press):
    """A canned answer as this user would get it."""

    user_id: int
    canned_id: int


@press("dks")
class SendCanned(Press):
    """Send a canned answer to a user; `mark` is that of the text that was seen."""

    user_id: int
    canned_id: int
    mark: int


@press("dkl")
class ListCanned(Press):
    """All canned answers, after a name."""

    after: str = ""


@press("dkc")
class ShowCanned(Press):
    """One canned answer as it is written."""

    canned_id: int


@press("dka")
class NameCanned(Press):
    """The question for the name of a new one, and what takes it."""


@press("dkw")
class WriteCanned(Press):
    """The question for the text, and what takes it."""

    name: str


@press("dkd")
class AskDropCanned(Press):
    """Ask before one is deleted."""

    canned_id: int


@press("dkx")
class DropCanned(Press):
    """Delete one."""

    canned_id: int
