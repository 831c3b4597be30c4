"""Screens as Telegram wants them: the parameters of sendMessage and editMessageText."""

from __future__ import annotations

from typing import Any

from bot.flow.markup import TEXT_LIMIT, shorten
from bot.ui.html import words
from bot.ui.press import pack
from bot.ui.screen import LABEL, Button, Row, Screen

#: Telegram's limit for the text of `answerCallbackQuery`.
TOAST_LIMIT = 200
#: Buttons that stand alone in their row have room for more letters.
_WIDE = 2 * LABEL
_NO_LABEL = "—"


def parameters(screen: Screen) -> dict[str, Any]:
    """`text`, `parse_mode`, `reply_markup` and no preview: the same for sending and for editing."""
    return {
        "text": screen.text,
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[_button(button, row) for button in row] for row in screen.rows if row]},
    }


def plain_parameters(sentence: str) -> dict[str, Any]:
    """The parameters for a sentence without markup or buttons, such as a refusal of a typed command."""
    return {"text": shorten(sentence, TEXT_LIMIT), "link_preview_options": {"is_disabled": True}}


def toast(sentence: str) -> str:
    """A sentence as it fits over the chat."""
    return shorten(sentence, TOAST_LIMIT)


def _button(button: Button, row: Row) -> dict[str, Any]:
    label = " ".join(words(button.label).split()) or _NO_LABEL
    made: dict[str, Any] = {"text": shorten(label, _WIDE if len(row) == 1 else LABEL)}
    if button.press is not None:
        made["callback_data"] = pack(button.press)
    elif button.url is not None:
        made["url"] = button.url
    elif button.inline is not None:
        made["switch_inline_query_current_chat"] = button.inline
    else:
        made["copy_text"] = {"text": button.copy}
    return made | ({"style": button.style.value} if button.style else {})
