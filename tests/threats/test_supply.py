"""What the product is made of, and what it runs in."""

from __future__ import annotations

import ast

from tests.house.files import PRODUCT, ROOT, modules

#: What turns data into code.
DANGEROUS = {"eval", "exec", "compile", "__import__"}
MODULES = {"pickle", "marshal", "shelve", "dill"}


def test_s47_nothing_is_pickled_or_evaluated() -> None:
    guilty = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*PRODUCT).items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DANGEROUS)
        or (isinstance(node, ast.Import) and any(one.name.split(".")[0] in MODULES for one in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES)
    ]
    assert guilty == []


def test_s49_the_container_has_no_rights() -> None:
    image, together = (ROOT / "Dockerfile").read_text(), (ROOT / "compose.yaml").read_text()
    assert "\nUSER 10001" in image
    assert "--require-hashes" in image
    for promise in ("init: true", "read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"):
        assert promise in together
