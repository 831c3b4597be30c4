"""The people's door: what the page and the tests see and wait for, as JSON, files and a WebSocket."""

from __future__ import annotations

import asyncio

import orjson
from aiohttp import WSMsgType, web

from sandbox import render
from sandbox.bus import changed
from sandbox.commands import seen_by
from sandbox.errors import PersonRefused
from sandbox.limits_told import NOT_EMULATED
from sandbox.people import People
from sandbox.presence import Presence
from sandbox.registry import emulated
from sandbox.shapes import JSON
from sandbox.sim_input import Handler, asked, path_id, wait
from sandbox.specification import VERSION
from sandbox.whole import whole
from sandbox.world import World


class Watch:
    """Everything there is to see."""

    def __init__(self, world: World, people: People, presence: Presence) -> None:
        self._world = world
        self._people = people
        self._presence = presence

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(HTTP method, path, handler) of everything that answers with JSON."""
        return [
            ("GET", "/sim/state", self.state),
            ("GET", "/sim/people/{id}/chat", self.chat),
            ("GET", "/sim/queries/{id}", self.query),
            ("GET", "/sim/log", self.log),
            ("GET", "/sim/departures", self.departures),
        ]

    async def state(self, request: web.Request) -> JSON:
        """Who is there and what this sandbox can do."""
        bot = self._world.bot_card
        return {
            "bot": {
                "id": bot["id"],
                "username": bot["username"],
                "name": bot["first_name"],
                "online": self._presence.online,
                "description": self._world.profile.descriptions.get("", ""),
            },
            "people": [render.person(chat.person) for chat in self._world.chats.values()],
            "groups": [render.group(group, self._world.bot_id) for group in self._world.groups.values()],
            "emulates": emulated(),
            "not_emulated": list(NOT_EMULATED),
        }

    async def chat(self, request: web.Request) -> JSON:
        """The last messages; with `after_revision` and `wait` as soon as the chat has changed since."""
        chat = self._people.chat(path_id(request))
        if "after_revision" in request.query:
            await changed(chat, asked(request, "after_revision", 0), wait(request))
        limit = max(1, min(asked(request, "limit", 50), 500))
        messages, more = self._people.page(chat.person.id, asked(request, "before", 0), limit)
        return {
            "messages": [render.page_message(self._world, chat, message) for message in messages],
            "keyboard": chat.keyboard,
            "commands": seen_by(self._world, chat),
            "typing": chat.typing_until > self._world.clock(),
            "pinned": list(chat.pinned),
            "more": more,
            "revision": chat.revision,
        }

    async def query(self, request: web.Request) -> JSON:
        """What a press was answered; with `wait` as soon as it is."""
        query = self._world.queries.get(path_id(request))
        if query is None:
            raise PersonRefused("There is no such press.", 404)
        end = asyncio.get_running_loop().time() + wait(request)
        chat = self._world.room(query.group_id or query.person_id)
        while query.answer is None and (left := end - asyncio.get_running_loop().time()) > 0:
            await changed(chat, chat.revision, left)
        return {"answered": query.answer is not None, **(query.answer or {})}

    async def log(self, request: web.Request) -> JSON:
        """The Bot API calls after a number; `total` counts all there ever were."""
        return {"entries": self._world.log.after(asked(request, "after", 0)), "total": self._world.log.total}

    async def departures(self, request: web.Request) -> JSON:
        """Where calls, answers and updates were not as the specification has them; `total` counts all."""
        found = self._world.departures
        return {"specification": VERSION, "departures": found.all(), "total": found.total}

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Every change as it happens; `?person=ID` for one person's, `?group=ID` for a group's."""
        watched = whole(request.query.get("person")) or whole(request.query.get("group")) or None
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        waiting: asyncio.Queue[JSON] = asyncio.Queue()
        waiting.put_nowait({"type": "bot", "online": self._presence.online})
        forget = self._world.bus.listen(waiting.put_nowait, watched)
        sender = asyncio.create_task(_send_all(socket, waiting))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            forget()
            sender.cancel()
        return socket

    async def media(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file, for the page; only pictures, sound and film are shown, the rest is for download."""
        stored = self._world.files.find(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        shown = stored.mime.startswith(("image/", "video/", "audio/")) and stored.mime != "image/svg+xml"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if not shown:
            headers["Content-Disposition"] = "attachment"
        kind = stored.mime if shown else "application/octet-stream"
        return web.Response(body=self._world.files.read(stored), headers={**headers, "Content-Type": kind})


async def _send_all(socket: web.WebSocketResponse, waiting: asyncio.Queue[JSON]) -> None:
    while not socket.closed:
        await socket.send_str(orjson.dumps(await waiting.get()).decode())
