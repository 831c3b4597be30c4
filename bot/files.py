"""The flow's own files on their way out: read once, uploaded once, then known by Telegram's id."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.compose import Media, references, uploaded
from bot.flow.content import Content, Kind
from bot.services import uploads
from bot.services.database import Database
from bot.wire import File


@dataclass(slots=True)
class Parcel:
    """The files of one message: what goes out, and the digests of those that Telegram has not seen yet."""

    media: dict[str, Media] = field(default_factory=dict)
    #: By place among the message's files: digest and kind.
    new: dict[int, tuple[str, Kind]] = field(default_factory=dict)


class Files:
    """Finds the files of messages. `folder` is the flow's; nothing outside it is ever read."""

    def __init__(self, database: Database, bot_id: int) -> None:
        self._database = database
        self._bot_id = bot_id

    async def pack(self, content: Content, folder: Path | None) -> Parcel:
        """Everything `content` needs. Raises OSError or ValueError where a file is gone or lies elsewhere."""
        parcel = Parcel()
        for place, (kind, reference) in enumerate(references(content)):
            how, _, name = reference.partition(":")
            if how == "id":
                parcel.media[reference] = name
                continue
            file = await asyncio.to_thread(_read, folder, name)
            digest = hashlib.sha256(file.content).hexdigest()
            known = await self._database.read(uploads.find, self._bot_id, digest, str(kind))
            if known is None:
                parcel.new[place] = digest, kind
            parcel.media[reference] = known or file
        return parcel

    async def note(self, parcel: Parcel, content: Content, result: Any) -> None:
        """Keep what Telegram calls the files that went out for the first time."""
        if not parcel.new:
            return
        ids: Sequence[str] = uploaded(content, result)
        for place, (digest, kind) in parcel.new.items():
            if place < len(ids) and ids[place]:
                await self._database.write(uploads.remember, self._bot_id, digest, str(kind), ids[place])

    async def forget(self, parcel: Parcel) -> bool:
        """Telegram refused a file by its id; true if it was one of ours, so that uploading it again may help."""
        known = [source for source in parcel.media.values() if isinstance(source, str)]
        return any([await self._database.write(uploads.forget, self._bot_id, file_id) for file_id in known])


def _read(folder: Path | None, name: str) -> File:
    if folder is None:
        raise ValueError(f"the flow has no folder, so {name} cannot be found")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{name} lies outside the flow's folder")
    mime_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(path.name, path.read_bytes(), mime_type)
