"""The figures at /metrics: counts and ages, never who. docs/metrics.md lists them; a test compares."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot import __version__

REGISTRY = CollectorRegistry()

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)

INFO = Gauge("frontdesk_info", "1, with the version as a label.", ["version"], registry=REGISTRY)
READY = Gauge("frontdesk_ready", "1 while /readyz says yes.", registry=REGISTRY)
TROUBLE = Gauge("frontdesk_trouble", "1 while a watchdog has found this.", ["what"], registry=REGISTRY)
RECEIVED = Counter(
    "frontdesk_updates_received_total",
    "New updates stored in the inbox.",
    registry=REGISTRY,
)
TURNS = Counter("frontdesk_turns_total", "Attempts to handle an update, by their end.", ["outcome"], registry=REGISTRY)
TURN_SECONDS = Histogram(
    "frontdesk_turn_seconds", "How long an attempt at an update took.", buckets=_SECONDS, registry=REGISTRY
)
SENT = Counter(
    "frontdesk_messages_total",
    "Attempts to send, by lane and what became of them.",
    ["lane", "outcome"],
    registry=REGISTRY,
)
INBOX_ROWS = Gauge("frontdesk_inbox_rows", "Updates that are not handled yet.", registry=REGISTRY)
INBOX_AGE = Gauge("frontdesk_inbox_oldest_seconds", "Age of the oldest of them.", registry=REGISTRY)
OUTBOX_ROWS = Gauge("frontdesk_outbox_rows", "Messages that wait to be sent.", registry=REGISTRY)
OUTBOX_AGE = Gauge("frontdesk_outbox_oldest_seconds", "Age of the oldest of them.", registry=REGISTRY)
DEAD = Gauge("frontdesk_dead_updates", "Updates that failed for good and are still kept.", registry=REGISTRY)
SILENCE = Gauge(
    "frontdesk_intake_silence_seconds", "Since the last poll that ended well, or webhook call.", registry=REGISTRY
)
REBUILDS = Counter("frontdesk_intake_rebuilds_total", "New HTTP clients because polls did not end.", registry=REGISTRY)
LAG = Gauge("frontdesk_event_loop_lag_seconds", "How long the event loop last let others wait.", registry=REGISTRY)
STALLS = Counter(
    "frontdesk_event_loop_stalls_total", "Times it let them wait for more than a second.", registry=REGISTRY
)
DISK_FREE = Gauge("frontdesk_disk_free_bytes", "Free space beside a SQLite database.", registry=REGISTRY)
SKEW = Gauge("frontdesk_clock_skew_seconds", "How far this clock is ahead of Telegram's.", registry=REGISTRY)

INFO.labels(__version__).set(1)


def rendered() -> bytes:
    """All figures in the text form of Prometheus."""
    return generate_latest(REGISTRY)
