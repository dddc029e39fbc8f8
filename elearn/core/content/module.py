"""A folder of Markdown as one checked module."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from elearn.core.content import frontmatter as fm
from elearn.core.content import lints
from elearn.core.content.links import Links
from elearn.core.content.markdown import Renderer, image_size, plain_text
from elearn.core.content.media import FILES_LIMIT, check_media, hashes
from elearn.core.model import Diagnostic, Module, Part, Quiz, dump
from elearn.core.content.parts import Context, read_lesson, read_quiz
from elearn.core.content.text import FileReport, find_fences, outside, read_lines, refuse_hostile

MODULE_KEYS = (
    "title", "summary", "topic", "jp", "level", "audience", "prerequisites", "outcomes", "completion", "pretest", "posttest",
    "aliases", "reviewed", "changes",
)  # fmt: skip
PATH_KEYS = ("title", "summary", "modules")
_PART_FILE = re.compile(r"^(\d{1,4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md$")
_TERM = re.compile(r"^\*\[([^\]\n]{1,60})\]:\s*(\S.{0,400})$")


@dataclass(frozen=True, slots=True)
class LearningPath:
    """An ordered list of modules with an introduction."""

    slug: str
    title: str
    summary: str
    modules: tuple[str, ...]
    intro_html: str


def read_module(
    slug: str,
    files: Mapping[str, bytes],
    *,
    glossary: bytes | None = None,
    known_modules: Collection[str] | None = None,
    path: str = "",
    jp_minutes: int = 45,
) -> tuple[Module | None, list[Diagnostic]]:
    """Read and check a module: every finding, and the module unless one of them is an error.

    `files` maps paths inside the folder to their bytes; `path` is put before file names in findings; with
    `known_modules`, prerequisites must be among them. Never raises for what the bytes say.
    """
    reading = _Reading(slug, files, glossary, known_modules, jp_minutes)
    module = reading.run()
    found = sorted(d for report in reading.reports.values() for d in report.found)
    if path:
        found = [dataclasses.replace(d, file=path + d.file, edit=d.edit) for d in found]
    return (None if any(d.severity == "error" for d in found) else module), found


class _Reading:
    """One run over a folder."""

    def __init__(
        self,
        slug: str,
        files: Mapping[str, bytes],
        glossary: bytes | None,
        known: Collection[str] | None,
        jp_minutes: int,
    ) -> None:
        self.slug, self.files, self.known, self.jp_minutes = slug, files, known, jp_minutes
        self.reports: dict[str, FileReport] = {}
        self.part_files = self._name_parts()
        media = hashes(files)
        pages = {file: match.group(2) for file, match in self.part_files.items()}
        self.links = Links(slug, pages, media)
        sizes = {self.links.url(p): size for p in media if (size := image_size(files[p]))}
        terms = "\n".join(f"*[{t}]: {e}" for t, e in read_glossary(glossary)[0].items()) if glossary else ""
        self.context = Context(self.links, Renderer(self.links.resolve, sizes), terms, frozenset())

    def report(self, file: str) -> FileReport:
        return self.reports.setdefault(file, FileReport(file))

    def _name_parts(self) -> dict[str, re.Match[str]]:
        parts: dict[str, re.Match[str]] = {}
        slugs: dict[str, str] = {}
        for file in sorted(self.files):
            if file == "module.md" or file.startswith("media/"):
                continue
            match = _PART_FILE.match(file)
            if not match:
                self.report(file).error(
                    "M111", 1, 1, "Nama berkas ini tidak mengikuti aturan.", "Pakai nomor, tanda hubung, lalu slug: 01-apa-itu-spbe.md; gambar di media/."
                )
                continue
            if match.group(2) in slugs:
                self.report(file).error("M112", 1, 1, f"Slug {match.group(2)} sudah dipakai {slugs[match.group(2)]}.", "Beri nama lain.")
            slugs.setdefault(match.group(2), file)
            parts[file] = match
        return dict(sorted(parts.items(), key=lambda item: (int(item[1].group(1)), item[0])))

    def run(self) -> Module | None:
        if not fm.SLUG.match(self.slug) or len(self.slug) > 80:
            self.report("module.md").error(
                "M115", 1, 1, f"Nama folder '{self.slug}' bukan slug.", "Pakai huruf kecil, angka, dan tanda hubung."
            )
        if len(self.files) > FILES_LIMIT:
            self.report("module.md").error("M125", 1, 1, f"Modul ini berisi {len(self.files)} berkas; batasnya {FILES_LIMIT}.")
            return None
        for file, data in self.files.items():
            if file.startswith("media/"):
                check_media(file, data, self.report(file))
        report = self.report("module.md")
        if "module.md" not in self.files:
            report.error("M110", 1, 1, "Folder ini tidak punya module.md.", "Buat module.md berisi title, jp, dan outcomes.")
            front, lines = fm.FrontMatter(report, broken=True), []
        else:
            lines = read_lines(self.files["module.md"], report) or []
            front = fm.read_front(lines, report)
        outcomes = self._outcomes(front)
        self.context.outcomes = frozenset(outcomes)
        parts = self._parts(front)
        module = self._module(front, lines, {key: text for key, (text, _line) in outcomes.items()}, parts)
        self._anchors()
        if "module.md" in self.files:
            if not self.part_files:
                report.error("M116", 1, 1, "Modul ini belum punya materi atau kuis.", "Tambahkan 01-materi-pertama.md.")
            lints.untested_outcomes({key: line for key, (_text, line) in outcomes.items()}, parts, report)
            if module is not None and not self._failed():
                lints.honest_jp(module.jp, module.minutes, self.jp_minutes, front.place("jp"), report)
        return module

    def _failed(self) -> bool:
        return any(report.failed for report in self.reports.values())

    def _outcomes(self, front: fm.FrontMatter) -> dict[str, tuple[str, int]]:
        """Key -> (text, line)."""
        found: dict[str, tuple[str, int]] = {}
        for key, text in front.pairs("outcomes"):
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,19}", key.text):
                front.report.error("M105", key.line, key.col, f"'{key.text}' bukan kunci tujuan.", "Pakai misalnya TP1.")
            elif key.text in found:
                front.report.error("M107", key.line, key.col, f"Tujuan {key.text} sudah ada di baris {found[key.text][1]}.")
            else:
                found[key.text] = (text.text, key.line)
        return found

    def _parts(self, front: fm.FrontMatter) -> list[Part]:
        pretest = front.maybe("pretest", fm.slug)
        parts: list[Part] = []
        for file, match in self.part_files.items():
            report = self.report(file)
            lines = read_lines(self.files[file], report)
            if lines is None:
                continue
            head = fm.read_front(lines, report)
            if head.broken and head.body == 1 and lines[:1] != ["---"]:
                head.body = 1
            slug = match.group(2)
            part: Part | None
            if "kind" in head.entries:
                quiz = read_quiz(file, slug, lines, head, self.context)
                part = dataclasses.replace(quiz, graded=slug != pretest) if quiz else None
            else:
                part = read_lesson(file, slug, lines, head, self.context)
            self._refuse_unrendered(head)
            if part is not None:
                parts.append(part)
        return parts

    def _refuse_unrendered(self, front: fm.FrontMatter) -> None:
        if self.context.renderer.failed:
            front.report.error("M123", front.body, 1, "Berkas ini terlalu bersarang untuk diolah.", "Sederhanakan susunannya.")
            self.context.renderer.failed = False

    def _module(
        self, front: fm.FrontMatter, lines: Sequence[str], outcomes: dict[str, str], parts: list[Part]
    ) -> Module | None:
        report = front.report
        front.allow(MODULE_KEYS)
        for name in ("title", "jp", "outcomes"):
            front.require(name)
        self._quiz_named(front, "pretest", parts)
        self._quiz_named(front, "posttest", parts)
        prerequisites = front.texts("prerequisites", fm.slug)
        for name in prerequisites:
            if self.known is not None and name not in self.known:
                report.error("M113", *front.place("prerequisites"), f"Modul prasyarat {name} tidak ada.")
        fences = find_fences(lines, front.body, report)
        if refuse_hostile(lines, front.body, fences, report):
            return None
        free = list(outside(lines, front.body, fences))
        for rule in lints.TEXT_RULES:
            rule(free, report)
        self.links.check("module.md", free, report)
        intro = self.context.renderer.page("\n".join(lines[front.body - 1 :]), self.context.glossary)
        self._refuse_unrendered(front)
        self.context.headings["module.md"] = intro.headings
        return Module(
            slug=self.slug,
            title=front.text("title", fm.any_text(), self.slug),
            summary=front.text("summary", fm.any_text(500), ""),
            topic=front.text("topic", fm.any_text(80), ""),
            jp=front.text("jp", fm.decimal(0, 100), Decimal(0)),
            level=front.text("level", fm.one_of("dasar", "menengah", "lanjut"), "dasar"),
            audience=front.texts("audience", fm.slug),
            prerequisites=prerequisites,
            outcomes=outcomes,
            completion=front.text("completion", fm.one_of("all"), "all"),
            pretest=front.maybe("pretest", fm.slug),
            posttest=front.maybe("posttest", fm.slug),
            aliases=front.texts("aliases", fm.slug),
            reviewed=front.text("reviewed", fm.day, ""),
            changes=front.text("changes", fm.any_text(2000), ""),
            intro_html=intro.html,
            intro_text=plain_text(intro.html),
            minutes=sum(part.minutes for part in parts),
            parts=tuple(parts),
            media=dict(self.links.media),
        )

    def _quiz_named(self, front: fm.FrontMatter, key: str, parts: list[Part]) -> None:
        name = front.maybe(key, lambda text: text)
        if name and not any(isinstance(part, Quiz) and part.slug == name for part in parts):
            quizzes = [part.slug for part in parts if isinstance(part, Quiz)]
            known = f"Kuis di modul ini: {', '.join(quizzes)}." if quizzes else "Modul ini belum punya kuis."
            front.report.error("M114", *front.place(key), f"'{key}: {name}' tidak menunjuk sebuah kuis.", known)

    def _anchors(self) -> None:
        for anchor in self.links.anchors:
            headings = self.context.headings.get(anchor.target)
            if headings is not None and anchor.id not in {h.id for h in headings}:
                self.report(anchor.file).error(
                    "X403", anchor.line, anchor.col, f"Tidak ada judul #{anchor.id} di {anchor.target}.", _ids(headings)
                )


def _ids(headings: Sequence[object]) -> str:
    ids = [getattr(h, "id", "") for h in headings][:6]
    return f"Yang ada: {', '.join('#' + i for i in ids)}." if ids else ""


def read_glossary(data: bytes) -> tuple[dict[str, str], list[Diagnostic]]:
    """Terms and their explanations from lines `*[SPBE]: Sistem …`; headings and plain paragraphs between are let be."""
    report = FileReport("glossary.md")
    terms: dict[str, str] = {}
    for number, line in enumerate(read_lines(data, report) or [], start=1):
        match = _TERM.match(line.rstrip())
        if match:
            terms.setdefault(match.group(1), " ".join(match.group(2).split()))
        elif line.startswith("*["):
            report.error("M126", number, 1, "Baris glosarium ini tidak dapat dibaca.", "Tulis *[ISTILAH]: penjelasan.")
    return terms, sorted(report.found)


def read_path(
    slug: str, data: bytes, *, known_modules: Collection[str]
) -> tuple[LearningPath | None, list[Diagnostic]]:
    """A learning path; each of its modules must be known."""
    report = FileReport(f"{slug}.md")
    lines = read_lines(data, report)
    if lines is None:
        return None, report.found
    front = fm.read_front(lines, report)
    front.allow(PATH_KEYS)
    for name in ("title", "modules"):
        front.require(name)
    modules = front.texts("modules", fm.slug)
    for name in modules:
        if name not in known_modules:
            report.error("M113", *front.place("modules"), f"Modul {name} tidak ada.")
    fences = find_fences(lines, front.body, report)
    if refuse_hostile(lines, front.body, fences, report):
        return None, sorted(report.found)
    links = Links(slug, {}, {})
    links.check(f"{slug}.md", outside(lines, front.body, fences), report)
    path = LearningPath(
        slug=slug,
        title=front.text("title", fm.any_text(), slug),
        summary=front.text("summary", fm.any_text(500), ""),
        modules=modules,
        intro_html=Renderer(links.resolve).html("\n".join(lines[front.body - 1 :])),
    )
    return (None if report.failed else path), sorted(report.found)


def apply_edits(files: Mapping[str, bytes], diagnostics: Sequence[Diagnostic]) -> dict[str, bytes]:
    """The files with the edits of these findings applied; the rest of each line's file stays as it is, ends included."""
    changed = dict(files)
    for diagnostic in diagnostics:
        edit = diagnostic.edit
        if edit is None or edit.file not in changed:
            continue
        lines = re.split(rb"(\r\n|\n|\r)", changed[edit.file])
        place = 2 * (edit.line - 1)
        if place < len(lines):
            mark = b"\xef\xbb\xbf" if edit.line == 1 and lines[0].startswith(b"\xef\xbb\xbf") else b""
            lines[place] = mark + edit.text.encode()
            changed[edit.file] = b"".join(lines)
    return changed


def content_hash(module: Module) -> str:
    """The sha256 (hex) of everything that a version stores: equal for equal content, whatever order the files came in."""
    canonical = json.dumps(dump(module), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
