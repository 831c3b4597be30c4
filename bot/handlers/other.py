"""Updates that ask nothing of us: other chats, and kinds that we do not know."""

from __future__ import annotations

import structlog
from telegram import Update

from bot import visits
from bot.house import Context
from bot.reading import asker_of

log = structlog.get_logger(__name__)


async def on_other(update: Update, context: Context) -> None:
    """It is kept in the inbox as done. A press is answered, so that nothing spins; an unknown kind is logged once.

    What would open a screen in a private chat is a refusal that is noted.
    """
    if update.callback_query is not None:
        await context.house.screens.answer(asker_of(update))
    elif update.effective_chat is None:
        _say_once(update, context)
    if (tried := _tried(update)) and update.effective_chat is not None:
        who = update.effective_user.id if update.effective_user else None
        await context.turn(update, visits.elsewhere, tried, who, update.effective_chat.id)
        return
    await context.turn(update, visits.nothing)


def _tried(update: Update) -> str:
    """What was pressed, or typed as a command; "" for all else."""
    if update.callback_query is not None:
        return update.callback_query.data or ""
    text = update.effective_message.text if update.effective_message else None
    return text if text and text.startswith("/") else ""


def _say_once(update: Update, context: Context) -> None:
    kind = next(iter(update.api_kwargs), None) or next((name for name in update.to_dict() if name != "update_id"), "?")
    if kind not in context.house.unknown:
        context.house.unknown.add(kind)
        log.warning("a kind of update that is not known was put aside", kind=kind, update_id=update.update_id)
