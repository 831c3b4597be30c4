"""Checks of the words: markup, lengths, buttons, translations."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.content import Kind
from bot.flow.lines import Path
from bot.flow.markup import CAPTION_LIMIT, TEXT_LIMIT, broken, plain
from bot.flow.messages import Message
from bot.flow.reader import Book
from bot.flow.registry import linter
from bot.flow.schema import Flow
from bot.flow.wording import Part, Slot, Text
from bot.rules import Type

#: A phone cuts longer labels off.
BUTTON_LIMIT = 64
BUTTON_ADVICE = 24
_LIKELY = {Type.TEXT: 30, Type.NUMBER: 8, Type.BOOLEAN: 4, Type.DATE: 14, Type.TIME: 8, Type.DATETIME: 20}
_QUESTION_LIMIT, _ANSWER_LIMIT = 300, 100


@linter
def markup_is_whole(flow: Flow, book: Book) -> None:
    """Telegram refuses a message with broken HTML, so it is found here."""
    for path, text in book.html:
        for language, parts in text.versions:
            fault = broken("".join("x" if isinstance(part, Slot) else part for part in parts))
            if fault:
                book.problem((*path, language) if language else path, f"the HTML is broken: {fault}")


@linter
def messages_fit(flow: Flow, book: Book) -> None:
    """Texts, captions and polls keep within Telegram's limits."""
    for block in flow.blocks.values():
        for message in block.messages():
            for what, text, limit in _limited(message):
                _check_length(book, ("blocks", block.name, "say"), what, text, limit)


def _limited(message: Message) -> Iterator[tuple[str, Text, int]]:
    if message.text and message.kind is Kind.TEXT:
        yield "the text", message.text, TEXT_LIMIT
    elif message.text and message.kind is Kind.POLL:
        yield "the question", message.text, _QUESTION_LIMIT
    elif message.text:
        yield "the caption", message.text, CAPTION_LIMIT
    for option in message.options:
        yield "an answer of the poll", option, _ANSWER_LIMIT


def _check_length(book: Book, path: Path, what: str, text: Text, limit: int) -> None:
    for _, parts in text.versions:
        written = len(plain("".join(part for part in parts if isinstance(part, str))))
        likely = written + sum(_likely(book, part) for part in parts)
        if written > limit:
            book.problem(path, f"{what} has {written:,} characters; Telegram takes {limit:,}")
        elif likely > limit:
            book.warning(path, f"{what} may grow to {likely:,} characters; above {limit:,} the values are cut")


def _likely(book: Book, part: Part) -> int:
    if isinstance(part, str):
        return 0
    return max(len(part.default), _LIKELY[book.types.get(part.name, Type.TEXT)])


@linter
def buttons_are_short(flow: Flow, book: Book) -> None:
    """Labels that a phone can show."""
    for block in flow.blocks.values():
        for place, connection in enumerate(block.connections):
            path = ("blocks", block.name, "connections", place)
            for button in connection.buttons:
                if button.label:
                    _check_label(book, path, button.label)


def _check_label(book: Book, path: Path, label: Text) -> None:
    for _, parts in label.versions:
        words = "".join(part for part in parts if isinstance(part, str))
        if len(words) > BUTTON_LIMIT:
            book.problem(path, f'the button "{words[:20]}…" has {len(words)} characters; at most {BUTTON_LIMIT} fit')
        elif len(words) > BUTTON_ADVICE:
            book.warning(path, f'the button "{words}" is long; a phone shows about {BUTTON_ADVICE} characters')


@linter
def translations_are_complete(flow: Flow, book: Book) -> None:
    """A flow in several languages says everything in all of them, where it says it in several at all."""
    for path, text in book.texts:
        if missing := text.missing(book.languages):
            book.warning(path, f'"{text.source()[:30]}" is missing in {", ".join(missing)}')
