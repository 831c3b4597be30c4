"""How much of Telegram the sandbox is: python-telegram-bot's own live tests, run against it unchanged."""
