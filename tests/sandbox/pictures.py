"""Small pictures made from nothing."""

from __future__ import annotations

import struct
import zlib


def png(width: int, height: int) -> bytes:
    """A grey PNG of this size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def jpeg_header(width: int, height: int) -> bytes:
    """The beginning of a JPEG of this size, as far as anybody looks."""
    table = b"\xff\xdb\x00\x04\x00\x00"
    return b"\xff\xd8" + table + b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x11\x00\x00"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
