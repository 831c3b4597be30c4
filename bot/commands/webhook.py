"""webhook: take back a webhook, so that the bot can poll."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from telegram.error import TelegramError

from bot.commands.line import line
from bot.commands.terminal import Commands, complain, say, with_config
from bot.config import Config, load
from bot.intake import refuse_token
from bot.wire import Call


def declare(commands: Commands) -> None:
    """Add the command."""
    webhook = with_config(commands.add_parser("webhook", help="show or take back the webhook that Telegram calls"))
    webhook.add_argument("what", choices=("show", "delete"))
    webhook.set_defaults(work=_webhook)


def _webhook(given: argparse.Namespace) -> int:
    config = load(given.config)
    try:
        say(asyncio.run(_delete(config) if given.what == "delete" else _show(config)))
    except TelegramError as error:
        refuse_token(error)
        complain(f"Telegram cannot be asked: {error.message}.")
        return 1
    return 0


async def _show(config: Config) -> str:
    info: dict[str, Any] = await _call(config, Call("getWebhookInfo"))
    if not info.get("url"):
        return "No webhook is set."
    return f"Telegram calls {info['url']}; {info.get('pending_update_count', 0)} updates wait."


async def _delete(config: Config) -> str:
    await _call(config, Call("deleteWebhook", {"drop_pending_updates": False}))
    return "No webhook is set any more; what waits at Telegram stays."


async def _call(config: Config, call: Call) -> Any:
    async with line(config.telegram.api_url, config.telegram.token.get_secret_value()) as wire:
        return await wire.call(call)
