"""The tests themselves: the library's source distribution and what they need, downloaded into a folder of their own."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

VERSION = "22.8"
NAME = f"python_telegram_bot-{VERSION}"
#: What the tests need besides the library with all its extras, as its pyproject.toml has it for that version.
NEEDS = [
    "pytest==9.0.3",
    "pytest-asyncio==0.21.2",
    "pytest-xdist==3.8.0",
    "flaky==3.8.1",
    "beautifulsoup4",
    "pytz",
    "tzdata",
]


def prepare(folder: Path) -> tuple[Path, Path]:
    """(the unpacked source, the python of an environment that can run its tests); made once and kept in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    source, python = folder / NAME, folder / "venv" / "bin" / "python"
    if not source.exists():
        _download(folder)
    if not (folder / "ready").exists():
        _run(sys.executable, "-m", "venv", folder / "venv")
        _run(python, "-m", "pip", "install", "--quiet", *NEEDS, f"{source}[all]")
        (folder / "ready").touch()
    return source, python


def _download(folder: Path) -> None:
    wanted = ["--no-deps", "--no-binary", ":all:", f"python-telegram-bot=={VERSION}"]
    _run(sys.executable, "-m", "pip", "download", "--quiet", *wanted, "--dest", folder)
    with tarfile.open(folder / f"{NAME}.tar.gz") as archive:
        archive.extractall(folder, filter="data")


def _run(*command: str | Path) -> None:
    subprocess.run([str(word) for word in command], check=True)
