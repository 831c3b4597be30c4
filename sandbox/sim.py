"""The people's door: /sim/… as JSON, and /sim/events as a WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import orjson
from aiohttp import WSMsgType, web

from sandbox import render, requests
from sandbox.bus import changed
from sandbox.commands import seen_by
from sandbox.errors import PersonRefused, Refused
from sandbox.faults import Faults
from sandbox.limits_told import NOT_EMULATED
from sandbox.people import People
from sandbox.presence import Presence
from sandbox.registry import emulated
from sandbox.shapes import JSON, Chat, Message
from sandbox.world import World

LONGEST_WAIT = 25.0
Handler: TypeAlias = Callable[[web.Request], Awaitable[Any]]


class Sim:
    """What the page and the tests may do, see and wait for."""

    def __init__(self, world: World, people: People, faults: Faults, presence: Presence) -> None:
        self._world = world
        self._people = people
        self._faults = faults
        self._presence = presence

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(HTTP method, path, handler) of everything but the WebSocket."""
        person = "/sim/people/{id}"
        return [
            ("GET", "/sim/state", self.state),
            ("POST", "/sim/people", self.add_person),
            ("GET", f"{person}/chat", self.chat),
            ("POST", f"{person}/start", self.start),
            ("POST", f"{person}/write", self.write),
            ("POST", f"{person}/edit", self.edit),
            ("POST", f"{person}/press", self.press),
            ("POST", f"{person}/share_contact", self.share_contact),
            ("POST", f"{person}/share_location", self.share_location),
            ("POST", f"{person}/file", self.file),
            ("POST", f"{person}/open", self.open),
            ("POST", f"{person}/block", self.block),
            ("POST", f"{person}/unblock", self.unblock),
            ("GET", "/sim/queries/{id}", self.query),
            ("GET", "/sim/log", self.log),
            ("GET", "/sim/faults", self.list_faults),
            ("POST", "/sim/faults", self.add_fault),
            ("DELETE", "/sim/faults", self.remove_faults),
            ("DELETE", "/sim/faults/{id}", self.remove_faults),
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
            "emulates": emulated(),
            "not_emulated": list(NOT_EMULATED),
        }

    async def add_person(self, request: web.Request) -> JSON:
        """Somebody new."""
        given = await _body(request)
        details: JSON = {"first_name": _text(given, "first_name"), "language_code": _text(given, "language", "")}
        for name in ("last_name", "username", "phone"):
            details[name] = _text(given, name, "")
        details["role"] = _text(given, "role", "visitor")
        if given.get("id") is not None:
            details["id"] = _number(given, "id")
        return render.person(self._people.add(**details))

    async def chat(self, request: web.Request) -> JSON:
        """The last messages; with `after_revision` and `wait` as soon as the chat has changed since."""
        chat = self._people.chat(_id(request))
        if "after_revision" in request.query:
            await changed(chat, _asked(request, "after_revision", 0), _wait(request))
        limit = max(1, min(_asked(request, "limit", 50), 500))
        messages, more = self._people.page(chat.person.id, _asked(request, "before", 0), limit)
        return {
            "messages": [self._shown(chat, message) for message in messages],
            "keyboard": chat.keyboard,
            "commands": seen_by(self._world, chat),
            "typing": chat.typing_until > self._world.clock(),
            "pinned": list(chat.pinned),
            "more": more,
            "revision": chat.revision,
        }

    async def start(self, request: web.Request) -> JSON:
        """Press Start."""
        given = await _body(request)
        return self._msg(self._people.start(_id(request), _text(given, "payload", "")))

    async def open(self, request: web.Request) -> JSON:
        """Tap a link."""
        given = await _body(request)
        return self._msg(self._people.open(_id(request), _text(given, "link")))

    async def write(self, request: web.Request) -> JSON:
        """Write a text."""
        given = await _body(request)
        return self._msg(self._people.write(_id(request), _text(given, "text"), int(given.get("reply_to") or 0)))

    async def edit(self, request: web.Request) -> JSON:
        """Edit a text."""
        given = await _body(request)
        return self._msg(self._people.edit(_id(request), _number(given, "message_id"), _text(given, "text")))

    async def press(self, request: web.Request) -> JSON:
        """Press an inline button, by its place or with any data."""
        given = await _body(request)
        message_id = _number(given, "message_id")
        if "callback_data" in given:
            data = _text(given, "callback_data")
        else:
            row, column = _number(given, "row"), _number(given, "column")
            data = self._people.button_data(_id(request), message_id, row, column)
        return {"query_id": self._people.press(_id(request), message_id, data).id}

    async def share_contact(self, request: web.Request) -> JSON:
        """Share a card."""
        given = await _body(request)
        of = _number(given, "of") if given.get("of") is not None else None
        return self._msg(self._people.share_contact(_id(request), of))

    async def share_location(self, request: web.Request) -> JSON:
        """Share a place."""
        given = await _body(request)
        place = [given.get("latitude"), given.get("longitude")]
        if not all(isinstance(value, (int, float)) for value in place):
            raise PersonRefused("A place needs latitude and longitude.")
        return self._msg(self._people.share_location(_id(request), given["latitude"], given["longitude"]))

    async def file(self, request: web.Request) -> JSON:
        """Send a file, or several ("file", "file2" …) as an album."""
        params, uploads = await requests.read(request)
        if not uploads:
            raise PersonRefused("There is no file.")
        group = str(self._world.query_ids.next()) if len(uploads) > 1 else ""
        captions = [str(params.get("caption", ""))] + [""] * (len(uploads) - 1)
        kind = str(params.get("kind", "document"))
        sent = [
            self._people.send_file(_id(request), kind, upload, caption, group)
            for upload, caption in zip(uploads.values(), captions, strict=True)
        ]
        return self._msg(sent[0])

    async def block(self, request: web.Request) -> JSON:
        """Block the bot."""
        self._people.block(_id(request))
        return render.person(self._people.chat(_id(request)).person)

    async def unblock(self, request: web.Request) -> JSON:
        """Let the bot write again."""
        self._people.unblock(_id(request))
        return render.person(self._people.chat(_id(request)).person)

    async def query(self, request: web.Request) -> JSON:
        """What a press was answered; with `wait` as soon as it is."""
        query = self._world.queries.get(_id(request))
        if query is None:
            raise PersonRefused("There is no such press.", 404)
        end = asyncio.get_running_loop().time() + _wait(request)
        chat = self._people.chat(query.person_id)
        while query.answer is None and (left := end - asyncio.get_running_loop().time()) > 0:
            await changed(chat, chat.revision, left)
        return {"answered": query.answer is not None, **(query.answer or {})}

    async def log(self, request: web.Request) -> JSON:
        """The Bot API calls after a number; `total` counts all there ever were."""
        return {"entries": self._world.log.after(_asked(request, "after", 0)), "total": self._world.log.total}

    async def list_faults(self, request: web.Request) -> JSON:
        """The rules of misbehaviour."""
        return {"faults": self._faults.cards()}

    async def add_fault(self, request: web.Request) -> JSON:
        """A new rule."""
        return self._faults.add(await _body(request)).card()

    async def remove_faults(self, request: web.Request) -> JSON:
        """One rule goes, or all."""
        self._faults.remove(_id(request) if "id" in request.match_info else None)
        return {"faults": self._faults.cards()}

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Every change as it happens; `?person=ID` for one person's."""
        person = _asked(request, "person", 0) or None
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        waiting: asyncio.Queue[JSON] = asyncio.Queue()
        waiting.put_nowait({"type": "bot", "online": self._presence.online})
        forget = self._world.bus.listen(waiting.put_nowait, person)
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

    def _shown(self, chat: Chat, message: Message) -> JSON:
        shown = render.page_message(self._world, message)
        reaction = chat.reactions.get(message.id)
        return {**shown, "reaction": reaction[0]["emoji"]} if reaction else shown

    def _msg(self, message: Message) -> JSON:
        return render.page_message(self._world, message)


async def _send_all(socket: web.WebSocketResponse, waiting: asyncio.Queue[JSON]) -> None:
    while not socket.closed:
        await socket.send_str(orjson.dumps(await waiting.get()).decode())


def answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Turn a handler's value into a JSON response, and its refusal into a sentence."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return _json(await handler(request))
        except PersonRefused as refused:
            return _json({"error": refused.sentence}, refused.status)
        except Refused as refused:
            return _json({"error": refused.description}, 400)

    return answer


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")


async def _body(request: web.Request) -> JSON:
    body = await request.read()
    if not body:
        return {}
    if request.content_type != "application/json":
        raise PersonRefused("The body must be JSON.")
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise PersonRefused("The body is not readable as JSON.") from None
    if not isinstance(given, dict):
        raise PersonRefused("The body must be a JSON object.")
    return given


def _text(given: JSON, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise PersonRefused(f"{name} must be a text.")
    return value


def _number(given: JSON, name: str) -> int:
    value = given.get(name)
    if not isinstance(value, int):
        raise PersonRefused(f"{name} must be a whole number.")
    return value


def _id(request: web.Request) -> int:
    text = request.match_info["id"]
    if not text.isdecimal():
        raise PersonRefused("There is nobody and nothing with this id.", 404)
    return int(text)


def _asked(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() else default


def _wait(request: web.Request) -> float:
    text = request.query.get("wait", "0")
    try:
        return max(0.0, min(float(text), LONGEST_WAIT))
    except ValueError:
        raise PersonRefused("wait must be a number of seconds.") from None
