"""Presses on buttons: choices under the flow's messages, and everything on screens."""

from __future__ import annotations

import asyncio

from telegram import Update

from bot import visits
from bot.flow.content import Kind
from bot.flow.heard import Chose
from bot.handlers import group
from bot.handlers.other import on_other
from bot.house import Context
from bot.reading import asker_of, label_of, sender_of
from bot.services import conversations, push_clicks
from bot.services.conversations import Incoming
from bot.ui.press import Choose, ChooseOfPush, parse


async def on_press(update: Update, context: Context) -> None:
    """Every press is answered, whatever becomes of it."""
    query = update.callback_query
    assert query is not None
    if query.message is not None and query.message.chat.id == context.house.setup.support.group_id:
        await group.on_press(update, context)
        return
    if query.message is None or query.message.chat.id != query.from_user.id:
        await on_other(update, context)  # screens are for private chats
        return
    pressed = parse(query.data or "")
    if isinstance(pressed, Choose | ChooseOfPush):
        await _choose(update, context, pressed)
        return
    asker, visit = asker_of(update), None
    try:
        visit = await context.turn(update, visits.press, query.data or "", sender_of(query.from_user))
    finally:
        await context.house.screens.answer(asker, visit)
    await context.conclude(update, visit)


async def _choose(update: Update, context: Context, pressed: Choose | ChooseOfPush) -> None:
    """A choice is heard like a text; the press is answered meanwhile. Under a push it counts as well."""
    query = update.callback_query
    assert query is not None
    heard = Chose(pressed.block, pressed.choice)
    incoming = Incoming(sender_of(query.from_user), heard, Kind.TEXT, label_of(query))
    incoming = context.paced(incoming)
    if isinstance(pressed, ChooseOfPush):
        turn = context.turn(update, push_clicks.hear, incoming, pressed.run)
    else:
        turn = context.turn(update, conversations.hear, incoming)
    visit, _ = await asyncio.gather(turn, context.house.screens.answer(asker_of(update)))
    await context.conclude(update, visit)
