"""Answering presses on buttons."""

from __future__ import annotations

import re

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_START_LINK = re.compile(r"(?i)(https?://)?(t\.me|telegram\.me)/([A-Za-z0-9_]+)(/|)\?start=[A-Za-z0-9_-]{1,64}")


@method("answerCallbackQuery")
def answer_callback_query(call: Call) -> bool:
    """End the waiting of a press: silently, with a note, an alert or a link. Only once, and not too late."""
    number = call.integer("callback_query_id")
    query = call.world.queries.get(number)
    lifetime = call.world.settings.query_lifetime
    if query is None or query.answer is not None or call.world.clock() - query.at > lifetime:
        raise bad(TOO_OLD)
    answer: JSON = {}
    text, url = call.text("text"), call.text("url")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if url and not _START_LINK.fullmatch(url):
        raise bad("URL_INVALID")
    if text:
        answer = {"text": text, "alert": call.flag("show_alert")}
    if url:
        answer["url"] = url
    call.world.answer(query, answer)
    return True
