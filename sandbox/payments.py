"""What people pay: invoices, the question before, the payment, and stars given back. No money moves."""

from __future__ import annotations

import secrets

from sandbox.errors import PersonRefused, bad
from sandbox.payments_words import STARS
from sandbox.shapes import JSON, Chat, Room
from sandbox.world import World

_SHOWN = ("title", "description", "start_parameter", "currency", "total_amount")


def card(invoice: JSON) -> JSON:
    """An invoice as the Bot API shows it."""
    return {name: invoice[name] for name in _SHOWN}


def keep(world: World, key: str, invoice: JSON) -> None:
    """Remember an invoice under its message or link."""
    world.extras.invoices[key] = invoice
    world.changes += 1


def pay(world: World, chat: Chat, room: Room, message_id: int) -> str:
    """Somebody presses Pay: the bot is asked whether they may. The id of the question; raises PersonRefused.

    Nobody here has an address, so nobody is asked for one: a flexible price is paid as it stands.
    """
    invoice = world.extras.invoices.get(f"{room.id}:{message_id}")
    if invoice is None or message_id not in room.messages:
        raise PersonRefused("There is no such invoice.", 404)
    number = str(world.query_ids.next())
    world.extras.checkouts[number] = {"person": chat.id, "invoice": invoice, "at": world.clock()}
    money = {"currency": invoice["currency"], "total_amount": invoice["total_amount"]}
    query = {"id": number, "from": chat.user_card, **money, "invoice_payload": invoice["payload"]}
    world.updates.add("pre_checkout_query", query, chat.id)
    return number


def paid(world: World, waiting: JSON) -> None:
    """The bot has agreed: the payment is done, and the person's chat tells of it."""
    invoice, chat = waiting["invoice"], world.chats[waiting["person"]]
    charge = secrets.token_hex(16)
    money = {"currency": invoice["currency"], "total_amount": invoice["total_amount"]}
    ids = {"telegram_payment_charge_id": charge, "provider_payment_charge_id": secrets.token_hex(8)}
    world.hear(chat, {"successful_payment": {**money, "invoice_payload": invoice["payload"], **ids}})
    if invoice["currency"] == STARS:
        partner = {"type": "user", "transaction_type": "invoice_payment", "user": chat.user_card}
        partner["invoice_payload"] = invoice["payload"]
        source = {"id": charge, "amount": invoice["total_amount"], "date": world.now(), "source": partner}
        world.extras.stars.append(source)


def signed(transaction: JSON) -> int:
    """The stars of a transaction: what came in is positive."""
    return int(transaction["amount"]) if "source" in transaction else -int(transaction["amount"])


def refund(world: World, user_id: int, charge: str) -> bool:
    """Give stars back; raises Refused where there is no such payment, or it was given back already."""
    same = [one for one in world.extras.stars if one["id"] == charge]
    if not same or same[0]["source"]["user"]["id"] != user_id:
        raise bad("CHARGE_NOT_FOUND")
    if len(same) > 1:
        raise bad("CHARGE_ALREADY_REFUNDED")
    bought = same[0]
    back = {"id": charge, "amount": bought["amount"], "date": world.now(), "receiver": bought["source"]}
    world.extras.stars.append(back)
    told = {"currency": STARS, "total_amount": bought["amount"], "telegram_payment_charge_id": charge}
    told["invoice_payload"] = bought["source"]["invoice_payload"]
    world.hear(world.chats[user_id], {"refunded_payment": told})
    return True
