"""What the people's door reads from requests, and how it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import orjson
from aiohttp import web

from sandbox.errors import PersonRefused, Refused
from sandbox.shapes import JSON
from sandbox.whole import whole

LONGEST_WAIT = 25.0
Handler: TypeAlias = Callable[[web.Request], Awaitable[Any]]


def answering(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Turn a handler's value into a JSON response, and its refusal into a sentence."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return json_response(await handler(request))
        except PersonRefused as refused:
            return json_response({"error": refused.sentence}, refused.status)
        except Refused as refused:
            return json_response({"error": refused.description}, 400)

    return answer


def json_response(value: Any, status: int = 200) -> web.Response:
    """A value as an HTTP answer."""
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")


async def body(request: web.Request) -> JSON:
    """The JSON object a request brings; {} for none."""
    received = await request.read()
    if not received:
        return {}
    if request.content_type != "application/json":
        raise PersonRefused("The body must be JSON.")
    try:
        given = orjson.loads(received)
    except orjson.JSONDecodeError:
        raise PersonRefused("The body is not readable as JSON.") from None
    if not isinstance(given, dict):
        raise PersonRefused("The body must be a JSON object.")
    return given


def text(given: JSON, name: str, default: str | None = None) -> str:
    """A text of it, or the default; without a default it must be there."""
    value = given.get(name, default)
    if value is None and default is not None:
        return default
    if not isinstance(value, str):
        raise PersonRefused(f"{name} must be a text.")
    return value


def number(given: JSON, name: str) -> int:
    """A whole number of it."""
    value = given.get(name)
    if not isinstance(value, int):
        raise PersonRefused(f"{name} must be a whole number.")
    return value


def optional(given: JSON, name: str) -> int:
    """A whole number of it, 0 where it is missing."""
    return 0 if given.get(name) is None else number(given, name)


def numbers(given: JSON, name: str) -> list[int]:
    """A list of whole numbers of it; [] where it is missing."""
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, int) for one in value):
        raise PersonRefused(f"{name} must be a list of whole numbers.")
    return value


def texts(given: JSON, name: str) -> list[str]:
    """A list of texts of it; [] where it is missing."""
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise PersonRefused(f"{name} must be a list of texts.")
    return value


def path_id(request: web.Request) -> int:
    """The id in the path."""
    found = whole(request.match_info["id"])
    if found is None:
        raise PersonRefused("There is nobody and nothing with this id.", 404)
    return found


def asked(request: web.Request, name: str, default: int) -> int:
    """A whole number of the query."""
    found = whole(request.query.get(name))
    return default if found is None else max(found, 0)


def wait(request: web.Request) -> float:
    """How many seconds the request is ready to wait."""
    try:
        return max(0.0, min(float(request.query.get("wait", "0")), LONGEST_WAIT))
    except ValueError:
        raise PersonRefused("wait must be a number of seconds.") from None
