"""What the fuzzer makes, from one seed: texts, rules, flows, data of buttons, updates and bodies of webhook calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from random import Random
from string import printable
from typing import Any, TypeVar, get_type_hints

import bot.admin  # noqa: F401 - declares all screens
from bot.rules.grammar import KEYWORDS
from bot.ui.press import Press, kinds, pack
from bot.ui.registry import COMMANDS, LINKS
from tests.flow.strategies import RULES, SAYINGS
from tests.rules.cast import FIELDS
from tests.rules.strategies import NASTY
from tests.threats.hostile import HOSTILE

T = TypeVar("T")

#: Whoever writes: a stranger or two, staff, an admin, an owner.
PEOPLE = (*range(401, 441), 201, 301)
DATE = 1_795_348_800
NUMBERS = (-(2**63), -1, 0, 1, 2, 101, 301, 10**16, 2**63 - 1)
SIGNS = [*"=<>(),\"'“«»;\\\0\ud800", "!=", ">=", "--", "18", "7 days", "2026-01-01", "09:00", "\n", "\u2028", "\x1f"]
WORDS = [*KEYWORDS.values(), *FIELDS, "tag", "joined", *SIGNS, *NASTY]
JUNK: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    2**63,
    1e308,
    "",
    "x",
    [],
    {},
    [1],
    {"x": 1},
    [[]],
    "\ud800",
    "\x00",
    "9" * 400,
)
PLAIN = ("hours", "12", "yes", "Vera", "1.5.2026", "a@b.cd", "tomorrow 9", "/start", "-5", "٣", "person", "Vienna")
WHOLE = (
    *("city = Vienna and age >= 18", "not (name contains ann or tag = vip)", "age between 18 and 30", "email is set"),
    *('in group "VIP"', "last_seen within 7 days", "plan in (pro, team)", "newsletter", "not blocked and id = 7"),
)
FLOW = """
start = "a"
fallback = "b"
languages = ["en", "de"]
[variables]
word = { type = "text", label = "Word" }
count = { type = "number", min = 0 }
flag = "boolean"
day = "date"
[[keywords]]
is = ["help"]
to = "b"
[blocks.a]
say = ["Hello {word|you}", { location = [48.2, 16.3] }]
[[blocks.a.connections]]
button = "On"
to = "b"
actions = [{ do = "add", variable = "count", by = 2 }, { do = "tag", name = "t" }]
[[blocks.a.connections]]
input = { store = "word", type = "text", max_length = 20, retry = "Again.", tries = 2, give_up = "b" }
when = "count > 3"
to = "c"
[blocks.b]
say = { en = "Yes", de = "Ja {day}" }
to = "c"
[blocks.c]
say = [{ do = "wait", hours = 1, to = "a" }, "{count|0: none|one: # x|other: # y}"]
actions = [{ do = "random", branches = [{ weight = 2, then = "a" }, { weight = 1, then = "b" }] }]
"""
_LINES = FLOW.strip().split("\n")
_PARTS = [
    *(*RULES, *(one for one in SAYINGS if isinstance(one, str))),
    *("do", "to", "say", "a", "nope", '"""', "[[", "'''", "= =", "\\u00", "{"),
]
_VALUES = ("12", "true", "[]", "{}", "1979-05-27", "1e400", "-0")


def text(chance: Random) -> str:
    """Words as the worst of people may write them."""
    match chance.randrange(6):
        case 0:
            return chance.choice(HOSTILE)
        case 1:
            return " ".join(chance.choices(NASTY, k=chance.randrange(1, 5)))
        case 2:
            return "".join(chr(_character(chance)) for _ in range(chance.randrange(40)))
        case 3:
            return chance.choice(("m", "🙂", "\u0301", "<b>", "&", "{name}")) * chance.randrange(1, 4200)
        case 4:
            return "".join(chance.choices(printable, k=chance.randrange(60)))
    return chance.choice(
        ("hours", "12", "yes", "Vera", "1.5.2026", "a@b.cd", "tomorrow 9", "/start", "-5", "٣", "person")
    )


def _character(chance: Random) -> int:
    while 0xD800 <= (found := chance.choice((chance.randrange(0x300), chance.randrange(0x110000)))) < 0xE000:
        pass
    return found


def rule(chance: Random) -> str:
    """A line that may be a rule."""
    if chance.random() < 0.4:
        whole = [*chance.choice((" and ", " or ", " and not ")).join(chance.choices(WHOLE, k=chance.randrange(1, 4)))]
        if chance.random() < 0.5:
            whole[chance.randrange(len(whole))] = chance.choice((*WORDS, "", " "))
        return "".join(whole)
    joined = chance.choice((" ", " ", " ", ""))
    return joined.join(chance.choices(WORDS, k=chance.randrange(1, 15)))


def flow(chance: Random) -> str:
    """A small flow in which something is not as it was."""
    lines = list(_LINES)
    for _ in range(chance.randrange(4)):
        at = chance.randrange(len(lines))
        chance.choice(_DAMAGES)(chance, lines, at)
    return "\n".join(lines)


def _drop(chance: Random, lines: list[str], at: int) -> None:
    if len(lines) > 1:
        del lines[at]


def _repeat(chance: Random, lines: list[str], at: int) -> None:
    lines.insert(chance.randrange(len(lines)), lines[at])


def _cut(chance: Random, lines: list[str], at: int) -> None:
    where = chance.randrange(len(lines[at]) + 1)
    lines[at] = (
        lines[at][:where] + chance.choice(("", chance.choice(_PARTS), text(chance)[:50])) + lines[at][where + 1 :]
    )


def _other(chance: Random, lines: list[str], at: int) -> None:
    words = lines[at].split(" ")
    words[chance.randrange(len(words))] = chance.choice(
        (*_PARTS, *("12", "true", "[]", "{}", "1979-05-27", "1e400", "-0"))
    )
    lines[at] = " ".join(words)


_DAMAGES: Sequence[Callable[[Random, list[str], int], None]] = (_drop, _repeat, _cut, _other, _other)
_KINDS = [kind for kind in kinds().values() if kind.__module__.startswith("bot.")]


def press(chance: Random) -> Press:
    """A press of some kind with some values."""
    kind = chance.choice(_KINDS)
    hints = {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("__")}
    return kind(**{name: _value(hint, chance) for name, hint in hints.items()})


def _value(hint: Any, chance: Random) -> Any:
    if hint is str:
        return chance.choice(("", "x", "age", "e\u0301:~", "'; --", "%_", "\u202e", "hours", "welcome", "time_zone"))
    if hint is bool:
        return chance.random() < 0.5
    return None if hint == int | None and chance.random() < 0.3 else chance.choice(NUMBERS)


def data(chance: Random) -> str:
    """What the data of a button may be: of a button that there is, with a bit turned, cut, or anything at all."""
    try:
        known = pack(press(chance))
    except ValueError:
        return text(chance)[:64]
    match chance.randrange(4):
        case 0:
            return known
        case 1:
            at = chance.randrange(len(known))
            return known[:at] + chr(ord(known[at]) ^ 1 << chance.randrange(7)) + known[at + 1 :]
        case 2:
            return known[: chance.randrange(len(known) + 1)] + chance.choice((":", "~2", "zz", "\x00", ""))
    return text(chance)[:64]


def update(chance: Random, number: int) -> tuple[dict[str, Any], bool]:
    """Something that Telegram might tell, and whether it is whole: in every fifth something is not as it should be."""
    made: dict[str, Any] = {"update_id": number, **chance.choice(_UPDATES)(chance)}
    whole = chance.random() < 0.8
    if not whole:
        _damage(made, chance)
    return made, whole


def _damage(made: dict[str, Any], chance: Random) -> None:
    holder: Any = made
    for _ in range(chance.randrange(1, 4)):
        keys = [key for key in (holder if isinstance(holder, dict) else range(len(holder))) if key != "update_id"]
        if not keys:
            return
        key = chance.choice(keys)
        if not isinstance(holder[key], dict | list) or chance.random() < 0.3:
            holder[key] = chance.choice(JUNK)
            return
        holder = holder[key]


def _who(chance: Random) -> dict[str, Any]:
    number = chance.choice(PEOPLE)
    named = {"id": number, "is_bot": False, "first_name": text(chance)[:64] or "x"}
    return named | ({"language_code": chance.choice(("en", "de", "xx", ""))} if chance.random() < 0.5 else {})


def _message(chance: Random, **more: Any) -> dict[str, Any]:
    who = _who(chance)
    chat = {"id": who["id"], "type": "private", "first_name": who["first_name"]}
    if chance.random() < 0.1:
        chat = {"id": -1001, "type": chance.choice(("group", "supergroup", "channel")), "title": text(chance)[:64]}
    made = {"message_id": chance.randrange(1, 5000), "date": DATE, "from": who, "chat": chat, **more}
    if chance.random() < 0.1:
        made["reply_to_message"] = {"message_id": chance.randrange(1, 5000), "date": DATE, "chat": chat}
    return made


def _said(chance: Random) -> dict[str, Any]:
    return {
        chance.choice(("message", "message", "message", "edited_message")): _message(
            chance, text=text(chance)[:4096] or "x"
        )
    }


def _commanded(chance: Random) -> dict[str, Any]:
    name = chance.choice((*COMMANDS, "start", "hours", "nothing"))
    argument = chance.choice(
        (text(chance)[:200], rule(chance), chance.choice(tuple(LINKS)) + "x", "42", "new “a” all b = c", "off")
    )
    written = f"/{name} {argument}"
    entity = {"type": "bot_command", "offset": 0, "length": len(name) + 1}
    return {"message": _message(chance, text=written, entities=[entity])}


def _pressed(chance: Random) -> dict[str, Any]:
    who = _who(chance)
    under = {"message_id": chance.randrange(1, 5000), "date": chance.choice((DATE, 0)), "text": "x"}
    under["chat"] = {"id": who["id"], "type": "private"}
    query = {"id": str(chance.randrange(2**40)), "from": who, "chat_instance": "1"}
    return {"callback_query": {**query, "data": data(chance), "message": under}}


def _shared(chance: Random) -> dict[str, Any]:
    file = {
        "file_id": "AgAC" + str(chance.randrange(99)),
        "file_unique_id": "u",
        "file_size": chance.choice((1, 2**40)),
    }
    size = {"width": 1, "height": 1}
    things: dict[str, Any] = {
        "photo": [file | size],
        "document": file
        | {"file_name": chance.choice(("a.pdf", "flow.toml", "users.csv", "../../x", text(chance)[:30]))},
        "voice": file | {"duration": 1},
        "sticker": file | size | {"type": "regular", "is_animated": False, "is_video": False},
        "location": {"latitude": chance.uniform(-90, 90), "longitude": chance.uniform(-180, 180)},
        "contact": {"phone_number": text(chance)[:20], "first_name": "x", "user_id": chance.choice(PEOPLE)},
        "dice": {"emoji": "🎲", "value": 3},
        "chat_shared": {"request_id": chance.choice((1, 2)), "chat_id": -1001, "title": text(chance)[:30]},
        "new_chat_title": text(chance)[:60],
        "rich_message": {"blocks": [text(chance)[:20]]},
    }
    kind = chance.choice(tuple(things))
    said = {"caption": text(chance)[:1024]} if chance.random() < 0.4 else {}
    album = {"media_group_id": "7"} if chance.random() < 0.1 else {}
    return {"message": _message(chance, **{kind: things[kind]}, **said, **album)}


def _asked_inline(chance: Random) -> dict[str, Any]:
    return {"inline_query": {"id": "1", "from": _who(chance), "query": text(chance)[:256], "offset": ""}}


def _moved(chance: Random) -> dict[str, Any]:
    who, states = _who(chance), ("member", "kicked", "left")
    bot_card = {"id": 7_000_000_001, "is_bot": True, "first_name": "B"}
    old, new = ({"user": bot_card, "status": chance.choice(states), "until_date": 0} for _ in range(2))
    chat = {"id": chance.choice((who["id"], -1001)), "type": chance.choice(("private", "group"))}
    return {"my_chat_member": {"chat": chat, "from": who, "date": DATE, "old_chat_member": old, "new_chat_member": new}}


def _unknown(chance: Random) -> dict[str, Any]:
    new = chance.choice(("subscription", "stopped_message_generation", "x"))
    return chance.choice(({new: chance.choice((_message(chance), {}, {"id": 1}))}, {"channel_post": _message(chance)}))


_UPDATES: Sequence[Callable[[Random], dict[str, Any]]] = (
    *(_said, _said, _said, _commanded, _commanded, _pressed, _pressed, _pressed),
    *(_shared, _asked_inline, _moved, _unknown),
)


def body(chance: Random, number: int) -> bytes:
    """What somebody may post to the webhook."""
    whole = json.dumps(update(chance, number)[0], ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    match chance.randrange(5):
        case 0:
            return whole
        case 1:
            return whole[: chance.randrange(len(whole))]
        case 2:
            at = chance.randrange(len(whole))
            return whole[:at] + chance.randbytes(chance.randrange(1, 9)) + whole[at:]
        case 3:
            deep = chance.choice((10, 2000, 100_000)) if chance.random() < 0.02 else 50
            return chance.choice((b"[" * deep, b'{"a":' * deep, b"[" * deep + b"]" * deep))
    return json.dumps(chance.choice((*JUNK, {"update_id": chance.choice(JUNK)}))).encode()
