"""What this local Telegram does not do, in sentences for the page."""

from __future__ import annotations

NOT_EMULATED = (
    "There are no channels, business chats, topics in private chats, invite links or join requests.",
    "The bot cannot ban, promote or restrict members, nor change a group's title, picture or permissions.",
    "Whether an administrator without the right to manage topics may write in a closed one is not known: here not.",
    "Files are not fetched from web addresses, and every size of a photo serves the same bytes.",
    "People cannot pay, play games or open Mini Apps; inline results are not fetched from web addresses.",
    "Custom and paid reactions, profile pictures, sticker sets, stories, gifts and stars do not exist.",
    "Phone numbers, cashtags and rare domain endings are not recognised in plain text; custom emoji are dropped.",
    "Repeated short polls and repeated conflicts are not slowed down, and answers are not cut at 4 MB.",
    "A webhook's certificate and address are not checked; loopback addresses may use plain HTTP.",
    "Sending limits are off unless the sandbox is started with --rate; the exact numbers of Telegram are not known.",
    "A press is refused as too old after 60 seconds; Telegram's own limit varies.",
)
