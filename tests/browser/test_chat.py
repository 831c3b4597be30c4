"""A chat on the page as people use it: real Chromium, a real sandbox, a bot of a few lines."""

from __future__ import annotations

import struct
import zlib

import aiohttp
import pytest

from sandbox import Sandbox
from tests.browser.chromium import Page
from tests.browser.desk import DROP_A_PICTURE, SARA, VERA, start
from tests.browser.greeter import Greeter

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_visitor_presses_start_and_is_greeted_with_formatted_text(desk: Page) -> None:
    await start(desk)
    assert await desk.text(f"{VERA} .msg.in b") == "Vera"
    assert await desk.text(f"{VERA} .msg.out .text a") == "/start"
    assert await desk.evaluate(f"document.querySelectorAll('{SARA} .msg').length") == 0


async def test_a_pressed_button_spins_until_the_answer_comes_as_a_toast(desk: Page, sandbox: Sandbox) -> None:
    await start(desk)
    held = await sandbox.client.fault(method="answerCallbackQuery", hold="before", times=1)
    await desk.click(f"{VERA} .inline-keyboard button", "Opening hours")
    await desk.wait_for(f"""document.querySelector('{VERA} [aria-busy="true"]')""")
    await sandbox.client.mend(held["id"])
    await desk.wait_for_text(f"{VERA} .toast", "Open until 18:00.")
    assert await desk.wait_for(f"""!document.querySelector('{VERA} [aria-busy="true"]')""")


async def test_an_alert_stays_until_it_is_closed_and_the_focus_returns_to_the_button(desk: Page) -> None:
    await start(desk)
    await desk.click(f"{VERA} .inline-keyboard button", "Rules")
    await desk.wait_for_text(f"{VERA} [role=alertdialog]", "Please be quiet.")
    await desk.key("Escape")
    await desk.wait_for("!document.querySelector('[role=alertdialog]')")
    assert await desk.evaluate("document.activeElement.textContent") == "Rules"


async def test_an_edited_message_stays_where_it_was_and_says_that_it_was_edited(desk: Page) -> None:
    await start(desk)
    await desk.click(f"{VERA} .inline-keyboard button", "Next page")
    await desk.wait_for_text(f"{VERA} .msg.in .text", "The second page.")
    assert await desk.text(f"{VERA} .msg.in .edited") == "edited"
    assert await desk.evaluate(f"document.querySelectorAll('{VERA} .msg.in').length") == 1


async def test_markup_that_a_person_writes_is_shown_as_it_was_written(desk: Page) -> None:
    await start(desk)
    written = '<b>markup</b> <img src="/nowhere.png" onerror="document.title=1">'
    await desk.type(f"{VERA} textarea", written)
    await desk.key("Enter")
    await desk.wait_for_text(f"{VERA} .msg.in", f"You wrote: {written}")
    assert await desk.evaluate(f"document.querySelectorAll('{VERA} .thread :is(img, .out b)').length") == 0


async def test_hidden_text_is_shown_by_a_tap(desk: Page) -> None:
    await start(desk)
    hidden = f"getComputedStyle(document.querySelector('{VERA} .spoiler')).color"
    assert await desk.evaluate(hidden) == "rgba(0, 0, 0, 0)"
    await desk.click(f"{VERA} .spoiler")
    await desk.wait_for(f"{hidden} !== 'rgba(0, 0, 0, 0)'")


async def test_a_reply_reaches_the_bot_with_the_message_it_answers(desk: Page, bot: Greeter) -> None:
    await start(desk, SARA)
    await desk.click(f"{SARA} .msg.in [aria-label=Reply]")
    await desk.type(f"{SARA} textarea", "On its way.")
    await desk.click(f"{SARA} [aria-label=Send]")
    await desk.wait_for_text(f"{SARA} .msg.in", "You wrote: On its way.")
    assert bot.updates[-1]["message"]["reply_to_message"]["text"].startswith("Hello Sara")
    assert "Hello Sara" in await desk.text(f"{SARA} .msg.out .quote")


async def test_arrow_up_edits_what_the_person_wrote_last(desk: Page, bot: Greeter) -> None:
    await start(desk)
    await desk.type(f"{VERA} textarea", "Sundey")
    await desk.key("Enter")
    await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: Sundey")
    await desk.key("ArrowUp")
    await desk.evaluate("document.activeElement.select()")
    await desk.insert("Sunday")
    await desk.key("Enter")
    assert await desk.wait_for_text(f"{VERA} .msg.out:has(.edited)", "Sunday")


async def test_a_link_to_the_bot_opens_in_the_phone_where_it_was_tapped(desk: Page, bot: Greeter) -> None:
    await start(desk, SARA)
    link = f"https://t.me/{(await bot.call('getMe'))['username']}?start=c_42"
    await bot.call("sendMessage", chat_id=201, text=f'<a href="{link}">Open</a>', parse_mode="HTML")
    await desk.click(f"{SARA} .text a", "Open")
    assert await desk.wait_for_text(f"{SARA} .msg.in", "You wrote: /start c_42")


async def test_a_blocked_bot_can_be_unblocked_where_one_would_write(desk: Page) -> None:
    await start(desk)
    await desk.click(f"{VERA} .chat-head button")
    await desk.click(f"{VERA} .menu button", "Block bot")
    await desk.click(f"{VERA} .box button", "Block")
    await desk.click(f"{VERA} .big", "Unblock")
    assert await desk.wait_for(f"document.querySelector('{VERA} textarea')")


async def test_a_deleted_account_can_be_restored(desk: Page) -> None:
    await start(desk)
    await desk.click(f"{VERA} .chat-head button")
    await desk.click(f"{VERA} .menu button", "Delete the account")
    await desk.click(f"{VERA} .box button", "Delete")
    await desk.click(f"{VERA} .big", "Restore the account")
    assert await desk.wait_for(f"document.querySelector('{VERA} textarea')")


async def test_a_keyboard_of_the_bot_writes_for_the_person_and_goes_away_when_taken_back(
    desk: Page, bot: Greeter
) -> None:
    await start(desk)
    keys = {"keyboard": [["Yes", "No"]], "input_field_placeholder": "Yes or no"}
    await bot.call("sendMessage", chat_id=101, text="Sure?", reply_markup=keys)
    await desk.click(f"{VERA} .reply-keyboard button", "Yes")
    await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: Yes")
    await bot.call("sendMessage", chat_id=101, text="Good.", reply_markup={"remove_keyboard": True})
    assert await desk.wait_for(f"!document.querySelector('{VERA} .reply-keyboard')")


async def test_a_contact_is_shared_only_after_a_question(desk: Page, bot: Greeter) -> None:
    await start(desk)
    keys = {"keyboard": [[{"text": "My number", "request_contact": True}]], "one_time_keyboard": True}
    await bot.call("sendMessage", chat_id=101, text="Your number?", reply_markup=keys)
    await desk.click(f"{VERA} .reply-keyboard button", "My number")
    await desk.click(f"{VERA} .box button", "Share")
    await desk.wait_for_text(f"{VERA} .msg.out .file", "+43 660 1010101")
    assert not await desk.evaluate(f"document.querySelector('{VERA} .reply-keyboard')")


async def test_a_location_is_chosen_in_a_dialog(desk: Page) -> None:
    await start(desk)
    await desk.click(f"{VERA} [aria-label=Attach]")
    await desk.click(f"{VERA} .menu button", "Location")
    await desk.click("dialog button", "Send")
    assert await desk.wait_for_text(f"{VERA} .msg.out .place", "48.20849, 16.37208")


async def test_a_picture_dropped_on_a_phone_is_sent_with_its_caption(desk: Page, bot: Greeter) -> None:
    await start(desk)
    await desk.evaluate(DROP_A_PICTURE)
    await desk.type(f"{VERA} textarea", "The entrance")
    await desk.key("Enter")
    await desk.wait_for(f"document.querySelector('{VERA} .msg.out .picture img')?.naturalWidth === 40")
    assert "The entrance" in await desk.text(f"{VERA} .msg.out:last-child .text")
    await bot.heard(lambda update: update.get("message", {}).get("caption") == "The entrance")


async def test_a_slash_lists_the_commands_this_person_has(desk: Page, bot: Greeter) -> None:
    await start(desk)
    await bot.call("setMyCommands", commands=[{"command": "hours", "description": "When we are open"}])
    await desk.click(f"{VERA} [aria-label=Commands]")
    await desk.click(f"{VERA} .commands button", "/hoursWhen we are open")
    assert await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: /hours")


async def test_a_picture_as_large_as_that_of_a_flow_is_shown_whole_and_without_waiting_for_a_look(
    desk: Page, sandbox: Sandbox
) -> None:
    await start(desk)
    form = aiohttp.FormData({"kind": "photo"})
    form.add_field("file", red_png(1600, 2500), filename="flow.png")
    await sandbox.client.request("POST", "/sim/people/101/file", data=form)
    shown = f"document.querySelector('{VERA} .msg.out .picture img')"
    await desk.wait_for(f"{shown}?.complete && {shown}.naturalHeight === 2500")
    assert await desk.evaluate(f"{shown}.loading") != "lazy"
    drawn = f"""{shown}.decode().then(() => {{
      const paper = new OffscreenCanvas(1, 1).getContext("2d");
      paper.drawImage({shown}, 0, 0, 1, 1);
      return [...paper.getImageData(0, 0, 1, 1).data];
    }})"""
    assert await desk.evaluate(drawn) == [255, 0, 0, 255]
    assert await desk.evaluate(f"getComputedStyle({shown}).objectFit") == "contain"


def red_png(width: int, height: int) -> bytes:
    """A picture of one colour, as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\x00" + b"\xff\x00\x00" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(rows, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
