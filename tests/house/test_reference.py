"""The pages of the reference are those of the code, every page is in the menu of the site, every picture is shown."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.files import ROOT
from tests.house.reference import DOCS, pages

SITE: dict[str, Any] = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.name)
def test_a_page_of_the_reference_is_that_of_the_code(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == pages()[page], "run: python -m tests.house.reference"


def test_every_page_is_in_the_menu_of_the_site() -> None:
    """The decisions are in the menu as one page, which lists them."""
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md") if not path.match("decisions/0*.md")}
    assert sorted(named(SITE["nav"])) == sorted(there)


def named(menu: Any) -> list[str]:
    """The pages of a menu, those of its parts too."""
    if isinstance(menu, str):
        return [menu]
    parts = menu.values() if isinstance(menu, dict) else menu
    return [page for part in parts for page in named(part)]


def test_the_site_asks_nobody_for_fonts() -> None:
    assert SITE["theme"]["font"] is False
    assert "analytics" not in SITE.get("extra", {})


def test_every_picture_is_shown_and_says_what_is_on_it() -> None:
    shown = [found for path in DOCS.rglob("*.md") for found in re.findall(r"!\[(.*?)\]\(([^)]+)\)", path.read_text())]
    assert [target for words, target in shown if len(words) < 8] == []
    files = {path.name for path in (DOCS / "pictures").rglob("*.*")}
    assert files == {Path(target).name for _, target in shown}
