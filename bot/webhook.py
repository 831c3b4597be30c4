"""The webhook: Telegram calls us; it is told 200 only after the update is a row."""

from __future__ import annotations

import asyncio
import hmac
import secrets

import structlog
from aiohttp import web
from sqlalchemy.exc import DBAPIError
from telegram.error import TelegramError

from bot import failpoints
from bot.backoff import Backoff
from bot.config import Webhook as Settings
from bot.intake import ALLOWED, Intake, is_update, refuse_token
from bot.limits import Sleep
from bot.pulse import Pulse
from bot.telegram_http import parse
from bot.wire import Call, Wire

log = structlog.get_logger(__name__)

HEADER = "X-Telegram-Bot-Api-Secret-Token"
PATH = "/telegram"
#: Calls at once, the most that Telegram makes: what comes together is stored and answered together.
CONNECTIONS = 100
#: Bytes of one call at most, and seconds that its body may take.
LARGEST, SLOWEST = 1024 * 1024, 10.0


class Webhook:
    """The server that Telegram calls. Without a configured secret it makes one up."""

    def __init__(
        self,
        settings: Settings,
        wire: Wire,
        intake: Intake,
        pulse: Pulse,
        sleep: Sleep = asyncio.sleep,
        *,
        made_up: str = "",
        shares_port: bool = False,
        slowest: float = SLOWEST,
    ) -> None:
        """`made_up`: what to take where no secret is configured; several workers have to take the same.
        `slowest`: seconds that the body of a call may take to arrive.

        `shares_port`: others on this machine may listen there too, and the system gives each its share of the calls.
        """
        self._shares_port, self._slowest = shares_port, slowest
        self._settings = settings
        self._pulse = pulse
        self._wire = wire
        self._intake = intake
        self._sleep = sleep
        self._secret = settings.secret_token.get_secret_value() or made_up or secrets.token_urlsafe(32)
        self._line = Backoff("setting the webhook")
        self._runner: web.AppRunner | None = None

    async def run(self) -> None:
        """Listen, tell Telegram where, and serve until cancelled. Raises `TokenRejected`, and OSError for the port."""
        app = web.Application(client_max_size=LARGEST)
        app.router.add_post(PATH, self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            listen, port, shared = self._settings.listen, self._settings.port, self._shares_port or None
            await web.TCPSite(self._runner, listen, port, reuse_port=shared).start()
            await self._announce()
            await asyncio.Event().wait()
        finally:
            await self._runner.cleanup()

    async def _announce(self) -> None:
        """Set the webhook at each start: a secret that was made up is a new one."""
        url = self._settings.url.rstrip("/") + PATH
        parameters = {
            "url": url,
            "secret_token": self._secret,
            "allowed_updates": ALLOWED,
            "max_connections": CONNECTIONS,
        }
        while True:
            try:
                await self._wire.call(Call("setWebhook", parameters))
            except TelegramError as error:
                refuse_token(error)
                await self._sleep(self._line.failed(error.message))
            else:
                self._line.worked()
                log.info("Telegram calls this webhook", url=url)
                return

    async def _receive(self, request: web.Request) -> web.Response:
        """The secret is looked at before the body is read; what cannot be stored is answered so that it comes again."""
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            return web.Response(status=403)
        try:
            async with asyncio.timeout(self._slowest):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        try:
            update = parse(body)
        except (TelegramError, RecursionError):
            return web.Response(status=400)
        if not is_update(update):
            return web.Response(status=400)
        try:
            await self._intake.room()
            await self._intake.store([update])
        except DBAPIError as error:
            log.error("an update could not be stored; Telegram will send it again", reason=str(error.orig))
            self._pulse.storage = str(error.orig)
            return web.Response(status=503)
        self._pulse.storage = None
        self._pulse.beat()
        failpoints.reached(failpoints.WEBHOOK)
        return web.Response()
