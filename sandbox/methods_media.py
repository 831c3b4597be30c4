"""Sending files: photo, video, animation, document, audio, voice, video note, sticker, album."""

from __future__ import annotations

from typing import Any

from sandbox import render
from sandbox.attachments import caption_content, media_content, said_in, sent_along, stored_file, upload_of
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.files import photo_sizes
from sandbox.registry import method
from sandbox.shapes import JSON, StoredFile
from sandbox.stickers import known
from sandbox.whole import whole

KINDS = {
    "sendPhoto": "photo",
    "sendVideo": "video",
    "sendAnimation": "animation",
    "sendDocument": "document",
    "sendAudio": "audio",
    "sendVoice": "voice",
    "sendVideoNote": "video_note",
    "sendSticker": "sticker",
}
ALBUM_KINDS = frozenset({"photo", "video", "document", "audio", "live_photo"})
PAID_KINDS = frozenset({"photo", "video", "live_photo"})
MOST_STARS = 25_000
#: Kinds that stand only beside their own in an album.
ALONE = frozenset({"document", "audio"})


def _sender(kind: str) -> Any:
    def send(call: Call) -> JSON:
        said = said_in(call)
        caption = caption_content(call, said) if kind not in ("sticker", "video_note") else {}
        call.chat()
        stored = stored_file(call, kind, call.params.get(kind), kind, sent_along(call, said))
        content = media_content(call.world.files, kind, stored, said)
        if kind == "video":
            content["video"].update(film_extras(call, said))
        if kind == "sticker":
            content["sticker"].update(known(call.world, stored.file_id))
        return call.send({**content, **caption})

    return send


for _name, _kind in KINDS.items():
    method(_name)(_sender(_kind))


@method("sendLivePhoto")
def send_live_photo(call: Call) -> JSON:
    """A photo that moves: a film and the picture that stands for it."""
    said = said_in(call)
    caption = caption_content(call, said)
    call.chat()
    film = stored_file(call, "live_photo", call.params.get("live_photo"), "live_photo")
    picture = stored_file(call, "photo", call.params.get("photo"), "photo")
    return call.send({**live_content(call, film, picture, said), **caption})


def live_content(call: Call, film: StoredFile, picture: StoredFile, said: JSON) -> JSON:
    """The content of a live photo."""
    content = media_content(call.world.files, "live_photo", film, said)
    content["live_photo"]["photo"] = photo_sizes(picture)
    return content


@method("sendPaidMedia")
def send_paid_media(call: Call) -> JSON:
    """Photos and films that are seen for stars; the bot itself sees them always."""
    stars, items = call.integer("star_count"), call.json("media", "media")
    if not 1 <= stars <= MOST_STARS:
        raise bad("STARS_AMOUNT_INVALID")
    if not isinstance(items, list) or not 1 <= len(items) <= 10:
        raise bad("paid media must have 1-10 elements")
    if not all(isinstance(item, dict) and item.get("type") in PAID_KINDS for item in items):
        raise bad("can't parse InputPaidMedia: wrong type")
    caption = caption_content(call, said_in(call))
    media = [{"type": item["type"], **input_media(call, item)} for item in items]
    return call.send({"paid_media": {"star_count": stars, "paid_media": media}, **caption})


@method("sendMediaGroup")
def send_media_group(call: Call) -> list[JSON]:
    """Two to ten media as one album: separate messages with one media_group_id."""
    items = call.json("media", "media")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise bad("expected an Array of InputMedia")
    if not 2 <= len(items) <= 10:
        raise bad("media group must have 2-10 elements" if items else "there are no messages to send")
    _check_kinds({str(item.get("type")) for item in items})
    chat = call.chat()
    group = str(call.world.query_ids.next())
    contents = [{"media_group_id": group, **input_media(call, item)} for item in items]
    sent = [call.post(chat, content) for content in contents]
    return [render.message(call.world, chat, message) for message in sent]


def _check_kinds(kinds: set[str]) -> None:
    if not kinds <= ALBUM_KINDS:
        raise bad("can't parse InputMedia: media type can't be used in an album")
    if kinds & ALONE and len(kinds) > 1:
        raise bad("this type of media can't be mixed with other media types in an album")


def input_media(call: Call, item: JSON) -> JSON:
    """The content of a message from an InputMedia object; raises Refused."""
    kind = str(item.get("type"))
    if kind not in KINDS.values() and kind != "live_photo":
        raise bad("can't parse InputMedia: wrong type")
    caption = caption_content(call, item)
    if kind == "live_photo":
        film = stored_file(call, kind, item.get("media"), "")
        return {**live_content(call, film, stored_file(call, "photo", item.get("photo"), ""), item), **caption}
    stored = stored_file(call, kind, item.get("media"), "", sent_along(call, item))
    content = media_content(call.world.files, kind, stored, item)
    if kind == "video":
        content["video"].update(film_extras(call, item))
    return {**content, **caption}


def film_extras(call: Call, said: JSON) -> JSON:
    """The cover of a film and the second at which it begins."""
    extras: JSON = {}
    field = "cover" if said.get("media") is None else ""
    if said.get("cover") or upload_of(call, None, field):
        extras["cover"] = photo_sizes(stored_file(call, "photo", said.get("cover"), field))
    if start := whole(said.get("start_timestamp")):
        extras["start_timestamp"] = start
    return extras
