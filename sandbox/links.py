"""What Telegram recognises by itself in plain text: commands, mentions, hashtags, addresses."""

from __future__ import annotations

import re

from sandbox.shapes import JSON

_ENDINGS = "com|org|net|io|dev|app|info|me|ru|de|at|ch|eu|uk|us|co|ai|edu|gov|tv|fr|it|es|pl|nl|example"
_HINT = re.compile(r"[/@#.:$]")
_FOUND = re.compile(
    r"(?P<url>(?:https?|tg|ton)://[^\s<>\"]*[^\s<>\".,:;!?')\]}])"
    r"|(?P<email>(?<![\w.+-])[\w.+-]+@(?:[\w-]+\.)+[A-Za-z]{2,})"
    rf"|(?P<domain>(?<![\w@/.-])(?:[A-Za-z0-9][\w-]*\.)+(?:{_ENDINGS})(?![\w-])(?:[/?#][^\s<>\"]*[^\s<>\".,:;!?')\]}}])?)"
    r"|(?P<mention>(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
    r"|(?P<bot_command>(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
)
_KINDS = {"domain": "url"}


def automatic(text: str) -> list[tuple[str, int, int]]:
    """(entity type, begin, end) of everything found, in characters of the text."""
    if not _HINT.search(text):
        return []
    return [(_kind(found), found.start(), found.end()) for found in _FOUND.finditer(text)]


def _kind(found: re.Match[str]) -> str:
    name = found.lastgroup or ""
    return _KINDS.get(name, name)


def checked_link(target: str) -> str:
    """The address as Telegram stores it, or "" where it is not one."""
    target = target.strip()
    if re.match(r"(?i)(tg|ton|mailto|tel):", target):
        return target
    found = re.fullmatch(r"(?i)(https?://)?([\w.-]*[\w]|\[[0-9a-f:]+\])(:\d+)?([/?#]\S*)?", target)
    if not found or ("." not in found[2] and "[" not in found[2] and found[2].lower() != "localhost"):
        return ""
    rest = found[4] or "/"
    return f"{(found[1] or 'http://').lower()}{found[2]}{found[3] or ''}{rest if rest.startswith('/') else '/' + rest}"


def is_entity(kind: str) -> bool:
    """Whether the Bot API has entities of this kind."""
    return kind in ENTITY_KINDS


ENTITY_KINDS = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
        "date_time",
    ]
)


def entity(kind: str, offset: int, length: int) -> JSON:
    """An entity without further fields."""
    return {"type": kind, "offset": offset, "length": length}
