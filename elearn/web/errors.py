"""Error pages. Each says what happened, what is safe, and the way back; none asks the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, jsonify, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from elearn.web.redirects import previous_page

KEPT_HEADERS = ("Allow", "Retry-After")


@dataclass(frozen=True)
class ErrorText:
    """The words of an error page. `back` is the page one came from, `home` the first page."""

    title: Any
    happened: Any
    safe: Any
    way_back: str = "home"


EXPIRED = ErrorText(
    _l("Formulir ini sudah kedaluwarsa"),
    _l("Anda mungkin sudah keluar, atau masuk lagi di tab lain, sejak halaman ini dibuka."),
    _l("Belum ada yang dikirim atau diubah. Kembali, muat ulang halamannya, lalu kirim sekali lagi."),
    "back",
)
TEXTS = {
    400: ErrorText(
        _l("Permintaan ini tidak dapat dibaca"),
        _l("Sebagian isinya hilang atau rusak di jalan."),
        _l("Tidak ada data yang berubah. Kembali ke halaman sebelumnya dan coba sekali lagi."),
        "back",
    ),
    403: ErrorText(
        _l("Halaman ini bukan untuk akun Anda"),
        _l("Akun Anda tidak memiliki izin untuk melihat halaman ini."),
        _l(
            "Data Anda aman dan tidak ada yang berubah. Bila Anda memerlukan halaman ini untuk pekerjaan, "
            "mintalah izin kepada administrator."
        ),
    ),
    404: ErrorText(
        _l("Halaman tidak ditemukan"),
        _l("Alamatnya mungkin salah ketik, sudah dipindahkan, atau bukan untuk akun Anda."),
        _l("Pelajaran dan nilai Anda tetap tersimpan. Mulailah lagi dari beranda."),
    ),
    405: ErrorText(
        _l("Halaman ini tidak dapat dibuka dengan cara itu"),
        _l("Alamat ini hanya menerima kiriman dari sebuah formulir."),
        _l("Tidak ada data yang berubah. Kembali ke halaman sebelumnya dan gunakan tombolnya."),
        "back",
    ),
    413: ErrorText(
        _l("Berkas ini terlalu besar"),
        _l("Ukurannya melebihi batas yang dapat diterima."),
        _l("Belum ada yang disimpan. Kembali, perkecil atau bagi berkasnya, lalu unggah sekali lagi."),
        "back",
    ),
    429: ErrorText(
        _l("Terlalu banyak percobaan"),
        _l("Dalam waktu singkat terlalu banyak permintaan datang dari akun atau jaringan ini."),
        _l("Akun Anda aman. Tunggu beberapa menit, lalu coba lagi."),
        "back",
    ),
    500: ErrorText(
        _l("Terjadi kesalahan di pihak kami"),
        _l("Server gagal menyelesaikan permintaan ini. Kesalahannya sudah tercatat."),
        _l(
            "Yang sudah ditandai tersimpan tetap aman, termasuk jawaban kuis. Tunggu sebentar lalu muat "
            "ulang; bila terjadi lagi, sampaikan kepada administrator."
        ),
    ),
}


def text_for(code: int) -> ErrorText:
    """The words for a status: its own, or those of its class."""
    return TEXTS.get(code) or TEXTS[500 if code >= 500 else 400]


def _handle(error: HTTPException) -> Response | HTTPException:
    code = error.code
    if code is None or code < 400:
        return error  # a redirect
    words = EXPIRED if isinstance(error, CSRFError) else text_for(code)
    response = _as_json(code, words) if _wants_json() else _as_page(code, words)
    response.status_code = code
    for name, value in error.get_headers():
        if name in KEPT_HEADERS:
            response.headers[name] = value
    return response


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted["application/json"] > accepted["text/html"]


def _as_json(code: int, words: ErrorText) -> Response:
    return jsonify(code=code, title=str(words.title), message=f"{words.happened} {words.safe}")


def _as_page(code: int, words: ErrorText) -> Response:
    # Not render_template: context processors of the features may ask the database, which may be what failed.
    page = current_app.jinja_env.get_template("errors/error.html")
    back = previous_page(default="") if words.way_back == "back" else ""
    return current_app.response_class(page.render(code=code, words=words, back=back))


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, _handle)
    # Named as well: Flask looks for this one when a view fails with an exception of its own.
    app.register_error_handler(InternalServerError, _handle)
