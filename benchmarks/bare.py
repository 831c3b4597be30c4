"""The baselines: python-telegram-bot as its own README shows it, with nothing stored.

`python -m benchmarks.bare echo URL TOKEN` answers every message; `… concurrent URL TOKEN` many at once;
`… send URL TOKEN FIRST COUNT` sends in a loop;
`… relay URL TOKEN STAFF COUNT VISITOR` passes on what visitors and staff write to each other.
"""

from __future__ import annotations

import asyncio
import sys

from telegram import Bot, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

#: As many as the library takes where one only says yes.
TOGETHER = 256


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say the same."""
    if update.message is not None and update.message.text is not None:
        await update.message.reply_text(update.message.text)


def run_echo(url: str, token: str, together: int = 0) -> None:
    """The echo bot of the README, pointed at another server; `together`: so many updates at once, in no order."""
    builder = Application.builder().token(token).base_url(f"{url}/bot")
    if together:
        builder = builder.concurrent_updates(together).connection_pool_size(together)
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, echo))
    application.run_polling()


def run_relay(url: str, token: str, staff: int, count: int, visitor: int) -> None:
    """The relay that one would write in an evening: who a message stands for is kept in memory."""
    stands_for: dict[tuple[int, int], int] = {}

    async def relay(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        message = update.message
        if message is None or message.text is None:
            return
        if message.chat_id >= visitor:
            holder = staff + (message.chat_id - visitor) % count
            passed = await context.bot.send_message(holder, message.text)
            stands_for[holder, passed.message_id] = message.chat_id
        elif message.reply_to_message is not None:
            await context.bot.send_message(
                stands_for[message.chat_id, message.reply_to_message.message_id], message.text
            )

    application = Application.builder().token(token).base_url(f"{url}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT & ~filters.COMMAND, relay))
    application.run_polling()


async def send(url: str, token: str, first: int, count: int) -> None:
    """One message to each of so many people, one after the other; then wait to be measured and ended."""
    async with Bot(token, base_url=f"{url}/bot") as bot:
        for number in range(count):
            await bot.send_message(first + number, f"News for person {number}")
        await asyncio.Event().wait()


if __name__ == "__main__":
    what, url, token, *rest = sys.argv[1:]
    if what == "echo":
        run_echo(url, token)
    elif what == "concurrent":
        run_echo(url, token, TOGETHER)
    elif what == "relay":
        run_relay(url, token, *map(int, rest))
    else:
        asyncio.run(send(url, token, *map(int, rest)))
