"""Raw calls to the Bot API: parameters out, JSON back, without building PTB's objects on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from telegram.error import BadRequest
from telegram.request import BaseRequest, RequestData

from bot import failpoints


@dataclass(frozen=True, slots=True)
class File:
    """Bytes to be uploaded under the name that people will see."""

    name: str
    content: bytes
    mime_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the method, its parameters as plain JSON values, and the files that go with it by field name."""

    method: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, File] = field(default_factory=dict)

    @property
    def contains_files(self) -> bool:
        """Whether it has to go out as multipart."""
        return bool(self.files)

    @property
    def json_parameters(self) -> dict[str, str]:
        """The parameters as the fields of a form."""
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in self.parameters.items()}

    @property
    def multipart_data(self) -> dict[str, tuple[str, bytes, str]]:
        """The files as the parts of a form."""
        return {name: (file.name, file.content, file.mime_type) for name, file in self.files.items()}


class Wire:
    """One bot's line to one server. Raises PTB's errors, which `bot.receipts` understands."""

    def __init__(self, request: BaseRequest, api_url: str, token: str) -> None:
        self._request = request
        self._base = f"{api_url}/bot{token}/"
        self._files = f"{api_url}/file/bot{token}/"

    async def call(self, call: Call, *, read_timeout: float | None = None) -> Any:
        """The `result` of the call. `read_timeout` in seconds; None: as usual."""
        timeout = BaseRequest.DEFAULT_NONE if read_timeout is None else read_timeout
        # A Call has what our request reads of RequestData (which is final), so the fast path needs no copies.
        sending = self._request.post(self._base + call.method, cast(RequestData, call), read_timeout=timeout)
        if failpoints.armed is None:
            return await sending
        failpoints.reached(f"{(name := failpoints.CALLS.get(call.method, ''))}.before_call")
        result = await sending
        failpoints.reached(f"{name}.after_call")
        return result

    async def fetch(self, file_id: str, limit: int) -> bytes:
        """The bytes of a file that somebody sent.

        Raises ValueError where it is larger than `limit` bytes, and BadRequest where Telegram does not hand it out.
        """
        found = await self.call(Call("getFile", {"file_id": file_id}))
        if found.get("file_size", 0) > limit:
            raise ValueError(f"the file has {found['file_size']:,} bytes; {limit:,} are allowed")
        if not (path := found.get("file_path")):
            raise BadRequest("the file has no path")
        content = await self._request.retrieve(self._files + path)
        if len(content) > limit:
            raise ValueError(f"the file has {len(content):,} bytes; {limit:,} are allowed")
        return content
