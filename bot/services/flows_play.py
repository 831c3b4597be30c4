"""Playing a flow at the desk: the real engine with a copy of a person; only the draft of whoever plays is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.flow import Answer, Flow, Phrases, Turn, answered, hand_back, hear, open_block
from bot.flow.content import Content
from bot.flow.effects import AskStaff, Call, Effect, Forget, Remember, Say, Tag, Typing, Untag, Value, Wake
from bot.flow.heard import Heard, Started
from bot.flow.person import Known, Person, Place
from bot.flow.play import describe
from bot.rules import SYSTEM_FIELDS
from bot.services import contents, people
from bot.services.phrases import phrases
from bot.services.setup import Setup

#: Messages and notes of one step that are kept to be shown.
_KEPT = 20


@dataclass(frozen=True, slots=True)
class Played:
    """How far a preview is: what a person would have had written, and what they saw last."""

    #: The version that is played (`FlowVersion.id`).
    version_id: int
    #: Whose copy plays; None: somebody new with the name of whoever plays.
    user_id: int | None = None
    place: Place = field(default_factory=Place)
    #: Variables and tags as the preview changed them; None: taken away.
    known: Mapping[str, Value | None] = field(default_factory=dict)
    tags: Mapping[str, bool] = field(default_factory=dict)
    #: What was said in the last step, and what else would have been done, in words.
    said: tuple[Content, ...] = ()
    done: tuple[str, ...] = ()
    #: Blocks that a wait leads to, the first to be opened first.
    waits: tuple[str, ...] = ()
    #: Staff were asked: the bot would be silent.
    is_off: bool = False


def to_json(played: Played) -> dict[str, Any]:
    """As a draft keeps it."""
    place = played.place
    return {
        "version_id": played.version_id,
        "user_id": played.user_id,
        "place": [place.block, place.failures, place.last_input, list(place.returns)],
        "known": dict(played.known),
        "tags": dict(played.tags),
        "said": [contents.to_json(content) for content in played.said],
        "done": list(played.done),
        "waits": list(played.waits),
        "is_off": played.is_off,
    }


def from_json(kept: Mapping[str, Any]) -> Played:
    """What `to_json` wrote."""
    block, failures, last_input, returns = kept["place"]
    return Played(
        version_id=kept["version_id"],
        user_id=kept["user_id"],
        place=Place(block, failures, last_input, tuple(returns)),
        known=kept["known"],
        tags=kept["tags"],
        said=tuple(contents.from_json(content) for content in kept["said"]),
        done=tuple(kept["done"]),
        waits=tuple(kept["waits"]),
        is_off=kept["is_off"],
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a preview plays: the flow, whoever plays, the installation, the time."""

    flow: Flow
    player_id: int
    setup: Setup
    now: datetime


#: One step of the engine for a person.
Run = Callable[[Person, Phrases], Turn]


def begin(db: Session, stage: Stage, version_id: int, block: str | None, user_id: int | None) -> Played:
    """Open a block as a push does; None: press Start. Somebody nobody has met raises NoResultFound."""
    played = Played(version_id, user_id)
    return enter(db, stage, played, Started()) if block is None else _open(db, stage, played, block)


def enter(db: Session, stage: Stage, played: Played, heard: Heard) -> Played:
    """What comes of one input. While staff have been asked nothing does."""
    if played.is_off:
        return replace(played, said=(), done=())
    return _step(db, stage, played, lambda who, words: hear(stage.flow, played.place, who, heard, phrases=words))


def let_time_pass(db: Session, stage: Stage, played: Played) -> Played:
    """Open the block of the wait that ends first."""
    if not played.waits:
        return played
    block, *left = played.waits
    return _open(db, stage, replace(played, waits=tuple(left)), block)


def give_back(db: Session, stage: Stage, played: Played) -> Played:
    """Staff hand the person back."""
    back = replace(played, is_off=False)
    return _step(db, stage, back, lambda who, words: hand_back(stage.flow, back.place, who, phrases=words))


def _open(db: Session, stage: Stage, played: Played, block: str) -> Played:
    return _step(db, stage, played, lambda who, words: open_block(stage.flow, played.place, who, block, phrases=words))


def _step(db: Session, stage: Stage, played: Played, run: Run) -> Played:
    """One step, and what follows from calls in it: no server is asked, so each of them has failed."""
    ahead, played = [run], replace(played, said=(), done=())
    while ahead:
        person = _copy(db, stage, played)
        turn = ahead.pop(0)(person, phrases(person.language or stage.setup.language))
        played = _after(played, turn)
        ahead += [_unanswered(stage, played.place, call) for call in turn.effects if isinstance(call, Call)]
    return replace(played, said=played.said[-_KEPT:], done=played.done[-_KEPT:])


def _unanswered(stage: Stage, place: Place, call: Call) -> Run:
    nothing = Answer(ok=False)
    return lambda who, words: answered(stage.flow, place, who, call, nothing, phrases=words)


def _after(played: Played, turn: Turn) -> Played:
    """The effects of a turn, noted instead of carried out."""
    played = replace(played, place=turn.place)
    for effect in turn.effects:
        played = _noted(played, effect)
    return played


def _noted(played: Played, effect: Effect) -> Played:
    match effect:
        case Say(content):
            return replace(played, said=(*played.said, content))
        case Typing():
            return played
        case Remember(name, value):
            played = replace(played, known={**played.known, name: value})
        case Forget(name):
            played = replace(played, known={**played.known, name: None})
        case Tag(name) | Untag(name):
            played = replace(played, tags={**played.tags, name: isinstance(effect, Tag)})
        case Wake(block=block):
            played = replace(played, waits=(*played.waits, block)[-_KEPT:])
        case AskStaff():
            played = replace(played, is_off=True)
    return replace(played, done=(*played.done, describe(effect)))


def _copy(db: Session, stage: Stage, played: Played) -> Person:
    """The person as the preview has left them."""
    whose = stage.player_id if played.user_id is None else played.user_id
    person = people.person(db, whose, setup=stage.setup, now=stage.now)
    known: dict[str, Known] = dict(person.known)
    if played.user_id is None:
        known = {name: value for name, value in known.items() if name in SYSTEM_FIELDS}
        person = replace(person, tagged=frozenset())
    known |= {name: value for name, value in played.known.items() if value is not None}
    for name in (name for name, value in played.known.items() if value is None):
        known.pop(name, None)
    tags = (person.tagged | {tag for tag, on in played.tags.items() if on}) - {
        tag for tag, on in played.tags.items() if not on
    }
    return replace(person, known=known, tagged=tags, staff_reachable=True)
