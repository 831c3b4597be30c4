"""Groups on the page: topics, members one can be, reactions, inline results, and faults to watch."""

from __future__ import annotations

import aiohttp
import pytest

from sandbox import Group, Person, Sandbox
from tests.browser.chromium import Page
from tests.browser.desk import SARA, VERA, start
from tests.browser.greeter import Greeter
from tests.sandbox.pictures import png

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GROUP = "[data-group]"


async def staff_group(sandbox: Sandbox) -> tuple[Group, Person]:
    """A forum of Ada's with Sara in it; the bot is an administrator."""
    ada, sara = (Person(sandbox.client, {"id": id, "first_name": name}) for id, name in ((301, "Ada"), (201, "Sara")))
    return await sandbox.client.group("Staff", ada, sara, forum=True), sara


async def test_a_staff_group_is_made_and_used_by_hand(desk: Page) -> None:
    await desk.click(".bar button", "Add group")
    await desk.click("dialog button", "Add")
    await desk.wait_for("!document.querySelector('dialog')")
    await desk.click(f"{GROUP} .topic b", "New topic")
    await desk.type("[name=name]", "Vera")
    await desk.key("Enter")
    await desk.wait_for_text(f"{GROUP} .chat-head b", "Vera")
    await desk.type(f"{GROUP} textarea", "Who takes this?")
    await desk.key("Enter")
    await desk.wait_for_text(f"{GROUP} .msg.in", "You wrote: Who takes this?")
    await desk.click(f"{GROUP} .chat-head [aria-label='Menu of this group']")
    await desk.click(f"{GROUP} .menu button", "Close topic")
    await desk.wait_for_text(f"{GROUP} .chat-head .status", "closed")
    await desk.click(f"{GROUP} [aria-label='All topics']")
    assert await desk.wait_for(f"document.querySelector('{GROUP} .topic .closed:not([hidden])')")


async def test_one_writes_as_any_member_and_sees_the_others_by_name(desk: Page, sandbox: Sandbox) -> None:
    group, sara = await staff_group(sandbox)
    thread = await group.make_topic(sara, "Vera")
    await group.write(sara, "I take it.", thread=thread)
    await desk.click(f"{GROUP} .topic b", "Vera")
    await desk.wait_for_text(f"{GROUP} .msg.in .author b", "Sara")
    await desk.evaluate(
        f"""(() => {{ const writer = document.querySelector('{GROUP} .writer select');
              writer.value = "201"; writer.dispatchEvent(new Event("change")); }})()"""
    )
    await desk.wait_for_text(f"{GROUP} .msg.out", "I take it.")
    await group.topic("delete", thread)
    assert await desk.wait_for(f"document.querySelector('{GROUP} .topic.add')?.offsetWidth")
    assert await desk.evaluate(f"document.querySelectorAll('{GROUP} .topic').length") == 2


async def test_a_link_to_a_message_opens_its_topic_in_the_group(desk: Page, sandbox: Sandbox, bot: Greeter) -> None:
    group, sara = await staff_group(sandbox)
    thread = await group.make_topic(sara, "Vera")
    await group.write(sara, "Here it is.", thread=thread)
    [found] = await group.heard(1)
    await start(desk, SARA)
    link = f"https://t.me/c/{str(group.id)[4:]}/{thread}/{found['id']}"
    await bot.call("sendMessage", chat_id=201, text=f'<a href="{link}">Open</a>', parse_mode="HTML")
    await desk.click(f"{SARA} .text a", "Open")
    assert await desk.wait_for_text(f"{GROUP} .msg", "Here it is.")


async def test_a_group_is_chosen_for_the_bot_with_two_taps(desk: Page, sandbox: Sandbox, bot: Greeter) -> None:
    await staff_group(sandbox)
    await start(desk, SARA)
    keys = {"keyboard": [[{"text": "Choose a group", "request_chat": {"request_id": 1, "chat_is_channel": False}}]]}
    await bot.call("sendMessage", chat_id=201, text="Where?", reply_markup=keys)
    await desk.click(f"{SARA} .reply-keyboard button", "Choose a group")
    await desk.click("dialog button", "Choose")
    await bot.heard(lambda update: "chat_shared" in update.get("message", {}))
    assert await desk.wait_for_text(f"{SARA} .service", "A group was chosen")


async def test_what_the_bot_offers_inline_is_sent_by_a_tap(desk: Page, bot: Greeter) -> None:
    await start(desk)
    keys = {"inline_keyboard": [[{"text": "Find user", "switch_inline_query_current_chat": "ann"}]]}
    await bot.call("sendMessage", chat_id=101, text="Whom?", reply_markup=keys)
    await desk.click(f"{VERA} .inline-keyboard button", "Find user")
    await desk.click(f"{VERA} .inline-results button b", "Send ann")
    await desk.wait_for_text(f"{VERA} .msg.out .author", "via @frontdesk_sandbox_bot")
    assert await desk.wait_for_text(f"{VERA} .msg.in", "You wrote: Found: ann")


async def test_reactions_and_votes_show_at_once(desk: Page, bot: Greeter) -> None:
    await start(desk)
    await desk.click(f"{VERA} .msg.in [aria-label=React]")
    await desk.click(f"{VERA} .react-row button", "🔥")
    await desk.wait_for_text(f"{VERA} .reaction[aria-pressed=true]", "🔥")
    place = {"chat_id": 101, "message_id": 1}
    await bot.call("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    await desk.wait_for_text(f"{VERA} .msg.out .reaction", "👍")
    await bot.call("sendPoll", chat_id=101, question="Tea?", options=[{"text": "Yes"}, {"text": "No"}])
    await desk.click(f"{VERA} .poll button span", "Yes")
    assert await desk.wait_for_text(f"{VERA} .poll", "1 vote")


async def test_an_album_stands_together(desk: Page, sandbox: Sandbox) -> None:
    form = aiohttp.FormData({"kind": "photo", "caption": "Three"})
    for number in range(3):
        form.add_field(f"file{number}", png(20, 20), filename=f"{number}.png")
    await sandbox.client.request("POST", "/sim/people/101/file", data=form)
    assert await desk.wait_for(f"document.querySelectorAll('{VERA} .album .picture').length === 3")


async def test_a_caption_is_edited_and_a_message_deleted(desk: Page, sandbox: Sandbox) -> None:
    vera = Person(sandbox.client, {"id": 101, "first_name": "Vera"})
    await vera.send_file(b"data", "a.txt", caption="Helo")
    await desk.click(f"{VERA} .msg.out [aria-label=Edit]")
    await desk.evaluate("document.activeElement.select()")
    await desk.insert("Hello")
    await desk.key("Enter")
    await desk.wait_for_text(f"{VERA} .msg.out .text", "Hello")
    await desk.click(f"{VERA} .msg.out [aria-label=Edit]")
    await desk.click(f"{VERA} [aria-label='Delete message']")
    assert await desk.wait_for(f"!document.querySelector('{VERA} .msg')")


async def test_a_fault_is_switched_on_watched_and_taken_back(desk: Page, bot: Greeter) -> None:
    await desk.click(".bar button", "Faults")
    await desk.click(".presets button", "Slow by 5 s")
    await desk.wait_for_text(".rules li", "hit 0 of 3")
    await desk.click(f"{VERA} .big", "Start")
    await desk.wait_for_text(".rules li", "hit 1 of 3")
    await desk.click(".rules button")
    await desk.wait_for_text(".rules", "Nothing is wrong now.")
    await desk.click(".presets button", "+ 1 h")
    assert await desk.wait_for_text(".ahead", "1.0 h ahead")


async def test_a_group_fits_a_narrow_screen(desk: Page, sandbox: Sandbox) -> None:
    await desk.resize(360, 740)
    group, sara = await staff_group(sandbox)
    thread = await group.make_topic(sara, "A topic with a name that is longer than any screen of this width can show")
    await group.write(sara, "Hello", thread=thread)
    await desk.click(".tab", "StaffGroup")
    await desk.click(f"{GROUP} [data-topic='{thread}']")
    await desk.wait_for_text(f"{GROUP} .msg", "Hello")
    edges = "[...document.querySelectorAll('body, .current *')].map((one) => one.getBoundingClientRect().right)"
    assert await desk.evaluate("document.documentElement.scrollWidth") == 360
    assert await desk.evaluate(f"Math.max(...{edges})") <= 360
