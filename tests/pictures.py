"""Pictures for tests, drawn here."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

PLACE = (6.0, 54.0, 53.0)
"""Degrees, minutes and seconds that a camera notes; seconds are looked for in the bytes."""


def drawn(size: tuple[int, int] = (60, 40), mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red and whose right half is green, with a blue corner at the top left."""
    picture = Image.new("RGB", size, (0, 160, 60))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, size[0] // 2 - 1, size[1]), fill=(200, 30, 30))
    pen.rectangle((0, 0, size[0] // 8, size[1] // 8), fill=(20, 20, 200))
    return picture.convert(mode)


def encoded(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def photograph(size: tuple[int, int] = (60, 40), orientation: int = 1, form: str = "JPEG", **options: Any) -> bytes:
    """As a telephone takes one: with its place, its maker and a turn noted beside the pixels."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Telepon Rina"
    exif.get_ifd(0x8825).update({1: "S", 2: PLACE, 3: "E", 4: (107.0, 36.0, 35.0)})
    return encoded(drawn(size), form, exif=exif, **options)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture
