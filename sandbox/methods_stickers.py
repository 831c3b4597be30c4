"""Sticker sets: looking, making, changing, deleting."""

from __future__ import annotations

import re
from typing import Any

from sandbox import stickers
from sandbox.attachments import file_card, new_file, stored_file
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.files import photo_sizes
from sandbox.registry import method
from sandbox.shapes import JSON

TITLE, AT_FIRST = 64, 50
MOST = {"regular": 120, "mask": 120, "custom_emoji": 200}
MOST_ASKED = 200
_NAME = re.compile(r"[A-Za-z](?!.*__)[A-Za-z0-9_]{0,63}")


@method("getStickerSet")
def get_sticker_set(call: Call) -> JSON:
    """A set by its name; only the bot's own ones exist here."""
    return stickers.named(call.world, call.text("name"))


@method("getCustomEmojiStickers")
def get_custom_emoji_stickers(call: Call) -> list[JSON]:
    """The stickers of up to 200 custom emoji; unknown ones are left out."""
    given = call.json("custom_emoji_ids", "custom emoji identifiers")
    if not isinstance(given, list) or len(given) > MOST_ASKED:
        raise bad("too many custom emoji identifiers specified")
    found = [stickers.custom_emoji(call.world, str(number)) for number in given]
    return [sticker for sticker in found if sticker]


@method("uploadStickerFile")
def upload_sticker_file(call: Call) -> JSON:
    """Keep a file for sets to come."""
    _owner(call)
    if call.text("sticker_format") not in stickers.FORMATS:
        raise bad("sticker format must be one of static, animated, or video")
    upload = call.uploads.get("sticker")
    if upload is None:
        raise bad("there is no sticker in the request")
    return file_card(new_file(call, "sticker", upload))


@method("createNewStickerSet")
def create_new_sticker_set(call: Call) -> bool:
    """A set with up to 50 stickers; its name ends with the bot's."""
    _owner(call)
    name, title, kind = call.text("name"), call.text("title"), call.text("sticker_type") or "regular"
    if not _NAME.fullmatch(name) or not name.lower().endswith(f"_by_{call.world.settings.username.lower()}"):
        raise bad("PACK_SHORT_NAME_INVALID")
    if name.lower() in call.world.extras.sticker_sets:
        raise bad("sticker set name is already occupied")
    if not 1 <= len(title) <= TITLE:
        raise bad("PACK_TITLE_INVALID")
    if kind not in stickers.TYPES:
        raise bad("unsupported sticker type specified")
    given: Any = call.json("stickers", "stickers")
    if not isinstance(given, list) or not 1 <= len(given) <= AT_FIRST:
        raise bad("STICKERS_EMPTY" if not given else "STICKERS_TOO_MUCH")
    found = [stickers.made(call, one, name, kind) for one in given]
    call.world.extras.sticker_sets[name.lower()] = {
        "name": name,
        "title": title,
        "sticker_type": kind,
        "stickers": found,
    }
    return _kept(call)


@method("addStickerToSet")
def add_sticker_to_set(call: Call) -> bool:
    """One more at the end."""
    _owner(call)
    pack = stickers.named(call.world, call.text("name"))
    if len(pack["stickers"]) >= MOST[pack["sticker_type"]]:
        raise bad("STICKERS_TOO_MUCH")
    pack["stickers"].append(_made(call, pack))
    return _kept(call)


@method("replaceStickerInSet")
def replace_sticker_in_set(call: Call) -> bool:
    """Another sticker in the place of one."""
    _owner(call)
    pack, old = stickers.of_sticker(call.world, call.text("old_sticker"))
    if pack["name"].lower() != call.text("name").lower():
        raise bad("STICKER_INVALID")
    pack["stickers"][pack["stickers"].index(old)] = _made(call, pack)
    return _kept(call)


@method("setStickerPositionInSet")
def set_sticker_position_in_set(call: Call) -> bool:
    """Move a sticker; positions count from 0."""
    pack, sticker = stickers.of_sticker(call.world, call.text("sticker"))
    position = call.integer("position")
    if position < 0:
        raise bad("STICKER_POSITION_INVALID")
    pack["stickers"].remove(sticker)
    pack["stickers"].insert(position, sticker)
    return _kept(call)


@method("deleteStickerFromSet")
def delete_sticker_from_set(call: Call) -> bool:
    """A sticker goes; its set stays, even empty."""
    pack, sticker = stickers.of_sticker(call.world, call.text("sticker"))
    pack["stickers"].remove(sticker)
    return _kept(call)


@method("setStickerEmojiList")
def set_sticker_emoji_list(call: Call) -> bool:
    """Other emoji for a sticker; the first one is shown."""
    _, sticker = stickers.of_sticker(call.world, call.text("sticker"))
    sticker["emoji"] = stickers.emoji_list(call.json("emoji_list", "emoji list"))[0]
    return _kept(call)


@method("setStickerKeywords")
def set_sticker_keywords(call: Call) -> bool:
    """Words by which a sticker is searched; nobody searches here, they are only checked."""
    stickers.of_sticker(call.world, call.text("sticker"))
    stickers.keywords(call.json("keywords", "keywords"))
    return True


@method("setStickerMaskPosition")
def set_sticker_mask_position(call: Call) -> bool:
    """Where a mask sits; without a place it has none any more."""
    pack, sticker = stickers.of_sticker(call.world, call.text("sticker"))
    if pack["sticker_type"] != "mask":
        raise bad("STICKER_MASK_COORDS_NOT_SUPPORTED")
    sticker.pop("mask_position", None)
    if given := call.json("mask_position", "mask position"):
        sticker["mask_position"] = stickers.mask_position(given)
    return _kept(call)


@method("setStickerSetTitle")
def set_sticker_set_title(call: Call) -> bool:
    """Another title."""
    pack, title = stickers.named(call.world, call.text("name")), call.text("title")
    if not 1 <= len(title) <= TITLE:
        raise bad("PACK_TITLE_INVALID")
    pack["title"] = title
    return _kept(call)


@method("setStickerSetThumbnail")
def set_sticker_set_thumbnail(call: Call) -> bool:
    """A picture for the set, or none."""
    _owner(call)
    pack = stickers.named(call.world, call.text("name"))
    if call.text("format") not in stickers.FORMATS:
        raise bad("sticker format must be one of static, animated, or video")
    pack.pop("thumbnail", None)
    if "thumbnail" in call.params or "thumbnail" in call.uploads:
        stored = stored_file(call, "thumbnail", call.params.get("thumbnail"), "thumbnail")
        pack["thumbnail"] = photo_sizes(stored)[-1]
    return _kept(call)


@method("setCustomEmojiStickerSetThumbnail")
def set_custom_emoji_sticker_set_thumbnail(call: Call) -> bool:
    """One of its emoji stands for the set, or (empty) its first."""
    pack, number = stickers.named(call.world, call.text("name")), call.text("custom_emoji_id")
    if pack["sticker_type"] != "custom_emoji":
        raise bad("STICKERSET_INVALID")
    if number and all(sticker.get("custom_emoji_id") != number for sticker in pack["stickers"]):
        raise bad("STICKER_INVALID")
    return True


@method("deleteStickerSet")
def delete_sticker_set(call: Call) -> bool:
    """A set goes with all its stickers."""
    pack = stickers.named(call.world, call.text("name"))
    del call.world.extras.sticker_sets[pack["name"].lower()]
    return _kept(call)


def _made(call: Call, pack: JSON) -> JSON:
    return stickers.made(call, call.json("sticker", "InputSticker"), pack["name"], pack["sticker_type"])


def _owner(call: Call) -> None:
    """A set belongs to somebody whom the bot has met, or to the bot."""
    user_id = call.integer("user_id")
    if user_id != call.world.bot_id and not call.world.met(user_id):
        raise bad("USER_ID_INVALID")


def _kept(call: Call) -> bool:
    call.world.changes += 1
    return True
