"""What is typed behind the bot's name: users for staff, nothing for everybody else."""

from __future__ import annotations

import structlog
from telegram import Update
from telegram.error import TelegramError

from bot import visits
from bot.admin.picker import Offer
from bot.house import Context
from bot.wire import Call

log = structlog.get_logger(__name__)


async def on_inline(update: Update, context: Context) -> None:
    """Telegram keeps nothing of the answer, so that whoever loses the role finds nobody from then on."""
    query = update.inline_query
    assert query is not None
    found = await context.turn(update, visits.inline, query.query, query.from_user.id)
    answer = {
        "inline_query_id": query.id,
        "results": [_result(offer) for offer in found],
        "cache_time": 0,
        "is_personal": True,
    }
    try:
        await context.house.wire.call(Call("answerInlineQuery", answer))
    except TelegramError as error:
        log.info("an inline query was not answered", reason=error.message)


def _result(offer: Offer) -> dict[str, object]:
    shown = {"description": offer.description} if offer.description else {}
    content = {"message_text": offer.command}
    return {"type": "article", "id": offer.id, "title": offer.title, "input_message_content": content, **shown}
