"""What a flow is checked for once it is read. A check is a function; decorate it with `@linter` and it runs."""

from __future__ import annotations

from bot.flow import checks_graph, checks_rules, checks_texts, checks_ways
from bot.flow.book import Book
from bot.flow.problems import did_you_mean
from bot.flow.registry import LINTERS, linter
from bot.flow.schema import Block, Flow
from bot.sentences import Sentence

__all__ = ["check", "checks_graph", "checks_rules", "checks_texts", "checks_ways"]

#: Telegram's inline keyboards end here; with full press data one button earlier.
MAX_BUTTONS = 90
#: More at once reads like spam, and would use up what one input may bring.
MAX_SAID = 20


def check(flow: Flow, book: Book) -> None:
    """Run every check; what is wrong is noted in the book."""
    for lint in LINTERS:
        lint(flow, book)


@linter
def blocks_exist(flow: Flow, book: Book) -> None:
    """Whatever names a block names one that is there."""
    for reference in book.references:
        if reference.target not in flow.blocks:
            who = reference.who or Sentence("this")
            hint = did_you_mean(reference.target, flow.blocks)
            book.problem(
                reference.path,
                Sentence(
                    '{who} leads to "{target}"; there is no such block.{hint}',
                    who=who,
                    target=reference.target,
                    hint=hint,
                ),
            )


@linter
def variables_in_texts_are_declared(flow: Flow, book: Book) -> None:
    """Every place in a text is a declared variable or a system field."""
    for path, text in book.texts:
        for name in {slot.name for slot in text.slots()} - book.types.keys():
            hint = did_you_mean(name, book.types)
            book.problem(
                path, Sentence("the text uses {{name}}; there is no such variable.{hint}", name=name, hint=hint)
            )


@linter
def media_are_there(flow: Flow, book: Book) -> None:
    """Every file lies under the flow's folder."""
    if book.folder is None:
        return
    root = book.folder.resolve()
    for path, written in book.media:
        file = (root / written).resolve()
        if not file.is_relative_to(root) or "\x00" in written:
            book.problem(path, Sentence('the file "{written}" lies outside the folder of the flow', written=written))
        elif not file.is_file():
            near = did_you_mean(file.name, [one.name for one in file.parent.glob("*")])
            book.problem(path, Sentence('the file "{written}" is missing.{near}', written=written, near=near))


@linter
def messages_and_buttons_have_room(flow: Flow, book: Book) -> None:
    """Buttons stand under a message that can carry them, and there are not too many of either."""
    for block in flow.blocks.values():
        said = len(block.messages())
        if said > MAX_SAID:
            book.problem(
                ("blocks", block.name, "say"),
                Sentence("the block has {said} messages; at most {most} make sense", said=said, most=MAX_SAID),
            )
        count = sum(len(connection.buttons) for connection in block.connections)
        path = ("blocks", block.name)
        if count > MAX_BUTTONS:
            book.problem(
                path,
                Sentence("the block has {count} buttons; Telegram shows at most {most}", count=count, most=MAX_BUTTONS),
            )
        if count:
            _check_carrier(block, book)


def _check_carrier(block: Block, book: Book) -> None:
    messages = block.messages()
    path = ("blocks", block.name, "say")
    if not messages:
        book.problem(path, Sentence('the block has buttons and no message to put them under; add a "say"'))
    elif messages[-1].kind == "album":
        book.problem(path, Sentence("an album cannot carry buttons; add a text after it"))


@linter
def presses_are_clear(flow: Flow, book: Book) -> None:
    """A press means one thing: the same button twice makes sense only if a condition tells them apart."""
    for block in flow.blocks.values():
        settled: set[str] = set()
        for place, connection in enumerate(block.connections):
            for button in connection.buttons:
                if button.id in settled:
                    label = button.label.source() if button.label else button.word
                    path = ("blocks", block.name, "connections", place)
                    book.problem(
                        path,
                        Sentence('the button "{label}" is there twice; the second one can never be taken', label=label),
                    )
            if connection.when is None:
                settled |= {button.id for button in connection.buttons}
