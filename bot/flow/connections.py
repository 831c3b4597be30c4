"""What a person can do next at a block, and where it leads.

    [[blocks.welcome.connections]]
    button = "Opening hours"                     # or { en = "Opening hours", de = "Öffnungszeiten" }
    to     = "hours"

    button = "Catalogue"                         # a link that opens
    url    = "https://library.example/catalogue"

    input  = { type = "number", store = "age" }  # see inputs.py
    to     = "thanks"

    contact = "Share my number"                  # a button of the keyboard, or true; `location` alike
    store   = "mobile"
    to      = "thanks"

    file  = true                                 # any file; kept in a text variable
    store = "picture"

    any = true                                   # whatever the person writes
    to  = "got_it"

    when = "age < 18"                            # nothing to wait for: taken at once if the rule holds
    to   = "children"

Each may carry `when` (it counts only if the rule holds; the first that fits is taken) and `actions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from bot.flow.actions import Action
from bot.flow.actions_read import read_actions
from bot.flow.inputs import Input, InputType, read_input
from bot.flow.reader import Node
from bot.flow.wording import Text
from bot.rules import Rule
from bot.sentences import Sentence, together

_CONNECTION, _INPUT = Sentence("the connection"), Sentence("the input")
_TRIGGERS = ("button", "input", "contact", "location", "file", "any")
_SHARED = {InputType.CONTACT: "contact", InputType.LOCATION: "location"}


@dataclass(frozen=True, slots=True)
class Button:
    """One button. `id` is what a press carries: it depends on the words, not on the place in the file."""

    id: str
    #: None: the engine's own word for `word` (yes, no, share_contact, share_location).
    label: Text | None = None
    word: str = ""
    url: Text | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """One way on from a block."""

    buttons: tuple[Button, ...] = ()
    input: Input | None = None
    any: bool = False
    when: Rule | None = None
    actions: tuple[Action, ...] = ()
    to: str | None = None

    @property
    def waits(self) -> bool:
        """Whether the person has to do something; if not, the connection is taken at once."""
        return bool(self.buttons or self.input or self.any)


def read_connections(node: Node) -> tuple[Connection, ...]:
    """The `connections` of a block."""
    return tuple(_read(one) for one in node.tables("connections", _CONNECTION))


def _read(node: Node) -> Connection:
    triggers = [key for key in _TRIGGERS if node.has(key)]
    if len(triggers) > 1:
        node.book.problem(
            node.path, Sentence("the connection has {known}; it can have only one of them", known=together(triggers))
        )
    label = node.text("button") if "button" in triggers else None
    node.who = Sentence('the button "{label}"', label=label.source()) if label else _CONNECTION
    ask = _input(node)
    _says_true(node, "file")
    connection = Connection(
        buttons=tuple(_buttons(node, label, ask)),
        input=ask,
        any=_says_true(node, "any"),
        when=node.rule("when"),
        actions=read_actions(node, "actions"),
        to=node.block("to"),
    )
    if not (triggers or connection.to or connection.actions):
        node.book.problem(
            node.path, Sentence('the connection needs one of {known}, or a "to"', known=", ".join(_TRIGGERS))
        )
    node.done()
    return connection


def _input(node: Node) -> Input | None:
    for inner in node.tables("input", _INPUT):
        return read_input(inner)
    for key in ("contact", "location", "file"):
        if node.has(key):
            return Input(InputType(key), node.variable("store") if node.has("store") else None)
    return None


def _says_true(node: Node, key: str) -> bool:
    """Whether the key is true; false or anything else would be a way on that waits for nothing."""
    value = node.raw(key)
    if value is not None and value is not True:
        node.wrong(key, Sentence('"{key}" can only be true', key=key))
    return value is True


def _buttons(node: Node, label: Text | None, ask: Input | None) -> Iterator[Button]:
    if label:
        url = node.text("url")
        if url and not url.source().startswith(("https://", "http://", "tg://")):
            node.wrong("url", Sentence('"url" must begin with https://'))
        yield Button(button_id(label.source()), label, url=url)
    elif ask is not None:
        yield from _input_buttons(node, ask)


def _input_buttons(node: Node, ask: Input) -> Iterator[Button]:
    """A choice brings a button for each option, yes_no two, a contact or location the one that shares it."""
    for option in ask.options:
        yield Button(button_id(option.source()), option)
    if ask.type is InputType.YES_NO:
        yield from (Button(button_id(word), word=word) for word in ("yes", "no"))
    if ask.type in _SHARED:
        share = _SHARED[ask.type]
        label = _words(node, share)
        yield Button(button_id(f"share {share}"), label, f"share_{share}", share=share)


def _words(node: Node, share: str) -> Text | None:
    """The words of a button that shares something; None for the engine's own, where the file says just true."""
    if node.raw(share) in (None, True):
        return None
    if isinstance(node.raw(share), str | dict):
        return node.text(share)
    node.wrong(share, Sentence('"{share}" must be true, or the words of its button', share=share))
    return None


def button_id(words: str) -> str:
    """Eight hexadecimal digits that stay the same as long as the words do."""
    return f"{crc32(words.encode('utf-8', 'surrogatepass')):08x}"
