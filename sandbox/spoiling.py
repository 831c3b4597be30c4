"""Answers that arrive broken, and updates that arrive twice or in the wrong order."""

from __future__ import annotations

from aiohttp import web

from sandbox.shapes import JSON

GARBLED = b'{"ok":true,"result":{"message_id":'


async def spoiled(how: str, request: web.Request, response: web.Response) -> web.StreamResponse:
    """The answer "garbled" (no JSON), or only "half" of it before the connection ends."""
    if how == "garbled":
        return web.Response(body=GARBLED, content_type="application/json")
    whole = response.body if isinstance(response.body, bytes) else b""
    half = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
    half.content_length = len(whole)
    await half.prepare(request)
    await half.write(whole[: len(whole) // 2])
    if request.transport:
        request.transport.close()
    return half


def disturbed(batch: list[JSON], how: str) -> list[JSON]:
    """The updates of a poll each "twice", or "reordered", which is from the last to the first."""
    if how == "twice":
        return [update for update in batch for _ in range(2)]
    return batch[::-1] if how == "reordered" else batch
