"""The echo bot of aiogram, with nothing stored: `python -m benchmarks.rival URL TOKEN`.

It runs in an environment of its own, which `make bench` makes: aiogram wants another version of pydantic than the bot.
"""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message


async def echo(message: Message) -> None:
    """Say the same."""
    if message.text is not None:
        await message.answer(message.text)


async def run(url: str, token: str) -> None:
    """Poll for ever."""
    dispatcher = Dispatcher()
    dispatcher.message.register(echo)
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:]))
