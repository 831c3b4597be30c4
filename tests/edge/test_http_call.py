"""Calls to other servers: what is refused, what is too much, and what comes back."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from socket import AddressFamily

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.flow.answer import Answer
from bot.flow.effects import Call
from bot.http_call import MOST_BYTES, Caller, PublicResolver, is_public

HOST = "api.example.com"


class FakeResolver(AbstractResolver):
    """Names and their addresses, one list for each time that somebody asks."""

    def __init__(self, names: Mapping[str, list[list[str]]]) -> None:
        self.names = names
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AddressFamily.AF_INET
    ) -> list[ResolveResult]:
        answers = self.names[host]
        found = answers[min(self.asked, len(answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(hostname=host, host=address, port=port, family=AddressFamily.AF_INET, proto=0, flags=0)
            for address in found
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key for the host, in one file, valid for a day."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    made = ["-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout", str(path), "-out", str(path) + ".crt"]
    named = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST},DNS:inside.example.com"]
    subprocess.run(["openssl", "req", "-x509", *made, *named], check=True, capture_output=True)
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


PAGES = {
    "/json": (200, "application/json", b'{"price": 3, "who": "Vera"}'),
    "/text": (200, "text/plain", b"sunny"),
    "/html": (200, "text/html", b"<b>"),
    "/large": (200, "text/plain", b"x" * (MOST_BYTES + 1)),
    "/broken": (200, "application/json", b"{"),
    "/deep": (200, "application/json", b"[" * 100_000),
    "/packed": (200, "text/plain", b"\x1f\x8b\x00"),
    "/nothing": (204, "text/plain", b""),
}


class Server:
    """A server on this machine that tells what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, object, str]] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.asked.append((request.method, request.raw_path, body, request.headers["Idempotency-Key"]))
        if request.path == "/slow":
            await asyncio.Event().wait()
        if request.path == "/away":
            return web.Response(status=302, headers={"Location": f"https://{HOST}:{self.port}/json"})
        status, kind, said = PAGES.get(request.path, (404, "text/plain", b""))
        packed = {"Content-Encoding": "gzip"} if request.path == "/packed" else {}
        return web.Response(status=status, body=said, content_type=kind, headers=packed)


@asynccontextmanager
async def serving(certificate: Path) -> AsyncIterator[Server]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Server()
    runner = web.ServerRunner(web.Server(server.answer), shutdown_timeout=0.1)  # type: ignore[arg-type]
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    server.port = runner.addresses[0][1]
    yield server
    await runner.cleanup()


@pytest.fixture
async def server(certificate: Path) -> AsyncIterator[Server]:
    async with serving(certificate) as server:
        yield server


def connector(certificate: Path, resolver: AbstractResolver) -> aiohttp.TCPConnector:
    trusted = ssl.create_default_context(cafile=str(certificate))
    return aiohttp.TCPConnector(resolver=resolver, ssl=trusted, use_dns_cache=False)


@pytest.fixture
async def caller(certificate: Path) -> AsyncIterator[Caller]:
    """One whose network leads to this machine; every other one refuses that."""
    resolver = FakeResolver({HOST: [["127.0.0.1"]]})
    async with Caller({HOST}, connector=connector(certificate, resolver)) as caller:
        yield caller


def to(url: str, method: str = "GET", body: object = None) -> Call:
    return Call("00000000", method, url, body, "welcome")


async def asked(caller: Caller, server: Server, path: str) -> Answer:
    return await caller.call(to(f"https://{HOST}:{server.port}{path}"), "key")


async def test_json_and_text_come_back(caller: Caller, server: Server) -> None:
    assert await asked(caller, server, "/json?day=2026-12-01&x=%2E%2F") == Answer(True, {"price": 3, "who": "Vera"})
    assert await asked(caller, server, "/text") == Answer(True, "sunny")
    assert await asked(caller, server, "/nothing") == Answer(True)
    assert server.asked[0][:2] == ("GET", "/json?day=2026-12-01&x=./")


async def test_a_table_is_sent_with_a_key_that_tells_repeats(caller: Caller, server: Server) -> None:
    url = f"https://{HOST}:{server.port}/json"
    await caller.call(to(url, "POST", {"who": "Vera", "age": 34}), "abc")
    assert server.asked == [("POST", "/json", {"who": "Vera", "age": 34}, "abc")]


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/nowhere", "the server answered 404"),
        ("/away", "the server answered 302"),
        ("/html", "the answer is text/html, not JSON or text"),
        ("/large", "the answer is larger than 256 KB"),
        ("/broken", "the answer cannot be read"),
        ("/deep", "the answer cannot be read"),
        ("/packed", "the answer cannot be read"),
    ],
)
async def test_what_cannot_be_used_has_a_reason(caller: Caller, server: Server, path: str, reason: str) -> None:
    assert await asked(caller, server, path) == Answer(False, reason=reason)
    assert len(server.asked) == 1


async def test_a_slow_server_is_not_waited_for(certificate: Path, server: Server) -> None:
    resolver = FakeResolver({HOST: [["127.0.0.1"]]})
    async with Caller({HOST}, connector=connector(certificate, resolver), timeout=0.2) as caller:
        answer = await asked(caller, server, "/slow")
    assert answer == Answer(False, reason="the server did not answer within 0.2 seconds")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://api.example.com/", "only https is called, without a user"),
        ("https://me:secret@api.example.com/", "only https is called, without a user"),
        (
            "https://other.example.com/",
            'the host other.example.com is not in the list "hosts" of [http] in config.toml',
        ),
        ("https://127.0.0.1/", 'the host 127.0.0.1 is not in the list "hosts" of [http] in config.toml'),
        ("https://[::1]/", 'the host ::1 is not in the list "hosts" of [http] in config.toml'),
        ("https://api.example.com:99999/", "the address is none"),
        ("nonsense", "only https is called, without a user"),
    ],
)
async def test_an_address_that_nobody_allowed_is_not_called(caller: Caller, url: str, reason: str) -> None:
    assert await caller.call(to(url), "key") == Answer(False, reason=reason)


async def test_a_name_that_leads_inside_is_refused_whatever_else_it_leads_to(certificate: Path, server: Server) -> None:
    resolver = FakeResolver({HOST: [["127.0.0.1"]], "inside.example.com": [["93.184.216.34", "127.0.0.1"]]})
    guarded = connector(certificate, PublicResolver(resolver))
    async with Caller({HOST, "inside.example.com"}, connector=guarded) as caller:
        for host in (HOST, "inside.example.com"):
            answer = await caller.call(to(f"https://{host}:{server.port}/json"), "key")
            reason = f"the server could not be asked ({host} does not lead to a public address)"
            assert answer == Answer(False, reason=reason)
    assert server.asked == []


async def test_a_name_is_resolved_once_and_that_address_is_called(certificate: Path, server: Server) -> None:
    """A second look would find another address: it is never taken."""
    resolver = FakeResolver({HOST: [["127.0.0.1"], ["10.0.0.1"]]})
    async with Caller({HOST}, connector=connector(certificate, resolver)) as caller:
        assert (await asked(caller, server, "/text")).ok
    assert resolver.asked == 1


async def test_a_server_that_is_away_is_told_without_its_address(caller: Caller) -> None:
    answer = await caller.call(to(f"https://{HOST}:1/secret?x=1"), "key")
    assert not answer.ok
    assert "secret" not in answer.reason and answer.reason.startswith("the server could not be asked (")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_no_address_inside_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)
