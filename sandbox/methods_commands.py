"""The bot's commands, by scope and language."""

from __future__ import annotations

import re
from typing import Any

from sandbox.call import Call
from sandbox.commands import scope_key, tell_everybody
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

_NAME = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}|")


@method("setMyCommands")
def set_my_commands(call: Call) -> bool:
    """Replace the commands of a scope and language."""
    commands = call.json("commands", "commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands JSON object")
    if len(commands) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    key = _key(call)
    call.world.profile.commands[key] = [_command(command) for command in commands]
    tell_everybody(call.world)
    return True


@method("getMyCommands")
def get_my_commands(call: Call) -> list[JSON]:
    """The commands of exactly this scope and language."""
    return call.world.profile.commands.get(_key(call), [])


@method("deleteMyCommands")
def delete_my_commands(call: Call) -> bool:
    """Take back the commands of a scope and language; the next wider ones show again."""
    call.world.profile.commands.pop(_key(call), None)
    tell_everybody(call.world)
    return True


def _key(call: Call) -> tuple[str, str]:
    language = call.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return scope_key(call.world, call.json("scope", "BotCommandScope")), language


def _command(given: Any) -> JSON:
    if not isinstance(given, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name = str(given.get("command", "")).removeprefix("/")
    description = str(given.get("description", "")).strip()
    if not name:
        raise bad("command must be non-empty")
    if len(name) > 32:
        raise bad("command length must not exceed 32")
    if not _NAME.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not description:
        raise bad("command description must be non-empty")
    if len(description) > 256:
        raise bad("command description length must not exceed 256")
    return {"command": name, "description": description}
