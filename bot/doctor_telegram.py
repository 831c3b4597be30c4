"""What the doctor asks Telegram: who we are, how updates come, what the bot may do in groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import InvalidToken, TelegramError

from bot.config import Config
from bot.doctor import Finding, broken, care, fine
from bot.staff_group import RIGHTS
from bot.webhook import PATH
from bot.wire import Call, Wire

#: Updates that may wait at Telegram before somebody should look.
PENDING = 100
_BOTFATHER = "Send {command} to @BotFather and choose the bot."
Question = Callable[[], Awaitable[list[Finding]]]


async def examine(wire: Wire, config: Config, group_id: int) -> list[Finding]:
    """Everything that Telegram knows. `group_id` is the staff group, 0 for none."""
    try:
        me: dict[str, Any] = await wire.call(Call("getMe"))
    except InvalidToken:
        fix = "Get a new one from @BotFather (/token) and put it into the config as telegram.token."
        return [broken("token", "Telegram rejects it.", fix)]
    except TelegramError as error:
        fix = f"See whether this machine reaches {config.telegram.api_url}."
        return [broken("network", f"Telegram cannot be asked: {error.message}.", fix)]
    found = [fine("token", f"It belongs to @{me['username']}."), *_modes(me)]
    found += await asked("webhook", lambda: _webhook(wire, config))
    found += await asked("owners", lambda: _owners(wire, config))
    if group_id:
        found += await asked("staff group", lambda: _group(wire, group_id, int(me["id"])))
    return found


async def asked(what: str, question: Question) -> list[Finding]:
    """What a question finds; a refusal is a finding too."""
    try:
        return await question()
    except TelegramError as error:
        return [broken(what, f"Telegram says: {error.message}.", "Try again in a minute.")]


def _modes(me: dict[str, Any]) -> list[Finding]:
    if me.get("can_read_all_group_messages"):
        fix = _BOTFATHER.format(command="/setprivacy") + " Enable it, unless the bot shall read all of its groups."
        privacy = care("privacy mode", "It is off: the bot is sent every message of its groups.", fix)
    else:
        privacy = fine("privacy mode", "It is on: in groups the bot hears only what is meant for it.")
    if me.get("supports_inline_queries"):
        return [privacy, fine("inline mode", "It is on: users are found by typing the bot's name.")]
    fix = _BOTFATHER.format(command="/setinline")
    return [privacy, care("inline mode", "It is off, so users are found by /users only.", fix)]


async def _webhook(wire: Wire, config: Config) -> list[Finding]:
    info: dict[str, Any] = await wire.call(Call("getWebhookInfo"))
    return [_mode(info.get("url", ""), config), *_last_error(info), _pending(int(info.get("pending_update_count", 0)))]


def _mode(url: str, config: Config) -> Finding:
    if config.telegram.mode == "polling":
        if not url:
            return fine("mode", "Polling, and no webhook is set.")
        fix = "Run `frontdesk webhook delete`, or set telegram.mode to webhook."
        return broken("mode", f"Polling, but Telegram calls {url} and refuses to be polled.", fix)
    wanted = config.telegram.webhook.url.rstrip("/") + PATH
    if url == wanted:
        return fine("mode", f"Webhook, at {url}.")
    return care("mode", f"Webhook, but Telegram calls {url or 'nobody'}.", "Start the bot: it sets the webhook itself.")


def _last_error(info: dict[str, Any]) -> list[Finding]:
    if not (said := info.get("last_error_message")):
        return []
    fix = "See that the proxy passes calls on to webhook.listen and webhook.port, and that the bot runs."
    return [care("webhook", f"Telegram's last call failed: {said}.", fix)]


def _pending(count: int) -> Finding:
    if count <= PENDING:
        return fine("pending updates", f"{count} wait at Telegram.")
    fix = "They are handled when the bot runs; Telegram keeps them for a day."
    return care("pending updates", f"{count} wait at Telegram.", fix)


async def _owners(wire: Wire, config: Config) -> list[Finding]:
    if not config.admin.owners:
        fix = "Write their Telegram ids into admin.owners, or claim the bot with the code that a start prints."
        return [care("owners", "The config names none.", fix)]
    unknown = [owner for owner in sorted(config.admin.owners) if not await knows(wire, owner)]
    if unknown:
        fix = "Each of them opens the bot in Telegram and presses Start; until then it cannot write to them."
        return [care("owners", f"Not met yet: {', '.join(map(str, unknown))}.", fix)]
    return [fine("owners", f"{len(config.admin.owners)} named, and the bot can write to them.")]


async def knows(wire: Wire, user_id: int) -> bool:
    """Whether this person has a chat with the bot. Raises TelegramError where that cannot be asked."""
    try:
        await wire.call(Call("getChat", {"chat_id": user_id}))
    except TelegramError as error:
        if "not found" in error.message.lower():
            return False
        raise
    return True


async def _group(wire: Wire, group_id: int, bot_id: int) -> list[Finding]:
    chat: dict[str, Any] = await wire.call(Call("getChat", {"chat_id": group_id}))
    member: dict[str, Any] = await wire.call(Call("getChatMember", {"chat_id": group_id, "user_id": bot_id}))
    if chat.get("is_forum"):
        topics = fine("topics", "The staff group has topics.")
    else:
        topics = broken("topics", "The staff group has none.", "Switch them on in the settings of the group.")
    lacks = [right for right in RIGHTS if member.get("status") != "administrator" or not member.get(right)]
    if not lacks:
        return [topics, fine("staff group", "The bot may manage topics and pin messages.")]
    fix = "Make the bot an administrator of the group, with the rights to manage topics and to pin messages."
    return [topics, broken("staff group", f"The bot lacks {' and '.join(lacks)}.", fix)]
