"""Commands and links to the bot: the application's own, else words for the flow."""

from __future__ import annotations

from telegram import Update

from bot import visits
from bot.flow.heard import Started
from bot.house import Context
from bot.reading import incoming_of


async def on_command(update: Update, context: Context) -> None:
    """A text that begins with a slash; opening a link writes /start for the person."""
    assert update.message is not None
    incoming = incoming_of(update.message)
    assert incoming is not None
    await context.conclude(update, await context.turn(update, visits.command, context.paced(incoming)))
    if isinstance(incoming.heard, Started):
        context.refresh_menus()  # somebody whom the config names may have come for the first time
