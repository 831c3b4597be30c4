"""Writes the pages of the reference from the code: the config, the commands, the command line, the figures.

`python -m tests.house.reference` after a change of any of them; a test compares.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import bot.admin  # noqa: F401 - declares all commands
from bot import metrics, texts
from bot.__main__ import arguments
from bot.services.roles import Role
from bot.ui.registry import COMMANDS, UPLOADS, Command
from tests.house.files import ROOT

DOCS = ROOT / "docs"
WRITTEN = "Written from the code by `python -m tests.house.reference`; a test compares."
#: Who may use a command, in the order of the page.
WHO = {Role.USER: "Everybody", Role.STAFF: "Staff", Role.ADMIN: "Admins", Role.OWNER: "Owners"}


def pages() -> dict[Path, str]:
    """Every page that is written from the code, as it should be."""
    return {
        DOCS / "config.md": config(),
        DOCS / "commands.md": commands(),
        DOCS / "command-line.md": command_line(),
        DOCS / "metrics.md": figures(),
    }


def config() -> str:
    """Each key with its default and what config.example.toml says of it."""
    parts = [
        f"# The config\n\n{WRITTEN}\n\nEvery key of `config.toml`. `config.example.toml` is the same as a file "
        "to copy; `frontdesk init` writes one. A key can also come from the environment, which is over the file: "
        "`FRONTDESK_SECTION__KEY`, lists as JSON, or `FRONTDESK_SECTION__KEY_FILE` for a file that holds the value. "
        "Everything that is wrong is said at once, with the key and the fix. What a reload takes over: "
        "[operating](operating.md#change).\n"
    ]
    section = ""
    for at, comment, name, value in _keys((ROOT / "config.example.toml").read_text()):
        if at != section:
            section = at
            variable = f"FRONTDESK_{at.replace('.', '__')}__".upper()
            parts.append(
                f"\n## [{at}]\n\nIn the environment: `{variable}…`\n\n| key and default | meaning |\n|---|---|\n"
            )
        parts.append(f"| `{name}`<br>`{value}` | {_cell(comment)} |\n")
    return "".join(parts)


def _keys(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Section, comment, key and default of each line of the example."""
    section, comment = "", ""
    for line in text.splitlines():
        if line.startswith("#"):
            comment = f"{comment} {line.removeprefix('#').strip()}".strip()
        elif head := re.fullmatch(r"\[(.+)\]", line):
            section, comment = head[1], ""
        elif found := re.fullmatch(r"(\w+) = (.+)", line):
            yield section, comment, found[1], found[2]
            comment = ""


def commands() -> str:
    """Every command of the chat by who may use it."""
    parts = [
        f"# Commands\n\n{WRITTEN}\n\nEach command opens a screen; behind it stands what can be typed at once. "
        "`/help push` says the same in the chat. Who has which role: [the screens](screens/index.md#who-sees-what). "
        "Commands of your own stand in [the flow](flow.md#keywords-commands-links).\n"
    ]
    for role, who in WHO.items():
        parts.append(f"\n## {who}\n\n| command | what it is for |\n|---|---|\n")
        if role is Role.USER:
            parts.append("| `/start` | begin the conversation |\n")
        parts += [_command(one) for _, one in sorted(COMMANDS.items()) if _ours(one) and one.role is role]
    kinds = sorted(ending for ending, one in UPLOADS.items() if one.run.__module__.startswith("bot."))
    parts.append(
        f"\n## Files\n\nA file ending in {' or '.join(f'`{ending}`' for ending in kinds)} that an admin sends to the "
        "bot is a command as well: a new [flow](flow.md), or [changes of users](people.md#a-file-of-users). "
        "Both are shown before anything changes.\n"
    )
    return "".join(parts)


def _ours(command: Command) -> bool:
    return command.run.__module__.startswith("bot.")


def _command(command: Command) -> str:
    said = texts.say("en", f"commands.{command.name}")
    usage = "".join(f"<br>`{_cell(form)}`" for form in _forms(command))
    example = "" if command.example in (command.usage, f"/{command.name}") else f"<br>for example `{command.example}`"
    return f"| `/{command.name}` | {said}{usage}{example} |\n"


def _forms(command: Command) -> list[str]:
    """What may stand behind the command, a line for each of the ways that its usage has in the outer brackets."""
    rest = command.usage.removeprefix(f"/{command.name}").strip()
    if not (rest.startswith("[") and rest.endswith("]")):
        return [command.usage] if rest else []
    forms, depth = [""], 0
    for sign in rest[1:-1]:
        depth += (sign in "[<") - (sign in "]>")
        if sign == "|" and not depth:
            forms.append("")
        else:
            forms[-1] += sign
    return [f"/{command.name} {form.strip()}" for form in forms] if len(forms) > 1 else [command.usage]


def command_line() -> str:
    """What is typed on the host."""
    parser = arguments()
    parts = [
        f"# The command line\n\n{WRITTEN}\n\n`frontdesk --help` and `frontdesk COMMAND --help` say the same. In a "
        "checkout it is `.venv/bin/python -m bot`. Exit codes: 0 as wanted, 1 failed while running, 2 it cannot start; "
        "the text says why, and what to do.\n"
    ]
    for name, words, one in _subcommands(parser):
        parts.append(f"\n## {name}\n\n{words[:1].upper()}{words[1:]}.\n")
        deeper = list(_subcommands(one))
        options = [(f"{deep} ", option) for deep, _, each in deeper for option in _options(each)] if deeper else []
        rows = options or [("", option) for option in _options(one)]
        if rows:
            parts.append("\n| argument | meaning |\n|---|---|\n")
            parts += [f"| `{before}{written}` | {_cell(meaning)} |\n" for before, (written, meaning) in rows]
    return "".join(parts)


def _subcommands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            said = {choice.dest: choice.help or "" for choice in action._choices_actions}
            yield from ((name, said.get(name, ""), one) for name, one in action.choices.items())


def _options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction | argparse._SubParsersAction):
            continue
        takes = "" if action.nargs == 0 else f" {action.metavar or (action.dest.upper())}"
        values = " | ".join(map(str, action.choices)) if action.choices else ""
        written = f"{action.option_strings[-1]}{takes}" if action.option_strings else values or action.dest.upper()
        yield written, action.help or ("one of them" if values else "")


def figures() -> str:
    """Every figure at /metrics."""
    rows = [
        f"| `{family.name}{'_total' if family.type == 'counter' else ''}` | {family.type} "
        f"| {', '.join(_labels(family.name)) or '–'} | {family.documentation} |\n"
        for family in metrics.REGISTRY.collect()
    ]
    return (
        f"# Figures\n\n{WRITTEN}\n\nAt `/metrics`, in the form of Prometheus, on the port of `[watch]`. Counts and "
        "ages only: no label names a person. A dashboard for Grafana is `ops/grafana.json`, rules for alerts are "
        "`ops/alerts.yml`; [operating](operating.md#watch) says what to do when one of them speaks.\n\n"
        "| name | type | labels | what it is |\n|---|---|---|---|\n" + "".join(rows)
    )


def _labels(family: str) -> tuple[str, ...]:
    return tuple(metrics.REGISTRY._names_to_collectors[family]._labelnames)  # type: ignore[attr-defined]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for path, page in pages().items():
        path.write_text(page, encoding="utf-8")
