"""From block to block until somebody has to do something."""

from __future__ import annotations

from dataclasses import replace

from bot.flow.actions import Action
from bot.flow.connections import Connection
from bot.flow.display import open_connections, rows, show_answers, show_message
from bot.flow.effects import AskStaff, Call
from bot.flow.messages import Message
from bot.flow.perform import Jump, Outcome, Stop, perform
from bot.flow.person import Known
from bot.flow.schema import Block
from bot.flow.walk import Walk


def go(walk: Walk, name: str) -> None:
    """Open a block and all that follow it without waiting. Raises TooManyStepsError."""
    following: str | None = name
    while following is not None:
        following = _visit(walk, walk.flow.blocks[following])


def go_aside(walk: Walk, name: str) -> None:
    """Open a block that answers from everywhere; if it asks nothing, the person stays where they were."""
    before = walk.place
    walk.place = replace(before, returns=())
    go(walk, name)
    block = walk.flow.blocks.get(walk.place.block or "")
    awaited = any(isinstance(effect, AskStaff | Call) for effect in walk.effects)
    if block is not None and not awaited and not any(one.waits for one in block.connections):
        walk.place = replace(before, last_input=walk.place.last_input)


def take(walk: Walk, block: Block, connection: Connection, value: Known | None = None) -> None:
    """Follow a connection of a block: store what was given, run its actions, go where it leads."""
    walk.move(block.name)
    if value is not None and connection.input is not None and connection.input.store is not None:
        walk.remember(connection.input.store, value)
    follow(walk, block, perform(walk, connection.actions, connection.to), connection.to)


def follow(walk: Walk, block: Block, outcome: Outcome, to: str | None) -> None:
    """Go where actions at a block lead; without an aim the block's answers are shown again."""
    following = _settle(walk, outcome) if outcome is not None else to
    if following is not None:
        walk.passes(block.name)
        go(walk, following)
    elif (outcome is None or outcome is Stop.STAY) and not any(isinstance(effect, AskStaff) for effect in walk.effects):
        show_answers(walk, block)


def _visit(walk: Walk, block: Block) -> str | None:
    """Say and do what the block holds; the block that follows at once, if one does."""
    walk.step()
    walk.move(block.name)
    outcome = _run_steps(walk, block)
    if outcome is not None:
        return _settle(walk, outcome)
    return go_on(walk, block)


def _run_steps(walk: Walk, block: Block) -> Outcome:
    """Messages and actions as they are written; the buttons hang on the last message."""
    last = max((at for at, step in enumerate(block.steps) if isinstance(step, Message)), default=-1)
    for at, step in enumerate(block.steps):
        outcome: Outcome = None
        if isinstance(step, Message):
            show_message(walk, step, rows(walk, block) if at == last else ())
        else:
            outcome = _perform_one(walk, step, block)
        if outcome is not None:
            return outcome
    return None


def _perform_one(walk: Walk, action: Action, block: Block) -> Outcome:
    return perform(walk, (action,), block.to)


def _settle(walk: Walk, outcome: Jump | Stop) -> str | None:
    if isinstance(outcome, Jump):
        return outcome.to
    if outcome is Stop.END:
        walk.move(None)
        walk.place = replace(walk.place, returns=())
    return None


def go_on(walk: Walk, block: Block) -> str | None:
    """The first connection that waits for nothing and holds; else `to`, if there is nothing to wait for."""
    waits = False
    for connection in open_connections(walk, block):
        if connection.waits:
            waits = True
            continue
        outcome = perform(walk, connection.actions, connection.to)
        return _settle(walk, outcome) if outcome is not None else connection.to
    return None if waits else block.to
