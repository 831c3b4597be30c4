"""What people do reaches the bot as Telegram would tell it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Person, Sandbox
from tests.sandbox.conftest import Ask

BUTTONS = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}, {"text": "Site", "url": "https://x.org/"}]]}


async def updates(ask: Ask) -> list[dict[str, Any]]:
    """All that wait, and confirm them."""
    found: list[dict[str, Any]] = (await ask("getUpdates"))["result"]
    if found:
        await ask("getUpdates", offset=found[-1]["update_id"] + 1)
    return found


async def test_start_says_nothing_about_membership(ask: Ask, vera: Person) -> None:
    await vera.start()
    [update] = await updates(ask)
    assert update["message"]["text"] == "/start"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert update["message"]["from"] == {
        "id": 101,
        "is_bot": False,
        "first_name": "Vera",
        "username": "vera_v",
        "language_code": "de",
    }


async def test_blocking_and_unblocking_are_told(ask: Ask, vera: Person) -> None:
    await vera.start()
    await vera.block()
    await vera.unblock()
    changes = [update["my_chat_member"] for update in (await updates(ask))[1:]]
    assert [(c["old_chat_member"]["status"], c["new_chat_member"]["status"]) for c in changes] == [
        ("member", "kicked"),
        ("kicked", "member"),
    ]
    assert changes[0]["new_chat_member"]["until_date"] == 0


async def test_start_unblocks(ask: Ask, vera: Person) -> None:
    await vera.start()
    await vera.block()
    await vera.start("back")
    assert [list(update)[1] for update in await updates(ask)] == [
        "message",
        "my_chat_member",
        "my_chat_member",
        "message",
    ]
    assert (await ask("sendMessage", chat_id=101, text="Welcome back"))["ok"]


async def test_who_has_blocked_writes_nothing(vera: Person) -> None:
    await vera.start()
    await vera.block()
    with pytest.raises(RuntimeError, match="blocked the bot"):
        await vera.write("Hello")


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/frontdesk_sandbox_bot?start=c_1",
        "t.me/Frontdesk_Sandbox_Bot?start=c_1",
        "tg://resolve?domain=frontdesk_sandbox_bot&start=c_1",
    ],
)
async def test_a_link_to_the_bot_starts_with_its_payload(ask: Ask, vera: Person, link: str) -> None:
    await vera.open(link)
    assert (await updates(ask))[0]["message"]["text"] == "/start c_1"


async def test_other_links_lead_nowhere(vera: Person) -> None:
    with pytest.raises(RuntimeError, match="does not lead to the bot"):
        await vera.open("https://x.org/frontdesk_sandbox_bot?start=1")
    with pytest.raises(RuntimeError, match="payload"):
        await vera.start("not allowed!")


async def test_ones_own_contact_carries_ones_own_id(ask: Ask, vera: Person, victor: Person) -> None:
    await vera.share_contact()
    await vera.share_contact(of=victor)
    own, other = [update["message"] for update in await updates(ask)]
    assert own["contact"] == {"phone_number": "+43 1 23", "first_name": "Vera", "user_id": 101}
    assert other["contact"]["user_id"] == 102 != other["from"]["id"]


async def test_a_location_arrives(ask: Ask, vera: Person) -> None:
    await vera.share_location(48.2, 16.37)
    assert (await updates(ask))[0]["message"]["location"] == {"latitude": 48.2, "longitude": 16.37}
    with pytest.raises(RuntimeError, match="no place on earth"):
        await vera.share_location(99, 0)


async def test_an_edited_text_is_told(ask: Ask, vera: Person) -> None:
    mine = await vera.write("Helo")
    changed = await vera.edit(mine, "Hello")
    assert changed["edit_date"]
    assert (await updates(ask))[-1]["edited_message"]["text"] == "Hello"


async def test_a_deleted_text_is_not_told(ask: Ask, vera: Person) -> None:
    await vera.delete(await vera.write("Forget it"))
    assert len(await updates(ask)) == 1
    assert (await vera.chat())["messages"] == []


async def test_a_press_on_a_deleted_message_tells_only_where_it_was(ask: Ask, vera: Person) -> None:
    await vera.start()
    number = (await ask("sendMessage", chat_id=101, text="Well?", reply_markup=BUTTONS))["result"]["message_id"]
    await ask("deleteMessage", chat_id=101, message_id=number)
    await vera.press_only("go", number)
    query = (await updates(ask))[-1]["callback_query"]
    assert query["data"] == "go"
    assert query["message"] == {"chat": query["message"]["chat"], "message_id": number, "date": 0}


async def test_a_press_by_place_sends_the_buttons_data(sandbox: Sandbox, ask: Ask, vera: Person) -> None:
    await vera.start()
    number = (await ask("sendMessage", chat_id=101, text="Well?", reply_markup=BUTTONS))["result"]["message_id"]
    place = {"message_id": number, "row": 0}
    await sandbox.client.post("/sim/people/101/press", {**place, "column": 0})
    assert (await updates(ask))[-1]["callback_query"]["data"] == "go"
    with pytest.raises(RuntimeError, match="sends nothing"):
        await sandbox.client.post("/sim/people/101/press", {**place, "column": 1})
    with pytest.raises(RuntimeError, match="no such button"):
        await sandbox.client.post("/sim/people/101/press", {**place, "column": 2})


async def test_a_client_may_send_data_that_no_button_has(ask: Ask, vera: Person) -> None:
    await vera.start()
    number = (await ask("sendMessage", chat_id=101, text="Well?", reply_markup=BUTTONS))["result"]["message_id"]
    await vera.press_only("forged", number)
    assert (await updates(ask))[-1]["callback_query"]["data"] == "forged"


async def test_files_of_every_kind_arrive(ask: Ask, vera: Person) -> None:
    for kind in ("document", "video", "audio", "voice", "animation", "sticker"):
        await vera.send_file(b"data", f"a.{kind}", kind)
        assert kind in (await updates(ask))[-1]["message"]
    with pytest.raises(RuntimeError, match="can be sent as a photo"):
        await vera.send_file(b"data", "a.png", "photo")


async def test_unknown_people_and_broken_requests_get_a_sentence(sandbox: Sandbox) -> None:
    with pytest.raises(RuntimeError, match="no such person"):
        await sandbox.client.post("/sim/people/5/start")
    with pytest.raises(RuntimeError, match="not readable as JSON"):
        await sandbox.client.request("POST", "/sim/people", data=b"{", headers={"Content-Type": "application/json"})
    with pytest.raises(RuntimeError, match="needs a first name"):
        await sandbox.client.person(" ")
    with pytest.raises(RuntimeError, match="text must be a text"):
        await sandbox.client.post("/sim/people/5/write", {"text": 5})


async def test_two_people_cannot_be_the_same(sandbox: Sandbox, vera: Person) -> None:
    with pytest.raises(RuntimeError, match="id 101 already"):
        await sandbox.client.person("Vera", id=101)
    with pytest.raises(RuntimeError, match="taken"):
        await sandbox.client.person("Vera", username="VERA_V")
    assert (await sandbox.client.person("Sara", role="staff")).id == 1001


async def test_a_long_chat_is_read_in_pages(sandbox: Sandbox, vera: Person) -> None:
    for number in range(5):
        await vera.write(str(number))
    last = await sandbox.client.get("/sim/people/101/chat", limit=2)
    assert [m["text"] for m in last["messages"]] == ["3", "4"]
    assert last["more"]
    first = await sandbox.client.get("/sim/people/101/chat", limit=9, before=last["messages"][0]["id"])
    assert [m["text"] for m in first["messages"]] == ["0", "1", "2"]
    assert not first["more"]


async def test_waiting_in_vain_says_what_was_there(sandbox: Sandbox, vera: Person) -> None:
    await vera.write("Anybody?")
    with pytest.raises(AssertionError, match=r"person: Anybody\?"):
        await vera.heard(1, timeout=0.05)
    assert sandbox.world.chats[101].waiters == []
    with pytest.raises(AssertionError, match="sees no button 'Go'"):
        await vera.press("Go")
