"""QTI: what its interactions become here, and that ours survive a package of either version."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elearn.core.exchange.archive import read_archive, write_archive
from elearn.core.exchange.base import ExchangeError, Item
from elearn.core.exchange.qti import read_qti
from elearn.core.exchange.qti_write import Version, write_qti
from elearn.core.exchange.sources import build, option
from elearn.core.questions.base import QuestionSource
from tests.core import exchanged

SPACE = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'
MATCH = MAP.replace("map_response", "match_correct")


def declared(right: str, base: str = "identifier", cardinality: str = "single", mapping: str = "") -> str:
    values = "".join(f"<value>{value}</value>" for value in right.split("|"))
    entries = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{worth}"/>'
        for key, _, worth in (e.partition("=") for e in mapping.split("|") if e)
    )
    mapped = f'<mapping defaultValue="0">{entries}</mapping>' if entries else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{values}</correctResponse>{mapped}</responseDeclaration>"
    )


def document(declaration: str, body: str, processing: str = MATCH) -> str:
    return (
        f'<assessmentItem {SPACE} identifier="soal-1" title="Soal satu" adaptive="false" timeDependent="false">'
        f"{declaration}<itemBody>{body}</itemBody>{processing}</assessmentItem>"
    )


def one(declaration: str, body: str, processing: str = MATCH) -> Item:
    (item,) = read_qti(document(declaration, body, processing).encode()).items
    return item


def understood(item: Item) -> QuestionSource:
    assert item.source is not None, item.notes
    return item.source


def choices(*texts: str, tag: str = "simpleChoice") -> str:
    return "".join(f'<{tag} identifier="{"ABCDE"[n]}">{text}</{tag}>' for n, text in enumerate(texts))


def test_one_choice_with_a_prompt() -> None:
    inside = (
        '<p>Kasus.</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="1">'
        f"<prompt>Siapa?</prompt>{choices('Wali <b>kota</b>', 'Camat')}</choiceInteraction>"
    )
    item = one(declared("A"), inside)
    source = understood(item)
    assert (source.heading, source.stem, item.status) == ("Kasus.", "Siapa?", "exact")
    assert [(o.mark, o.text) for o in source.options] == [("x", "Wali **kota**"), ("", "Camat")]


def test_mapped_choices_have_weights_and_whole_ones_are_all_or_nothing() -> None:
    body = f'<p>Apa?</p><choiceInteraction responseIdentifier="RESPONSE" maxChoices="0">{choices("a", "b", "c", "d")}</choiceInteraction>'
    whole = understood(one(declared("A|B", cardinality="multiple"), body))
    assert whole.attributes == {"scoring": "all-or-nothing"}
    mapped = understood(one(declared("A|B", cardinality="multiple", mapping="A=3|B=1|C=-2"), body, MAP))
    assert [o.mark for o in mapped.options] == ["75%", "25%", "-50%", ""]


def test_a_template_that_looks_at_the_right_response_only_ignores_the_mapping() -> None:
    body = f'<p>Apa?</p><choiceInteraction responseIdentifier="RESPONSE">{choices("a", "b")}</choiceInteraction>'
    assert [o.mark for o in understood(one(declared("A", mapping="A=1|B=0.5"), body, MATCH)).options] == ["x", ""]
    assert [o.mark for o in understood(one(declared("A", mapping="A=1|B=0.5"), body, MAP)).options] == ["x", "50%"]


def test_an_entry_of_its_own_is_a_typed_answer_and_one_in_a_sentence_a_gap() -> None:
    entry = '<textEntryInteraction responseIdentifier="RESPONSE"/>'
    alone = understood(
        one(declared("Bandung", "string", mapping="Bandung=2|Bdg=1"), f"<p>Kota?</p><p>{entry}</p>", MAP)
    )
    assert [line.text for line in alone.answers] == ["Bandung", "50% Bdg"]
    inside = understood(one(declared("Bandung", "string"), f"<p>Kota {entry} ramai.</p>"))
    assert [gap.text for gap in inside.gaps] == ["Bandung"]


def test_a_number_with_a_tolerance_in_its_rule() -> None:
    rule = (
        "<responseProcessing><responseCondition><responseIf><equal toleranceMode='absolute' tolerance='0.5 0.5'>"
        "<variable identifier='RESPONSE'/><correct identifier='RESPONSE'/></equal><setOutcomeValue identifier='SCORE'>"
        "<baseValue baseType='float'>1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )
    body = '<p>Berapa?</p><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    assert understood(one(declared("20", "float"), body, rule)).answers[0].text == "20 ± 0,5"


def test_choices_in_a_sentence() -> None:
    listed = choices("daring", "luring", tag="inlineChoice")
    body = f'<p>Layanan <inlineChoiceInteraction responseIdentifier="RESPONSE">{listed}</inlineChoiceInteraction>.</p>'
    assert [gap.text for gap in understood(one(declared("B"), body)).gaps] == ["( ) daring|(x) luring"]


SETS = (
    '<simpleMatchSet><simpleAssociableChoice identifier="L1" matchMax="1">KTP</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="L2" matchMax="1">Izin</simpleAssociableChoice></simpleMatchSet>'
    '<simpleMatchSet><simpleAssociableChoice identifier="R1" matchMax="2">Dukcapil</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="R2" matchMax="2">DPMPTSP</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="R3" matchMax="2">Bapenda</simpleAssociableChoice></simpleMatchSet>'
)


def test_pairs_with_a_distractor_and_pairs_that_share_a_left_side() -> None:
    body = f'<p>Jodohkan.</p><matchInteraction responseIdentifier="RESPONSE">{SETS}</matchInteraction>'
    item = one(declared("L1 R1|L2 R2", "directedPair", "multiple", "L1 R1=1|L2 R2=1"), body, MAP)
    assert [o.text for o in understood(item).options] == ["KTP => Dukcapil", "Izin => DPMPTSP", "=> Bapenda"]
    assert item.status == "exact"
    assert one(declared("L1 R1|L1 R2|L2 R3", "directedPair", "multiple"), body).status == "refused"


def test_free_pairs_are_approximated() -> None:
    found = "".join(
        f'<simpleAssociableChoice identifier="{i}">{t}</simpleAssociableChoice>'
        for i, t in zip("ABCD", ("satu", "dua", "1", "2"), strict=True)
    )
    body = f'<p>Pasangkan.</p><associateInteraction responseIdentifier="RESPONSE">{found}</associateInteraction>'
    item = one(declared("A C|B D", "pair", "multiple"), body)
    assert [o.text for o in understood(item).options] == ["satu => 1", "dua => 2"]
    assert item.status == "approximated"


def test_order() -> None:
    body = f'<p>Urutkan.</p><orderInteraction responseIdentifier="RESPONSE">{choices("dua", "tiga", "satu")}</orderInteraction>'
    item = one(declared("C|A|B", cardinality="ordered"), body)
    assert [o.text for o in understood(item).options] == ["satu", "dua", "tiga"]
    assert item.status == "approximated"


def test_words_dragged_into_gaps() -> None:
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="A" matchMax="1">daring</gapText>'
        '<gapText identifier="B" matchMax="1">luring</gapText>'
        '<p>Layanan <gap identifier="G1"/> dan <gap identifier="G2"/>.</p></gapMatchInteraction>'
    )
    item = one(declared("B G1|A G2", "directedPair", "multiple"), body)
    assert [gap.text for gap in understood(item).gaps] == ["( ) daring|(x) luring", "(x) daring|( ) luring"]
    assert item.status == "approximated"


def test_words_of_a_text_to_be_pointed_at() -> None:
    body = (
        '<hottextInteraction responseIdentifier="RESPONSE">'
        '<p>Kami <hottext identifier="A">melayani</hottext> dan <hottext identifier="B">mempersulit</hottext>.</p></hottextInteraction>'
    )
    item = one(declared("A"), body)
    assert [(o.mark, o.text) for o in understood(item).options] == [("x", "melayani"), ("", "mempersulit")]
    assert item.status == "approximated"


def test_a_slider_is_a_number() -> None:
    item = one(
        declared("7", "integer"),
        '<p>Pilih.</p><sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="10"/>',
    )
    assert (understood(item).answers[0].text, item.status) == ("7", "approximated")


@pytest.mark.parametrize(
    "name", ["uploadInteraction", "drawingInteraction", "mediaInteraction", "selectPointInteraction"]
)
def test_interactions_without_a_counterpart_are_refused_by_name(name: str) -> None:
    item = one(declared("A"), f'<p>Unggah.</p><{name} responseIdentifier="RESPONSE"/>')
    assert item.status == "refused"
    assert name in item.notes[0]


def test_two_interactions_and_none_are_refused() -> None:
    two = f'<choiceInteraction responseIdentifier="RESPONSE">{choices("a", "b")}</choiceInteraction>' * 2
    assert "lebih dari satu" in one(declared("A"), two).notes[0]
    assert one(declared("A"), "<p>Baca saja.</p>").status == "refused"


def test_special_rules_are_said_to_be_left_out() -> None:
    rule = (
        "<responseProcessing><lookupOutcomeValue identifier='SCORE'>"
        "<variable identifier='RESPONSE'/></lookupOutcomeValue></responseProcessing>"
    )
    body = f'<p>Apa?</p><choiceInteraction responseIdentifier="RESPONSE">{choices("a", "b")}</choiceInteraction>'
    item = one(declared("A"), body, rule)
    assert item.status == "approximated"
    assert "Aturan penilaian" in item.notes[0]


EMPHASISED = st.builds(lambda a, b: f"{a} **{b}** dan *{a}*", exchanged.LETTERS, exchanged.LETTERS)
WORDS = st.one_of(exchanged.PLAIN, EMPHASISED)
MADE = [
    exchanged.singles(WORDS), exchanged.multiples(WORDS), exchanged.typed(WORDS),
    exchanged.numbers(WORDS, units=False), exchanged.matchings(WORDS),
    exchanged.orderings(WORDS), exchanged.clozes(), exchanged.essays(WORDS),
]  # fmt: skip


@pytest.mark.parametrize("version", ["2.1", "3.0"])
@settings(max_examples=100, deadline=None)
@given(source=st.one_of(MADE))
def test_a_question_comes_back_equal(version: Version, source: QuestionSource) -> None:
    source = exchanged.without(source, hints=True, words=True)
    exported = write_qti([exchanged.section(source)], {}, version)
    expected = "approximated" if "ordering" in source.classes else "exact"
    assert [item.status for item in exported.items] == [expected], exported.items[0].notes
    imported = read_qti(exported.data)
    assert [item.status for item in imported.items] == [expected], imported.items[0].notes
    assert not exchanged.unequal(source, imported.sections[0].sources[0])


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_a_package_keeps_sections_draws_stimulus_weights_and_pictures(version: Version) -> None:
    made = [
        build(
            f"soal-{n}",
            f"Apa {n}?\n\n![Denah](media/denah.png)",
            attributes={"points": "2,5"},
            options=[option("(", "x", "a"), option("(", "", "b")],
        )
        for n in (1, 2)
    ]
    media = {"media/denah.png": b"\x89PNG picture", "media/lain.png": b"x"}
    exported = write_qti([exchanged.section(*made, stimulus="Sebuah **kasus**.", draw=1)], media, version)
    imported = read_qti(exported.data)
    (section,) = imported.sections
    assert (section.id, section.title, section.stimulus, section.draw) == (
        "konsep",
        "Konsep dasar",
        "Sebuah **kasus**.",
        1,
    )
    assert imported.media == {"media/denah.png": b"\x89PNG picture"}
    assert [s.attributes["points"] for s in section.sources] == ["2.5", "2.5"]
    assert not exchanged.unequal(made[0], section.sources[0])


@pytest.mark.parametrize("version", ["2.1", "3.0"])
def test_areas_of_a_picture_come_back(version: Version) -> None:
    areas = [
        option("(", "x", "rect 10,10 200,80 Loket 3"),
        option("(", "", "circle 50,50 20 Loket 2"),
        option("(", "", "poly 0,0 40,0 20,30 Loket 1"),
    ]
    source = build("loket", "Tunjuk loketnya.\n\n![Denah loket](media/denah.png)", classes=["hotspot"], options=areas)
    exported = write_qti([exchanged.section(source)], {"media/denah.png": b"png"}, version)
    imported = read_qti(exported.data)
    assert not exchanged.unequal(source, imported.sections[0].sources[0])
    assert imported.items[0].status == "exact"


ORDER = [
    "responseDeclaration",
    "outcomeDeclaration",
    "templateDeclaration",
    "itemBody",
    "responseProcessing",
    "modalFeedback",
]
ATTRIBUTES = {
    "assessmentItem": ("identifier", "title", "adaptive", "timeDependent"),
    "responseDeclaration": ("identifier", "cardinality", "baseType"),
    "outcomeDeclaration": ("identifier", "cardinality", "baseType"),
    "mapEntry": ("mapKey", "mappedValue"),
    "simpleChoice": ("identifier",),
    "simpleAssociableChoice": ("identifier", "matchMax"),
    "modalFeedback": ("outcomeIdentifier", "identifier", "showHide"),
    "feedbackInline": ("outcomeIdentifier", "identifier", "showHide"),
    "hotspotChoice": ("identifier", "shape", "coords"),
    "equal": ("toleranceMode",),
}
BLOCKS = {"p", "div", "ul", "ol", "table", "pre", "blockquote", "h3", "hr", "rubricBlock", "dl"}


@settings(max_examples=60, deadline=None)
@given(source=st.one_of(MADE))
def test_items_keep_the_rules_of_the_schema(source: QuestionSource) -> None:
    """The order of the parts, the attributes that must be there, blocks only in the body, and names that are declared."""
    files = read_archive(write_qti([exchanged.section(source)], {}).data)
    root = fromstring(files[f"{source.id}.xml"])
    space = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
    names = [part.tag.removeprefix(space) for part in root]
    assert names == sorted(names, key=ORDER.index)
    assert names.count("itemBody") == 1
    for element in root.iter():
        required = ATTRIBUTES.get(element.tag.removeprefix(space), ())
        assert all(element.get(name) is not None for name in required), element.tag
    body = root.find(f"{space}itemBody")
    assert body is not None
    assert all(b.tag.removeprefix(space) in BLOCKS or b.tag.endswith("Interaction") for b in body)
    assert not (body.text or "").strip()
    known = {d.get("identifier") for d in root if d.tag.endswith("Declaration")}
    used = {e.get("responseIdentifier") for e in root.iter()} | {e.get("outcomeIdentifier") for e in root.iter()}
    used |= {
        e.get("identifier")
        for e in root.iter()
        if e.tag.removeprefix(space) in ("variable", "mapResponse", "setOutcomeValue")
    }
    assert used - {None} <= known


def test_the_manifest_names_every_file_and_every_file_is_there() -> None:
    source = build("soal-1", "Apa?\n\n![D](media/d.png)", options=[option("(", "x", "a"), option("(", "", "b")])
    files = read_archive(write_qti([exchanged.section(source)], {"media/d.png": b"png"}).data)
    manifest = fromstring(files["imsmanifest.xml"])
    listed = {e.get("href") for e in manifest.iter() if e.tag.endswith("}file")}
    assert listed == set(files) - {"imsmanifest.xml"}
    identities = [e.get("identifier") for e in manifest.iter() if e.get("identifier")]
    assert len(identities) == len(set(identities))
    assert {e.get("identifierref") for e in manifest.iter() if e.get("identifierref")} <= set(identities)


def test_packages_that_cannot_be_read() -> None:
    with pytest.raises(ExchangeError, match="imsmanifest"):
        read_qti(write_archive({"soal.xml": b"<a/>"}))
    manifest = b'<manifest><resources><resource type="imsqti_item_xmlv2p1" href="../luar.xml"/></resources></manifest>'
    imported = read_qti(write_archive({"imsmanifest.xml": manifest}))
    assert [item.status for item in imported.items] == ["refused"]
    with pytest.raises(ExchangeError, match="Tidak ada soal"):
        read_qti(write_archive({"imsmanifest.xml": b"<manifest/>"}))
