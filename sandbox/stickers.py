"""Sticker sets: found by name, their stickers by file_id."""

from __future__ import annotations

from typing import Any

from sandbox.attachments import file_card, sticker_fields, stored_file
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.files import thumbnail_of
from sandbox.shapes import JSON
from sandbox.topic_icons import ICONS
from sandbox.world import World

FORMATS = ("static", "animated", "video")
TYPES = ("regular", "mask", "custom_emoji")
POINTS = ("forehead", "eyes", "mouth", "chin")
MOST_EMOJI, MOST_KEYWORDS, KEYWORDS_LENGTH = 20, 20, 64
NOT_MODIFIED = "STICKERSET_NOT_MODIFIED"


def named(world: World, name: str) -> JSON:
    """The set with this name; raises Refused."""
    found = world.extras.sticker_sets.get(name.lower())
    if found is None:
        raise bad("STICKERSET_INVALID")
    return found


def of_sticker(world: World, file_id: str) -> tuple[JSON, JSON]:
    """(the set, the sticker in it) of a file_id; raises Refused."""
    for one in world.extras.sticker_sets.values():
        for sticker in one["stickers"]:
            if sticker["file_id"] == file_id:
                return one, sticker
    raise bad("STICKER_INVALID")


def known(world: World, file_id: str) -> JSON:
    """What a set tells about a sticker, {} for one that is in none."""
    found = (s for one in world.extras.sticker_sets.values() for s in one["stickers"] if s["file_id"] == file_id)
    return dict(next(found, {}))


def custom_emoji(world: World, number: str) -> JSON | None:
    """The sticker of a custom emoji: an icon of topics, or one of the bot's own sets."""
    if number in ICONS:
        return icon(number)
    sets = [one for one in world.extras.sticker_sets.values() if one["sticker_type"] == "custom_emoji"]
    return next((s for one in sets for s in one["stickers"] if s.get("custom_emoji_id") == number), None)


def icon(number: str) -> JSON:
    """A custom emoji that topics may have for an icon, as a Sticker."""
    return {
        "file_id": f"CAACAgIAAxU{number}",
        "file_unique_id": f"AgAD{number}",
        "type": "custom_emoji",
        "width": 100,
        "height": 100,
        "is_animated": False,
        "is_video": False,
        "emoji": ICONS[number],
        "set_name": "Topics",
        "custom_emoji_id": number,
    }


def made(call: Call, given: Any, name: str, kind: str) -> JSON:
    """The Sticker that an InputSticker describes; raises Refused."""
    if not isinstance(given, dict):
        raise bad("can't parse InputSticker: expected an Object")
    if given.get("format") not in FORMATS:
        raise bad("sticker format must be one of static, animated, or video")
    emoji = emoji_list(given.get("emoji_list"))
    stored = stored_file(call, "sticker", given.get("sticker"), "")
    fields = {**sticker_fields(stored), "type": kind}
    fields |= {"is_animated": given["format"] == "animated", "is_video": given["format"] == "video"}
    sticker = {**file_card(stored), **fields, "emoji": emoji[0], "set_name": name}
    if kind == "custom_emoji":
        sticker |= {"width": 100, "height": 100, "custom_emoji_id": str(call.world.query_ids.next())}
    if given.get("mask_position") and kind == "mask":
        sticker["mask_position"] = mask_position(given["mask_position"])
    keywords(given.get("keywords"))
    thumbnail = thumbnail_of(call.world.files, stored)
    return {**sticker, "thumbnail": thumbnail} if thumbnail else sticker


def emoji_list(given: Any) -> list[str]:
    """1 to 20 emoji; raises Refused."""
    if not isinstance(given, list) or not all(isinstance(one, str) and one for one in given):
        raise bad("can't parse emoji list: expected an Array of String")
    if not 1 <= len(given) <= MOST_EMOJI:
        raise bad("STICKER_EMOJI_INVALID")
    return given


def keywords(given: Any) -> list[str]:
    """Up to 20 words, 64 characters together; raises Refused."""
    words = given or []
    if not isinstance(words, list) or len(words) > MOST_KEYWORDS or sum(map(len, map(str, words))) > KEYWORDS_LENGTH:
        raise bad("STICKER_KEYWORDS_INVALID")
    return words


def mask_position(given: Any) -> JSON:
    """Where a mask sits on a face; raises Refused."""
    if not isinstance(given, dict) or given.get("point") not in POINTS:
        raise bad("can't parse mask position: wrong point specified")
    if not all(isinstance(given.get(name), (int, float)) for name in ("x_shift", "y_shift", "scale")):
        raise bad("can't parse mask position JSON object")
    return {name: given[name] for name in ("point", "x_shift", "y_shift", "scale")}
