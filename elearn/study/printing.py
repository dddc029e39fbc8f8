"""PDFs by typst: tagged for screen readers (PDF/UA-1), from a template of ours and data that is never read as markup."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
import typst

TEMPLATES = Path(__file__).parent / "print"


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The document of `print/<template>.typ` with this data, which holds what JSON does."""
    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
    )
    assert isinstance(made, bytes), "one document was asked for"
    return made


def qr(text: str, *, error: str = "m") -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(text, error=error, micro=False, boost_error=False).save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()
