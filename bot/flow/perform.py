"""Carrying out actions: one short function per kind, found by its type."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from math import isfinite
from typing import Any

from bot.flow.accept import read_value
from bot.flow.actions import (
    Action,
    Add,
    CallBlock,
    Chance,
    End,
    Http,
    Pause,
    PutTag,
    Return,
    ServiceOperator,
    Set,
    SetTopic,
    Show,
    ShowTyping,
    Speak,
    TellStaff,
    Unset,
    When,
)
from bot.flow.calls import call_of
from bot.flow.display import html, notice, words
from bot.flow.effects import AskStaff, Notify, Subscribe, Typing, Unanswered, Unsubscribe, Wake
from bot.flow.markup import escape, plain
from bot.flow.messages import FILE_KINDS, named_files
from bot.flow.walk import Walk
from bot.flow.wording import Slot, Text
from bot.flow.written import read_number

#: Ways back that are kept. People also leave a sub-flow by old buttons, so the oldest are forgotten.
MAX_RETURNS = 20
#: When a day is awaited and no time is given.
_MORNING = time(9)


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on at this block; the rest of the chain is not run."""

    to: str


class Stop(enum.Enum):
    """Go no further: stay at the block and show its answers, wait there for a server, or leave the conversation."""

    STAY = enum.auto()
    WAIT = enum.auto()
    END = enum.auto()


#: None: the next action, and after the last one the way on.
Outcome = Jump | Stop | None


def perform(walk: Walk, actions: Iterable[Action], onward: str | None) -> Outcome:
    """Run actions in order until one of them decides where to go. `onward` is the block that would come next."""
    for action in actions:
        outcome = _PERFORM[type(action)](walk, action, onward)
        if outcome is not None:
            return outcome
    return None


def _set(walk: Walk, action: Set, onward: str | None) -> Outcome:
    """What does not fit the variable's type leaves it as it was."""
    written = walk.place.last_input if action.value is None else _value(walk, action.value)
    kind, language, now = walk.type_of(action.variable), walk.person.language, walk.now
    value = read_value(written, kind, language, now, walk.phrases) if written else None
    if value is not None:
        walk.remember(action.variable, value)
    return None


def _value(walk: Walk, text: Text) -> str:
    """A text as it is stored. Files that a place stands for alone are copied as they are, not by their names."""
    parts = text.parts(walk.person.language)
    value = walk.value(parts[0].name) if len(parts) == 1 and isinstance(parts[0], Slot) else None
    files = isinstance(value, str) and named_files(value, walk.phrases.kinds)
    return str(value) if files else words(walk, text)


def _unset(walk: Walk, action: Unset, onward: str | None) -> Outcome:
    walk.forget(action.variable)
    return None


def _add(walk: Walk, action: Add, onward: str | None) -> Outcome:
    present = walk.value(action.variable)
    by = read_number(words(walk, action.by), walk.person.language) if isinstance(action.by, Text) else action.by
    # Ten places: enough for money and scores, and 0.1 + 0.2 stays 0.3.
    total = round(float(present if isinstance(present, int | float) else 0) + (by or 0.0), 10)
    if isfinite(total):
        walk.remember(action.variable, total)
    return None


def _speak(walk: Walk, action: Speak, onward: str | None) -> Outcome:
    text = html(walk, action.text)
    if plain(text).strip():
        walk.say_text(text)
    return None


def _show(walk: Walk, action: Show, onward: str | None) -> Outcome:
    return Jump(action.to)


def _when(walk: Walk, action: When, onward: str | None) -> Outcome:
    return perform(walk, action.then if walk.holds(action.rule) else action.otherwise, onward)


def _service_operator(walk: Walk, action: ServiceOperator, onward: str | None) -> Outcome:
    """Ask staff. If nobody is there the chain ends here: what follows would promise an answer."""
    asked = _told(walk.place.last_input), walk.place.block or walk.flow.start
    if walk.person.staff_reachable:
        walk.effects.append(AskStaff(*asked))
        return perform(walk, action.then, onward)
    walk.effects.append(Unanswered(*asked))
    if action.otherwise:
        return perform(walk, action.otherwise, onward) or Stop.STAY
    walk.say_text(escape(walk.phrases.nobody))
    return Stop.STAY


def _told(last_input: str) -> str:
    """The last input as staff read it: a file is named, not shown by its id."""
    kind, _, file_id = last_input.partition(":")
    return f"[{kind}]" if kind in set(FILE_KINDS) and file_id and " " not in file_id else last_input


def _tag(walk: Walk, action: PutTag, onward: str | None) -> Outcome:
    walk.tag(action.name, action.on)
    return None


def _tell_staff(walk: Walk, action: TellStaff, onward: str | None) -> Outcome:
    walk.effects.append(Notify(notice(walk, action.text)))
    return None


def _pause(walk: Walk, action: Pause, onward: str | None) -> Outcome:
    """Without a date to wait for nothing is awaited. A wait without a block of its own ends the chain."""
    at = _moment(walk, action)
    to = action.to or onward
    if at is None or to is None:
        return None
    walk.effects.append(Wake(at, to, action.keep))
    return Stop.STAY if action.to is None else None


def _moment(walk: Walk, action: Pause) -> datetime | None:
    """When a wait ends, in UTC; not before now."""
    try:
        base = _base(walk, action)
        if base is None:
            return None
        # Hours pass alike everywhere; days keep their time of day when the clocks change.
        exact = base.astimezone(UTC) + action.delay
        at = exact.astimezone(base.tzinfo) if abs(action.delay) < timedelta(days=1) else base + action.delay
        if action.at is not None:
            at = datetime.combine(at.date(), action.at, at.tzinfo)
        # What has passed by now happens now, if these are hours for it.
        return _within(max(at, walk.now), action.between).astimezone(UTC)
    except OverflowError:
        # A date variable at the end of time.
        return None


def _base(walk: Walk, action: Pause) -> datetime | None:
    if action.until is None:
        return walk.now
    value = walk.value(action.until)
    if isinstance(value, datetime):
        return value.astimezone(walk.zone)
    return datetime.combine(value, _MORNING, walk.zone) if isinstance(value, date) else None


def _within(at: datetime, hours: tuple[time, time] | None) -> datetime:
    """The moment itself, or the next opening if it lies outside the hours; they may span midnight."""
    if hours is None:
        return at
    first, last = hours
    clock = at.time()
    inside = first <= clock < last if first < last else clock >= first or clock < last
    if inside:
        return at
    day = at.date() + timedelta(days=1 if clock >= first else 0)
    return datetime.combine(day, first, at.tzinfo)


def _chance(walk: Walk, action: Chance, onward: str | None) -> Outcome:
    left = walk.chance() * sum(branch.weight for branch in action.branches)
    for branch in action.branches:
        left -= branch.weight
        if left < 0:
            return perform(walk, branch.then, onward)
    return perform(walk, action.branches[-1].then, onward)


def _typing(walk: Walk, action: ShowTyping, onward: str | None) -> Outcome:
    walk.effects.append(Typing())
    return None


def _topic(walk: Walk, action: SetTopic, onward: str | None) -> Outcome:
    walk.effects.append(Subscribe(action.topic) if action.on else Unsubscribe(action.topic))
    return None


def _call(walk: Walk, action: CallBlock, onward: str | None) -> Outcome:
    back = action.then or onward
    if back is not None:
        walk.place = replace(walk.place, returns=(*walk.place.returns, back)[-MAX_RETURNS:])
    return Jump(action.to)


def _return(walk: Walk, action: Return, onward: str | None) -> Outcome:
    """Back to the caller; a sub-flow that was entered otherwise just ends its chain."""
    if not walk.place.returns:
        return Stop.STAY
    *rest, back = walk.place.returns
    walk.place = replace(walk.place, returns=tuple(rest))
    if back not in walk.flow.blocks:
        walk.start_over(back)
        return Jump(walk.flow.start)
    return Jump(back)


def _http(walk: Walk, action: Http, onward: str | None) -> Outcome:
    walk.effects.append(call_of(walk, action, onward))
    return Stop.WAIT


def _end(walk: Walk, action: End, onward: str | None) -> Outcome:
    return Stop.END


_PERFORM: dict[type[Any], Callable[[Walk, Any, str | None], Outcome]] = {
    Set: _set,
    Unset: _unset,
    Add: _add,
    Speak: _speak,
    Show: _show,
    When: _when,
    ServiceOperator: _service_operator,
    PutTag: _tag,
    TellStaff: _tell_staff,
    Pause: _pause,
    Chance: _chance,
    ShowTyping: _typing,
    SetTopic: _topic,
    CallBlock: _call,
    Return: _return,
    Http: _http,
    End: _end,
}
