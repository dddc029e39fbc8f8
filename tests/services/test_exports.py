"""Large tables to take away: made once, for whom they are then, whatever happens to who makes them. On both databases."""

from __future__ import annotations

import csv
import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, current_app
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from elearn import clock
from elearn.database import db, transaction
from elearn.people import audit, deputies, notices, service, sessions
from elearn.people.models import AuditEntry, Person, Role, Unit
from elearn.quizzes.sweep import sweep
from elearn.study.models import LearnerYear
from elearn.supervision import export_jobs, export_worker, exports
from elearn.supervision.export_jobs import LIFETIME, TooMany, again, ask, drop, folder, line_of, lines_of, opened
from elearn.supervision.export_worker import SILENT, TRIES, run_waiting
from elearn.supervision.exports import Asked, Limits
from elearn.supervision.models import Export
from elearn.supervision.queries import team
from elearn.supervision.scope import Head, supervisor_of
from elearn.supervision.team_filter import TeamFilter
from tests.content import published
from tests.helpers import make_person, make_unit

NOW = datetime(2026, 9, 14, 2, tzinfo=UTC)
TEAM = Asked("team", {})
PEOPLE = 7


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A head of seven people, whose tables are made in pages of two and told in twos."""
    monkeypatch.setattr(exports, "AT_A_TIME", 2)
    monkeypatch.setattr(export_worker, "AT_A_TIME", 2)
    root = make_unit("kota")
    unit, other = make_unit("dinas", root), make_unit("lain", root)
    head = make_person(unit, name="Kepala")
    service.change_person(head.id, grants=[(Role.ATASAN, unit.id)])
    people = [make_person(unit, name=f"Pegawai {n}") for n in range(PEOPLE - 1)]
    people.append(make_person(unit, name="=HYPERLINK(1)", kind="pppk"))
    with transaction() as session:
        session.add(LearnerYear(person_id=people[0].id, year=2026, jp=12, credits=1))
    return SimpleNamespace(
        root=root, unit=unit, other=other, head=head, people=people, stranger=make_person(other, "atasan")
    )


@pytest.fixture(autouse=True)
def monday() -> Any:
    with clock.at(NOW):
        yield


def head_of(person: Person) -> Head:
    db.session.rollback()
    found = supervisor_of(person.id)
    assert found is not None
    return found


def state(office: SimpleNamespace, export: Export) -> str:
    line = line_of(head_of(office.head), export.public_id)
    return line.state if line else "gone"


def written(export: Export) -> list[list[str]]:
    with (folder() / f"{export.public_id}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def told(office: SimpleNamespace) -> list[bool]:
    """Of each notice of an export that stands on the home page, whether it went well."""
    db.session.rollback()
    return [notice.data["done"] for notice in notices.unseen(office.head.id) if notice.kind == "export"]


def entries(action: str) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)))


def make(office: SimpleNamespace, asked: Asked = TEAM, kind: str = "csv") -> Export:
    return ask(office.head.id, asked, kind, PEOPLE)


# --- made


def test_it_holds_what_the_page_shows_and_is_told(office: SimpleNamespace) -> None:
    with audit.acting(audit.Source(office.head.id, "10.0.0.7")):
        export = make(office, Asked("team", {"urut": "jp", "arah": "turun"}))
    assert state(office, export) == "waiting"
    assert run_waiting() == 1 and run_waiting() == 0
    assert state(office, export) == "ready" and told(office) == [True]
    page = team(head_of(office.head), TeamFilter(sort="jp", descending=True), limits().target)
    rows = written(export)
    assert [row[0] for row in rows[1:]] == [member.number for member in page.members]
    jp = rows[0].index("JP 2026")
    assert [row[jp] for row in rows[1:]] == [f"{member.jp}" for member in page.members] and rows[1][jp] == "12"
    (line,) = lines_of(head_of(office.head))
    assert (line.export.done, line.export.total, line.percent) == (PEOPLE, PEOPLE, 100)
    path = folder() / f"{export.public_id}.csv"
    assert line.export.size == path.stat().st_size > 0 and line.export.expires_at == NOW + LIFETIME
    assert path.stat().st_mode & 0o777 == 0o600 and folder().stat().st_mode & 0o777 == 0o700
    assert [one.name for one in folder().iterdir()] == [path.name], "nothing else is left there"
    (whole,) = entries("team.exported")
    assert (whole.actor_id, whole.address, whole.after) == (office.head.id, "10.0.0.7", {"people": 7, "kind": "csv"})
    each = entries("person.exported")
    assert {one.person_id for one in each} == {person.id for person in office.people} and len(each) == PEOPLE
    assert {one.actor_id for one in each} == {office.head.id}
    assert audit.looks_at(office.people[0].id)[0].name == "Kepala"


def limits() -> Limits:
    return Limits(current_app.config["JP_TARGET_PNS"], current_app.config["JP_MAXIMUM_PPPK"])


def test_a_workbook_of_it_computes_nothing(office: SimpleNamespace) -> None:
    text, book = make(office), make(office, kind="xlsx")
    assert run_waiting() == 2
    with (folder() / f"{book.public_id}.xlsx").open("rb") as file:
        cells = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    rows = written(text)
    assert cells[0] == rows[0] and len(cells) == len(rows) == PEOPLE + 1
    assert {row[1]: row[0] for row in cells[1:]} == {person.name: person.number for person in office.people}
    assert "'=HYPERLINK(1)" in {row[1] for row in rows}


def test_rows_are_read_a_page_at_a_time(office: SimpleNamespace, statements: Any) -> None:
    table = exports.table(head_of(office.head), TEAM, limits())
    for size in (2, 2, 2, 1):
        with statements() as seen:
            assert len(next(table.pages)) == size
        assert len(seen) == 2, "nothing of the next page is read before it is asked for"
    assert next(table.pages, None) is None and table.total == PEOPLE


def test_whose_people_they_are_is_seen_when_it_is_made(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = make(office)
    service.change_person(office.people[0].id, unit_id=office.other.id)
    newcomer = make_person(office.unit, name="Baru")
    beat = export_worker._beat

    def leaves(claim: Any, **values: int) -> None:
        """While it is written somebody else moves on, of whom nothing is to be said any more."""
        beat(claim, **values)
        if values.get("done") == 2:
            service.change_person(office.people[4].id, unit_id=office.other.id)

    monkeypatch.setattr(export_worker, "_beat", leaves)
    assert run_waiting() == 1
    names = {row[1] for row in written(export)[1:]}
    assert "Baru" in names and not names & {"Pegawai 0", "Pegawai 4"} and len(names) == PEOPLE - 1
    assert newcomer.id in {one.person_id for one in entries("person.exported")}
    assert office.people[4].id not in {one.person_id for one in entries("person.exported")}


def test_rows_behind_a_figure_are_made_the_same_way(office: SimpleNamespace, tmp_path: Path) -> None:
    published(tmp_path)
    query = {"unit": "dinas", "tanggal": "2026-09-14", "angka": "orang"}
    assert exports.count(head_of(office.head), Asked("rows", query), limits()) == PEOPLE
    export = make(office, Asked("rows", query))
    assert run_waiting() == 1
    assert {row[1] for row in written(export)[1:]} == {"'=HYPERLINK(1)", *(p.name for p in office.people[:-1])}
    assert entries("team.exported")[0].after == {"people": PEOPLE, "kind": "csv", "figure": "orang"}
    foreign = make(office, Asked("rows", query | {"unit": "lain"}))
    assert run_waiting() == 0 and state(office, foreign) == "failed"


# --- once, whatever happens


def test_only_one_of_many_workers_makes_it(app: Flask, office: SimpleNamespace) -> None:
    export = make(office)
    counts: list[int] = []
    ready = threading.Barrier(4)
    db.session.remove()

    def work() -> None:
        with clock.at(NOW), app.app_context():
            ready.wait()
            counts.append(run_waiting())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 1] and state(office, export) == "ready"
    assert len(entries("person.exported")) == PEOPLE and len(told(office)) == 1


class Killed(BaseException):
    """What no worker can catch, as the end of its process."""


def kill(monkeypatch: pytest.MonkeyPatch, where: str) -> Any:
    """Workers die in that function, and clean up nothing. Call what is given to end that."""
    kept = getattr(export_worker, where)

    def dies(*_: Any, **__: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        patch.setattr(export_worker, where, dies)
        with pytest.raises(Killed):
            run_waiting()
    assert getattr(export_worker, where) is kept


def test_another_takes_over_from_who_died(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    export = make(office)
    kill(monkeypatch, "_finish")
    assert state(office, export) == "making" and len(entries("person.exported")) == PEOPLE
    left = [path.name for path in folder().iterdir()]
    assert len(left) == 1 and left[0].endswith(".part")
    export_jobs.tidy()
    assert [path.name for path in folder().iterdir()] == left, "for all that is known it is being made"
    with clock.at(NOW + SILENT):
        assert run_waiting() == 0, "nobody is given up at once"
    with clock.at(NOW + SILENT + timedelta(seconds=1)):
        assert run_waiting() == 1
        export_jobs.tidy()
    assert state(office, export) == "ready" and len(written(export)) == PEOPLE + 1
    assert len(entries("person.exported")) == PEOPLE, "what the first wrote down is not written twice"
    assert len(entries("team.exported")) == 1 and told(office) == [True]
    assert [path.name for path in folder().iterdir()] == [f"{export.public_id}.csv"]


def test_who_was_only_slow_changes_nothing_any_more(office: SimpleNamespace) -> None:
    export = make(office)
    slow = export_worker._claim()
    assert slow is not None
    with clock.at(NOW + SILENT + timedelta(seconds=1)):
        assert run_waiting() == 1
        before = (folder() / f"{export.public_id}.csv").stat().st_mtime_ns
        assert export_worker._carry_out(slow) is False
    assert (folder() / f"{export.public_id}.csv").stat().st_mtime_ns == before
    assert len(entries("person.exported")) == PEOPLE and told(office) == [True]
    assert len(list(folder().iterdir())) == 1


def test_what_kills_every_worker_is_given_up(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    export = make(office)
    for n in range(TRIES):
        with clock.at(NOW + n * (SILENT + timedelta(seconds=1))):
            kill(monkeypatch, "_make")
    with clock.at(NOW + TRIES * (SILENT + timedelta(seconds=1))):
        assert run_waiting() == 0
    assert state(office, export) == "failed" and told(office) == [False]


def test_what_failed_says_so_and_can_be_asked_again(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    export, other = make(office), make(office, kind="xlsx")
    with monkeypatch.context() as patch:
        patch.setattr(exports, "columns_of", lambda ids: 1 // 0)
        assert run_waiting() == 0
    assert state(office, export) == state(office, other) == "failed" and told(office) == [False, False]
    assert list(folder().iterdir()) == [] and entries("person.exported") == []
    assert run_waiting() == 0, "only when it is asked for again"
    assert not again(head_of(office.stranger), export.public_id)
    assert again(head_of(office.head), export.public_id) and told(office) == [False]
    assert state(office, export) == "waiting" and not again(head_of(office.head), export.public_id)
    assert run_waiting() == 1 and state(office, export) == "ready" and told(office) == [True, False]


def test_who_has_no_team_any_more_gets_nothing(office: SimpleNamespace) -> None:
    export = make(office)
    service.change_person(office.head.id, grants=())
    assert run_waiting() == 0 and list(folder().iterdir()) == []
    db.session.rollback()
    assert db.session.scalars(select(Export.failed_at).where(Export.id == export.id)).one() is not None
    assert entries("person.exported") == []


def test_a_deleted_one_is_stopped(office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    export = make(office)
    beat = export_worker._beat

    def deleted(claim: Any, **values: int) -> None:
        if values.get("done") == 4:
            assert drop(office.head.id, export.public_id)
        beat(claim, **values)

    monkeypatch.setattr(export_worker, "_beat", deleted)
    assert run_waiting() == 0 and told(office) == [] and list(folder().iterdir()) == []
    assert state(office, export) == "gone" and entries("person.exported") == []


# --- asked, opened, over


def test_the_same_one_is_made_once_and_not_too_many(office: SimpleNamespace) -> None:
    first = make(office)
    assert make(office).id == first.id and make(office, kind="xlsx").id != first.id
    assert run_waiting() == 2
    assert make(office).id != first.id, "a finished one is of its time"
    for n in range(export_jobs.AT_MOST - 3):
        make(office, Asked("team", {"cari": f"pegawai {n}"}))
    with pytest.raises(TooMany):
        make(office, Asked("team", {"cari": "satu lagi"}))
    assert drop(office.head.id, first.public_id) and make(office, Asked("team", {"cari": "satu lagi"})).id


def test_two_clicks_at_once_are_one(app: Flask, office: SimpleNamespace) -> None:
    head, ready = office.head.id, threading.Barrier(4)
    db.session.remove()

    def click() -> None:
        with clock.at(NOW), app.app_context():
            ready.wait()
            ask(head, TEAM, "csv", PEOPLE)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert db.session.scalar(select(func.count(Export.id))) == 1


def test_it_is_opened_by_who_asked_and_nobody_else(office: SimpleNamespace) -> None:
    export = make(office)
    assert opened(head_of(office.head), export.public_id) is None, "it is not there yet"
    run_waiting()
    service.change_person(office.stranger.id, grants=[(Role.ATASAN, office.unit.id)])
    for address in (export.public_id, "a" * 16, ""):
        assert opened(head_of(office.stranger), address) is None
        assert not drop(office.stranger.id, address)
    found = opened(head_of(office.head), export.public_id)
    assert found is not None and found[1].is_file() and found[0].name == "tim-2026-09-14"
    assert told(office) == [], "who has it need not be told any more"
    assert len(entries("export.taken")) == 1


def test_who_lost_the_team_cannot_open_what_was_made_for_it(office: SimpleNamespace) -> None:
    mayor = make_person(office.root, "atasan", name="Wali Kota")
    day = clock.today()
    appointed = deputies.appoint(mayor.id, office.head.number, day, day)
    export = make(office)
    run_waiting()
    assert len(written(export)) == 1 + PEOPLE + 1, "the stranger of the other unit as well"
    assert opened(head_of(office.head), export.public_id) is not None
    assert deputies.dismiss(mayor.id, appointed.id)
    assert opened(head_of(office.head), export.public_id) is None and state(office, export) == "closed"
    assert again(head_of(office.head), export.public_id) and not list(folder().iterdir())
    run_waiting()
    assert len(written(export)) == 1 + PEOPLE and opened(head_of(office.head), export.public_id) is not None


def test_a_unit_that_moves_in_the_tree_stays_theirs(office: SimpleNamespace) -> None:
    export = make(office)
    run_waiting()
    with transaction() as session:
        session.execute(update(Unit).where(Unit.id == office.unit.id).values(path="99.98."))
    assert opened(head_of(office.head), export.public_id) is not None


def test_after_a_day_it_is_gone_with_its_file(app: Flask, office: SimpleNamespace) -> None:
    export, failed = make(office), make(office, Asked("rows", {"unit": "tak-ada", "angka": "orang"}))
    assert run_waiting() == 1
    with clock.at(NOW + LIFETIME - timedelta(seconds=1)):
        sweep(app)
        assert state(office, export) == "ready" and state(office, failed) == "failed"
    (folder() / "asing.csv").write_text("x")
    with clock.at(NOW + LIFETIME):
        assert opened(head_of(office.head), export.public_id) is None, "not even before the sweep comes by"
        sweep(app)
        assert list(folder().iterdir()) == [] and told(office) == []
        db.session.rollback()
        assert db.session.scalar(select(func.count(Export.id))) == 0


def test_a_head_without_a_request_sees_what_the_signed_in_one_sees(office: SimpleNamespace) -> None:
    mayor = make_person(office.root, "atasan", name="Wali Kota")
    deputies.appoint(mayor.id, office.head.number, clock.today(), clock.today())
    deputies.appoint(mayor.id, office.people[0].number, clock.today(), clock.today())
    for person in (office.head, office.people[0], mayor):
        token = sessions.start(person.id)
        db.session.rollback()
        user, head = sessions.load(token), supervisor_of(person.id)
        assert user is not None and head is not None
        assert (head.id, head.team_paths, head.unseen) == (user.id, user.team_paths, user.unseen)
    assert supervisor_of(office.people[1].id) is None and supervisor_of(10**6) is None
    with transaction() as session:
        session.get_one(Person, office.people[0].id).active = False
    assert supervisor_of(office.people[0].id) is None
