"""What of HTML may stay: an allow-list of elements, attributes and values. It runs on everything that was rendered."""

from __future__ import annotations

import re
from collections.abc import Mapping

import nh3
from pygments.token import STANDARD_TYPES

SCHEMES = ("http", "https", "mailto", "tel")

_MATH = set(
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msup msub msubsup munder mover munderover mtable mtr mtd "
    "mstyle mpadded mphantom menclose".split()
)
_TAGS = _MATH | set(
    "a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 "
    "h4 h5 h6 hr i img input ins kbd label li mark ol p pre q s samp small span strong sub summary sup table tbody td "
    "tfoot th thead tr u ul var wbr".split()
)
# Elements that are thrown away with what is inside of them.
_DROPPED = {
    "script",
    "style",
    "template",
    "svg",
    "noscript",
    "iframe",
    "object",
    "embed",
    "form",
    "select",
    "textarea",
}
_ATTRIBUTES: Mapping[str, set[str]] = {
    "*": {"class", "id", "lang", "dir", "title", "aria-label", "aria-labelledby", "aria-describedby"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "input": {"type", "checked", "name"},
    "label": {"for"},
    "ol": {"start", "type", "reversed"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "details": {"open"},
    "math": {"display"},
    "mo": {"stretchy", "fence", "separator", "lspace", "rspace", "form", "minsize", "maxsize"},
    "mi": {"mathvariant"},
    "mstyle": {"displaystyle", "scriptlevel", "mathvariant"},
    "mspace": {"width"},
    "mfrac": {"linethickness"},
    "mtable": {"columnalign", "rowspacing", "columnspacing"},
    "mover": {"accent"},
    "munder": {"accentunder"},
    "menclose": {"notation"},
}
_NAME = re.compile(r"[^\s\"'<>&=`]{1,120}")
_VALUES: Mapping[str, re.Pattern[str]] = {
    "id": _NAME,
    "for": _NAME,
    "name": _NAME,
    "aria-labelledby": re.compile(r"[^\"'<>&=`]{1,240}"),
    "aria-describedby": re.compile(r"[^\"'<>&=`]{1,240}"),
    "lang": re.compile(r"[A-Za-z0-9-]{2,20}"),
    "dir": re.compile(r"ltr|rtl|auto"),
    "type": re.compile(r"checkbox|radio|[1aAiI]"),
    "width": re.compile(r"[0-9]{1,4}|-?[0-9]{1,2}(?:\.[0-9]{1,4})?(?:em|ex|px|pt|mu)"),
    "height": re.compile(r"[0-9]{1,4}"),
    "colspan": re.compile(r"[0-9]{1,2}"),
    "rowspan": re.compile(r"[0-9]{1,3}"),
    "start": re.compile(r"-?[0-9]{1,6}"),
    "align": re.compile(r"left|right|center"),
}
_PYGMENTS = {name for name in STANDARD_TYPES.values() if name}
CALLOUTS: Mapping[str, str] = {
    "note": "Catatan", "info": "Info", "tip": "Kiat", "hint": "Petunjuk", "important": "Penting",
    "warning": "Peringatan", "caution": "Hati-hati", "attention": "Perhatian", "danger": "Bahaya", "error": "Kesalahan",
    "example": "Contoh", "question": "Pertanyaan", "quote": "Kutipan", "success": "Berhasil", "failure": "Gagal",
    "bug": "Masalah", "abstract": "Ringkasan", "summary": "Ringkasan", "contoh": "Contoh", "peringatan": "Peringatan",
    "bahaya": "Bahaya", "catatan": "Catatan",
}  # fmt: skip
"""Kinds of admonitions and collapsible blocks, with the title of one that was given none."""
# A class that the product uses elsewhere would let a text dress up as a part of the page.
_CLASSES = {
    "admonition", "admonition-title", "footnote", "footnote-ref", "footnote-backref", "highlight", "filename", "linenos",
    "hll", "tabbed-set", "tabbed-alternate", "tabbed-labels", "tabbed-content", "tabbed-block", "task-list",
    "task-list-item", "caption-prefix", "inline", "end", *CALLOUTS,
}  # fmt: skip


def _keep(element: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        allowed = _PYGMENTS | _CLASSES if element == "span" else _CLASSES
        return " ".join(name for name in value.split() if name in allowed) or None
    pattern = _VALUES.get(attribute)
    return value if pattern is None or pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes=_ATTRIBUTES,
    attribute_filter=_keep,
    link_rel=None,
    url_schemes=set(SCHEMES),
    strip_comments=True,
)


def sanitise(html: str) -> str:
    """The HTML with only what is allowed, every element closed and every attribute in double quotation marks."""
    return _CLEANER.clean(html)
