"""doctor: what is not well, each with what to do about it. Exit codes: 0 well, 1 something to do, 2 it cannot work."""

from __future__ import annotations

import argparse
import asyncio

from bot import doctor_machine, doctor_telegram
from bot.commands.line import line
from bot.commands.terminal import Commands, say, with_config
from bot.config import Config, load
from bot.doctor import Finding


def declare(commands: Commands) -> None:
    """Add the command."""
    doctor = with_config(commands.add_parser("doctor", help="say what is not well, and what to do about it"))
    doctor.set_defaults(work=_doctor)


def _doctor(given: argparse.Namespace) -> int:
    config = load(given.config)
    findings = doctor_machine.examine(config, given.config) + asyncio.run(_ask(config))
    for finding in findings:
        say(finding.line())
    return max(finding.level for finding in findings)


async def _ask(config: Config) -> list[Finding]:
    url = config.telegram.api_url
    async with line(url, config.telegram.token.get_secret_value()) as wire:
        return [
            *await doctor_telegram.examine(wire, config, doctor_machine.staff_group(config)),
            *await doctor_machine.clock(url),
        ]
