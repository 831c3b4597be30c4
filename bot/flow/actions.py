"""What a block or a connection does: values, run in order by `perform`.

    { do = "set", variable = "city", value = "Vienna" }       # without a value: the person's last input
    { do = "unset", variable = "city" }
    { do = "add", variable = "visits", by = 1 }               # by = "{points}" works too
    { do = "say", text = "One moment." }
    { do = "show", to = "hours" }
    { do = "when", rule = "age >= 18", then = "adults", else = [{ do = "tag", name = "young" }] }
    { do = "service_operator", else = "Nobody is here before 9:00." }
    { do = "tag", name = "vip" }                              # untag alike
    { do = "notify", text = "{first_name} wants a tour." }    # to staff
    { do = "wait", days = 1, to = "reminder" }                # seconds, minutes, hours, days
    { do = "wait", until = "birthday", days = -1, at = 09:00:00, to = "greeting" }
    { do = "wait", hours = 2, between = ["09:00", "20:00"], to = "reminder" }
    { do = "wait", days = 30, to = "how_are_you", keep = true }   # also if the person has moved on by then
    { do = "random", branches = [{ weight = 3, then = "a" }, { then = "b" }] }
    { do = "typing" }
    { do = "subscribe", topic = "news" }                      # unsubscribe alike
    { do = "call", to = "ask_address", then = "thanks" }      # a sub-flow; its blocks end with { do = "return" }
    { do = "http", url = "https://api.example.com/slots?day={day}", store = { slot = "slots.0.time" },
      then = "offer", else = "The calendar does not answer." }                # method = "POST", json = { … } alike
    { do = "end" }

Where a list of actions is expected (then, else), a text may stand: the name of a block to show, or a sentence to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta

from bot.flow.wording import Json, Text
from bot.rules import Rule


@dataclass(frozen=True, slots=True)
class Set:
    """Store a value; without one, the person's last input."""

    variable: str
    value: Text | None = None


@dataclass(frozen=True, slots=True)
class Unset:
    """Take a variable's value away."""

    variable: str


@dataclass(frozen=True, slots=True)
class Add:
    """Add to a number; one that is not set counts as 0."""

    variable: str
    by: float | Text = 1.0


@dataclass(frozen=True, slots=True)
class Speak:
    """Say a sentence."""

    text: Text


@dataclass(frozen=True, slots=True)
class Show:
    """Jump to a block; what follows is not run."""

    to: str


@dataclass(frozen=True, slots=True)
class When:
    """Run the one list or the other."""

    rule: Rule
    then: tuple[Action, ...] = ()
    otherwise: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceOperator:
    """Ask staff. `then` runs if somebody can be reached, `otherwise` if nobody can."""

    then: tuple[Action, ...] = ()
    otherwise: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class PutTag:
    """Put a tag on the person, or take it off."""

    name: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class TellStaff:
    """Tell staff something."""

    text: Text


@dataclass(frozen=True, slots=True)
class Pause:
    """Open a block later, if the person has not moved on or the wait is kept all the same."""

    delay: timedelta
    #: None: the block that would have come next.
    to: str | None = None
    #: A date variable that the delay counts from, instead of now; and the time of that day.
    until: str | None = None
    at: time | None = None
    #: The hours in which the block may be opened, in the flow's time zone.
    between: tuple[time, time] | None = None
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """One way of a `random`, taken in proportion to its weight."""

    weight: float
    then: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Chance:
    """Take one of several ways by chance."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class ShowTyping:
    """Show "typing …"."""


@dataclass(frozen=True, slots=True)
class SetTopic:
    """Subscribe the person to a topic of pushes, or unsubscribe them."""

    topic: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class CallBlock:
    """Go to a sub-flow and come back to `then`."""

    to: str
    then: str | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """Go back to where the sub-flow was called."""


@dataclass(frozen=True, slots=True)
class End:
    """The conversation is over; the next input meets keywords, then the fallback."""


@dataclass(frozen=True, slots=True)
class Http:
    """Ask another server; the chain ends here and goes on with `then` or `otherwise` when the answer is there."""

    #: Stays the same as long as the call and its block do, so that an answer finds its way after a restart.
    id: str
    method: str
    url: Text
    #: The server it goes to, written out in the file.
    host: str
    body: Json = None
    #: Variables, and the way to their values in the answer: keys and places in lists; empty for the whole answer.
    store: tuple[tuple[str, tuple[str, ...]], ...] = ()
    then: tuple[Action, ...] = ()
    otherwise: tuple[Action, ...] = ()


Action = (
    Set
    | Unset
    | Add
    | Speak
    | Show
    | When
    | ServiceOperator
    | PutTag
    | TellStaff
    | Pause
    | Chance
    | ShowTyping
    | SetTopic
    | CallBlock
    | Return
    | Http
    | End
)
