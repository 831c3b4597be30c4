"""Checks for what is written and never happens: actions behind a way out, keywords that an earlier one catches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.flow.actions import Action, CallBlock, Chance, End, Http, Pause, Return, ServiceOperator, Show, When
from bot.flow.book import Book
from bot.flow.lines import Path
from bot.flow.messages import Message
from bot.flow.registry import linter
from bot.flow.schema import Flow, Keyword
from bot.sentences import Sentence

_WAYS_OUT = (Show, CallBlock, Return, End, Http)


@linter
def what_follows_a_way_out_is_never_done(flow: Flow, book: Book) -> None:
    """Nothing stands behind an action that leads away."""
    for block in flow.blocks.values():
        path: Path = ("blocks", block.name)
        _check_lists(book, path, block.steps)
        for place, connection in enumerate(block.connections):
            _check_lists(book, (*path, "connections", place), connection.actions)


def _check_lists(book: Book, path: Path, steps: Iterable[Message | Action]) -> None:
    for chain in _lists(tuple(steps)):
        leads = next((place for place, step in enumerate(chain) if _leads_away(step)), None)
        if leads is not None and leads + 1 < len(chain) and not isinstance(chain[leads + 1], End):
            hint = Sentence('; put it into "then"') if isinstance(chain[leads], Http) else ""
            book.warning(path, Sentence("what follows the action that leads away is never done{hint}", hint=hint))


def _lists(chain: tuple[Message | Action, ...]) -> Iterator[tuple[Message | Action, ...]]:
    """The list and all lists within it."""
    yield chain
    for step in chain:
        match step:
            case When() | ServiceOperator() | Http():
                yield from _lists(step.then)
                yield from _lists(step.otherwise)
            case Chance():
                for branch in step.branches:
                    yield from _lists(branch.then)


def _leads_away(step: Message | Action) -> bool:
    return isinstance(step, _WAYS_OUT) or (isinstance(step, Pause) and step.to is None)


@linter
def keywords_are_not_caught_by_earlier_ones(flow: Flow, book: Book) -> None:
    """The first keyword that fits counts, so what an earlier one catches always is never reached."""
    catching: list[Keyword] = []
    for place, keyword in enumerate(flow.keywords):
        if any(_catches(earlier, keyword) for earlier in catching):
            book.warning(
                ("keywords", place), Sentence("the keyword can never fit: an earlier one catches all of its words")
            )
        if keyword.when is None:
            catching.append(keyword)


def _catches(earlier: Keyword, keyword: Keyword) -> bool:
    """Whether whatever fits the one fits the earlier one too."""
    if earlier.language not in {None, keyword.language}:
        return False
    return (
        all(_has(earlier, word, begins=True) or word in earlier.equal for word in keyword.equal)
        and all(_has(earlier, word, begins=True) for word in keyword.starts_with)
        and all(_has(earlier, word, begins=False) for word in keyword.contains)
    )


def _has(earlier: Keyword, word: str, *, begins: bool) -> bool:
    return any(part in word for part in earlier.contains) or (begins and word.startswith(earlier.starts_with))
