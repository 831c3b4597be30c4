"""Playing a flow at the desk: the real engine with a copy of a person; only the draft of whoever plays is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.flow import Answer, Flow, Phrases, Turn, answered, hand_back, hear, open_block
from bot.flow.content import Content
from bot.flow.effects import Call, Say, Typing, Wake
from bot.flow.heard import Heard, Started
from bot.flow.memory import Memory, first_due
from bot.flow.notes import described
from bot.flow.person import Person, Place
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
    memory: Memory = field(default_factory=Memory)
    #: What was said in the last step, and what else would have been done, in words.
    said: tuple[Content, ...] = ()
    done: tuple[str, ...] = ()


def to_json(played: Played) -> dict[str, Any]:
    """As a draft keeps it."""
    memory = played.memory
    place = memory.place
    return {
        "version_id": played.version_id,
        "user_id": played.user_id,
        "place": [place.block, place.failures, place.last_input, list(place.returns)],
        "known": dict(memory.known),
        "tags": dict(memory.tags),
        "said": [contents.to_json(content) for content in played.said],
        "done": list(played.done),
        "wakes": [[wake.at.isoformat(), wake.block, wake.keep] for wake in memory.waits],
        "is_off": memory.is_off,
    }


def from_json(kept: Mapping[str, Any]) -> Played:
    """What `to_json` wrote."""
    block, failures, last_input, returns = kept["place"]
    place = Place(block, failures, last_input, tuple(returns))
    waits = tuple(Wake(datetime.fromisoformat(at), block, keep) for at, block, keep in kept.get("wakes", ()))
    return Played(
        version_id=kept["version_id"],
        user_id=kept["user_id"],
        memory=Memory(place, kept["known"], kept["tags"], waits, is_off=kept["is_off"]),
        said=tuple(contents.from_json(content) for content in kept["said"]),
        done=tuple(kept["done"]),
    )


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a preview plays: the flow, whoever plays and their language, the installation, the time."""

    flow: Flow
    player_id: int
    language: str | None
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
    if played.memory.is_off:
        return replace(played, said=(), done=())
    return _step(db, stage, played, lambda who, words: hear(stage.flow, played.memory.place, who, heard, phrases=words))


def let_time_pass(db: Session, stage: Stage, played: Played) -> Played:
    """Open the block of the wait that ends first."""
    memory = played.memory
    if not memory.waits:
        return played
    wake = first_due(memory.waits)
    left = replace(memory, waits=tuple(one for one in memory.waits if one != wake))
    return _open(db, stage, replace(played, memory=left), wake.block, aside=wake.keep)


def give_back(db: Session, stage: Stage, played: Played) -> Played:
    """Staff hand the person back."""
    back = replace(played, memory=replace(played.memory, is_off=False))
    return _step(db, stage, back, lambda who, words: hand_back(stage.flow, back.memory.place, who, phrases=words))


def _open(db: Session, stage: Stage, played: Played, block: str, *, aside: bool = False) -> Played:
    place = played.memory.place
    return _step(
        db,
        stage,
        played,
        lambda who, words: open_block(stage.flow, place, who, block, aside=aside, phrases=words),
    )


def _step(db: Session, stage: Stage, played: Played, run: Run) -> Played:
    """One step, and what follows from calls in it: no server is asked, so each of them has failed."""
    ahead, played = [run], replace(played, said=(), done=())
    while ahead:
        person = _copy(db, stage, played)
        turn = ahead.pop(0)(person, phrases(person.language or stage.setup.language))
        played = _after(stage, played, turn)
        ahead += [_unanswered(stage, turn.place, call) for call in turn.effects if isinstance(call, Call)]
    return replace(played, said=played.said[-_KEPT:], done=played.done[-_KEPT:])


def _unanswered(stage: Stage, place: Place, call: Call) -> Run:
    nothing = Answer(ok=False)
    return lambda who, words: answered(stage.flow, place, who, call, nothing, phrases=words)


def _after(stage: Stage, played: Played, turn: Turn) -> Played:
    """The effects of a turn, told instead of carried out; no server is asked, so no call stays."""
    words = phrases(stage.language).effects
    memory = replace(played.memory.after(turn), calls=())
    said = tuple(effect.content for effect in turn.effects if isinstance(effect, Say))
    done = tuple(described(effect, words) for effect in turn.effects if not isinstance(effect, Say | Typing))
    return replace(played, memory=memory, said=(*played.said, *said), done=(*played.done, *done))


def _copy(db: Session, stage: Stage, played: Played) -> Person:
    """The person as the preview has left them."""
    whose = stage.player_id if played.user_id is None else played.user_id
    person = people.person(db, whose, setup=stage.setup, now=stage.now)
    if played.user_id is None:
        fields = {name: value for name, value in person.known.items() if name in SYSTEM_FIELDS}
        person = replace(person, known=fields, tagged=frozenset())
    return replace(played.memory.seen_on(person), staff_reachable=True)
