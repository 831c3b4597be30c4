"""Updates as the services know them: plain words are read without building objects, and mean the same."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update

from bot.reading import incoming_of, words_of

VERA = {"id": 101, "is_bot": False, "first_name": "Vera", "last_name": "Visitor", "language_code": "de"}
CHAT = {"id": 101, "type": "private", "first_name": "Vera"}


def update(**more: Any) -> dict[str, Any]:
    message = {"message_id": 7, "date": 1763800000, "from": VERA, "chat": CHAT, "text": "Hello", **more}
    return {"update_id": 1, "message": message}


@pytest.mark.parametrize("text", ["Hello", "a /start inside", "  blanks  ", "\U0001f44b"])
def test_plain_words_mean_the_same_both_ways(text: str) -> None:
    raw = update(text=text, entities=[])
    message = Update.de_json(raw).message
    assert message is not None
    assert words_of(raw) == incoming_of(message)


@pytest.mark.parametrize(
    "more",
    [
        {"text": "/start"},
        {"text": ""},
        {"reply_to_message": {"message_id": 1}},
        {"photo": []},
        {"something_new": 1},
        {"chat": {"id": -100, "type": "supergroup"}},
    ],
)
def test_everything_else_is_looked_at_in_full(more: dict[str, Any]) -> None:
    assert words_of(update(**more)) is None
    assert words_of({"update_id": 1, "callback_query": {}}) is None


def test_half_a_character_is_no_reason_to_lose_the_words() -> None:
    """PTB cannot measure marked up words with half a character in them; they come without their markup."""
    bold = {"type": "bold", "offset": 0, "length": 1}
    message = Update.de_json(update(text="a \ud800", entities=[bold])).message
    assert message is not None
    found = incoming_of(message)
    assert found is not None and (found.words, found.html) == ("a \ud800", None)
