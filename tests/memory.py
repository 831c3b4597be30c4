"""How much memory a process has for itself."""

from __future__ import annotations

from pathlib import Path


def own_megabytes(pid: int | str = "self") -> float:
    """Without the pages of files, which the system takes back as it likes. Raises OSError for one that has ended."""
    status = (Path("/proc") / str(pid) / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("RssAnon"))
    return int(line.split()[1]) / 1024
