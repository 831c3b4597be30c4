"""A newcomer at the terminal: init writes a config that runs, doctor says what is not well, webhook takes one back."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot import doctor_machine, doctor_telegram
from bot.__main__ import main
from bot.commands.line import line
from bot.config import check, load
from bot.doctor import Level
from bot.services import engines, settings, support_group
from bot.services.roles import Actor, Role
from bot.wire import Call
from sandbox import Sandbox
from tests.clock import NOON
from tests.edge.telegram import ScriptedTelegram
from tests.ui.cast import SETUP

TOKEN = "123456789:" + "A" * 35
WRONG = "123456789:" + "W" * 35


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        sandbox.people.add(id=301, first_name="Ada")
        yield sandbox


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def frontdesk(*given: str) -> int:
    return await asyncio.to_thread(main, list(given))


async def init(sandbox: Sandbox, token: str, *more: str) -> int:
    Path("token").write_text(token + "\n")
    return await frontdesk("init", "--token-file", "token", "--api-url", sandbox.url, "--owner", "301", *more)


async def test_init_writes_a_config_that_nobody_else_reads_and_introduces_the_bot(
    sandbox: Sandbox, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await init(sandbox, sandbox.token) == 0
    said = capsys.readouterr().out
    assert "press Start" in said and "frontdesk run --config config.toml" in said and sandbox.token not in said
    assert stat.S_IMODE((home / "config.toml").stat().st_mode) == 0o600
    config = load(home / "config.toml", {})
    assert config.telegram.token.get_secret_value() == sandbox.token
    assert config.admin.owners == {301} and config.conversation.flow == Path("flow.toml")
    assert (home / "media" / "entrance.png").exists()
    profile = sandbox.world.profile
    assert any(command["command"] == "help" for commands in profile.commands.values() for command in commands)
    assert "description" in str(profile) and "The bot answers at once" in str(profile)
    assert await init(sandbox, sandbox.token) == 2
    assert "is there already" in capsys.readouterr().err


async def test_init_checks_what_it_is_given_before_it_writes(
    sandbox: Sandbox, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await init(sandbox, "nonsense") == 2
    assert "does not look like a token" in capsys.readouterr().err
    assert await init(sandbox, WRONG) == 1
    said = capsys.readouterr().err
    assert "rejects the token" in said and WRONG not in said
    assert not (home / "config.toml").exists()


async def test_init_takes_token_and_owner_from_the_environment(
    sandbox: Sandbox, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRONTDESK_TELEGRAM__TOKEN", sandbox.token)
    monkeypatch.setenv("FRONTDESK_OWNER", "me")
    assert await frontdesk("init", "--api-url", sandbox.url) == 2
    assert "is not a Telegram id" in capsys.readouterr().err
    monkeypatch.setenv("FRONTDESK_OWNER", "301")
    sandbox.people.start(301)
    assert await frontdesk("init", "--api-url", sandbox.url) == 0
    assert "press Start" not in capsys.readouterr().out


async def test_doctor_finds_nothing_and_then_what_is_not_well(
    sandbox: Sandbox, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sandbox.people.start(301)
    await init(sandbox, sandbox.token)
    (home / "data").mkdir()
    engines.prepare(load(home / "config.toml", {}).database.url.get_secret_value(), threads=1).dispose()
    capsys.readouterr()
    code = await frontdesk("doctor")
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("FAIL")] == []
    assert code == (1 if any(line.startswith("care") for line in lines) else 0)
    for what in ("token", "mode", "owners", "config", "flow", "schema", "audit", "disk", "clock", "inbox"):
        assert any(line.startswith(f"ok    {what}:") for line in lines), what
    (home / "config.toml").chmod(0o644)
    (home / "flow.toml").write_text("start = 1")
    async with line(sandbox.url, sandbox.token) as wire:
        await wire.call(Call("setWebhook", {"url": "http://127.0.0.1:8443/x"}))
    assert await frontdesk("doctor") == 2
    said = capsys.readouterr().out
    assert "chmod 600" in said and "FAIL  flow" in said and "frontdesk webhook delete" in said
    assert await frontdesk("webhook", "show") == 0
    assert "127.0.0.1:8443" in capsys.readouterr().out
    assert await frontdesk("webhook", "delete") == 0
    assert sandbox.world.webhook.info()["url"] == ""


async def test_doctor_names_each_thing_that_telegram_does_not_like() -> None:
    telegram = ScriptedTelegram()
    way = {"token": TOKEN, "mode": "webhook", "webhook": {"url": "https://x.example"}}
    config = check({"telegram": way}, Path("c"))
    me = {"id": 7, "username": "desk_bot", "can_read_all_group_messages": True, "supports_inline_queries": False}
    telegram.will_answer("getMe", me)
    info = {"url": "https://x.example/telegram", "pending_update_count": 900, "last_error_message": "Wrong response"}
    telegram.will_answer("getWebhookInfo", info)
    telegram.will_answer("getChat", {"id": -100, "is_forum": False})
    telegram.will_answer("getChatMember", {"status": "member"})
    found = {one.what: one for one in await doctor_telegram.examine(telegram.wire(), config, -100)}
    levels = {what: one.level for what, one in found.items()}
    assert levels == {
        "token": Level.FINE,
        "privacy mode": Level.CARE,
        "inline mode": Level.CARE,
        "mode": Level.FINE,
        "webhook": Level.CARE,
        "pending updates": Level.CARE,
        "owners": Level.CARE,
        "topics": Level.BROKEN,
        "staff group": Level.BROKEN,
    }
    assert all(one.fix for one in found.values() if one.level)
    telegram = ScriptedTelegram()
    telegram.will_answer("getMe", (401, "Unauthorized"))
    (only,) = await doctor_telegram.examine(telegram.wire(), config, -100)
    assert only.level is Level.BROKEN and "@BotFather" in only.fix


@pytest.mark.parametrize(
    ("member", "said"),
    [
        ({"can_manage_topics": True, "can_pin_messages": True}, "may manage topics and pin"),
        ({"can_manage_topics": True}, "lacks can_pin_messages."),
        ({}, "lacks can_manage_topics and can_pin_messages."),
    ],
)
async def test_doctor_says_which_right_the_bot_lacks_in_the_staff_group(member: dict[str, bool], said: str) -> None:
    telegram = ScriptedTelegram()
    telegram.will_answer("getMe", {"id": 7, "username": "desk_bot"})
    telegram.will_answer("getWebhookInfo", {"url": ""})
    telegram.will_answer("getChat", {"id": -100, "is_forum": True})
    telegram.will_answer("getChatMember", {"status": "administrator", **member})
    config = check({"telegram": {"token": TOKEN}}, Path("c"))
    *_, found = await doctor_telegram.examine(telegram.wire(), config, -100)
    assert found.what == "staff group" and said in found.said


def test_doctor_knows_the_staff_group_that_was_chosen_in_the_chat(url: str) -> None:
    telegram, database = {"token": TOKEN}, {"url": url}
    config = check({"telegram": telegram, "database": database, "support": {"group_id": -100}}, Path("c"))
    assert doctor_machine.staff_group(config) == -100
    engine = engines.connect(url)
    with Session(engine) as db, db.begin():
        settings.change(db, support_group.SETTING, "-200", by=Actor(1, "Ada", Role.OWNER), setup=SETUP, now=NOON)
    engine.dispose()
    assert doctor_machine.staff_group(config) == -200
    none = check({"telegram": telegram, "database": {"url": "sqlite:///none.sqlite3"}}, Path("c"))
    assert doctor_machine.staff_group(none) == 0


def test_doctor_looks_at_databases_that_are_not_as_they_should_be(home: Path) -> None:
    def levels(url: str) -> dict[str, Level]:
        config = check({"telegram": {"token": TOKEN}, "database": {"url": url}}, Path("c"))
        return {one.what: one.level for one in doctor_machine.examine(config, home / "none")}

    (home / "old.sqlite3").write_bytes(b"")
    (home / "broken.sqlite3").write_bytes(b"x" * 4096)
    assert levels("sqlite:///old.sqlite3")["schema"] is Level.CARE
    assert levels("sqlite:///broken.sqlite3")["database"] is Level.BROKEN
    assert levels("sqlite:///none.sqlite3")["database"] is Level.FINE
    assert levels("mysql://host/x")["database"] is Level.BROKEN
