"""What the sandbox says when it refuses: Telegram's envelope of failures, and the people's side's sentences."""

from __future__ import annotations

from typing import Any

from sandbox.shapes import JSON

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


class Refused(Exception):
    """A Bot API call failed; carries the error code, the full description and the optional `parameters`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> JSON:
        """The body of the answer, as Telegram writes it."""
        body: JSON = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


class PersonRefused(Exception):
    """The people's side cannot do that; carries the HTTP status (400 or 404) and a sentence."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def bad(reason: str) -> Refused:
    """400 with Telegram's prefix before `reason`."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """403 with Telegram's prefix before `reason`."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """409 with Telegram's prefix before `reason`."""
    return Refused(409, f"Conflict: {reason}")


def too_many(seconds: int) -> Refused:
    """429 that asks to wait `seconds`."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
