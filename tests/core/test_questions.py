"""The question types: by example what the format promises, by property what holds for every question."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from elearn.core.model import Question
from elearn.core.questions import type_of
from elearn.core.questions.base import BadResponse
from tests.core import properties
from tests.core.questions import make, option, read

ONE, NONE, HALF = Fraction(1), Fraction(0), Fraction(1, 2)


def earned(question: Question, raw: Any) -> Fraction:
    kind = type_of(question)
    return kind.grade(question.body, kind.clean(question.body, raw)).fraction


# --- which type a shape is


@pytest.mark.parametrize(
    ("lines", "classes", "expected"),
    [
        (("- (x) a", "- ( ) b"), (), "single"),
        (("- (x) Benar", "- ( ) Salah"), (), "single"),
        (("- [x] a", "- [ ] b"), (), "multiple"),
        (("- [x] a", "- [x] b"), (), "multiple"),
        (("= Presiden",), (), "text"),
        (("= 20",), (), "number"),
        (("= 19..21",), (), "number"),
        (("= 45 menit",), (), "number"),
        (("= 20",), ("text",), "text"),
        (("= 20",), ("exact",), "text"),
        (("= 17 Agustus 1945",), (), "text"),
        (("= 100% 3 hari", "= 50% 4 hari"), (), "text"),
        (("= 24 jam", "= sehari"), (), "text"),
    ],
)
def test_the_shape_tells_the_type(lines: tuple[str, ...], classes: tuple[str, ...], expected: str) -> None:
    assert make(*lines, classes=classes).type == expected


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        (("- ( ) a", "- ( ) b"), {}, "Q201"),
        (("- (x) a", "- (x) b"), {}, "Q202"),
        (("- (x) a", "- (100%) b"), {}, "Q202"),
        (("- (x) a",), {}, "Q203"),
        (("- (x) a", "- ( )  a"), {}, "Q204"),
        (("- (y) a", "- (x) b"), {}, "Q205"),
        (("- (-20%) a", "- (x) b"), {}, "Q205"),
        (("- [60%] a", "- [20%] b"), {}, "Q206"),
        (("- [60%] a", "- [x] b"), {}, "Q207"),
        (("- (x) a", "- [ ] b"), {}, "Q208"),
        (("- (x) a", "- ( )"), {}, "Q209"),
        ((), {}, "Q210"),
        (("- (x) a", "- ( ) b", "= c"), {}, "Q211"),
        (("= dua puluh",), {"classes": ("number",)}, "Q212"),
        (("= 21..19",), {}, "Q213"),
        (("= 20 ± -1",), {}, "Q213"),
        (("= *",), {}, "Q214"),
        (("= ?!",), {}, "Q214"),
        (("= 150% a", "= b"), {}, "Q215"),
        (("= 0% a", "= b"), {}, "Q215"),
        (("- (x) a", "- ( ) b"), {"point": "2"}, "Q220"),
        (("- (x) a", "- ( ) b"), {"scoring": "partial"}, "Q220"),
        (("- (x) a", "- ( ) b"), {"points": "0"}, "Q221"),
        (("- (x) a", "- ( ) b"), {"points": "NaN"}, "Q221"),
        (("- (x) a", "- ( ) b"), {"difficulty": "6"}, "Q221"),
        (("- [x] a", "- [ ] b"), {"scoring": "semua"}, "Q221"),
        (("- (x) a", "- ( ) b"), {"classes": ("singel",)}, "Q222"),
        (("- (x) a", "- ( ) b"), {"classes": ("multiple",)}, "Q222"),
        (("= 50% a",), {}, "Q201"),
    ],
)
def test_a_question_that_cannot_be_scored_is_refused(
    lines: tuple[str, ...], options: dict[str, Any], code: str
) -> None:
    question, codes = read(*lines, **options)
    assert question is None
    assert codes == [code]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("= 1.234",), "Q230"),
        (("= Rp 1.500",), "Q230"),
        (("= 20 ± 1.250",), "Q230"),
        (("= Presiden", "= presiden."), "Q231"),
    ],
)
def test_a_doubtful_key_is_pointed_out(lines: tuple[str, ...], code: str) -> None:
    question, codes = read(*lines)
    assert question is not None
    assert codes == [code]


def test_options_that_differ_only_in_case_or_height_are_different_options() -> None:
    question = make("- (x) MBps", "- ( ) Mbps", "- ( ) 10²", "- ( ) 102")
    assert len({o["id"] for o in question.body["options"]}) == 4


def test_the_attributes_are_kept() -> None:
    question = make("- (x) a", "- ( ) b", points="2,5", difficulty="3", tags="dasar hukum", outcome="TP1")
    assert (str(question.points), question.difficulty, question.tags, question.outcome) == (
        "2.5",
        3,
        ("dasar", "hukum"),
        "TP1",
    )
    assert question.hints_html == ("<p>Ingat lagi.</p>",)
    assert question.explanation_html == "<p>Karena begitu.</p>"


# --- single


def test_single() -> None:
    question = make("- (x) Presiden | Tepat.", "- (50%) Menteri", "- (33,3%) Deputi", "- ( ) Wali kota | Bukan.")
    assert earned(question, option(question, "Presiden")) == ONE
    assert earned(question, option(question, "Menteri")) == HALF
    assert earned(question, option(question, "Deputi")) == Fraction(333, 1000)
    assert earned(question, option(question, "Wali kota")) == NONE
    assert earned(question, None) == earned(question, "") == NONE
    kind = type_of(question)
    grade = kind.grade(question.body, option(question, "Wali kota"))
    assert grade.feedback_html == ("<p>Bukan.</p>",)
    review = kind.review(question.body, option(question, "Menteri"), kind.option_ids(question.body))
    assert (review.response_text, review.key_text) == ("Menteri", "Presiden")
    assert [(o.chosen, o.correct) for o in review.options] == [
        (False, True),
        (True, False),
        (False, False),
        (False, False),
    ]


# --- multiple


def chosen(question: Question, *texts: str) -> list[str]:
    return [option(question, text) for text in texts]


@pytest.mark.parametrize(
    ("texts", "fraction"),
    [
        (("a", "b"), ONE),
        (("a",), HALF),
        (("a", "c"), NONE),
        (("a", "b", "c"), HALF),
        (("a", "b", "c", "d"), NONE),
        (("c", "d"), NONE),
        ((), NONE),
    ],
)
def test_multiple_gives_right_minus_wrong_never_below_nothing(texts: tuple[str, ...], fraction: Fraction) -> None:
    question = make("- [x] a", "- [X] b", "- [ ] c", "- [ ] d")
    assert earned(question, chosen(question, *texts)) == fraction


@pytest.mark.parametrize(("texts", "fraction"), [(("a", "b"), ONE), (("a",), NONE), (("a", "b", "c"), NONE)])
def test_multiple_all_or_nothing(texts: tuple[str, ...], fraction: Fraction) -> None:
    question = make("- [x] a", "- [x] b", "- [ ] c", scoring="all-or-nothing")
    assert earned(question, chosen(question, *texts)) == fraction


@pytest.mark.parametrize(
    ("texts", "fraction"),
    [
        (("a", "b"), ONE),
        (("a",), Fraction(3, 4)),
        (("a", "c"), HALF),
        (("b", "c"), NONE),
        (("c",), NONE),
        (("d",), NONE),
        (("a", "b", "d"), ONE),
        (("a", "b", "c"), Fraction(3, 4)),
    ],
)
def test_multiple_by_weight(texts: tuple[str, ...], fraction: Fraction) -> None:
    question = make("- [75%] a", "- [25%] b", "- [-25%] c", "- [ ] d")
    assert earned(question, chosen(question, *texts)) == fraction


def test_thirds_make_a_whole() -> None:
    question = make("- [33,33%] a", "- [33.33%] b", "- [33%] c", "- [ ] d")
    assert earned(question, chosen(question, "a", "b", "c")) == ONE


# --- text


@pytest.mark.parametrize(
    ("answer", "response", "right"),
    [
        ("Presiden", "presiden", True),
        ("Presiden", "  PRESIDEN  .", True),
        ("Presiden", "Presiden!?", True),
        ("Presiden", "Presidén", True),
        ("Présiden", "presiden", True),
        ("Sistem  Pemerintahan", "sistem pemerintahan", True),
        ("Sistem Pemerintahan", "sistem\n pemerintahan", True),
        ("Presiden", "Wakil Presiden", False),
        ("Presiden", "Preside", False),
        ("*presiden*", "Bapak Presiden RI", True),
        ("*presiden*", "presiden", True),
        ("kartu *", "kartu keluarga", True),
        ("kartu *", "kartukeluarga", False),
        ("peta*proses", "peta alur proses", True),
        ("peta*proses", "petaproses", True),
        ("peta*proses", "proses peta", False),
        ("a*a", "a", False),
        (r"5 \* 3", "5 * 3", True),
        (r"5 \* 3", "5 dan 3", False),
        ("C++", "c++", True),
        ("aku.", "aku", True),
    ],
)
def test_text(answer: str, response: str, right: bool) -> None:
    assert earned(make(f"= {answer}", classes=("text",)), response) == Fraction(right)


@pytest.mark.parametrize(
    ("answer", "response", "right"),
    [
        ("KTP-el", "KTP-el", True),
        ("KTP-el", "ktp-el", False),
        ("KTP-el", "KTP-el.", False),
        ("KTP-el", " KTP-el ", True),
        ("a  b", "a  b", True),
        ("a  b", "a b", False),
        ("résumé", "resume", False),
        ("v*.go", "v1.go", True),
        ("v*.go", "V1.go", False),
    ],
)
def test_exact_text(answer: str, response: str, right: bool) -> None:
    assert earned(make(f"= {answer}", classes=("exact",)), response) == Fraction(right)


def test_a_text_may_earn_a_part_and_the_best_counts() -> None:
    question = make("= Presiden", "= 50% *presiden*", "= 25% *raja*")
    assert [earned(question, r) for r in ("Presiden", "wakil presiden", "raja")] == [
        ONE,
        HALF,
        Fraction(1, 4),
    ]


def test_many_stars_take_no_time() -> None:
    question = make("= " + "a*" * 60 + "b", classes=("text",))
    assert earned(question, "a" * 200) == NONE


# --- number


@pytest.mark.parametrize(
    ("answer", "response", "right"),
    [
        ("20", "20", True),
        ("20", " 20 ", True),
        ("20", "20,0", True),
        ("20", "20.0", True),
        ("20", "+20", True),
        ("20", "21", False),
        ("20", "dua puluh", False),
        ("20", "2e1", False),
        ("20", "20 30", False),
        ("20 ± 0,5", "20,5", True),
        ("20 ± 0,5", "19.5", True),
        ("20 ± 0,5", "20,51", False),
        ("20 +/- 0.5", "20,5", True),
        ("20 ± 5%", "21", True),
        ("20 ± 5%", "21,01", False),
        ("-20 ± 5%", "-21", True),
        ("19..21", "19", True),
        ("19..21", "21", True),
        ("19..21", "21,0001", False),
        ("-3..-1", "−2", True),
        ("-5", "–5", True),
        ("-5", "5", False),
        ("88,31", "88.31", True),
        ("88.31", "88,31", True),
        ("1234", "1.234", True),
        ("1234", "1,234", True),
        ("1234", "1 234", True),
        ("1234", "1\u202f234", True),
        ("1234", "12.34", False),
        ("1,234", "1.234", True),
        ("1.234", "1234", True),
        ("1.234", "1,5", False),
        ("1234567,5", "1.234.567,5", True),
        ("1234567,5", "1,234,567.5", True),
        ("1234567,5", "1.234567,5", False),
        ("45 menit", "45", True),
        ("45 menit", "45 Menit", True),
        ("45 menit", "45menit.", True),
        ("45 menit", "45 jam", False),
        ("45 menit", "45 menit 30 detik", False),
        ("20 ± 1 kg", "21 kg", True),
        ("19..21 kg", "20 g", False),
        ("45", "45 orang", True),
        ("45", "45 ribu", False),
        ("Rp 1500", "Rp1.500", True),
        ("75%", "75 %", True),
        ("75%", "75", True),
        ("0,125", "0,125", True),
        ("0,125", "0.125", True),
    ],
)
def test_number(answer: str, response: str, right: bool) -> None:
    assert earned(make(f"= {answer}", classes=("number",)), response) == Fraction(right)


def test_several_numbers_may_be_right() -> None:
    question = make("= 2", "= -2")
    assert [earned(question, r) for r in ("2", "-2", "0")] == [ONE, ONE, NONE]


def test_a_right_number_with_a_wrong_unit_says_so() -> None:
    question = make("= 45 menit")
    assert "satuan" in type_of(question).grade(question.body, "45 jam").sentence


# --- what comes from outside

SINGLE = make("- (x) a", "- ( ) b")
MULTIPLE = make("- [x] a", "- [ ] b")
TEXT = make("= a")
NUMBER = make("= 20")


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (SINGLE, "tidak-ada"),
        (SINGLE, ["a"]),
        (SINGLE, 0),
        (SINGLE, False),
        (SINGLE, {"id": "a"}),
        (MULTIPLE, ["tidak-ada"]),
        (MULTIPLE, [option(MULTIPLE, "a")] * 2),
        (MULTIPLE, [1]),
        (MULTIPLE, [[]]),
        (MULTIPLE, {}),
        (MULTIPLE, 1),
        (MULTIPLE, ["x"] * 5),
        (TEXT, ["a"]),
        (TEXT, 5),
        (TEXT, "x" * 201),
        (TEXT, "a\0b"),
        (TEXT, "a\x1bb"),
        (TEXT, "\ud800"),
        (NUMBER, 20),
        (NUMBER, "1" * 61),
        (NUMBER, {"value": 20}),
    ],
)
def test_what_no_page_sends_is_refused(question: Question, raw: Any) -> None:
    with pytest.raises(BadResponse):
        type_of(question).clean(question.body, raw)


@pytest.mark.parametrize(
    ("question", "raw"),
    [(SINGLE, ""), (MULTIPLE, []), (MULTIPLE, ""), (TEXT, "  \n "), (NUMBER, ""), (NUMBER, " ")],
)
def test_nothing_is_no_response(question: Question, raw: Any) -> None:
    assert type_of(question).clean(question.body, raw) is None


def test_one_chosen_box_comes_as_a_text() -> None:
    assert earned(MULTIPLE, option(MULTIPLE, "a")) == ONE


# --- by property

WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="|\u2028\u2029"),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip() and text == " ".join(text.split()))
OPTIONS = st.lists(WORDS, min_size=2, max_size=6, unique=True)
DECIMALS = st.decimals(-99999, 99999, places=2, allow_nan=False, allow_infinity=False)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A sound question of a type with options or one typed answer; `test_question_properties` has the others."""
    shape = draw(st.sampled_from(["single", "multiple", "text", "number"]))
    classes: tuple[str, ...] = ()
    attributes: dict[str, str] = {}
    if shape == "single":
        texts = draw(OPTIONS)
        marks = draw(st.lists(st.sampled_from(["", "50%", "12,5%"]), min_size=len(texts) - 1, max_size=len(texts) - 1))
        lines = [f"- ({m}) {t}" for m, t in zip(["x", *marks], texts, strict=True)]
    elif shape == "multiple":
        texts = draw(OPTIONS)
        if draw(st.booleans()):
            negative = draw(st.lists(st.sampled_from(["", "-25%", "-100%"]), min_size=len(texts) - 2, max_size=9))
            marks = ["60%", "40%", *negative]
        else:
            marks = ["x", *draw(st.lists(st.sampled_from(["x", ""]), min_size=len(texts) - 1, max_size=9))]
            attributes = {"scoring": draw(st.sampled_from(["partial", "all-or-nothing"]))}
        lines = [f"- [{m}] {t}" for m, t in zip(marks, texts, strict=False)]
    elif shape == "text":
        classes = draw(st.sampled_from([("text",), ("text", "exact")]))
        lines = [f"= {text}" for text in draw(st.lists(WORDS, min_size=1, max_size=4))]
    else:
        classes = ("number",)
        value, width = draw(DECIMALS), abs(draw(DECIMALS))
        unit = draw(st.sampled_from(["", " menit", " %"]))
        form = draw(st.sampled_from(["= {}{}", "= {} ± {}{}", "= {} ± {}%{}"]))
        lines = [form.format(*([value, unit] if form.count("{}") == 2 else [value, width, unit]))]
        lines[0] = lines[0].replace(".", draw(st.sampled_from([",", "."])))
    question, _codes = read(*lines, classes=classes, **attributes)
    assume(question is not None)
    assert question is not None
    return question


@st.composite
def asked(draw: st.DrawFn) -> tuple[Question, Any]:
    """A question with a clean response."""
    question = draw(questions())
    kind = type_of(question)
    ids = kind.option_ids(question.body)
    if ids and question.type == "single":
        raw: Any = draw(st.none() | st.sampled_from(ids))
    elif ids:
        raw = draw(st.lists(st.sampled_from(ids), unique=True))
    else:
        raw = draw(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60) | DECIMALS.map(str))
    return question, kind.clean(question.body, raw)


@given(questions())
@settings(max_examples=300, deadline=None)
def test_the_key_earns_everything_and_nothing_earns_nothing(question: Question) -> None:
    properties.the_key_earns_everything_and_nothing_earns_nothing(question)


@given(asked())
@settings(max_examples=300, deadline=None)
def test_a_score_lies_between_nothing_and_all_and_is_always_the_same(case: tuple[Question, Any]) -> None:
    properties.a_score_lies_between_nothing_and_all_and_is_always_the_same(*case)


@given(asked())
@settings(max_examples=200, deadline=None)
def test_every_place_says_what_was_given_there(case: tuple[Question, Any]) -> None:
    properties.every_place_says_what_was_given_there(*case)


@given(asked(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_options_changes_nothing(case: tuple[Question, Any], random: Any) -> None:
    question, response = case
    kind = type_of(question)
    ids = list(kind.option_ids(question.body))
    order = random.sample(ids, len(ids))
    body = dict(question.body)
    if ids:
        body["options"] = random.sample(body["options"], len(ids))
        assert [o["id"] for o in kind.present(body, order)["options"]] == order
        assert [o.id for o in kind.review(body, response, order).options] == order
    shuffled = response
    if isinstance(response, list):
        shuffled = kind.clean(body, random.sample(response, len(response)))
    assert kind.grade(body, shuffled).fraction == kind.grade(question.body, response).fraction


@given(questions(), properties.RAW)
@settings(max_examples=300, deadline=None)
def test_anything_from_outside_is_read_or_refused(question: Question, raw: Any) -> None:
    properties.anything_from_outside_is_read_or_refused(question, raw)


@given(OPTIONS, st.data())
@settings(max_examples=100, deadline=None)
def test_the_page_cannot_tell_which_option_is_right(texts: list[str], data: st.DataObject) -> None:
    places = st.integers(0, len(texts) - 1)
    for brackets in ("()", "[]"):
        bodies = []
        for right in (data.draw(places), data.draw(places)):
            marks = ["x" if place == right else " " for place in range(len(texts))]
            lines = [f"- {brackets[0]}{m}{brackets[1]} {t}" for m, t in zip(marks, texts, strict=True)]
            question, _codes = read(*lines)
            assume(question is not None)
            assert question is not None
            bodies.append(question)
        kind = type_of(bodies[0])
        order = kind.option_ids(bodies[0].body)
        shown = [kind.present(q.body, order) for q in bodies]
        assert json.dumps(shown[0]) == json.dumps(shown[1])


@given(st.lists(WORDS, min_size=1, max_size=3), st.lists(WORDS, min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_page_of_a_typed_answer_tells_nothing_of_the_answer(one: list[str], other: list[str]) -> None:
    shown = []
    for answers in (one, other):
        question, _codes = read(*(f"= {a}" for a in answers), classes=("text",))
        assume(question is not None)
        assert question is not None
        shown.append(type_of(question).present(question.body, ()))
    assert shown[0] == shown[1]
