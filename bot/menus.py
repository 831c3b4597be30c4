"""The list of commands that each person sees: by their role, and taken back when the role ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy.orm import Session
from telegram.error import TelegramError

import bot.admin  # noqa: F401 - declares the commands
from bot import texts
from bot.flow import Command as FlowCommand
from bot.flow import Flow
from bot.services import roles, staff
from bot.services.database import Database
from bot.services.roles import Role
from bot.services.setup import Setup
from bot.ui import router
from bot.wire import Call, Wire

log = structlog.get_logger(__name__)

#: Telegram's limits of a list, and of the words beside a command.
MOST, DESCRIPTION = 100, 256
#: What one person sees: their role and the language it is described in.
Shown = tuple[Role, str]


def behind_the_desk(db: Session, setup: Setup) -> dict[int, Shown]:
    """Everybody the bot has met who is more than a user, with role and language."""
    found: dict[int, Shown] = {}
    after: int | None = None
    while True:
        page = staff.page(db, setup.owners, after=after, size=100)
        for user in page.people:
            found[user.id] = roles.role_of(db, user.id, setup), texts.nearest(user.language or setup.language)
            after = user.id
        if not page.more:
            return found


class Menus:
    """Keeps the menus as they should be; what Telegram shows is no permission, so a failure is only logged."""

    def __init__(self, wire: Wire, database: Database, setup: Callable[[], Setup]) -> None:
        self._wire = wire
        self._database = database
        self._setup = setup
        self._shown: dict[int, Shown] = {}
        #: The flow whose commands everybody sees.
        self._version: str | None = None
        self._at_work = asyncio.Lock()

    async def start(self) -> None:
        """What everybody sees, in each language, and what staff see."""
        await self.refresh()

    async def refresh(self) -> None:
        """Somebody's role may have changed, or the flow with its commands."""
        async with self._at_work:
            flow = self._setup().flow
            if flow.version != self._version:
                await self._show_everybody(flow)
                self._version, self._shown = flow.version, {}
            wanted = await self._database.read(behind_the_desk, self._setup())
            for user_id, shown in wanted.items():
                if self._shown.get(user_id) != shown:
                    await self._call(_set(_commands(*shown, flow), _chat(user_id)))
            for user_id in self._shown.keys() - wanted.keys():
                await self._call(Call("deleteMyCommands", {"scope": _chat(user_id)}))
            self._shown = wanted

    async def _show_everybody(self, flow: Flow) -> None:
        for call in for_everybody(flow):
            await self._call(call)

    async def _call(self, call: Call) -> None:
        try:
            await self._wire.call(call)
        except TelegramError as error:
            log.warning("a menu of commands was not changed", reason=error.message)


def for_everybody(flow: Flow) -> list[Call]:
    """The first language of the flow for all, and each other one for those whose app speaks it."""
    scope = {"type": "all_private_chats"}
    spoken = sorted(texts.languages() | {one for one in flow.languages if len(one) == 2})
    return [
        _set(_commands(Role.USER, flow.languages[0], flow), scope),
        *(_set(_commands(Role.USER, language, flow), scope, language_code=language) for language in spoken),
    ]


def _set(commands: list[dict[str, str]], scope: dict[str, Any], **more: str) -> Call:
    return Call("setMyCommands", {"commands": commands, "scope": scope, **more})


def _chat(user_id: int) -> dict[str, Any]:
    return {"type": "chat", "chat_id": user_id}


def _commands(role: Role, language: str, flow: Flow) -> list[dict[str, str]]:
    """The flow's own commands, then those of the role; Telegram shows at most a hundred."""
    own = [
        {"command": name, "description": _described(command, language)[:DESCRIPTION]}
        for name, command in flow.commands.items()
    ]
    known = [
        {"command": command.name, "description": texts.say(language, f"commands.{command.name}")}
        for command in router.commands_for(role)
    ]
    return [*own, *known][:MOST]


def _described(command: FlowCommand, language: str) -> str:
    words = command.description.words(language).strip() if command.description else ""
    return words or command.name
