"""The command line: what cannot be meant is said in one sentence, with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import __version__
from bot.__main__ import main


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
