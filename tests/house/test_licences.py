"""Dependencies: their licences are listed, none is missing, none is unused."""

from __future__ import annotations

import ast
import re
import sys
from importlib import metadata

from tests.house.files import PRODUCT, modules
from tests.house.licences import HEAD, PAGE, line, pins
from tests.house.test_paper import PROJECT, name, requirements

#: Packages whose modules are called otherwise.
MODULES = {
    "google-re2": "re2",
    "prometheus-client": "prometheus_client",
    "pydantic-settings": "pydantic_settings",
    "python-telegram-bot": "telegram",
}
#: Needed without being imported: data for the standard library, and the driver that SQLAlchemy loads by name.
DATA = {"tzdata", "psycopg"}
#: What another package brings, and whose interface it is part of.
BROUGHT = {
    "pydantic": "pydantic-settings",
    "pydantic_core": "pydantic-settings",
    "numpy": "matplotlib",
    "multidict": "aiohttp",
    "yarl": "aiohttp",
}


def imported() -> set[str]:
    """The top of everything that the product imports from elsewhere."""
    nodes = [node for tree in modules(*PRODUCT).values() for node in ast.walk(tree)]
    names = {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {one.split(".")[0] for one in names} - set(sys.stdlib_module_names) - set(PRODUCT)


def declared() -> set[str]:
    project = PROJECT["project"]
    lines = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {name(requirement) for requirement in lines}


def test_every_import_is_declared() -> None:
    known = {MODULES.get(package, package) for package in declared()}
    assert {one for one in imported() - known if BROUGHT.get(one) not in declared()} == set()


def test_every_dependency_is_imported() -> None:
    used = imported()
    assert {one for one in declared() - DATA if MODULES.get(one, one) not in used} == set()
    assert requirements()


def test_the_page_of_licences_is_that_of_the_lock() -> None:
    page = PAGE.read_text()
    listed = re.findall(r"^\| ([a-z0-9][\w.\-]*) \| (\S+) \| (.+) \|$", page.split("---|\n")[1], re.MULTILINE)
    assert page.startswith(HEAD)
    assert {package: version for package, version, _ in listed} == pins()
    # An older Python may need an older version, whose package says something else.
    installed = {(one.metadata["Name"].lower().replace("_", "-"), one.version) for one in metadata.distributions()}
    assert [
        one for one, version, _ in listed if (one, version) in installed and line(one, pins()[one]) not in page
    ] == []
