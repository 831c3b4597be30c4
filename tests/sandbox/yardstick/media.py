"""The pictures, films and sounds that the tests send and their source distribution leaves out: made, not copied.

They have the names, kinds, sides, lengths and sizes that the tests expect. The sandbox reads no more than the frames
of a file, so what is inside of them is padding.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path


def supply(folder: Path) -> list[str]:
    """Write the files that are not there; their names."""
    missing = [name for name in FILES if not (folder / name).exists()]
    for name in missing:
        (folder / name).write_bytes(FILES[name])
    return missing


def _png(width: int, height: int) -> bytes:
    rows = b"".join(b"\0" + b"\xff" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


def jpeg(width: int, height: int, size: int) -> bytes:
    """What looks like a JPEG of these sides and this many bytes."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    return (b"\xff\xd8" + frame).ljust(size - 2, b"\0") + b"\xff\xd9"


def _gif(width: int, height: int, size: int) -> bytes:
    return (b"GIF89a" + struct.pack("<HH", width, height)).ljust(size, b"\0")


def _webp(width: int, height: int, size: int) -> bytes:
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return (b"RIFF" + struct.pack("<I", size - 8) + b"WEBPVP8X" + struct.pack("<II", 10, 0) + sides).ljust(size, b"\0")


def _mp4(width: int, height: int, seconds: int, size: int) -> bytes:
    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + kind + body

    head = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, 1000 * seconds) + bytes(80))
    track = box(b"trak", box(b"tkhd", bytes(76) + struct.pack(">II", width << 16, height << 16)))
    film = box(b"ftyp", b"isom\0\0\2\0isom") + box(b"moov", head + track)
    return film + box(b"free", bytes(size - len(film) - 8))


def _ogg(seconds: int, size: int) -> bytes:
    page = b"OggS\0\4" + (48_000 * seconds).to_bytes(8, "little")
    return page.ljust(size, b"\0")


#: What the tests' own folder has in the repository and not in the source distribution.
FILES = {
    "game.gif": _gif(320, 180, 5_859),
    "telegram.jpg": jpeg(800, 800, 29_176),
    "telegram.png": _png(300, 300),
    "telegram.webp": _webp(510, 512, 39_518),
    "telegram.mp3": b"ID3".ljust(122_920, b"\0"),
    "telegram.ogg": _ogg(3, 9_199),
    "telegram.mp4": _mp4(360, 640, 5, 326_534),
    "telegram2.mp4": _mp4(240, 240, 3, 132_084),
}
