"""The paper about figures, the dashboard and the alert rules are equal to the code."""

from __future__ import annotations

import json
import re

from prometheus_client.metrics import MetricWrapperBase

from bot import metrics
from tests.house.files import ROOT


def exported() -> dict[str, str]:
    """Name and type of everything at /metrics; families without a sample yet are listed too."""
    families = re.findall(r"^# TYPE (frontdesk_\w+) (\w+)$", metrics.rendered().decode(), re.MULTILINE)
    return {name: kind for name, kind in families if not name.endswith("_created")}


def test_the_paper_lists_every_figure_and_no_other() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", (ROOT / "docs" / "metrics.md").read_text(), re.MULTILINE)
    assert dict(rows) == exported()


def test_no_figure_has_a_label_that_names_people() -> None:
    figures = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    assert len(figures) == len(exported())
    labels = {name for one in figures for name in one._labelnames}
    assert labels == {"version", "what", "outcome", "lane"}
    paper = (ROOT / "docs" / "metrics.md").read_text()
    listed = re.findall(r"^\| `\w+` \| \w+ \| ([\w, ]+) \|", paper, re.MULTILINE)
    assert {name for label in listed for name in label.split(", ")} == labels


def test_dashboard_and_alerts_ask_for_figures_that_exist() -> None:
    known = set(exported())
    for name in ("grafana.json", "alerts.yml"):
        asked = set(re.findall(r"frontdesk_\w+", (ROOT / "ops" / name).read_text()))
        assert {re.sub(r"_(bucket|count|sum)$", "", one) for one in asked} - known == set(), name
    assert json.loads((ROOT / "ops" / "grafana.json").read_text())["title"] == "frontdesk"
