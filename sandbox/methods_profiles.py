"""Pictures of people and of the bot, its default rights, and what other accounts have to show."""

from __future__ import annotations

from typing import Any

from sandbox.attachments import stored_file
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import ADMIN_RIGHTS, OF_CHANNELS, OF_GROUPS
from sandbox.registry import method
from sandbox.shapes import JSON


@method("getUserProfilePhotos")
def get_user_profile_photos(call: Call) -> JSON:
    """Somebody's profile pictures, newest first."""
    user_id = _known(call)
    photos = call.world.extras.profile_photos.get(user_id, [])
    offset, limit = call.integer("offset"), max(1, min(call.integer("limit", 100), 100))
    shown = [call.world.files.photo(file_id) for file_id in photos[offset : offset + limit]]
    return {"total_count": len(photos), "photos": shown}


@method("setMyProfilePhoto")
def set_my_profile_photo(call: Call) -> bool:
    """A picture for the bot; one that moves is refused here."""
    given: Any = call.json("photo", "InputProfilePhoto")
    if not isinstance(given, dict) or given.get("type") != "static":
        raise bad("can't parse InputProfilePhoto: only static pictures can be set here")
    stored = stored_file(call, "photo", given.get("photo"), "")
    call.world.extras.profile_photos.setdefault(call.world.bot_id, []).insert(0, stored.file_id)
    call.world.changes += 1
    return True


@method("removeMyProfilePhoto")
def remove_my_profile_photo(call: Call) -> bool:
    """The bot's present picture goes; the one before shows again."""
    del call.world.extras.profile_photos.setdefault(call.world.bot_id, [])[:1]
    call.world.changes += 1
    return True


@method("setMyDefaultAdministratorRights")
def set_my_default_administrator_rights(call: Call) -> bool:
    """The rights that a client proposes when somebody makes the bot an administrator; none takes them back."""
    given: Any = call.json("rights", "ChatAdministratorRights") or {}
    if not isinstance(given, dict):
        raise bad("can't parse ChatAdministratorRights JSON object")
    channels = call.flag("for_channels")
    hidden = OF_GROUPS if channels else OF_CHANNELS
    rights = {name: bool(given.get(name)) for name in ADMIN_RIGHTS if name not in hidden}
    # Nobody is anonymous in a channel, whatever was asked for.
    rights["is_anonymous"] = bool(given.get("is_anonymous")) and not channels
    call.world.extras.default_rights[_kind(channels)] = rights
    call.world.changes += 1
    return True


@method("getMyDefaultAdministratorRights")
def get_my_default_administrator_rights(call: Call) -> JSON:
    """The rights that a client proposes."""
    channels = call.flag("for_channels")
    hidden = OF_GROUPS if channels else OF_CHANNELS
    none = dict.fromkeys(("is_anonymous", *(name for name in ADMIN_RIGHTS if name not in hidden)), False)
    return call.world.extras.default_rights.get(_kind(channels)) or none


@method("getUserProfileAudios")
def get_user_profile_audios(call: Call) -> JSON:
    """Nobody here plays music on their profile."""
    _known(call)
    return {"total_count": 0, "audios": []}


@method("getUserGifts")
def get_user_gifts(call: Call) -> JSON:
    """Nobody here was given anything."""
    _known(call)
    return {"total_count": 0, "gifts": []}


@method("getChatGifts")
def get_chat_gifts(call: Call) -> JSON:
    """No chat here was given anything."""
    call.known_chat()
    return {"total_count": 0, "gifts": []}


@method("getUserChatBoosts")
def get_user_chat_boosts(call: Call) -> JSON:
    """Nobody here boosts."""
    call.known_chat()
    _known(call)
    return {"boosts": []}


def _known(call: Call) -> int:
    user_id = call.integer("user_id")
    if user_id != call.world.bot_id and user_id not in call.world.chats:
        raise bad("user not found")
    return user_id


def _kind(channels: bool) -> str:
    return "channels" if channels else "groups"
