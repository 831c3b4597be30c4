"""What systemd is told: that the bot is ready, that it is alive, that it reads its config again, that it ends."""

from __future__ import annotations

import os
import socket
import time


def notify(*lines: str) -> bool:
    """Send lines such as "READY=1" to the socket that systemd names; false where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    where = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        try:
            line.sendto("\n".join(lines).encode(), where)
        except OSError:
            return False
    return True


def reloading() -> None:
    """The config is being read again; follow it with "READY=1"."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
