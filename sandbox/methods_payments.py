"""Invoices: sending them, making links to them, and the bot's word before somebody pays; stars."""

from __future__ import annotations

import re
from typing import Any

from sandbox import payments, render
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.keyboards import Markup
from sandbox.methods_queries import TOO_OLD
from sandbox.payments_words import STARS, amount
from sandbox.registry import method
from sandbox.shapes import JSON

TITLE, DESCRIPTION, PAYLOAD_BYTES = 32, 255, 128
#: Seconds within which the bot must say whether somebody may pay.
PATIENCE = 10.0
_CURRENCY = re.compile(r"[A-Z]{3}")


@method("sendInvoice")
def send_invoice(call: Call) -> JSON:
    """An invoice with a button to pay; without buttons in the call it gets one."""
    invoice = _asked(call)
    chat = call.chat()
    markup = call.markup(chat)
    rows = markup.inline or [[{"text": f"Pay {amount(invoice)}", "pay": True}]]
    if not rows[0][0].get("pay"):
        raise bad("the first button must be a pay button")
    message = call.post(chat, {"invoice": payments.card(invoice)}, Markup(inline=rows))
    payments.keep(call.world, f"{chat.id}:{message.id}", invoice)
    return render.message(call.world, chat, message)


@method("createInvoiceLink")
def create_invoice_link(call: Call) -> str:
    """A link that opens an invoice."""
    invoice = _asked(call)
    address = f"https://t.me/${call.world.query_ids.next()}"
    payments.keep(call.world, address, invoice)
    return address


@method("answerPreCheckoutQuery")
def answer_pre_checkout_query(call: Call) -> bool:
    """Whether somebody may pay now; once, and within 10 seconds."""
    waiting = call.world.extras.checkouts.pop(call.text("pre_checkout_query_id"), None)
    if waiting is None or call.world.clock() - waiting["at"] > PATIENCE:
        raise bad(TOO_OLD)
    if call.flag("ok"):
        payments.paid(call.world, waiting)
    elif not call.text("error_message"):
        raise bad("error message must be non-empty")
    return True


@method("getMyStarBalance")
def get_my_star_balance(call: Call) -> JSON:
    """How many stars people have paid and not got back."""
    return {"amount": sum(payments.signed(one) for one in call.world.extras.stars)}


@method("getStarTransactions")
def get_star_transactions(call: Call) -> JSON:
    """The bot's stars, oldest first."""
    offset, limit = call.integer("offset"), max(1, min(call.integer("limit", 100), 100))
    return {"transactions": call.world.extras.stars[offset : offset + limit]}


@method("refundStarPayment")
def refund_star_payment(call: Call) -> bool:
    """Give somebody their stars back, once."""
    return payments.refund(call.world, call.integer("user_id"), call.text("telegram_payment_charge_id"))


def _asked(call: Call) -> JSON:
    title, description, payload = (call.text(name) for name in ("title", "description", "payload"))
    if not 1 <= len(title) <= TITLE:
        raise bad("INVOICE_TITLE_INVALID")
    if not 1 <= len(description) <= DESCRIPTION:
        raise bad("INVOICE_DESCRIPTION_INVALID")
    if not 1 <= len(payload.encode()) <= PAYLOAD_BYTES:
        raise bad("INVOICE_PAYLOAD_INVALID")
    currency, prices = call.text("currency"), _prices(call)
    if not _CURRENCY.fullmatch(currency):
        raise bad("CURRENCY_INVALID")
    if currency == STARS and len(prices) != 1:
        raise bad("STARS_INVOICE_INVALID")
    if currency != STARS and not call.text("provider_token"):
        raise bad("PAYMENT_PROVIDER_INVALID")
    total = sum(price["amount"] for price in prices)
    if total < 1:
        raise bad("CURRENCY_TOTAL_AMOUNT_INVALID")
    words = {"title": title, "description": description, "start_parameter": call.text("start_parameter")}
    return {**words, "currency": currency, "total_amount": total, "payload": payload}


def _prices(call: Call) -> list[JSON]:
    given: Any = call.json("prices", "prices")
    if not isinstance(given, list) or not given:
        raise bad("can't parse prices JSON object")
    for price in given:
        if not isinstance(price, dict) or not price.get("label") or type(price.get("amount")) is not int:
            raise bad("can't parse labeled price: expected a label and an amount")
    return given
