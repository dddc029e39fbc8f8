"""What becomes of an uploaded file before it is kept: checked by its content, without what it tells of its maker, and no larger
than a page needs.

Photographs name the place and the phone they were taken with (Exif), drawings the folders of whoever drew them. All of that goes;
what can be seen stays, turned upright and in the colours of the web (sRGB).
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from xml.etree import ElementTree

from PIL import Image, ImageCms, ImageOps, ImageSequence
from PIL.Image import Image as Picture

from elearn.core.content.media import TYPES, check_media, suffix
from elearn.core.content.text import FileReport

SIDE = 1600
"""Pixels of the longest side: twice the width of a lesson's column."""
PIXELS = 64_000_000
"""Of a picture that is decoded, all frames together: a telephone's largest has 50 million."""
QUALITY = 82
SMALLER = 0.7
"""A drawing becomes WebP only where that saves this much: a PNG can be edited again anywhere."""

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
_RASTER = {"JPEG": ".jpg", "MPO": ".jpg", "PNG": ".png", "GIF": ".gif", "WEBP": ".webp"}
_HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
# Coordinates as cameras write them into videos (ISO 6709), such as +06.9147+107.6098+700.000/
_PLACE = re.compile(rb"[+-]\d{2}\.\d{2,8}[+-]\d{3}\.\d{2,8}(?:[+-]\d{1,5}(?:\.\d{1,8})?)?/")

Image.MAX_IMAGE_PIXELS = PIXELS


class Unfit(ValueError):
    """A file that is not taken; the message says why, and what to do, in Indonesian."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file as it is kept. `suffix` is that of its content, `size` the pixels of a picture."""

    data: bytes
    suffix: str
    size: tuple[int, int] | None = None


def prepared(name: str, data: bytes, wanted: str = "") -> Prepared:
    """The file as it is kept. With `wanted`, a picture becomes one of this suffix. Raises Unfit."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise Unfit("Foto HEIC tidak dapat dibuka semua peramban. Simpan sebagai JPEG, lalu unggah lagi.")
    if _is_raster(data):
        return _raster(data, wanted)
    kind = suffix(name)
    if kind in _RASTER.values() or kind == ".jpeg":
        raise Unfit(f"Isi berkas ini bukan gambar {kind}. Simpan ulang dari aplikasi asalnya.")
    report = FileReport(name)
    check_media(name, data, report)
    if report.failed:
        first = report.found[0]
        raise Unfit(f"{first.message} {first.hint}".strip())
    if wanted and wanted != kind:
        raise Unfit(f"Penggantinya harus berkas {wanted} juga. Berkas jenis lain diunggah sebagai berkas baru.")
    if kind == ".svg":
        data = _plain_svg(data)
    elif kind in (".mp4", ".m4a"):
        data = _PLACE.sub(lambda place: re.sub(rb"\d", b"0", place[0]), data)
    return Prepared(data, kind)


def _is_raster(data: bytes) -> bool:
    return any(TYPES[kind].fits(data) for kind in (".png", ".jpg", ".gif", ".webp"))


def _raster(data: bytes, wanted: str) -> Prepared:
    if wanted and wanted not in (*_RASTER.values(), ".jpeg"):
        raise Unfit(f"Penggantinya harus berkas {wanted} juga. Berkas jenis lain diunggah sebagai berkas baru.")
    with _reading(), Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        kind = _RASTER[picture.format or ""]
        frames = getattr(picture, "n_frames", 1) if kind != ".jpg" else 1
        if picture.width * picture.height * frames > PIXELS:
            raise Unfit(_TOO_LARGE)
        if frames > 1 and wanted in ("", ".gif", ".webp"):
            seen, times = _frames(picture)
            return _moving(seen, times, picture.info.get("loop", 0), wanted or ".webp")
        if kind == ".jpg" and wanted in ("", ".jpg", ".jpeg") and _can_stay(picture):
            # Its own tables: nothing is lost by writing it again, without what else was in the file.
            kept = _saved(picture, "JPEG", quality="keep", optimize=True, comment=b"")
            return Prepared(kept, wanted or ".jpg", picture.size)
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG may be decoded smaller at once
        still = _shown(picture)
    return Prepared(*_best(still, wanted or kind, chosen=bool(wanted)), still.size)


@contextmanager
def _reading() -> Iterator[None]:
    """What Pillow raises for a file that is broken depends on where it is: all of it is one answer."""
    try:
        yield
    except (Unfit, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(_TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, AttributeError, struct.error,
            zlib.error, OverflowError, RuntimeError):  # fmt: skip
        raise Unfit("Gambar ini rusak atau terpotong. Simpan ulang dari aplikasi asalnya, lalu unggah lagi.") from None


_TOO_LARGE = f"Gambar ini lebih dari {PIXELS // 1_000_000} juta piksel. Kecilkan dulu, lalu unggah lagi."


def _can_stay(picture: Picture) -> bool:
    upright = picture.getexif().get(0x0112, 1) == 1
    return (
        upright
        and picture.format == "JPEG"
        and max(picture.size) <= SIDE
        and picture.mode in ("RGB", "L")
        and "icc_profile" not in picture.info
    )


def _shown(picture: Picture) -> Picture:
    """As it is seen: upright, in sRGB, with transparency only where there is some, at most `SIDE` long."""
    profile = picture.info.get("icc_profile")
    still: Picture = ImageOps.exif_transpose(picture)
    clear = still.has_transparency_data
    if still.mode.startswith("I;16") or still.mode in ("I", "F"):
        still = still.convert("I").point(lambda value: value / 256).convert("L")
    target = "RGBA" if clear else ("L" if still.mode in ("1", "L") else "RGB")
    if profile and target != "L":
        still = _in_srgb(still, profile)
    still = still.convert(target)
    if max(still.size) > SIDE:
        still.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    still.info = {}
    return still


def _in_srgb(picture: Picture, profile: bytes) -> Picture:
    """Colours as they were meant; one whose profile cannot be read stays as it is."""
    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        changed = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return picture
    if changed is None:
        return picture
    if "A" in picture.getbands():
        changed.putalpha(picture.getchannel("A"))
    return changed


def _best(picture: Picture, kind: str, *, chosen: bool) -> tuple[bytes, str]:
    """The picture in its own format, or as WebP where that is much smaller and the format is free to choose."""
    if kind in (".jpg", ".jpeg"):
        flat = _on_white(picture)
        return _saved(flat, "JPEG", quality=QUALITY, optimize=True, progressive=True), kind if chosen else ".jpg"
    webp = _saved(picture, "WEBP", quality=QUALITY, method=4) if kind == ".webp" or not chosen else b""
    if kind == ".webp":
        return webp, kind
    if kind == ".gif":
        return (_saved(picture, "GIF"), kind) if chosen else _smaller(_saved(picture, "PNG", optimize=True), webp)
    drawn = _saved(_few_colours(picture), "PNG", optimize=True)
    return (drawn, ".png") if chosen else _smaller(drawn, webp)


def _smaller(png: bytes, webp: bytes) -> tuple[bytes, str]:
    return (webp, ".webp") if len(webp) < SMALLER * len(png) else (png, ".png")


def _few_colours(picture: Picture) -> Picture:
    """A drawing of at most 256 colours with a palette: the same picture, a third of the bytes."""
    if picture.mode != "RGB" or picture.getcolors(256) is None:
        return picture
    return picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=256)


def _on_white(picture: Picture) -> Picture:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _frames(picture: Picture) -> tuple[list[Picture], list[int]]:
    """The pictures of one that moves, and the milliseconds of each."""
    frames, times = [], []
    for frame in ImageSequence.Iterator(picture):
        times.append(int(frame.info.get("duration", 100)) or 100)
        still = frame.convert("RGBA")
        if max(still.size) > SIDE:
            still.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        still.info = {}
        frames.append(still)
    return frames, times


def _moving(frames: list[Picture], times: list[int], loop: int, kind: str) -> Prepared:
    """A picture that moves goes on moving."""
    first, rest = frames[0], frames[1:]
    how: dict[str, object] = {"save_all": True, "append_images": rest, "duration": times, "loop": loop}
    if kind == ".webp":
        return Prepared(_saved(first, "WEBP", quality=QUALITY, **how), ".webp", first.size)
    return Prepared(_saved(first, "GIF", disposal=2, **how), ".gif", first.size)


def _saved(picture: Picture, form: str, **options: object) -> bytes:
    """The bytes of a picture, with nothing in them but what is seen."""
    out = io.BytesIO()
    picture.save(out, form, **{"exif": b"", "icc_profile": None, **options} if form != "GIF" else options)
    return out.getvalue()


def _plain_svg(data: bytes) -> bytes:
    """A drawing, checked before, without comments, `metadata`, and what drawing programs keep for themselves."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(data)  # noqa: S314 - check_svg refuses entities and document types with rules
    _drop_own(
        root,
        lambda name: (
            not name.startswith("{") or name.startswith((f"{{{_SVG}}}", f"{{{_XLINK}}}", "{http://www.w3.org/XML/"))
        ),
    )
    plain: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=False)
    return plain


def _drop_own(element: ElementTree.Element, known: Callable[[str], bool]) -> None:
    for name in [name for name in element.attrib if not known(name)]:
        del element.attrib[name]
    for child in list(element):
        if not isinstance(child.tag, str) or not known(child.tag) or child.tag == f"{{{_SVG}}}metadata":
            element.remove(child)
        else:
            _drop_own(child, known)
