"""What the people of the demo city thought of the modules, what they meant to apply, and what their atasan saw of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select

from elearn import clock
from elearn.catalogue.models import CatalogueModule
from elearn.database import db, transaction
from elearn.people.models import Person, RoleGrant, Unit
from elearn.people.queries import units_above
from elearn.study import after
from elearn.study.after_models import ActionPlan
from elearn.study.models import Enrolment

PLANS = (
    "Menulis tanggal selesai pada setiap tanda terima di loket.",
    "Membacakan ulang syarat kepada warga sebelum menerima berkas.",
    "Memeriksa alamat pengirim sebelum membuka lampiran surel dinas.",
    "Menempelkan janji waktu layanan di depan loket dan memeriksanya tiap Senin.",
    "Menyalurkan aduan yang salah alamat lewat LAPOR! dan mengabari pelapornya.",
    "Meringkas formulir permohonan menjadi satu halaman bersama dua warga.",
)
REMARKS = {
    "yes": ("Sudah menjadi kebiasaan di loket.", "Rekan lain mulai menirunya."),
    "partly": ("Berjalan pada hari sepi, belum pada hari ramai.",),
    "no": ("Belum sempat, loket kekurangan orang bulan ini.",),
}
COMMENTS = (
    "",
    "",
    "",
    "Contohnya dekat dengan pekerjaan saya.",
    "Soal hitungannya perlu contoh lagi.",
    "Singkat, bisa di sela tugas.",
)


def seed(random: Random, now: datetime) -> None:
    """After each completed module, up to now: most say what they thought of it, some write a plan, some plans are answered."""
    rows = db.session.execute(
        select(Enrolment.person_id, CatalogueModule.slug, Enrolment.completed_at)
        .join(CatalogueModule, CatalogueModule.id == Enrolment.module_id)
        .where(Enrolment.completed_at.is_not(None))
        .order_by(Enrolment.id)
    ).all()
    with transaction():
        for person_id, slug, completed_at in rows:
            assert completed_at is not None
            with clock.at(min(completed_at + timedelta(minutes=5), now)):
                if random.random() < 0.7:
                    useful, easy, recommend = (min(5, max(2, round(random.gauss(4.2, 0.8)))) for _ in range(3))
                    after.rate(
                        person_id, slug, useful=useful, easy=easy, recommend=recommend, comment=random.choice(COMMENTS)
                    )
                if random.random() < 0.5:
                    due = clock.today() + timedelta(days=random.randint(7, 45))
                    after.write_plan(person_id, slug, random.choice(PLANS), due)
    _answers(random, now)


def _answers(random: Random, now: datetime) -> None:
    """Heads answered most plans of their people, some days after they were due."""
    heads = dict(
        db.session.execute(select(RoleGrant.unit_id, RoleGrant.person_id).where(RoleGrant.role == "atasan")).all()
    )
    rows = db.session.execute(
        select(ActionPlan.id, ActionPlan.person_id, ActionPlan.due_on, Unit.path)
        .join(Person, Person.id == ActionPlan.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .order_by(ActionPlan.id)
    ).all()
    with transaction():
        for plan_id, person_id, due_on, path in rows:
            at = datetime.combine(due_on, datetime.min.time(), clock.JAKARTA) + timedelta(
                days=random.randint(1, 9), hours=9
            )
            above = [heads[unit] for unit in reversed(units_above(path)) if heads.get(unit) not in (None, person_id)]
            if at > now or not above or random.random() < 0.3:
                continue
            seen = random.choices(("yes", "partly", "no"), (55, 30, 15))[0]
            result = {"yes": random.choice(("clear", "some")), "partly": "some", "no": "none"}[seen]
            with clock.at(at):
                after.answer(above[0], plan_id, seen, result, random.choice(REMARKS[seen]))
