"""Telegram's refusals and the network's failures become a Receipt here, and only here."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import structlog
from sqlalchemy.exc import DBAPIError
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.services.receipt import Outcome, Receipt
from bot.telegram_http import NotSent

log = structlog.get_logger(__name__)

#: Parts of Telegram's sentences, lower case; PTB capitalises them anew, so only this comparison is safe.
GONE = ("user is deactivated", "was kicked", "is not a member", "group chat was deleted")
BLOCKED = ("blocked by the user", "can't initiate conversation", "chat not found", "user not found", "peer_id_invalid")
#: Refusals that leave things exactly as they were asked to be.
AS_WANTED = ("message is not modified", "message to delete not found", "topic_not_modified")
LATER = ("file is temporarily unavailable",)
#: A refusal of a file by its id, which a new upload may cure.
BAD_FILE = ("wrong file identifier", "wrong file_id", "wrong remote file")
#: Seconds before the next attempt where Telegram names none: the network, a passing trouble, a rejected token.
SOON, LATER_BY, LONG = 2.0, 5.0, 60.0


def sent(telegram_id: int | None, telegram_ids: tuple[int, ...] = ()) -> Receipt:
    """It arrived; `telegram_id` is the message's id where there is one, `telegram_ids` those of an album's parts."""
    return Receipt(Outcome.SENT, telegram_id=telegram_id, telegram_ids=telegram_ids)


def message_id(result: Any) -> int | None:
    """The id of the message, of an album's first, of none (a plain "true")."""
    first = result[0] if isinstance(result, list) and result else result
    return first.get("message_id") if isinstance(first, dict) else None


def message_ids(result: Any) -> tuple[int, ...]:
    """The ids of all parts of an album."""
    return tuple(part["message_id"] for part in result) if isinstance(result, list) else ()


def whole(receipt: Receipt, wanted: int) -> Receipt:
    """The receipt of an album of so many files: where some of them did not arrive, nobody knows how it stands."""
    arrived = len(receipt.telegram_ids)
    if receipt.outcome is not Outcome.SENT or arrived >= wanted:
        return receipt
    return replace(receipt, outcome=Outcome.UNSURE, reason=f"{arrived} of {wanted} files arrived")


def receipt_of(error: TelegramError) -> Receipt:
    """What became of a send that raised `error`. The order matters: BadRequest and TimedOut are NetworkErrors too."""
    match error:
        case RetryAfter():
            seconds = cast(timedelta, error.retry_after).total_seconds()  # see PTB_TIMEDELTA in telegram_http
            return Receipt(Outcome.RETRY, reason=f"Telegram asks to wait {seconds:.0f} s", retry_after=seconds)
        case Forbidden():
            return _forbidden(error.message)
        case ChatMigrated():
            return Receipt(Outcome.GONE, reason="the group has become a supergroup")
        case BadRequest():
            return _bad_request(error.message)
        case InvalidToken():
            return _not_known(error.message)
        case Conflict():
            return Receipt(Outcome.RETRY, reason=error.message, retry_after=LATER_BY)
        case NotSent():
            return Receipt(Outcome.RETRY, reason=error.message, retry_after=SOON)
        case TimedOut():
            return Receipt(Outcome.UNSURE, reason="Telegram did not answer in time")
        case _:
            return Receipt(Outcome.UNSURE, reason=error.message)


def _forbidden(message: str) -> Receipt:
    words = message.lower()
    if _any(BLOCKED, words):
        return Receipt(Outcome.BLOCKED, reason="blocked the bot" if "blocked" in words else "has not started the bot")
    return Receipt(Outcome.GONE if _any(GONE, words) else Outcome.REFUSED, reason=_plain(message))


def _bad_request(message: str) -> Receipt:
    words = message.lower()
    if _any(AS_WANTED, words):
        return sent(None)
    if _any(BLOCKED, words):
        return Receipt(Outcome.BLOCKED, reason="has not started the bot")
    if _any(LATER, words):
        return Receipt(Outcome.RETRY, reason=_plain(message), retry_after=LATER_BY)
    return Receipt(Outcome.REFUSED, reason=_plain(message))


def _not_known(message: str) -> Receipt:
    """PTB says InvalidToken for 401 (the token) and for 404 (the method or the path)."""
    if "not found" in message.lower():
        return Receipt(Outcome.REFUSED, reason="this Telegram server does not know the method")
    return Receipt(Outcome.RETRY, reason="Telegram rejects the token", retry_after=LONG)


def _any(parts: tuple[str, ...], words: str) -> bool:
    return any(part in words for part in parts)


def _plain(message: str) -> str:
    """Telegram's reason without its prefix, at most a line."""
    return message.removeprefix("Forbidden: ").split(". The server response")[0][:200]


def is_bad_file(receipt: Receipt) -> bool:
    """Whether Telegram does not take a file by its id, so that a new upload may help."""
    words = receipt.reason.lower()
    return receipt.outcome is not Outcome.SENT and any(part in words for part in BAD_FILE)


async def certainly(work: Awaitable[Receipt], user_id: int) -> Receipt:
    """A receipt whatever happens: what cannot be composed is refused."""
    try:
        return await work
    except DBAPIError:
        return Receipt(Outcome.RETRY, reason="the database is away")
    except Exception as error:
        log.error("a message cannot be composed", user=user_id, exc_info=error)
        return Receipt(Outcome.REFUSED, reason=f"it cannot be composed ({type(error).__name__})")
