"""The plugin that the tests are run with: another server, another bot, other chats, and notes how each test ended.

It runs inside of the throw-away environment, so it imports nothing of this project. It changes nothing in the tests:
the library's defaults for its addresses, and what the tests' own provider of bots gives, come from the environment.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import telegram
import telegram.ext

URL = os.environ["YARDSTICK_URL"]
ADDRESSES = {"base_url": f"{URL}/bot", "base_file_url": f"{URL}/file/bot"}
#: From bad to good; a test's worst phase counts.
ORDER = ("error", "failed", "skipped", "xfailed", "xpassed", "passed")
ends: dict[str, str] = {}


def point(function: Callable[..., None]) -> None:
    """Give a constructor other defaults for its addresses."""
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    defaults = list(function.__defaults__ or ())
    for at, name in enumerate(names[len(names) - len(defaults) :]):
        defaults[at] = ADDRESSES.get(name, defaults[at])
    function.__defaults__ = tuple(defaults)
    keywords = function.__kwdefaults__ or {}
    keywords.update({name: value for name, value in ADDRESSES.items() if name in keywords})


point(telegram.Bot.__init__)
point(telegram.ext.ExtBot.__init__)


def pytest_configure(config: Any) -> None:
    """The tests ask a provider for a bot and its chats; it answers with what it was given here."""
    from tests.auxil.ci_bots import BOT_INFO_PROVIDER  # type: ignore[import-not-found]

    BOT_INFO_PROVIDER._cached = json.loads(os.environ["YARDSTICK_BOT"])


def pytest_runtest_logreport(report: Any) -> None:
    """Note how a test ended."""
    if report.when != "call" and report.passed:
        return
    end = "passed" if report.passed else "skipped" if report.skipped else "failed"
    if report.failed and report.when != "call":
        end = "error"
    if hasattr(report, "wasxfail"):
        end = "xpassed" if report.passed else "xfailed"
    before = ends.get(report.nodeid, "passed")
    ends[report.nodeid] = min(end, before, key=ORDER.index)


def pytest_sessionfinish(session: Any) -> None:
    """Leave the notes where the runner looks for them."""
    Path(os.environ["YARDSTICK_ENDS"]).write_text(json.dumps(ends))
