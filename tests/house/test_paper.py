"""The papers are true: locks, dependencies, the commands that the README names."""

from __future__ import annotations

import re
import tomllib
from itertools import chain

import pytest

from tests.house.files import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
README = (ROOT / "README.md").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("lock", ["", "-dev", "-docs", "-aiogram"])
def test_every_locked_package_has_a_hash_and_no_lock_names_an_index(lock: str) -> None:
    text = (ROOT / f"requirements{lock}.lock").read_text()
    packages = re.findall(r"^[a-z0-9][\w.\-\[\],]*==", text, re.MULTILINE)
    entries = re.split(r"^(?=[a-z0-9][\w.\-\[\],]*==)", text, flags=re.MULTILINE)[1:]
    assert len(packages) == len(entries) > 10
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index-url" not in text


def test_the_locks_agree() -> None:
    runtime, development, site = (pins(f"requirements{part}.lock") for part in ("", "-dev", "-docs"))
    assert {name: development.get(name) for name in runtime} == runtime
    both = site.keys() & development.keys()
    assert {name: site[name] for name in both} == {name: development[name] for name in both}


def test_every_dependency_has_its_line_in_the_decisions() -> None:
    reasons = (ROOT / "docs" / "decisions" / "0002-dependencies.md").read_text()
    named = [name(line) for line in requirements()]
    assert [package for package in named if f"**{package}**" not in reasons] == []


def test_every_command_of_the_readme_is_there() -> None:
    commands = set(re.findall(r"\bmake ([a-z-]+)", README))
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    assert {"demo", "run", "test", "check"} <= commands <= targets


def test_ci_runs_what_the_readme_tells_a_user_to_run() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert re.findall(r"^make (\w+)", script, re.MULTILINE) == ["check", "docs", "package", "soak", "test"]


def test_every_link_between_the_papers_leads_somewhere() -> None:
    papers = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{paper.relative_to(ROOT)}: {target}"
        for paper in papers
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#]+)", paper.read_text())
        if not (paper.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert [page.name for page in sorted(folder.glob("0*.md")) if f"({page.name})" not in index] == []


def requirements() -> list[str]:
    project = PROJECT["project"]
    extras, groups = project["optional-dependencies"].values(), PROJECT["dependency-groups"].values()
    return [*project["dependencies"], *chain.from_iterable(extras), *chain.from_iterable(groups)]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][\w.\-]*)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def name(requirement: str) -> str:
    found = re.match(r"[\w.\-]+", requirement)
    assert found
    return found.group()
