"""How a team stands, by mail each Monday: the figures of its page at that moment, each with the address of the people it counts.

Once a week for each person: a row for person and week says so, also to two who send at once. No names are in it: mail is read on the
way, and by whoever shares a mailbox.
"""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from elearn import clock, mail, routines
from elearn.database import db, insert_new, transaction
from elearn.people import audit, deputies
from elearn.people.models import Person, RoleGrant
from elearn.supervision import plans
from elearn.supervision.attention import Day
from elearn.supervision.members import Found
from elearn.supervision.models import Digest, DigestChoice
from elearn.supervision.queries import team_figures
from elearn.supervision.scope import Head, supervisor_of
from elearn.supervision.team_filter import TeamFilter
from elearn.web.formats import angka, tanggal

log = logging.getLogger(__name__)

EVERY = timedelta(seconds=50)
MONDAY, FROM_HOUR = 0, 7
"""In Jakarta; on that day only: on a Tuesday it would speak of a morning that is over."""
AT_A_TIME, TRIES = 100, 5
TEAM, PLANS, SWITCH = "/tim", "/tim/rencana", "/tim/surel"


class To(NamedTuple):
    """Who gets one, and for which week."""

    id: int
    name: str
    email: str
    week: date


def wanted(person_id: int) -> bool:
    """Whether a person gets it: who never chose does, where there is a server for mail. One statement."""
    chosen = db.session.scalar(select(DigestChoice.wanted).where(DigestChoice.person_id == person_id))
    return bool(current_app.config["SMTP"]) if chosen is None else chosen


def choose(person_id: int, wants: bool) -> None:
    """Switch it on or off."""
    row = {"person_id": person_id, "wanted": wants, "changed_at": clock.now()}
    with transaction() as session:
        if not insert_new(session, DigestChoice, [row], ["person_id"]):
            session.execute(update(DigestChoice).where(DigestChoice.person_id == person_id).values(row))
        audit.record("digest.chosen", person_id=person_id, after={"wanted": wants})


def on_swept() -> None:
    """Each Monday from seven on, where there is a server for mail and this process comes first."""
    here = clock.now().astimezone(clock.JAKARTA)
    due = here.weekday() == MONDAY and here.hour >= FROM_HOUR
    if due and current_app.config["SMTP"] and routines.begin("digests", EVERY):
        send_due(here.date())


def send_due(week: date) -> int:
    """Mail some of those who had none this week; how many were taken. What fails waits for the next round, some times."""
    return mail.send_each(mail.Server(*current_app.config["SMTP"]), _waiting(week), _send)


def _waiting(week: date) -> list[To]:
    """Active people with an address who have a team today, want it, and had none this week. One statement."""
    heads = select(RoleGrant.person_id).where(RoleGrant.role == "atasan")
    refused = select(DigestChoice.person_id).where(DigestChoice.wanted.is_(False))
    over = select(Digest.person_id).where(
        Digest.week == week, or_(Digest.mailed_at.is_not(None), Digest.tries >= TRIES)
    )
    rows = db.session.execute(
        select(Person.id, Person.name, Person.email)
        .where(
            Person.active.is_(True),
            Person.email != "",
            or_(Person.id.in_(heads), Person.id.in_(deputies.acting_today())),
            Person.id.not_in(refused),
            Person.id.not_in(over),
        )
        .order_by(Person.id)
        .limit(AT_A_TIME)
    )
    return [To(*row, week) for row in rows]


def _send(session: mail.Session, to: To) -> bool:
    """Mail one, which is marked first: whatever happens then, it is not mailed twice."""
    if not _take(to):
        return False
    try:
        text = text_for(to.id)
    except Exception:  # of one person: the others get theirs
        log.exception("the digest of person %s could not be made", to.id)
        db.session.rollback()
        _failed(to, for_good=False)
        return False
    if text is None:
        return False
    try:
        subject = f"{current_app.config['PRODUCT_NAME']}: {_('tim Anda minggu ini')}"
        session.send(to.email, to.name, subject, text)
    except mail.NotMailed as refused:
        log.warning("the digest of person %s was not mailed: %s", to.id, refused)
        _failed(to, for_good=refused.for_good)
        return False
    except Exception:
        # The connection is gone: it was not taken, and the others wait too.
        _failed(to, for_good=False)
        raise
    return True


def _take(to: To) -> bool:
    """Mark it as mailed; whether it was not before."""
    now = clock.now()
    with transaction() as session:
        row = {"person_id": to.id, "week": to.week, "mailed_at": now, "tries": 0}
        if insert_new(session, Digest, [row], ["person_id", "week"]):
            return True
        again = update(Digest).where(
            Digest.person_id == to.id, Digest.week == to.week, Digest.mailed_at.is_(None), Digest.tries < TRIES
        )
        return bool(session.connection().execute(again.values(mailed_at=now)).rowcount)


def _failed(to: To, *, for_good: bool) -> None:
    """It waits again, unless it never will be taken."""
    tries = TRIES if for_good else Digest.tries + 1
    with transaction() as session:
        session.execute(
            update(Digest)
            .where(Digest.person_id == to.id, Digest.week == to.week)
            .values(mailed_at=None, tries=tries)
            .execution_options(synchronize_session=False)
        )


def text_for(person_id: int) -> str | None:
    """What a person is told of the team that their page shows now; None when nobody is in it. Ten statements."""
    supervisor = supervisor_of(person_id)
    if supervisor is None:
        return None
    figures = _figures(supervisor)
    if figures is None:
        return None
    url = current_app.config["URL"]
    lines = [f"- {words}\n  {url}{address}" for words, address in figures]
    parts = [_("Selamat pagi,"), _("keadaan tim Anda, %(kapan)s:", kapan=tanggal(clock.today())), "\n".join(lines)]
    if len(supervisor.unseen) > 1:
        parts.append(_("Termasuk tim yang sedang Anda wakili."))
    parts.append(_("Angkanya sama dengan di halaman itu pagi ini; nama hanya tampil di sana, sesudah masuk."))
    parts.append(_("Tidak ingin menerima surel ini lagi? Matikan di sini: %(alamat)s", alamat=f"{url}{SWITCH}"))
    return "\n\n".join(str(part) for part in parts) + "\n"


def _figures(supervisor: Head) -> list[tuple[str, str]] | None:
    """(words, path) of each figure: the page of that path shows exactly those who are counted. None without people."""
    target = current_app.config["JP_TARGET_PNS"]
    day = Day.of(clock.now(), target)
    team = team_figures(supervisor, day)
    if not team.people:
        return None
    completed = Found.of(supervisor, TeamFilter(status="selesai-pekan"), day).count()
    lines = [
        (_("Perlu didampingi: %(n)s dari %(total)s orang", n=angka(team.attention), total=angka(team.people)),
         _address(TeamFilter(status="perlu", sort="perlu"))),
        (_("Melewati tenggat: %(n)s orang", n=angka(team.overdue)), _address(TeamFilter(status="terlambat"))),
        (_("Menyelesaikan modul minggu lalu: %(n)s orang", n=angka(completed)),
         _address(TeamFilter(status="selesai-pekan"))),
    ]  # fmt: skip
    if team.pns:
        reached = _(
            "Sudah %(jp)s JP tahun ini: %(n)s dari %(total)s PNS",
            jp=angka(target),
            n=angka(team.pns_reached),
            total=angka(team.pns),
        )
        lines.append((reached, _address(TeamFilter(status="jp-tercapai"))))
    plans_ = _("Rencana aksi yang menunggu jawaban Anda: %(n)s", n=angka(plans.count_waiting(supervisor)))
    return [*lines, (plans_, PLANS)]


def _address(shown: TeamFilter) -> str:
    return f"{TEAM}?{urlencode(shown.as_query())}"
