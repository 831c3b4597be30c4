"""The wire to Telegram: PTB's requests carried by aiohttp, with failures told apart by what may have been sent."""

from __future__ import annotations

import io
import json
import os
from typing import Any, cast

import aiohttp
import orjson
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

#: PTB asks at run time whether durations are timedeltas; its old way warns at each 429.
os.environ["PTB_TIMEDELTA"] = "true"

#: Seconds to wait for a connection, and for an answer, where the caller names none.
CONNECT_TIMEOUT = 5.0
READ_TIMEOUT = 20.0
#: Idle connections are dropped before Telegram drops them: a post on a connection that has just died is ambiguous.
KEEP_ALIVE = 15.0


class NotSent(NetworkError):
    """Nothing left this machine, or Telegram itself says that nothing was done: trying again is safe."""


class Lost(NetworkError):
    """The request went out and its answer did not come back: it may have been carried out."""


class AiohttpRequest(BaseRequest):
    """One pool of connections. `connections` limits how many calls are under way at once."""

    __slots__ = ("_connections", "_read_timeout", "_session")

    def __init__(self, *, connections: int = 256, read_timeout: float = READ_TIMEOUT) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where the caller names none."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; connections are made when they are needed."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE)
            self._session = aiohttp.ClientSession(connector=connector, auto_decompress=True)

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def renew(self) -> None:
        """Go on with new connections; calls on the old ones fail at once."""
        old, self._session = self._session, None
        await self.initialize()
        if old is not None:
            await old.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One call. Raises `NotSent`, `Lost` or `TimedOut`; error texts never hold the address, which has the token."""
        if self._session is None:
            raise NotSent("the wire to Telegram is closed")
        timeout = aiohttp.ClientTimeout(
            sock_connect=_seconds(connect_timeout, CONNECT_TIMEOUT),
            sock_read=_seconds(read_timeout, self._read_timeout),
        )
        try:
            body, headers = _encode(request_data)
            async with self._session.request(method, url, data=body, headers=headers, timeout=timeout) as answer:
                code, payload = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"Telegram cannot be reached ({type(error).__name__})") from None
        except TimeoutError:
            raise TimedOut("Telegram did not answer in time") from None
        except aiohttp.ClientError as error:
            raise Lost(f"the connection broke before the answer came ({type(error).__name__})") from None
        if code >= 500:
            raise _server_error(code, payload)
        return code, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read Telegram's answer; a lone surrogate in it is no reason to fail."""
        return parse(payload)


def parse(payload: bytes | str) -> Any:
    """JSON as Telegram writes it. Raises `TelegramError` where it is none."""
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(payload)
    except ValueError:
        raise TelegramError("the answer is not JSON") from None


def dump(value: object) -> bytes:
    """JSON for Telegram or for the inbox; also of text that has lone surrogates or very long numbers."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()


def _seconds(given: Any, otherwise: float) -> float | None:
    return otherwise if given is BaseRequest.DEFAULT_NONE else cast("float | None", given)


def _encode(data: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    if data is None:
        return None, {}
    if not data.contains_files:
        return dump(data.parameters), {"Content-Type": "application/json"}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in data.multipart_data.items():
        file = io.BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=mime_type)
    return form, {}


def _server_error(code: int, payload: bytes) -> NetworkError:
    """Telegram's own 5xx says that nothing was done; a gateway's does not know."""
    try:
        answer = parse(payload)
    except TelegramError:
        answer = None
    if isinstance(answer, dict) and answer.get("ok") is False:
        return NotSent(f"Telegram has trouble ({code}): {answer.get('description', '')}")
    return Lost(f"a gateway before Telegram has trouble ({code})")
