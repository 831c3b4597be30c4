"""Files that are commands in themselves, such as a flow that an admin sends."""

from __future__ import annotations

from telegram import Update
from telegram.error import BadRequest

from bot import visits
from bot.handlers.talk import on_message
from bot.house import Context, House
from bot.reading import sender_of
from bot.ui import router
from bot.visits import Visit


async def on_upload(update: Update, context: Context) -> None:
    """Fetch the file if it is one for this person; else it is a message like any other."""
    message, house = update.message, context.house
    assert message is not None and message.document is not None and message.from_user is not None
    name, user_id = message.document.file_name or "", message.from_user.id
    known = await house.database.read(router.takes, name, user_id=user_id, setup=house.setup)
    if known is None or message.reply_to_message is not None:
        await on_message(update, context)
        return
    sender = sender_of(message.from_user)
    visit: Visit
    try:
        text = await _text(house, message.document.file_id, known.limit)
    except _Unreadable as error:
        visit = await context.turn(update, visits.unreadable, error.key, sender)
    else:
        visit = await context.turn(update, visits.upload, name, text, sender)
    await context.conclude(update, visit)


class _Unreadable(Exception):
    """The file is not what it should be; `key` is the wording that says why."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


async def _text(house: House, file_id: str, limit: int) -> str:
    try:
        return (await house.wire.fetch(file_id, limit)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable("ui.not_text") from error
    except ValueError as error:
        raise _Unreadable("ui.file_too_large") from error
    except BadRequest as error:
        raise _Unreadable("ui.no_file") from error
