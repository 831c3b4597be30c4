"""Signs beside messages: a reaction says what became of an answer of staff's, "typing …" that something comes."""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from telegram.error import TelegramError

from bot.services.outgoing import Letter
from bot.services.receipt import Outcome, Receipt
from bot.wire import Call, Wire

log = structlog.get_logger(__name__)

#: Reactions that Telegram offers everywhere. None of them says that somebody has read it: nobody can know.
DELIVERED, IN_DOUBT, NOT_DELIVERED = "👌", "🤔", "👎"
_ENDS = {
    Outcome.SENT: DELIVERED,
    Outcome.UNSURE: IN_DOUBT,
    Outcome.BLOCKED: NOT_DELIVERED,
    Outcome.GONE: NOT_DELIVERED,
    Outcome.REFUSED: NOT_DELIVERED,
}


def of(letter: Letter, receipt: Receipt) -> Iterator[tuple[Letter, str]]:
    """The reaction for each message of staff's that a letter is made of; none where nobody wrote it, or it goes on."""
    emoji = _ENDS.get(receipt.outcome)
    if letter.author == "staff" and emoji is not None:
        yield from ((one, emoji) for one in (letter, *letter.joined) if one.source_chat is not None)


async def show(wire: Wire, letter: Letter, emoji: str) -> None:
    """Put the reaction there; that it is not shown changes nothing, since the conversation shows it too."""
    target = {"chat_id": letter.source_chat, "message_id": letter.source_id}
    try:
        await wire.call(Call("setMessageReaction", target | {"reaction": [{"type": "emoji", "emoji": emoji}]}))
    except TelegramError as error:
        log.debug("a reaction was not shown", chat=letter.source_chat, reason=error.message)


async def show_typing(wire: Wire, letter: Letter) -> None:
    """Show "typing …" where the flow wants it; whether that works does not matter."""
    if letter.content.get("typing"):
        try:
            await wire.call(Call("sendChatAction", {"chat_id": letter.user_id, "action": "typing"}))
        except TelegramError as error:
            log.debug("typing was not shown", user=letter.user_id, reason=error.message)
