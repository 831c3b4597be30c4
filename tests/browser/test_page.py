"""The page around the chats: who has a phone, narrow and wide, light and dark, coming back."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import Sandbox, Settings
from tests.browser.chromium import Page
from tests.browser.desk import CAST, SARA, VERA, start

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_scrolling_up_brings_the_older_messages(desk: Page, sandbox: Sandbox) -> None:
    await start(desk)
    for number in range(70):
        sandbox.people.write(101, f"line {number}")
    await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: line 69")
    await desk.goto(sandbox.url)
    await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: line 69")
    assert not await desk.evaluate(f"document.querySelector('{VERA} .thread').textContent.includes('Hello Vera')")
    for _ in range(3):
        shown = await desk.evaluate(f"document.querySelectorAll('{VERA} .msg').length")
        await desk.evaluate(f"document.querySelector('{VERA} .thread').scrollTo(0, 0)")
        await desk.wait_for(f"document.querySelectorAll('{VERA} .msg').length > {shown}")
    await desk.wait_for_text(f"{VERA} .msg.in", "Hello Vera")


async def test_a_person_added_with_the_form_gets_a_phone_of_their_own(desk: Page) -> None:
    await desk.click(".bar button", "Add person")
    await desk.type("[name=first_name]", "Nina")
    await desk.key("Enter")
    await desk.wait_for_text(".phone h2", "Nina")
    assert await desk.wait_for("document.querySelectorAll('.phone').length === 5")


async def test_a_departure_from_the_specification_is_seen_at_once_and_above_the_calls(
    desk: Page, sandbox: Sandbox
) -> None:
    sandbox.world.departures.call("getMe", {"colour": "red"}, ())
    words = "Not as specified: call of getMe: colour is no parameter of this method"
    await desk.wait_for_text("#page-toasts", words)
    await desk.click(".bar button", "Calls")
    await desk.wait_for_text(".departures li", words)
    sandbox.world.departures.clear()


async def test_a_name_that_is_taken_is_refused_in_the_form(desk: Page) -> None:
    await desk.click(".bar button", "Add person")
    await desk.type("[name=first_name]", "Nina")
    await desk.type("[name=username]", "vera_novak")
    # The form is answered with status 400, which Chromium notes in its log.
    await desk.key("Enter")
    await desk.wait_for_text(".problem", "This username is taken.")
    assert [line for line in desk.console if "400" not in line] == []
    desk.console.clear()


async def test_in_a_crowd_twelve_have_phones_and_the_others_are_found_by_name(desk: Page, sandbox: Sandbox) -> None:
    for number in range(30):
        sandbox.people.add(first_name=f"Guest {number}")
    await desk.wait_for_text(".others h2", "22 more")
    assert await desk.evaluate("document.querySelectorAll('.phone').length") == 12
    await desk.type(".others input", "guest 29")
    await desk.click(".others button")
    await desk.wait_for_text(".phone h2", "Guest 29")


async def test_a_desk_without_people_offers_the_four(page: Page) -> None:
    async with Sandbox() as sandbox:
        await page.goto(sandbox.url)
        await page.click("button", "Add two visitors, staff and an admin")
        labels = "[...document.querySelectorAll('.role')].map((each) => each.textContent).join()"
        assert await page.wait_for(f"{labels} === 'Visitor,Visitor,Staff,Admin'")


async def test_the_log_shows_what_the_bot_called(desk: Page) -> None:
    await start(desk)
    await desk.click(".bar button", "Calls")
    assert await desk.wait_for_text(".calls .name", "sendMessage")


async def test_the_page_says_what_the_sandbox_is_not(desk: Page, sandbox: Sandbox) -> None:
    limits = (await sandbox.client.state())["not_emulated"]
    await desk.click(".bar button", "What this is not")
    assert await desk.wait_for_text("dialog li", limits[0])


async def test_a_narrow_screen_shows_one_phone_at_a_time_and_never_scrolls_sideways(desk: Page) -> None:
    await desk.resize(360, 740)
    await start(desk)
    await desk.wait_for("[...document.querySelectorAll('.phone')].filter((each) => each.offsetWidth).length === 1")
    await desk.click(".tab", "SaraStaff")
    await start(desk, SARA)
    edges = "[...document.querySelectorAll('body, .current *')].map((one) => one.getBoundingClientRect().right)"
    assert await desk.evaluate("document.documentElement.scrollWidth") == 360
    assert await desk.evaluate(f"Math.max(...{edges})") <= 360


async def test_a_desktop_shows_four_phones_at_once(desk: Page) -> None:
    seen = "[...document.querySelectorAll('.phone')].filter((each) => each.getBoundingClientRect().right <= innerWidth)"
    assert await desk.evaluate(f"{seen}.length") == 4


async def test_the_page_comes_back_by_itself_when_the_sandbox_was_away(page: Page, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    async with Sandbox(settings) as before:
        before.people.add(**CAST[0])
        await page.goto(before.url)
        await page.wait_for("document.querySelector('.hello')")
    await page.wait_for("document.querySelector('.bot-state').dataset.state === 'lost'")
    async with Sandbox(settings, port=int(before.url.rpartition(":")[2])) as after:
        after.people.start(101)
        assert await page.wait_for_text(f"{VERA} .msg.out", "/start")


async def test_the_colours_follow_the_system_until_the_reader_chooses(desk: Page) -> None:
    await desk.colours("dark")
    await desk.wait_for("document.documentElement.dataset.theme === 'dark'")
    await desk.click('[aria-label="Use light colours"]')
    assert await desk.wait_for("document.documentElement.dataset.theme === 'light'")
