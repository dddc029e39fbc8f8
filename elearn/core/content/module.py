"""A folder of Markdown as one checked module."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from elearn.core.content import pedagogy
from elearn.core.content.beside import read_glossary
from elearn.core.content.borrowing import Lent, lendable, wanted
from elearn.core.content.finish import plain_text
from elearn.core.content.frontmatter import FrontMatter, read_front
from elearn.core.content.headings import explicit_ids
from elearn.core.content.keys import ModuleKeys, read_keys
from elearn.core.content.lesson import Context, read_lesson, read_text
from elearn.core.content.links import Links
from elearn.core.content.markdown import Renderer
from elearn.core.content.media import FILES_LIMIT, MEDIA_NAME, Medium, check_media, hashes, is_medium
from elearn.core.content.questions import Identities
from elearn.core.content.quiz import read_quiz
from elearn.core.content.sizes import image_size
from elearn.core.content.source import Source, open_source
from elearn.core.content.text import FileReport, read_lines
from elearn.core.content.values import SLUG, is_slug
from elearn.core.model import Diagnostic, Module, Part, Question

_PART_FILE = re.compile(rf"([0-9]{{1,4}})-({SLUG.pattern})\.md")
_INDEX = "module.md"


def read_module(
    slug: str,
    files: Mapping[str, bytes],
    *,
    glossary: bytes | None = None,
    known_modules: Collection[str] | None = None,
    path: str = "",
    jp_minutes: int = 45,
    lent: Lent | None = None,
) -> tuple[Module | None, list[Diagnostic]]:
    """Read and check a module: every finding, and the module unless one of them is an error.

    `files` maps paths inside the folder to their bytes; `path` is put before file names in findings; with
    `known_modules`, prerequisites and links to modules must be among them; `jp_minutes` is the length of one
    JP; `lent` is what it can borrow of other modules. Without it, what is borrowed is left out and not looked for. Never raises
    for what the bytes say.
    """
    reading = _Reading(slug, files, glossary, known_modules, jp_minutes, lent=lent)
    module = reading.run()
    found = sorted(d for report in reading.reports.values() for d in report.found)
    failed = any(d.severity == "error" for d in found)
    if path:
        found = [dataclasses.replace(d, file=path + d.file) for d in found]
    return (None if failed else module), found


def read_one(
    slug: str,
    files: Mapping[str, bytes],
    file: str,
    *,
    media: Mapping[str, Medium] | None = None,
    glossary: bytes | None = None,
    known_modules: Collection[str] | None = None,
    lent: Lent | None = None,
) -> tuple[Module | None, list[Diagnostic]]:
    """One file of a module as `read_module` reads it, in a fraction of the time: the module with this part alone (with
    none for module.md), and the findings in this file.

    What can be shown is given also where there are errors; None where there is nothing. What only the whole module tells
    is not looked for: ids given twice, headings of other files, outcomes that are not tested, media that are not used. With
    `media`, `files` needs only the texts: videos need not travel for a preview.
    """
    reading = _Reading(slug, files, glossary, known_modules, 45, media, lent)
    module = reading.run(only={file})
    return module, sorted(reading.report(file).found)


class _Reading:
    """One run over a folder."""

    def __init__(
        self,
        slug: str,
        files: Mapping[str, bytes],
        glossary: bytes | None,
        known: Collection[str] | None,
        jp_minutes: int,
        media: Mapping[str, Medium] | None = None,
        lent: Lent | None = None,
    ) -> None:
        self.slug, self.files, self.known, self.jp_minutes = slug, files, known, jp_minutes
        self.reports: dict[str, FileReport] = {}
        self.texts: dict[str, list[str]] = {}
        self.slugs: dict[str, str] = {}
        media = media or {}
        self.links = Links(slug, self.slugs, {path: one.sha256 for path, one in media.items()} or hashes(files), known)
        self.sizes = {self.links.url(path): one.size for path, one in media.items() if one.size}
        terms = read_glossary(glossary)[0] if glossary else {}
        renderer = Renderer(self.links.resolve, self.sizes, terms)
        self.context = Context(self.links, renderer, Identities(set()), None, lent)
        self.again = partial(_Reading, slug, files, glossary, known, jp_minutes, media)
        """The same reading from its beginning, borrowing nothing."""

    def report(self, file: str) -> FileReport:
        return self.reports.setdefault(file, FileReport(file))

    def run(self, only: Collection[str] = ()) -> Module | None:
        """Read all parts, or some files of them, which alone are in the module then."""
        if not is_slug(self.slug):
            message = f"Nama folder '{self.slug[:80]}' bukan slug."
            self.report(_INDEX).error("M115", 1, 1, message, "Pakai huruf kecil, angka, dan tanda hubung.")
        if len(self.files) > FILES_LIMIT:
            message = f"Modul ini berisi lebih dari {FILES_LIMIT} berkas."
            self.report(_INDEX).error("M125", 1, 1, message, "Bagi menjadi beberapa modul.")
            return None
        self._open_files()
        if _INDEX not in self.files:
            self.report(_INDEX).error(
                "M110", 1, 1, "Folder ini tidak punya module.md.", "Buat berisi title, jp, outcomes."
            )
            front = FrontMatter(self.report(_INDEX), broken=True)
        else:
            front = read_front(self.texts.get(_INDEX, ["---", "---"]), self.report(_INDEX))
            front.broken |= _INDEX not in self.texts
        keys = read_keys(ModuleKeys, front)
        readable = not front.broken and len(keys.outcomes) == len(front.values.get("outcomes", ()))
        self.context.outcomes = frozenset(keys.outcomes) if readable else None
        if self.context.lent is not None:
            self.context.lent = {**self.context.lent, **self._own()}
        parts = self._parts(keys, only)
        module = self._module(front, keys, parts)
        if only:
            return module if parts or _INDEX in only else None
        self._anchors()
        self._own_slugs(front, keys, parts)
        self._unused()
        if _INDEX in self.texts:
            self._against_the_parts(front, keys, parts)
        return module

    def _own(self) -> dict[str, Question]:
        """What this module borrows from itself: read first, whatever else is wrong there."""
        asked = wanted(self.files[file] for file in self.texts).get(self.slug, set())
        files = {file for file, lines in self.texts.items() if file != _INDEX and asked & explicit_ids(lines)}
        module = self.again().run(files) if files else None
        return lendable(module) if module else {}

    def _open_files(self) -> None:
        """Decode what is text, check what is media, and find the parts by their names."""
        names: list[tuple[int, str, str]] = []
        for file in sorted(self.files):
            if is_medium(file):
                self._open_media(file)
                continue
            match = _PART_FILE.fullmatch(file)
            if file != _INDEX and (match is None or not is_slug(match[2])):
                hint = "Pakai nomor, tanda hubung, lalu slug: 01-apa-itu-spbe.md. Gambar ditaruh di media/."
                self.report(file).error("M111", 1, 1, "Nama berkas ini tidak mengikuti aturan.", hint)
                continue
            if match:
                names.append((int(match[1]), file, match[2]))
            lines = read_lines(self.files[file], self.report(file))
            if lines is not None:
                self.texts[file] = lines
                self.context.identities.explicit |= explicit_ids(lines)
        first: dict[str, str] = {}
        for _number, file, slug in sorted(names):
            self.slugs[file] = slug
            if slug in first:
                message = f"Slug {slug} sudah dipakai berkas {first[slug]}."
                self.report(file).error(
                    "M112", 1, 1, message, "Ganti nama salah satunya: slug menandai kemajuan belajar."
                )
            first.setdefault(slug, file)

    def _open_media(self, file: str) -> None:
        data, report = self.files[file], self.report(file)
        if not MEDIA_NAME.fullmatch(file):
            hint = "Pakai huruf tanpa aksen, angka, titik, tanda hubung, dan garis bawah, tanpa spasi."
            report.error("M111", 1, 1, "Nama berkas media ini tidak mengikuti aturan.", hint)
            return
        check_media(file, data, report)
        if not report.failed and (size := image_size(data)):
            self.sizes[self.links.url(file)] = size

    def _parts(self, keys: ModuleKeys, only: Collection[str]) -> list[Part]:
        parts: list[Part] = []
        for file, slug in self.slugs.items():
            if file not in self.texts or (only and file not in only):
                continue
            front = read_front(self.texts[file], self.report(file))
            source = open_source(file, self.texts[file], front.body, self.report(file))
            part: Part | None
            if _is_quiz(self.texts[file]):
                part = read_quiz(slug, source, front, self.context, graded=slug != keys.pretest)
            else:
                part = read_lesson(slug, source, front, self.context)
            if part is not None:
                parts.append(part)
        return parts

    def _module(self, front: FrontMatter, keys: ModuleKeys, parts: Sequence[Part]) -> Module | None:
        source = open_source(_INDEX, self.texts.get(_INDEX, []), front.body, front.report)
        if not source.measured:
            return None
        intro = read_text(source, self._body(source), self.context)
        return Module(
            slug=self.slug,
            title=keys.title,
            summary=keys.summary,
            topic=keys.topic,
            jp=keys.jp,
            level=keys.level,
            audience=keys.audience,
            prerequisites=keys.prerequisites,
            outcomes=keys.outcomes,
            completion=keys.completion,
            pretest=keys.pretest,
            posttest=keys.posttest,
            aliases=keys.aliases,
            reviewed=keys.reviewed,
            changes=keys.changes,
            intro_html=intro.pieces[0],
            intro_text=plain_text(intro.pieces[0]),
            minutes=sum(part.minutes for part in parts),
            parts=tuple(parts),
            media=dict(self.links.media),
            action=keys.action,
        )

    @staticmethod
    def _body(source: Source) -> str:
        if source.quizzes:
            place = source.quizzes[0].first
            hint = "Pindahkan soalnya ke sebuah materi."
            source.report.error("L310", place, 1, "Blok quiz hanya untuk materi.", hint)
        return "\n".join(source.text[source.body - 1 :])

    def _against_the_parts(self, front: FrontMatter, keys: ModuleKeys, parts: Sequence[Part]) -> None:
        """What module.md says of the other files, and of other modules."""
        report = front.report
        if not self.slugs:
            report.error("M116", 1, 1, "Modul ini belum punya materi atau kuis.", "Tambahkan 01-materi-pertama.md.")
        for number, name in enumerate(keys.prerequisites):
            if self.known is not None and (name not in self.known or name == self.slug):
                place = front.place("prerequisites", number)
                report.error("M113", *place, f"Modul prasyarat {name} tidak ada.", "Tulis nama folder modulnya.")
        surveys = {part.slug for part in parts if part.kind == "quiz" and part.survey}
        self._names_quiz(front, "pretest", keys.pretest, surveys)
        self._names_quiz(front, "posttest", keys.posttest, surveys)
        if keys.pretest and keys.pretest == keys.posttest:
            report.error(
                "M114",
                *front.place("posttest"),
                "pretest dan posttest menunjuk kuis yang sama.",
                "Pakai dua kuis.",
            )
        unread = any(file not in self.texts or self.reports[file].failed for file in self.slugs)
        places = {key: front.key_place("outcomes", key) for key in keys.outcomes}
        if parts and len(parts) == len(self.slugs):
            tested = {outcome for outcomes in self.context.tested.values() for outcome in outcomes}
            pedagogy.untested_outcomes(places, tested, report)
        if not unread and "jp" in front.values and not report.failed:
            minutes = sum(part.minutes for part in parts)
            pedagogy.honest_jp(keys.jp, minutes, self.jp_minutes, front.place("jp"), report)

    def _names_quiz(self, front: FrontMatter, key: str, name: str | None, surveys: Collection[str]) -> None:
        """The slug at `key` is that of a quiz, even of one that has errors of its own."""
        if name in surveys:
            message = f"{key}: {name} adalah survei, yang tidak dinilai."
            front.report.error("M114", *front.place(key), message, "Tunjuk sebuah kuis (kind: quiz).")
            return
        quizzes = [slug for file, slug in self.slugs.items() if _is_quiz(self.texts.get(file, []))]
        if name and name not in quizzes:
            hint = f"Kuis di modul ini: {', '.join(quizzes)}." if quizzes else "Modul ini belum punya kuis."
            front.report.error("M114", *front.place(key), f"{key}: {name} bukan kuis di modul ini.", hint)

    def _own_slugs(self, front: FrontMatter, keys: ModuleKeys, parts: Sequence[Part]) -> None:
        """An alias is the former slug of one part, and of no other."""
        del front, keys
        owners = {part.slug: part.file for part in reversed(parts)}
        for part in parts:
            for alias in part.aliases:
                if alias in owners and owners[alias] != part.file:
                    message = f"Alias {alias} sudah dipakai berkas {owners[alias]}."
                    self.report(part.file).error("M112", 1, 1, message, "Hapus alias ini dari salah satunya.")
                owners.setdefault(alias, part.file)

    def _anchors(self) -> None:
        for anchor in self.links.anchors:
            ids = self.context.ids.get(anchor.file, frozenset())
            if anchor.id not in ids and anchor.file in self.texts:
                near = ", ".join(f"#{name}" for name in sorted(ids)[:6])
                hint = f"Yang ada: {near}." if near else "Berkas itu tidak punya judul yang dapat dituju."
                message = f"Tidak ada judul #{anchor.id[:60]} di {anchor.file}."
                self.report(anchor.source).error("X403", anchor.line, anchor.col, message, hint)

    def _unused(self) -> None:
        """Only where every text could be read: else its links are not known."""
        if any(self.reports[file].failed for file in (_INDEX, *self.slugs) if file in self.reports):
            return
        for file in self.links.unused():
            if self.report(file).failed:
                continue
            hint = "Tautkan dari sebuah materi, atau hapus berkasnya."
            self.report(file).warning("X411", 1, 1, "Berkas ini tidak dipakai materi mana pun.", hint)


def _is_quiz(lines: Sequence[str]) -> bool:
    """Whether a front matter says what kind of file it is, even one that cannot be read as YAML."""
    end = next((number for number in range(1, len(lines)) if lines[number].rstrip() == "---"), 0)
    return any(line.startswith("kind:") and line[5:].strip() for line in lines[1:end])
