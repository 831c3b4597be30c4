"""A bot that logs all it can: no line has a secret."""

from __future__ import annotations

from pathlib import Path

from sandbox import Sandbox
from tests.ports import unused_port
from tests.secrets_said import PASSWORD, TOKENS, WEBHOOK, said
from tests.story.people import hears
from tests.story.process import bot_of


def test_what_any_test_prints_is_searched() -> None:
    assert said(["a fine line", f"postgresql://postgres:{PASSWORD}@/x", f"1:{TOKENS[0]}"]) == [PASSWORD, TOKENS[0]]
    assert said(["a fine line"]) == []


async def test_s17_a_bot_that_says_everything_says_no_secret(tmp_path: Path) -> None:
    port = unused_port()
    telegram: dict[str, object] = {
        "mode": "webhook",
        "webhook": {"port": port, "url": f"http://127.0.0.1:{port}", "secret_token": WEBHOOK},
    }
    log: dict[str, object] = {"level": "debug", "format": "json"}
    async with Sandbox() as sandbox, bot_of(sandbox, tmp_path, telegram=telegram, log=log) as bot:
        await bot.start()
        await bot.says("the bot is at work")
        vera = await sandbox.client.person("Vera", id=101)
        await vera.start()
        await hears(vera, "")
        await sandbox.client.fault(method="sendMessage", times=1, error={"code": 500})
        await vera.write("hours")
        await hears(vera, "We are open Monday")
        code, printed = await bot.stop()
    assert code == 0 and len(printed) > 100
    assert sandbox.token not in printed and WEBHOOK not in printed
