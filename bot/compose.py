"""From a Content to a call of the Bot API: pure, files apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.flow.content import Content, Kind, Option
from bot.ui.press import Choose, ChooseOfPush, LeavePush, Press, pack
from bot.wire import Call, File

#: How each kind with a file is sent: the method; the field has the kind's name.
METHODS = {
    Kind.PHOTO: "sendPhoto",
    Kind.VIDEO: "sendVideo",
    Kind.ANIMATION: "sendAnimation",
    Kind.DOCUMENT: "sendDocument",
    Kind.AUDIO: "sendAudio",
    Kind.VOICE: "sendVoice",
    Kind.VIDEO_NOTE: "sendVideoNote",
    Kind.STICKER: "sendSticker",
}
#: Kinds that carry no words of their own.
BARE = {Kind.VIDEO_NOTE, Kind.STICKER}
NO_PREVIEW = {"is_disabled": True}

#: All rights that Telegram wants to hear of.
_RIGHTS = (
    *("is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
    *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
    *("can_delete_stories", "can_pin_messages", "can_manage_topics"),
)
#: What the bot may do in the staff group as soon as it is chosen; whoever chooses must be able to grant it.
_OF_BOT = {"can_manage_chat", "can_pin_messages", "can_manage_topics"}
_OF_OWNER = {*_OF_BOT, "can_promote_members"}
STAFF_GROUP: dict[str, Any] = {
    "request_id": 1,
    "chat_is_channel": False,
    "chat_is_forum": True,
    "user_administrator_rights": {name: name in _OF_OWNER for name in _RIGHTS},
    "bot_administrator_rights": {name: name in _OF_BOT for name in _RIGHTS},
    "request_title": True,
}

#: A file as it goes out: Telegram's id of it, or its bytes.
Media = str | File


def references(content: Content) -> list[tuple[Kind, str]]:
    """The files a content needs, in order: as what they go out, and "file:…" or "id:…"."""
    if content.kind is Kind.ALBUM:
        return [(Kind(kind), reference) for kind, reference in _extra(content)["items"]]
    return [(content.kind, content.media)] if content.media else []


def compose(
    chat_id: int, content: Content, media: Mapping[str, Media], reply_to: int | None = None, *, paid: bool = False
) -> Call:
    """The call that sends `content`; `media` has each of its `references`. Raises ValueError where none can.

    `reply_to` is the message there that it answers. With `paid` Telegram is paid to take it beside its limit.
    """
    call = _compose(chat_id, content, media, reply_to)
    return replace(call, parameters={**call.parameters, "allow_paid_broadcast": True}) if paid else call


def _compose(chat_id: int, content: Content, media: Mapping[str, Media], reply_to: int | None) -> Call:
    base: dict[str, Any] = {"chat_id": chat_id, **answering(reply_to)}
    if markup := keyboard(content.rows) or (content.clears and {"remove_keyboard": True}):
        base["reply_markup"] = markup
    if content.silent or content.protected:
        base |= {"disable_notification": content.silent, "protect_content": content.protected}
    extra = _extra(content)
    if "copy" in extra:
        from_chat, message_id = extra["copy"]
        return Call("copyMessage", base | {"from_chat_id": from_chat, "message_id": message_id})
    match content.kind:
        case Kind.TEXT:
            preview = {} if content.preview else {"link_preview_options": NO_PREVIEW}
            return Call("sendMessage", base | {"text": content.text, "parse_mode": "HTML"} | preview)
        case Kind.CONTACT:
            return Call("sendContact", base | extra)
        case Kind.LOCATION:
            return Call("sendLocation", base | {name: extra[name] for name in ("latitude", "longitude")})
        case Kind.POLL:
            return Call("sendPoll", base | _poll(extra))
        case Kind.ALBUM:
            return _album(base, content, media)
        case kind if kind in METHODS and content.media:
            return _file(base, content, media[content.media])
    raise ValueError(f"a message of the kind {content.kind} cannot be sent")


def answering(reply_to: int | None) -> dict[str, Any]:
    """The parameter for a message that answers another one; it goes out too where that one is gone."""
    if reply_to is None:
        return {}
    return {"reply_parameters": {"message_id": reply_to, "allow_sending_without_reply": True}}


def together(chat_id: int, parts: Sequence[tuple[Kind, str, str]], reply_to: int | None = None) -> Call:
    """The call that sends files as one album: (kind, Telegram's id, caption in HTML) of each."""
    items = [_item(str(kind), media, caption) for kind, media, caption in parts]
    return Call("sendMediaGroup", {"chat_id": chat_id, **answering(reply_to), "media": items})


def edit(chat_id: int, telegram_id: int, call: Call) -> Call | None:
    """The call that makes a sent message look like `call`; None for what cannot be changed (a sticker, a copy)."""
    target = {"chat_id": chat_id, "message_id": telegram_id}
    given = call.parameters
    if call.method == "sendMessage":
        kept = ("text", "parse_mode", "link_preview_options", "reply_markup")
        return Call("editMessageText", target | {name: given[name] for name in kept if name in given})
    buttons = {"reply_markup": given["reply_markup"]} if "reply_markup" in given else {}
    kind = next((kind for kind, method in METHODS.items() if method == call.method and kind not in BARE), None)
    if kind is None:
        return None
    if kind is Kind.VOICE:
        caption = {"caption": given.get("caption", ""), "parse_mode": "HTML"}
        return Call("editMessageCaption", target | caption | buttons)
    media = _item(str(kind), given[str(kind)], given.get("caption", ""))
    return Call("editMessageMedia", target | {"media": media} | buttons)


def _item(kind: str, media: str, caption: str) -> dict[str, Any]:
    return {"type": kind, "media": media} | ({"caption": caption, "parse_mode": "HTML"} if caption else {})


def keyboard(rows: tuple[tuple[Option, ...], ...]) -> dict[str, Any] | None:
    """Buttons under the message; or, where one shares something, a keyboard in place of the person's own."""
    if not rows:
        return None
    if any(option.share for row in rows for option in row):
        keys = [[_key(option) for option in row] for row in rows]
        return {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}
    return {"inline_keyboard": [[_button(option) for option in row] for row in rows]}


def uploaded(content: Content, result: Any) -> list[str]:
    """Telegram's ids of the files of a message that was sent, in the order of `references`."""
    messages = result if isinstance(result, list) else [result]
    return [_file_id(message, kind) for message, (kind, _) in zip(messages, references(content), strict=False)]


def _file_id(message: dict[str, Any], kind: Kind) -> str:
    part = message.get(str(kind)) or message.get("document") or {}
    part = part[-1] if isinstance(part, list) else part
    return str(part.get("file_id", ""))


def _file(base: dict[str, Any], content: Content, media: Media) -> Call:
    field = str(content.kind)
    if content.text and content.kind not in BARE:
        base |= {"caption": content.text, "parse_mode": "HTML"}
    if isinstance(media, str):
        return Call(METHODS[content.kind], base | {field: media})
    return Call(METHODS[content.kind], base, {field: media})


def _album(base: dict[str, Any], content: Content, media: Mapping[str, Media]) -> Call:
    files: dict[str, File] = {}
    items: list[dict[str, Any]] = []
    for kind, reference in references(content):
        source = media[reference]
        if isinstance(source, File):
            part = f"file{len(files)}"
            files[part] = source
            source = f"attach://{part}"
        items.append({"type": str(kind), "media": source})
    if content.text:
        items[0] |= {"caption": content.text, "parse_mode": "HTML"}
    base.pop("reply_markup", None)
    return Call("sendMediaGroup", base | {"media": items}, files)


def _poll(extra: dict[str, Any]) -> dict[str, Any]:
    return {
        "question": extra["question"],
        "options": [{"text": option} for option in extra["options"]],
        "allows_multiple_answers": bool(extra.get("several")),
    }


def _extra(content: Content) -> dict[str, Any]:
    return dict(content.extra)


def _button(option: Option) -> dict[str, Any]:
    if option.url is not None:
        return {"text": option.label, "url": option.url}
    return {"text": option.label, "callback_data": pack(_pressed(option))}


def _pressed(option: Option) -> Press:
    if option.leaves is not None:
        return LeavePush(option.leaves, option.run or 0)
    if option.run is not None:
        return ChooseOfPush(option.run, option.block or "", option.choice or "")
    return Choose(option.block or "", option.choice or "")


def _key(option: Option) -> dict[str, Any]:
    match option.share:
        case None:
            return {"text": option.label}
        case "staff_group":
            return {"text": option.label, "request_chat": STAFF_GROUP}
    return {"text": option.label, f"request_{option.share}": True}
