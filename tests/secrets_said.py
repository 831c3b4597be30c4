"""The secrets that the tests work with. Whatever any test prints or logs, with all that is logged, has none of them."""

from __future__ import annotations

from collections.abc import Iterable

#: The password of the tests' PostgreSQL, which takes any.
PASSWORD = "the-password-of-the-database"
#: What Telegram alone knows when it calls a webhook.
WEBHOOK = "a_secret_that_telegram_alone_knows"
#: Tokens by what is secret in them: of the sandbox, of the scripted Telegram, of the fuzzer's.
TOKENS = ("sandbox" * 5, "T" * 35, "F" * 35)


def said(texts: Iterable[str]) -> list[str]:
    """The secrets that are in these texts."""
    together = "\n".join(texts)
    return [secret for secret in (PASSWORD, WEBHOOK, *TOKENS) if secret in together]
