"""A push on its way: whether its rate is kept, what it costs the others, and the database, and memory.

The rate is measured by Telegram's own log; the other figures stand beside their baselines of the same run: an idle
bot, and a push for few.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import counted
from benchmarks.frontdesk import Frontdesk
from benchmarks.telegram import Telegram

#: Messages a second: what Telegram takes for nothing, and what it takes where it is paid.
SLOW, FAST = 25, 1000
#: Whoever talks with the bot is not among those who get the push.
TALKS = 5
#: The transactions that carry a push.
CARRYING = ("bot.services.deliveries_carry.carry",)


def measure(
    seconds: int = 40, answers: int = 200, crowd: int = 100_000, few: int = 10_000, many: int = 1_000_000
) -> str:
    """`seconds` at each rate; `answers` while a push for `crowd` runs; memory with `few` and `many` recipients."""
    rates = [_at_rate(SLOW, SLOW * seconds), _at_rate(FAST, FAST * max(2, seconds // 2))]
    idle = _answer(answers, crowd, None)
    waits = [
        _waits(f"while a push of {crowd:,} runs at {rate}/s", _answer(answers, crowd, rate), idle)
        for rate in (SLOW, FAST)
    ]
    memory = [_memory(people, few) for people in (few, many)]
    return "\n".join(
        [
            "A push at a set rate, by Telegram's own log; database transactions per 100 messages",
            f"  {'':34}{'sent/s':>9}{'of it':>9}{'most in 1 s':>13}{'note, claim':>14}{'all writes':>12}{'reads':>8}",
            *rates,
            "Median answer to a user",
            f"  {'idle':44}{idle * 1000:>9.1f} ms",
            *waits,
            f"Memory of its own after {few:,} messages of a push (of it up to 16 MB are SQLite's pages)",
            *(f"  {f'for {people:,}':44}{used:>9.0f} MB" for people, used in zip((few, many), memory, strict=True)),
        ]
    )


def _at_rate(rate: int, messages: int) -> str:
    with TemporaryDirectory() as name, Telegram() as telegram:
        folder = Path(name)
        telegram.ask("people", count=messages)
        telegram.tell("await_sends", count=messages)
        bot = Frontdesk(folder, telegram, push_rate=rate, module="benchmarks.counted")
        bot.plan_push(messages)
        with bot:
            seen = telegram.hear()
        counts = Counter[str](json.loads((folder / counted.FILE).read_text()))
    sent = seen["rate"]
    per = 100 / messages
    carrying = sum(counts[f"write {service}"] for service in CARRYING) * per
    writes, reads = (sum(n for key, n in counts.items() if key.startswith(kind)) * per for kind in ("write", "read"))
    figures = f"{sent:>9.1f}{sent / rate:>9.1%}{seen['most']:>13}{carrying:>14.1f}{writes:>12.1f}{reads:>8.1f}"
    return f"  {f'{rate}/s, {messages:,} messages':34}{figures}"


def _answer(count: int, crowd: int, rate: int | None) -> float:
    """The median wait in seconds; `rate` None: the bot is idle."""
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("people", count=crowd)
        bot = Frontdesk(Path(name), telegram, push_rate=rate or SLOW)
        if rate is not None:
            bot.plan_push(crowd)
            telegram.tell("await_sends", count=rate)
        with bot:
            if rate is not None:
                telegram.hear()
            telegram.ask("talk", person=TALKS, count=10)
            return float(telegram.ask("talk", person=TALKS, count=count)["median"])


def _waits(name: str, seconds: float, idle: float) -> str:
    return f"  {name:44}{seconds * 1000:>9.1f} ms{seconds / idle:>8.2f}x"


def _memory(people: int, sends: int) -> float:
    """The megabytes of the bot's own, once it has planned for all and sent so many of them."""
    with TemporaryDirectory() as name, Telegram() as telegram:
        telegram.ask("people", count=sends)
        telegram.tell("await_sends", count=sends)
        bot = Frontdesk(Path(name), telegram)
        bot.plan_push(people)
        with bot:
            telegram.hear()
            return bot.own_megabytes()
