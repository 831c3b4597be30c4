"""The bot's door: /bot<token>/<method> and /file/bot<token>/<path>."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import orjson
from aiohttp import web

from sandbox import requests
from sandbox.call import Call
from sandbox.errors import Refused
from sandbox.faults import Faults, Rule
from sandbox.methods import NOUNS
from sandbox.methods_webhook import allow
from sandbox.presence import Presence
from sandbox.rates import Limits
from sandbox.registry import METHODS, Described
from sandbox.shapes import JSON, Upload
from sandbox.specification import METHODS as REAL
from sandbox.spoiling import disturbed, spoiled
from sandbox.world import World

NOT_FOUND = Refused(404, "Not Found")
NO_METHOD = Refused(404, "Not Found: method not found")
UNKNOWN_TOKEN = Refused(401, "Unauthorized")
BROKEN_TOKEN = Refused(401, "Unauthorized: invalid token specified")
LONGEST_POLL = 50
_TOKEN = re.compile(r"[0-9]{1,15}:[A-Za-z0-9_-]{20,64}")
_CALL = re.compile(r"/bot([^/]+)/([^/]*)/?")


class BotApi:
    """Takes calls over HTTP, lets the rules of misbehaviour and the limits have their say, notes and answers them."""

    def __init__(self, world: World, faults: Faults, presence: Presence) -> None:
        self._world = world
        self._faults = faults
        self._presence = presence
        self._limits = Limits(world.settings.rates, world.clock)
        world.webhook.run_method = self._from_webhook
        world.webhook.disturbance = lambda: faults.disturbance("webhook")
        self.nouns = NOUNS

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        found = _CALL.fullmatch(request.path)
        if not found:
            return _failure(NOT_FOUND)
        token, name = found.groups()
        if token != self._world.settings.token:
            return _failure(UNKNOWN_TOKEN if _TOKEN.fullmatch(token) else BROKEN_TOKEN)
        if self._faults.shut(name):
            self._world.log.add(name, {}, "closed before reading")
            return _hang_up(request)
        try:
            params, uploads = await requests.read(request)
        except Refused as refused:
            self._world.log.add(name, {}, refused.description)
            return _failure(refused)
        rule = self._faults.strike(name, params.get("chat_id"))
        if rule is None:
            return await self._answer(name, params, uploads)
        return await self._misbehave(rule, request, name, params, uploads)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """The bytes of a file that getFile has named."""
        if request.match_info["token"] != self._world.settings.token:
            return _failure(UNKNOWN_TOKEN)
        stored = self._world.files.at(request.match_info["path"])
        if stored is None:
            return _failure(NOT_FOUND)
        return web.Response(body=self._world.files.read(stored), content_type="application/octet-stream")

    async def _misbehave(
        self, rule: Rule, request: web.Request, name: str, params: JSON, uploads: dict[str, Upload]
    ) -> web.StreamResponse:
        if rule.hold == "before":
            await rule.released.wait()
        if rule.close == "before":
            self._world.log.add(name, params, "closed before acting")
            return _hang_up(request)
        if rule.error:
            self._world.log.add(name, params, rule.error.description)
            return _failure(rule.error)
        response = await self._answer(name, params, uploads)
        if rule.hold == "after":
            await rule.released.wait()
        if rule.delay:
            await asyncio.sleep(rule.delay)
        if rule.close == "after":
            return _hang_up(request)
        return await spoiled(rule.answer, request, response) if rule.answer else response

    async def _answer(self, name: str, params: JSON, uploads: dict[str, Upload]) -> web.Response:
        try:
            if name.lower() == "getupdates":
                return _success(await self._poll(params))
            return _success(self.run(name, params, uploads))
        except Refused as refused:
            return _failure(refused)

    async def _poll(self, params: JSON) -> list[JSON]:
        call = Call(self._world, params, {})
        if self._world.webhook.address is not None:
            raise POLLING_REFUSED
        allow(call)
        if self._world.settings.checked:
            self._world.departures.call("getUpdates", params, ())
        self._presence.begin()
        try:
            limit = max(1, min(call.integer("limit", 100), 100))
            timeout = max(0, min(call.integer("timeout"), LONGEST_POLL))
            batch = await self._world.updates.poll(call.integer("offset"), limit, timeout)
            return disturbed(batch, self._faults.disturbance("getupdates")) if batch else batch
        finally:
            self._presence.end()

    def run(self, name: str, params: JSON, uploads: dict[str, Upload]) -> Any:
        """Carry out a method and note it in the log; raises Refused."""
        key = name.lower()
        known = METHODS.get(key)
        shown = {**params, **{field: upload.name for field, upload in uploads.items()}} if uploads else params
        try:
            if known is None:
                raise NO_METHOD
            self._limits.check(key, params.get("chat_id"))
            result = known[1](Call(self._world, params, uploads))
            self._check(known[0], params, uploads, result)
        except Refused as refused:
            missing = " (a real method that this sandbox does not emulate)" if known is None and key in REAL else ""
            self._world.log.add(known[0] if known else name, shown, refused.description + missing)
            raise
        message_id = result.get("message_id") if isinstance(result, dict) else None
        self._world.log.add(known[0], shown, None, message_id)
        return result

    def _check(self, name: str, params: JSON, uploads: dict[str, Upload], result: Any) -> None:
        """What was carried out is compared with the specification: the call, and what is answered."""
        if self._world.settings.checked:
            self._world.departures.call(name, params, uploads)
            self._world.departures.answer(name, result.result if isinstance(result, Described) else result)

    def _from_webhook(self, name: str, params: JSON) -> None:
        """A method named in the answer to a webhook; nobody hears how it went."""
        if name.lower().startswith(("get", "setwebhook", "deletewebhook", "close", "logout")):
            return
        try:
            self.run(name, params, {})
        except Refused:
            return


POLLING_REFUSED = Refused(
    409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


def _success(result: Any) -> web.Response:
    if isinstance(result, Described):
        body = orjson.dumps({"ok": True, "result": result.result, "description": result.description})
    else:
        body = b'{"ok":true,"result":' + orjson.dumps(result) + b"}"
    return web.Response(body=body, content_type="application/json")


def _failure(refused: Refused) -> web.Response:
    headers = {}
    if "retry_after" in refused.parameters:
        headers["Retry-After"] = str(refused.parameters["retry_after"])
    return web.Response(
        body=orjson.dumps(refused.envelope()), status=refused.code, content_type="application/json", headers=headers
    )


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()
