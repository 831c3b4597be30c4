"""frontdesk: a Telegram bot that is its own dashboard."""
