"""What a turn changes about a person, kept in memory: for plays, where nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.flow.effects import AskStaff, Call, Effect, Forget, Remember, Tag, Untag, Value, Wake
from bot.flow.person import Known, Person, Place
from bot.flow.turn import Turn


@dataclass(frozen=True, slots=True)
class Memory:
    """Where a person of a play is, and what has become different about them since it began."""

    place: Place = field(default_factory=Place)
    #: Variables and tags that were changed; None and false: taken away.
    known: Mapping[str, Value | None] = field(default_factory=dict)
    tags: Mapping[str, bool] = field(default_factory=dict)
    waits: tuple[Wake, ...] = ()
    #: Other servers that were asked and have not answered.
    calls: tuple[Call, ...] = ()
    #: Staff were asked: the bot is silent.
    is_off: bool = False

    def after(self, turn: Turn) -> Memory:
        """What is kept once a turn is over."""
        after = replace(self, place=turn.place, waits=standing(self.waits, self.place, turn))
        for effect in turn.effects:
            after = after._with(effect)
        return after

    def _with(self, effect: Effect) -> Memory:
        match effect:
            case Remember(name, value):
                return replace(self, known={**self.known, name: value})
            case Forget(name):
                return replace(self, known={**self.known, name: None})
            case Tag(name) | Untag(name):
                return replace(self, tags={**self.tags, name: isinstance(effect, Tag)})
            case AskStaff():
                return replace(self, is_off=True)
            case Call():
                return replace(self, calls=(*self.calls, effect))
        return self

    def seen_on(self, person: Person) -> Person:
        """The person as the play has left them."""
        known: dict[str, Known] = {name: value for name, value in person.known.items() if name not in self.known}
        known |= {name: value for name, value in self.known.items() if value is not None}
        tags = (person.tagged - self.tags.keys()) | {tag for tag, on in self.tags.items() if on}
        return replace(person, known=known, tagged=tags)


def standing(waits: tuple[Wake, ...], before: Place, turn: Turn) -> tuple[Wake, ...]:
    """The waits after a turn: dropped when the person goes on, unless they are kept; one for each block at most."""
    new = {effect.block: effect for effect in turn.effects if isinstance(effect, Wake)}
    stays = turn.place.block == before.block
    return (*(one for one in waits if (one.keep or stays) and one.block not in new), *new.values())


def first_due(waits: tuple[Wake, ...]) -> Wake:
    """The wait that ends first."""
    return min(waits, key=lambda one: one.at)
