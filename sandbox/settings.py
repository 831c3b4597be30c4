"""What a sandbox can be told when it starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: The one bot that lives here. Composed, so that nothing in this file looks like a secret.
BOT_ID = 7_000_000_001
TOKEN = f"{BOT_ID}:{'sandbox' * 5}"


@dataclass(slots=True, frozen=True)
class Rates:
    """Telegram's sending limits: messages per second in one chat and over all, each with a burst that passes."""

    chat_per_second: float = 1.0
    chat_burst: int = 3
    all_per_second: float = 30.0
    all_burst: int = 30
    #: In one group, within any sixty seconds; a new topic counts as a message.
    group_per_minute: int = 20


@dataclass(slots=True, frozen=True)
class Game:
    """A game of the bot, as BotFather would keep it."""

    short_name: str
    title: str
    description: str = ""


@dataclass(slots=True, frozen=True)
class Settings:
    """How the sandbox behaves; times in seconds. `rates=None` switches the sending limits off."""

    token: str = TOKEN
    username: str = "frontdesk_sandbox_bot"
    name: str = "Front desk"
    data: Path | None = None
    rates: Rates | None = None
    #: Entries of the call log kept in memory; the count goes on.
    log_size: int = 10_000
    #: Privacy mode: in groups the bot sees only what is meant for it, unless it is an administrator.
    privacy: bool = True
    #: Whether the bot can be asked inline, and whether it hears which result was chosen.
    inline: bool = True
    inline_feedback: bool = True
    games: tuple[Game, ...] = ()
    #: Whether calls, answers and updates are compared with the specification; fatal where the sandbox is `strict`.
    checked: bool = True
    strict: bool = True
    query_lifetime: float = 60.0
    webhook_first_retry: float = 1.0
    webhook_timeout: float = 60.0
    save_every: float = 1.0
    #: Host names besides the loopback under which the page may be opened.
    hosts: tuple[str, ...] = ()
