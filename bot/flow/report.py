"""What an operator wants to know of a flow that works: its languages, and whom it asks."""

from __future__ import annotations

from collections.abc import Iterator

from bot.flow.schema import Flow


def hosts(flow: Flow) -> tuple[str, ...]:
    """The servers that a flow asks, in order of their names."""
    return tuple(sorted({call.host for call in flow.calls.values()}))


def report(flow: Flow) -> Iterator[str]:
    """One line for each language of a flow that has several, and what else is worth a look."""
    for language in flow.languages if len(flow.languages) > 1 else ():
        missing = flow.missing.get(language, 0)
        said = "complete" if not missing else f"{missing} of {flow.texts} texts are missing"
        yield f"  {language}: {said}"
    if len(flow.languages) > 1 and flow.same:
        yield f"  {flow.same} of {flow.texts} texts are written without languages, so everybody reads the same."
    if asked := hosts(flow):
        named = ", ".join(f'"{host}"' for host in asked)
        yield f"  It asks other servers, which config.toml must name: hosts = [{named}]"
