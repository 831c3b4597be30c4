"""What people might write to get something out of place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

HOSTILE = (
    "</b></a></blockquote><b>x</b><a href='https://evil.example'>here</a>",
    "\u202eevil\u2066\u200f https://evil.example/x @evil_bot #evil $EVIL",
    "/ban_5 /evil@desk_bot tg://resolve?domain=evil_bot evil.example",
    "{first_name} {token} {u.__init__.__globals__} %s %(x)s ${x} {{7*7}}",
    "=1+2 +evil -evil @SUM(1) \t=x age >= 18 or not blocked",
    "&lt;b&gt;&amp;#60; \U0001f642\u200d\U0001f525" * 3,
)

#: What Telegram finds by itself, and a person could tap.
TAPPED = {"url", "mention", "bot_command", "hashtag", "cashtag", "email", "phone_number"}
#: What people may see in their own chat of their own words: what Telegram finds in them, and how we set words.
OURS = TAPPED | {"bold", "italic", "code", "pre", "blockquote", "expandable_blockquote"}


def judge(
    text: str, entities: Collection[Mapping[str, Any]], where: object, kinds: Collection[str] | None = None
) -> None:
    """Nothing in it leads to evil, and nothing of it turns the direction of what follows.

    A link may be found in what stands in a quote, where everybody sees whose words they are; a command may not.
    `kinds`: all that may be in it where words may lead to evil, since they are the reader's own.
    """
    raw = text.encode("utf-16-le")
    quotes = [_range(entity) for entity in entities if "blockquote" in entity["type"]]
    for entity in entities:
        begin, end = _range(entity)
        part = raw[2 * begin : 2 * end].decode("utf-16-le")
        assert "evil" not in entity.get("url", ""), (where, part)
        if kinds is not None:
            assert entity["type"] in kinds or entity["type"] == "text_link", (where, entity)
            continue
        quoted = entity["type"] != "bot_command" and any(first <= begin and end <= last for first, last in quotes)
        harmless = "evil" not in part.lower() and "ban_5" not in part
        assert entity["type"] not in TAPPED or quoted or harmless, (where, text[max(0, begin - 40) : end + 10])
    assert "\u202e" not in text and "\u200f" not in text, (where, text[:80])


def _range(entity: Mapping[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]
