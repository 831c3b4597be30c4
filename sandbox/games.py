"""The games of the bot: those the sandbox was told of, as at Telegram BotFather is."""

from __future__ import annotations

import struct
import zlib

from sandbox.errors import bad
from sandbox.shapes import JSON, Message, Upload
from sandbox.world import World

_SIDE = 360


def card(world: World, short_name: str) -> JSON:
    """A game as the Bot API shows it, with the best scores as its text; raises Refused."""
    found = next((game for game in world.settings.games if game.short_name == short_name), None)
    if found is None:
        raise bad("wrong game short name specified")
    game: JSON = {"title": found.title, "description": found.description, "photo": _picture(world)}
    best = sorted(world.extras.scores.get(short_name, {}).items(), key=lambda one: -one[1])
    if best:
        game["text"] = "\n".join(f"{world.user_card(user_id)['first_name']}: {score}" for user_id, score in best[:3])
    return game


def name_of(world: World, message: Message) -> str:
    """The short name of the game in a message, "" where there is none."""
    title = message.content.get("game", {}).get("title")
    return next((game.short_name for game in world.settings.games if game.title == title), "")


def _picture(world: World) -> list[JSON]:
    """All games have the same plain picture."""
    stored = next((one for one in world.files.all() if one.name == "game.png" and one.kind == "game"), None)
    stored = stored or world.files.add("game", Upload("game.png", "image/png", _png()))
    return world.files.photo(stored.file_id)


def _png() -> bytes:
    rows = b"".join(b"\0" + b"\x6f" * _SIDE for _ in range(_SIDE))
    head = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
