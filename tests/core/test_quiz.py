"""The rules of a quiz: what is drawn, what counts, when, and what it is worth."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.model import Question, Quiz, Quota, Section
from elearn.core.questions import shared, type_of
from elearn.core.questions.base import Grade
from elearn.core.quiz.attempt import Event, fold
from elearn.core.quiz.draw import dump_layout, lay_out, load_layout, question_of
from elearn.core.quiz.review import Rights, explained, rights
from elearn.core.quiz.scoring import combine, passes, score
from elearn.core.quiz.timing import GRACE, Refusal, accepts, deadline, may_start
from tests.core.asked import ask
from tests.core.questions import make

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Kind = Literal["answer", "flag", "unflag", "submit", "expire"]


def single(name: str, points: str = "1") -> Question:
    return make("- (x) a", "- ( ) b", "- ( ) c", "- ( ) d", identity=name, points=points)


def section(name: str, size: int, draw: int | None = None) -> Section:
    return Section(name, name.title(), draw, "", tuple(single(f"{name}-{n}") for n in range(size)))


def quiz(*sections: Section, **changes: Any) -> Quiz:
    plain = Quiz(
        slug="kuis-akhir",
        file="90-kuis-akhir.md",
        title="Kuis akhir",
        minutes=5,
        aliases=(),
        passing=Decimal(70),
        attempts=3,
        time_limit=None,
        shuffle=("questions", "options"),
        grading="highest",
        mode="deferred",
        review="after-submit",
        cooldown=None,
        opens=None,
        closes=None,
        intro_html="",
        sections=sections,
        graded=True,
    )
    return replace(plain, **changes)


# --- drawing


POOLS = st.lists(
    st.tuples(st.integers(1, 8), st.none() | st.integers(1, 8)).filter(lambda p: p[1] is None or p[1] <= p[0]),
    min_size=1,
    max_size=4,
)


@given(POOLS, st.integers(0, 2**63 - 1), st.data())
@settings(max_examples=150, deadline=None)
def test_a_layout_is_drawn_fairly_and_reproducibly(
    pools: list[tuple[int, int | None]], seed: int, data: st.DataObject
) -> None:
    asked = quiz(*(section(f"s{n}", size, draw) for n, (size, draw) in enumerate(pools)))
    seen = data.draw(st.sets(st.sampled_from(sorted(asked.questions))))
    items = lay_out(asked, seed, seen)
    assert items == lay_out(asked, seed, sorted(seen))
    assert len(items) == asked.length == len({i.question for i in items})
    assert load_layout(json.loads(json.dumps(dump_layout(items)))) == items
    for part in asked.sections:
        drawn = {i.question for i in items if i.section == part.id}
        pool = {q.id for q in part.questions}
        fresh = pool - seen
        assert drawn <= pool
        assert len(drawn) == (len(pool) if part.draw is None else part.draw)
        # A question seen before comes only when the fresh ones have run out.
        assert drawn <= fresh or fresh <= drawn
    for item in items:
        question = asked.questions[item.question]
        assert sorted(item.order) == sorted(type_of(question).option_ids(question.body))
    # Sections stay in the trainer's order: a stimulus belongs to its questions.
    places = [[p.id for p in asked.sections].index(i.section) for i in items]
    assert places == sorted(places)


KINDS = st.tuples(
    st.sampled_from(["TP1", "TP2", None]), st.sets(st.sampled_from(["kasus", "hitung"])), st.integers(1, 5) | st.none()
)
QUOTAS = [
    Quota("outcome", "TP1", 1),
    Quota("outcome", "TP2", 2),
    Quota("tag", "kasus", 1),
    Quota("tag", "hitung", 2),
    Quota("difficulty", "4..5", 2),
    Quota("difficulty", "1..1", 1),
]


@given(st.lists(KINDS, min_size=1, max_size=12), st.lists(st.sampled_from(QUOTAS), unique=True), st.data())
@settings(max_examples=150, deadline=None)
def test_every_draw_keeps_its_quotas(
    kinds: list[tuple[str | None, set[str], int | None]], wanted: list[Quota], data: st.DataObject
) -> None:
    pool = tuple(
        replace(single(f"s-{n}"), outcome=outcome, tags=tuple(tags), difficulty=difficulty)
        for n, (outcome, tags, difficulty) in enumerate(kinds)
    )
    # What the content check lets pass: there are enough of each, and a draw has room for all.
    quotas: tuple[Quota, ...] = ()
    for quota in wanted:
        if sum(map(quota.takes, pool)) >= quota.count <= len(pool) - sum(q.count for q in quotas):
            quotas += (quota,)
    draw = data.draw(st.integers(max(1, sum(q.count for q in quotas)), len(pool)))
    asked = quiz(Section("s", "S", draw, "", pool, quotas))
    seen = data.draw(st.sets(st.sampled_from([q.id for q in pool])))
    drawn = [asked.questions[i.question] for i in lay_out(asked, 5, seen)]
    assert len(drawn) == asked.length == len({q.id for q in drawn})
    for quota in quotas:
        assert sum(map(quota.takes, drawn)) >= quota.count


def test_a_quota_takes_what_was_not_seen_first() -> None:
    pool = tuple(replace(single(f"s-{n}"), outcome="TP1" if n < 3 else None) for n in range(8))
    asked = quiz(Section("s", "S", 2, "", pool, (Quota("outcome", "TP1", 1),)))
    for seed in range(20):
        drawn = {i.question for i in lay_out(asked, seed, {"s-0", "s-1"})}
        assert "s-2" in drawn and not drawn & {"s-0", "s-1"}


def test_different_seeds_give_different_layouts() -> None:
    asked = quiz(section("a", 12, 4))
    layouts = {lay_out(asked, seed) for seed in range(30)}
    assert len(layouts) == 30


def test_every_question_is_drawn_some_day() -> None:
    asked = quiz(section("a", 6, 2))
    drawn = {item.question for seed in range(60) for item in lay_out(asked, seed)}
    assert drawn == set(asked.questions)


def test_without_shuffling_the_order_is_the_trainers() -> None:
    asked = quiz(section("a", 5), section("b", 6, 3), shuffle=())
    for seed in range(20):
        items = lay_out(asked, seed)
        ids = [item.question for item in items]
        assert ids == sorted(ids)
        assert all(i.order == type_of(q).option_ids(q.body) for i in items for q in [asked.questions[i.question]])


def test_only_what_is_named_is_shuffled() -> None:
    asked = quiz(section("a", 8), shuffle=("questions",))
    orders = {tuple(i.question for i in lay_out(asked, seed)) for seed in range(10)}
    assert len(orders) > 1
    options = quiz(section("a", 8), shuffle=("options",))
    assert {tuple(i.question for i in lay_out(options, seed)) for seed in range(10)} == {tuple(asked.questions)}
    assert len({i.order for i in lay_out(options, 1)}) > 1


def test_what_is_drawn_belongs_to_the_attempt() -> None:
    sum_of = ask("{a}\na = 1..1000\n= a + 1\n", ".computed")
    asked = quiz(Section("a", "A", None, "", (single("satu"), sum_of)))
    layouts = [lay_out(asked, seed) for seed in range(20)]
    assert len({layout[-1].drawn.get("a") or layout[0].drawn["a"] for layout in layouts}) > 10
    for layout in layouts:
        stored = json.loads(json.dumps(dump_layout(layout)))
        assert load_layout(stored) == layout
        item = next(i for i in layout if i.question == sum_of.id)
        question = question_of(asked.questions, item)
        assert f"<p>{shared.number_text(Fraction(item.drawn['a']))}</p>" in question.stem_html
        assert type_of(question).key(question.body) == str(int(item.drawn["a"]) + 1)
        # A layout from before anything was drawn: the example stands.
        assert question_of(asked.questions, replace(item, drawn={})) == sum_of


def test_a_question_without_a_right_answer_counts_for_nothing() -> None:
    attitude = ask("", '.likert scale="a..b"')
    assert attitude.points == 0
    asked = quiz(Section("a", "A", None, "", (single("satu"), attitude)))
    assert score(asked, [("satu", Fraction(1)), (attitude.id, Fraction(0))]).percent == 100
    assert score(asked, [("satu", Fraction(0)), (attitude.id, Fraction(0))]).percent == 0


def test_what_is_to_be_marked_by_hand_is_pending() -> None:
    asked = quiz(section("a", 2))
    result = score(asked, [("a-0", Fraction(1)), ("a-1", None)])
    assert (result.percent, result.pending) == (50, ("a-1",))
    assert score(asked, [("a-0", Fraction(1)), ("a-1", Fraction(0))]).pending == ()
    survey = replace(asked, survey=True)
    assert score(survey, [("a-0", Fraction(1)), ("a-1", None)]).pending == ()


def test_a_survey_is_never_graded() -> None:
    asked = quiz(Section("a", "A", None, "", (single("satu"),)), survey=True, graded=False)
    result = score(asked, [("satu", Fraction(0))])
    assert (result.points, result.maximum, result.percent, result.passed) == (0, 0, 100, True)


def test_a_typed_answer_has_no_options_to_order() -> None:
    asked = quiz(Section("a", "A", None, "", (make("= Presiden", identity="q"),)))
    assert [item.order for item in lay_out(asked, 1)] == [()]


# --- what happened


def event(
    number: int,
    kind: Kind,
    question: str | None = None,
    response: Any = None,
    late: bool = False,
    given: int | None = None,
) -> Event:
    """Event `number`, which arrived in that minute; a browser says it was given in minute `given`."""
    queued_at = None if given is None else START + given * MINUTE
    return Event(number, kind, question, response, START + number * MINUTE, late, queued_at, f"c-{number}")


def test_the_newest_answer_counts_whatever_order_they_come_in() -> None:
    events = [event(1, "answer", "a", "x"), event(3, "answer", "a", "z"), event(2, "answer", "a", "y")]
    for order in (events, events[::-1]):
        state = fold(order)
        assert state.response("a") == "z"
        assert state.answers["a"].at == START + 3 * MINUTE
        assert state.ended is None


def test_an_older_answer_that_arrives_after_a_newer_one_of_another_device_does_not_undo_it() -> None:
    state = fold([event(5, "answer", "a", "desk", given=5), event(10, "answer", "a", "phone", given=2)])
    assert (state.response("a"), state.answers["a"].client_id) == ("desk", "c-5")
    state = fold([event(5, "answer", "a", "desk"), event(10, "answer", "a", "phone", given=6)])
    assert (state.response("a"), state.answers["a"].at) == ("phone", START + 10 * MINUTE)


def test_no_browser_can_give_an_answer_later_than_it_arrives() -> None:
    state = fold([event(1, "answer", "a", "fast clock", given=300), event(2, "answer", "a", "right clock", given=2)])
    assert state.response("a") == "right clock"


def test_of_two_that_were_given_in_the_same_moment_the_one_that_is_stored_last_counts() -> None:
    state = fold([event(7, "answer", "a", "first", given=3), event(8, "answer", "a", "second", given=3)])
    assert state.response("a") == "second"


def test_an_older_flag_does_not_undo_a_newer_one() -> None:
    assert fold([event(5, "unflag", "a", given=5), event(6, "flag", "a", given=1)]).flagged == frozenset()


def test_a_late_delivery_of_an_older_answer_does_not_undo_a_newer_one() -> None:
    state = fold(
        [event(5, "answer", "a", "desk"), event(9, "expire"), event(10, "answer", "a", "phone", True, given=4)]
    )
    assert state.response("a") == "desk"


DEVICES = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.integers(0, 20), st.none() | st.integers(0, 9)),
    max_size=12,
)
"""What several devices gave: question, minute, minutes until it arrived, response."""


@given(DEVICES, st.randoms())
def test_what_was_given_last_counts_however_the_lines_of_the_devices_delay_it(
    answers: list[tuple[str, int, int, int | None]], order: Any
) -> None:
    events = []
    for number, (question, minute, delay, response) in enumerate(sorted(answers, key=lambda a: a[1] + a[2]), start=1):
        at = START + (minute + delay) * MINUTE
        events.append(Event(number, "answer", question, response, at, False, START + minute * MINUTE, f"c-{number}"))
    expected = {e.question: e for e in sorted(events, key=lambda e: (e.queued_at or e.at, e.id))}
    order.shuffle(events)
    state = fold(events)
    assert {q: saved.client_id for q, saved in state.answers.items()} == {q: e.client_id for q, e in expected.items()}
    assert fold([*events, *events]) == state, "an event that is told twice changes nothing"


def test_an_answer_can_be_taken_back() -> None:
    state = fold([event(1, "answer", "a", "x"), event(2, "answer", "a", None), event(3, "answer", "b", "y")])
    assert state.answered() == {"b"}
    assert state.response("a") is None
    assert state.response("never") is None


def test_flags() -> None:
    state = fold([event(1, "flag", "a"), event(2, "flag", "b"), event(3, "unflag", "a"), event(4, "unflag", "c")])
    assert state.flagged == {"b"}


def test_nothing_counts_after_a_submission() -> None:
    state = fold(
        [
            event(1, "answer", "a", "x"),
            event(2, "submit"),
            event(3, "answer", "a", "y"),
            event(4, "answer", "a", "z", late=True),
            event(5, "flag", "a"),
            event(6, "expire"),
        ]
    )
    assert (state.response("a"), state.flagged, state.ended) == ("x", frozenset(), "submit")


def test_after_an_expiry_only_late_deliveries_count() -> None:
    state = fold(
        [
            event(1, "answer", "a", "x"),
            event(2, "expire"),
            event(3, "answer", "a", "y"),
            event(4, "answer", "b", "z", late=True),
            event(5, "flag", "a"),
            event(6, "submit"),
        ]
    )
    assert (state.response("a"), state.response("b"), state.ended) == ("x", "z", "expire")
    assert state.answers["b"].late
    assert not state.flagged


# --- time


@pytest.mark.parametrize(
    ("limit", "closes", "expected"),
    [
        (None, None, None),
        (1200, None, START + 20 * MINUTE),
        (None, START + 5 * MINUTE, START + 5 * MINUTE),
        (1200, START + 5 * MINUTE, START + 5 * MINUTE),
        (1200, START + 60 * MINUTE, START + 20 * MINUTE),
    ],
)
def test_the_deadline_is_the_earlier_end(limit: int | None, closes: datetime | None, expected: datetime | None) -> None:
    assert deadline(quiz(time_limit=limit, closes=closes), START) == expected


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("queued", "arrived", "expected"),
    [
        (None, START, "yes"),
        (START + MINUTE, START, "yes"),
        (None, START + SECOND, "no"),
        (START, START + SECOND, "late"),
        (START - MINUTE, START + GRACE, "late"),
        (START - MINUTE, START + GRACE + SECOND, "no"),
        (START + SECOND, START + SECOND, "no"),
    ],
)
def test_what_was_answered_in_time_may_arrive_within_the_grace(
    queued: datetime | None, arrived: datetime, expected: str
) -> None:
    assert accepts(START, queued, arrived) == expected


def test_without_a_deadline_everything_counts() -> None:
    assert accepts(None, None, START) == "yes"


@pytest.mark.parametrize(
    ("changes", "ended", "opened", "expected"),
    [
        ({}, [], False, None),
        ({}, [], True, Refusal("attempt-open")),
        ({"opens": START}, [], False, None),
        ({"opens": START + SECOND}, [], False, Refusal("not-open", START + SECOND)),
        ({"closes": START}, [], False, Refusal("closed")),
        ({"closes": START + SECOND}, [], False, None),
        ({"attempts": 2}, [START, START], False, Refusal("no-attempts-left")),
        ({"attempts": 2}, [START], False, None),
        ({"attempts": None}, [START] * 50, False, None),
        ({"cooldown": 60}, [], False, None),
        (
            {"cooldown": 60},
            [START - SECOND, START - 2 * MINUTE],
            False,
            Refusal("cooldown", START - SECOND + MINUTE),
        ),
        ({"cooldown": 60}, [START - MINUTE], False, None),
        ({"cooldown": 60, "attempts": 1}, [START - SECOND], False, Refusal("no-attempts-left")),
    ],
)
def test_when_an_attempt_may_start(
    changes: dict[str, Any], ended: list[datetime], opened: bool, expected: Refusal | None
) -> None:
    assert may_start(quiz(**changes), ended, opened, START) == expected


# --- scores


@pytest.mark.parametrize(
    ("passing", "passed"),
    [("66.67", False), ("66.66", True), ("66", True), ("67", False)],
)
def test_passing_is_decided_before_anything_is_rounded(passing: str, passed: bool) -> None:
    asked = quiz(section("a", 3), passing=Decimal(passing))
    result = score(asked, [("a-0", Fraction(1)), ("a-1", Fraction(1)), ("a-2", Fraction(0))])
    assert (result.points, result.maximum, result.percent) == (2, 3, Fraction(200, 3))
    assert result.passed is passed


def test_thirds_of_points_make_a_whole() -> None:
    asked = quiz(section("a", 3), passing=Decimal(100))
    third = Fraction(1, 3)
    result = score(asked, [("a-0", 3 * third), ("a-1", third + 2 * third), ("a-2", Fraction(1))])
    assert result.percent == 100
    assert result.passed


def test_points_weigh() -> None:
    asked = quiz(Section("a", "A", None, "", (single("satu", "2.5"), single("dua", "0.5"))))
    result = score(asked, [("satu", Fraction(1, 2)), ("dua", Fraction(1))])
    assert (result.points, result.maximum) == (Fraction(7, 4), 3)
    assert not result.passed


def test_only_the_drawn_questions_count() -> None:
    assert score(quiz(section("a", 9, 1)), [("a-4", Fraction(1))]).percent == 100


def test_nothing_to_answer_is_nothing_to_miss() -> None:
    assert score(quiz(), []).percent == 100


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("highest", Fraction(90)), ("latest", Fraction(70)), ("first", Fraction(50)), ("average", Fraction(70))],
)
def test_attempts_combine_by_the_quizs_rule(
    policy: Literal["highest", "latest", "average", "first"], expected: Fraction
) -> None:
    assert combine(policy, [Fraction(50), Fraction(90), Fraction(70)]) == expected
    assert combine(policy, []) is None
    assert combine(policy, [Fraction(200, 3)]) == Fraction(200, 3)


def test_an_average_is_exact() -> None:
    assert combine("average", [Fraction(100), Fraction(0), Fraction(0)]) == Fraction(100, 3)


# --- what may be seen

ALL, SCORE = Rights(True, True, True), Rights(True, False, False)


@pytest.mark.parametrize(
    ("rule", "passed", "left", "closes", "expected"),
    [
        ("after-submit", False, 2, None, ALL),
        ("never", True, 0, None, SCORE),
        ("after-passing", True, 2, None, ALL),
        ("after-passing", False, 2, None, SCORE),
        ("after-passing", False, None, None, SCORE),
        ("after-passing", False, 0, None, ALL),
        ("after-close", True, 0, None, SCORE),
        ("after-close", True, 0, START + SECOND, SCORE),
        ("after-close", False, 2, START, ALL),
    ],
)
def test_rights(rule: str, passed: bool, left: int | None, closes: datetime | None, expected: Rights) -> None:
    asked = quiz(review=rule, closes=closes)
    assert rights(asked, passed=passed, now=START, attempts_left=left) == expected


@pytest.mark.parametrize(
    ("policy", "percents", "passed"),
    [
        ("highest", [50, 80, 60], True),
        ("latest", [50, 80, 60], False),
        ("latest", [50, 60, 80], True),
        ("first", [80, 50], True),
        ("first", [50, 80], False),
        ("average", [50, 90], True),
        ("average", [50, 80], False),
        ("highest", [], False),
        ("average", [], False),
    ],
)
def test_what_passes_is_what_the_rule_counts(
    policy: Literal["highest", "latest", "average", "first"], percents: list[int], passed: bool
) -> None:
    asked = quiz(section("a", 1), grading=policy)
    assert passes(asked, [(Fraction(p), p >= 70) for p in percents]) is passed


@pytest.mark.parametrize(
    ("grade", "points", "said"),
    [
        (Grade(Fraction(2, 3), "2 dari 3 pasangan tepat."), "3", "2 dari 3 pasangan tepat: 66,7 % dari 3 poin."),
        (Grade(Fraction(1), "Urutan Anda tepat."), "2.5", "Urutan Anda tepat: 100 % dari 2,5 poin."),
        (Grade(Fraction(0), "Satu. Dua."), "2", "Satu. Dua. Nilainya 0 % dari 2 poin."),
        (Grade(Fraction(1, 2), "Anda mendapat 50 % nilai soal ini."), "2", "Anda mendapat 50 % nilai soal ini."),
        (Grade(Fraction(0), "12 kata, menunggu.", status="pending"), "2", "12 kata, menunggu."),
        (Grade(Fraction(0), "Tercatat.", status="ungraded"), "0", "Tercatat."),
    ],
)
def test_a_score_in_a_sentence(grade: Grade, points: str, said: str) -> None:
    assert explained(grade, Decimal(points)) == said
