"""Width, height and duration of films and voices, read from the frames of their files without decoding them."""

from __future__ import annotations

import struct
from collections.abc import Iterator

UNKNOWN = (0, 0, 0)
#: Samples a second by which Opus in Ogg counts its length, whatever it was recorded with.
OPUS_RATE = 48_000


def measured(data: bytes) -> tuple[int, int, int]:
    """(width, height, seconds) of an MP4, or of a voice in Ogg; zeros where it is neither or does not say."""
    if data.startswith(b"OggS"):
        return 0, 0, _voice_seconds(data)
    if data[4:8] != b"ftyp":
        return UNKNOWN
    movie = next((body for kind, body in _boxes(data) if kind == b"moov"), b"")
    width = height = seconds = 0
    for kind, body in _boxes(movie):
        if kind == b"mvhd":
            seconds = _seconds(body)
        elif kind == b"trak" and not width:
            width, height = next((_sides(inner) for name, inner in _boxes(body) if name == b"tkhd"), (0, 0))
    return width, height, seconds


def _voice_seconds(data: bytes) -> int:
    """The last page of an Ogg stream says how many samples there were up to its end."""
    last = data.rfind(b"OggS")
    return round(int.from_bytes(data[last + 6 : last + 14], "little") / OPUS_RATE)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack(">I4s", data[at : at + 8])
        head = 8
        if size == 1 and at + 16 <= len(data):
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        size = size or len(data) - at
        if size < head:
            return
        yield kind, data[at + head : at + size]
        at += size


def _seconds(header: bytes) -> int:
    """The duration of a movie header, of either version."""
    wide = header[:1] == b"\x01"
    scale, length = (header[20:24], header[24:32]) if wide else (header[12:16], header[16:20])
    units = int.from_bytes(scale, "big")
    return round(int.from_bytes(length, "big") / units) if units else 0


def _sides(header: bytes) -> tuple[int, int]:
    """Width and height of a track header, its last eight bytes in 16.16 fixed point."""
    if len(header) < 84:
        return 0, 0
    width, height = struct.unpack(">II", header[-8:])
    return width >> 16, height >> 16
