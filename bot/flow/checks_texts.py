"""Checks of the words: markup, lengths, buttons, translations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.flow.book import Book
from bot.flow.content import Kind
from bot.flow.inputs import MAX_LENGTH, Input, InputType
from bot.flow.lines import Path
from bot.flow.markup import CAPTION_LIMIT, TEXT_LIMIT, broken, plain
from bot.flow.messages import Message
from bot.flow.plurals import known, needed
from bot.flow.registry import linter
from bot.flow.schema import Flow
from bot.flow.wording import Part, Slot, Text
from bot.flow.written import say_number
from bot.rules import Type
from bot.sentences import Sentence, together

#: A phone cuts longer labels off.
BUTTON_LIMIT = 64
BUTTON_ADVICE = 24
#: Characters of a value of which nothing more is known.
_LIKELY = {Type.TEXT: 30, Type.NUMBER: 8, Type.BOOLEAN: 4, Type.DATE: 14, Type.TIME: 8, Type.DATETIME: 20}
_QUESTION_LIMIT, _ANSWER_LIMIT = 300, 100


@linter
def markup_is_whole(flow: Flow, book: Book) -> None:
    """Telegram refuses a message with broken HTML, so it is found here."""
    for path, text in book.html:
        for language, parts in text.versions:
            whole = "".join("x" if isinstance(part, Slot) else part for part in parts)
            forms = [form for part in parts if isinstance(part, Slot) for _, form in part.forms]
            if fault := next(filter(None, map(broken, [whole, *forms])), None):
                book.problem(
                    (*path, language) if language else path, Sentence("the HTML is broken: {fault}", fault=fault)
                )


@linter
def forms_of_numbers_are_the_languages(flow: Flow, book: Book) -> None:
    """Words for a number have the forms that their language needs, and no others."""
    for path, text in book.texts:
        for language, parts in text.versions:
            for part in parts:
                if isinstance(part, Slot) and part.forms:
                    _check_forms(book, (*path, language) if language else path, part, language or flow.languages[0])


def _check_forms(book: Book, path: Path, slot: Slot, spoken: str) -> None:
    if book.types.get(slot.name, Type.NUMBER) is not Type.NUMBER:
        book.problem(
            path,
            Sentence(
                "the forms of {{name}|…} need a number, and it is a {type}", name=slot.name, type=book.types[slot.name]
            ),
        )
    written = {category for category, _ in slot.forms if not category.isdecimal()}
    if missing := [one for one in needed(spoken) if one not in written]:
        book.warning(
            path,
            Sentence(
                '{{name}|…} has no form for {known}, which "{spoken}" has',
                name=slot.name,
                known=together(missing),
                spoken=spoken,
            ),
        )
    if odd := sorted(written - known(spoken)):
        book.warning(
            path,
            Sentence(
                '{{name}|…} has a form for {known}, which "{spoken}" never uses',
                name=slot.name,
                known=together(odd),
                spoken=spoken,
            ),
        )


@linter
def messages_fit(flow: Flow, book: Book) -> None:
    """Texts, captions and polls keep within Telegram's limits."""
    likely = likely_lengths(flow)
    for block in flow.blocks.values():
        for message in block.messages():
            for what, text, limit in _limited(message):
                _check_length(book, ("blocks", block.name, "say"), what, text, limit, likely)
    for variable in flow.variables.values():
        if variable.tell is not None:
            _check_length(
                book, ("variables", variable.name, "tell"), Sentence("the text"), variable.tell, TEXT_LIMIT, likely
            )


def _limited(message: Message) -> Iterator[tuple[str, Text, int]]:
    if message.text and message.kind is Kind.TEXT:
        yield Sentence("the text"), message.text, TEXT_LIMIT
    elif message.text and message.kind is Kind.POLL:
        yield Sentence("the question"), message.text, _QUESTION_LIMIT
    elif message.text:
        yield Sentence("the caption"), message.text, CAPTION_LIMIT
    for option in message.options:
        yield Sentence("an answer of the poll"), option, _ANSWER_LIMIT


def _check_length(book: Book, path: Path, what: str, text: Text, limit: int, likely: Mapping[str, int]) -> None:
    for _, parts in text.versions:
        markup = "".join(part for part in parts if isinstance(part, str))
        more = sum(_likely(book, part, likely) for part in parts)
        if len(markup) + more <= limit:  # without its tags it is shorter still
            continue
        written = len(plain(markup))
        grown = written + more
        if written > limit:
            book.problem(
                path,
                Sentence(
                    "{what} has {written} characters; Telegram takes {limit}", what=what, written=written, limit=limit
                ),
            )
        elif grown > limit:
            book.warning(
                path,
                Sentence(
                    "{what} may grow to {grown} characters; above {limit} the values are cut",
                    what=what,
                    grown=grown,
                    limit=limit,
                ),
            )


def likely_lengths(flow: Flow) -> dict[str, int]:
    """The most characters that an answer to the flow's own inputs puts into a variable, where the flow says so."""
    found: dict[str, int] = {}
    for name, variable in flow.variables.items():
        if isinstance(variable.default, str):
            found[name] = len(variable.default)
        for limit in (variable.min, variable.max):
            if limit is not None:
                found[name] = max(found.get(name, 0), len(say_number(limit, "en")))
    for block in flow.blocks.values():
        for ask in (connection.input for connection in block.connections):
            if ask is not None and ask.store is not None and (longest := _longest(ask)):
                found[ask.store] = max(found.get(ask.store, 0), longest)
    return found


def _longest(ask: Input) -> int:
    """The longest answer that fits an input; 0 where the flow does not say."""
    match ask.type:
        case InputType.TEXT if ask.max_length < MAX_LENGTH:
            return ask.max_length
        case InputType.CHOICE:
            versions = (option.words(language) for option in ask.options for language, _ in option.versions)
            return max(map(len, versions), default=0)
        case InputType.NUMBER:
            limits = [limit for limit in (ask.min, ask.max) if isinstance(limit, float)]
            return max((len(say_number(limit, "en")) for limit in limits), default=0)
    return 0


def _likely(book: Book, part: Part, likely: Mapping[str, int]) -> int:
    if isinstance(part, str):
        return 0
    usual = _LIKELY[book.types.get(part.name, Type.TEXT)]
    if part.forms:
        return max(len(plain(form)) for _, form in part.forms) + (likely.get(part.name) or usual)
    return max(len(part.default), likely.get(part.name) or usual)


@linter
def buttons_are_short(flow: Flow, book: Book) -> None:
    """Labels that a phone can show."""
    likely = likely_lengths(flow)
    for block in flow.blocks.values():
        for place, connection in enumerate(block.connections):
            path = ("blocks", block.name, "connections", place)
            for button in connection.buttons:
                if button.label:
                    _check_label(book, path, button.label, likely)


def _check_label(book: Book, path: Path, label: Text, likely: Mapping[str, int]) -> None:
    for _, parts in label.versions:
        words = "".join(part for part in parts if isinstance(part, str))
        grown = len(words) + sum(_likely(book, part, likely) for part in parts)
        if len(words) > BUTTON_LIMIT:
            book.problem(
                path,
                Sentence(
                    'the button "{words}…" has {count} characters; at most {most} fit',
                    words=words[:20],
                    count=len(words),
                    most=BUTTON_LIMIT,
                ),
            )
        elif grown > BUTTON_LIMIT:
            book.warning(
                path,
                Sentence(
                    'the button "{words}" may grow to {grown} characters; above {most} it is cut',
                    words=words,
                    grown=grown,
                    most=BUTTON_LIMIT,
                ),
            )
        elif len(words) > BUTTON_ADVICE:
            book.warning(
                path,
                Sentence(
                    'the button "{words}" is long; a phone shows about {most} characters',
                    words=words,
                    most=BUTTON_ADVICE,
                ),
            )


@linter
def translations_are_complete(flow: Flow, book: Book) -> None:
    """A flow in several languages says everything in all of them, where it says it in several at all."""
    for path, text in book.texts:
        if missing := text.missing(book.languages):
            book.warning(
                path, Sentence('"{text}" is missing in {known}', text=text.source()[:30], known=", ".join(missing))
            )
