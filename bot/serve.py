"""A bot from its start to a polite end, which may be asked for at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack

from bot import memory
from bot.app import Running, running
from bot.config import Config


async def serve(
    config: Config, stop: asyncio.Event, ready: Callable[[Running], None] | None = None, *, worker: bool = False
) -> None:
    """Run until `stop` is set; `ready` is called once the bot is at work. Raises what `bot.app` raises.

    A start that waits for the network ends as well.
    """
    memory.share_heaps()
    async with AsyncExitStack() as stack:
        starting = asyncio.create_task(stack.enter_async_context(running(config, worker=worker)))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not starting.done():
            starting.cancel()
            await asyncio.wait([starting])
            return
        bot = await starting
        memory.settle()
        if ready is not None:
            ready(bot)
        await bot.wait(stop)
