"""A request on the page, from the question to the rating: the real bot, two phones."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import running
from sandbox import Sandbox
from tests.browser.chromium import Page
from tests.browser.desk import SARA, VERA
from tests.story.people import config_of

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_request_from_the_alert_to_the_rating(sandbox: Sandbox, page: Page, tmp_path: Path) -> None:
    async with running(config_of(sandbox, f"sqlite:///{tmp_path / 'bot.sqlite3'}")):
        await page.goto(sandbox.url)
        for phone in (SARA, VERA):
            await page.click(f"{phone} .big", "Start")
            await page.wait_for_text(f"{phone} .msg.in", "Hello")
        await writes(page, VERA, "person")
        await page.wait_for_text(f"{VERA} .msg.in", "What would you like to know?")
        await writes(page, VERA, "Do you have Kafka in Czech?")
        await page.wait_for_text(f"{SARA} .msg.in", "Support request")
        await page.click(f"{SARA} .inline-keyboard button", "Take")
        await page.wait_for_text(f"{SARA} .msg.in", "taken by")
        await page.click(f"{SARA} .inline-keyboard button", "Reply")
        await page.wait_for_text(f"{SARA} .msg.in", "Write your answer")
        await writes(page, SARA, "Third shelf.")
        await page.wait_for_text(f"{VERA} .msg.in", "Third shelf.")
        await page.wait_for_text(f"{SARA} .msg:last-child .text", "Third shelf.")
        await page.click(f"{SARA} .msg:last-child .inline-keyboard button", "Reactivate bot")
        await page.wait_for_text(f"{VERA} .msg.in", "How was the help")
        await page.wait_for_text(f"{VERA} .msg.in", "I am back, Vera.")  # or the buttons move while they are pressed
        await page.click(f"{VERA} .inline-keyboard button", "5")
        await page.wait_for_text(f"{VERA} .msg.in", "You gave 5 of 5.")
        await page.wait_for_text(f"{SARA} .msg.in", "closed by")


async def writes(page: Page, phone: str, words: str) -> None:
    """Somebody types this and sends it."""
    await page.type(f"{phone} textarea", words)
    await page.key("Enter")
