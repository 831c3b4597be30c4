"""What the engine wants done: values that the caller carries out, in order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.flow.content import Content

#: What a variable can hold in memory. Dates, times and datetimes are written as ISO text in `Remember`.
Value = str | float | bool


@dataclass(frozen=True, slots=True)
class Say:
    """Send this to the person."""

    content: Content


@dataclass(frozen=True, slots=True)
class Remember:
    """Store a variable. `value` has the variable's declared type; dates as ISO text."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Forget:
    """Take a variable's value away."""

    name: str


@dataclass(frozen=True, slots=True)
class AskStaff:
    """The Service Operator action: open a request with the person's last input, and switch the bot off for them."""

    text: str
    block: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Staff were to be asked, and nobody can be reached: the person has been told, admins should know."""

    text: str
    block: str


@dataclass(frozen=True, slots=True)
class Tag:
    """Put a tag on the person."""

    name: str


@dataclass(frozen=True, slots=True)
class Untag:
    """Take a tag off the person."""

    name: str


@dataclass(frozen=True, slots=True)
class Notify:
    """Tell staff something; nobody has to answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Let the person get pushes of a topic again; "all": of every topic."""

    topic: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """Send the person no more pushes of a topic; "all": none at all."""

    topic: str


@dataclass(frozen=True, slots=True)
class Typing:
    """Show "typing …" for a moment."""


@dataclass(frozen=True, slots=True)
class Wake:
    """Open `block` at `at` (UTC): the durable half of a wait. Another wait for the same block ends."""

    at: datetime
    block: str
    #: Also if the person has moved on.
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """Ask another server, once this turn is written down; what it answers comes back as `engine.answered`."""

    #: Which of the flow's calls this is (`Flow.calls`).
    id: str
    method: str
    url: str
    #: A JSON value, or None where nothing is sent.
    body: object
    #: Where the person waits for the answer, and what would come next.
    block: str
    onward: str | None = None
    #: Calls that led to this one without the person doing anything.
    hops: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The flow could not go on (a loop without input, a block that has vanished): for the operator's log."""

    reason: str
    block: str


Effect = (
    Say
    | Remember
    | Forget
    | AskStaff
    | Unanswered
    | Tag
    | Untag
    | Notify
    | Subscribe
    | Unsubscribe
    | Typing
    | Wake
    | Call
    | Failed
)
