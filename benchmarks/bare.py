"""The page to measure against: a bare Flask view that loads the signed-in user, reads 3 rows, writes 1 durably and
renders a 12 KB template, on the same database file and settings, under the same server."""

from __future__ import annotations

import os

from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import create_engine, text

from elearn.database import tune_engine

TEMPLATE = """<!doctype html><html lang="id"><title>{{ user.name }}</title><body><h1>{{ user.name }}</h1>
<ul>{% for row in rows %}<li>{{ row.id }} {{ row.title }}</li>{% endfor %}</ul>
{% for paragraph in paragraphs %}<p class="text">{{ loop.index }}. {{ paragraph }}</p>
{% endfor %}</body></html>"""
PARAGRAPHS = ["Warga datang ke loket membawa berkas dan berharap pulang dengan kepastian. " * 2] * 70

app = Flask(__name__)
app.jinja_loader = DictLoader({"bare.html": TEMPLATE})  # compiled once, as a file would be
engine = create_engine(os.environ["BENCH_DATABASE_URL"], pool_size=20, max_overflow=8)
tune_engine(engine)


@app.get("/polos")
def bare() -> str:
    person = int(request.cookies["orang"])
    with engine.connect() as connection:
        user = connection.execute(text("SELECT id, name, number FROM person WHERE id = :id"), {"id": person}).one()
        rows = [
            connection.execute(text("SELECT id, title FROM module_version WHERE id = :id"), {"id": 1}).one(),
            connection.execute(text("SELECT id, title FROM part WHERE id = :id"), {"id": 1}).one(),
            connection.execute(text("SELECT id, name AS title FROM unit WHERE id = :id"), {"id": 1}).one(),
        ]
        connection.rollback()
    with engine.connect().execution_options(write=True) as connection:
        connection.execute(text("UPDATE bench_visit SET seen = seen + 1 WHERE person_id = :id"), {"id": person})
        connection.commit()
    return render_template("bare.html", user=user, rows=rows, paragraphs=PARAGRAPHS)
