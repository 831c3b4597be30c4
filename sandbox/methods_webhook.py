"""Switching between polling and a webhook."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sandbox.call import Call
from sandbox.errors import Refused, bad
from sandbox.registry import Described, method
from sandbox.shapes import JSON
from sandbox.webhook import Address

LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
PORTS = frozenset({80, 88, 443, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@method("setWebhook")
def set_webhook(call: Call) -> Described:
    """Deliver updates to an address from now on; an empty one is deleteWebhook."""
    url = call.text("url")
    if not url:
        return delete_webhook(call)
    address = Address(_checked(url), _secret(call.text("secret_token")), _connections(call))
    if call.flag("drop_pending_updates"):
        call.world.updates.clear()
    allow(call)
    return Described(True, call.world.webhook.set(address))


@method("deleteWebhook")
def delete_webhook(call: Call) -> Described:
    """Back to polling."""
    if call.flag("drop_pending_updates"):
        call.world.updates.clear()
    return Described(True, call.world.webhook.remove())


@method("getWebhookInfo")
def get_webhook_info(call: Call) -> JSON:
    """Where updates go, how many wait, what went wrong last."""
    return call.world.webhook.info()


def allow(call: Call) -> None:
    """Remember which kinds of updates the bot wants; a missing or broken list changes nothing."""
    if "allowed_updates" not in call.params:
        return
    try:
        wanted = call.json("allowed_updates")
    except Refused:
        return
    if isinstance(wanted, list):
        call.world.updates.allowed = [str(kind) for kind in wanted]


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad("invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad("invalid webhook URL specified")
    if parts.hostname in LOCAL:
        return url
    if parts.scheme == "http":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if port is not None and port not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def _secret(secret: str) -> str:
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    return secret


def _connections(call: Call) -> int:
    return max(1, min(call.integer("max_connections", 40), 100))
