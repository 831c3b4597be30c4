"""One input's walk through the blocks: what is known on the way, and what is to be done because of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo

from bot.flow.content import Content, Kind
from bot.flow.effects import Effect, Failed, Forget, Remember, Say, Tag, Untag, Value
from bot.flow.markup import escape
from bot.flow.messages import named_files
from bot.flow.person import Known, Person, Place
from bot.flow.phrases import Phrases
from bot.flow.plurals import form_for
from bot.flow.schema import Flow
from bot.flow.wording import Slot
from bot.flow.written import say_day, say_moment, say_number, say_time
from bot.rules import SYSTEM_FIELDS, Rule, Type, evaluate, to_number

#: Blocks that one input may open, and messages it may bring, before the walk counts as a loop.
MAX_STEPS = 50
MAX_MESSAGES = 50


class TooManyStepsError(Exception):
    """The walk does not come to an end by itself."""


@dataclass(slots=True)
class Walk:
    """The state of one walk. Changes of variables and tags count at once, for what follows in the same walk."""

    flow: Flow
    person: Person
    place: Place
    phrases: Phrases
    chance: Callable[[], float]
    #: The person has not said anything before.
    is_new: bool = False
    #: Calls to other servers that led here without the person doing anything.
    hops: int = 0
    effects: list[Effect] = field(default_factory=list)
    #: The blocks that this walk led through, each once where it was stayed at.
    way: list[str] = field(default_factory=list)
    _changed: dict[str, Known | None] = field(default_factory=dict)
    _tags: frozenset[str] = frozenset()
    _steps: int = 0
    _messages: int = 0

    def __post_init__(self) -> None:
        self._tags = self.person.tagged

    # What rules ask (bot.rules.Facts).

    @property
    def now(self) -> datetime:
        """The time of the input, in the flow's zone."""
        return self.person.now.astimezone(self.zone)

    @property
    def zone(self) -> tzinfo | None:
        """The zone in which written hours are meant."""
        return self.flow.zone or self.person.now.tzinfo

    def value(self, name: str) -> Known | None:
        """A variable or system field; a value that is not of its declared type (an older flow's) counts as not set."""
        value = self._changed[name] if name in self._changed else self.person.value(name)
        type_ = self.type_of(name)
        known = from_value(value, type_) if isinstance(value, str) else value
        return known if known is not None and _fits(known, type_) else None

    def tags(self) -> frozenset[str]:
        """The tags the person carries by now."""
        return self._tags

    def in_group(self, name: str) -> bool:
        """Membership of a saved group, as it was before this input."""
        return self.person.in_group(name)

    def holds(self, rule: Rule | None) -> bool:
        """Whether a rule holds; no rule always does."""
        return rule is None or evaluate(rule, self)

    def type_of(self, name: str) -> Type:
        """The declared type of a variable, or of a system field."""
        variable = self.flow.variables.get(name)
        return variable.type if variable else SYSTEM_FIELDS.get(name, Type.TEXT)

    # What texts ask.

    def look(self, name: str) -> str | None:
        """A variable in words, in the person's language; its default where it is not set."""
        value = self.known(name)
        option = self.flow.options.get(name, {}).get(value) if isinstance(value, str) else None
        if option is not None:
            return option.words(self.person.language)
        return None if value is None else self.words(value)

    def counted(self, slot: Slot, spoken: str) -> str:
        """The form of a place for its number, in the language of its text; a number that is not set counts as 0."""
        value = self.known(slot.name)
        number = float(value) if isinstance(value, int | float) else 0.0
        return form_for(dict(slot.forms), number, spoken or self.flow.languages[0], self.person.language)

    def known(self, name: str) -> Known | None:
        """A variable or system field; its default where it is not set."""
        value: Known | None = self.value(name)
        if value is None and name in self.flow.variables:
            value = from_value(self.flow.variables[name].default, self.type_of(name))
        return value

    def words(self, value: Known) -> str:
        """A value in words, in the person's language."""
        language = self.person.language
        match value:
            case bool():
                return self.phrases.yes if value else self.phrases.no
            case int() | float():
                return say_number(float(value), language)
            case datetime():
                return say_moment(value.astimezone(self.zone), language)
            case date():
                return say_day(value, language)
            case time():
                return say_time(value, language)
        return named_files(value, self.phrases.kinds) or value

    # What happens.

    def step(self) -> None:
        """Count a block. Raises TooManyStepsError."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TooManyStepsError

    def say(self, content: Content) -> None:
        """Say a message. Raises TooManyStepsError."""
        self._messages += 1
        if self._messages > MAX_MESSAGES:
            raise TooManyStepsError
        self.effects.append(Say(content))

    def say_text(self, html: str) -> None:
        """Say a text that is HTML already."""
        self.say(Content(Kind.TEXT, html))

    def remember(self, name: str, value: Known) -> None:
        """Store a variable, as text where it is a text variable."""
        typed = value if self.type_of(name) is not Type.TEXT or isinstance(value, str) else as_text(value)
        self._changed[name] = typed
        self.effects.append(Remember(name, to_value(typed)))

    def forget(self, name: str) -> None:
        """Take a variable's value away."""
        self._changed[name] = None
        self.effects.append(Forget(name))

    def tag(self, name: str, on: bool) -> None:
        """Put a tag on, or take it off."""
        self._tags = self._tags | {name} if on else self._tags - {name}
        self.effects.append(Tag(name) if on else Untag(name))

    def start_over(self, gone: str) -> None:
        """The block `gone` has vanished from this version of the flow: say so, and forget the way back."""
        self.effects.append(Failed("the block where a person stood is not in this version of the flow", gone))
        self.say_text(escape(self.phrases.moved))
        self.place = replace(self.place, returns=())

    def move(self, block: str | None) -> None:
        """Stand at a block from now on; the misses of the one before are forgotten."""
        self.place = replace(self.place, block=block, failures=0)
        if block is not None:
            self.passes(block)

    def passes(self, block: str) -> None:
        """Note that the way leads through a block."""
        if self.way[-1:] != [block]:
            self.way.append(block)


def _fits(value: Known, type_: Type) -> bool:
    if type_ is Type.TEXT:
        return isinstance(value, str)
    try:
        to_number(value, type_)
    except ValueError:
        return False
    return True


def as_text(value: Known) -> str:
    """A value as a text variable keeps it: the same in every language."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return f"{value:.15g}"
        case date() | time():
            return value.isoformat()
    return value


def to_value(value: Known) -> Value:
    """A value as effects carry it: dates and times as ISO text."""
    return value.isoformat() if isinstance(value, date | time) else value


def from_value(value: Value | None, type_: Type) -> Known | None:
    """A stored value as memory has it: ISO text becomes a date, a time or a moment. None where it does not fit."""
    if not isinstance(value, str) or type_ is Type.TEXT:
        return value
    readers: dict[Type, Callable[[str], Known]] = {
        Type.DATE: date.fromisoformat,
        Type.TIME: time.fromisoformat,
        Type.DATETIME: datetime.fromisoformat,
    }
    try:
        return readers[type_](value) if type_ in readers else None
    except ValueError:
        return None
