"""The local Telegram, tried over real HTTP from both doors."""
