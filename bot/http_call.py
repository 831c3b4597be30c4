"""One call to another server for a flow: only to hosts the config names, only to public addresses, small and short."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import AddressFamily
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

from bot.flow.actions_http import HOST
from bot.flow.answer import Answer
from bot.flow.effects import Call

#: Seconds for a whole call, and bytes of an answer.
TIMEOUT, MOST_BYTES = 5.0, 256 * 1024
CONNECTIONS = 20
_TEXT = ("text/plain", "text/csv")
#: IPv6 addresses that carry an IPv4 one, beside those that `ipaddress` unpacks: NAT64 and the old compatible form.
_CARRIERS = (b"\x00\x64\xff\x9b" + bytes(8), bytes(12))


def is_public(address: str) -> bool:
    """Whether an address belongs to the open internet, also where it hides another one."""
    ip = ip_address(address.partition("%")[0])
    inner = _carried(ip) if isinstance(ip, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _carried(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address inside an IPv6 one."""
    if ip.packed[:12] in _CARRIERS and not (ip.is_loopback or ip.is_unspecified):
        return IPv4Address(ip.packed[12:])
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


class NotPublic(OSError):
    """A name that leads into this machine or its network."""


class PublicResolver(AbstractResolver):
    """Resolves once, and gives the connection those very addresses; one private address refuses the name."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises NotPublic, or OSError where there are none."""
        found = await self._inner.resolve(host, port, family)
        if not found or not all(is_public(one["host"]) for one in found):
            raise NotPublic(f"{host} does not lead to a public address")
        return found

    async def close(self) -> None:
        """Close what it asks."""
        await self._inner.close()


class Caller:
    """Makes calls; open it with `async with`. `connector` is where tests put a network of their own."""

    def __init__(
        self, hosts: Collection[str], *, connector: aiohttp.BaseConnector | None = None, timeout: float = TIMEOUT
    ) -> None:
        self._hosts = frozenset(hosts)
        self._timeout = timeout
        self._connector = connector
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = self._connector or aiohttp.TCPConnector(
            resolver=PublicResolver(DefaultResolver()), use_dns_cache=False, limit=CONNECTIONS, force_close=True
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._timeout),
            headers={"Accept": "application/json, text/plain", "Accept-Encoding": "identity"},
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def call(self, call: Call, key: str) -> Answer:
        """What the server answers, or why there is no answer. `key` is the same when a call is repeated."""
        if fault := self._fault(call.url):
            return Answer(False, reason=fault)
        try:
            async with asyncio.timeout(self._timeout):
                return await self._make(call, key)
        except TimeoutError:
            return Answer(False, reason=f"the server did not answer within {self._timeout:g} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(False, reason=f"the server could not be asked ({_cause(error)})")

    def _fault(self, url: str) -> str | None:
        """Why an address is not called at all."""
        try:
            address = URL(url)
        except ValueError:
            return "the address is none"
        if address.scheme != "https" or address.user is not None or address.password is not None:
            return "only https is called, without a user"
        host = address.host or ""
        if host not in self._hosts or not HOST.fullmatch(host):
            return f'the host {host} is not in the list "hosts" of [http] in config.toml'
        return None

    async def _make(self, call: Call, key: str) -> Answer:
        assert self._session is not None
        request = self._session.request(
            call.method, URL(call.url), json=call.body, headers={"Idempotency-Key": key}, allow_redirects=False
        )
        async with request as response:
            if not 200 <= response.status < 300:
                return Answer(False, reason=f"the server answered {response.status}")
            content = await response.content.read(0) if response.status == 204 else await _read(response)
            if content is None:
                return Answer(False, reason=f"the answer is larger than {MOST_BYTES // 1024} KB")
            return _understand(response.content_type, content)


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """All of the answer; None if it is too large."""
    content = b""
    async for piece in response.content.iter_chunked(16_384):
        content += piece
        if len(content) > MOST_BYTES:
            return None
    return content


def _understand(kind: str, content: bytes) -> Answer:
    if not content:
        return Answer(True)
    try:
        text = content.decode("utf-8")
        if kind == "application/json" or kind.endswith("+json"):
            return Answer(True, json.loads(text))
    except (ValueError, RecursionError):
        return Answer(False, reason="the answer cannot be read")
    return Answer(True, text) if kind in _TEXT else Answer(False, reason=f"the answer is {kind}, not JSON or text")


def _cause(error: Exception) -> str:
    """Which kind of failure, without the address: it may hold what a person wrote."""
    inner = error.__cause__ or error
    return str(inner) if isinstance(inner, NotPublic) else type(error).__name__
