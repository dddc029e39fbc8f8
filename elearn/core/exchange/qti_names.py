"""QTI 3.0 has the elements of 2.1 under other names: `qti-choice-interaction` for `choiceInteraction`.

We read and write the names of 2.1; the other version is a renaming. Source: 1EdTech, "QTI 3.0 Assessment, Section and
Item Information Model" and "QTI 2.1 Information Model".
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from elearn.core.exchange.guarded_xml import local

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")
_KEPT = ("data-", "aria-", "xml:", "xmlns", "{")
OURS = frozenset(
    {
        "assessmentTest", "testPart", "assessmentSection", "selection", "ordering", "assessmentItemRef",
        "weight", "rubricBlock", "assessmentItem", "responseDeclaration", "correctResponse", "value",
        "mapping", "mapEntry", "outcomeDeclaration", "defaultValue", "itemBody", "choiceInteraction",
        "prompt", "simpleChoice", "feedbackInline", "textEntryInteraction", "extendedTextInteraction",
        "matchInteraction", "simpleMatchSet", "simpleAssociableChoice", "orderInteraction",
        "inlineChoiceInteraction", "inlineChoice", "hotspotInteraction", "hotspotChoice",
        "responseProcessing", "responseCondition", "responseIf", "responseElse", "match", "variable",
        "correct", "mapResponse", "setOutcomeValue", "baseValue", "equal", "sum", "modalFeedback",
        "outcomeProcessing", "testVariables", "or",
    }
)  # fmt: skip
"""All that an export writes; everything else in a tree is HTML."""


def as_older(root: Element) -> None:
    """Names without namespaces, as 2.1 has them."""
    for element in root.iter():
        name = local(element)
        if name.startswith("qti-"):
            element.tag = _humped(name.removeprefix("qti-"))
            for key in [key for key in element.attrib if "-" in key and not key.startswith(_KEPT)]:
                element.attrib[_humped(key)] = element.attrib.pop(key)
            if element.tag == "contentBody":
                element.tag = "div"
        elif name:
            element.tag = name


def as_newer(root: Element) -> None:
    """Names of 3.0 for those of 2.1."""
    for element in root.iter():
        if element.tag in OURS:
            element.tag = f"qti-{_dashed(element.tag)}"
            for key in [key for key in element.attrib if not key.startswith(_KEPT) and _HUMP.search(key)]:
                element.attrib[_dashed(key)] = element.attrib.pop(key)


def _humped(name: str) -> str:
    return re.sub(r"-([a-z0-9])", lambda m: m[1].upper(), name)


def _dashed(name: str) -> str:
    return _HUMP.sub(lambda m: f"-{m[1].lower()}", name)
