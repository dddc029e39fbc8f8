"""Questions that stand in one module and are used in several places."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from elearn.authoring.exchange import export_questions
from elearn.core.content import content_hash, read_module, read_one
from elearn.core.content.borrowing import lendable, wanted
from elearn.core.model import Module, Question, Quiz, dump, load
from elearn.core.questions import as_drawn, type_of
from tests.core.modules import LESSON, MODULE

L = "01-apa.md"

LENDER = {
    "module.md": MODULE,
    L: LESSON + "Isi.\n\n```quiz\n## Cek? {#cek}\n- (x) a\n- ( ) b\n- ( ) c\n```\n",
    "02-kuis.md": """---
kind: quiz
title: Kuis
---
# Loket {#loket draw=1}

Bu Ani datang tanpa KTP.

## Apa yang *Anda* lakukan? {#ani points=2 outcome=TP1 difficulty=3 tags="loket kasus"}
- (x) Jelaskan syaratnya
- ( ) Suruh pulang
- ( ) Diam

> Karena ia perlu tahu.

## Berapa {a} kali 2? {#kali .computed}

a = 3..5
= a * 2

## Lagi? {#lagi from=dasar/ani}
""",
    "03-survei.md": '---\nkind: survey\ntitle: Survei\n---\n## Puas? {#puas .likert scale="Ya..Tidak" steps=2}\n',
}
HEAD = "---\nkind: quiz\ntitle: Kuis\n---\n"


def read(slug: str, files: dict[str, str], lent: dict[str, Question] | None) -> tuple[Module | None, list[str]]:
    module, found = read_module(slug, {name: text.encode() for name, text in files.items()}, lent=lent)
    return module, [d.code for d in found if d.severity == "error"]


def lender() -> Module:
    module, errors = read("dasar", LENDER, {})
    assert module is not None, errors
    return module


def borrower(body: str) -> Quiz:
    module, errors = read("lain", {"module.md": MODULE, "01-kuis.md": HEAD + body}, lendable(lender()))
    assert module is not None, errors
    (quiz,) = module.parts
    assert isinstance(quiz, Quiz)
    return quiz


def test_what_is_asked_for_is_found_without_reading() -> None:
    text = (
        b'## A {#a from=satu/x}\n## {from="satu/y" points=2}\n# B {from=satu/z}\n## C from=satu/w\n'
        b"##  D {#d from=dua/x-y}\r\n### E {from=dua/z}\n## F {from=/x}\n## G {from=Dua/x}\n"
    )
    assert wanted([text, b"\xff from="]) == {"satu": {"x", "y"}, "dua": {"x-y"}}


def test_a_module_lends_what_it_wrote_itself_and_what_has_a_key() -> None:
    assert set(lendable(lender())) == {"dasar/cek", "dasar/ani", "dasar/kali"}


def test_a_borrowed_question_is_the_same_under_its_own_name() -> None:
    (section,) = borrower("## Apa yang Anda lakukan? {#saya from=dasar/ani}\n").sections
    (question,) = section.questions
    own = lender().part("kuis")
    assert isinstance(own, Quiz)
    original = own.questions["ani"]
    assert question.id == "saya" and question.origin == "dasar/ani"
    assert (question.points, question.tags, question.difficulty) == (Decimal(2), ("loket", "kasus"), 3)
    assert question.body == original.body and question.explanation_html == original.explanation_html
    assert question.outcome is None, "outcomes of another module are not known here"
    assert question.stem_html == f'<div class="stimulus">{own.sections[0].stimulus_html}</div>{original.stem_html}'
    assert load(Question, dump(question)) == question


def test_what_is_written_here_counts_here() -> None:
    (section,) = borrower('## {#saya from=dasar/ani points=0,5 outcome=TP1 tags="baru" difficulty=1}\n').sections
    (question,) = section.questions
    assert (question.points, question.outcome, question.tags, question.difficulty) == (
        Decimal("0.5"),
        "TP1",
        ("baru",),
        1,
    )


def test_quotas_and_draws_see_what_is_borrowed() -> None:
    body = '# Loket {#l draw=1 quota="tag:kasus=1"}\n\n## {#saya from=dasar/ani}\n\n## {#itu from=dasar/cek}\n'
    (section,) = borrower(body).sections
    assert section.draw == 1 and [quota.words for quota in section.quotas] == ["tag:kasus"]
    assert [question.id for question in section.questions] == ["saya", "itu"]


def test_a_computed_question_keeps_its_case_when_it_is_drawn() -> None:
    (section,) = borrower("## {#hitung from=dasar/kali}\n").sections
    (question,) = section.questions
    drawn = as_drawn(question, {"a": "4"})
    assert "Bu Ani" in drawn.stem_html and "4" in drawn.stem_html
    assert type_of(drawn).grade(drawn.body, "8").fraction == 1


def test_a_module_borrows_from_itself_whatever_else_is_wrong_in_it() -> None:
    module, errors = read("dasar", LENDER, {})
    assert module is not None and errors == []
    quiz = module.part("kuis")
    assert isinstance(quiz, Quiz)
    again = quiz.questions["lagi"]
    assert again.origin == "dasar/ani" and again.outcome == "TP1", "its outcome is known here"
    broken = {**LENDER, "04-rusak.md": HEAD + "## Apa? {#apa}\n- ( ) a\n- ( ) b\n- ( ) c\n"}
    assert read("dasar", broken, {})[1] == ["Q201"]


def test_one_file_is_previewed_with_what_it_borrows_of_another() -> None:
    files = {name: text.encode() for name, text in LENDER.items()} | {
        "04-ujian.md": (HEAD + "## {#ujian from=dasar/ani}\n").encode()
    }
    module, found = read_one("dasar", files, "04-ujian.md", lent={})
    assert found == [] and module is not None
    (quiz,) = module.parts
    assert isinstance(quiz, Quiz) and quiz.questions["ujian"].stem_text == "Apa yang Anda lakukan?"


def test_without_knowing_what_can_be_borrowed_nothing_is_said() -> None:
    module, errors = read("lain", {"module.md": MODULE, "01-kuis.md": HEAD + "## {#a from=dasar/ani}\n"}, None)
    assert errors == [] and module is not None


def test_what_cannot_be_borrowed() -> None:
    for name in ("dasar/puas", "dasar/lagi", "dasar/tidak-ada", "tidak-ada/ani"):
        files = {"module.md": MODULE, "01-kuis.md": f"{HEAD}## {{#a from={name}}}\n"}
        assert read("lain", files, lendable(lender()))[1] == ["Q119"], name
    survey = {"module.md": MODULE, "01-a.md": "---\nkind: survey\ntitle: S\n---\n## {#a from=dasar/ani}\n"}
    assert "Q118" in read("lain", survey, lendable(lender()))[1]


def test_a_lesson_checks_with_a_borrowed_question() -> None:
    text = LESSON + "Isi.\n\n```quiz\n## {#cek-lagi from=dasar/cek}\n```\n"
    module, errors = read("lain", {"module.md": MODULE, L: text}, lendable(lender()))
    assert module is not None, errors
    (part,) = module.parts
    assert part.kind == "lesson" and part.checks["cek-lagi"].origin == "dasar/cek"


def test_content_without_anything_borrowed_keeps_its_hash() -> None:
    """Computed before questions could be borrowed: else each module would get a new version without a change."""
    module, _ = read("dasar", {"module.md": MODULE, "01-kuis.md": HEAD + "## A? {#a}\n- (x) a\n- ( ) b\n- ( ) c\n"}, {})
    assert module is not None
    assert content_hash(module) == "6bfc577910507756bdf7367d7c9b9fe84ddda40978db571729bbe0f123ab7ada"
    assert content_hash(replace(module, action="Pilih satu formulir.")) != content_hash(module)


def test_another_original_is_another_content() -> None:
    files = {"module.md": MODULE, "01-kuis.md": HEAD + "## {#saya from=dasar/ani}\n"}
    module, _ = read("lain", files, lendable(lender()))
    changed = {**LENDER, "02-kuis.md": LENDER["02-kuis.md"].replace("Suruh pulang", "Suruh kembali")}
    other, _ = read("dasar", changed, {})
    assert module is not None and other is not None
    later, _ = read("lain", files, lendable(other))
    assert later is not None and content_hash(later) != content_hash(module)


def test_an_export_says_what_stays_behind() -> None:
    text = HEAD + "## A? {#a}\n- (x) a\n- ( ) b\n- ( ) c\n\n## Lagi? {#lagi from=dasar/ani}\n"
    items = export_questions(text, "gift", {}).items
    assert [(item.id, item.status) for item in items] == [("a", "exact"), ("lagi", "refused")]
    assert "dasar/ani" in items[1].notes[0]
