"""The conversation engine: pure, knows neither Telegram nor SQL nor the clock."""

from bot.flow.answer import Answer, answered
from bot.flow.engine import Turn, hand_back, hear, open_block
from bot.flow.loader import load, parse
from bot.flow.phrases import Phrases
from bot.flow.problems import FlowError, Problem
from bot.flow.schema import Block, Command, Flow, Keyword
from bot.flow.variables import Variable

__all__ = [
    "Answer",
    "Block",
    "Command",
    "Flow",
    "FlowError",
    "Keyword",
    "Phrases",
    "Problem",
    "Turn",
    "Variable",
    "answered",
    "hand_back",
    "hear",
    "load",
    "open_block",
    "parse",
]
