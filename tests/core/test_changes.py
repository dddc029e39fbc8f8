"""What a new content changes, as a pengajar is told before publishing."""

from __future__ import annotations

import pytest

from elearn.core.content import read_module
from elearn.core.content.changes import Changes, compare
from elearn.core.model import Module
from tests.content import OF_EVERY_TYPE, files

QUIZ = "90-kuis-akhir.md"


def read(contents: dict[str, str]) -> Module:
    module, found = read_module("modul-coba", {path: text.encode() for path, text in contents.items()})
    assert module is not None, found
    return module


def after(old: str, new: str, file: str = QUIZ, **options: object) -> Changes:
    """The changes when `old` becomes `new` in one file."""
    before = files(**options)  # type: ignore[arg-type]
    assert old in before[file]
    return compare(read(before), read(before | {file: before[file].replace(old, new)}))


def test_the_same_changes_nothing() -> None:
    assert compare(read(files()), read(files())) == Changes()


def test_parts() -> None:
    new = files(lessons=("awal", "dua", "tiga"))
    new["01-awal.md"] = new["01-awal.md"].replace("---\ntitle", "---\naliases: [satu]\ntitle", 1)
    new["02-dua.md"] += "\nSatu kalimat lagi.\n"
    changes = compare(read(files()), read(new))
    assert (changes.added, changes.removed, changes.changed) == (["tiga"], [], ["dua"])
    assert changes.renamed == {"satu": "awal"}
    assert changes.questions_added == ["cek-awal", "cek-tiga"] and changes.questions_removed == ["cek-satu"]


@pytest.mark.parametrize(
    ("old", "new", "name", "values"),
    [
        ("passing: 60", "passing: 75", "passing", (60, 75)),
        ("attempts: 3", "attempts: unlimited", "attempts", (3, None)),
        ("draw=2", "draw=3", "length", (5, 6)),
        ("time: 20m", "time: 30m", "time_limit", (1200, 1800)),
    ],
)
def test_settings_of_a_quiz(old: str, new: str, name: str, values: tuple[object, object]) -> None:
    (setting,) = after(old, new).settings
    assert (setting.part, setting.name, (setting.before, setting.after)) == ("kuis-akhir", name, values)


def test_settings_of_the_module_and_of_a_renamed_quiz() -> None:
    new = files()
    new["module.md"] = new["module.md"].replace("jp: 0.5", "jp: 1").replace("posttest: kuis-akhir", "posttest: akhir")
    new["90-akhir.md"] = new.pop(QUIZ).replace("passing: 60", "aliases: [kuis-akhir]\npassing: 80")
    changes = compare(read(files()), read(new))
    assert {(setting.part, setting.name) for setting in changes.settings} == {
        ("", "jp"),
        ("", "posttest"),
        ("akhir", "passing"),
    }


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("- (x) benar\n- ( ) salah", "- ( ) benar\n- (x) salah", "tunggal"),
        ("- [x] kiri", "- [ ] kiri", "ganda"),
        ("= pelayanan", "= pelayanan\n= layanan", "teks"),
        ("± 0,1", "± 0,5", "bilangan"),
        ("Walidata => *Memeriksa* data", "Walidata => Membuang data", "jodoh"),
        ("1. Mencatat\n2. Memeriksa", "1. Memeriksa\n2. Mencatat", "urut"),
        ("[[= 95]]", "[[= 96]]", "rumpang"),
        ("= a + b", "= a - b", "hitung"),
        ("- ( ) rect 10,10 90,70 Loket Ambil", "- (50%) rect 10,10 90,70 Loket Ambil", "gambar"),
        ("{#tunggal points=2}", "{#tunggal points=3}", "tunggal"),
    ],
)
def test_a_key_that_changed_is_told_apart(old: str, new: str, question: str) -> None:
    changes = after(old, new, final=OF_EVERY_TYPE)
    assert (changes.keys_changed, changes.questions_changed) == ([question], [])


@pytest.mark.parametrize(
    ("old", "new", "question"),
    [
        ("## Tunggal?", "## Tunggal saja?", "tunggal"),
        ("Bukan begitu.", "Bukan itu.", "tunggal"),
        ("- (x) benar\n- ( ) salah\n    > Bukan begitu.", "- ( ) salah\n- (x) benar", "tunggal"),
        ("- ( ) luput", "- ( ) luput sekali", "tunggal"),
        ("## Lengkapi.", "## Isilah.", "rumpang"),
    ],
)
def test_other_words_are_no_other_key(old: str, new: str, question: str) -> None:
    changes = after(old, new, final=OF_EVERY_TYPE)
    assert (changes.keys_changed, changes.questions_changed) == ([], [question])
