"""The page to measure against: the Flask view that anyone would write with the given packages.

Flask-Login loads the signed-in user from the session's cookie, three rows are read and one is written through
Flask-SQLAlchemy, and a template of 12 KB is rendered; on the same database file and settings, under the same server. No
navigation, no translation, no token against forgery, no compression: what the product does beyond this is its own cost.
"""

from __future__ import annotations

from flask import Flask, render_template
from flask_login import LoginManager, UserMixin, current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from config import Config
from elearn.database import tune_engine

TEMPLATE = """<!doctype html><html lang="id"><title>{{ user.name }}</title><body><h1>{{ user.name }}</h1>
<ul>{% for row in rows %}<li>{{ row.id }} {{ row.title }}</li>{% endfor %}</ul>
{% for paragraph in paragraphs %}<p class="text">{{ loop.index }}. {{ paragraph }}</p>
{% endfor %}</body></html>"""
PARAGRAPHS = ["Warga datang ke loket membawa berkas dan berharap pulang dengan kepastian. " * 2] * 70


class Base(DeclarativeBase):
    pass


class Person(UserMixin, Base):  # type: ignore[misc]
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[str]


class Version(Base):
    __tablename__ = "module_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Part(Base):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


class Unit(Base):
    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column("name")


class Visit(Base):
    __tablename__ = "bench_visit"
    person_id: Mapped[int] = mapped_column(primary_key=True)
    seen: Mapped[int]


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
login_manager = LoginManager()


@login_manager.user_loader  # type: ignore[misc]
def load_user(person_id: str) -> Person | None:
    return db.session.get(Person, int(person_id))


def create_app(environ: dict[str, str] | None = None) -> Flask:
    """The bare application on the product's database, with its engine settings and its secret."""
    app = Flask(__name__)
    app.config.from_mapping(Config(environ).as_mapping())
    app.jinja_loader = DictLoader({"bare.html": TEMPLATE})  # compiled once, as a file would be
    db.init_app(app)
    login_manager.init_app(app)
    with app.app_context():
        tune_engine(db.engine)

    @app.get("/polos")
    @login_required  # type: ignore[misc]
    def bare() -> str:
        rows = [db.session.get_one(kind, 1) for kind in (Version, Part, Unit)]
        person = current_user.id
        db.session.commit()  # a read transaction cannot be raised to a write while others write
        db.session.connection(execution_options={"write": True})
        db.session.execute(update(Visit).where(Visit.person_id == person).values(seen=Visit.seen + 1))
        db.session.commit()
        return render_template("bare.html", user=current_user, rows=rows, paragraphs=PARAGRAPHS)

    return app


app = create_app()
