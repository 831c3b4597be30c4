"""Health and figures for machines: /livez, /readyz, /metrics on a port of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot import metrics
from bot.config import Watch
from bot.health import Health
from bot.problem import CannotStart


class PortTaken(CannotStart):
    """The port for machines cannot be used; the text is for the operator."""


@asynccontextmanager
async def watch_server(settings: Watch, health: Health) -> AsyncIterator[None]:
    """Serve while the block runs; nothing where the config names no port. Raises PortTaken."""
    if not settings.port:
        yield
        return
    app = web.Application()
    app.add_routes(routes(health))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await _listen(runner, settings)
        yield
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Watch) -> None:
    try:
        await web.TCPSite(runner, settings.listen, settings.port).start()
    except OSError as error:
        where = f"{settings.listen}:{settings.port}"
        raise PortTaken(f"watch.port cannot listen at {where}: {error.strerror or error}.") from error


def routes(health: Health) -> list[web.RouteDef]:
    """What can be asked."""

    async def alive(request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def ready(request: web.Request) -> web.Response:
        lines = [f"{what}: {reason}" for what, reason in sorted(health.troubles.items())]
        state = "ready" if health.ready else "not ready"
        return web.Response(status=200 if health.ready else 503, text="\n".join([state, *lines]) + "\n")

    async def figures(request: web.Request) -> web.Response:
        return web.Response(
            body=metrics.rendered(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    return [web.get("/livez", alive), web.get("/readyz", ready), web.get("/metrics", figures)]
