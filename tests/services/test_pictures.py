"""What becomes of an uploaded picture: checked by its content, upright, without what it tells of its maker, no larger than needed."""

from __future__ import annotations

import io
import time
import tracemalloc
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from elearn.authoring import pictures
from elearn.authoring.pictures import SIDE, Unfit, prepared
from elearn.core.content.media import TYPES
from elearn.core.content.sizes import image_size
from tests.pictures import drawn, encoded, opened, photograph

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20"><title>Loket</title><rect width="5" height="5"/></svg>'
)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photograph_stands_upright_and_tells_nothing_of_its_maker(form: str, orientation: int) -> None:
    data = photograph(form=form, orientation=orientation)
    assert b"Telepon Rina" in data
    kept = prepared("Foto Loket.jpg", data)
    picture = opened(kept.data)
    assert not picture.getexif() and "exif" not in picture.info and b"Telepon Rina" not in kept.data
    assert picture.size == ((40, 60) if orientation in (6, 8) else (60, 40)) == kept.size == image_size(kept.data)
    corner = {1: (0, 0), 3: (1, 1), 6: (1, 0), 8: (0, 1)}[orientation]  # where the blue corner of the top left goes
    x, y = corner[0] * (picture.width - 1), corner[1] * (picture.height - 1)
    r, _g, b = picture.convert("RGB").getpixel((x, y))  # type: ignore[misc]
    assert b > 120 > r


def test_a_small_upright_jpeg_loses_no_quality() -> None:
    data = encoded(drawn((400, 300)), "JPEG", quality=60, comment=b"dari Rina")
    kept = prepared("a.jpg", data).data
    assert b"dari Rina" not in kept
    assert opened(kept).quantization == opened(data).quantization  # type: ignore[attr-defined]
    apart = [abs(one - other) for one, other in zip(opened(kept).tobytes(), opened(data).tobytes(), strict=True)]
    assert sum(apart) / len(apart) < 0.5, "only rounding differs"


def test_large_pictures_become_as_large_as_a_page_needs() -> None:
    kept = prepared("peta.jpg", encoded(drawn((5000, 2500)), "JPEG"))
    assert kept.size == opened(kept.data).size == (SIDE, SIDE // 2)
    kept = prepared("peta.png", encoded(drawn((1000, 4000), "RGBA"), "PNG"))
    assert kept.size == (SIDE // 4, SIDE)


def test_a_drawing_stays_a_png_and_a_noisy_one_becomes_webp() -> None:
    plain = prepared("bagan.png", encoded(drawn(), "PNG"))
    assert plain.suffix == ".png" and opened(plain.data).convert("RGB").tobytes() == drawn().tobytes()
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    assert prepared("foto.png", encoded(noise, "PNG")).suffix == ".webp"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_seen(mode: str) -> None:
    source = Image.new("I;16", (8, 8), 40_000) if mode == "I;16" else drawn(mode="RGB").convert(mode)
    kept = opened(prepared("x.png", encoded(source, "PNG")).data)
    assert kept.size == source.size
    if mode == "I;16":
        assert abs(kept.convert("L").getpixel((0, 0)) - 40_000 / 256) < 2  # type: ignore[operator]


def test_what_is_clear_stays_clear() -> None:
    half = Image.new("RGBA", (20, 20), (200, 30, 30, 0))
    kept = opened(prepared("x.png", encoded(half, "PNG")).data)
    assert kept.convert("RGBA").getpixel((3, 3))[3] == 0  # type: ignore[index]


def test_colours_are_those_of_the_web() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kept = opened(prepared("x.jpg", encoded(drawn(), "JPEG", icc_profile=profile)).data)
    assert "icc_profile" not in kept.info
    r, g, _b = kept.getpixel((20, 30))  # type: ignore[misc]
    assert r > 150 > g
    cmyk = opened(prepared("x.jpg", encoded(drawn(mode="CMYK"), "JPEG")).data)
    assert cmyk.mode == "RGB"
    prepared("x.jpg", encoded(drawn(), "JPEG", icc_profile=b"bukan profil"))


@pytest.mark.parametrize(("form", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp")])
def test_what_moves_goes_on_moving(form: str, name: str) -> None:
    frames = [Image.new("RGB", (30, 30), color) for color in ("red", "green", "blue")]
    kept = opened(prepared(name, encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=200)).data)
    assert kept.n_frames == 3  # type: ignore[attr-defined]
    back = prepared("b.gif", encoded(frames[0], form, save_all=True, append_images=frames[1:]), ".gif")
    assert opened(back.data).n_frames == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("wanted", [".png", ".jpg", ".jpeg", ".webp", ".gif"])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_replacement_takes_the_format_of_its_place(form: str, wanted: str) -> None:
    kept = prepared("x", encoded(drawn(), form), wanted)
    assert kept.suffix == wanted and TYPES[wanted].fits(kept.data)


def test_a_replacement_of_another_kind_is_refused() -> None:
    for name, data, wanted in (
        ("a.png", encoded(drawn(), "PNG"), ".svg"), ("a.svg", SVG.encode(), ".png"), ("a.pdf", b"%PDF-1.7", ".docx"),
    ):  # fmt: skip
        with pytest.raises(Unfit, match=f"harus berkas \\{wanted}"):
            prepared(name, data, wanted)


def test_the_content_decides_and_not_the_name() -> None:
    assert prepared("foto.jpg", encoded(drawn(), "PNG")).suffix == ".png"
    for name, data, said in (
        ("foto.png", b"MZ\x90\x00 program", "bukan gambar"), ("foto.jpeg", b"", "bukan gambar"),
        ("lagu.mp3", encoded(drawn(), "BMP"), "bukan .mp3"), ("a.exe", b"MZ", "tidak diterima"),
        ("a.pdf", b"<html>", "bukan .pdf"), ("a.png", b"\x00\x00\x00\x18ftypheic" + b"0" * 40, "HEIC"),
    ):  # fmt: skip
        with pytest.raises(Unfit, match=said):
            prepared(name, data)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
@given(cut=st.integers(1, 400), at=st.integers(0, 3000), value=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_a_broken_picture_is_refused_or_taken_never_an_accident(form: str, cut: int, at: int, value: int) -> None:
    whole = bytearray(encoded(drawn((80, 80)), form))
    whole[at % len(whole)] = value
    for data in (bytes(whole), bytes(whole[:-cut])):
        try:
            kept = prepared("x.png", data)
        except Unfit:
            continue
        assert opened(kept.data).size == kept.size


def bomb(width: int, height: int) -> bytes:
    """A PNG of very many pixels in very few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((1, 0, 0, 0, 0))
    row = b"\0" * (1 + (width + 7) // 8)
    packer, body = zlib.compressobj(9), b""
    for _line in range(height):
        body += packer.compress(row)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body + packer.flush()) + chunk(b"IEND", b"")


def test_a_picture_that_would_fill_the_memory_is_refused_at_once() -> None:
    data = bomb(30_000, 30_000)
    assert len(data) < 200_000
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(Unfit, match="juta piksel"):
        prepared("x.png", data)
    assert time.perf_counter() - began < 2
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()
    frames = [Image.new("RGB", (3000, 3000), (n * 20, 0, 0)) for n in range(9)]
    with pytest.raises(Unfit, match="juta piksel"):
        prepared("x.gif", encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))


def test_a_program_behind_a_picture_is_gone() -> None:
    hidden = b"<script>alert(1)</script>"
    for form in ("PNG", "JPEG", "GIF", "WEBP"):
        assert hidden not in prepared("x", encoded(drawn(), form) + hidden).data


def test_a_drawing_is_plain_and_the_same() -> None:
    full = (
        SVG.replace(
            "<rect", '<!-- C:\\Users\\rina --><metadata>Rina</metadata><rect inkscape:export-filename="/home/rina" '
        )
        .replace(
            "<svg ",
            '<svg xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" xmlns:xlink="http://www.w3.org/1999/xlink" ',
        )
        .replace("</svg>", '<inkscape:page id="rina"/><use xlink:href="#a"/></svg>')
    )
    kept = prepared("Bagan.SVG", full.encode()).data.decode()
    assert "rina" not in kept.lower() and "<title>Loket</title>" in kept and 'xlink:href="#a"' in kept
    assert image_size(kept.encode()) == (10, 20)
    assert prepared("a.svg", kept.encode()).data.decode() == kept
    with pytest.raises(Unfit, match="script"):
        prepared("a.svg", SVG.replace("<title>", "<script>alert(1)</script><title>").encode())


def test_a_video_does_not_say_where_it_was_taken() -> None:
    video = b"\x00\x00\x00\x18ftypmp42" + b"\0" * 40 + b"\xa9xyz\x00\x1c\x15\xc7+06.9147+107.6098+700.000/" + b"\0" * 9
    kept = prepared("rekaman.mp4", video).data
    assert len(kept) == len(video) and b"107" not in kept and b"+00.0000+000.0000" in kept


def test_profiles_that_cannot_be_read_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise ImageCms.PyCMSError("cannot")

    monkeypatch.setattr(pictures.ImageCms, "profileToProfile", refuse)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(prepared("x.jpg", encoded(drawn(), "JPEG", icc_profile=profile)).data).size == (60, 40)


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_size_of_a_webp_is_known(mode: str, lossless: bool) -> None:
    data = encoded(drawn((123, 45), mode), "WEBP", lossless=lossless)
    assert image_size(data) == (123, 45)
    extended = io.BytesIO()
    drawn((123, 45), mode).save(extended, "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0")
    assert image_size(extended.getvalue()) == (123, 45)
