"""An unmodified python-telegram-bot talks with the sandbox as with Telegram."""

from __future__ import annotations

import asyncio

import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Clock
from tests.sandbox.pictures import png

BUTTONS = InlineKeyboardMarkup([[InlineKeyboardButton("Go on", callback_data="go")]])


async def test_a_conversation_goes_round(bot: telegram.Bot, vera: Person) -> None:
    await vera.start("from_poster")
    [first] = await bot.get_updates(timeout=5)
    assert first.message is not None
    assert first.message.text == "/start from_poster"
    assert first.message.from_user is not None
    assert first.message.from_user.language_code == "de"
    sent = await bot.send_message(101, "<b>Hello</b> Vera", parse_mode="HTML", reply_markup=BUTTONS)
    assert sent.text_html == "<b>Hello</b> Vera"
    [heard] = await vera.heard(1)
    assert heard["html"] == "<b>Hello</b> Vera"
    pressed = asyncio.create_task(vera.press("Go on"))
    [second] = await bot.get_updates(offset=first.update_id + 1, timeout=5)
    assert second.callback_query is not None
    assert second.callback_query.data == "go"
    await second.callback_query.answer("Here we go", show_alert=True)
    assert await pressed == {"answered": True, "text": "Here we go", "alert": True}
    await second.callback_query.edit_message_text("Gone")
    changed = await vera.changed(heard)
    assert changed["text"] == "Gone"
    assert "inline_keyboard" not in changed


async def test_files_go_up_and_come_down(bot: telegram.Bot, vera: Person) -> None:
    await vera.start()
    sent = await bot.send_photo(101, png(400, 200), caption="A <i>picture</i>", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(90, 45), (320, 160), (400, 200)]
    again = await bot.send_photo(101, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id
    await vera.send_file(b"a,b\n1,2\n", "table.csv", caption="my table")
    updates = await bot.get_updates(timeout=5)
    assert updates[-1].message is not None
    document = updates[-1].message.document
    assert document is not None
    assert document.file_name == "table.csv"
    file = await bot.get_file(document.file_id)
    assert await file.download_as_bytearray() == b"a,b\n1,2\n"


async def test_an_album_is_one_group(bot: telegram.Bot, vera: Person) -> None:
    await vera.start()
    media = [telegram.InputMediaPhoto(png(10, 10), caption="first"), telegram.InputMediaPhoto(png(20, 20))]
    first, second = await bot.send_media_group(101, media)
    assert first.media_group_id == second.media_group_id is not None
    assert first.caption == "first"
    assert second.caption is None


async def test_refusals_arrive_as_the_library_names_them(bot: telegram.Bot, vera: Person) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(101, "Hello")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(9, "Hello")
    await vera.start()
    await vera.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(101, "Hello")


async def test_a_second_poller_ends_the_first(bot: telegram.Bot, sandbox: Sandbox) -> None:
    online = asyncio.Event()
    sandbox.world.bus.listen(lambda event: online.set())
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await online.wait()
    async with telegram.Bot(sandbox.token, base_url=f"{sandbox.url}/bot") as newer:
        assert await newer.get_updates(timeout=0) == ()
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_a_press_answered_too_late_or_twice_is_refused(bot: telegram.Bot, vera: Person, clock: Clock) -> None:
    await vera.start()
    message = await bot.send_message(101, "Well?", reply_markup=BUTTONS)
    query = await vera.press_only("Go on")
    await bot.answer_callback_query(str(query))
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(str(query))
    late = await vera.press_only("go", message.message_id)
    clock.now += 61
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(str(late))
