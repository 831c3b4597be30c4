"""What the world keeps besides chats: sticker sets, profile pictures, scores, invoices and stars, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.shapes import JSON


@dataclass(slots=True)
class Extras:
    """All of it can be written down as JSON."""

    #: name → {"name", "title", "sticker_type", "stickers": [Sticker], "thumbnail"?}
    sticker_sets: dict[str, JSON] = field(default_factory=dict)
    #: user id → file_ids of profile pictures, newest first
    profile_photos: dict[int, list[str]] = field(default_factory=dict)
    #: short name of a game → user id → score
    scores: dict[str, dict[int, int]] = field(default_factory=dict)
    #: invoice key → what sendInvoice or createInvoiceLink asked for
    invoices: dict[str, JSON] = field(default_factory=dict)
    #: query id → a payment that waits for the bot's word
    checkouts: dict[str, JSON] = field(default_factory=dict)
    #: StarTransactions of the bot, oldest first
    stars: list[JSON] = field(default_factory=list)
    #: "groups" or "channels" → default administrator rights
    default_rights: dict[str, JSON] = field(default_factory=dict)
