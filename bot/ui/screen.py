"""Screens as values: text and rows of buttons; and what an action leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.ui.html import Html
from bot.ui.press import Press

#: Rows are laid out for a phone.
ROW = 3
#: Characters of a label that a phone shows with three buttons in a row, and with one.
LABEL = 20


class Style(StrEnum):
    """The colour of a button where the app shows one: danger for what destroys, success for a yes."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """One button: it presses, opens a link, copies a text, or begins an inline query. Exactly one of them is set."""

    label: str
    press: Press | None = None
    url: str | None = None
    copy: str | None = None
    #: What stands behind the bot's name in the field for writing.
    inline: str | None = None
    style: Style | None = None

    def __post_init__(self) -> None:
        if [self.press, self.url, self.copy, self.inline].count(None) != 3:
            raise ValueError(f"the button {self.label!r} must do exactly one thing")


Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One room on the way from home to a screen."""

    label: str
    press: Press


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a screen. It is made only when it is sent, outside of any transaction, so also again."""

    name: str
    make: Callable[[], bytes]
    #: Shown as a picture in the chat, not as a file to be opened.
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """What a person sees. `path` leads from home (not named) to the room above: it makes the crumbs and *Back*."""

    text: Html
    rows: tuple[Row, ...] = ()
    path: tuple[Step, ...] = ()
    #: Sent as a new message even where a press asked for it, so that what was pressed stays (an alert, a preview).
    anew: bool = False
    #: Sent with the text below it, always as a new message.
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """An action is done: a sentence for the moment, the page that follows (None: the message stays as it is)."""

    toast: str = ""
    then: Press | None = None
    #: People who now have messages waiting in the outbox.
    pending: frozenset[int] = frozenset()
    #: The sentence is shown as an alert that has to be closed.
    alert: bool = False
    #: The message goes away.
    close: bool = False


def rows_of(*buttons: Button | None, width: int = ROW) -> tuple[Row, ...]:
    """Buttons in rows of at most `width`; None is left out."""
    present = [button for button in buttons if button is not None]
    return tuple(tuple(present[start : start + width]) for start in range(0, len(present), width))
