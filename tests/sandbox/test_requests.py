"""A call may come in five encodings, and is refused at the door in Telegram's words."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox import Person, Sandbox
from sandbox.call import Call
from tests.sandbox.conftest import Ask


def form() -> aiohttp.FormData:
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("chat_id", "101")
    made.add_field("text", "ä & ö")
    made.add_field("file", b"unused", filename="x")
    return made


@pytest.mark.parametrize(
    "how",
    [
        {"params": {"chat_id": "101", "text": "ä & ö"}},
        {"data": {"chat_id": "101", "text": "ä & ö"}},
        {"json": {"chat_id": 101, "text": "ä & ö", "reply_markup": None}},
        {"data": form()},
        {"params": {"chat_id": "101"}, "json": {"text": "ä & ö"}},
    ],
    ids=["query", "urlencoded", "json", "multipart", "mixed"],
)
async def test_every_encoding_is_read(
    sandbox: Sandbox, vera: Person, http: aiohttp.ClientSession, how: dict[str, object]
) -> None:
    await vera.start()
    url = f"{sandbox.url}/bot{sandbox.token}/SENDmessage"
    async with http.post(url, **how) as response:  # type: ignore[arg-type]
        assert (await response.json())["result"]["text"] == "ä & ö"


async def test_objects_come_native_or_as_json_text(ask: Ask, vera: Person) -> None:
    await vera.start()
    keys = '{"inline_keyboard":[[{"text":"a","callback_data":"a"}]]}'
    assert "reply_markup" in (await ask("sendMessage", chat_id="101", text="a", reply_markup=keys))["result"]


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/bot{token}", 404, "Not Found"),
        ("/bot{token}/", 404, "Not Found: method not found"),
        ("/bot123456:" + "x" * 35 + "/getMe", 401, "Unauthorized"),
        ("/botnonsense/getMe", 401, "Unauthorized: invalid token specified"),
        ("/file/bot{token}/photos/none.jpg", 404, "Not Found"),
        ("/file/botx/photos/none.jpg", 401, "Unauthorized"),
    ],
)
async def test_wrong_addresses(
    sandbox: Sandbox, http: aiohttp.ClientSession, path: str, status: int, description: str
) -> None:
    async with http.get(sandbox.url + path.format(token=sandbox.token)) as response:
        assert response.status == status
        assert await response.json() == {"ok": False, "error_code": status, "description": description}


@pytest.mark.parametrize(
    ("body", "kind", "description"),
    [
        (b"{", "application/json", "Bad Request: can't parse JSON object"),
        (b"[]", "application/json", "Bad Request: can't parse JSON object"),
        (b"text=%ff", "application/x-www-form-urlencoded", "Bad Request: strings must be encoded in UTF-8"),
        (b"nothing", "multipart/form-data", "Bad Request: can't parse multipart form data"),
    ],
)
async def test_unreadable_bodies(
    sandbox: Sandbox, http: aiohttp.ClientSession, body: bytes, kind: str, description: str
) -> None:
    url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
    async with http.post(url, data=body, headers={"Content-Type": kind}) as response:
        assert response.status == 400
        assert (await response.json())["description"] == description


@pytest.mark.parametrize("chat_id", ["9" * 5000, "-", "1e9", "٣", "@", 10**17, {"a": 1}, [1], True])
async def test_no_chat_id_breaks_the_server(ask: Ask, chat_id: object) -> None:
    assert (await ask("sendMessage", chat_id=chat_id, text="a"))["description"] == "Bad Request: chat not found"


def test_numbers_and_flags_are_read_leniently(sandbox: Sandbox) -> None:
    params = {"a": "12abc", "b": "abc", "c": 7.9, "d": True, "e": "YES", "f": "on", "g": 1, "h": "-3"}
    call = Call(sandbox.world, params, {})
    assert [call.integer(name) for name in "abcdh"] == [12, 0, 7, 1, -3]
    assert [call.flag(name) for name in "defgx"] == [True, True, False, True, False]
