"""The bot, with its transactions counted: `python -m benchmarks.counted run --config …`.

How many there were of each service stands in `transactions.json` beside the config when it has ended.
"""

from __future__ import annotations

import atexit
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.__main__ import main
from bot.services.database import Database

FILE = "transactions.json"

_counts: Counter[str] = Counter()


def count(method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """The method, counting by the name of the service it is given."""

    async def counted(self: Database, service: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        _counts[f"{method.__name__} {service.__module__}.{service.__name__}"] += 1
        return await method(self, service, *args, **kwargs)

    return counted


if __name__ == "__main__":
    Database.write, Database.read = count(Database.write), count(Database.read)  # type: ignore[assignment,method-assign]
    path = Path(sys.argv[sys.argv.index("--config") + 1]).parent / FILE
    atexit.register(lambda: path.write_text(json.dumps(_counts)))
    sys.exit(main())
