"""One row of an import, checked: every reason why it will not do, in words, or the person it describes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from flask_babel import gettext as _

from elearn.administration.tables import Cell
from elearn.core.identity import BadNumber, as_text, parse
from elearn.people.models import Role, Unit
from elearn.people.service import Grants

EMAIL = re.compile(r"[^@\s<>\"(),:;]+@[^@\s<>\"(),:;]+\.[^@\s<>\"(),:;]+")
LONGEST = {"nama": 200, "jabatan": 200, "surel": 254}
GUESSES_AT_MOST = 50
"""Unknown units of one file for which a similar name is looked for: each look goes through all units."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be imported: its line in the file, the column, the reason, and what stood there."""

    line: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """The person a row describes. None: the file has no such column, so that what is stored stays."""

    line: int
    number: str
    name: str
    unit_id: int
    position: str | None
    email: str | None
    grants: Grants | None


class Checker:
    """Checks the rows of one file, against each other and against the units there are."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.problems: list[Problem] = []
        self._codes: dict[str, int] = {}
        self._names: dict[str, list[int]] = {}
        for unit in units:
            self._codes[_folded(unit.code)] = unit.id
            self._names.setdefault(_folded(unit.name), []).append(unit.id)
        self._full_names = [unit.name for unit in units]
        self._seen: dict[str, int] = {}
        self._guesses: dict[str, str] = {}
        self._line = 0

    def check(self, line: int, cells: dict[str, Cell]) -> Wanted | None:
        """The person of a row; None when it has a problem, and then `problems` has grown."""
        self._line = line
        before = len(self.problems)
        number = self._number(cells.get("nip"))
        name = self._text("nama", cells)
        if not name:
            self._problem("nama", _("Nama kosong."), "")
        unit_id = self._unit("unit", _plain(cells.get("unit")))
        position = self._text("jabatan", cells) if "jabatan" in cells else None
        email = self._email(cells) if "surel" in cells else None
        grants = self._grants(_plain(cells.get("peran")), unit_id) if "peran" in cells else None
        if len(self.problems) > before or unit_id is None:
            return None
        return Wanted(line, number, name, unit_id, position, email, grants)

    def _problem(self, column: str, reason: str, value: str) -> None:
        self.problems.append(Problem(self._line, column, str(reason), value[:80]))

    def _number(self, cell: Cell) -> str:
        shown = _plain(cell)
        if not shown:
            self._problem("nip", _("NIP kosong."), "")
            return ""
        try:
            number = parse(as_text(cell)).number
        except BadNumber as trouble:
            reason = str(trouble)
            if trouble.part == "serial":
                reason += " " + _("Bila NIP pernah tersimpan sebagai bilangan, angka terakhirnya hilang: periksa.")
            self._problem("nip", reason, shown)
            return ""
        first = self._seen.setdefault(number, self._line)
        if first != self._line:
            self._problem("nip", _("NIP ini sudah ada di baris %(n)s.", n=first), shown)
        return number

    def _text(self, column: str, cells: dict[str, Cell]) -> str:
        text = _plain(cells.get(column))
        if len(text) > LONGEST[column]:
            self._problem(column, _("Terlalu panjang: paling banyak %(n)s huruf.", n=LONGEST[column]), text)
        return text

    def _email(self, cells: dict[str, Cell]) -> str:
        text = self._text("surel", cells)
        if text and not is_email(text):
            self._problem("surel", _("Ini bukan alamat surel."), text)
        return text

    def _unit(self, column: str, text: str) -> int | None:
        """The unit of that code or name."""
        if not text:
            self._problem(column, _("Unit kosong."), "")
            return None
        code = self._codes.get(_folded(text))
        found = [code] if code is not None else self._names.get(_folded(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            self._problem(column, _("Ada %(n)s unit bernama ini: tulis kodenya.", n=len(found)), text)
        else:
            self._problem(column, self._unknown_unit(text), text)
        return None

    def _unknown_unit(self, text: str) -> str:
        if text not in self._guesses and len(self._guesses) < GUESSES_AT_MOST:
            self._guesses[text] = next(iter(get_close_matches(text[:200], self._full_names, n=1, cutoff=0.7)), "")
        guess = self._guesses.get(text)
        if guess:
            return str(_("Unit ini tidak ada. Mungkin maksudnya: %(nama)s.", nama=guess))
        return str(_("Unit ini tidak ada. Tulis kode atau nama lengkapnya."))

    def _grants(self, text: str, own_unit: int | None) -> Grants:
        """`pengajar; atasan:kec-antapani`: an atasan without a unit is one of their own."""
        grants: dict[tuple[Role, int | None], None] = {}
        for item in filter(None, (part.strip() for part in re.split(r"[;,|]", text))):
            role, separator, scope = (part.strip() for part in item.partition(":"))
            match role.casefold():
                case "peserta" if not separator:
                    continue  # everybody is one
                case ("pengajar" | "admin") as known if not separator:
                    grants[Role(known), None] = None
                case "atasan":
                    unit = self._unit("peran", scope) if separator else own_unit
                    if unit is not None:
                        grants[Role.ATASAN, unit] = None
                case _:
                    reason = _("Peran ini tidak dikenal. Yang ada: pengajar, admin, atasan, atau atasan:kode-unit.")
                    self._problem("peran", reason, item)
        return sorted(grants, key=lambda grant: (grant[0].value, grant[1] or 0))


def is_email(text: str) -> bool:
    """Whether mail could be sent to it, by its form."""
    return len(text) <= LONGEST["surel"] and EMAIL.fullmatch(text) is not None


def tidy(text: str) -> str:
    """One form for what people type: NFC, no characters that cannot be seen, single blanks."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    text = tidy(str(cell))
    # What our own exports write before a text that a spreadsheet would compute.
    return text[1:] if re.match(r"'[=+\-@]", text) else text


def _folded(text: str) -> str:
    return tidy(text).casefold()
