"""Amounts of money as people read them."""

from __future__ import annotations

from sandbox.shapes import JSON

STARS = "XTR"


def amount(money: JSON) -> str:
    """What it costs; `total_amount` is in the smallest units of `currency`."""
    total = money["total_amount"]
    return f"⭐ {total}" if money["currency"] == STARS else f"{total / 100:.2f} {money['currency']}"
