"""A module whose final quiz has an essay with a rubric beside a short answer, and people who take and mark it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elearn.catalogue.models import ModuleTrainer
from elearn.catalogue.store import PublishedVersion
from elearn.core.model import Quiz
from elearn.core.questions import essay
from elearn.database import transaction
from elearn.people.models import Person, Unit
from elearn.quizzes import service
from elearn.quizzes.models import Attempt
from elearn.quizzes.service import ClientEvent
from elearn.study import service as study
from tests.content import published
from tests.helpers import make_person, make_unit

QUIZ = "kuis-akhir"
ESSAY = """---
kind: quiz
title: Kuis akhir
passing: 60
attempts: 3
{keys}
---
## Kata? {{#kata points=10}}
= pelayanan

## Usulkan satu perbaikan. {{#usul .essay points=10}}

| Kriteria | Poin | Deskriptor |
| --- | --- | --- |
| Masalah | 4 | Nyata |
| Ukuran | 6 | Jelas |
"""
TEXT = "Antrean terlalu panjang.\nBuka loket ketiga."


@dataclass
class Office:
    """A module with an essay, its two pengajar, and a peserta."""

    version: PublishedVersion
    unit: Unit
    first: Person
    second: Person
    peserta: Person

    def criteria(self) -> list[str]:
        quiz = self.version.module.part(QUIZ)
        assert isinstance(quiz, Quiz)
        return list(essay.criteria(quiz.questions["usul"].body))

    def points(self, *given: int) -> dict[str, int]:
        """Points by criterion, in the order of the rubric."""
        return dict(zip(self.criteria(), given, strict=True))

    def begin(self, person: Person) -> Attempt:
        """All of the module up to the final quiz, and that begun."""
        study.enrol(person.id, "modul-coba")
        for slug in ("satu", "dua"):
            study.mark_done(person.id, "modul-coba", slug)
        first = service.start(person.id, person.unit_id, self.version, "tes-awal")
        service.submit(person.id, first.public_id, "end")
        return service.start(person.id, person.unit_id, self.version, QUIZ)

    def take(self, person: Person | None = None, kata: str = "pelayanan", usul: str | None = TEXT) -> Attempt:
        """An attempt that was handed in."""
        person = person or self.peserta
        attempt = self.begin(person)
        events = [ClientEvent("k", "answer", "kata", kata), ClientEvent("u", "answer", "usul", usul)]
        service.save(person.id, attempt.public_id, events)
        return service.submit(person.id, attempt.public_id, "end")


def make_office(folder: Path, keys: str = "marking: anonymous", final: str = ESSAY) -> Office:
    version = published(folder, final=final.replace("{keys}", keys))
    unit, other = make_unit("dinas"), make_unit("pengampu")
    first = make_person(other, "pengajar", name="Pengajar Pertama")
    second = make_person(other, "pengajar", name="Pengajar Kedua")
    with transaction() as session:
        for trainer in (first, second):
            session.add(ModuleTrainer(module_id=version.module_id, person_id=trainer.id))
    return Office(version, unit, first, second, make_person(unit, name="Rina Kurniasih"))
