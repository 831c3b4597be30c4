"""Screens as Telegram gets them."""

from __future__ import annotations

import pytest

from bot.ui.html import html, name
from bot.ui.press import Choose
from bot.ui.screen import Button, Screen, Style, rows_of
from bot.ui.telegram import parameters, plain_parameters, toast


def keyboard(*buttons: Button) -> list[list[dict[str, object]]]:
    made = parameters(Screen(html("x"), (buttons,)))["reply_markup"]["inline_keyboard"]
    assert isinstance(made, list)
    return made


def test_a_screen_is_html_without_preview() -> None:
    made = parameters(Screen(html("<b>{}</b>", "<"), ()))
    assert made["text"] == "<b>&lt;</b>"
    assert made["parse_mode"] == "HTML"
    assert made["link_preview_options"] == {"is_disabled": True}
    assert made["reply_markup"] == {"inline_keyboard": []}


def test_each_kind_of_button_has_its_field() -> None:
    press = Button("Take", Choose("a", "b"), style=Style.DANGER)
    assert keyboard(press, Button("Link", url="https://t.me/x"), Button("42", copy="42")) == [
        [
            {"text": "Take", "callback_data": "c:a:b", "style": "danger"},
            {"text": "Link", "url": "https://t.me/x"},
            {"text": "42", "copy_text": {"text": "42"}},
        ]
    ]


def test_labels_are_cleaned_and_short_where_they_share_a_row() -> None:
    hostile = Button("\u202eVera\n\x00" + "x" * 80, copy="1")
    first, second = keyboard(hostile, Button("\u200b", copy="2"))[0]
    assert first["text"] == "Vera " + "x" * 14 + "…"
    assert second["text"] == "—"
    assert len(str(keyboard(hostile)[0][0]["text"])) == 40


def test_a_name_in_a_label_keeps_its_isolation() -> None:
    assert keyboard(Button(name("Vera"), copy="1"))[0][0]["text"] == "\u2068Vera\u2069"


def test_a_button_does_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        Button("Nothing")
    with pytest.raises(ValueError, match="exactly one"):
        Button("Two", url="https://t.me/x", copy="x")


def test_rows_are_three_buttons_wide() -> None:
    buttons = [Button(str(number), copy=str(number)) for number in range(7)]
    assert [len(row) for row in rows_of(*buttons, None)] == [3, 3, 1]


def test_sentences_are_cut_to_what_telegram_takes() -> None:
    assert len(toast("x" * 300)) == 200
    assert len(plain_parameters("x" * 5000)["text"]) == 4096
