"""A pengajar who has never written a module writes one in the browser, without scripts, and a peserta takes it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server, axe, no_sideways_scroll, sign_in
from tests.browser.test_journeys import Accounts, Open

LESSON = """---
title: Menyapa warga
outcomes: [TP1]
---
Bu Ratna datang membawa berkas yang belum lengkap.

## Yang pertama dilakukan

Sapa dulu, lalu sebutkan apa yang kurang. Tulis di kertas kecil agar warga tidak perlu mengingat.

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


@pytest.mark.own_city
def test_a_module_from_an_empty_page_to_a_passed_quiz(server: Server, open_page: Open, accounts: Accounts) -> None:
    trainer = open_page(width=360, height=740, javascript=False)
    sign_in(trainer, accounts["pengajar"])
    trainer.goto("/pengajar")
    trainer.get_by_role("link", name="Modul baru").click()
    trainer.get_by_label("Judul").fill("Loket yang ramah")
    trainer.get_by_role("button", name="Buat modul").click()
    expect(trainer.get_by_text("tidak ada temuan")).to_be_visible()

    trainer.get_by_role("link", name="Materi pertama").click()
    write(trainer, LESSON)
    expect(trainer.locator("[data-preview]")).to_contain_text("Bu Ratna datang membawa berkas")
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
    learner.goto("/modul/loket-yang-ramah/kuis-akhir")
    learner.get_by_role("button", name="Mulai").click()
    learner.wait_for_url("**/percobaan/**")
    expect(learner.get_by_text("Soal 1 dari 6")).to_be_visible()
