"""check, graph, schema, play: looking at a flow without a bot."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.terminal import Commands, read_line, say
from bot.flow import load
from bot.flow.graph import mermaid
from bot.flow.json_schema import written
from bot.flow.play import play
from bot.flow.report import report
from bot.services.phrases import phrases


def declare(commands: Commands) -> None:
    """Add the commands."""
    check = commands.add_parser("check", help="say everything that is wrong with a flow")
    check.add_argument("flow", type=Path, help="the flow file")
    check.set_defaults(work=_check)
    graph = commands.add_parser("graph", help="print the ways through a flow as Mermaid draws them")
    graph.add_argument("flow", type=Path, help="the flow file")
    graph.set_defaults(work=_graph)
    schema = commands.add_parser("schema", help="print the JSON Schema of flows, for editors")
    schema.set_defaults(work=_schema)
    played = commands.add_parser("play", help="talk with a flow in the terminal")
    played.add_argument("--language", help='as somebody of this language, such as "de"')
    played.add_argument("flow", type=Path, help="the flow file")
    played.set_defaults(work=_play)


def _check(given: argparse.Namespace) -> int:
    flow = load(given.flow)
    for warning in flow.warnings:
        say(f"  {warning}")
    say(f"{given.flow} is fine: {len(flow.blocks)} blocks, {len(flow.variables)} variables.")
    for line in report(flow):
        say(line)
    return 0


def _graph(given: argparse.Namespace) -> int:
    say(mermaid(load(given.flow)).rstrip())
    return 0


def _schema(given: argparse.Namespace) -> int:
    say(written().rstrip())
    return 0


def _play(given: argparse.Namespace) -> int:
    language: str | None = given.language
    words = phrases(language)
    play(load(given.flow), read_line, say, lambda: datetime.now(UTC), language=language, phrases=words)
    return 0
