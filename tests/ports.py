"""Ports for servers that a test begins a little later."""

from __future__ import annotations

import socket
from random import SystemRandom

#: Below the ports that systems give to outgoing connections: one of those could be taken before the server begins.
FIRST, LAST = 10_240, 32_000
_DICE = SystemRandom()


def unused_port() -> int:
    """A port of this machine at which nobody listens, and which no outgoing connection will get."""
    while True:
        port = _DICE.randint(FIRST, LAST)
        with socket.socket() as found:
            try:
                found.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
