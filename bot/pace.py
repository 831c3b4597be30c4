"""How fast each person writes: who writes faster than anybody reads is told once, and does not slow down others."""

from __future__ import annotations

from bot.limits import Bucket
from bot.services.clock import Clock
from bot.services.incoming import Pace

#: Above so many people, those who have been slow for a while are forgotten.
REMEMBER = 20_000


class Paces:
    """A bucket for each person, in memory: after a restart everybody begins anew. Staff are not slowed down."""

    def __init__(self, clock: Clock, per_minute: int) -> None:
        """`per_minute`: messages that are answered; half of them may come at once. 0: no limit."""
        self._clock = clock
        self._rate = per_minute / 60
        self._burst = max(1, per_minute // 2)
        self._buckets: dict[int, Bucket] = {}
        #: Those who write too fast and were told.
        self._told: set[int] = set()

    def of(self, user_id: int) -> Pace:
        """Count one thing that somebody did."""
        if not self._rate:
            return Pace.FINE
        now = self._clock.monotonic()
        bucket = self._buckets.get(user_id)
        if bucket is None:
            bucket = self._buckets[user_id] = self._new(now)
        if not bucket.wait(now):
            bucket.take(now)
            self._told.discard(user_id)
            return Pace.FINE
        if user_id in self._told:
            return Pace.TOO_FAST
        self._told.add(user_id)
        return Pace.FIRST_TOO_FAST

    def _new(self, now: float) -> Bucket:
        if len(self._buckets) > REMEMBER:
            self._buckets = {one: bucket for one, bucket in self._buckets.items() if bucket.full_at > now}
            self._told &= self._buckets.keys()
        return Bucket(self._rate, self._burst)
