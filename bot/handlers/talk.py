"""Whatever a person writes, shares or sends."""

from __future__ import annotations

from telegram import Update

from bot import visits
from bot.house import Context, House
from bot.reading import incoming_of
from bot.screens import Asker
from bot.services.conversations import Incoming, Outcome


async def on_message(update: Update, context: Context) -> None:
    """An answer that somebody's draft waits for, staff's reply, or a part of the person's conversation."""
    assert update.message is not None
    incoming = incoming_of(update.message)
    if incoming is None:
        await context.turn(update, visits.nothing)
        return
    await context.conclude(update, await context.turn(update, visits.message, context.paced(incoming)))


async def on_words(house: House, update_id: int, incoming: Incoming) -> None:
    """The same for plain words, which is what people send most: what answers them goes straight to the outbox."""
    user_id = incoming.sender.id
    at_hand = house.outbox.hold(user_id)
    visit = None
    try:
        visit = await house.hear(update_id, incoming, at_hand or 0)
    finally:
        if at_hand is not None:
            house.outbox.release(user_id, visit.letters if isinstance(visit, Outcome) else ())
    if at_hand is None or not (isinstance(visit, Outcome) and visit.letters):
        await house.conclude(Asker(user_id, update_id), visit)
