"""init: from a token and an owner to a bot that can be started. Asks for what is not given."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram.error import TelegramError

from bot import config as configs
from bot import menus, texts
from bot.commands.line import line
from bot.commands.terminal import Commands, complain, read_line, read_secret, say, with_config
from bot.config_problems import ConfigError
from bot.doctor_telegram import knows
from bot.example import example
from bot.flow import Flow
from bot.flow import load as load_flow
from bot.intake import refuse_token
from bot.wire import Call, Wire

_TOKEN, _OWNER = "FRONTDESK_TELEGRAM__TOKEN", "FRONTDESK_OWNER"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the new config shall say."""

    token: str
    #: None: whoever has the code that the first start prints.
    owner: int | None
    api_url: str
    flow: Path
    database: str


def declare(commands: Commands) -> None:
    """Add the command."""
    init = with_config(commands.add_parser("init", help="write a config, and introduce the bot to Telegram"))
    init.add_argument("--token-file", type=Path, help=f"a file with the token; or set {_TOKEN}")
    init.add_argument("--owner", type=int, help=f"the Telegram id of the owner; or set {_OWNER}")
    init.add_argument("--flow", type=Path, default=Path("flow.toml"), help="default: flow.toml, made if it is missing")
    init.add_argument("--database", default="sqlite:///data/frontdesk.sqlite3", help="default: a file in data/")
    init.add_argument("--api-url", default="https://api.telegram.org", help="another Bot API server")
    init.set_defaults(work=_init)


def _init(given: argparse.Namespace) -> int:
    if given.config.exists():
        complain(f"{given.config} is there already; take it away first, or name another one with --config.")
        return 2
    try:
        wanted = _wanted(given, os.environ)
        _check(wanted, given.config)
        return asyncio.run(_begin(wanted, given.config))
    except TelegramError as error:
        refuse_token(error)
        complain(f"Telegram cannot be asked: {error.message}. Nothing was written.")
        return 1


def _wanted(given: argparse.Namespace, environ: Mapping[str, str]) -> Wanted:
    token = given.token_file.read_text().strip() if given.token_file else environ.get(_TOKEN)
    token = token or read_secret("Token from @BotFather: ") or ""
    named = str(given.owner) if given.owner else environ.get(_OWNER)
    if named is None:
        named = read_line("Your Telegram id (empty: the first start prints a code that makes you the owner): ")
    return Wanted(token.strip(), _id(named or "", given.config), given.api_url, given.flow, given.database)


def _id(written: str, path: Path) -> int | None:
    written = written.strip()
    if written and not (written.isdecimal() and int(written) > 0):
        raise ConfigError(path, [f"admin.owners  {written} is not a Telegram id; it is a number, @userinfobot says it"])
    return int(written) if written else None


def _check(wanted: Wanted, path: Path) -> None:
    """Raises ConfigError where `frontdesk run` would."""
    telegram = {"token": wanted.token, "api_url": wanted.api_url}
    configs.check({"telegram": telegram, "database": {"url": wanted.database}}, path)


async def _begin(wanted: Wanted, path: Path) -> int:
    async with line(wanted.api_url, wanted.token) as wire:
        me: dict[str, Any] = await wire.call(Call("getMe"))
        met = wanted.owner is not None and await knows(wire, wanted.owner)
        flow = load_flow(_flow_file(wanted.flow))
        await introduce(wire, flow)
    write(wanted, path)
    say(f"{path} is written, for @{me['username']}; only you can read it.")
    if wanted.owner is not None and not met:
        say(f"Open https://t.me/{me['username']} and press Start, so that the bot can write to you.")
    say(f"Next: frontdesk run --config {path}")
    return 0


def _flow_file(path: Path) -> Path:
    """The flow, or a copy of the example in its place."""
    if not path.exists():
        source = example("flow.example.toml")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)
        picture = next(source.parent.glob("media/entrance.png"), example("media/entrance.png"))
        (path.parent / "media").mkdir(exist_ok=True)
        if not (kept := path.parent / "media" / picture.name).exists():
            shutil.copy(picture, kept)
        say(f"{path} is the example; write your own into it.")
    return path


async def introduce(wire: Wire, flow: Flow) -> None:
    """Set commands, the menu button, and descriptions where the bot has none. Raises TelegramError."""
    for call in menus.for_everybody(flow):
        await wire.call(call)
    await wire.call(Call("setChatMenuButton", {"menu_button": {"type": "commands"}}))
    for name, field in (("Description", "description"), ("ShortDescription", "short_description")):
        present: dict[str, Any] = await wire.call(Call(f"getMy{name}"))
        if not present.get(field):
            words = texts.say(flow.languages[0], f"operator.{field}")
            await wire.call(Call(f"setMy{name}", {field: words}))


def write(wanted: Wanted, path: Path) -> None:
    """The example config with what is wanted in its place, readable by nobody else. Raises FileExistsError."""
    text = example("config.example.toml").read_text(encoding="utf-8")
    for before, after in (
        ("# Copy this file to config.toml and put your bot's token into the line below; everything", "# Everything"),
        ('\ntoken = ""', f'\ntoken = "{wanted.token}"'),
        ('api_url = "https://api.telegram.org"', f'api_url = "{wanted.api_url}"'),
        ("owners = []", f"owners = [{wanted.owner or ''}]"),
        ('url = "sqlite:///data/frontdesk.sqlite3"', f'url = "{wanted.database}"'),
        ('flow = "flow.example.toml"', f'flow = "{wanted.flow}"'),
    ):
        text = text.replace(before, after, 1)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
