"""Keyboards are checked as Telegram checks them."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import Person
from sandbox.errors import Refused
from sandbox.keyboards import NONE, read
from tests.sandbox.conftest import Ask


def met(user_id: int) -> bool:
    return user_id == 101


def inline(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([], "object expected as reply markup"),
        (inline({"text": "a"}), "Text buttons are unallowed in the inline keyboard"),
        (inline({"text": "a", "callback_data": ""}), "Text buttons are unallowed in the inline keyboard"),
        (inline({"text": "a", "callback_data": "x" * 65}), "BUTTON_DATA_INVALID"),
        (inline({"text": "a", "callback_data": "ж" * 33}), "BUTTON_DATA_INVALID"),
        (inline({"text": "a", "callback_data": 1}), 'Field "callback_data" must be of type String'),
        (inline({"text": "", "callback_data": "a"}), "text must be non-empty"),
        (inline({"callback_data": "a"}), 'Can\'t find field "text"'),
        (inline({"text": "a", "url": "nowhere"}), "BUTTON_URL_INVALID"),
        (inline({"text": "a", "url": "tg://user?id=999"}), "BUTTON_USER_INVALID"),
        (inline({"text": "a", "copy_text": {"text": "x" * 257}}), "BUTTON_COPY_TEXT_INVALID"),
        ({"inline_keyboard": [{"text": "a"}]}, "must be an Array of Arrays"),
        ({"inline_keyboard": 1}, 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array'),
        (inline(*[{"text": "a", "callback_data": "a"}] * 9), "reply markup is too long"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "a"}]] * 101}, "reply markup is too long"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "a" * 64}]] * 99}, "reply markup is too long"),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
    ],
)
def test_a_wrong_keyboard_is_refused(markup: Any, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(markup, met)
    assert reason in refused.value.description


def test_the_largest_keyboards_pass() -> None:
    data = {"text": "a", "callback_data": "ж" * 32}
    rows = [[data] * 8] * 12
    assert read({"inline_keyboard": rows}, met).inline == rows


def test_with_several_actions_the_first_in_telegrams_order_stays() -> None:
    markup = read(inline({"text": "a", "callback_data": "x", "url": "https://x.org/"}), met)
    assert markup.inline == [[{"text": "a", "url": "https://x.org/"}]]


def test_an_empty_keyboard_is_none() -> None:
    assert read({"inline_keyboard": []}, met).inline is None
    assert read(None, met) == NONE


def test_surplus_buttons_of_a_reply_keyboard_are_dropped_without_a_word() -> None:
    keyboard = read({"keyboard": [["a"] * 13] * 30}, met).reply
    assert keyboard is not None
    assert [len(row) for row in keyboard["rows"]] == [12] * 25


async def test_a_reply_keyboard_shows_until_it_is_removed(ask: Ask, vera: Person) -> None:
    await vera.start()
    keys = {"keyboard": [[{"text": "My number", "request_contact": True}], ["No"]], "input_field_placeholder": "Well?"}
    await ask("sendMessage", chat_id=101, text="Your number?", reply_markup=keys)
    assert (await vera.chat())["keyboard"] == {
        "rows": [[{"text": "My number", "request_contact": True}], [{"text": "No"}]],
        "one_time": False,
        "placeholder": "Well?",
    }
    await ask("sendMessage", chat_id=101, text="Thank you.", reply_markup={"remove_keyboard": True})
    assert (await vera.chat())["keyboard"] is None


async def test_a_one_time_keyboard_goes_when_it_is_used(ask: Ask, vera: Person) -> None:
    await vera.start()
    keys = {"keyboard": [["Yes", "No"]], "one_time_keyboard": True}
    await ask("sendMessage", chat_id=101, text="Sure?", reply_markup=keys)
    await vera.write("What?")
    assert (await vera.chat())["keyboard"] is not None
    await vera.write("Yes")
    assert (await vera.chat())["keyboard"] is None
