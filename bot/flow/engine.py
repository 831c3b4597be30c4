"""The engine: a place and an input in, a place and effects out. It sends, stores and reads nothing by itself.

Order for each input: commands, keywords, the present block's connections, the fallback.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import random

from bot.flow.accept import Asked, Miss, accept_shared, accept_text
from bot.flow.albums import collect, is_rest_of_album, taken
from bot.flow.connections import Button, Connection
from bot.flow.display import html, label, open_connections, rows, show_again
from bot.flow.effects import Failed, Say
from bot.flow.heard import Chose, Commanded, Heard, Opened, Shared, Started, Wrote
from bot.flow.inputs import MAX_LENGTH, InputType
from bot.flow.markup import clean, escape
from bot.flow.person import Known, Person, Place
from bot.flow.phrases import ENGLISH, Phrases
from bot.flow.schema import Block, Flow, Keyword
from bot.flow.travel import go, go_aside, take
from bot.flow.turn import Turn, finish
from bot.flow.walk import Walk
from bot.flow.wording import Text
from bot.rules import fold

__all__ = ["ENGLISH", "Turn", "fill", "hand_back", "hear", "open_block"]


def hear(
    flow: Flow,
    place: Place,
    person: Person,
    heard: Heard,
    *,
    chance: Callable[[], float] = random,
    phrases: Phrases = ENGLISH,
) -> Turn:
    """One input of a person. `chance` gives numbers from 0 to 1; `phrases` are in the person's language."""
    heard = _cleaned(heard)
    is_new = place.block is None and not place.last_input
    if is_rest_of_album(heard, place):
        return collect(Walk(flow, person, place, phrases, chance), heard)
    album = heard.album if isinstance(heard, Shared) else None
    place = replace(place, last_input=_words_of(heard, place), album=album, collects=None)
    walk = Walk(flow, person, place, phrases, chance, is_new=is_new)
    return finish(walk, place, lambda: _hear(walk, heard))


def open_block(
    flow: Flow,
    place: Place,
    person: Person,
    block: str,
    *,
    aside: bool = False,
    chance: Callable[[], float] = random,
    phrases: Phrases = ENGLISH,
) -> Turn:
    """Open a block from outside: a push, a wait that ended, an admin. One that is gone changes nothing but the log.

    `aside`: one that asks nothing leaves the person where they were.
    """
    if block not in flow.blocks:
        return Turn(place, (Failed("the block that was to be opened is not in this version of the flow", block),))
    walk = Walk(flow, person, place, phrases, chance)
    return finish(walk, place, lambda: (go_aside if aside else go)(walk, block))


def hand_back(
    flow: Flow,
    place: Place,
    person: Person,
    *,
    chance: Callable[[], float] = random,
    phrases: Phrases = ENGLISH,
) -> Turn:
    """Staff gave the person back: what the flow says in `reactivated`; no effects if it says nothing."""
    if flow.reactivated is not None:
        return open_block(flow, place, person, flow.reactivated, chance=chance, phrases=phrases)
    walk = Walk(flow, person, place, phrases, chance)
    if flow.reactivated_text is not None:
        walk.say_text(html(walk, flow.reactivated_text))
    return Turn(place, tuple(walk.effects))


def tell(flow: Flow, place: Place, person: Person, name: str, *, phrases: Phrases = ENGLISH) -> Turn:
    """Staff changed a variable of the person: what its `tell` says; no effects if it has none. The place stays."""
    variable = flow.variables.get(name)
    walk = Walk(flow, person, place, phrases, random)
    if variable is not None and variable.tell is not None:
        walk.say_text(html(walk, variable.tell))
    return Turn(place, tuple(walk.effects))


def fill(flow: Flow, place: Place, person: Person, text: Text, *, phrases: Phrases = ENGLISH) -> str:
    """A text of the flow's kind as HTML for a person: placeholders are filled in, values escaped."""
    return html(Walk(flow, person, place, phrases, random), text)


def _cleaned(heard: Heard) -> Heard:
    match heard:
        case Wrote(text):
            return Wrote(clean(text)[:MAX_LENGTH].strip())
        case Commanded(name, arguments):
            return Commanded(clean(name).lower(), clean(arguments)[:MAX_LENGTH].strip())
        case Shared():
            return replace(heard, value=clean(heard.value)[:MAX_LENGTH], caption=clean(heard.caption)[:MAX_LENGTH])
    return heard


def _words_of(heard: Heard, place: Place) -> str:
    """The input in words. A press has the words of its button, which `_press` finds."""
    match heard:
        case Wrote(text):
            return text
        case Shared(kind, value):
            return value or f"[{kind}]"
        case Commanded(name, arguments):
            return f"/{name} {arguments}".strip()
        case Opened(_, label):
            return label
    return place.last_input


def _hear(walk: Walk, heard: Heard) -> None:
    match heard:
        case Started(parameter):
            walk.place = replace(walk.place, returns=())
            go(walk, walk.flow.links.get(parameter, walk.flow.start))
        case Commanded(name):
            command = walk.flow.commands.get(name)
            go_aside(walk, command.to if command else walk.flow.fallback)
        case Chose():
            _press(walk, heard)
        case Opened(block):
            _open(walk, block)
        case Wrote(text):
            keyword = next((one for one in walk.flow.keywords if _means(walk, one, text)), None)
            if keyword is not None:
                go_aside(walk, keyword.to)
            else:
                _answer(walk, heard)
        case Shared():
            _answer(walk, heard)


def _means(walk: Walk, keyword: Keyword, text: str) -> bool:
    """Whether a text has the words of a keyword, and its language and condition fit."""
    written = fold(text)
    found = (
        written in keyword.equal
        or any(word in written for word in keyword.contains)
        or written.startswith(keyword.starts_with)
    )
    speaks = keyword.language is None or (walk.person.language or walk.flow.languages[0]).startswith(keyword.language)
    return found and speaks and walk.holds(keyword.when)


def _answer(walk: Walk, heard: Wrote | Shared) -> None:
    """What was written or shared, as an answer to the present block; who never started, starts."""
    if walk.is_new:
        go(walk, walk.flow.start)
        return
    if walk.place.block is None:
        go_aside(walk, walk.flow.fallback)
        return
    block = walk.flow.blocks.get(walk.place.block)
    if block is None:
        walk.start_over(walk.place.block)
        go(walk, walk.flow.start)
        return
    found = _named_button(walk, block, heard) or _fitting(walk, block, heard)
    if found is not None:
        walk.place = taken(walk.place, found[0])
        take(walk, block, *found)
        return
    asked = next((one for one in open_connections(walk, block) if one.input is not None), None)
    if asked is None:
        go_aside(walk, walk.flow.fallback)
    else:
        _miss(walk, block, asked, heard)


def _named_button(walk: Walk, block: Block, heard: Heard) -> tuple[Connection, Known | None] | None:
    """The button whose words were written: keyboards send them, and people type them."""
    if not isinstance(heard, Wrote):
        return None
    wanted = fold(heard.text)
    for connection in open_connections(walk, block):
        for button in connection.buttons:
            pressable = button.url is None and button.share is None
            if pressable and fold(label(walk, button)) == wanted:
                return connection, _pressed_value(walk, connection, button)
    return None


def _pressed_value(walk: Walk, connection: Connection, button: Button) -> Known | None:
    """What a button of an input stands for: the option as its first version says it, or yes and no."""
    if connection.input is None:
        return None
    if connection.input.type is InputType.YES_NO:
        return button.word == "yes"
    return button.label.source() if button.label else None


def _fitting(walk: Walk, block: Block, heard: Wrote | Shared) -> tuple[Connection, Known | None] | None:
    """The first input that accepts what was given, or the first `any`."""
    for connection in open_connections(walk, block):
        if connection.any and isinstance(heard, Wrote):
            return connection, None
        if connection.input is not None:
            value = _accept(walk, connection, heard)
            if not isinstance(value, Miss):
                return connection, value
    return None


def _accept(walk: Walk, connection: Connection, heard: Wrote | Shared) -> Known | Miss:
    ask = connection.input
    if ask is None:
        return Miss("text")
    variable = walk.flow.variables.get(ask.store or "")
    asked = Asked(ask, variable, walk.person.language, walk.now.date(), walk.phrases)
    return accept_text(asked, heard.text) if isinstance(heard, Wrote) else accept_shared(asked, heard)


def _miss(walk: Walk, block: Block, connection: Connection, heard: Wrote | Shared) -> None:
    """What was given does not fit: say what would, with the buttons; after so many misses go to `give_up`."""
    failures = walk.place.failures + 1
    ask, miss = connection.input, _accept(walk, connection, heard)
    if ask is None or not isinstance(miss, Miss):
        return
    if ask.tries is not None and ask.give_up is not None and failures >= ask.tries:
        walk.passes(block.name)
        go(walk, ask.give_up)
        return
    walk.place = replace(walk.place, failures=failures)
    own = html(walk, ask.retry) if ask.retry else ""
    walk.say_text(own or escape(_explain(walk.phrases, miss)))
    said = walk.effects[-1]
    if isinstance(said, Say):
        walk.effects[-1] = Say(replace(said.content, rows=rows(walk, block)))


def _explain(phrases: Phrases, miss: Miss) -> str:
    """The engine's own sentence for a miss, its limits filled in."""
    return phrases.retry[miss.phrase].replace("{min}", miss.low).replace("{max}", miss.high)


def _press(walk: Walk, press: Chose) -> None:
    """A button, perhaps an old one: it works as long as its block has it and its condition holds."""
    block = walk.flow.blocks.get(press.block)
    for connection in open_connections(walk, block) if block else ():
        for button in connection.buttons:
            if block is not None and button.id == press.choice and button.url is None:
                walk.place = replace(walk.place, last_input=label(walk, button))
                take(walk, block, connection, _pressed_value(walk, connection, button))
                return
    _old_button(walk)


def _open(walk: Walk, block: str) -> None:
    """A block that a push offered; the flow may have lost it since then."""
    if block in walk.flow.blocks:
        go(walk, block)
    else:
        _old_button(walk)


def _old_button(walk: Walk) -> None:
    """A short sentence, and where the person is now."""
    walk.say_text(escape(walk.phrases.old_button))
    present = walk.flow.blocks.get(walk.place.block or "")
    if present is None:
        go(walk, walk.flow.start)
    else:
        show_again(walk, present)
