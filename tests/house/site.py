"""Goes through the built documentation site: every link leads somewhere, nothing is asked for elsewhere.

`make docs` runs it after the site was built. Zensical checks links between pages; here also pictures, anchors, and that
no page loads a script, a style, a font or a picture from the network.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.house.files import ROOT

SITE = ROOT / "site"
#: What a browser fetches by itself.
LOADS = {("script", "src"), ("img", "src"), ("link", "href"), ("source", "src"), ("iframe", "src"), ("video", "src")}
#: Fences and classes for which the theme's script would fetch something.
FETCHING = ("mermaid", "arithmatex", "glightbox", "pyodide")


class Page(HTMLParser):
    """The addresses in a page, those it loads, and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.fetches: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag names."""
        for name, value in attrs:
            if value is None:
                continue
            if name in ("id", "name"):
                self.anchors.add(value)
            if name in ("href", "src"):
                self.links.append(value)
            if (tag, name) in LOADS and not (tag == "link" and dict(attrs).get("rel") == "canonical"):
                self.loads.append(value)
            if name == "class":
                self.fetches += [one for one in FETCHING if one in value.split()]


def problems() -> list[str]:
    """Everything that is wrong, each with its page."""
    pages = {path: Page(path) for path in sorted(SITE.rglob("*.html"))}
    found = [] if len(pages) > 20 else [f"{SITE} has {len(pages)} pages only"]
    for path, page in pages.items():
        where = path.relative_to(SITE)
        found += [f"{where}: loads {one}" for one in page.loads if urlsplit(one).netloc]
        found += [f"{where}: {one} is fetched from elsewhere" for one in page.fetches]
        found += [f"{where}: {link} leads nowhere" for link in page.links if not _leads(link, page, pages)]
    return found


def _leads(link: str, page: Page, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or page.path.name == "404.html":
        return True
    target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return False
    return not parts.fragment or target not in pages or unquote(parts.fragment) in pages[target].anchors


if __name__ == "__main__":
    if wrong := problems():
        sys.exit("\n".join(wrong))
    sys.stdout.write(f"The site in {SITE.relative_to(ROOT)}/ is whole: {len(list(SITE.rglob('*.html')))} pages.\n")
