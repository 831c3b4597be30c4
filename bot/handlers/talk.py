"""Whatever a person writes, shares or sends."""

from __future__ import annotations

from telegram import Update

from bot import visits
from bot.house import Context
from bot.reading import incoming_of


async def on_message(update: Update, context: Context) -> None:
    """An answer that somebody's draft waits for, staff's reply, or a part of the person's conversation."""
    assert update.message is not None
    incoming = incoming_of(update.message)
    if incoming is None:
        await context.turn(update, visits.nothing)
        return
    await context.conclude(update, await context.turn(update, visits.message, incoming))
