"""The sandbox's clock, which can be set ahead."""

from __future__ import annotations

from collections.abc import Callable


class Clock:
    """Unix seconds of another clock, plus `ahead` seconds."""

    def __init__(self, base: Callable[[], float]) -> None:
        self._base = base
        self.ahead = 0.0

    def __call__(self) -> float:
        return self._base() + self.ahead
