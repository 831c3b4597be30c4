"""The staff group: what is written and pressed in its topics, the bot's place in it, and how it is chosen."""

from __future__ import annotations

from telegram import Message, Update

from bot import staff_group, topic_letters, visits, visits_group
from bot.handlers.other import on_other
from bot.house import Context
from bot.limits import Lane
from bot.reading import asker_of, incoming_of
from bot.screens import Asker
from bot.texts import say
from bot.ui.router import Acted, Refused
from bot.visits_group import Where
from bot.wire import Call


async def on_message(update: Update, context: Context) -> None:
    """Staff's words in a topic; everything else in a group is nothing to us, but that it moves."""
    message = update.effective_message
    assert message is not None
    group_id = context.house.setup.support.group_id
    if group_id and group_id in (message.chat.id, message.migrate_from_chat_id):
        if moved := _moved(message):
            await _follow(update, context, *moved)
            return
        if message.is_topic_message and message.sender_chat is None and message.message_thread_id is not None:
            await _in_topic(update, context, message, message.message_thread_id)
            return
    await on_other(update, context)


def _moved(message: Message) -> tuple[int, int] | None:
    """The old and the new id, where the message tells of that."""
    if message.migrate_to_chat_id is not None:
        return message.chat.id, message.migrate_to_chat_id
    return (message.migrate_from_chat_id, message.chat.id) if message.migrate_from_chat_id is not None else None


async def _follow(update: Update, context: Context, old: int, new: int) -> None:
    pending = await context.turn(update, visits_group.migrated, old, new)
    await context.house.follow()
    context.house.outbox.poke(pending)


async def _in_topic(update: Update, context: Context, message: Message, thread_id: int) -> None:
    where = Where(message.chat.id, thread_id)
    if message.forum_topic_closed is not None or message.forum_topic_reopened is not None:
        await context.turn(update, visits_group.door, where, message.forum_topic_closed is not None)
        return
    incoming = incoming_of(message, edited=update.edited_message is not None)
    if incoming is None:
        await context.turn(update, visits.nothing)
        return
    visited = visits_group.message if update.edited_message is None else visits_group.edited
    visit = await context.turn(update, visited, incoming, where)
    if isinstance(visit, Refused):
        words = topic_letters.sentence(message.chat.id, thread_id, message.message_id, visit.sentence)
        await context.house.outbox.call(message.chat.id, words, Lane.SUPPORT)
        return
    context.house.outbox.poke(visit.pending)


async def on_press(update: Update, context: Context) -> None:
    """A button of a card: it is answered there; what leads to a page is shown in the private chat."""
    query = update.callback_query
    assert query is not None
    asker, visit = asker_of(update), None
    try:
        visit = await context.turn(update, visits_group.press, query.data or "", query.from_user.id)
    finally:
        await context.house.screens.answer(asker, visit)
    if isinstance(visit, Acted):
        context.house.outbox.poke(visit.pending)
        if visit.then is not None:
            await context.house.screens.show(Asker(asker.user_id, asker.update_id), visit.then)


async def on_place(update: Update, context: Context) -> None:
    """The bot was put out of the staff group, came back, or has other rights there."""
    changed, house = update.my_chat_member, context.house
    assert changed is not None
    problem = await staff_group.problem(house.wire, changed.chat.id, house.setup.bot_id)
    house.outbox.poke(await context.turn(update, visits_group.placed, changed.chat.id, problem))


async def on_chosen(update: Update, context: Context) -> None:
    """Somebody shared a group with the button that asks for one."""
    message, house = update.message, context.house
    assert message is not None and message.chat_shared is not None and message.from_user is not None
    who, shared = message.from_user, message.chat_shared
    problem = await staff_group.problem(house.wire, shared.chat_id, house.setup.bot_id)
    ended = await context.turn(update, visits_group.chosen, who.id, shared.chat_id, problem)
    if ended is None:
        return
    await house.follow()
    words = say(who.language_code or house.setup.language, ended, title=shared.title or str(shared.chat_id))
    answer = {"chat_id": who.id, "text": words, "reply_markup": {"remove_keyboard": True}}
    await house.outbox.call(who.id, Call("sendMessage", answer), Lane.ANSWER)
    house.outbox.poke([shared.chat_id])
