"""From Telegram's refusals to receipts: every error in the reference, through PTB's own exceptions."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.error import TelegramError

from bot.receipts import receipt_of
from bot.services.receipt import Outcome, Receipt
from bot.telegram_http import Lost, NotSent
from bot.wire import Call
from tests.edge.telegram import ScriptedTelegram


async def receipt(*answer: Any) -> Receipt:
    telegram = ScriptedTelegram()
    telegram.will_answer("sendMessage", answer if len(answer) > 1 else answer[0])
    with pytest.raises(TelegramError) as caught:
        await telegram.wire().call(Call("sendMessage", {"chat_id": 101}))
    return receipt_of(caught.value)


@pytest.mark.parametrize(
    ("code", "description", "outcome"),
    [
        (403, "Forbidden: bot was blocked by the user", Outcome.BLOCKED),
        (403, "Forbidden: bot can't initiate conversation with a user", Outcome.BLOCKED),
        (400, "Bad Request: chat not found", Outcome.BLOCKED),
        (400, "Bad Request: PEER_ID_INVALID", Outcome.BLOCKED),
        (403, "Forbidden: user is deactivated", Outcome.GONE),
        (403, "Forbidden: bot was kicked from the supergroup chat", Outcome.GONE),
        (403, "Forbidden: the bot can't send messages to the bot", Outcome.REFUSED),
        (400, 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0', Outcome.REFUSED),
        (400, "Bad Request: message is too long", Outcome.REFUSED),
        (400, "Bad Request: BUTTON_USER_PRIVACY_RESTRICTED", Outcome.REFUSED),
        (400, "Bad Request: message can't be edited", Outcome.REFUSED),
        (
            400,
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
            " as a current content and reply markup of the message",
            Outcome.SENT,
        ),
        (400, "Bad Request: message to delete not found", Outcome.SENT),
        (400, "Bad Request: TOPIC_NOT_MODIFIED", Outcome.SENT),
        (400, "Bad Request: wrong file_id or the file is temporarily unavailable", Outcome.RETRY),
        (401, "Unauthorized", Outcome.RETRY),
        (404, "Not Found: method not found", Outcome.REFUSED),
        (409, "Conflict: terminated by setWebhook request", Outcome.RETRY),
    ],
)
async def test_each_refusal_has_its_outcome(code: int, description: str, outcome: Outcome) -> None:
    assert (await receipt(code, description)).outcome is outcome


async def test_the_wait_that_telegram_asks_for_is_kept() -> None:
    found = await receipt(429, "Too Many Requests: retry after 37", {"retry_after": 37})
    assert (found.outcome, found.retry_after) == (Outcome.RETRY, 37.0)


async def test_a_migrated_group_is_gone_under_its_old_id() -> None:
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    assert (await receipt(400, description, {"migrate_to_chat_id": -100})).outcome is Outcome.GONE


async def test_what_was_never_sent_may_be_tried_again_and_what_was_lost_is_unsure() -> None:
    assert (await receipt(NotSent("no route"))).outcome is Outcome.RETRY
    assert (await receipt(Lost("dropped"))).outcome is Outcome.UNSURE


async def test_a_reason_is_one_line_without_telegrams_prefix() -> None:
    assert (await receipt(400, "Bad Request: message is too long")).reason == "Message is too long"
    assert (await receipt(403, "Forbidden: user is deactivated")).reason == "user is deactivated"
