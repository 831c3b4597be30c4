"""Numbers that never go backwards, not even over a crash."""

from __future__ import annotations

from collections.abc import Callable

BLOCK = 10_000


class Counter:
    """Counts upwards; before a number of a new block is given away, `reserve` has stored the block's end."""

    def __init__(self, last: int = 0, reserve: Callable[[], None] | None = None) -> None:
        self.last = last
        self.ceiling = last
        self._reserve = reserve or (lambda: None)

    def next(self) -> int:
        """The next number."""
        if self.last >= self.ceiling:
            self.ceiling = self.last + BLOCK
            self._reserve()
        self.last += 1
        return self.last

    def restart(self, last: int, reserve: Callable[[], None]) -> None:
        """Go on behind `last`; `reserve` is called before each new block."""
        self.last = self.ceiling = last
        self._reserve = reserve
