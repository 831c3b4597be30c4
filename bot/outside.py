"""What the bot takes from outside of itself: the wires to Telegram, and the passing of time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot.limits import Sleep
from bot.telegram_http import AiohttpRequest


@dataclass(frozen=True, slots=True)
class Requests:
    """The wires: one for all that is sent, one for polling, so that a long poll is never in anybody's way."""

    calls: AiohttpRequest
    polls: AiohttpRequest


def _over_http() -> Requests:
    return Requests(AiohttpRequest(), AiohttpRequest(connections=2))


@dataclass(frozen=True, slots=True)
class Outside:
    """How the wires are made, and how a turn waits before it tries again."""

    requests: Callable[[], Requests] = _over_http
    sleep: Sleep = asyncio.sleep
