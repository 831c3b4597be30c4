"""What the config says of this installation, as the services need it; and what of it can be read again while we run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from pydantic import BaseModel

from bot import logs, systemd
from bot.config import Config, load
from bot.config_problems import ConfigError
from bot.flow import Flow
from bot.house import House
from bot.services.setup import Setup

log = structlog.get_logger(__name__)

#: Keys that hold from a reload on; the others wait for the next start.
RELOADED = (
    *("admin.owners", "support.", "push.rate", "push.time_zone", "conversation.language", "log."),
    *("telegram.rate",),
)


def setup_of(config: Config, flow: Flow, *, bot_id: int, username: str, inline: bool) -> Setup:
    """The setup as the config alone has it."""
    bare = Setup(flow=flow, bot_id=bot_id, bot_username=username, inline=inline, hosts=config.http.hosts)
    return _with(bare, config)


def _with(setup: Setup, config: Config) -> Setup:
    return replace(
        setup,
        owners=config.admin.owners,
        staff=config.support.staff,
        zone=ZoneInfo(config.push.time_zone),
        push=config.push.terms(),
        push_rate=min((rate for rate in (config.push.rate, config.telegram.rate) if rate), default=0.0),
        language=config.conversation.language,
        support=config.support.rules(),
    )


def log_as(config: Config) -> None:
    """Log as the config says, without its secrets."""
    secrets = [config.telegram.token, config.telegram.webhook.secret_token]
    logs.configure(config.log.level, config.log.format, [secret.get_secret_value() for secret in secrets])


async def reload(house: House, before: Config, path: Path) -> Config:
    """Read the config again and let hold what can change while we run. One that cannot be used changes nothing.

    Returns the config that holds in parts: compare the next one with it.
    """
    systemd.reloading()
    try:
        after = load(path)
    except ConfigError as problem:
        log.error("the config was read again and cannot be used; the old one holds", problems=problem.problems)
        after = before
    else:
        log_as(after)
        house.configured = _with(house.configured, after)
        await house.follow()
        changed = differing(before, after)
        later = [key for key in changed if not key.startswith(RELOADED)]
        log.info("the config was read again", changed=changed, at_the_next_start=later)
    systemd.notify("READY=1")
    return after


def differing(before: BaseModel, after: BaseModel, at: str = "") -> list[str]:
    """The keys with another value, dotted."""
    found: list[str] = []
    for name in type(before).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if isinstance(old, BaseModel):
            found += differing(old, new, f"{at}{name}.")
        elif old != new:
            found.append(at + name)
    return found
