"""What a push says to one person: the same for a preview and for a send."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import random

from sqlalchemy.orm import Session

from bot.flow import engine
from bot.flow.composed import Composed
from bot.flow.content import Content, Kind, Option
from bot.flow.effects import Effect, Failed, Say
from bot.flow.engine import Turn
from bot.flow.markup import escape
from bot.flow.person import Person, Place
from bot.flow.phrases import Phrases
from bot.flow.walk import Walk
from bot.services import push_content
from bot.services.phrases import phrases
from bot.services.setup import Setup
from models import Push, PushRun


@dataclass(frozen=True, slots=True)
class PushLetter:
    """A push as it is sent: read once, written to many."""

    push_id: int
    #: 0: a preview.
    run_id: int
    #: The block that it starts, or else the message of its own.
    start: str | None
    message: Composed | None
    options: frozenset[str]

    def to(self, person: Person, place: Place, setup: Setup) -> Turn:
        """What a person gets and what comes of it, as a turn of the flow; a message of its own moves nobody."""
        words = phrases(person.language or setup.language)
        if self.message is not None:
            said = self.message.fill(Walk(setup.flow, person, place, words, random))
            return self._dressed(Turn(place, (Say(said),)), words)
        turn = engine.open_block(setup.flow, place, person, self.start or "", phrases=words)
        if "keep_place" in self.options:
            turn = Turn(place, tuple(effect for effect in turn.effects if isinstance(effect, Say | Failed)))
        return self._dressed(turn, words)

    def _dressed(self, turn: Turn, words: Phrases) -> Turn:
        """The turn with the options of the push, its buttons marked with the run."""
        effects = tuple(self._marked(effect) if isinstance(effect, Say) else effect for effect in turn.effects)
        if "unsubscribe" in self.options and any(isinstance(effect, Say) for effect in effects):
            effects = _with_button(effects, Option(words.unsubscribe, run=self.run_id, leaves=self.push_id), words)
        effects = tuple(_below_album(effects, words))
        if self.options:
            effects = tuple(self._switched(one) if isinstance(one, Say) else one for one in effects)
        return turn if effects == turn.effects else Turn(turn.place, effects)

    def _switched(self, said: Say) -> Say:
        silent, protected, preview = (name in self.options for name in ("silent", "protected", "preview"))
        return Say(replace(said.content, silent=silent, protected=protected, preview=preview))

    def _marked(self, said: Say) -> Say:
        rows = said.content.rows
        if not rows:
            return said
        marked = tuple(tuple(self._counted(option) for option in row) for row in rows)
        return Say(replace(said.content, rows=marked))

    def _counted(self, option: Option) -> Option:
        return replace(option, run=self.run_id) if option.block is not None else option


def of_run(db: Session, run: PushRun) -> PushLetter:
    """What a run sends, as it was frozen."""
    return _letter(db, run, run.push_id, run.id)


def of_push(db: Session, push: Push) -> PushLetter:
    """What a push would send now, to be looked at."""
    return _letter(db, push, push.id, 0)


def of_sweep(db: Session, run: PushRun, content_id: int | None) -> PushLetter:
    """What a run would have sent with this content."""
    message = Composed(push_content.versions(db, content_id))
    return PushLetter(run.push_id, run.id, None, message, push_content.options(run))


def _letter(db: Session, of: Push | PushRun, push_id: int, run_id: int) -> PushLetter:
    message = Composed(push_content.versions(db, of.content_id)) if of.content_id is not None else None
    return PushLetter(push_id, run_id, of.start, message, push_content.options(of))


def _with_button(effects: tuple[Effect, ...], button: Option, words: Phrases) -> tuple[Effect, ...]:
    """The button in a row of its own under the last message that can carry it, else under one more message."""
    for at in range(len(effects) - 1, -1, -1):
        said = effects[at]
        if isinstance(said, Say) and not any(option.share for row in said.content.rows for option in row):
            changed = Say(replace(said.content, rows=(*said.content.rows, (button,)), clears=False))
            return (*effects[:at], changed, *effects[at + 1 :])
    return (*effects, Say(Content(Kind.TEXT, escape(words.below), rows=((button,),))))


def _below_album(effects: tuple[Effect, ...], words: Phrases) -> list[Effect]:
    """Telegram shows no buttons under an album: they follow in a message of their own."""
    shown: list[Effect] = []
    for effect in effects:
        if isinstance(effect, Say) and effect.content.kind is Kind.ALBUM and effect.content.rows:
            shown.append(Say(replace(effect.content, rows=())))
            shown.append(Say(Content(Kind.TEXT, escape(words.below), rows=effect.content.rows)))
        else:
            shown.append(effect)
    return shown
