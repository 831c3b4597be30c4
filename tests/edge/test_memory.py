"""What a process keeps that it does not need."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from bot import memory

#: Eight threads that take memory at the same time; how many heaps there are then.
HEAPS = """
import ctypes, threading
from bot import memory
{before}
taken = threading.Barrier(8)
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
def take():
    libc.malloc(100_000)
    taken.wait()
threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc.fopen.restype = ctypes.c_void_p
out = libc.fopen(b"/dev/stdout", b"w")
libc.malloc_info(0, ctypes.c_void_p(out))
libc.fclose(ctypes.c_void_p(out))
"""


def heaps(before: str) -> int:
    ran = subprocess.run(
        [sys.executable, "-c", HEAPS.format(before=before)], capture_output=True, text=True, check=True
    )
    return ran.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has many heaps")
def test_threads_share_two_heaps() -> None:
    assert heaps("") > 2
    assert heaps("memory.share_heaps()") <= 2


def test_nobody_looks_for_garbage_while_the_program_is_loaded() -> None:
    with pytest.raises(SystemExit), memory.loading():
        assert not gc.isenabled()
        raise SystemExit
    assert gc.isenabled()
