"""Documents for tests: written by pandoc from Markdown, with parts added that people's documents have."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path

import pypandoc

from tests.pictures import drawn, encoded

TEXT = """---
title: Melayani di loket
---

# Menyapa

Sapa warga dengan **ramah** dan *sabar*, lalu dengarkan[^1].

[^1]: Menurut standar pelayanan.

## Tiga langkah

1. Dengar
2. Catat
    - nama
    - keperluan

### Bila ramai

| Loket | Menit |
|-------|------:|
| Satu  | 10    |
| Dua   | 20    |

Lihat [situs kota](https://bandung.go.id) dan [langkahnya](#tiga-langkah).

![Denah loket](denah.png)

> Warga datang lebih dulu.

Rumusnya $a + b$, dan H~2~O.

!!! bukan kotak catatan
"""


def document(kind: str, folder: Path, text: str = TEXT) -> bytes:
    """A document of a kind (docx, odt, pptx, html), with a picture."""
    (folder / "denah.png").write_bytes(encoded(drawn((120, 80)), "PNG"))
    target = folder / f"dokumen.{kind}"
    command = [pypandoc.get_pandoc_path(), "-f", "markdown", "-t", kind, "-s", "-o", str(target)]
    subprocess.run(command, input=text.encode(), cwd=folder, check=True)
    return target.read_bytes()


def changed(data: bytes, more: dict[str, bytes], replaced: dict[str, tuple[bytes, bytes]] | None = None) -> bytes:
    """A package with other files, and with a piece of some files replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename in more:
                continue
            content = old.read(entry)
            if replaced and entry.filename in replaced:
                was, now = replaced[entry.filename]
                assert was in content
                content = content.replace(was, now, 1)
            new.writestr(entry.filename, content)
        for name, content in more.items():
            new.writestr(name, content)
    return out.getvalue()
