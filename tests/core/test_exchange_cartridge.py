"""Common Cartridge: what the quizzes in it become here, and that ours survive one."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.archive import read_archive, write_archive
from elearn.core.exchange.base import ExchangeError, Imported, Item
from elearn.core.exchange.cartridge import read_cartridge
from elearn.core.exchange.cartridge_write import Version, write_cartridge
from elearn.core.exchange.sources import answer, build, option
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged


def package(items: str, files: dict[str, bytes] | None = None, more: str = "") -> bytes:
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p2/imscp_v1p1"><resources>'
        '<resource identifier="r1" type="imsqti_xmlv1p2/imscc_xmlv1p2/assessment"><file href="kuis/satu.xml"/></resource>'
        f"{more}</resources></manifest>"
    )
    quiz = (
        '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="kuis-1" title="Kuis satu">'
        f'<section ident="root_section">{items}</section></assessment></questestinterop>'
    )
    return write_archive({"imsmanifest.xml": manifest.encode(), "kuis/satu.xml": quiz.encode(), **(files or {})})


def quiz_item(asked: str, rules: str, feedback: str = "", text: str = "&lt;p&gt;Siapa?&lt;/p&gt;") -> str:
    return (
        '<item ident="i1" title="Satu"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel>'
        "<fieldentry>cc.x.v0p1</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
        f'<presentation><material><mattext texttype="text/html">{text}</mattext></material>{asked}</presentation>'
        f"<resprocessing><outcomes><decvar/></outcomes>{rules}</resprocessing>{feedback}</item>"
    )


def labels(*texts: str) -> str:
    found = "".join(
        f'<response_label ident="{"ABCD"[n]}"><material><mattext texttype="text/plain">{t}</mattext></material></response_label>'
        for n, t in enumerate(texts)
    )
    return f"<render_choice>{found}</render_choice>"


def rule(test: str, points: str = "100", shown: str = "") -> str:
    scored = f'<setvar action="Set" varname="SCORE">{points}</setvar>' if points else ""
    said = f'<displayfeedback feedbacktype="Response" linkrefid="{shown}"/>' if shown else ""
    return f'<respcondition continue="No"><conditionvar>{test}</conditionvar>{scored}{said}</respcondition>'


def given_answer(value: str, response: str = "r") -> str:
    return f'<varequal respident="{response}">{value}</varequal>'


def feedback(name: str, text: str) -> str:
    return f'<itemfeedback ident="{name}"><flow_mat><material><mattext>{text}</mattext></material></flow_mat></itemfeedback>'


def one(item: str) -> Item:
    (found,) = read_cartridge(package(item)).items
    return found


def understood(item: Item) -> QuestionSource:
    assert item.source is not None, item.notes
    return item.source


def test_one_choice_with_feedback_on_it_and_on_everything() -> None:
    asked = f'<response_lid ident="r" rcardinality="Single">{labels("Wali kota", "1 * 2")}</response_lid>'
    rules = rule("<other/>", "", "general_fb") + rule(given_answer("B"), "", "B_fb") + rule(given_answer("A"))
    item = one(quiz_item(asked, rules, feedback("general_fb", "Karena begitu.") + feedback("B_fb", "Bukan.")))
    source = understood(item)
    assert [(o.mark, o.text, o.feedback) for o in source.options] == [("x", "Wali kota", ""), ("", "1 \\* 2", "Bukan.")]
    assert (source.explanation, item.status) == ("Karena begitu.", "exact")


def test_several_choices_are_all_or_nothing() -> None:
    asked = f'<response_lid ident="r" rcardinality="Multiple">{labels("a", "b", "c")}</response_lid>'
    rules = rule(f"<and>{given_answer('A')}<not>{given_answer('B')}</not>{given_answer('C')}</and>")
    source = understood(one(quiz_item(asked, rules)))
    assert [o.mark for o in source.options] == ["x", "", "x"]
    assert source.attributes == {"scoring": "all-or-nothing"}


TYPED = '<response_str ident="r"><render_fib/></response_str>'


def test_typed_answers_numbers_in_a_range_and_essays() -> None:
    assert [a.text for a in understood(one(quiz_item(TYPED, rule(given_answer("Bandung") + given_answer("a*"))))).answers] == [
        "Bandung", "a\\*",
    ]  # fmt: skip
    between = rule('<vargte respident="r">19</vargte><varlte respident="r">21.5</varlte>')
    assert understood(one(quiz_item(TYPED, between))).answers[0].text == "19..21,5"
    essay = quiz_item(TYPED, "").replace("cc.x.v0p1", "cc.essay.v0p1")
    assert understood(one(essay)).classes == ("essay",)
    assert one(quiz_item(TYPED, "")).status == "refused"


def test_lists_of_the_same_choices_are_pairs() -> None:
    asked = "".join(
        f'<response_lid ident="{r}"><material><mattext>{t}</mattext></material>{labels("Dukcapil", "DPMPTSP", "Bapenda")}</response_lid>'
        for r, t in (("r1", "KTP"), ("r2", "Izin"))
    )
    rules = rule(given_answer("A", "r1"), "50") + rule(given_answer("B", "r2"), "50")
    source = understood(one(quiz_item(asked, rules)))
    assert [o.text for o in source.options] == ["KTP => Dukcapil", "Izin => DPMPTSP", "=> Bapenda"]


def test_feedback_by_rightness_becomes_the_explanation_and_is_said() -> None:
    asked = f'<response_lid ident="r" rcardinality="Single">{labels("a", "b")}</response_lid>'
    item = one(quiz_item(asked, rule(given_answer("A"), "100", "correct_fb"), feedback("correct_fb", "Bagus.")))
    assert (understood(item).explanation, item.status) == ("Bagus.", "approximated")


def test_other_resources_are_counted_and_pictures_are_found() -> None:
    text = '&lt;p&gt;Lihat &lt;img src="$IMS-CC-FILEBASE$/denah%20a.png" alt="Denah"&gt;&lt;/p&gt;'
    asked = f'<response_lid ident="r" rcardinality="Single">{labels("a", "b")}</response_lid>'
    data = package(
        quiz_item(asked, rule(given_answer("A")), text=text), {"web_resources/denah a.png": b"png"},
        '<resource identifier="d" type="imsdt_xmlv1p2"><file href="d.xml"/></resource>',
    )  # fmt: skip
    imported = read_cartridge(data)
    assert imported.media == {"media/denah-a.png": b"png"}
    assert imported.notes[0].startswith("1 bahan yang bukan soal")
    assert [(s.id, s.title) for s in imported.sections] == [("kuis-1", "Kuis satu")]


def test_unreadable_items_are_refused_and_unreadable_packages_an_error() -> None:
    assert one(quiz_item('<response_xy ident="r"/>', "")).status == "refused"
    assert one(quiz_item("", "")).status == "refused"
    with pytest.raises(ExchangeError, match="Tidak ada soal"):
        read_cartridge(write_archive({"imsmanifest.xml": b"<manifest/>"}))
    resource = b'<manifest><resources><resource type="imsqti_xmlv1p2/x"><file href="../a.xml"/></resource></resources></manifest>'
    with pytest.raises(ExchangeError, match="tidak ada di dalam paket"):
        read_cartridge(write_archive({"imsmanifest.xml": resource}))


@st.composite
def held(draw: st.DrawFn) -> QuestionSource:
    """Questions that the profile holds exactly."""
    frame = draw(exchanged.frames(exchanged.PLAIN, hints=False))
    frame["attributes"] = {key: value for key, value in frame["attributes"].items() if key == "points"}
    texts = draw(exchanged.distinct(exchanged.PLAIN, 2))
    kind = draw(st.sampled_from(["single", "multiple", "text", "exact", "essay"]))
    said = draw(st.sampled_from(["", "Hampir."]))
    more: dict[str, object] = {"classes": ["essay"]}
    if kind in ("text", "exact"):
        more = {"answers": [answer(text) for text in texts], "classes": ["exact"] if kind == "exact" else []}
    elif kind == "single":
        place = draw(st.integers(0, len(texts) - 1))
        more = {"options": [option("(", "x" if n == place else "", text, said) for n, text in enumerate(texts)]}
    elif kind == "multiple":
        right = draw(st.integers(1, len(texts)))
        more = {"options": [option("[", "x" if n < right else "", text, said) for n, text in enumerate(texts)]}
        frame["attributes"]["scoring"] = "all-or-nothing"
    return build(draw(exchanged.SLUG), **frame, **more)  # type: ignore[arg-type]


def there_and_back(source: QuestionSource, version: Version) -> Imported:
    exported = write_cartridge([exchanged.section(source)], {}, version)
    assert [item.status for item in exported.items] == ["exact"], exported.items[0].notes
    return read_cartridge(exported.data)


@settings(max_examples=80, deadline=None)
@given(source=held(), version=st.sampled_from(["1.1", "1.2", "1.3"]))
def test_a_question_comes_back_equal(source: QuestionSource, version: Version) -> None:
    imported = there_and_back(source, version)
    assert [item.status for item in imported.items] == ["exact"], imported.items[0].notes
    assert not exchanged.unequal(source, imported.sections[0].sources[0])


def test_what_the_profile_cannot_hold_is_said_or_refused() -> None:
    partial = build("a", "Apa?", options=[option("(", "x", "a"), option("(", "50%", "b")], attributes={"tags": "spbe"})
    number = build("b", "Berapa?", answers=[answer("20 ± 1")])
    exported = write_cartridge([exchanged.section(partial, number, draw=1)], {})
    assert [item.status for item in exported.items] == ["approximated", "refused"]
    assert len(exported.items[0].notes) == 2
    assert "draw=1" in exported.notes[0]


def test_the_manifest_names_every_file_and_pictures_come_back() -> None:
    options = [option("(", "x", "a"), option("(", "", "b")]
    source = build("soal-1", "Apa?\n\n![Denah](media/denah.png)", options=options)
    media = {"media/denah.png": b"png", "media/lain.png": b"x"}
    exported = write_cartridge([exchanged.section(source, stimulus="Sebuah **kasus**.")], media)
    files = read_archive(exported.data)
    manifest = fromstring(files["imsmanifest.xml"])
    assert {e.get("href") for e in manifest.iter() if e.tag.endswith("}file")} == set(files) - {"imsmanifest.xml"}
    identities = {e.get("identifier") for e in manifest.iter() if e.get("identifier")}
    assert {e.get("identifierref") for e in manifest.iter() if e.get("identifierref")} <= identities
    imported = read_cartridge(exported.data)
    assert imported.media == {"media/denah.png": b"png"}
    assert imported.sections[0].stimulus == "Sebuah **kasus**."
    assert not exchanged.unequal(source, imported.sections[0].sources[0])
