"""Whether the bot is well: what the watchdogs have found, whether it is ready, and what the owners were told of it."""

from __future__ import annotations

import structlog

from bot import metrics

log = structlog.get_logger(__name__)

#: What a watchdog may find, and whether the bot still counts as ready then.
TROUBLES = {
    "polling": False,
    "conflict": False,
    "webhook": False,
    "database": False,
    "storage": False,
    "disk": False,
    "inbox": False,
    "outbox": False,
    "clock": True,
}


class Health:
    """The state of one running bot. `started` once the way in is open."""

    def __init__(self) -> None:
        self.started = False
        self._troubles: dict[str, str] = {}

    @property
    def troubles(self) -> dict[str, str]:
        """What is not well at present, each with the reason."""
        return dict(self._troubles)

    @property
    def ready(self) -> bool:
        """Whether messages are taken and answered."""
        return self.started and all(TROUBLES[what] for what in self._troubles)

    def note(self, what: str, reason: str | None) -> None:
        """A watchdog has looked: a reason, or None where all is well. Only changes are logged."""
        before = self._troubles.get(what)
        if reason is None:
            self._troubles.pop(what, None)
        else:
            self._troubles[what] = reason
        if (before is None) is not (reason is None):
            log.warning("something is not well", what=what, reason=reason) if reason else log.info(
                "well again", what=what
            )
        metrics.TROUBLE.labels(what).set(reason is not None)
        metrics.READY.set(self.ready)
