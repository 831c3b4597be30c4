"""The local Telegram as a web server: the bot's door, the people's door, the page."""

from __future__ import annotations

import mimetypes
import ssl
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.bot_api import BotApi
from sandbox.client import Client
from sandbox.clock import Clock
from sandbox.errors import Refused
from sandbox.faults import Faults
from sandbox.groups import Groups
from sandbox.guard import same_origin, welcome
from sandbox.people import People
from sandbox.presence import Presence
from sandbox.saving import Keeper
from sandbox.settings import Settings
from sandbox.sim import Sim
from sandbox.sim_faults import SimFaults
from sandbox.sim_groups import SimGroups
from sandbox.sim_inline import SimInline
from sandbox.sim_input import answering
from sandbox.sim_watch import Watch
from sandbox.world import World

PAGE = Path(__file__).parent / "page"
LARGEST_REQUEST = 64 * 1024 * 1024
Respond = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Sandbox:
    """A running local Telegram: `async with Sandbox() as sandbox: …`.

    With `tls` it speaks https.
    `url` and `token` are what a bot needs; `people` acts in process, `client` over HTTP; `world` is everything.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        clock: Callable[[], float] = time.time,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.clock = Clock(clock)
        self.world = World(self.settings, self.clock, seed)
        self.people = People(self.world)
        self.groups = Groups(self.world)
        self.faults = Faults()
        self.token = self.settings.token
        self.url = ""
        self._host, self._port, self._tls = host, port, tls
        self._presence = Presence(self.world)
        self._keeper = Keeper(self.world, self.settings)
        self._runner: web.AppRunner | None = None
        self._client: Client | None = None

    @property
    def client(self) -> Client:
        """The people's side over HTTP, for stories."""
        if self._client is None:
            self._client = Client(self.url)
        return self._client

    async def __aenter__(self) -> Self:
        self._keeper.load()
        app = self._app()
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port, ssl_context=self._tls)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url = f"http{'s' if self._tls else ''}://{'127.0.0.1' if self._host == '0.0.0.0' else self._host}:{port}"
        self._keeper.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            await self._client.close()
        self.faults.remove()
        self.world.updates.interrupt(Refused(500, "Internal Server Error: restart"))
        if self._runner:
            await self._runner.cleanup()
        self._presence.close()
        await self.world.webhook.close()
        await self._keeper.close()
        if self.settings.strict and error is None:
            self.world.departures.refuse()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=LARGEST_REQUEST)
        api = BotApi(self.world, self.faults, self._presence)
        sim = Sim(self.world, self.people)
        faults = SimFaults(self.world, self.faults, self.clock)
        watch = Watch(self.world, self.people, self._presence)
        groups = SimGroups(self.world, self.groups)
        inline = SimInline(self.world, self.people, self.groups)
        app.router.add_route("*", "/bot{rest:.*}", _from_here(api.call))
        app.router.add_get("/file/bot{token}/{path:.+}", _from_here(api.download))
        doors = (sim, watch, groups, inline, faults)
        for method, path, handler in [route for door in doors for route in door.routes()]:
            app.router.add_route(method, path, self._guarded(answering(handler)))
        app.router.add_get("/sim/events", self._guarded(watch.events))
        app.router.add_get("/files/{file_id}", self._guarded(watch.media))
        app.router.add_get("/", self._guarded(_index))
        app.router.add_get("/static/{path:.+}", self._guarded(_static))
        return app

    def _guarded(self, handler: Respond) -> Respond:
        async def guarded(request: web.Request) -> web.StreamResponse:
            if not welcome(request, self.settings.hosts):
                raise web.HTTPForbidden(text="Only pages of this address may do that.")
            return await handler(request)

        return guarded


def _from_here(handler: Respond) -> Respond:
    async def checked(request: web.Request) -> web.StreamResponse:
        if "Origin" in request.headers and not same_origin(request):
            raise web.HTTPForbidden(text="Only programs and pages of this address may do that.")
        return await handler(request)

    return checked


async def _index(request: web.Request) -> web.StreamResponse:
    return _page_file("index.html")


async def _static(request: web.Request) -> web.StreamResponse:
    return _page_file(request.match_info["path"])


def _page_file(name: str) -> web.StreamResponse:
    path = (PAGE / name).resolve()
    if not path.is_relative_to(PAGE.resolve()) or not path.is_file():
        raise web.HTTPNotFound
    headers = {
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Content-Security-Policy": (
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
            "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        ),
    }
    # Read whole: a file that is sent piece by piece stays open where the browser goes away in the middle.
    kind, _ = mimetypes.guess_type(path.name)
    return web.Response(body=path.read_bytes(), content_type=kind or "application/octet-stream", headers=headers)
