"""The interface for admins and staff inside the chat, one file per noun; importing it declares every screen."""

from bot.admin import alert, conversation, home, reply, requests, staff, user, users

__all__ = ["alert", "conversation", "home", "reply", "requests", "staff", "user", "users"]
