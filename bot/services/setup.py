"""What the services need to know of this installation, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.flow.schema import Flow
from bot.services.push_terms import PushTerms
from bot.services.support_rules import SupportRules

#: Parts of a lease; in the first of them whoever has it may begin to send.
LEASES = 6


@dataclass(frozen=True, slots=True)
class Setup:
    """Built once at start (and again when a flow is activated); passed into every service that needs it."""

    flow: Flow
    bot_id: int
    #: Without the @; for links to the bot.
    bot_username: str
    #: Named in the config, immutable in chat.
    owners: frozenset[int] = frozenset()
    #: Named in the config: support messages are on from their first /start.
    staff: frozenset[int] = frozenset()
    #: The bot's zone: times are shown and typed in it.
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    #: Messages of pushes per second, for saying how long a push takes; 0: no limit.
    push_rate: float = 25.0
    push: PushTerms = field(default_factory=PushTerms)
    #: Seconds for which the answer of a turn is left to the worker that wrote it; 0: there is one process.
    lease: float = 0.0
    #: Language of the bot's own words where the person's is unknown.
    language: str = "en"
    #: The bot can be asked inline (@BotFather, /setinline), so users can be found by typing its name.
    inline: bool = False
    #: What users read while the bot is being worked on; empty: it is at work.
    maintenance: str = ""
    #: Servers that a flow may ask.
    hosts: frozenset[str] = frozenset()
    #: When somebody is at the desk, and what happens while people wait.
    support: SupportRules = field(default_factory=SupportRules)
    #: SHA-256 of the code that makes somebody the first owner; empty: there is an owner.
    claim: str = ""
