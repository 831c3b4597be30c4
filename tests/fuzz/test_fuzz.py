"""The short form of `make fuzz`: five thousand generated things, the same ones each time."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import structlog

from bot.wire import Call
from tests.fuzz import made
from tests.fuzz.__main__ import SHARES, fuzz
from tests.fuzz.void import TOKEN, Searched, Void


@pytest.fixture
def quiet() -> Iterator[None]:
    """The log is as it was, afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.usefixtures("quiet")
async def test_five_thousand_things_end_as_they_should() -> None:
    told: list[str] = []
    assert await fuzz(5000, 7, told.append) == []
    assert [line.partition(":")[0] for line in told] == list(SHARES)
    assert sum(SHARES.values()) == 1000


def test_the_same_seed_makes_the_same_things() -> None:
    def some() -> list[object]:
        chance = Random("7")
        return [(made.rule(chance), made.flow(chance), made.data(chance), made.update(chance, 1)) for _ in range(20)]

    assert some() == some()


async def test_the_fuzzer_sees_what_it_looks_for() -> None:
    """Markup that Telegram does not take, a secret, a line of the log that says that something broke."""
    void, log = Void(1), Searched()
    await void.post("https://x/bot/sendMessage", _said({"chat_id": 1, "text": "<b>", "parse_mode": "HTML"}))
    await void.post("https://x/bot/sendMessage", _said({"chat_id": 1, "text": TOKEN}))
    assert ["would not take" in void.wrong[0], "holds a secret" in void.wrong[1]] == [True, True]
    log.write(f"{TOKEN}\n")
    log.write('{"event": "an update could not be handled", "update": 7, "level": "error"}\n')
    log.write('{"event": "a message cannot be composed", "level": "error"}\n')
    assert (len(log.wrong), list(log.failed), log.lines) == (2, [7], 3)


def _said(parameters: dict[str, object]) -> Any:
    return Call("sendMessage", parameters)
