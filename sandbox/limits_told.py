"""What this local Telegram does not do, in sentences for the page."""

from __future__ import annotations

NOT_EMULATED = (
    "There is one bot. Business chats, topics in private chats, stories, gifts, boosts and communities do not exist.",
    "Channels are there for posting; their discussion groups, direct messages and signatures are not.",
    "Messages are never rich, ephemeral or drafts, and have no effects; checklists and suggested posts do not exist.",
    "Whether an administrator without the right to manage topics may write in a closed one is not known: here not.",
    "Files are not fetched from web addresses, and every size of a photo serves the same bytes.",
    "Payments move no money and ask for no address; a subscription's link lets people in without paying.",
    "People cannot open Mini Apps; a game is a button that asks the bot; inline results are not fetched either.",
    "Custom and paid reactions do not exist; sticker sets are the bot's own; its profile picture does not move.",
    "Phone numbers, cashtags and rare domain endings are not recognised in plain text; custom emoji are dropped.",
    "No previews of links are made; link_preview_options come back as they were sent.",
    "A poll closes at its time as soon as somebody touches it; a restriction that has ended is not lifted by itself.",
    "Repeated short polls and repeated conflicts are not slowed down, and answers are not cut at 4 MB.",
    "A webhook's certificate and address are not checked; loopback addresses may use plain HTTP.",
    "Sending limits are off unless the sandbox is started with --rate; the exact numbers of Telegram are not known.",
    "A press is refused as too old after 60 seconds; Telegram's own limit varies.",
)
