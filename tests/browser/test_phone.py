"""Every screen at 360 pixels, in both languages and both themes: nothing cut, nothing wider, everything readable."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from math import ceil
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from bot import texts
from bot.services import engines
from bot.ui import router, telegram
from bot.ui.press import pack
from bot.ui.router import Drawn
from models import User
from sandbox import Sandbox
from tests.browser.camera import HEIGHT, WIDTH
from tests.browser.chromium import Page
from tests.clock import NOON
from tests.house.screens import STATES, furnish
from tests.ui.cast import ADA, SETUP

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

#: Messages that the page loads at once.
AT_ONCE = 40
LOOK = (Path(__file__).parent / "phone_look.js").read_text()


@pytest.fixture
def furnished(sqlite_url: str) -> Engine:
    """People and things in every state that a screen tells apart, hostile ones among them."""
    engine = engines.connect(sqlite_url)
    with Session(engine) as db, db.begin():
        furnish(db)
    return engine


def screens(engine: Engine, language: str) -> list[dict[str, Any]]:
    """Each page as an owner of this language gets it, in its first state; in the bot's own language in its last too."""
    more = 1 if language == texts.DEFAULT else 0
    presses = [press for states in STATES.values() for press in dict.fromkeys((*states[:1], *states[-1:][:more]))]
    with Session(engine) as db:
        db.execute(update(User).where(User.id == ADA).values(language=language))
        drawn = [router.draw(db, pack(press), user_id=ADA, setup=SETUP, now=NOON) for press in presses]
        return [telegram.parameters(found.screen) for found in drawn if isinstance(found, Drawn)]


async def sent(sandbox: Sandbox, messages: Iterable[tuple[int, dict[str, Any]]]) -> None:
    """Send each to the phone beside it."""
    async with aiohttp.ClientSession() as session:

        async def send(whom: int, message: dict[str, Any]) -> None:
            url = f"{sandbox.url}/bot{sandbox.token}/sendMessage"
            async with session.post(url, json={"chat_id": whom, **message}) as answer:
                assert answer.status == 200, await answer.text()

        await asyncio.gather(*(send(whom, message) for whom, message in messages))


async def test_every_screen_fits_on_a_phone_and_can_be_read(furnished: Engine, page: Page) -> None:
    found = [screen for language in sorted(texts.languages()) for screen in screens(furnished, language)]
    assert len(found) > 200
    phones = range(1, 1 + ceil(len(found) / AT_ONCE))
    async with Sandbox() as sandbox:
        for whom in phones:
            sandbox.people.add(id=whom, first_name=f"Phone {whom}", started=True)
        await sent(sandbox, ((1 + place // AT_ONCE, message) for place, message in enumerate(found)))
        await page.resize(WIDTH, HEIGHT)
        await page.goto(sandbox.url)
        for theme in ("light", "dark"):
            await page.colours(theme)
            await page.wait_for(f"document.documentElement.dataset.theme === '{theme}'")
            for whom in phones:
                await page.click(f"#tab-{whom}")
                await page.wait_for(f"document.querySelector('#phone-{whom} .msg')?.offsetWidth")
                assert await page.evaluate(f"({LOOK})()") == [], theme
        shown = await page.evaluate("document.querySelectorAll('.msg').length")
    assert shown == len(found)
