"""The states of the flow's screens: long texts, many blocks, many changes, a large preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.admin import flow_presses as at
from bot.flow.markup import escape
from bot.services import drafts, flows, flows_play, roles
from bot.services.flows_play import Stage
from bot.ui.press import Press, pack
from tests.clock import NOON
from tests.ui.cast import ADA, FLOW, SETUP

_EVIL = "א</b></blockquote>\\u202e\\u2067 /ban_5 &amp; {{name}} " + "🙂" * 150
_LABEL = "</b>\\u202e&amp; {{name}} " + "🙂" * 30
_LONG = "a_block_with_a_name_of_32_letter"

#: Everything that an author can make large: names, texts, buttons, languages, many blocks.
_LARGE = (
    FLOW.replace('fallback = "welcome"', 'fallback = "welcome"\nlanguages = ["en", "de"]')
    + f"""
[blocks.{_LONG}]
entry = true
say = [{", ".join(f'{{ en = "{escape(_EVIL)} {n}", de = "{n}" }}' for n in range(9))}]
"""
    + "".join(f'[[blocks.{_LONG}.connections]]\nbutton = "{n} {_LABEL}"\nto = "more_{n}"\n' for n in range(40))
    + "".join(f'[blocks.more_{n}]\nsay = "{"x" * 4000}"\n' for n in range(40))
)

#: The versions by their ids: 1 spoke before, 2 speaks, 3 was sent.
_BEFORE, _ACTIVE, _SENT = 1, 2, 3

FLOW_STATES: Mapping[type[Press], Sequence[Press]] = {
    at.ShowFlow: [at.ShowFlow()],
    at.ShowFlowChecks: [at.ShowFlowChecks(_BEFORE), at.ShowFlowChecks(_ACTIVE), at.ShowFlowChecks(_ACTIVE, 12)],
    at.ListFlowVersions: [at.ListFlowVersions(), at.ListFlowVersions(2), at.ListFlowVersions(1)],
    at.ShowFlowVersion: [at.ShowFlowVersion(_BEFORE), at.ShowFlowVersion(_ACTIVE), at.ShowFlowVersion(_SENT)],
    at.ShowFlowOffer: [at.ShowFlowOffer(_SENT)],
    at.CompareFlows: [
        at.CompareFlows(_BEFORE, _ACTIVE),
        at.CompareFlows(_BEFORE, _ACTIVE, 15),
        at.CompareFlows(_SENT, _ACTIVE),
        at.CompareFlows(_ACTIVE, _ACTIVE),
    ],
    at.ShowFlowPicture: [at.ShowFlowPicture(_ACTIVE)],
    at.DownloadFlow: [at.DownloadFlow(_ACTIVE), at.DownloadFlow(_SENT)],
    at.AskActivateFlow: [at.AskActivateFlow(_BEFORE, 2), at.AskActivateFlow(_SENT, 2), at.AskActivateFlow(_SENT, None)],
    at.ListFlowBlocks: [at.ListFlowBlocks(), at.ListFlowBlocks(_LONG), at.ListFlowBlocks("gone")],
    at.ShowFlowBlock: [at.ShowFlowBlock(_LONG), at.ShowFlowBlock(_LONG, 6), at.ShowFlowBlock("more_1")],
    at.WriteFlowText: [at.WriteFlowText(_LONG, 0), at.WriteFlowText("more_1", 0)],
    at.ShowFlowPlay: [at.ShowFlowPlay()],
}


def furnish_flow(db: Session) -> None:
    """Two versions that have spoken, and one that was sent."""
    ada = roles.actor(db, ADA, SETUP)
    for text in (FLOW, _LARGE):
        offered = flows.offer(db, text, by=ada, setup=SETUP, now=NOON)
        flows.activate(db, offered.id, seen=None, by=ada, setup=SETUP, now=NOON)
    flows.offer(db, FLOW.replace("Hello.", "Good day."), by=ada, setup=SETUP, now=NOON)


def play_largest(db: Session, player: int) -> None:
    """This admin has begun a preview at the largest block."""
    stage = Stage(flows.in_use(db, SETUP), player, None, SETUP, NOON)
    active = flows.active(db)
    assert active is not None
    played = flows_play.begin(db, stage, active.id, _LONG, None)
    drafts.put(db, player, pack(at.ShowFlowPlay()), flows_play.to_json(played), NOON)
