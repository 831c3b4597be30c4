"""Files of the bot and of people: stored once, named by a file_id, measured without decoding."""

from __future__ import annotations

import mimetypes
import secrets
from pathlib import Path, PurePosixPath

from sandbox.images import dimensions
from sandbox.measures import measured
from sandbox.shapes import JSON, StoredFile, Upload

ANYTHING = "application/octet-stream"
FOLDERS = {
    "photo": "photos",
    "video": "videos",
    "animation": "animations",
    "audio": "music",
    "voice": "voice",
    "video_note": "video_notes",
    "sticker": "stickers",
    "document": "documents",
}
#: Of a picture sent as a photo there is nothing larger than this.
LONGEST_SIDE = 1280
DEFAULT_SUFFIX = {
    "photo": ".jpg",
    "video": ".mp4",
    "animation": ".mp4",
    "audio": ".mp3",
    "voice": ".oga",
    "sticker": ".webp",
}


class FileStore:
    """Every file of this world; bytes are in memory, or in `folder` when there is one."""

    def __init__(self, folder: Path | None = None) -> None:
        self._files: dict[str, StoredFile] = {}
        self._paths: dict[str, StoredFile] = {}
        self._bytes: dict[str, bytes] = {}
        self._folder = folder

    def add(self, kind: str, upload: Upload, thumbnail: str = "") -> StoredFile:
        """Keep an uploaded file of `kind` and give it its ids; `thumbnail` is the id of the picture sent along."""
        unique = "AQAD" + secrets.token_urlsafe(9)
        width, height, duration = measured(upload.data)
        if not width:
            width, height = dimensions(upload.data)
        stored = StoredFile(
            file_id="AgACAgIAAxkDAAI" + secrets.token_urlsafe(33),
            unique_id=unique,
            kind=kind,
            name=PurePosixPath(upload.name).name,
            mime=_mime(upload),
            size=len(upload.data),
            path=f"{FOLDERS.get(kind, 'documents')}/file_{len(self._files)}{_suffix(kind, upload.name)}",
            width=width,
            height=height,
            duration=duration,
            thumbnail=thumbnail,
        )
        self._write(unique, upload.data)
        self.know(stored)
        return stored

    def know(self, stored: StoredFile) -> None:
        """Enter a file whose bytes are stored already."""
        self._files[stored.file_id] = stored
        self._paths[stored.path] = stored

    def find(self, file_id: str) -> StoredFile | None:
        """The file of this id; a size of a photo ("id:s") is the photo."""
        return self._files.get(file_id.partition(":")[0])

    def photo(self, file_id: str) -> list[JSON]:
        """The sizes of a picture, [] where there is none."""
        stored = self.find(file_id)
        return photo_sizes(stored) if stored else []

    def at(self, path: str) -> StoredFile | None:
        """The file that getFile described with this path."""
        return self._paths.get(path)

    def read(self, stored: StoredFile) -> bytes:
        """The bytes of a file."""
        if self._folder is None:
            return self._bytes[stored.unique_id]
        return (self._folder / stored.unique_id).read_bytes()

    def all(self) -> list[StoredFile]:
        """Every file."""
        return list(self._files.values())

    def _write(self, unique: str, data: bytes) -> None:
        if self._folder is None:
            self._bytes[unique] = data
        else:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / unique).write_bytes(data)


def photo_sizes(stored: StoredFile) -> list[JSON]:
    """The PhotoSize list of a picture, smallest first; every size serves the same bytes."""
    sizes = []
    longest = max(stored.width, stored.height, 1)
    shrink = min(1, LONGEST_SIDE / longest)
    for letter, limit in (("s", 90), ("m", 320), ("x", 800)):
        if limit < longest:
            factor = limit / longest
            sizes.append(_size(stored, letter, round(stored.width * factor), round(stored.height * factor)))
    return [*sizes, _size(stored, "", round(stored.width * shrink), round(stored.height * shrink))]


def thumbnail_of(files: FileStore, stored: StoredFile) -> JSON | None:
    """The PhotoSize of a file's thumbnail: the one sent along, else a small size of a picture."""
    given = files.find(stored.thumbnail) if stored.thumbnail else None
    if given:
        return _size(given, "", given.width, given.height)
    if not stored.width or not stored.mime.startswith("image/"):
        return None
    small = photo_sizes(stored)[:2][-1]
    return {**small, "file_id": f"{stored.file_id}:m", "file_unique_id": f"{stored.unique_id}m"}


def _size(stored: StoredFile, letter: str, width: int, height: int) -> JSON:
    suffix = f":{letter}" if letter else ""
    return {
        "file_id": stored.file_id + suffix,
        "file_unique_id": stored.unique_id + letter,
        "file_size": stored.size,
        "width": max(width, 1),
        "height": max(height, 1),
    }


def _mime(upload: Upload) -> str:
    """What the sender says, or what the name suggests where that is nothing."""
    if upload.mime not in ("", ANYTHING):
        return upload.mime
    return mimetypes.guess_type(upload.name)[0] or ANYTHING


def _suffix(kind: str, name: str) -> str:
    own = PurePosixPath(name).suffix
    return own if own and own[1:].isalnum() and len(own) < 9 else DEFAULT_SUFFIX.get(kind, "")
