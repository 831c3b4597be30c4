"""The loop of the README by hand, in a browser, for whoever has just started `make demo`: visitor, support, push.

`python -m tests.browser.newcomer http://127.0.0.1:8080`; it needs nothing that `make demo` has not installed.
"""

from __future__ import annotations

import asyncio
import sys

from tests.browser.camera import Camera
from tests.browser.chromium import Chromium
from tests.browser.tour import ADA, SARA, VERA


async def loop(url: str) -> None:
    """All of it. Raises BrowserError where something does not come."""
    async with Chromium() as browser:
        hand = Camera(await browser.page(), None)
        await hand.open(url)
        await _gets_a_card(hand)
        await _is_answered(hand)
        await _is_pushed(hand)


async def _gets_a_card(hand: Camera) -> None:
    await hand.sits(VERA)
    await hand.page.click(f"#phone-{VERA} .big", "Start")
    await hand.sees("Hello Vera")
    await hand.presses("Library card", "Which name")
    await hand.types("Vera", "How old are you")
    await hand.types("34", "in which city")
    await hand.types("Vienna", "share your number")
    await hand.types("No, thank you", "Hello Vera")


async def _is_answered(hand: Camera) -> None:
    await hand.presses("Ask a person", "What would you like to know")
    await hand.types("Do you have Kafka in Czech?", "Someone will answer")
    await hand.sits(SARA)
    await hand.sees("Kafka in Czech")
    await hand.presses("Take", "taken by")
    await hand.presses("Reply", "Write your answer")
    await hand.types("Third shelf on the left.", "Third shelf")
    await hand.presses("Reactivate bot", "Deactivate bot")
    await hand.sits(VERA)
    await hand.sees("I am back")


async def _is_pushed(hand: Camera) -> None:
    await hand.sits(ADA)
    await hand.types("/users city = Vienna and age >= 18", "1 user")
    await hand.presses("Save as group", "name")
    await hand.types("Adults in Vienna", "Not saved yet")
    await hand.presses("Save the group", "Push to the group")
    await hand.types('/push new "Reading week" to "Adults in Vienna" start reading_week', "Starts the block")
    await hand.presses("Send", "Who gets it?")
    await hand.presses("All", "When shall it go out?")
    await hand.presses("Now", "to 1 person?")
    await hand.presses("Send to 1 person", "moves people there")
    await hand.sits(VERA)
    await hand.sees("Reading week in Vienna")


if __name__ == "__main__":
    asyncio.run(loop(sys.argv[1]))
    sys.stdout.write("A newcomer can do it: a visitor was answered by staff, and got a push.\n")
