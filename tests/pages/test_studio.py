"""The studio as a pengajar uses it: a new module, writing, findings, clashes, history, trying out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete

from elearn.authoring import drafts
from elearn.catalogue.models import ModuleTrainer, VersionFile
from elearn.catalogue.store import PublishedVersion
from elearn.database import transaction
from elearn.people.models import Person
from tests.content import OF_EVERY_TYPE, files, published
from tests.helpers import client_of, make_person, make_unit, post

STUDIO = "/pengajar/modul-coba"
LESSON = f"{STUDIO}/naskah/01-satu.md"


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path)


@pytest.fixture
def trainers(version: PublishedVersion) -> list[Person]:
    unit = make_unit("dinas")
    people = [make_person(unit, "pengajar", name=name) for name in ("Ayu Lestari", "Budi Santosa")]
    with transaction() as session:
        session.add_all(ModuleTrainer(module_id=version.module_id, person_id=p.id) for p in people)
    return people


@pytest.fixture
def client(app: Flask, trainers: list[Person]) -> FlaskClient:
    return client_of(app, trainers[0])


def text_of(client: FlaskClient, path: str) -> tuple[str, str]:
    """The text in the editor and its version."""
    page = client.get(path).text
    found = re.search(r'<textarea[^>]*name="isi"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    version = re.search(r'name="versi" value="(\d+)"', page)
    assert found and version
    import html

    return html.unescape(found[1]), version[1]


def test_a_new_module_is_written_and_seen_in_the_list(app: Flask) -> None:
    client = client_of(app, make_person(make_unit(), "pengajar"))
    assert "Modul baru" in client.get("/pengajar").text
    done = post(client, "/pengajar/modul-baru", {"judul": "Antrean di loket", "slug": ""}, follow_redirects=True)
    assert done.status_code == 200 and done.request.path == "/pengajar/antrean-di-loket/naskah"
    assert "tidak ada temuan" in done.text and "01-materi-pertama.md" in done.text
    page = client.get("/pengajar").text
    assert "Antrean di loket" in page and "belum terbit" in page
    again = post(client, "/pengajar/modul-baru", {"judul": "Lain", "slug": "antrean-di-loket"})
    assert again.status_code == 422 and "sudah dipakai" in again.text and 'value="Lain"' in again.text


def test_a_text_is_saved_shown_and_its_findings_told(client: FlaskClient) -> None:
    text, version = text_of(client, LESSON)
    assert text == files()["01-satu.md"]
    wrong = text + "\n## Gambar\n\n![](media/tidak-ada.png)\n"
    page = post(client, LESSON, {"isi": wrong, "versi": version}, follow_redirects=True).text
    assert "Tersimpan." in page and f"Baris {wrong[:-1].count(chr(10)) + 1}" in page and "1 kesalahan" in page, page
    assert "Cerita tentang antrean di kelurahan." in page and "Cek pemahaman" in page, "the preview"
    assert "1 kesalahan" in client.get(f"{STUDIO}/naskah").text


def test_a_finding_is_mended_by_its_button(client: FlaskClient) -> None:
    path = f"{STUDIO}/naskah/90-kuis-akhir.md"
    text, version = text_of(client, path)
    page = post(client, path, {"isi": text + "\n## Baru?\n- (x) ya\n- ( ) tidak\n", "versi": version})
    assert page.status_code == 302
    assert text_of(client, path)[0].endswith("## Baru? {#baru}\n- (x) ya\n- ( ) tidak\n"), "ids are written in"


def test_the_front_matter_is_a_form(client: FlaskClient) -> None:
    page = client.get(f"{STUDIO}/naskah/90-kuis-akhir.md").text
    assert 'name="ket-passing" value="60"' in page
    version = text_of(client, f"{STUDIO}/naskah/90-kuis-akhir.md")[1]
    fields = {"ket-passing": "75", "ket-title": "Kuis: akhir", "ket-mode": "practice", "versi": version}
    done = post(client, f"{STUDIO}/keterangan/90-kuis-akhir.md", fields, follow_redirects=True)
    text, _version = text_of(client, f"{STUDIO}/naskah/90-kuis-akhir.md")
    assert "passing: 75\n" in text and 'title: "Kuis: akhir"\n' in text and "mode: practice\n" in text
    assert "attempts: 3\n" in text and "Keterangan tersimpan" in done.text
    broken = f"---\ntitle: a: b: c\n---\n{text}"
    version = text_of(client, f"{STUDIO}/naskah/90-kuis-akhir.md")[1]
    page = post(client, f"{STUDIO}/naskah/90-kuis-akhir.md", {"isi": broken, "versi": version}, follow_redirects=True)
    assert "ket-title" not in page.text and "M103" in page.text, "only the text can be mended then"


def test_two_people_never_overwrite_each_other(app: Flask, client: FlaskClient, trainers: list[Person]) -> None:
    other = client_of(app, trainers[1])
    text, version = text_of(client, LESSON)
    assert "Ayu Lestari" in other.get(LESSON).text, "who else has it open"
    post(client, LESSON, {"isi": text + "Dari Ayu.\n", "versi": version})
    clash = post(other, LESSON, {"isi": text + "Dari Budi.\n", "versi": version})
    assert clash.status_code == 409 and "Ayu Lestari menyimpan lebih dulu" in clash.text
    assert "Dari <mark>Ayu.</mark>" in clash.text and "Dari <mark>Budi.</mark>" in clash.text
    now = re.search(r'name="versi" value="(\d+)"', clash.text)
    assert now is not None
    post(other, LESSON, {"isi": text + "Dari Ayu.\nDari Budi.\n", "versi": now[1]})
    assert text_of(client, LESSON)[0].endswith("Dari Ayu.\nDari Budi.\n")
    told = post(client, LESSON, {"isi": "x", "versi": version}, headers={"Accept": "application/json"})
    assert told.status_code == 409 and told.json is not None
    assert (told.json["by"], told.json["version"]) == ("Budi Santosa", int(now[1]) + 1)


def test_scripts_save_and_look_without_leaving(client: FlaskClient) -> None:
    text, version = text_of(client, LESSON)
    json = {"Accept": "application/json"}
    preview = post(client, f"{STUDIO}/pratinjau/01-satu.md", {"isi": text + "\n**tebal** ![](media/x.png)\n"}).json
    assert preview is not None and "<strong>tebal</strong>" in preview["html"]
    assert {(d["severity"], d["line"]) for d in preview["findings"]} >= {("error", 16)}
    assert text_of(client, LESSON)[0] == text, "nothing is saved by looking"
    saved = post(client, LESSON, {"isi": text + "Lagi.\r\n", "versi": version}, headers=json).json
    assert saved is not None and (saved["version"], saved["text"]) == (2, text + "Lagi.\n")
    large = post(client, LESSON, {"isi": "x" * 1_500_000, "versi": "2"}, headers=json)
    assert large.status_code in (413, 422)
    known = client.get(f"{STUDIO}/pelengkap.json").json
    assert known is not None and known["outcomes"] == {"TP1": "Memutuskan"} and "02-dua.md" in known["files"]
    assert "s1" in known["questions"]
    assert all(set(shape) == {"label", "detail", "text"} for shape in known["shapes"])
    assert any("- (x) ${" in shape["text"] for shape in known["shapes"])


def test_only_the_editor_may_bring_a_style_sheet_and_by_a_new_word_each_time(client: FlaskClient) -> None:
    policies = [client.get(LESSON).headers["Content-Security-Policy"] for _time in range(2)]
    page = client.get(LESSON)
    nonce = re.search(r"style-src 'self' 'nonce-([\w-]{20,})'", page.headers["Content-Security-Policy"])
    assert nonce and f'data-nonce="{nonce[1]}"' in page.text
    assert policies[0] != policies[1]
    assert not any(word in policies[0] for word in ("unsafe-inline", "unsafe-eval", "data:"))
    assert "nonce" not in client.get(f"{STUDIO}/naskah").headers["Content-Security-Policy"]


def test_a_file_moves_so_many_places_at_once(client: FlaskClient) -> None:
    act = f"{STUDIO}/berkas"
    post(client, act, {"aksi": "tambah-materi", "judul": "Menyapa"})
    post(client, act, {"aksi": "naik", "langkah": "2", "path": "03-menyapa.md", "versi": "1"})
    assert "01-menyapa.md" in client.get(f"{STUDIO}/naskah").text
    assert (
        post(client, act, {"aksi": "naik", "langkah": "-2", "path": "01-menyapa.md", "versi": "1"}).status_code == 400
    )


def test_files_are_added_moved_copied_deleted_and_put_back(client: FlaskClient) -> None:
    act = f"{STUDIO}/berkas"
    assert post(client, act, {"aksi": "tambah-materi", "judul": "Menyapa"}).location.endswith("/naskah/03-menyapa.md")
    post(client, act, {"aksi": "naik", "path": "03-menyapa.md", "versi": "1"})
    page = client.get(f"{STUDIO}/naskah").text
    assert "02-menyapa.md" in page and "03-dua.md" in page
    post(client, act, {"aksi": "salin", "path": "03-dua.md", "versi": "1"})
    done = post(client, act, {"aksi": "hapus", "path": "01-satu.md", "versi": "1"}, follow_redirects=True).text
    assert "01-satu.md dihapus" in done and "Kembalikan" in done
    done = post(client, act, {"aksi": "kembalikan", "path": "01-satu.md"}, follow_redirects=True).text
    assert "ada lagi" in done and "Yang dihapus" not in done
    lost = post(client, act, {"aksi": "hapus", "path": "09-tidak-ada.md", "versi": "1"}, follow_redirects=True).text
    assert "sudah berubah nama" in lost
    stale = post(client, act, {"aksi": "hapus", "path": "01-satu.md", "versi": "1"}, follow_redirects=True).text
    assert "baru saja mengubah" in stale
    kept = post(client, act, {"aksi": "hapus", "path": "module.md", "versi": "1"}, follow_redirects=True).text
    assert "tidak dapat dihapus" in kept
    assert post(client, act, {"aksi": "terbang"}).status_code == 400
    renamed = post(client, f"{STUDIO}/nama/01-satu.md", {"judul": "Awal", "slug": "awal", "versi": "3"})
    assert renamed.location.endswith("/naskah/01-awal.md")
    assert "aliases: [satu]" in text_of(client, f"{STUDIO}/naskah/01-awal.md")[0]


def test_history_compares_and_restores(client: FlaskClient, trainers: list[Person]) -> None:
    draft = drafts.open_draft(trainers[0].id, "modul-coba")
    text, _version = text_of(client, LESSON)
    drafts.save(draft, "01-satu.md", text.replace("antrean di kelurahan", "antrean di kecamatan"), 1, trainers[1].id)
    page = client.get(f"{STUDIO}/riwayat/01-satu.md").text
    assert "Budi Santosa" in page and "dibuat" in page
    link = re.search(r'href="([^"]+versi=(\d+))#beda"', page)
    assert link is not None
    page = client.get(link[1]).text
    assert "<mark>kelurahan.</mark>" in page and "<mark>kecamatan.</mark>" in page
    post(client, f"{STUDIO}/riwayat/01-satu.md", {"revisi": link[2], "versi": "2"})
    assert text_of(client, LESSON)[0] == text
    assert post(client, f"{STUDIO}/riwayat/01-satu.md", {"revisi": "999999", "versi": "3"}).status_code == 404


def test_questions_are_tried_out_and_nothing_is_stored(client: FlaskClient) -> None:
    path = f"{STUDIO}/naskah/90-kuis-akhir.md"
    quiz = OF_EVERY_TYPE.replace("{{", "{").replace("}}", "}").replace("media/denah.svg", "")
    post(client, path, {"isi": quiz, "versi": text_of(client, path)[1]})
    page = client.get(f"{STUDIO}/coba/90-kuis-akhir.md").text
    assert page.count("Periksa jawaban") >= 8
    ids = re.findall(r'value="([0-9a-f]{10})"', page)
    answers = {post(client, f"{STUDIO}/coba/90-kuis-akhir.md", {"n": "1", "jawaban": i}).text.count("Pilihan Anda tepat")
               for i in ids[:3]}  # fmt: skip
    assert answers == {0, 1}, "one of them is right"
    typed = post(client, f"{STUDIO}/coba/90-kuis-akhir.md", {"n": "3", "jawaban": "Pelayanan."}).text
    assert "Jawaban Anda tepat" in typed
    lesson = client.get(f"{STUDIO}/coba/01-satu.md").text
    assert "Cek pemahaman" in lesson and "Periksa jawaban" in lesson


def test_a_stranger_sees_nothing(app: Flask, client: FlaskClient) -> None:
    client.get(f"{STUDIO}/naskah")
    stranger = client_of(app, make_person(make_unit("kecamatan"), "pengajar"))
    for path in ("naskah", "naskah/01-satu.md", "riwayat/01-satu.md", "coba/01-satu.md", "pelengkap.json"):
        assert stranger.get(f"{STUDIO}/{path}").status_code == 404, path
    for path in ("naskah/01-satu.md", "berkas", "keterangan/01-satu.md", "nama/01-satu.md", "pratinjau/01-satu.md"):
        assert post(stranger, f"{STUDIO}/{path}", {"versi": "1", "isi": "x"}).status_code == 404, path
    assert client.get(f"{STUDIO}/naskah/tidak-ada.md").status_code == 404
    assert client.get(f"{STUDIO}/riwayat/tidak-ada.md").status_code == 404


def test_a_version_without_its_files_says_what_to_do(client: FlaskClient, version: PublishedVersion) -> None:
    with transaction() as session:
        session.execute(delete(VersionFile).where(VersionFile.version_id == version.id))
    for referrer in (None, "http://localhost/pengajar/modul-coba/naskah", "https://tempat.lain/"):
        answer = client.get(f"{STUDIO}/naskah", headers={"Referer": referrer} if referrer else {})
        assert (answer.status_code, answer.location) == (302, "/pengajar")
    assert "Terbitkan sekali lagi" in client.get("/pengajar").text
    answer = client.get(f"{STUDIO}/naskah", headers={"Referer": "http://localhost/pengajar/modul-coba"})
    assert answer.location == "http://localhost/pengajar/modul-coba"
