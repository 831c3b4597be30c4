"""Messages that people changed after sending them: kept, and passed on to staff who talk with them."""

from __future__ import annotations

from telegram import Update

from bot import visits
from bot.house import Context
from bot.reading import incoming_of


async def on_edited(update: Update, context: Context) -> None:
    """The flow has answered the first version; whether it hears the second one too is the flow's to say.

    What staff sent to somebody changes there too.
    """
    assert update.edited_message is not None
    incoming = incoming_of(update.edited_message, edited=True)
    if incoming is None:
        await context.turn(update, visits.nothing)
        return
    await context.conclude(update, await context.turn(update, visits.edited, incoming))
