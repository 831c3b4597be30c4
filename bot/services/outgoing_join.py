"""Letters that go out together: albums, floods of words and of alerts, edits of one message. None is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.services.outgoing_letter import Letter
from bot.services.outgoing_queue import ALERT, RELAY

#: Letters in a row from which on they are joined: fewer are better read one by one.
MANY = 4
#: Telegram's limit for the parts of an album.
ALBUM = 10
#: Alerts in one summary; characters of what is passed on in one message.
ALERTS, WORDS = 12, 3000


def join(letters: Sequence[Letter], now: datetime) -> list[Letter]:
    """What goes out now, in order: each letter with those that go with it (`Letter.joined`).

    One whose time has not come holds back those behind it; an album waits for its last part.
    """
    ready: list[Letter] = []
    left = list(letters)
    while left:
        count = _together(left)
        group, left = left[:count], left[count:]
        if any(one.due_at is not None and one.due_at > now for one in group):
            break
        ready.append(_joined(group))
    return ready


def _together(left: Sequence[Letter]) -> int:
    """How many letters from the beginning on go out as one."""
    first = left[0]
    if first.edits:
        return _run(left, lambda one: one.edits and one.telegram_id == first.telegram_id, len(left))
    if first.album:
        return _run(left, lambda one: not one.edits and one.album == first.album and one.author == first.author, ALBUM)
    if first.kind == ALERT:
        return _if_many(_run(left, lambda one: not one.edits and one.kind == ALERT, ALERTS))
    if _is_plain(first):
        whose = first.content["relay_of"][0]
        run = _run(left, lambda one: _is_plain(one) and one.content["relay_of"][0] == whose, len(left))
        return _if_many(_within(left[:run]))
    return 1


def _run(left: Sequence[Letter], fits: Callable[[Letter], bool], most: int) -> int:
    count = 0
    while count < min(len(left), most) and fits(left[count]):
        count += 1
    return count


def _if_many(count: int) -> int:
    return count if count >= MANY else 1


def _is_plain(letter: Letter) -> bool:
    return letter.kind == RELAY and not letter.edits and bool(letter.content.get("plain"))


def _within(run: Sequence[Letter]) -> int:
    """How many of them fit into one message."""
    length = count = 0
    while count < len(run) and (length := length + len(run[count].words) + 1) <= WORDS:
        count += 1
    return max(count, 1)


def _joined(group: Sequence[Letter]) -> Letter:
    """The first with the others; whoever wrote them is told once what became of them."""
    first, *others = group
    return replace(first, joined=tuple(replace(one, author_id=None) for one in others)) if others else first
