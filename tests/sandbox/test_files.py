"""Files: measured, named, sent again, refused."""

from __future__ import annotations

import struct

import aiohttp
import pytest
import telegram
from telegram.error import BadRequest

from sandbox import Person, Sandbox
from sandbox.images import dimensions
from sandbox.shapes import Upload
from tests.sandbox.conftest import Ask
from tests.sandbox.pictures import jpeg_header, png


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (png(3, 4), (3, 4)),
        (jpeg_header(640, 480), (640, 480)),
        (b"GIF89a" + struct.pack("<HH", 5, 6), (5, 6)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x09\0\0\x0b\0\0", (10, 12)),
        (b"RIFF\0\0\0\0WEBPVP8L" + b"\0" * 5 + struct.pack("<I", 6 << 14 | 4) + b"\0" * 5, (5, 7)),
        (b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 10 + struct.pack("<HH", 8, 9), (8, 9)),
        (b"%PDF", (0, 0)),
        (b"\xff\xd8\xff", (0, 0)),
        (b"", (0, 0)),
    ],
)
def test_pictures_are_measured_by_their_first_bytes(data: bytes, size: tuple[int, int]) -> None:
    assert dimensions(data) == size


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"text", "Image_process_failed"), (png(21, 1), "Photo_invalid_dimensions"), (b"", "File must be non-empty")],
)
async def test_what_is_no_photo_is_refused(bot: telegram.Bot, vera: Person, data: bytes, reason: str) -> None:
    await vera.start()
    with pytest.raises(BadRequest, match=reason):
        await bot.send_photo(101, data)


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        (None, "there is no photo in the request"),
        ("https://x.org/a.png", "failed to get HTTP URL content"),
        ("nonsense", "wrong file identifier/HTTP URL specified"),
        ("attach://missing", "wrong file identifier/HTTP URL specified"),
    ],
)
async def test_what_leads_to_no_file_is_refused(ask: Ask, vera: Person, photo: str | None, reason: str) -> None:
    await vera.start()
    assert (await ask("sendPhoto", chat_id=101, photo=photo))["description"] == f"Bad Request: {reason}"


async def test_every_kind_is_sent_and_edited(bot: telegram.Bot, vera: Person) -> None:
    await vera.start()
    sent = [
        await bot.send_document(101, b"a", filename="a.txt", caption="first"),
        await bot.send_video(101, b"v", duration=3),
        await bot.send_animation(101, b"g"),
        await bot.send_audio(101, b"m", title="Song"),
        await bot.send_voice(101, b"o"),
        await bot.send_video_note(101, b"n"),
        await bot.send_sticker(101, b"s"),
    ]
    assert sent[0].document is not None
    assert (sent[0].document.file_name, sent[0].document.mime_type) == ("a.txt", "text/plain")
    assert len(await vera.heard(7)) == 7
    captioned = await bot.edit_message_caption(101, sent[0].message_id, caption="second")
    assert isinstance(captioned, telegram.Message)
    assert captioned.caption == "second"
    media = telegram.InputMediaPhoto(png(10, 10), caption="third")
    changed = await bot.edit_message_media(media, 101, sent[0].message_id)
    assert isinstance(changed, telegram.Message)
    assert changed.photo
    assert changed.document is None


async def test_a_large_file_cannot_be_fetched_but_sent_on(sandbox: Sandbox, ask: Ask, vera: Person) -> None:
    await vera.start()
    upload = Upload("large.bin", "", b"\0" * (20 * 1024 * 1024 + 1))
    message = sandbox.people.send_file(101, "document", upload)
    file_id = message.content["document"]["file_id"]
    assert (await ask("getFile", file_id=file_id))["description"] == "Bad Request: file is too big"
    assert (await ask("sendDocument", chat_id=101, document=file_id))["ok"]
    missing = await ask("getFile", file_id="x")
    assert missing["description"] == "Bad Request: wrong file_id or the file is temporarily unavailable"


async def test_albums_have_two_to_ten_of_a_kind(ask: Ask, vera: Person) -> None:
    await vera.start()
    for media, reason in [
        ([], "there are no messages to send"),
        ([{"type": "photo", "media": "x"}], "media group must have 2-10 elements"),
        ([{"type": "photo", "media": "x"}, {"type": "audio", "media": "x"}], "this type of media can't be mixed"),
    ]:
        assert reason in (await ask("sendMediaGroup", chat_id=101, media=media))["description"]


async def test_several_files_of_a_person_are_an_album(ask: Ask, vera: Person, sandbox: Sandbox) -> None:
    form = aiohttp.FormData()
    form.add_field("kind", "photo")
    form.add_field("caption", "ours")
    form.add_field("file", png(2, 2), filename="a.png")
    form.add_field("file2", png(3, 3), filename="b.png")
    await sandbox.client.request("POST", "/sim/people/101/file", data=form)
    first, second = [update["message"] for update in (await ask("getUpdates"))["result"]]
    assert first["media_group_id"] == second["media_group_id"]
    assert first["caption"] == "ours"


async def test_the_page_gets_pictures_shown_and_all_else_as_download(
    sandbox: Sandbox, vera: Person, http: aiohttp.ClientSession
) -> None:
    picture = await vera.send_file(png(2, 2), "a.png", "photo")
    assert picture["photo"].items() >= {"width": 2, "height": 2}.items()
    script = await vera.send_file(b"<script>", "a.html")
    assert script["document"].items() >= {"name": "a.html", "size": 8}.items()
    async with http.get(sandbox.url + picture["photo"]["url"]) as response:
        assert response.content_type == "image/png"
        assert await response.read() == png(2, 2)
    async with http.get(sandbox.url + script["document"]["url"]) as response:
        assert response.content_type == "application/octet-stream"
        assert response.headers["Content-Disposition"] == "attachment"
    async with http.get(f"{sandbox.url}/files/none") as response:
        assert response.status == 404
