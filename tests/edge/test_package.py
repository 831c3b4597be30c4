"""The wheel: everything that the command needs is inside. `make package` installs it and tries it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from bot import __version__
from bot.example import example
from tests.house.files import ROOT

PACKAGES = ("bot", "models", "sandbox")


def test_the_wheel_holds_all_that_the_command_needs(tmp_path: Path) -> None:
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path))
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"frontdesk-{__version__}-py3-none-any.whl"
    held = set(zipfile.ZipFile(wheel).namelist())
    listed = subprocess.run(("git", "ls-files", *PACKAGES), cwd=ROOT, check=True, capture_output=True, text=True)
    assert set(listed.stdout.split()) - held == set()
    assert {
        f"bot/example/{name}" for name in ("flow.example.toml", "config.example.toml", "media/entrance.png")
    } <= held
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in held)


def test_the_examples_are_found_in_a_checkout_too() -> None:
    assert example("flow.example.toml") == ROOT / "flow.example.toml"
