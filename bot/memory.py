"""How the process uses memory: few heaps for all threads, and no search for garbage in what stays."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

#: glibc's number for the most heaps there may be (`M_ARENA_MAX`), and how many there are here.
_ARENA_MAX, _HEAPS = -8, 2


def share_heaps() -> None:
    """Let all threads take memory from two heaps. Before the first thread; where there is no glibc nothing happens.

    glibc gives nearly each thread a heap of its own, and what is freed in one serves no other: what lies idle there
    came to 100 MB after 60,000 updates.
    """
    if sys.platform == "linux" and (mallopt := getattr(ctypes.CDLL(None), "mallopt", None)):
        mallopt(_ARENA_MAX, _HEAPS)


@contextmanager
def loading() -> Iterator[None]:
    """Nothing that is loaded meanwhile is garbage: looking for some would be a fifth of a start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle() -> None:
    """What is there now stays: looking through it for garbage again and again is a tenth of the cost of an update."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
