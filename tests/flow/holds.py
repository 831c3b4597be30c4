"""What must hold of every turn, whatever the flow and the person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.flow import Flow, Turn
from bot.flow.content import Content, Kind
from bot.flow.effects import AskStaff, Call, Failed, Forget, Remember, Say, Unanswered, Wake
from bot.flow.markup import CAPTION_LIMIT, TEXT_LIMIT, broken, plain
from bot.flow.walk import MAX_MESSAGES, from_value


def check_turn(flow: Flow, turn: Turn, now: datetime) -> None:
    """Its effects belong to this flow and can be carried out, and Telegram takes every message."""
    said = [effect.content for effect in turn.effects if isinstance(effect, Say)]
    assert len(said) <= MAX_MESSAGES
    for content in said:
        check_content(flow, content)
    for effect in turn.effects:
        match effect:
            case Wake(at, block):
                assert block in flow.blocks
                assert at >= now and at.utcoffset() == timedelta(0)
            case Call():
                check_call(flow, effect)
            case Remember(name, value):
                assert from_value(value, flow.variables[name].type) is not None
            case Forget(name):
                assert name in flow.variables
            case AskStaff(_, block) | Unanswered(_, block):
                assert block in flow.blocks
            case Failed(reason):
                assert reason
    assert turn.place.block is None or turn.place.block in flow.blocks
    assert flow.blocks.keys() >= {*turn.way}


def check_call(flow: Flow, call: Call) -> None:
    """Whatever people wrote, the call goes where the file says, and can be written down."""
    assert call.id in flow.calls and call.block in flow.blocks
    parts = urlsplit(call.url)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "a.example", "")
    assert not {".", ".."} & set(parts.path.split("/")) and call.url.isascii()
    assert json.loads(json.dumps(asdict(call)))["url"] == call.url


def check_content(flow: Flow, content: Content) -> None:
    """Telegram would take this message, and its buttons lead somewhere in this flow."""
    assert broken(content.text) is None
    assert len(plain(content.text)) <= (TEXT_LIMIT if content.kind is Kind.TEXT else CAPTION_LIMIT)
    assert content.text.encode("utf-8").decode() == content.text
    if content.kind is Kind.TEXT:
        assert plain(content.text).strip()
    for row in content.rows:
        assert 1 <= len(row) <= 8
        for option in row:
            assert 1 <= len(option.label) <= 64
            assert sum(one is not None for one in (option.choice, option.url, option.share)) == 1
            assert len(f"{option.block}{option.choice}") <= 40
            assert option.block is None or option.block in flow.blocks


def buttons(turn: Turn) -> Iterator[tuple[str, str]]:
    """Block and choice of every button that a turn brings."""
    for effect in turn.effects:
        if isinstance(effect, Say):
            options = (option for row in effect.content.rows for option in row)
            yield from ((option.block, option.choice) for option in options if option.block and option.choice)
