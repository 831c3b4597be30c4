"""Every golden conversation goes as it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.flow.actions_read import ACTION_WORDS
from bot.flow.content import Kind
from bot.flow.inputs import InputType
from bot.flow.messages import FILE_KINDS
from tests.flow import golden

FILES = golden.FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_conversation_goes_as_it_is_written(path: Path) -> None:
    conversation = golden.read(path)
    assert golden.replay(conversation) == conversation.talk


@pytest.mark.parametrize("word", ACTION_WORDS)
def test_every_action_is_in_a_golden_conversation(word: str) -> None:
    assert any(f'do = "{word}"' in path.read_text() for path in FILES)


@pytest.mark.parametrize("kind", InputType)
def test_every_input_is_in_a_golden_conversation(kind: InputType) -> None:
    assert any(f'type = "{kind}"' in path.read_text() for path in FILES)


@pytest.mark.parametrize("kind", [*FILE_KINDS, Kind.LOCATION, Kind.ALBUM, Kind.POLL])
def test_every_kind_of_message_is_in_a_golden_conversation(kind: Kind) -> None:
    assert any(f"({kind} " in path.read_text() for path in FILES)
