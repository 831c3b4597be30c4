"""Who the bot is: its name, descriptions and menu button."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON, Chat

_FLAGS = {
    "can_join_groups": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "can_manage_bots": False,
    "supports_guest_queries": False,
}


@method("getMe")
def get_me(call: Call) -> JSON:
    """The bot itself."""
    told = call.world.settings
    asked = {"can_read_all_group_messages": not told.privacy, "supports_inline_queries": told.inline}
    return {**call.world.bot_card, **_FLAGS, **asked}


@method("logOut", "close")
def leave(call: Call) -> bool:
    """There is only one server to be at; nothing changes."""
    return True


@method("setMyName")
def set_my_name(call: Call) -> bool:
    """Up to 64 characters, per language; an empty one goes back to the first."""
    _set(call, call.world.profile.names, "name", 64)
    call.world.name_bot(call.world.profile.names.get("") or call.world.settings.name)
    return True


@method("getMyName")
def get_my_name(call: Call) -> JSON:
    """The name in a language."""
    return {"name": _get(call, call.world.profile.names) or call.world.settings.name}


@method("setMyDescription")
def set_my_description(call: Call) -> bool:
    """What an empty chat with the bot shows."""
    return _set(call, call.world.profile.descriptions, "description", 512)


@method("getMyDescription")
def get_my_description(call: Call) -> JSON:
    """What an empty chat with the bot shows."""
    return {"description": _get(call, call.world.profile.descriptions)}


@method("setMyShortDescription")
def set_my_short_description(call: Call) -> bool:
    """What the bot's profile shows."""
    return _set(call, call.world.profile.short_descriptions, "short_description", 120)


@method("getMyShortDescription")
def get_my_short_description(call: Call) -> JSON:
    """What the bot's profile shows."""
    return {"short_description": _get(call, call.world.profile.short_descriptions)}


@method("setChatMenuButton")
def set_chat_menu_button(call: Call) -> bool:
    """The button beside the input field, for one chat or for all."""
    button = call.json("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
        raise bad("can't parse menu button: unsupported type")
    call.world.profile.menus[_menu_chat(call)] = button
    call.world.changes += 1
    return True


@method("getChatMenuButton")
def get_chat_menu_button(call: Call) -> JSON:
    """The button beside the input field."""
    menus = call.world.profile.menus
    return menus.get(_menu_chat(call)) or menus.get(0) or {"type": "commands"}


def _menu_chat(call: Call) -> int:
    if not call.params.get("chat_id"):
        return 0
    chat = call.known_chat()
    if not isinstance(chat, Chat):
        raise bad("chat not found")
    return chat.id


def _set(call: Call, texts: dict[str, str], name: str, limit: int) -> bool:
    text = call.text(name)
    if len(text) > limit:
        raise bad(f"bot {name.replace('_', ' ')} is too long")
    texts[call.text("language_code")] = text
    call.world.changes += 1
    return True


def _get(call: Call, texts: dict[str, str]) -> str:
    return texts.get(call.text("language_code")) or texts.get("", "")
