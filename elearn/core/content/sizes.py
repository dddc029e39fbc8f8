"""Width and height of pictures, read from their first bytes, so that a page does not jump while it loads."""

from __future__ import annotations

import re
import struct

_LARGEST = 20_000
_SVG = re.compile(rb"<svg\b[^>]*>")
_VIEW_BOX = re.compile(rb"\bviewBox=[\"']\s*[-0-9.e]+[\s,]+[-0-9.e]+[\s,]+([0-9.]{1,12})[\s,]+([0-9.]{1,12})\s*[\"']")


def image_size(data: bytes) -> tuple[int, int] | None:
    """Pixels of a PNG, JPEG, GIF, WebP, or of an SVG by its viewBox; None when they cannot be read."""
    size = None
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        size = struct.unpack(">II", data[16:24])
    elif data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        size = struct.unpack("<HH", data[6:10])
    elif data.startswith(b"\xff\xd8\xff"):
        size = _jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP" and len(data) >= 30:
        size = _webp(data)
    elif tag := _SVG.search(data[:8192]):
        size = _svg(tag.group())
    if size and all(1 <= side <= _LARGEST for side in size):
        return size[0], size[1]
    return None


def _svg(tag: bytes) -> tuple[int, int] | None:
    box = _VIEW_BOX.search(tag)
    try:
        return (round(float(box[1])), round(float(box[2]))) if box else None
    except ValueError:
        return None


def _webp(data: bytes) -> tuple[int, int] | None:
    """From the first chunk (RFC 9649, 2.5 to 2.7): lossy, lossless, or extended."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """From the frame header: the first segment C0 to CF that is no table (ITU-T T.81, B.1.1.3)."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return None
