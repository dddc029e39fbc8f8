"""The keys of each kind of file, as Pydantic models, and the findings when a front matter does not fit."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from elearn.core.content import values as v
from elearn.core.content.frontmatter import FrontMatter

Title = Annotated[str, v.line(200)]
Summary = Annotated[str, v.line(500)]
Slug = Annotated[str, v.slug]
Slugs = Annotated[tuple[Slug, ...], v.several]
OutcomeKey = Annotated[str, v.outcome_key]
Seconds = Annotated[int, v.duration]
Instant = Annotated[datetime, v.instant]
Shuffled = Annotated[
    Literal["questions", "options"],
    v.choice("questions", "options", soal="questions", pilihan="options"),
]


class Keys(BaseModel):
    """Every key has a default, so that a file with a wrong key can be read to its end; `required` says which
    must be there."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    required: ClassVar[tuple[str, ...]] = ("title",)
    title: Title = ""


class ModuleKeys(Keys):
    required = ("title", "jp", "outcomes")
    summary: Summary = ""
    topic: Annotated[str, v.line(80)] = ""
    jp: Annotated[Decimal, v.decimal(0, 100)] = Decimal(0)
    level: Annotated[Literal["dasar", "menengah", "lanjut"], v.choice("dasar", "menengah", "lanjut")] = "dasar"
    audience: Slugs = ()
    prerequisites: Slugs = ()
    outcomes: Annotated[dict[OutcomeKey, Annotated[str, v.line(300)]], v.pairs] = {}
    completion: Annotated[Literal["all"], v.choice("all", semua="all")] = "all"
    pretest: Slug | None = None
    posttest: Slug | None = None
    aliases: Slugs = ()
    reviewed: Annotated[str, v.day] = ""
    changes: Annotated[str, v.line(2000)] = ""
    action: Annotated[str, v.line(300)] = ""


class LessonKeys(Keys):
    summary: Summary = ""
    minutes: Annotated[int, v.whole(1, 600)] | None = None
    outcomes: Annotated[tuple[OutcomeKey, ...], v.several] = ()
    aliases: Slugs = ()


class QuizKeys(Keys):
    kind: Annotated[Literal["quiz", "survey"], v.choice("quiz", "survey", kuis="quiz", survei="survey")] = "quiz"
    passing: Annotated[Decimal, v.decimal(0, 100)] = Decimal(70)
    attempts: Annotated[int | None, v.attempts] = 1
    time: Seconds | None = None
    shuffle: Annotated[tuple[Shuffled, ...], v.several] = ()
    grading: Annotated[
        Literal["highest", "latest", "average", "first"],
        v.choice("highest", "latest", "average", "first", tertinggi="highest", terakhir="latest",
                 rata_rata="average", pertama="first"),
    ] = "highest"  # fmt: skip
    mode: Annotated[
        Literal["deferred", "immediate", "practice", "certainty"],
        v.choice("deferred", "immediate", "practice", "certainty"),
    ] = "deferred"
    review: Annotated[
        Literal["after-submit", "after-passing", "after-close", "never"],
        v.choice("after-submit", "after-passing", "after-close", "never"),
    ] = "after-submit"
    cooldown: Seconds | None = None
    opens: Instant | None = None
    closes: Instant | None = None
    marking: Annotated[
        Literal["named", "anonymous"],
        v.choice("named", "anonymous", bernama="named", anonim="anonymous"),
    ] = "anonymous"
    markers: Annotated[int, v.whole(1, 2)] = 1
    aliases: Slugs = ()


class PathKeys(Keys):
    required = ("title", "modules")
    summary: Summary = ""
    modules: Slugs = ()


K = TypeVar("K", bound=Keys)

# What people write in Indonesian for a key of another name.
_MEANT = {
    "judul": "title", "ringkasan": "summary", "topik": "topic", "tingkat": "level", "sasaran": "audience",
    "prasyarat": "prerequisites", "tujuan": "outcomes", "menit": "minutes", "jenis": "kind",
    "kelulusan": "passing",
    "lulus": "passing", "percobaan": "attempts", "waktu": "time", "durasi": "time", "acak": "shuffle",
    "jeda": "cooldown", "rencana": "action", "penilaian": "marking", "penilai": "markers",
    "buka": "opens", "tutup": "closes", "modul": "modules", "pasing": "passing",
}  # fmt: skip

_KINDS: dict[type[Keys], str] = {
    ModuleKeys: "module.md",
    LessonKeys: "materi",
    QuizKeys: "kuis (kind: quiz)",
    PathKeys: "jalur belajar",
}


def read_keys(model: type[K], front: FrontMatter) -> K:
    """The keys of a front matter. Every one that is wrong is reported and left at its default."""
    found = dict(front.values)
    try:
        keys = model.model_validate(found)
    except ValidationError as trouble:
        for error in trouble.errors(include_url=False):
            path = tuple(error["loc"])
            _report(model, path, error["type"], error.get("ctx", {}), front)
            found.pop(str(path[0]), None)
        keys = model.model_validate(found)
    for name in front.empty - set(model.model_fields):
        _unknown(model, name, front)
    for name in model.required:
        if name not in front.values and not front.broken:
            place = front.key_place(name)
            front.report.error("M106", *place, f"Kunci '{name}' belum diisi.", f"Tulis baris '{name}: …'.")
    return keys


def _report(
    model: type[Keys], path: tuple[str | int, ...], kind: str, context: dict[str, Any], front: FrontMatter
) -> None:
    name = str(path[0])
    if kind == "extra_forbidden":
        _unknown(model, name, front)
        return
    # A key of `outcomes` that is wrong has `[key]` at the end of its path.
    place = front.key_place(*path[:-1]) if path[-1] == "[key]" else front.place(*path)
    front.report.error("M105", *place, f"{name}: {context['message']}", context["hint"])


def _unknown(model: type[Keys], name: str, front: FrontMatter) -> None:
    known = list(model.model_fields)
    elsewhere = [where for other, where in _KINDS.items() if other is not model and name in other.model_fields]
    meant = _MEANT.get(name.casefold())
    if meant in known:
        hint = f"Maksud Anda {meant}?"
    elif elsewhere:
        hint = f"Kunci ini dipakai di {elsewhere[0]}."
    else:
        hint = v.nearest(name, known)
    front.report.error("M104", *front.key_place(name), f"Kunci '{name[:80]}' tidak dikenal di sini.", hint)
