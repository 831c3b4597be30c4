"""The page as people use it: real Chromium, a real sandbox, a bot of a few lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox, Settings
from tests.browser.chromium import Page
from tests.browser.greeter import Greeter

pytestmark = pytest.mark.browser

VERA = '[data-person="101"]'
SARA = '[data-person="201"]'
CAST = (
    {"id": 101, "first_name": "Vera", "last_name": "Novak", "username": "vera_novak", "role": "visitor"},
    {"id": 102, "first_name": "Victor", "language_code": "de", "role": "visitor"},
    {"id": 201, "first_name": "Sara", "role": "staff"},
    {"id": 301, "first_name": "Ada", "role": "admin"},
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """A sandbox with two visitors, a member of staff and an admin."""
    async with Sandbox() as sandbox:
        for person in CAST:
            sandbox.people.add(**person)
        yield sandbox


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Greeter]:
    """The bot of a few lines, awake."""
    async with Greeter(sandbox.url, sandbox.token) as bot:
        yield bot


@pytest.fixture
async def desk(sandbox: Sandbox, bot: Greeter, page: Page) -> AsyncIterator[Page]:
    """The page, open; afterwards it must not have complained, nor asked for anything elsewhere."""
    await page.goto(sandbox.url)
    await page.wait_for("document.querySelectorAll('.hello').length === 4")
    yield page
    assert page.console == []
    assert page.failures == []
    own = (sandbox.url, sandbox.url.replace("http", "ws", 1), "blob:", "data:")
    assert [url for url in page.requests if not url.startswith(own)] == []


async def start(desk: Page, phone: str = VERA) -> None:
    """Press Start and wait for the greeting."""
    await desk.click(f"{phone} .big", "Start")
    await desk.wait_for_text(f"{phone} .msg.in", "Hello")


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
    await desk.wait_for(f"""!document.querySelector('{VERA} [aria-busy="true"]')""")


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
    await desk.wait_for_text(f"{VERA} .msg.out:has(.edited)", "Sunday")


async def test_a_link_to_the_bot_opens_in_the_phone_where_it_was_tapped(desk: Page, bot: Greeter) -> None:
    await start(desk, SARA)
    link = f"https://t.me/{(await bot.call('getMe'))['username']}?start=c_42"
    await bot.call("sendMessage", chat_id=201, text=f'<a href="{link}">Open</a>', parse_mode="HTML")
    await desk.click(f"{SARA} .text a", "Open")
    await desk.wait_for_text(f"{SARA} .msg.in", "You wrote: /start c_42")


async def test_a_blocked_bot_can_be_unblocked_where_one_would_write(desk: Page) -> None:
    await start(desk)
    await desk.click(f"{VERA} .chat-head button")
    await desk.click(f"{VERA} .menu button", "Block bot")
    await desk.click(f"{VERA} .box button", "Block")
    await desk.click(f"{VERA} .big", "Unblock")
    await desk.wait_for(f"document.querySelector('{VERA} textarea')")


async def test_a_keyboard_of_the_bot_writes_for_the_person_and_goes_away_when_taken_back(
    desk: Page, bot: Greeter
) -> None:
    await start(desk)
    keys = {"keyboard": [["Yes", "No"]], "input_field_placeholder": "Yes or no"}
    await bot.call("sendMessage", chat_id=101, text="Sure?", reply_markup=keys)
    await desk.click(f"{VERA} .reply-keyboard button", "Yes")
    await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: Yes")
    await bot.call("sendMessage", chat_id=101, text="Good.", reply_markup={"remove_keyboard": True})
    await desk.wait_for(f"!document.querySelector('{VERA} .reply-keyboard')")


async def test_a_slash_lists_the_commands_this_person_has(desk: Page, bot: Greeter) -> None:
    await start(desk)
    await bot.call("setMyCommands", commands=[{"command": "hours", "description": "When we are open"}])
    await desk.click(f"{VERA} [aria-label=Commands]")
    await desk.click(f"{VERA} .commands button", "/hoursWhen we are open")
    await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: /hours")


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
    await desk.wait_for("document.querySelectorAll('.phone').length === 5")


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
        await page.wait_for(f"{labels} === 'Visitor,Visitor,Staff,Admin'")


async def test_the_log_shows_what_the_bot_called(desk: Page) -> None:
    await start(desk)
    await desk.click(".bar button", "Calls")
    await desk.wait_for_text(".calls .name", "sendMessage")


async def test_the_page_says_what_the_sandbox_is_not(desk: Page, sandbox: Sandbox) -> None:
    limits = (await sandbox.client.state())["not_emulated"]
    await desk.click(".bar button", "What this is not")
    await desk.wait_for_text("dialog li", limits[0])


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
        await page.wait_for_text(f"{VERA} .msg.out", "/start")


async def test_the_colours_follow_the_system_until_the_reader_chooses(desk: Page) -> None:
    await desk.colours("dark")
    await desk.wait_for("document.documentElement.dataset.theme === 'dark'")
    await desk.click('[aria-label="Use light colours"]')
    await desk.wait_for("document.documentElement.dataset.theme === 'light'")
