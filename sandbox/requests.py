"""The five ways a call's parameters come: query, urlencoded form, JSON, multipart, and mixed."""

from __future__ import annotations

from urllib.parse import parse_qsl

import orjson
from aiohttp import BodyPartReader, web

from sandbox.errors import Refused, bad
from sandbox.shapes import JSON, Upload


async def read(request: web.Request) -> tuple[JSON, dict[str, Upload]]:
    """(parameters, uploaded files by field name); the body wins over the query. Raises Refused."""
    params: JSON = dict(request.query) if request.query_string else {}
    uploads: dict[str, Upload] = {}
    if not request.can_read_body:
        return params, uploads
    kind = request.content_type
    if kind == "multipart/form-data":
        await _multipart(request, params, uploads)
        return params, uploads
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "Request Entity Too Large") from None
    if kind == "application/json":
        params.update(_json(body))
    elif kind == "application/x-www-form-urlencoded":
        params.update(_form(body))
    return params, uploads


def _form(body: bytes) -> JSON:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None


def _json(body: bytes) -> JSON:
    if not body:
        return {}
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad("can't parse JSON object") from None
    if not isinstance(given, dict):
        raise bad("can't parse JSON object")
    return {name: value for name, value in given.items() if value is not None}


async def _multipart(request: web.Request, params: JSON, uploads: dict[str, Upload]) -> None:
    try:
        reader = await request.multipart()
        async for part in reader:
            if isinstance(part, BodyPartReader) and part.name:
                await _part(part, part.name, params, uploads)
    except ValueError:
        raise bad("can't parse multipart form data") from None


async def _part(part: BodyPartReader, name: str, params: JSON, uploads: dict[str, Upload]) -> None:
    data = bytes(await part.read(decode=True))
    if part.filename is not None:
        uploads[name] = Upload(part.filename, part.headers.get("Content-Type", ""), data)
        return
    try:
        params[name] = data.decode()
    except UnicodeDecodeError:
        raise bad("strings must be encoded in UTF-8") from None
