"""Keyboards under and below messages: checked as Telegram checks them, kept as it gives them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

from sandbox.errors import Refused, bad
from sandbox.links import checked_link
from sandbox.shapes import JSON, Rows

DATA_LIMIT = 64
INLINE_BUTTONS, INLINE_PER_ROW = 100, 8
REPLY_BUTTONS, REPLY_PER_ROW = 300, 12
#: Labels and data of one inline keyboard together, in bytes: about 99 buttons with full data are refused.
INLINE_BYTES = 6_400
TEXT_BUTTON = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
#: Actions of an inline button in the order in which Telegram looks for them.
ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "login_url",
    "web_app",
    "copy_text",
)
_MAY_BE_EMPTY = frozenset({"switch_inline_query", "switch_inline_query_current_chat", "callback_game"})
_REPLY_ACTIONS = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app")
_PRIVATE_ONLY = {
    "request_contact": "phone number",
    "request_location": "location",
    "request_poll": "poll",
    "request_users": "users",
    "request_chat": "chat",
}
_USER_LINK = re.compile(r"tg://user\?id=(\d+)")


@dataclass(slots=True, frozen=True)
class Markup:
    """What `reply_markup` asked for; `fixed` where it is anything but an inline keyboard."""

    inline: Rows | None = None
    reply: JSON | None = None
    remove: bool = False
    fixed: bool = False


NONE = Markup()


def read(value: Any, knows: Callable[[int], bool], private: bool = True) -> Markup:
    """The markup of a call; `knows` tells whether the bot has met a user, `private` whether the chat is private.

    Raises Refused.
    """
    if value in (None, "", {}):
        return NONE
    markup = _object(value)
    if "inline_keyboard" in markup:
        return Markup(inline=_inline(markup["inline_keyboard"], knows) or None)
    if "keyboard" in markup:
        return Markup(reply=_reply(markup, private), fixed=True)
    if _true(markup.get("remove_keyboard")):
        return Markup(remove=True, fixed=True)
    if _true(markup.get("force_reply")):
        return Markup(fixed=True)
    return NONE


def _object(value: Any) -> JSON:
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad("can't parse reply keyboard markup JSON object") from None
    if not isinstance(value, dict):
        raise bad("object expected as reply markup")
    return value


def _true(value: Any) -> bool:
    return value is True or str(value).lower() in ("true", "yes", "1")


def _rows(value: Any, name: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad(f'field "{name}" of the {_KEYBOARDS[name]} must be an Array')
    for row in value:
        if not isinstance(row, list):
            raise bad(f'field "{name}" of the {_KEYBOARDS[name]} must be an Array of Arrays')
    return value


_KEYBOARDS = {"inline_keyboard": "InlineKeyboardMarkup", "keyboard": "ReplyKeyboardMarkup"}


def _inline(value: Any, knows: Callable[[int], bool]) -> Rows:
    rows = [[_inline_button(button, knows) for button in row] for row in _rows(value, "inline_keyboard")]
    rows = [row for row in rows if row]
    count = sum(len(row) for row in rows)
    if count > INLINE_BUTTONS or any(len(row) > INLINE_PER_ROW for row in rows) or _weight(rows) > INLINE_BYTES:
        raise bad("reply markup is too long")
    return rows


def _weight(rows: Rows) -> int:
    return sum(len(b["text"].encode()) + len(b.get("callback_data", "").encode()) for row in rows for b in row)


def _inline_button(button: Any, knows: Callable[[int], bool]) -> JSON:
    label = _label(button, "inline keyboard button")
    action = next((name for name in ACTIONS if _present(button, name)), None)
    if action is None:
        raise bad(TEXT_BUTTON)
    kept = {name: button[name] for name in ("style", "icon_custom_emoji_id", "disabled") if button.get(name)}
    return {"text": label, **kept, action: _action(action, button[action], knows)}


def _present(button: JSON, name: str) -> bool:
    value = button.get(name)
    return value is not None and value is not False and (value != "" or name in _MAY_BE_EMPTY)


def _label(button: Any, what: str) -> str:
    if not isinstance(button, dict):
        raise bad(f"can't parse {what}: KeyboardButton must be an Object")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad(
            f"can't parse {what}: Can't find field \"text\""
            if text is None
            else f'can\'t parse {what}: Field "text" must be of type String'
        )
    if not text.strip():
        raise bad(f"{what} text must be non-empty")
    return text


def _action(name: str, value: Any, knows: Callable[[int], bool]) -> Any:
    checks: dict[str, Callable[[Any], Any]] = {
        "url": lambda url: _url(str(url), knows),
        "callback_data": _data,
        "copy_text": _copy_text,
        "web_app": _web_app,
    }
    return checks[name](value) if name in checks else value


def _data(value: Any) -> str:
    if not isinstance(value, str):
        raise bad('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
    if len(value.encode("utf-8", "surrogatepass")) > DATA_LIMIT:
        raise bad("BUTTON_DATA_INVALID")
    return value


def _url(url: str, knows: Callable[[int], bool]) -> str:
    user = _USER_LINK.fullmatch(url)
    if user:
        if not knows(int(user[1])):
            raise bad("BUTTON_USER_INVALID")
        return url
    checked = checked_link(url)
    if not checked:
        raise bad("BUTTON_URL_INVALID")
    return checked


def _copy_text(value: Any) -> JSON:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or not 1 <= len(text) <= 256:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _web_app(value: Any) -> JSON:
    url = value.get("url", "") if isinstance(value, dict) else ""
    if not str(url).startswith("https://"):
        raise bad("inline keyboard button Web App URL is invalid: only HTTPS links are allowed")
    return {"url": url}


def _reply(markup: JSON, private: bool) -> JSON:
    """The reply keyboard as clients show it; surplus buttons are dropped without a word, as Telegram does."""
    rows: Rows = []
    left = REPLY_BUTTONS
    for row in _rows(markup["keyboard"], "keyboard"):
        kept = [_reply_button(button, private) for button in row][: min(REPLY_PER_ROW, left)]
        left -= len(kept)
        if kept:
            rows.append(kept)
    keyboard: JSON = {"rows": rows, "one_time": _true(markup.get("one_time_keyboard"))}
    placeholder = markup.get("input_field_placeholder")
    if placeholder:
        keyboard["placeholder"] = _placeholder(placeholder)
    return keyboard


def _placeholder(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 64:
        raise Refused(400, "Bad Request: input field placeholder is too long")
    return value


def _reply_button(button: Any, private: bool) -> JSON:
    if isinstance(button, str):
        button = {"text": button}
    label = _label(button, "keyboard button")
    asked = [name for name in _REPLY_ACTIONS if button.get(name)]
    if len(asked) > 1:
        raise bad("can't parse keyboard button: only one action is allowed")
    for name in asked:
        if not private and name in _PRIVATE_ONLY:
            raise bad(f"{_PRIVATE_ONLY[name]} can be requested in private chats only")
        if name in ("request_users", "request_chat"):
            _check_request(button[name])
    return {"text": label, **{name: button[name] for name in asked}}


def _check_request(value: Any) -> None:
    if not isinstance(value, dict):
        raise bad("can't parse keyboard button: object expected")
    if not isinstance(value.get("request_id"), int):
        raise bad("can't parse keyboard button: Can't find field \"request_id\"")
