"""A line to Telegram for a command that asks a few things and ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.telegram_http import AiohttpRequest
from bot.wire import Wire


@asynccontextmanager
async def line(api_url: str, token: str) -> AsyncIterator[Wire]:
    """Open while the block runs."""
    request = AiohttpRequest(connections=4)
    await request.initialize()
    try:
        yield Wire(request, api_url, token)
    finally:
        await request.shutdown()
