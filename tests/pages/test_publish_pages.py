"""The pages on which a draft is looked at, published, planned and reviewed, and a module is taken down."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from elearn import clock
from elearn.authoring import drafts, plans
from elearn.catalogue import current, publishing, sources, store
from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.database import db, transaction
from elearn.people.models import Person
from elearn.quizzes import service as quizzes
from elearn.study import service as study
from tests.content import READER, files, published
from tests.helpers import client_of, make_person, make_unit, post

SLUG = "modul-coba"
PUBLISH = f"/pengajar/{SLUG}/terbitkan"
REVIEW = f"/pengajar/{SLUG}/tinjauan"
VERSIONS = f"/pengajar/{SLUG}/versi"
LESSON = "01-satu.md"
FINAL = "90-kuis-akhir.md"


@pytest.fixture(autouse=True)
def one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "SafeReader", lambda: nullcontext(READER))


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    return published(tmp_path)


@pytest.fixture
def trainer(version: PublishedVersion) -> Person:
    person = make_person(make_unit("dinas"), "pengajar", name="Dewi Lestari")
    with transaction() as session:
        session.add(ModuleTrainer(module_id=version.module_id, person_id=person.id))
    return person


@pytest.fixture
def client(app: Flask, trainer: Person) -> FlaskClient:
    return client_of(app, trainer)


Edit = Callable[..., None]


@pytest.fixture
def edit(trainer: Person) -> Edit:
    """Change a file of the draft: `edit(path, old, new)`."""

    def change(path: str, old: str, new: str) -> None:
        draft = drafts.open_draft(trainer.id, SLUG)
        text = drafts.files_of(draft)[path].decode()
        assert old in text
        drafts.save(draft, path, text.replace(old, new), base=version_of(draft, path), by=trainer.id)
        db.session.rollback()

    return change


def version_of(draft: drafts.Draft, path: str) -> int:
    file = drafts.find_file(draft, path)
    assert file is not None
    return file.version


def text_of(response_text: str) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response_text)).split())


def state_of(client: FlaskClient) -> str:
    found = re.search(r'name="keadaan" value="([^"]+)"', client.get(PUBLISH).text)
    assert found
    return found.group(1)


def number() -> int | None:
    now = store.current(SLUG)
    return now.number if now else None


def test_the_page_says_what_changes_and_publishing_does_it(client: FlaskClient, edit: Edit, trainer: Person) -> None:
    assert "Belum ada naskah" in client.get(PUBLISH).text
    edit(FINAL, "passing: 60", "passing: 75")
    edit(FINAL, "## Dua?", "## Berapa?")
    edit(FINAL, "= 12,5 ± 0,1", "= 13")
    said = text_of(client.get(PUBLISH).text)
    assert "Tidak ada kesalahan." in said and "Dibandingkan dengan versi 1." in said
    assert "Bagian berubah Kuis akhir" in said
    assert "Soal berubah kata-katanya s2" in said and "Kunci atau poin berubah angka" in said
    assert "Ambang lulus Kuis akhir 60 75" in said
    done = post(client, PUBLISH, {"keadaan": state_of(client)}, follow_redirects=True)
    assert "Terbit sebagai versi 2" in done.text and number() == 2
    assert "sama dengan versi 2" in text_of(done.text), "the draft goes on from what it became"
    assert 'name="keadaan"' not in done.text, "nothing to publish"


def test_it_tells_who_is_on_which_version(
    app: Flask, client: FlaskClient, edit: Edit, version: PublishedVersion
) -> None:
    person = make_person(make_unit("lain"))
    study.enrol(person.id, SLUG)
    quizzes.start(person.id, person.unit_id, version, "tes-awal")
    edit(LESSON, "antrean", "barisan")
    said = text_of(client.get(PUBLISH).text)
    assert "1 percobaan kuis sedang berjalan: diselesaikan dan dinilai di versi tempat ia dimulai." in said
    assert "1 orang di tengah modul" in said and "Versi 1 1 1 0" in said


def test_a_draft_with_an_error_cannot_be_published(client: FlaskClient, edit: Edit) -> None:
    edit(LESSON, "- (x) dengar", "- ( ) dengar")
    page = client.get(PUBLISH).text
    assert "1 kesalahan menahan penerbitan." in page and f"{LESSON}</a>" in page
    assert 'name="keadaan"' not in page
    draft_state = f"{sources.fingerprint(drafts.files_of(drafts.find(1)))}-1"  # type: ignore[arg-type]
    answer = post(client, PUBLISH, {"keadaan": draft_state})
    assert answer.status_code == 422 and number() == 1
    planned = post(client, PUBLISH, {"keadaan": draft_state, "jadwalkan": "1", "waktu": "2099-01-01T08:00"})
    assert planned.status_code == 422 and plans.pending(1) is None


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(client: FlaskClient, edit: Edit) -> None:
    edit(LESSON, "antrean", "barisan")
    seen = state_of(client)
    edit(LESSON, "barisan", "giliran")
    answer = post(client, PUBLISH, {"keadaan": seen})
    assert answer.status_code == 409 and "berubah sejak halaman ini Anda buka" in answer.text and number() == 1
    assert post(client, PUBLISH, {"keadaan": state_of(client)}).status_code == 302 and number() == 2


def test_a_version_that_was_published_since_stops_it_too(client: FlaskClient, edit: Edit, trainer: Person) -> None:
    edit(LESSON, "antrean", "barisan")
    seen = state_of(client)
    other = {path: text.encode() for path, text in files(lessons=("satu",)).items()}
    publishing.publish_files(SLUG, other, trainer.id)
    answer = post(client, PUBLISH, {"keadaan": seen})
    assert answer.status_code == 409 and number() == 2
    assert "Naskah ini dimulai dari versi 1, sedangkan yang berlaku versi 2." in text_of(answer.text)


def test_it_is_planned_shown_and_cancelled(client: FlaskClient, edit: Edit, version: PublishedVersion) -> None:
    edit(LESSON, "antrean", "barisan")
    past = post(client, PUBLISH, {"keadaan": state_of(client), "jadwalkan": "1", "waktu": "2020-01-01T08:00"})
    assert past.status_code == 422 and "Waktu ini sudah lewat" in past.text
    empty = post(client, PUBLISH, {"keadaan": state_of(client), "jadwalkan": "1"})
    assert empty.status_code == 422 and "Isi tanggal dan jamnya" in empty.text
    fields = {"keadaan": state_of(client), "jadwalkan": "1", "waktu": "2099-01-05T08:30"}
    planned = post(client, PUBLISH, fields, follow_redirects=True)
    assert "Terjadwal terbit 5 Januari 2099 08.30 WIB" in planned.text
    assert "perubahannya tidak ikut" not in planned.text
    edit(LESSON, "barisan", "giliran")
    assert "perubahannya tidak ikut" in client.get(PUBLISH).text
    waiting = plans.pending(version.module_id)
    assert waiting is not None and waiting.at.astimezone(clock.JAKARTA).hour == 8
    assert "Jadwal dibatalkan" in post(client, f"{PUBLISH}/batal", {}, follow_redirects=True).text
    assert plans.pending(version.module_id) is None


def test_publishing_now_cancels_what_was_planned(client: FlaskClient, edit: Edit, version: PublishedVersion) -> None:
    edit(LESSON, "antrean", "barisan")
    post(client, PUBLISH, {"keadaan": state_of(client), "jadwalkan": "1", "waktu": "2099-01-05T08:30"})
    assert plans.pending(version.module_id) is not None
    post(client, PUBLISH, {"keadaan": state_of(client)})
    assert plans.pending(version.module_id) is None and number() == 2


def test_what_was_planned_is_told_on_the_home_page(client: FlaskClient, edit: Edit) -> None:
    edit(LESSON, "antrean", "barisan")
    soon = (clock.now() + timedelta(minutes=5)).astimezone(clock.JAKARTA)
    post(client, PUBLISH, {"keadaan": state_of(client), "jadwalkan": "1", "waktu": soon.strftime("%Y-%m-%dT%H:%M")})
    with clock.at(soon + timedelta(minutes=1)):
        assert plans.run_due() == 1
    home = client.get("/").text
    assert "terbit sesuai jadwal, versi 2" in home
    action = re.search(r'action="(/pemberitahuan/\d+)"', home)
    assert action
    assert post(client, action.group(1), {"lihat": "1"}).location.endswith(PUBLISH)


def test_a_module_is_taken_down_and_opened_again_with_a_reason(client: FlaskClient, version: PublishedVersion) -> None:
    page = client.get(VERSIONS).text
    assert "Turunkan modul ini" in page
    empty = post(client, f"/pengajar/{SLUG}/turunkan", {"v0-alasan": " "})
    assert empty.status_code == 422 and "Isi alasannya" in empty.text and number() == 1
    down = post(client, f"/pengajar/{SLUG}/turunkan", {"v0-alasan": "Keliru."}, follow_redirects=True)
    assert "Modul ini diturunkan" in down.text and number() is None
    assert (
        "diturunkan" in client.get("/pengajar").text and "Modul ini diturunkan" in client.get(f"/pengajar/{SLUG}").text
    )
    again = post(client, f"/pengajar/{SLUG}/turunkan", {"v0-alasan": "Keliru."})
    assert again.status_code == 422
    back = post(client, f"{VERSIONS}/1", {"v1-alasan": "Sudah benar."}, follow_redirects=True)
    assert "Versi 1 berlaku sekarang" in back.text and number() == 1
    assert post(client, f"{VERSIONS}/9", {"v9-alasan": "?"}).status_code == 404


def test_an_earlier_version_says_whom_it_moves(
    app: Flask, client: FlaskClient, version: PublishedVersion, trainer: Person
) -> None:
    study.enrol(make_person(make_unit("lama")).id, SLUG)
    other = {path: text.encode() for path, text in files(lessons=("satu",)).items()}
    publishing.publish_files(SLUG, other, trainer.id)
    for name in ("baru", "baru-juga"):
        study.enrol(make_person(make_unit(name)).id, SLUG)
    said = text_of(client.get(VERSIONS).text)
    assert "1 orang sedang belajar di versi ini: tidak ada yang berubah bagi mereka." in said
    assert "2 orang sedang belajar di versi lain: pindah ke versi ini setelah" in said


def test_a_module_that_is_down_is_opened_by_publishing(
    client: FlaskClient, edit: Edit, version: PublishedVersion
) -> None:
    edit(LESSON, "antrean", "barisan")
    current.take_down(version.module_id, "Diperbaiki.")
    page = client.get(PUBLISH).text
    assert "Menerbitkan membukanya lagi" in page
    post(client, PUBLISH, {"keadaan": state_of(client)})
    assert number() == 2


def test_a_colleague_reviews_and_approves(app: Flask, client: FlaskClient, edit: Edit, trainer: Person) -> None:
    edit(LESSON, "antrean", "barisan")
    colleague = make_person(make_unit("rekan"), "pengajar", name="Asep Hidayat")
    theirs = client_of(app, colleague)
    assert theirs.get(REVIEW).status_code == 404
    wrong = post(client, REVIEW, {"nomor": "1", "peran": "peninjau"})
    assert wrong.status_code == 422 and "Tidak ada pengajar aktif" in wrong.text
    asked = {"nomor": colleague.number, "peran": "peninjau", "catatan": "Tolong lihat materi satu."}
    assert "Asep Hidayat diminta meninjau" in post(client, REVIEW, asked, follow_redirects=True).text
    assert "meminta Anda meninjau" in theirs.get("/").text
    assert REVIEW in theirs.get("/pengajar").text
    page = theirs.get(REVIEW).text
    assert "Tolong lihat materi satu." in page and "Ajak rekan" not in page
    assert theirs.get(PUBLISH).status_code == 404, "a reviewer does not publish"
    assert post(theirs, REVIEW, asked).status_code == 404, "nor ask others"

    where = f"{REVIEW}/berkas/{LESSON}"
    assert 'name="teks"' not in theirs.get(where).text and 'name="teks"' in theirs.get(f"{where}?baris=4").text
    assert post(theirs, where, {"baris": "4", "teks": ""}).status_code == 422
    assert post(theirs, where, {"baris": "400", "teks": "Ya"}).status_code == 422
    done = post(theirs, where, {"baris": "4", "teks": "Barisan <b>siapa</b>?"}, follow_redirects=True)
    assert "Barisan &lt;b&gt;siapa&lt;/b&gt;?" in done.text and "baris berubah" not in done.text
    assert "1 komentar belum diselesaikan" in client.get(PUBLISH).text
    edit(LESSON, "barisan", "giliran")
    changed = client.get(where).text
    assert "baris berubah" in changed and "Cerita tentang barisan di kelurahan." in changed
    action = re.search(rf'action="({REVIEW}/komentar/\d+)"', changed)
    assert action
    assert "Buka lagi" in post(client, action.group(1), {"selesai": "1"}, follow_redirects=True).text

    shown = f"{REVIEW}/tampilan/{LESSON}"
    assert shown in theirs.get(where).text
    page = theirs.get(shown).text
    assert "Cerita tentang giliran di kelurahan." in page and "Apa dulu?" in page
    assert "Coba lagi" in post(theirs, shown, {"n": "1"}).text
    assert theirs.get(f"{REVIEW}/tampilan/77-tidak-ada.md").status_code == 404
    assert client_of(app, make_person(make_unit("asing"), "pengajar")).get(shown).status_code == 404

    seen = state_in(theirs.get(REVIEW).text)
    edit(LESSON, "giliran", "urutan")
    late = post(theirs, f"{REVIEW}/setujui", {"keadaan": seen}, follow_redirects=True)
    assert "Belum disetujui" in late.text
    post(theirs, f"{REVIEW}/setujui", {"keadaan": state_in(theirs.get(REVIEW).text)})
    assert "Asep Hidayat menyetujui naskah ini" in text_of(client.get(PUBLISH).text)
    edit(LESSON, "urutan", "jajaran")
    assert "sebelum perubahan terakhir" in client.get(PUBLISH).text


def state_in(page: str) -> str:
    found = re.search(r'name="keadaan" value="([0-9a-f]+)"', page)
    assert found
    return found.group(1)


def test_a_colleague_becomes_a_pengajar_of_the_module(app: Flask, client: FlaskClient, edit: Edit) -> None:
    edit(LESSON, "antrean", "barisan")
    colleague = make_person(make_unit("rekan"), "pengajar")
    post(client, REVIEW, {"nomor": colleague.number, "peran": "pengajar"})
    theirs = client_of(app, colleague)
    assert theirs.get(PUBLISH).status_code == 200
    home = theirs.get("/").text
    assert "menjadikan Anda pengajar modul" in home


def test_none_of_it_is_a_strangers(app: Flask, client: FlaskClient, edit: Edit) -> None:
    edit(LESSON, "antrean", "barisan")
    stranger = client_of(app, make_person(make_unit("lain"), "pengajar"))
    for path in (PUBLISH, VERSIONS, REVIEW, f"{REVIEW}/berkas/{LESSON}"):
        assert stranger.get(path).status_code == 404
    for path in (PUBLISH, f"{PUBLISH}/batal", f"/pengajar/{SLUG}/turunkan", f"{VERSIONS}/1", REVIEW,
                 f"{REVIEW}/setujui", f"{REVIEW}/cabut/1", f"{REVIEW}/komentar/1",
                 f"{REVIEW}/berkas/{LESSON}"):  # fmt: skip
        assert (
            post(stranger, path, {"keadaan": state_of(client), "v0-alasan": "x", "v1-alasan": "x"}).status_code == 404
        )
    assert number() == 1
