"""The types that are answered in several places, marked by hand, or reckoned: by example what the format promises."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import factorial
from random import Random
from typing import Any

import pytest

from elearn.core.model import Question, Quiz, dump, load
from elearn.core.questions import as_drawn, essay, type_of
from elearn.core.questions.base import BadResponse
from elearn.core.questions.expression import BadExpression, read_expression
from tests.core import modules
from tests.core.asked import ask, codes, grade, read, respond, shown
from tests.core.modules import QUIZ, Files, check

# --- matching

PAIRS = """- Walidata => Menjaga kualitas data
- Produsen data => Menghasilkan data
- Pembina data => Menetapkan standar
- => Menghapus data
"""
GROUPS = "- KTP => Identitas\n- KK => Identitas\n- SIM => Izin\n"


def match(question: Question, **answers: str) -> dict[str, str]:
    """The response of these texts, left to right."""
    items = {item["text"].split()[0]: item["id"] for item in question.body["items"]}
    choices = {choice["text"].split()[0]: choice["id"] for choice in question.body["choices"]}
    return {items[left]: choices[right] for left, right in answers.items()}


@pytest.mark.parametrize(
    ("answers", "fraction"),
    [
        ({"Walidata": "Menjaga", "Produsen": "Menghasilkan", "Pembina": "Menetapkan"}, Fraction(1)),
        ({"Walidata": "Menjaga", "Produsen": "Menghapus", "Pembina": "Menetapkan"}, Fraction(2, 3)),
        ({"Walidata": "Menjaga"}, Fraction(1, 3)),
        ({"Walidata": "Menghapus", "Produsen": "Menghapus"}, Fraction(0)),
        ({}, Fraction(0)),
    ],
)
def test_each_right_pair_earns_an_equal_part(answers: dict[str, str], fraction: Fraction) -> None:
    question = ask(PAIRS)
    assert question.type == "matching"
    assert grade(question, match(question, **answers)).fraction == fraction


def test_repeated_right_sides_are_groups() -> None:
    question = ask(GROUPS)
    assert [c["text"] for c in question.body["choices"]] == ["Identitas", "Izin"]
    assert grade(question, match(question, KTP="Identitas", KK="Identitas", SIM="Izin")).correct


def test_the_right_sides_come_in_the_order_of_their_words() -> None:
    question = ask(PAIRS)
    assert [c["text"] for c in shown(question)["choices"]] == [
        "Menetapkan standar", "Menghapus data", "Menghasilkan data", "Menjaga kualitas data",
    ]  # fmt: skip


def test_an_item_is_markdown_with_feedback_and_code_may_hold_an_arrow() -> None:
    question = ask("- `a => b` => *panah*\n    > Lihat *tandanya*.\n- c => dua\n  baris\n")
    assert [item["html"] for item in shown(question)["items"]] == ["<code>a =&gt; b</code>", "c"]
    assert {c["text"] for c in shown(question)["choices"]} == {"panah", "dua baris"}
    wrong = dict.fromkeys((item["id"] for item in question.body["items"]), question.body["items"][1]["right"])
    assert grade(question, wrong).feedback_html == ("<p>Lihat <em>tandanya</em>.</p>",)


def test_the_review_of_a_matching_question_has_a_part_for_each_item() -> None:
    question = ask(GROUPS)
    kind = type_of(question)
    review = kind.review(question.body, match(question, KTP="Izin", SIM="Izin"), kind.option_ids(question.body))
    assert [(p.html, p.response_html, p.key_html, p.correct) for p in review.parts] == [
        ("KTP", "Izin", "Identitas", False),
        ("KK", "", "Identitas", False),
        ("SIM", "Izin", "Izin", True),
    ]
    assert review.response_text == "KTP → Izin; SIM → Izin"
    assert review.key_text == "KTP → Identitas; KK → Identitas; SIM → Izin"


def test_an_arrow_in_a_list_of_another_question_is_text() -> None:
    question = ask("- a => b\n- c => d\n\nMana yang benar?\n\n- (x) satu\n- ( ) dua\n- ( ) tiga\n")
    assert question.type == "single"
    assert "=&gt;" in question.stem_html


# --- ordering

STEPS = "1. Rencana\n2. Anggaran\n3. Pelaksanaan\n4. Evaluasi\n"


def ids_of(question: Question, *texts: str) -> list[str]:
    ids = {item["text"]: str(item["id"]) for item in question.body["items"]}
    return [ids[text] for text in texts]


@pytest.mark.parametrize(
    ("texts", "fraction"),
    [
        (("Rencana", "Anggaran", "Pelaksanaan", "Evaluasi"), Fraction(1)),
        (("Rencana", "Pelaksanaan", "Anggaran", "Evaluasi"), Fraction(1, 2)),
        (("Rencana", "Pelaksanaan", "Evaluasi", "Anggaran"), Fraction(1, 4)),
        (("Evaluasi", "Rencana", "Anggaran", "Pelaksanaan"), Fraction(0)),
    ],
)
def test_each_step_in_its_place_earns_an_equal_part(texts: tuple[str, ...], fraction: Fraction) -> None:
    question = ask(STEPS, ".ordering")
    assert question.type == "ordering"
    assert grade(question, ids_of(question, *texts)).fraction == fraction


@pytest.mark.parametrize("shuffle", [True, False])
def test_steps_are_always_shuffled_and_never_right(shuffle: bool) -> None:
    for count in (3, 4):
        question = ask("".join(f"{n}. langkah {n}\n" for n in range(1, count + 1)), ".ordering")
        kind = type_of(question)
        right = tuple(kind.key(question.body))
        orders = {kind.arrange(question.body, Random(seed), shuffle=shuffle) for seed in range(300)}
        assert len(orders) == factorial(count) - 1
        assert right not in orders
        assert kind.option_ids(question.body) != right
        assert sorted(kind.option_ids(question.body)) == sorted(right)


def test_an_order_that_is_not_that_of_the_steps_is_not_shown() -> None:
    question = ask(STEPS, ".ordering")
    kind = type_of(question)
    assert [i["id"] for i in kind.present(question.body, ("x",))["items"]] == list(kind.option_ids(question.body))


def test_the_review_of_an_order_has_a_part_for_each_place() -> None:
    question = ask("1. a\n2. b\n    > Sesudah a.\n3. c\n", ".ordering")
    kind = type_of(question)
    response = ids_of(question, "b", "a", "c")
    review = kind.review(question.body, response, kind.option_ids(question.body))
    assert [(p.html, p.response_html, p.key_html, p.correct) for p in review.parts] == [
        ("1", "b", "a", False),
        ("2", "a", "b", False),
        ("3", "c", "c", True),
    ]
    assert (review.response_text, review.key_text) == ("b → a → c", "a → b → c")
    assert kind.grade(question.body, response).feedback_html == ("<p>Sesudah a.</p>",)


def test_a_numbered_list_of_another_question_is_text() -> None:
    assert ask("1. a\n2. b\n\n= 3\n").type == "number"


# --- cloze

CLOZE = "Perpres [[= 95]] tentang [[SPBE|sistem *]] oleh [[( ) Bappenas|(x) PANRB|(50%) *Kominfo*]].\n"


@pytest.mark.parametrize(
    ("number", "name", "choice", "fraction"),
    [
        ("95", "spbe", "PANRB", Fraction(1)),
        ("95,0", "Sistem pemerintahan", "*Kominfo*", Fraction(5, 6)),
        ("96", "spbe", "Bappenas", Fraction(1, 3)),
        ("", "", "PANRB", Fraction(1, 3)),
        ("", "", "", Fraction(0)),
    ],
)
def test_each_gap_earns_an_equal_part(number: str, name: str, choice: str, fraction: Fraction) -> None:
    question = ask(CLOZE)
    assert question.type == "cloze"
    ids = {o["text"]: o["id"] for o in question.body["gaps"][2]["body"]["options"]} | {"": ""}
    assert grade(question, {"g1": number, "g2": name, "g3": ids[choice]}).fraction == fraction


def test_the_text_comes_in_pieces_and_a_gap_is_no_part_of_them() -> None:
    question = ask(CLOZE, heading="Isi **yang [[kosong]]** ini")
    page = shown(question)
    assert page["pieces"] == [
        "<p>Isi <strong>yang ", "</strong> ini</p>\n<p>Perpres ", " tentang ", " oleh ", ".</p>",
    ]  # fmt: skip
    assert [(g["id"], g["kind"]) for g in page["gaps"]] == [
        ("g1", "text"), ("g2", "number"), ("g3", "text"), ("g4", "choice"),
    ]  # fmt: skip
    assert [c["text"] for c in page["gaps"][3]["choices"]] == ["Bappenas", "PANRB", "Kominfo"]
    assert "<strong>yang ____</strong>" in question.stem_html
    assert question.stem_text == "Isi yang ____ ini"
    for secret in ("kosong", "SPBE", "sistem", "[["):
        assert secret not in str(page) + question.stem_html


def test_gaps_may_stand_in_tables_and_lists_with_bars_between_answers() -> None:
    question = ask("| a | b |\n|---|---|\n| satu | [[dua|tiga]] |\n\n- [[empat\\|lima]]\n")
    pieces = shown(question)["pieces"]
    assert len(pieces) == 3 and pieces[0].endswith("<td>") and pieces[2].startswith("</li>")
    assert grade(question, {"g1": "tiga", "g2": "empat|lima"}).correct


def test_the_quotations_at_the_end_are_the_explanation() -> None:
    question = ask("> Kutipan [[a]].\n\nTeks.\n\n> Sebab.\n> Begitu.\n\n> [!hint] Ingat.\n\n> Lagi.\n")
    assert shown(question)["pieces"][1].endswith("<p>Teks.</p>")
    assert question.explanation_html == "<p>Sebab.\nBegitu.</p>\n<p>Lagi.</p>"
    assert question.hints_html == ("<p>Ingat.</p>",)
    assert ask("> Sebab.\n", heading="Isi [[a]]").explanation_html == "<p>Sebab.</p>"


def test_the_made_up_id_of_a_question_does_not_tell_what_belongs_into_its_gap() -> None:
    _module, found = check({"90-kuis.md": f"{QUIZ}## Ibu kota Jawa Barat adalah [[Bandung]].\n"})
    assert [d.edit.text for d in found if d.edit] == [
        "## Ibu kota Jawa Barat adalah [[Bandung]]. {#ibu-kota-jawa-barat-adalah}"
    ]


def test_brackets_in_code_and_links_are_text() -> None:
    question = ask("Isi [[a]], bukan `[[b]]` dan bukan [[c]](https://contoh.go.id).\n\n```\n[[d]]\n```\n")
    assert len(shown(question)["gaps"]) == 1


def test_the_review_of_gaps_has_a_part_for_each() -> None:
    question = ask("Isi [[<b>]] dan [[(x) *a*|( ) b]].\n", ".exact")
    kind = type_of(question)
    review = kind.review(question.body, {"g1": "<i>"}, kind.option_ids(question.body))
    assert [(p.html, p.response_html, p.key_html, p.correct) for p in review.parts] == [
        ("Rumpang 1", "&lt;i&gt;", "&lt;b&gt;", False),
        ("Rumpang 2", "", "<em>a</em>", False),
    ]
    assert (review.response_text, review.key_text) == ("1: <i>", "1: <b>; 2: *a*")


# --- likert

SCALE = '.likert scale="Sangat tidak setuju..Sangat setuju" steps=4'


def test_a_step_of_a_scale_is_worth_nothing() -> None:
    question = ask("", SCALE)
    assert (question.type, question.points) == ("likert", 0)
    assert shown(question)["steps"] == [
        {"id": "1", "label": "Sangat tidak setuju"},
        {"id": "2", "label": ""},
        {"id": "3", "label": ""},
        {"id": "4", "label": "Sangat setuju"},
    ]
    assert grade(question, "4").status == "ungraded"
    assert grade(question, "4").fraction == 0
    kind = type_of(question)
    assert [kind.review(question.body, r, ()).response_text for r in ("1", "2", None)] == [
        "1 dari 4: Sangat tidak setuju",
        "2 dari 4",
        "",
    ]


def test_every_step_may_have_a_name() -> None:
    question = ask("", '.likert scale="Buruk..Cukup..Baik" steps=3')
    assert [step["label"] for step in shown(question)["steps"]] == ["Buruk", "Cukup", "Baik"]
    assert len(shown(ask("", '.likert scale="a..b"'))["steps"]) == 5


def test_a_survey_is_read_as_a_quiz_that_is_not_graded() -> None:
    survey = QUIZ.replace("quiz", "survey", 1) + '## Berguna? {#berguna .likert scale="a..b"}\n'
    module, found = check({"91-survei.md": survey})
    assert module is not None and found == []
    part = module.part("survei")
    assert isinstance(part, Quiz)
    assert (part.survey, part.graded, part.length) == (True, False, 1)
    quiz = module.part("kuis")
    assert isinstance(quiz, Quiz) and not quiz.survey
    stored = dump(quiz)
    del stored["survey"]
    assert load(Quiz, stored) == quiz


def test_in_a_survey_no_option_has_to_be_right() -> None:
    choices = "## Bagian mana? {#bagian}\n- ( ) Peta\n- ( ) Semua\n\n## Apa saja? {#apa}\n- [ ] Peta\n- [ ] Loket\n"
    module, found = check({"91-survei.md": QUIZ.replace("quiz", "survey", 1) + choices})
    assert module is not None and found == []
    part = module.part("survei")
    assert isinstance(part, Quiz)
    for question in part.questions.values():
        kind = type_of(question)
        ids = kind.option_ids(question.body)
        response = [ids[0]] if question.id == "apa" else ids[0]
        assert kind.key(question.body) is None
        assert kind.grade(question.body, response).status == "ungraded"
        assert kind.grade(question.body, None).fraction == 0
        assert kind.review(question.body, response, ids).key_text == ""
        (place,) = kind.analyse(question.body, response)
        assert (place.given, place.key) == ((ids[0],), frozenset())
    _module, found = check({"91-kuis.md": QUIZ + choices})
    assert [d.code for d in found].count("Q201") == 2


# --- essay

RUBRIC = """Tulislah.

| Kriteria | Poin | Deskriptor |
|----------|------|------------|
| *Isi*    | 4    | Lengkap `a|b` \\| runtut |
| Bahasa   | 2,5  |            |

> Sebab.
"""


def test_an_essay_waits_for_a_person() -> None:
    question = ask(RUBRIC, ".essay points=6,5 words=50..300")
    assert question.type == "essay"
    assert (question.stem_html, question.explanation_html) == ("<p>Apa?</p>\n<p>Tulislah.</p>", "<p>Sebab.</p>")
    page = shown(question)
    assert (page["at_most"], page["words"]) == (20_000, {"least": 50, "most": 300})
    assert [(c["html"], c["points"], c["descriptor_html"]) for c in page["rubric"]] == [
        ("<em>Isi</em>", "4", "Lengkap <code>a|b</code> | runtut"),
        ("Bahasa", "2,5", ""),
    ]
    assert grade(question, "dua kata").status == "pending"
    assert "2 kata" in grade(question, "dua kata").sentence
    assert (grade(question, " \r\n ").status, grade(question, None).fraction) == ("scored", 0)
    assert respond(question, " a\r\nb \r\n") == "a\nb"


def test_points_for_each_criterion_make_a_grade() -> None:
    question = ask(RUBRIC, ".essay points=6,5")
    content, language = essay.criteria(question.body)
    assert essay.mark(question.body, {content: 4, language: Decimal("2.5")}).correct
    assert essay.mark(question.body, {content: 2, language: Fraction(5, 4)}).fraction == Fraction(1, 2)
    for points in ({content: 4}, {content: 5, language: 0}, {content: -1, language: 0}, {"x": 1}):
        with pytest.raises(BadResponse):
            essay.mark(question.body, points)
    plain = ask("", ".essay")
    assert (shown(plain)["rubric"], shown(plain)["words"]) == ([], None)
    assert essay.mark(plain.body, {essay.WHOLE: 75}).fraction == Fraction(3, 4)


# --- computed

AVERAGE = """Rata-rata **{a}**{b} dan `{a}` dan $\\frac{a}{b}$?

a = 20..60 step 5
b = 12000; 2,5

= (a + b) / 2 ± 0,01

> Jumlahkan {a} dan {b}.

> [!hint] Mulai dari {a}.
"""


def drawn(question: Question, **values: str) -> Question:
    return as_drawn(question, values)


def test_values_stand_in_all_texts_and_the_answer_follows_from_them() -> None:
    question = drawn(ask(AVERAGE, ".computed", "Berapa {a}?"), a="25", b="5/2")
    assert question.type == "computed"
    assert question.stem_html.startswith("<p>Berapa 25?</p>\n<p>Rata-rata <strong>25</strong>2,5 dan <code>{a}</code>")
    assert (question.stem_text, question.explanation_html) == ("Berapa 25?", "<p>Jumlahkan 25 dan 2,5.</p>")
    assert question.hints_html == ("<p>Mulai dari 25.</p>",)
    assert (
        grade(question, "13,75").correct and grade(question, "13.76").correct and not grade(question, "13,77").correct
    )
    kind = type_of(question)
    assert kind.key(question.body) == "13,75"
    assert kind.review(question.body, "1", ()).key_text == "13,75 ± 0,01"
    assert "12.000" in drawn(question, a="25", b="12000").stem_html


def test_without_an_attempt_a_question_shows_its_example() -> None:
    question = ask(AVERAGE, ".computed")
    assert "\ue002" not in question.stem_html + question.explanation_html + question.stem_text
    assert ask(AVERAGE, ".computed") == question
    assert drawn(question, **question.body["drawn"]) == question


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("a = 1..4", {1, 2, 3, 4}),
        ("a = 1 .. 2 step 0,5", {1, Fraction(3, 2), 2}),
        ("a = -1..1", {-1, 0, 1}),
        ("a = 1..2 step 0.4", {1, Fraction(7, 5), Fraction(9, 5)}),
        ("a = 1, 2, 5", {1, 2, 5}),
        ("a = 1,5; 2,5", {Fraction(3, 2), Fraction(5, 2)}),
    ],
)
def test_the_values_of_a_variable(line: str, values: set[Fraction]) -> None:
    question = ask(f"{{a}}\n{line}\n= a\n", ".computed")
    kind = type_of(question)
    assert {Fraction(kind.draw(question.body, Random(seed))["a"]) for seed in range(200)} == values


def test_a_percentage_is_of_the_answer() -> None:
    question = drawn(ask("{a}\na = 10..20\n= a * 10 ± 5%\n", ".computed"), a="20")
    assert grade(question, "210").correct and not grade(question, "211").correct
    assert type_of(question).review(question.body, None, ()).key_text == "200 ± 5 %"


def test_what_has_no_answer_is_not_drawn() -> None:
    # 100,000 values, one of them without an answer: the check may miss it, the draw does not give it.
    body = "{a} {b}\na = 0..9\nb = 0..9999\n= 1 / (a * 10000 + b - 54321) ± 1\n"
    question, _found = read(body, ".computed")
    if question is not None:
        kind = type_of(question)
        assert all(kind.draw(question.body, Random(s)) != {"a": "5", "b": "4321"} for s in range(500))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("-2^2", -4), ("2^3^2", 512), ("2^-1", "1/2"), ("7 - 2 - 1", 4),
        ("8 / 4 / 2", 1), ("1,5 * 2", 3), ("1.5 × 2", 3), ("6 ÷ 4", "3/2"), ("− 3", -3), ("--3", 3), ("a / b", "2/3"),
        ("min(3; 1, 2)", 1), ("max(a; b)", 3), ("sum(1; 2; 3)", 6), ("mean(1; 2)", "3/2"), ("abs(-2)", 2),
        ("round(2,5)", 3), ("round(-2,5)", -3), ("round(1/3; 2)", "33/100"), ("floor(-1,5)", -2), ("ceil(1,2)", 2),
        ("sqrt(9/4)", "3/2"), ("sqrt(0)", 0), ("1.000 + 1", 1001), ("0^0", 1),
    ],
)  # fmt: skip
def test_expressions(text: str, value: int | str) -> None:
    assert read_expression(text).value({"a": Fraction(2), "b": Fraction(3)}) == Fraction(value)


def test_a_root_is_near() -> None:
    assert abs(read_expression("sqrt(2)").value({}) ** 2 - 2) < Fraction(1, 10**29)


@pytest.mark.parametrize(
    "text",
    [
        "", "1 +", "(1", "1)", "1 2", "a b", "min", "min(1,5)", "abs()", "abs(1; 2)", "foo(1)", "1 % 2", "a.b", "__import__('os')",
        "1,2,3", "* 2", "a = 1", "1" + " + 1" * 60, "(" * 22 + "1" + ")" * 22, "-" * 22 + "1", "2^" * 22 + "1", "a;b", "é",
    ],
)  # fmt: skip
def test_what_is_no_expression(text: str) -> None:
    with pytest.raises(BadExpression):
        read_expression(text)


@pytest.mark.parametrize(
    "text", ["1 / 0", "1 / (a - a)", "0^-1", "2^21", "2^0,5", "10^20", "sqrt(-1)", "round(1; 7)", "(1/3)^20^20^1"]
)
def test_what_has_no_value(text: str) -> None:
    with pytest.raises(BadExpression):
        read_expression(text).value({"a": Fraction(2)})


def test_fractions_cannot_grow_without_end() -> None:
    with pytest.raises(BadExpression):
        read_expression("((((((1/7)^20)^20)^20)^20)^20)^20").value({})


# --- hotspot

PLAN: Files = {"media/denah.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100"/>'}
AREAS = """Lihat ![Denah "loket"](media/denah.svg) ini.

- ( ) rect 10,10 100,80 Loket *1*
- (x) circle 250,45 35 Loket 2
    > Tepat.
- (50%) POLY 110,10 200,10 150,80 Loket 3
"""


def picture_question(media: Files) -> Question:
    part = modules.read({"90-kuis.md": f"{QUIZ}## Di mana? {{#di-mana .hotspot}}\n{AREAS}", **media}).part("kuis")
    assert isinstance(part, Quiz)
    return part.questions["di-mana"]


def test_an_area_is_an_option_with_a_name_and_a_shape() -> None:
    question = picture_question(PLAN)
    assert question.type == "hotspot"
    page = shown(question)
    assert {**page["picture"], "src": ""} == {"src": "", "alt": 'Denah "loket"', "width": 300, "height": 100}
    assert page["picture"]["src"].endswith("/denah.svg")
    assert page["pieces"] == ["<p>Di mana?</p>\n<p>Lihat ", " ini.</p>"]
    assert [(o["html"], o["area"]) for o in page["options"]] == [
        ("Loket <em>1</em>", {"shape": "rect", "x": 10, "y": 10, "width": 90, "height": 70}),
        ("Loket 2", {"shape": "circle", "x": 250, "y": 45, "radius": 35}),
        ("Loket 3", {"shape": "poly", "points": [[110, 10], [200, 10], [150, 80]]}),
    ]
    assert [grade(question, o["id"]).fraction for o in page["options"]] == [0, 1, Fraction(1, 2)]
    assert "<img" in question.stem_html


def test_a_picture_of_unknown_size_takes_any_area() -> None:
    question = picture_question({"media/denah.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>'})
    assert (shown(question)["picture"]["width"], shown(question)["picture"]["height"]) == (None, None)


@pytest.mark.parametrize("stem", ["[![a](a.png)](https://contoh.go.id)", "![a](a.png) ![b](b.png)", "Tanpa."])
def test_a_picture_stands_alone_and_outside_of_links(stem: str) -> None:
    assert codes(f"{stem}\n\n- (x) rect 1,1 2,2 a\n- ( ) rect 3,3 4,4 b\n", ".hotspot") == ["Q260"]


# --- what comes from outside

MATCHING = ask(PAIRS)
ORDERING = ask(STEPS, ".ordering")
GAPS = ask(CLOZE)
AREA = ask("![a](a.png)\n\n- (x) rect 1,1 2,2 Loket 2\n- ( ) rect 3,3 4,4 b\n", ".hotspot")
ESSAY = ask(RUBRIC, ".essay points=6,5")
ATTITUDE = ask("", SCALE)
FIRST = ORDERING.body["items"][0]["id"]
ITEM, CHOICE = MATCHING.body["items"][0]["id"], MATCHING.body["choices"][0]["id"]


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (MATCHING, [ITEM]),
        (MATCHING, ITEM),
        (MATCHING, 1),
        (MATCHING, {"x": CHOICE}),
        (MATCHING, {ITEM: "x"}),
        (MATCHING, {ITEM: ITEM}),
        (MATCHING, {ITEM: 1}),
        (MATCHING, {ITEM: [CHOICE]}),
        (MATCHING, {1: CHOICE}),
        (ORDERING, FIRST),
        (ORDERING, [FIRST]),
        (ORDERING, [FIRST] * 4),
        (ORDERING, [1, 2, 3, 4]),
        (ORDERING, [[], [], [], []]),
        (ORDERING, {}),
        (AREA, "Loket 2"),
        (AREA, {"x": 1, "y": 2}),
        (AREA, [1, 2]),
        (ESSAY, ["a"]),
        (ESSAY, {}),
        (ESSAY, 1),
        (ESSAY, "a" * 20_001),
        (ESSAY, "a\0b"),
        (ESSAY, "\ud800"),
        (ATTITUDE, "0"),
        (ATTITUDE, "5"),
        (ATTITUDE, 1),
        (ATTITUDE, ["1"]),
        (ATTITUDE, "1 "),
        (GAPS, "95"),
        (GAPS, ["95"]),
        (GAPS, {"g9": "95"}),
        (GAPS, {"g1": 95}),
        (GAPS, {"g1": "9" * 61}),
        (GAPS, {"g2": "a" * 201}),
        (GAPS, {"g2": "a\0"}),
        (GAPS, {"g3": "PANRB"}),
    ],
)
def test_what_no_page_sends_is_refused(question: Question, raw: Any) -> None:
    with pytest.raises(BadResponse):
        respond(question, raw)


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        *[(MATCHING, raw) for raw in (None, "", {}, {ITEM: ""}, {ITEM: None})],
        *[(ORDERING, raw) for raw in (None, "", [])],
        *[(ATTITUDE, raw) for raw in (None, "")],
        *[(AREA, raw) for raw in (None, "")],
        *[(ESSAY, raw) for raw in (None, "", " \n ")],
        *[(GAPS, raw) for raw in (None, "", {}, {"g1": " ", "g2": "", "g3": None})],
    ],
)
def test_nothing_is_no_response(question: Question, raw: Any) -> None:
    assert respond(question, raw) is None
    assert grade(question, raw).fraction == 0


# --- what is wrong, beyond the examples of the diagnostics


@pytest.mark.parametrize(
    ("body", "braces", "code"),
    [
        ("- a => b\n- c => d\n", "scoring=partial", "Q220"),
        ("- a => b\n- c => d\n= e\n", ".matching", "Q211"),
        ("- (x) a\n- ( ) b\n- ( ) c\n", ".matching", "Q222"),
        ("Tanpa pasangan.\n", ".matching", "Q210"),
        ("Tanpa langkah.\n", ".ordering", "Q210"),
        ("1. a\n2. b\n3. a\n", ".ordering", "Q204"),
        ("1. a\n2.\n3. c\n", ".ordering", "Q209"),
        ("1. a\n    2. b\n3. c\n4. d", ".ordering", "Q113"),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused(body: str, braces: str, code: str) -> None:
    assert code in codes(body, braces)
    assert read(body, braces)[0] is None
