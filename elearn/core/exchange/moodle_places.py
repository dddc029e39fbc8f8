"""Marks and labels that Moodle has dragged onto a picture: for us pairs, with places described in words."""

from __future__ import annotations

import base64
import binascii
import re
from xml.etree.ElementTree import Element

from elearn.core.exchange.base import Refused
from elearn.core.exchange.guarded_xml import child, children, words
from elearn.core.exchange.moodle_text import Reading
from elearn.core.exchange.parts import Parts
from elearn.core.exchange.sources import option
from elearn.core.exchange.texts import escape, to_markdown


def read_placed(reading: Reading) -> Parts:
    """Each drop is an item to match with the label that belongs there. Raises Refused where two labels share one."""
    labels = {number: _label(drag, reading) for drag in children(reading.element, "drag") if (number := _number(drag))}
    options, used = [], set()
    for place, drop in enumerate(children(reading.element, "drop"), start=1):
        choice = words(child(drop, "choice"))
        if choice not in labels:
            raise Refused(f"Tempat {place} tidak punya label.")
        used.add(choice)
        options.append(option("=>", "", f"{_described(place, drop)} => {labels[choice]}"))
    options += [option("=>", "", f"=> {label}") for number, label in labels.items() if number not in used]
    reading.note("Label yang diseret ke gambar menjadi pasangan; tempatnya disebut dengan jaraknya dari kiri atas.")
    return Parts(options=options, text="\n\n".join(filter(None, (_text(reading), _picture(reading)))))


def _text(reading: Reading) -> str:
    return reading.text(child(reading.element, "questiontext"))


def _number(drag: Element) -> str:
    return words(child(drag, "no"))


def _label(drag: Element, reading: Reading) -> str:
    text = " ".join(to_markdown(words(child(drag, "text")), reading.notes).replace("=>", "`=>`").split())
    if child(drag, "file") is not None and not text:
        raise Refused("Labelnya gambar, yang tidak dapat dijodohkan di sini.")
    return text or escape(f"Label {_number(drag)}")


def _described(place: int, drop: Element) -> str:
    """Where it is, by the numbers of either kind: `xleft` and `ytop`, or `coords` such as `120,40;15`."""
    across, down = words(child(drop, "xleft")), words(child(drop, "ytop"))
    numbers = [across, down] if across else re.findall(r"\d+", words(child(drop, "coords")))[:2]
    return f"Tempat {place} (x {numbers[0]}, y {numbers[1]})" if len(numbers) == 2 else f"Tempat {place}"


def _picture(reading: Reading) -> str:
    file = child(reading.element, "file")
    if file is None:
        return ""
    try:
        content = base64.b64decode("".join((file.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as trouble:
        raise Refused("Gambarnya rusak.") from trouble
    return f"![Gambar soal]({reading.media.keep(file.get('name', 'gambar'), content)})"
