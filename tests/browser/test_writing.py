"""A pengajar who has never written a module writes one in the browser, without scripts, and a peserta takes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, axe, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, Open, saved
from tests.pictures import photograph

LESSON = """---
title: Menyapa warga
outcomes: [TP1]
---
Bu Ratna datang membawa berkas yang belum lengkap.

## Yang pertama dilakukan

Sapa dulu, lalu sebutkan apa yang kurang. Tulis di kertas kecil agar warga tidak perlu mengingat.

GAMBAR

```quiz
## Bu Ratna bingung. Apa langkah Anda? {#bu-ratna}
- (x) Menuliskan apa yang kurang
- ( ) Memintanya kembali besok
- ( ) Menunjuk papan informasi
```
"""
QUESTIONS = """---
kind: quiz
title: Kuis loket
passing: 60
---
## Siapa yang disapa lebih dulu? {#disapa outcome=TP1}
- (x) Warga yang datang
- ( ) Rekan di sebelah
- ( ) Petugas keamanan

## Apa saja yang ditulis di kertas? {#ditulis}
- [x] Syarat yang kurang
- [x] Jam loket
- [ ] Nama pimpinan

## Kata pertama petugas? {#kata}
= selamat pagi

## Berapa menit janji layanan 2 kali 15 menit? {#menit}
= 30 menit

## Urutkan. {#urut .ordering}
1. Menyapa
2. Mendengar
3. Menjawab

## Lengkapi. {#lengkap}
Berkas yang kurang disebutkan di [[loket|depan]].
"""
WRONG = QUESTIONS.replace("- (x) Warga yang datang", "- ( ) Warga yang datang")


def seen(page: Page) -> None:
    axe(page)
    no_sideways_scroll(page)


def write(page: Page, text: str) -> None:
    page.get_by_label("Teks", exact=True).fill(text)
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.wait_for_load_state()


def answer_all(page: Page) -> None:
    """The six questions, each right, as a peserta gives them."""
    for number in range(1, 7):
        expect(page.get_by_text(f"Soal {number} dari 6")).to_be_visible()
        asked = page.locator("[data-question]").inner_text()
        if "Siapa yang disapa" in asked:
            page.get_by_label("Warga yang datang").check()
        elif "Apa saja yang ditulis" in asked:
            page.get_by_label("Syarat yang kurang").check()
            page.get_by_label("Jam loket").check()
        elif "Urutkan." in asked:
            for place, step in enumerate(("Menyapa", "Mendengar", "Menjawab"), start=1):
                page.get_by_label(step, exact=True).select_option(str(place))
        else:
            field, words = ("Rumpang 1 dari 1", "loket") if "Lengkapi." in asked else ("Jawaban Anda", "Selamat pagi")
            page.get_by_label(field).fill("30 menit" if "Berapa menit" in asked else words)
            page.get_by_label(field).blur()
        saved(page)
        page.locator(".step .btn-primary").click()


@pytest.mark.own_city
def test_a_module_from_an_empty_page_to_a_passed_quiz(server: Server, open_page: Open, accounts: Accounts) -> None:
    trainer = open_page(width=360, height=740, javascript=False)
    sign_in(trainer, accounts["pengajar"])
    trainer.goto("/pengajar")
    trainer.get_by_role("link", name="Modul baru").click()
    trainer.get_by_label("Judul").fill("Loket yang ramah")
    trainer.get_by_role("button", name="Buat modul").click()
    expect(trainer.get_by_text("tidak ada temuan")).to_be_visible()

    trainer.get_by_role("link", name="Gambar dan berkas").click()
    picture = {"name": "Kertas kecil.jpg", "mimeType": "image/jpeg", "buffer": photograph((600, 400))}
    trainer.get_by_label("Berkas baru").set_input_files(picture)
    trainer.get_by_label("Apa yang terlihat atau terdengar di sana?").fill("Catatan syarat di kertas kecil")
    trainer.get_by_role("button", name="Unggah").click()
    line = trainer.get_by_label("Tulis baris ini di tempat yang Anda mau").input_value()
    trainer.goto("/pengajar/loket-yang-ramah/naskah")

    trainer.get_by_role("link", name="Materi pertama").click()
    write(trainer, LESSON.replace("GAMBAR", line))
    expect(trainer.locator("[data-preview]")).to_contain_text("Bu Ratna datang membawa berkas")
    expect(trainer.locator("[data-preview]").get_by_role("img", name="Catatan syarat di kertas kecil")).to_be_visible()
    trainer.get_by_text("Ganti judul atau nama alamat").click()
    trainer.get_by_label("Nama alamat").fill("menyapa")
    trainer.get_by_role("button", name="Simpan nama").click()
    expect(trainer.get_by_text("Nama tersimpan; tautan di berkas lain mengikuti.")).to_be_visible()

    trainer.goto("/pengajar/loket-yang-ramah/naskah")
    trainer.get_by_role("link", name="Kuis akhir").click()
    write(trainer, WRONG)
    expect(trainer.locator("[data-findings]")).to_contain_text("Tidak ada jawaban benar")
    trainer.goto("/pengajar/loket-yang-ramah/naskah")
    expect(trainer.get_by_text(re.compile("1 kesalahan")).first).to_be_visible()
    trainer.get_by_role("link", name="Tinjau dan terbitkan").click()
    expect(trainer.get_by_role("button", name="Ya, terbitkan")).to_have_count(0)
    trainer.goto("/pengajar/loket-yang-ramah/naskah/90-kuis-akhir.md")
    write(trainer, QUESTIONS)
    expect(trainer.locator("[data-findings] .error")).to_have_count(0)
    trainer.get_by_role("link", name="Coba sebagai peserta").click()
    first = trainer.locator("section", has_text="Siapa yang disapa lebih dulu?").last
    first.get_by_text("Warga yang datang").click()
    first.get_by_role("button", name="Periksa jawaban").click()
    expect(trainer.get_by_text("Pilihan Anda tepat: 100 %")).to_be_visible()

    trainer.goto("/pengajar/loket-yang-ramah/terbitkan")
    trainer.get_by_text("Terbitkan sekarang", exact=True).click()
    trainer.get_by_role("button", name="Ya, terbitkan").click()
    expect(trainer.get_by_text("Terbit sebagai versi 1.")).to_be_visible()

    learner = open_page(width=360, height=740)
    sign_in(learner, accounts["peserta"])
    learner.goto("/modul/loket-yang-ramah")
    expect(learner.get_by_role("heading", level=1)).to_have_text("Loket yang ramah")
    seen(learner)
    learner.goto("/modul/loket-yang-ramah/menyapa")
    shown = learner.get_by_role("img", name="Catatan syarat di kertas kecil")
    learner.wait_for_function("image => image.complete && image.naturalWidth === 600", arg=shown.element_handle())
    seen(learner)
    learner.get_by_role("button", name=re.compile("Tandai selesai")).click()
    learner.goto("/modul/loket-yang-ramah/kuis-akhir")
    learner.get_by_role("button", name="Mulai").click()
    learner.wait_for_url("**/percobaan/**")
    answer_all(learner)
    learner.get_by_role("button", name="Ya, kumpulkan").click()
    learner.wait_for_url("**/hasil")
    expect(learner.get_by_role("heading", name="Lulus, selamat")).to_be_visible()
    expect(learner.get_by_text("Nilai Anda 100, di atas ambang lulus 60.")).to_be_visible()
    seen(learner)

    trainer.goto("/pengajar/loket-yang-ramah/perkembangan")
    expect(trainer.locator(".stat", has_text="Selesai").get_by_text("1", exact=True)).to_be_visible()
