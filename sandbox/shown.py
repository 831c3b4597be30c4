"""What the page shows in words, because it has no form of its own for it: invoices, games, media for stars."""

from __future__ import annotations

import html

from sandbox.payments_words import amount
from sandbox.shapes import JSON


def in_words(content: JSON) -> JSON:
    """`text` and `html` of a message that is none of the usual kinds; {} for all others."""
    if "invoice" in content:
        invoice = content["invoice"]
        return _lines(invoice["title"], invoice["description"], amount(invoice))
    if "game" in content:
        game = content["game"]
        return _lines(game["title"], game["description"], game.get("text", ""))
    if "paid_media" in content:
        paid = content["paid_media"]
        kinds = " + ".join(medium["type"].replace("_", " ") for medium in paid["paid_media"])
        return _lines(f"{kinds} for ⭐ {paid['star_count']}", content.get("caption", ""))
    return {}


def _lines(head: str, *rest: str) -> JSON:
    lines = [line for line in rest if line]
    shown = "\n".join([f"<b>{html.escape(head)}</b>", *map(html.escape, lines)])
    return {"text": "\n".join([head, *lines]), "html": shown}
