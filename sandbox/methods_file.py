"""Getting files the bot may download."""

from __future__ import annotations

from sandbox.attachments import MEGABYTE, file_card
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

DOWNLOAD_LIMIT = 20 * MEGABYTE


@method("getFile")
def get_file(call: Call) -> JSON:
    """Where a file of up to 20 MB can be downloaded."""
    file_id = call.text("file_id")
    if not file_id:
        raise bad("file_id not specified")
    stored = call.world.files.find(file_id)
    if stored is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    if stored.size > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    size = file_id.partition(":")[2]
    names = {"file_id": file_id, "file_unique_id": stored.unique_id + size}
    return {**file_card(stored), **names, "file_path": stored.path}
