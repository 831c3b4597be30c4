"""Files in a call: uploaded with it, attached by name, or sent again by their file_id."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import Refused, bad
from sandbox.files import FileStore, photo_sizes, thumbnail_of
from sandbox.formatting import checked_caption, written
from sandbox.shapes import JSON, StoredFile, Upload
from sandbox.whole import whole

MEGABYTE = 1024 * 1024
PHOTO_LIMIT = 10 * MEGABYTE
UPLOAD_LIMIT = 50 * MEGABYTE
PHOTO_SIDES, PHOTO_RATIO = 10_000, 20
THUMBNAIL_LIMIT, THUMBNAIL_SIDE = 200 * 1024, 320
#: Integer fields a call may say about a medium of this kind, beside width and height.
_SAID = {
    "video": ("width", "height", "duration"),
    "animation": ("width", "height", "duration"),
    "audio": ("duration",),
    "voice": ("duration",),
    "video_note": ("duration", "length"),
    "live_photo": ("width", "height", "duration"),
}
#: Texts a call may say about a medium of this kind.
_WORDS = {"audio": ("performer", "title"), "sticker": ("emoji",)}


def upload_of(call: Call, value: Any, field: str) -> Upload | None:
    """What came with the call: under this field, or under the name that attach://NAME gives."""
    if isinstance(value, str) and value.startswith("attach://"):
        return call.uploads.get(value.removeprefix("attach://"))
    return call.uploads.get(field)


def stored_file(call: Call, kind: str, value: Any, field: str, thumbnail: str = "") -> StoredFile:
    """The file that `value` (or the upload under `field`) means; raises Refused.

    `thumbnail` is the id of the picture that was sent along with an upload.
    """
    upload = upload_of(call, value, field)
    if upload is not None:
        return new_file(call, kind, upload, thumbnail)
    if not isinstance(value, str) or not value:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    found = call.world.files.find(value)
    if found is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if found.kind != kind and kind == "photo":
        raise bad(f"can't use file of type {found.kind.capitalize()} as Photo")
    return found


def sent_along(call: Call, said: JSON) -> str:
    """The id of the thumbnail in a call or an InputMedia, "" for none; only an uploaded picture counts."""
    upload = upload_of(call, said.get("thumbnail"), "thumbnail" if said.get("media") is None else "")
    if upload is None or not upload.data:
        return ""
    stored = call.world.files.add("thumbnail", upload)
    if not stored.width or stored.size > THUMBNAIL_LIMIT or max(stored.width, stored.height) > THUMBNAIL_SIDE:
        return ""  # Telegram ignores what is no thumbnail.
    return stored.file_id


def new_file(call: Call, kind: str, upload: Upload, thumbnail: str = "") -> StoredFile:
    """Check and keep an uploaded file."""
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > UPLOAD_LIMIT:
        raise Refused(413, "Request Entity Too Large")
    if kind == "photo" and len(upload.data) > PHOTO_LIMIT:
        raise bad(
            f"file of size {len(upload.data)} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
        )
    stored = call.world.files.add(kind, upload, thumbnail)
    if kind == "photo":
        _check_photo(stored)
    return stored


def _check_photo(stored: StoredFile) -> None:
    short, long = sorted((stored.width, stored.height))
    if not short:
        raise bad("IMAGE_PROCESS_FAILED")
    if short + long > PHOTO_SIDES or long > PHOTO_RATIO * short:
        raise bad("PHOTO_INVALID_DIMENSIONS")


def media_content(files: FileStore, kind: str, stored: StoredFile, said: JSON) -> JSON:
    """The Bot API fields of a message with this file; `said` is what the sender told about it."""
    if kind == "photo":
        return {"photo": photo_sizes(stored)}
    card = {**file_card(stored), **_measures(kind, stored, said)}
    if kind in ("document", "video", "animation", "audio"):
        card.update(file_name=stored.name, mime_type=stored.mime)
    if kind == "voice":
        card["mime_type"] = "audio/ogg"
    for name in _WORDS.get(kind, ()):
        if said.get(name):
            card[name] = str(said[name])
    if kind == "live_photo":
        card["mime_type"] = "video/mp4"
    thumbnail = thumbnail_of(files, stored) if kind not in ("voice", "live_photo") else None
    if thumbnail:
        card["thumbnail"] = thumbnail
    if kind == "sticker":
        card.update(sticker_fields(stored))
    return {"animation": card, "document": card_of(card)} if kind == "animation" else {kind: card}


def _measures(kind: str, stored: StoredFile, said: JSON) -> JSON:
    """Width, height, duration and length, as the sender said or the file says."""
    own = {"width": stored.width, "height": stored.height, "duration": stored.duration, "length": stored.width}
    return {name: _count(said.get(name)) or own[name] for name in _SAID.get(kind, ())}


def sticker_fields(stored: StoredFile) -> JSON:
    """What a sticker has besides the fields of its file: animated ones are .tgs, those of film .webm."""
    animated, film = stored.name.endswith(".tgs"), stored.mime == "video/webm"
    width, height = (stored.width, stored.height) if stored.width else (512, 512)
    return {"type": "regular", "width": width, "height": height, "is_animated": animated, "is_video": film}


def card_of(card: JSON) -> JSON:
    """An animation as the Document that stands beside it."""
    return {name: value for name, value in card.items() if name not in ("width", "height", "duration")}


def file_card(stored: StoredFile) -> JSON:
    """The fields every file has."""
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": stored.size}


def caption_content(call: Call, said: JSON) -> JSON:
    """Caption, its entities, and the flags beside it."""
    source = said.get("caption") or ""
    content: JSON = {}
    if source:
        mode = str(said.get("parse_mode") or "")
        caption, entities = checked_caption(str(source), mode, said.get("caption_entities"), call.mention)
        if caption:
            content["caption"] = caption
        if caption and entities:
            content["caption_entities"] = entities
    for target, source_name in (("has_media_spoiler", "has_spoiler"), ("show_caption_above_media",) * 2):
        if str(said.get(source_name, "")).lower() in ("true", "1", "yes"):
            content[target] = True
    return content


def caption_entities_of(source: str) -> JSON:
    """The caption fields of what a person typed under a file."""
    caption, entities = written(source)
    found: JSON = {"caption": caption} if caption else {}
    return {**found, "caption_entities": entities} if entities else found


def said_in(call: Call) -> JSON:
    """What a call says about its medium, with JSON read."""
    return {**call.params, "caption_entities": call.json("caption_entities")}


def _count(value: Any) -> int:
    return max(whole(value) or 0, 0)
