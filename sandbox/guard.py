"""Who may open the people's door: pages of this very address, and programs on this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def welcome(request: web.Request, hosts: tuple[str, ...]) -> bool:
    """Whether Host and Origin name this server.

    A name that somebody's DNS points at the loopback, or another site's page, is refused.
    """
    host = _name(f"//{request.headers.get('Host', '')}")
    return (host in LOOPBACK or host in hosts) and same_origin(request)


def same_origin(request: web.Request) -> bool:
    """Whether the request comes from no page, or from one of this server."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == request.headers.get("Host") and origin.startswith(("http://", "https://"))


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
