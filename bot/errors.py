"""The one error handler, and what is said of an update that failed for good."""

from __future__ import annotations

import structlog
from telegram import Update

from bot import texts
from bot.flow.content import Content
from bot.flow.markup import escape
from bot.house import Context, House
from bot.limits import Lane
from bot.services import users_reach
from bot.turns import Waiting

log = structlog.get_logger(__name__)


async def on_error(update: object, context: Context) -> None:
    """Keep what a handler raised for the turn, which decides whether to try again (see `bot.turns`)."""
    if isinstance(update, Update) and isinstance(context.error, Exception):
        context.house.failures[update.update_id] = context.error


async def on_parked(house: House, waiting: Waiting, error: Exception) -> None:
    """Tell the person a sentence, and the owners what happened; once, since a parked update is not tried again."""
    language = await house.database.read(users_reach.language, waiting.lane) or house.setup.language
    if waiting.lane > 0:
        await _tell(house, waiting.lane, texts.say(language, "phrases.stuck"))
    what = f"{type(error).__name__}: {error}"[:300]
    for owner in sorted(house.setup.owners - {waiting.lane}):
        words = texts.say(
            house.setup.language, "operator.parked", update=waiting.update_id, user=waiting.lane, what=what
        )
        await _tell(house, owner, words)


async def _tell(house: House, user_id: int, words: str) -> None:
    receipt = await house.outbox.send_now(user_id, Content(text=escape(words)), lane=Lane.ANSWER)
    log.info("told of a parked update", user=user_id, outcome=str(receipt.outcome))
