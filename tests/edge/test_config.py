"""The config: the file, the environment over it, and every problem at once."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, check, load
from bot.config_problems import ConfigError, keys
from bot.flow import load as load_flow

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TOKEN = "123456789:" + "A" * 35


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def minimal(folder: Path, more: str = "") -> Path:
    return written(folder, f'[telegram]\ntoken = "{TOKEN}"\n{more}')


def problems(path: Path, environ: dict[str, str] | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ or {})
    return caught.value.problems


def flat(values: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
    return found


def test_a_token_is_enough(tmp_path: Path) -> None:
    config = load(minimal(tmp_path), {})
    assert config.telegram.mode == "polling"
    assert config.database.url.get_secret_value() == "sqlite:///data/frontdesk.sqlite3"


def test_the_example_names_every_key_and_no_other() -> None:
    assert list(flat(tomllib.loads(EXAMPLE.read_text()))) == keys(Config)


def test_the_example_shows_the_defaults() -> None:
    example = tomllib.loads(EXAMPLE.read_text())
    example["telegram"]["token"] = TOKEN
    assert check(example, EXAMPLE) == check({"telegram": {"token": TOKEN}}, EXAMPLE)


def test_the_example_needs_no_more_than_a_token(tmp_path: Path) -> None:
    example = EXAMPLE.read_text()
    config = load(written(tmp_path, example.replace('\ntoken = ""', f'\ntoken = "{TOKEN}"')), {})
    assert load_flow(EXAMPLE.parent / config.conversation.flow).blocks


def test_every_key_of_the_example_has_a_comment_before_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    bare = [
        line
        for before, line in itertools.pairwise(lines)
        if " = " in line and not line.startswith("#") and not before.startswith("#") and line != "port = 8443"
    ]
    assert bare == []


def test_without_a_file_one_sentence_says_what_to_copy_and_which_line_to_fill(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "config.toml", {})
    text = str(caught.value)
    assert "copy config.example.toml to" in text and 'line token = "…"' in text and "\n" not in text


def test_all_problems_come_at_once_with_their_keys(tmp_path: Path) -> None:
    text = (
        '[telegram]\ntoken = "no"\nmode = "push"\napi_url = "http://example.org"\n[telegram.webhook]\nport = 70000\n'
        '[push]\nrate = "fast"\ntime_zone = "Vienna"\n[admin]\nowners = "me"\n[support]\nstaff = ["a"]\n'
    )
    found = problems(written(tmp_path, text))
    assert [line.split("  ")[0] for line in found] == [
        "telegram.token",
        "telegram.api_url",
        "telegram.mode",
        "telegram.webhook.port",
        "admin.owners",
        "push.rate",
        "push.time_zone",
        "support.staff",
    ]
    assert found[2] == "telegram.mode  must be 'polling' or 'webhook'"
    assert found[3] == "telegram.webhook.port  must be at most 65535"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("[telegram]\ntokn = 1", "telegram.tokn  is not a setting. Did you mean telegram.token?"),
        ("[telegrams]\n", "telegrams  is not a setting. Did you mean telegram?"),
        ("[admin]\nstaff = []", "admin.staff  is not a setting. Did you mean support.staff?"),
        ("[log]\nxyz = 1", "log.xyz  is not a setting. Here you can set level, format."),
    ],
)
def test_an_unknown_key_gets_the_nearest_one(tmp_path: Path, text: str, suggestion: str) -> None:
    assert suggestion in problems(written(tmp_path, text))


@pytest.mark.parametrize("text", ["", "[telegram]\n", '[telegram]\nmode = "polling"'])
def test_a_missing_token_says_where_to_get_one(tmp_path: Path, text: str) -> None:
    (line,) = problems(written(tmp_path, text))
    assert "is missing" in line and "@BotFather" in line


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    (line,) = problems(written(tmp_path, "[telegram]\ntoken = \n"))
    assert "line 2" in line


def test_a_file_that_is_not_text_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    assert problems(path) == ("is not UTF-8 text; save it as UTF-8",)


def test_the_environment_goes_over_the_file(tmp_path: Path) -> None:
    config = load(
        minimal(tmp_path, "[push]\nrate = 5\n[admin]\nowners = [1]\n"),
        {
            "FRONTDESK_PUSH__RATE": "7.5",
            "FRONTDESK_ADMIN__OWNERS": "[301, 302]",
            "FRONTDESK_TELEGRAM__WEBHOOK__PORT": "88",
        },
    )
    assert config.push.rate == 7.5
    assert config.admin.owners == {301, 302}
    assert config.telegram.webhook.port == 88


def test_the_environment_alone_is_enough(tmp_path: Path) -> None:
    config = load(tmp_path / "none.toml", {"FRONTDESK_TELEGRAM__TOKEN": TOKEN})
    assert config.telegram.token.get_secret_value() == TOKEN


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")
    config = load(tmp_path / "none.toml", {"FRONTDESK_TELEGRAM__TOKEN_FILE": str(tmp_path / "token")})
    assert config.telegram.token.get_secret_value() == TOKEN


def test_a_secret_file_that_is_gone_is_named(tmp_path: Path) -> None:
    (line,) = problems(minimal(tmp_path), {"FRONTDESK_TELEGRAM__TOKEN_FILE": "/nowhere"})
    assert "FRONTDESK_TELEGRAM__TOKEN_FILE" in line and "/nowhere" in line


def test_a_mistyped_variable_is_a_problem_too(tmp_path: Path) -> None:
    assert problems(minimal(tmp_path), {"FRONTDESK_TELEGRAM__TOKN": "x"}) == (
        "telegram.tokn  is not a setting. Did you mean telegram.token?",
    )


def test_a_list_that_is_not_json_says_how_to_write_it(tmp_path: Path) -> None:
    (line,) = problems(minimal(tmp_path), {"FRONTDESK_ADMIN__OWNERS": "1,2"})
    assert "[1, 2]" in line


def test_secrets_show_in_no_repr_and_no_problem(tmp_path: Path) -> None:
    config = load(minimal(tmp_path, '[database]\nurl = "postgresql://me:geheim@host/name"\n'), {})
    assert TOKEN not in repr(config) and "geheim" not in repr(config)
    wrong = "123456789:short-but-secret"
    assert wrong not in "".join(problems(written(tmp_path, f'[telegram]\ntoken = "{wrong}"')))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://localhost:1/", "http://[::1]:8080", "https://x.example"]
)
def test_a_server_of_this_machine_or_https_may_see_the_token(tmp_path: Path, url: str) -> None:
    assert load(minimal(tmp_path, f'api_url = "{url}"'), {}).telegram.api_url == url.rstrip("/")


@pytest.mark.parametrize("url", ["http://x.example", "http://127.0.0.1.x.example", "ftp://localhost", "x.example"])
def test_nobody_else_may_see_the_token(tmp_path: Path, url: str) -> None:
    (line,) = problems(minimal(tmp_path, f'api_url = "{url}"'))
    assert "would send the token unprotected" in line


def test_a_webhook_needs_an_address(tmp_path: Path) -> None:
    (line,) = problems(minimal(tmp_path, 'mode = "webhook"'))
    assert "webhook.url is missing" in line
    load(minimal(tmp_path, 'mode = "webhook"\n[telegram.webhook]\nurl = "https://bot.example"'), {})


def test_nothing_can_be_changed_afterwards(tmp_path: Path) -> None:
    config = load(minimal(tmp_path), {})
    with pytest.raises(ValueError, match="frozen"):
        config.push.rate = 3


def test_working_hours_that_cannot_be_read_are_named_with_how_to_write_them(tmp_path: Path) -> None:
    found = problems(minimal(tmp_path, '[support]\nhours = ["9 to 5"]\nholidays = ["christmas"]\n'))
    assert len(found) == 2
    assert "support.hours" in found[0] and "mon-fri 09:00-18:00" in found[0]
    assert "support.holidays" in found[1] and "2026-12-24" in found[1]
