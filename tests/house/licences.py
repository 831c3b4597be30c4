"""Writes docs/licences.md: what each locked package may be used under, as it says itself.

`python -m tests.house.licences` after `make lock`.
"""

from __future__ import annotations

import re
from importlib import metadata

from tests.house.files import ROOT

PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences of what the bot needs

The packages of `requirements.lock`, each with the licence that it declares. frontdesk itself is MIT. Written by
`python -m tests.house.licences` and compared with the lock by a test. Three are of a kind that asks for more than a
notice: python-telegram-bot and psycopg (LGPL: used as they are, replaceable), and igraph (GPL: only with the extra
`charts`; whoever passes on a bundle with it passes it on under the GPL).

| package | version | licence |
|---|---|---|
"""


def pins() -> dict[str, str]:
    """Name and version of all that runs; of what differs by version of Python the newest."""
    lock = (ROOT / "requirements.lock").read_text()
    return dict(re.findall(r"^([a-z0-9][\w.\-]*)(?:\[[^\]]*\])?==(\S+)", lock, re.MULTILINE))


def licence(package: str) -> str:
    """As the installed package declares it. Raises PackageNotFoundError."""
    said = metadata.metadata(package)
    named = [one.split(" :: ")[-1] for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    (expression,), (words,) = (said.get_all(key) or [""] for key in ("License-Expression", "License"))
    return expression or " / ".join(named) or words.split("\n")[0]


def line(package: str, version: str) -> str:
    """A package in the table."""
    return f"| {package} | {version} | {licence(package)} |\n"


if __name__ == "__main__":
    PAGE.write_text(HEAD + "".join(line(package, version) for package, version in pins().items()))
