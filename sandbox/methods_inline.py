"""Answering inline queries."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox import keyboards
from sandbox.attachments import caption_content, media_content
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.formatting import checked_text
from sandbox.inline import offer
from sandbox.methods_queries import TOO_OLD
from sandbox.registry import method
from sandbox.shapes import JSON

RESULTS = 50
LIFETIME = 30.0
CACHE_SECONDS = 300
ID_BYTES = 64
#: Seconds for which a prepared message is kept.
PREPARED_FOR = 86_400
#: Result types that send a file known by its id, and the field that names it.
_FILES = {
    "photo": ("photo", "photo_file_id"),
    "gif": ("animation", "gif_file_id"),
    "mpeg4_gif": ("animation", "mpeg4_file_id"),
    "sticker": ("sticker", "sticker_file_id"),
    "document": ("document", "document_file_id"),
    "video": ("video", "video_file_id"),
    "voice": ("voice", "voice_file_id"),
    "audio": ("audio", "audio_file_id"),
}


@method("answerInlineQuery")
def answer_inline_query(call: Call) -> bool:
    """Offer up to 50 results, once and within 30 seconds."""
    query = call.world.inline.get(call.integer("inline_query_id"))
    if query is None or query.answer is not None or call.world.clock() - query.at > LIFETIME:
        raise bad(TOO_OLD)
    given = call.json("results", "inline query results")
    if not isinstance(given, list):
        raise bad("can't parse inline query results JSON object: expected an Array")
    if len(given) > RESULTS:
        raise bad("RESULTS_TOO_MUCH")
    results = [_result(call, one) for one in given]
    if len({one["card"]["id"] for one in results}) != len(results):
        raise bad("RESULT_ID_DUPLICATE")
    next_offset = call.text("next_offset")
    if len(next_offset.encode()) > ID_BYTES:
        raise bad("NEXT_OFFSET_INVALID")
    answer = {"results": results, "next_offset": next_offset, "button": _button(call.json("button"))}
    offer(call.world, query, answer, call.integer("cache_time", CACHE_SECONDS), call.flag("is_personal"))
    return True


@method("savePreparedInlineMessage")
def save_prepared_inline_message(call: Call) -> JSON:
    """Keep a result that a Mini App of the person may send; there are no Mini Apps here, so it is only checked."""
    if not call.world.met(call.integer("user_id")):
        raise bad("USER_ID_INVALID")
    if not any(call.flag(f"allow_{kind}_chats") for kind in ("user", "bot", "group", "channel")):
        raise bad("PEER_TYPES_INVALID")
    _result(call, call.json("result", "inline query result"))
    return {"id": secrets.token_urlsafe(12), "expiration_date": call.world.now() + PREPARED_FOR}


def _button(given: Any) -> JSON | None:
    if not given:
        return None
    if not isinstance(given, dict) or not given.get("text"):
        raise bad("can't parse inline query results button: Can't find field \"text\"")
    if not given.get("start_parameter") and not given.get("web_app"):
        raise bad("can't parse inline query results button: Button must have exactly one action")
    return {name: given[name] for name in ("text", "start_parameter", "web_app") if name in given}


def _result(call: Call, given: Any) -> JSON:
    """{"card": what is shown, "content": what is sent, "inline": its buttons}."""
    if not isinstance(given, dict):
        raise bad("can't parse inline query result: InlineQueryResult must be an Object")
    kind, word = str(given.get("type", "")), str(given.get("id", ""))
    if not 1 <= len(word.encode("utf-8", "surrogatepass")) <= ID_BYTES:
        raise bad("RESULT_ID_INVALID")
    if kind == "article" and not given.get("title"):
        raise bad("can't parse inline query result: Can't find field \"title\"")
    markup = keyboards.read(given.get("reply_markup"), call.world.met)
    if markup.fixed:
        raise bad("inline keyboard expected")
    shown = {name: str(given[name]) for name in ("title", "description") if given.get(name)}
    card = {"id": word, "type": kind, **shown}
    return {"card": card, "content": _content(call, kind, given), "inline": markup.inline}


def _content(call: Call, kind: str, given: JSON) -> JSON:
    asked = given.get("input_message_content")
    if asked:
        return _message(call, asked)
    if kind in _FIELDS:
        return _thing(kind, given)
    if kind not in _FILES:
        raise bad("can't parse inline query result: Can't find field \"input_message_content\"")
    medium, field = _FILES[kind]
    stored = call.world.files.find(str(given.get(field, "")))
    if stored is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return {**media_content(call.world.files, medium, stored, given), **caption_content(call, given)}


_FIELDS = {
    "location": ("latitude", "longitude"),
    "venue": ("title", "address"),
    "contact": ("phone_number", "first_name", "last_name", "vcard"),
}


def _thing(kind: str, given: JSON) -> JSON:
    card = {name: given[name] for name in _FIELDS[kind] if name in given}
    if kind != "venue":
        return {kind: card}
    location = _thing("location", given)
    return {"venue": {**card, **location}, **location}


def _message(call: Call, asked: Any) -> JSON:
    if not isinstance(asked, dict):
        raise bad("can't parse inline query result: InputMessageContent must be an Object")
    if "message_text" in asked:
        mode = str(asked.get("parse_mode") or "")
        text, entities = checked_text(str(asked["message_text"]), mode, asked.get("entities"), call.mention)
        return {"text": text, "entities": entities} if entities else {"text": text}
    if "phone_number" in asked:
        return _thing("contact", asked)
    if "latitude" in asked:
        return _thing("venue" if "address" in asked else "location", asked)
    raise bad("can't parse inline query result: input message content is not specified")
