"""The interface for admins and staff inside the chat, one file per noun."""
