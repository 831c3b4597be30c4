"""frontdesk: a Telegram bot that is its own dashboard."""

__version__ = "0.1.0"
