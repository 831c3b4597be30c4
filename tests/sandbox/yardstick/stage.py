"""The server and the chats that the tests expect: a person, a group, a forum, two channels, and a certificate."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

from sandbox import Sandbox, Settings
from sandbox.settings import BOT_ID, TOKEN, Game
from sandbox.shapes import JSON, Upload
from tests.sandbox.yardstick.media import FILES, jpeg

USERNAME, PERSON = "yardstick_bot", 675_666_224
GROUP, FORUM, CHANNEL, SUBSCRIPTIONS = -1_001_000_000_001, -1_001_000_000_002, -1_001_000_000_003, -1_001_000_000_004
CHANNEL_NAME = "yardstick_channel"
GAMES = (Game("test_game", "Test game", "A no-op test game, for python-telegram-bot bot framework testing."),)
#: In the channel the bot may do all but promote, as the tests expect.
IN_CHANNEL = [
    "can_manage_chat",
    "can_post_messages",
    "can_edit_messages",
    "can_delete_messages",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
]


def settings() -> Settings:
    """What the sandbox is told; departures are counted, and end nothing."""
    return Settings(username=USERNAME, name="Yardstick", games=GAMES, strict=False)


def people_and_chats(sandbox: Sandbox) -> JSON:
    """Set the stage; what the tests' provider of bots is to answer."""
    sandbox.people.add(id=PERSON, first_name="PTB", last_name="Test user", username="yardstick_user")
    sandbox.people.start(PERSON)
    others = [sandbox.people.add(first_name=f"Guest {number}").id for number in range(3)]
    sandbox.world.extras.profile_photos[PERSON] = [picture(sandbox, jpeg(160, 160, 5_403))]
    groups = sandbox.groups
    title = f">>> telegram.Bot(test) @{USERNAME}"
    group = groups.add(title, PERSON, others, id=GROUP, supergroup=True, bot="administrator")
    group.photo = picture(sandbox, FILES["telegram.jpg"])
    groups.add("Forum", PERSON, [], id=FORUM, forum=True, bot="administrator")
    channel = {"id": CHANNEL, "channel": True, "username": CHANNEL_NAME, "rights": IN_CHANNEL}
    groups.add("Channel", PERSON, others, bot="administrator", **channel)
    groups.add("Subscriptions", PERSON, [], id=SUBSCRIPTIONS, channel=True, bot="administrator")
    return {
        "token": TOKEN,
        "payment_provider_token": f"{BOT_ID}:TEST",
        "chat_id": str(PERSON),
        "super_group_id": str(GROUP),
        "forum_group_id": str(FORUM),
        "channel_id": f"@{CHANNEL_NAME}",
        "subscription_channel_id": SUBSCRIPTIONS,
        "name": "Yardstick",
        "username": f"@{USERNAME}",
    }


def picture(sandbox: Sandbox, data: bytes) -> str:
    """The file_id of a picture that is there before the tests begin."""
    return sandbox.world.files.add("photo", Upload("picture.jpg", "image/jpeg", data)).file_id


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine that the tests' client is told to trust: they want https."""
    key, signed = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*made, "-keyout", key, "-out", signed], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed, key)
    return signed, context
