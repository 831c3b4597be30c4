"""Telegram's updates in the words of the services: who, what they did, with which words and file."""

from __future__ import annotations

import re
from typing import Any

from telegram import CallbackQuery, Message, Update, User

from bot.flow.content import Kind
from bot.flow.heard import Commanded, Heard, Shared, Started, Wrote
from bot.screens import Asker
from bot.services.conversations import Incoming
from bot.services.people import Sender

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
#: What a message has that is nothing but words.
PLAIN = {"message_id", "from", "chat", "date", "text", "entities", "link_preview_options"}
#: Marks that are only found in a text, and change nothing of how it looks.
FOUND = {"url", "email", "phone_number", "mention", "hashtag", "cashtag", "bot_command", "bank_card"}
#: Kinds that come as one file; a photo comes in several sizes, the largest last.
FILES = (
    Kind.ANIMATION,  # before documents: an animation is sent as both
    Kind.PHOTO,
    Kind.VIDEO,
    Kind.DOCUMENT,
    Kind.AUDIO,
    Kind.VOICE,
    Kind.VIDEO_NOTE,
    Kind.STICKER,
)


def sender_of(user: User) -> Sender:
    """Who sent something."""
    return Sender(user.id, user.first_name, user.last_name, user.username, user.language_code)


def asker_of(update: Update) -> Asker:
    """Whom to answer, in their private chat."""
    user = update.effective_user
    assert user is not None
    query = update.callback_query
    if query is None:
        return Asker(user.id, update.update_id)
    # An inaccessible message (its date is 0) cannot be edited.
    message_id = query.message.message_id if isinstance(query.message, Message) else None
    return Asker(user.id, update.update_id, query.id, message_id)


def incoming_of(message: Message, *, edited: bool = False) -> Incoming | None:
    """What a person did with a message; None for one that Telegram made itself ("pinned a message")."""
    kind, file_id = _kind(message)
    heard = _heard(message, kind, file_id)
    if heard is None or message.from_user is None:
        return None
    return Incoming(
        sender=sender_of(message.from_user),
        heard=heard,
        kind=kind,
        words=_words(message),
        album=message.media_group_id,
        telegram_id=message.message_id,
        file_id=file_id,
        reply_to=message.reply_to_message.message_id if message.reply_to_message else None,
        reply_buttons=_buttons(message.reply_to_message) if message.reply_to_message else (),
        edited=edited,
        html=_html(message) if message.entities or message.caption_entities else None,
        links=_links(message) if message.reply_markup else (),
        extra=_extra(message, kind) if file_id is None and kind is not Kind.TEXT else (),
    )


def _buttons(message: Message) -> tuple[str, ...]:
    """What the buttons of a message of a bot's carry; in a private chat there is only this one."""
    if message.reply_markup is None or message.from_user is None or not message.from_user.is_bot:
        return ()
    rows = message.reply_markup.inline_keyboard
    return tuple(str(button.callback_data) for row in rows for button in row if button.callback_data)


def _html(message: Message) -> str | None:
    """The words with their markup; None where PTB cannot measure them, because half a character is among them."""
    try:
        return message.text_html if message.text is not None else message.caption_html
    except UnicodeEncodeError:
        return None


def _links(message: Message) -> tuple[tuple[tuple[str, str], ...], ...]:
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    linked = (tuple((button.text, button.url) for button in row if button.url) for row in rows)
    return tuple(row for row in linked if row)


def _extra(message: Message, kind: Kind) -> tuple[tuple[str, object], ...]:
    """A contact, a place or a poll in Telegram's own fields."""
    if kind is Kind.CONTACT and message.contact is not None:
        said = message.contact.to_dict()
        return tuple((name, said[name]) for name in ("phone_number", "first_name", "last_name") if name in said)
    if kind is Kind.LOCATION and message.location is not None:
        return ("latitude", message.location.latitude), ("longitude", message.location.longitude)
    if kind is Kind.POLL and message.poll is not None:
        answers = tuple(option.text for option in message.poll.options)
        several = message.poll.allows_multiple_answers
        return ("question", message.poll.question), ("options", answers), ("several", several)
    return ()


def words_of(update: dict[str, Any]) -> Incoming | None:
    """Plain words that a person writes in their private chat, without building objects; None: look at it in full."""
    message = update.get("message")
    if message is None or message.keys() - PLAIN or message["chat"]["type"] != "private":
        return None
    sender, words = message["from"], message.get("text", "")
    if not words or words.startswith("/") or any(one["type"] not in FOUND for one in message.get("entities", ())):
        return None
    return Incoming(
        sender=Sender(
            sender["id"],
            sender["first_name"],
            sender.get("last_name"),
            sender.get("username"),
            sender.get("language_code"),
        ),
        heard=Wrote(words),
        words=words,
        telegram_id=message["message_id"],
    )


def _words(message: Message) -> str:
    """The text or caption; for what has none, what can be said of it in words."""
    said = message.text or message.caption
    if said:
        return said
    if message.contact is not None:
        names = (message.contact.first_name, message.contact.last_name, message.contact.phone_number)
        return " ".join(name for name in names if name)
    if message.venue is not None:
        return f"{message.venue.title}, {message.venue.address}"
    if message.location is not None:
        return f"{message.location.latitude},{message.location.longitude}"
    if message.poll is not None:
        return message.poll.question
    if message.dice is not None:
        return f"{message.dice.emoji} {message.dice.value}"
    return message.sticker.emoji or "" if message.sticker is not None else ""


def label_of(query: CallbackQuery) -> str:
    """What stands on the button that was pressed; the client sends only its data, so the message is looked through."""
    markup = query.message.reply_markup if isinstance(query.message, Message) else None
    rows = markup.inline_keyboard if markup else ()
    return next((button.text for row in rows for button in row if button.callback_data == query.data), "")


def command_of(text: str) -> Heard:
    """A text that begins with a slash: Start with what its link carried, or a command with its arguments."""
    found = COMMAND.fullmatch(text.strip())
    if found is None:
        return Wrote(text)
    name, arguments = found[1].lower(), (found[3] or "").strip()
    return Started(arguments) if name == "start" else Commanded(name, arguments)


def _heard(message: Message, kind: Kind, file_id: str | None) -> Heard | None:
    if message.text is not None:
        return command_of(message.text) if message.text.startswith("/") else Wrote(message.text)
    if message.contact is not None:
        own = message.from_user is not None and message.contact.user_id == message.from_user.id
        return Shared(Kind.CONTACT, message.contact.phone_number, own=own)
    if message.location is not None:
        return Shared(Kind.LOCATION, f"{message.location.latitude},{message.location.longitude}")
    if file_id is not None:
        return Shared(kind, f"{kind}:{file_id}", message.caption or "", album=message.media_group_id)
    return Shared(kind, "") if message.effective_attachment is not None else None


def _kind(message: Message) -> tuple[Kind, str | None]:
    if message.text is not None:
        return Kind.TEXT, None
    for kind in FILES:
        found: Any = getattr(message, str(kind))
        if found:
            return kind, (found[-1] if kind is Kind.PHOTO else found).file_id
    for kind in (Kind.CONTACT, Kind.LOCATION, Kind.POLL):
        if getattr(message, str(kind)) is not None:
            return kind, None
    return Kind.OTHER, None
