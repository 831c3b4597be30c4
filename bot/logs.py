"""Logging: one line an event, as text or JSON, and no secret in any of them."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

#: Anything that looks like a bot's token, also as a part of an address.
TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
#: Libraries that say more than an operator wants to read.
QUIET = ("aiohttp.access", "alembic", "apscheduler", "asyncio", "httpx", "httpcore", "telegram", "tzlocal")
#: What structlog calls a traceback, and a stack.
_SEVERAL_LINES = frozenset({"exception", "stack"})


class Redaction:
    """Takes secrets out of a finished line, tracebacks included."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = [secret for secret in secrets if secret]

    def clean(self, text: str) -> str:
        """The text with "[secret]" in place of each secret."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return TOKEN.sub("[secret]", text)

    def __call__(self, logger: WrappedLogger, name: str, line: EventDict) -> str:
        """The last processor: its input is the rendered line."""
        return self.clean(str(line))


def on_one_line(logger: WrappedLogger, name: str, line: EventDict) -> EventDict:
    """A processor for lines of text: nothing from outside begins a line of its own, or steers a terminal.

    Tracebacks and stacks are several lines, set in, so that none of them looks like one of ours.
    """
    return {key: _set_in(value) if key in _SEVERAL_LINES else _line(value) for key, value in line.items()}


def _line(value: object) -> object:
    return _shown(value) if isinstance(value, str) else value


def _set_in(value: object) -> object:
    return "\n".join(f"    {_shown(line)}" for line in value.split("\n")) if isinstance(value, str) else value


def _shown(text: str) -> str:
    return text if text.isprintable() else "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def configure(level: str, style: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send everything that is logged, ours and the libraries', to `stream` (standard error).

    `level` and `style` as in `[log]` of the config.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.format_exc_info,
    ]
    out = sys.stderr if stream is None else stream
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderer(style, out),
                Redaction(secrets),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _renderer(style: str, out: TextIO) -> Sequence[Processor]:
    if style == "json" or (style == "auto" and not out.isatty()):
        return [structlog.processors.JSONRenderer()]
    return [
        on_one_line,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
