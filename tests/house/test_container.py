"""What nobody here can run is read with care: the image, the compose files, the unit, the dashboard."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from bot.__main__ import arguments
from bot.app import FINISH_SENDING, FINISH_TURNS
from bot.config import Config
from bot.health import Health
from bot.watch_server import routes
from bot.watchdogs import LOOK
from tests.house.files import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE = {name: (ROOT / name).read_text() for name in ("compose.yaml", "compose.postgres.yaml")}
UNIT = (ROOT / "ops" / "frontdesk.service").read_text()
#: Seconds that Docker and systemd give the bot to end.
GRACE = 20


def keys() -> set[str]:
    """Every variable of the environment that sets something."""
    sections = ((name, field.annotation) for name, field in Config.model_fields.items())
    return {
        f"FRONTDESK_{name}__{key}".upper()
        for name, section in sections
        for key in section.model_fields  # type: ignore[union-attr]
    }


def test_the_image_is_built_in_one_stage_and_runs_in_another_as_nobody() -> None:
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?$", DOCKERFILE, re.MULTILINE)
    assert [name for _, name in stages] == ["build", ""]
    assert all(re.search(r":\d", image) for image, _ in stages), "a version, not whatever is newest"
    run = DOCKERFILE.split("FROM ")[-1]
    assert re.findall(r"^USER (\d+)$", run, re.MULTILINE) == ["10001"]
    assert "pip" not in run and "--require-hashes" in DOCKERFILE


def test_the_image_asks_itself_what_the_bot_answers() -> None:
    port = re.search(r"FRONTDESK_WATCH__PORT=(\d+)", DOCKERFILE)
    asked = re.search(r"HEALTHCHECK[\s\S]*?http://127\.0\.0\.1:(\d+)(/\w+)", DOCKERFILE)
    assert port and asked and asked[1] == port[1]
    assert asked[2] in {route.path for route in routes(Health())}


@pytest.mark.parametrize("name", COMPOSE)
def test_what_is_built_here_runs_without_rights(name: str) -> None:
    service = next(part for part in re.split(r"\n(?=  \w+:\n)", COMPOSE[name]) if "build: ." in part)
    for line in (
        'user: "10001"',
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "tmpfs:",
        "mem_limit:",
    ):
        assert line in service, line
    assert f"stop_grace_period: {GRACE}s" in service
    assert re.findall(r"image: \S+:latest|image: [^:\s]+$", COMPOSE[name], re.MULTILINE) == []


def test_every_variable_that_is_set_is_one_of_the_config() -> None:
    named = set(re.findall(r"FRONTDESK_[A-Z]+__[A-Z_]+", DOCKERFILE + "".join(COMPOSE.values())))
    assert named and named - keys() == set()


def test_every_command_that_is_run_is_one_of_ours() -> None:
    exec_start = re.search(r"^ExecStart=\S+/frontdesk (.+)$", UNIT, re.MULTILINE)
    lists = re.findall(r"(?:^CMD|command:) (\[.+\])", DOCKERFILE + "".join(COMPOSE.values()), re.MULTILINE)
    assert exec_start and len(lists) == 2
    for words in (shlex.split(exec_start[1]), *map(json.loads, lists)):
        assert arguments().parse_args(words).work


def test_the_bot_ends_within_what_it_is_given_and_shows_that_it_lives_in_time() -> None:
    said = dict(re.findall(r"^(\w+)=(\S+)$", UNIT, re.MULTILINE))
    assert said["Type"] == "notify" and int(said["TimeoutStopSec"]) == GRACE
    assert FINISH_TURNS + FINISH_SENDING < GRACE / 2
    assert int(said["WatchdogSec"]) > 4 * LOOK
    assert said["RestartPreventExitStatus"] == "2"


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    board = json.loads((ROOT / "ops" / "grafana.json").read_text())
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels) > 5
    for panel in panels:
        assert {"type", "title", "gridPos", "targets", "datasource"} <= panel.keys()
        assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert all(target["expr"].count("(") == target["expr"].count(")") for target in panel["targets"])
