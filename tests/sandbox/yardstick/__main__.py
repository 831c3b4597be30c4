"""make yardstick: download the tests, run them against a sandbox, compare with the list, tell the figures."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from sandbox import Sandbox
from tests.sandbox.yardstick import expected, stage
from tests.sandbox.yardstick.media import supply
from tests.sandbox.yardstick.source import prepare

HERE = Path(__file__).parent


async def run(source: Path, python: Path, more: list[str]) -> tuple[dict[str, str], list[str]]:
    """(test → how it ended, what departed from the specification) of the tests that make requests."""
    with tempfile.TemporaryDirectory() as made:
        trusted, tls = stage.certificate(Path(made))
        ends = Path(made) / "ends.json"
        async with Sandbox(stage.settings(), tls=tls) as sandbox:
            bot = stage.people_and_chats(sandbox)
            told = {"YARDSTICK_URL": sandbox.url, "YARDSTICK_BOT": json.dumps(bot), "YARDSTICK_ENDS": str(ends)}
            environment = {**os.environ, **told, "SSL_CERT_FILE": str(trusted), "PYTHONPATH": str(HERE)}
            words = ["-m", "pytest", "-p", "frontdesk_yardstick", "-p", "no:cacheprovider", "-q", "-m", "req"]
            quiet = ["--no-flaky-report", "--tb=line", *more]
            process = await asyncio.create_subprocess_exec(python, *words, *quiet, cwd=source, env=environment)
            await process.wait()
            departed = [
                f"{one['what']} {one['name']}: {'; '.join(one['problems'])}" for one in sandbox.world.departures.all()
            ]
        return json.loads(ends.read_text()), sorted(set(departed))


def main() -> int:
    """1 where the run and the list do not agree."""
    parser = argparse.ArgumentParser(prog="make yardstick", description="PTB's own live tests against the sandbox.")
    parser.add_argument(
        "--folder", type=Path, default=Path(".cache/yardstick"), help="where the tests are downloaded to"
    )
    parser.add_argument(
        "more", nargs="*", help="further words for pytest, such as a file of tests; nothing is compared"
    )
    given = parser.parse_args()
    source, python = prepare(given.folder.resolve())
    made = supply(source / "tests" / "data")
    sys.stdout.write(f"Made {len(made)} media files that the source distribution leaves out.\n" if made else "")
    ends, departed = asyncio.run(run(source, python, given.more))
    listed = expected.read()
    found = expected.compare(ends, listed)
    sys.stdout.write("\n".join([expected.told(found, listed), "Departures from the specification:", *departed, ""]))
    return 0 if found.agrees or given.more else 1


if __name__ == "__main__":
    sys.exit(main())
