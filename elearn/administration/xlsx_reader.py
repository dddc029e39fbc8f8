"""The first visible sheet of a workbook, read in a process of its own: a file of 100 KB can ask for 100 GB.

Run as a script, `python -I xlsx_reader.py ROWS COLUMNS CHARACTERS` with the workbook on standard input. It
writes JSON, {"rows": [[cell, ...], ...]} from the first row of the sheet, or {"error": "big" | "broken"};
whoever starts it sets the time it may take, and takes its death for "big". Needs nothing of the product, so
that it starts quickly.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import zipfile
from typing import Any

MEMORY = 1024 * 1024 * 1024
PROCESSOR_SECONDS = 20
UNPACKED = 200 * 1024 * 1024


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    rows, columns, characters = (int(argument) for argument in sys.argv[1:4])
    sys.stdout.write(json.dumps(read(sys.stdin.buffer.read(), rows, columns, characters)))


def read(data: bytes, rows: int, columns: int, characters: int) -> dict[str, Any]:
    """At most `rows` rows of `columns` cells with `characters` characters in all: one more is an error."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "xl/workbook.xml" not in archive.namelist():
                return {"error": "broken"}
            if sum(entry.file_size for entry in archive.infolist()) > UNPACKED:
                return {"error": "big"}
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [s.name for s in book.sheets_metadata if s.visible == SheetVisibleEnum.Visible]
        sheet = book.get_sheet_by_name(visible[0])
        # The cells are asked for only when they are few: an empty sheet may have one in its last corner.
        if sheet.total_height > rows or sheet.total_width > columns:
            return {"error": "big"}
        found = [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (zipfile.BadZipFile, CalamineError, IndexError, ValueError, OSError):
        return {"error": "broken"}
    if sum(len(cell) for row in found for cell in row if isinstance(cell, str)) > characters:
        return {"error": "big"}
    return {"rows": found}


def _plain(cell: Any) -> Any:
    return cell if isinstance(cell, str | int | float | bool) else str(cell)


if __name__ == "__main__":
    main()
