"""What ends the program with a sentence for the operator: light, since the command line knows these before all else."""

from __future__ import annotations


class CannotStart(Exception):
    """What an operator can mend before the next start; the text says how."""


class TokenRejected(Exception):
    """Telegram does not know the token: there is nothing to wait for."""
