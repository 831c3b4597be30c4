"""What stands in the way of a start is said in one sentence, with what to do; and nothing says the token."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox import Sandbox
from tests.ports import unused_port
from tests.story.people import ROOT
from tests.story.process import Process, bot_of

WRONG = "123456789:" + "W" * 35


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


async def ends(bot: Process) -> tuple[int, str]:
    await bot.start()
    return await bot.result()


async def test_without_a_config_it_says_what_to_copy(tmp_path: Path) -> None:
    bot = Process(tmp_path)
    bot.config.unlink()
    code, said = await ends(bot)
    assert code == 2 and "copy config.example.toml to" in said and len(said.splitlines()) == 1


async def test_a_wrong_token(sandbox: Sandbox, tmp_path: Path) -> None:
    async with bot_of(sandbox, tmp_path, telegram={"token": WRONG}) as bot:
        code, said = await ends(bot)
    assert code == 1 and "Telegram rejects the token" in said and WRONG not in said
    assert "Traceback" not in said


async def test_all_problems_of_a_config_at_once(sandbox: Sandbox, tmp_path: Path) -> None:
    async with bot_of(sandbox, tmp_path, push={"rat": 5, "time_zone": "Vienna"}) as bot:
        code, said = await ends(bot)
    assert code == 2 and "Did you mean push.rate?" in said and "is not a time zone" in said


async def test_a_broken_flow(sandbox: Sandbox, tmp_path: Path) -> None:
    flow = tmp_path / "flow.toml"
    flow.write_text('start = "a"\nfallback = "a"\n[blocks.a]\nsay = "Hi"\nto = "gone"\n')
    async with bot_of(sandbox, tmp_path, conversation={"flow": str(flow)}) as bot:
        code, said = await ends(bot)
    assert code == 2 and "flow.toml cannot be used" in said and 'leads to "gone"' in said


async def test_a_second_one_on_the_same_database(sandbox: Sandbox, tmp_path: Path) -> None:
    async with bot_of(sandbox, tmp_path) as first, bot_of(sandbox, tmp_path) as second:
        await first.start()
        await first.says("the bot is at work")
        code, said = await ends(second)
    assert code == 2 and "Another frontdesk" in said


async def test_a_database_of_a_newer_version(sandbox: Sandbox, tmp_path: Path) -> None:
    async with bot_of(sandbox, tmp_path) as bot:
        await bot.start()
        await bot.says("the bot is at work")
        await bot.stop()
        with sqlite3.connect(tmp_path / "bot.sqlite3") as db:
            db.execute("UPDATE alembic_version SET version_num = '9999'")
        db.close()
        code, said = await ends(bot)
    assert code == 2 and "newer frontdesk" in said


async def test_without_a_network_it_waits_and_says_so_once(sandbox: Sandbox, tmp_path: Path) -> None:
    nowhere = f"http://127.0.0.1:{unused_port()}"
    async with bot_of(sandbox, tmp_path, telegram={"api_url": nowhere}) as bot:
        await bot.start()
        await bot.says("Telegram does not work, trying again until it does")
        code, said = await bot.stop()
    assert code == 0 and "Traceback" not in said


async def test_the_token_is_in_no_line_of_the_log(sandbox: Sandbox, tmp_path: Path) -> None:
    async with bot_of(sandbox, tmp_path, log={"level": "debug"}) as bot:
        await bot.start()
        vera = await sandbox.client.person("Vera", id=101)
        await vera.start()
        await vera.heard(1, timeout=60)
        code, said = await bot.stop()
    assert code == 0 and said and sandbox.token not in said


def test_the_example_of_a_config_is_where_the_sentence_says() -> None:
    assert (ROOT / "config.example.toml").is_file()
