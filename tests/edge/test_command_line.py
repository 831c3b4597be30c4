"""The command line: every command is found and explained; what cannot be meant is one sentence, with exit code 2."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import pytest

from bot import __version__
from bot.__main__ import arguments, main
from bot.commands import FILES
from tests.ports import unused_port


def names(parser: argparse.ArgumentParser) -> list[str]:
    """The commands that a parser knows."""
    choices = next(action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return list(choices or ())


def test_the_list_of_commands_is_what_their_files_declare() -> None:
    assert names(arguments()) == list(FILES)


@pytest.mark.parametrize("command", FILES)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: frontdesk {command}")


@pytest.mark.parametrize("given", [[], ["chek"]])
def test_whoever_names_no_command_gets_all_of_them(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*given])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert all(name in said for name in FILES) if given else "command" in said


def test_looking_at_a_flow_loads_neither_the_database_nor_telegram() -> None:
    look = (
        "import sys; from bot.__main__ import main; main(['check', 'flow.example.toml']);"
        "print({'sqlalchemy', 'telegram', 'aiohttp', 'pydantic'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True)
    assert said.stdout.splitlines()[-1] == "set()", said.stderr


def test_a_demo_of_a_flow_with_errors_says_them_all_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flow = tmp_path / "mine.toml"
    flow.write_text('start = "hello"\nfallback = "hallo"\n\n[blocks.hello]\nsay = "{colour}"\n')
    assert main(["demo", "--flow", str(flow), "--data", str(tmp_path), "--port", str(unused_port())]) == 2
    said = capsys.readouterr().err
    assert said.startswith("mine.toml cannot be used:\n")
    assert 'Did you mean "hello"?' in said
    assert 'line 5  block "hello": the text uses {colour}; there is no such variable' in said


@pytest.mark.parametrize("port", ["0", "99999", "http"])
def test_a_port_that_cannot_be_is_refused_in_one_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--port", port])
    assert ended.value.code == 2
    assert f"{port} is not a port; choose one from 1 to 65535" in capsys.readouterr().err


def test_a_bot_without_a_config_is_told_which_file_to_copy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--config", str(tmp_path / "config.toml")]) == 2
    assert "copy config.example.toml" in capsys.readouterr().err


def test_it_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"frontdesk {__version__}\n"
