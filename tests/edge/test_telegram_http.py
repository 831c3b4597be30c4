"""The wire: what goes out, and which failures may have reached Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram.error import BadRequest, TelegramError, TimedOut

from bot.telegram_http import AiohttpRequest, Lost, NotSent, dump, parse
from bot.wire import Call, File, Wire
from tests.edge.telegram import ScriptedTelegram
from tests.ports import unused_port

TOKEN = "7000000001:" + "T" * 35


async def echo(request: web.Request) -> web.Response:
    if request.content_type == "application/json":
        return web.json_response({"ok": True, "result": await request.json()})
    form = await request.post()
    fields = {
        name: [value.filename, value.file.read().decode(), value.content_type]
        if isinstance(value, web.FileField)
        else value
        for name, value in form.items()
    }
    return web.json_response({"ok": True, "result": fields})


async def fall_silent(request: web.Request) -> web.Response:
    await asyncio.Event().wait()
    return web.Response()


async def hang_up(request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


def answer(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="application/json")


async def gateway_trouble(request: web.Request) -> web.Response:
    return web.Response(status=502, text="<html>Bad Gateway</html>")


async def restarting(request: web.Request) -> web.Response:
    return answer(500, '{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}')


async def refuse(request: web.Request) -> web.Response:
    return answer(400, '{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}')


async def babble(request: web.Request) -> web.Response:
    return answer(200, "ok then")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    app = web.Application()
    for handler in (echo, fall_silent, hang_up, gateway_trouble, restarting, refuse, babble):
        app.router.add_post(f"/bot{TOKEN}/{handler.__name__}", handler)
    async with TestServer(app, shutdown_timeout=0.1) as server, AiohttpRequest() as request:
        yield Wire(request, str(server.make_url("")).rstrip("/"), TOKEN)


async def test_parameters_go_out_as_they_are(wire: Wire) -> None:
    parameters = {"chat_id": 101, "text": "Grüß dich 👋", "reply_markup": {"inline_keyboard": [[]]}, "silent": True}
    assert await wire.call(Call("echo", parameters)) == parameters


async def test_files_go_out_as_a_form(wire: Wire) -> None:
    call = Call("echo", {"chat_id": 101, "markup": {"a": [1]}}, {"photo": File("tür.jpg", b"bytes", "image/jpeg")})
    assert await wire.call(call) == {
        "chat_id": "101",
        "markup": '{"a": [1]}',
        "photo": ["tür.jpg", "bytes", "image/jpeg"],
    }


async def test_a_closed_port_means_nothing_was_sent() -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NotSent):
            await Wire(request, f"http://127.0.0.1:{unused_port()}", TOKEN).call(Call("sendMessage"))


async def test_an_unknown_host_means_nothing_was_sent() -> None:
    async with AiohttpRequest() as request:
        with pytest.raises(NotSent):
            await Wire(request, "http://no-such-host.invalid", TOKEN).call(Call("sendMessage"))


async def test_silence_is_a_timeout(wire: Wire) -> None:
    with pytest.raises(TimedOut):
        await wire.call(Call("fall_silent"), read_timeout=0.05)


async def test_a_connection_that_breaks_is_a_lost_answer(wire: Wire) -> None:
    with pytest.raises(Lost):
        await wire.call(Call("hang_up"))


async def test_a_gateways_trouble_is_a_lost_answer(wire: Wire) -> None:
    with pytest.raises(Lost):
        await wire.call(Call("gateway_trouble"))


async def test_telegrams_own_trouble_means_nothing_was_done(wire: Wire) -> None:
    with pytest.raises(NotSent):
        await wire.call(Call("restarting"))


async def test_a_refusal_is_a_refusal(wire: Wire) -> None:
    with pytest.raises(BadRequest, match="Message text is empty"):
        await wire.call(Call("refuse"))


async def test_a_file_that_telegram_does_not_hand_out_is_a_refusal() -> None:
    telegram = ScriptedTelegram()
    telegram.will_answer("getFile", {"file_id": "F", "file_unique_id": "f"})
    with pytest.raises(BadRequest, match="no path"):
        await telegram.wire().fetch("F", 100)


async def test_an_answer_that_is_not_json_is_an_error_of_its_own(wire: Wire) -> None:
    with pytest.raises(TelegramError, match="not JSON"):
        await wire.call(Call("babble"))


async def test_no_error_names_the_token(wire: Wire) -> None:
    for method in ("hang_up", "gateway_trouble", "restarting", "refuse", "babble", "nothing_here"):
        with pytest.raises(TelegramError) as caught:
            await wire.call(Call(method))
        assert TOKEN not in repr(caught.value)


async def test_a_closed_wire_sends_nothing() -> None:
    with pytest.raises(NotSent):
        await Wire(AiohttpRequest(), "http://127.0.0.1:1", TOKEN).call(Call("sendMessage"))


@pytest.mark.parametrize("value", [{"text": "half \ud800 a pair"}, {"id": 2**70}, {"text": "nul \x00"}])
def test_strange_values_come_back_as_they_were(value: object) -> None:
    assert parse(dump(value)) == value
