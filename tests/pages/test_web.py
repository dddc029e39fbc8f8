"""What every page shares: headers, error pages, theme, navigation, built files, the rules of templates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import TooManyRequests

from elearn import clock
from elearn.web import assets, errors, layout, views
from tests.conftest import make_app

ELEARN = Path(assets.__file__).parents[1]
TEMPLATES = sorted(ELEARN.glob("**/templates/**/*.html"))
DIST = ELEARN / "web" / "static" / "dist"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Flask]:
    """The application without a table in its database: what is tested here must not need one."""
    app = make_app(f"sqlite:///{tmp_path}/kosong.db", tmp_path)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield app


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


def token(client: FlaskClient, path: str = "/gaya/") -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    assert found
    return found.group(1)


# Headers


def test_pages_carry_the_headers(client: FlaskClient) -> None:
    headers = client.get("/gaya/").headers
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "data:" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_hsts_only_over_https(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/gaya/").headers
    assert "Strict-Transport-Security" in client.get("/gaya/", base_url="https://localhost").headers


def test_a_view_may_say_how_long_to_keep_its_answer(site: Flask) -> None:
    @site.get("/uji")
    def view() -> tuple[str, dict[str, str]]:
        return "", {"Cache-Control": "public, max-age=60"}

    assert site.test_client().get("/uji").headers["Cache-Control"] == "public, max-age=60"


# Error pages


@pytest.mark.parametrize("code", [400, 403, 404, 405, 413, 429, 500])
def test_error_pages_say_what_is_safe_and_the_way_back(client: FlaskClient, code: int) -> None:
    response = client.get(f"/gaya/galat/{code}")
    words = errors.TEXTS[code]
    assert response.status_code == code
    for sentence in (words.title, words.happened, words.safe):
        assert str(sentence) in response.text
    assert 'href="/"' in response.text
    assert "Content-Security-Policy" in response.headers


def test_a_status_without_words_of_its_own_has_those_of_its_class() -> None:
    assert errors.text_for(410) is errors.TEXTS[400]
    assert errors.text_for(503) is errors.TEXTS[500]


def test_the_page_for_a_failure_needs_no_database(site: Flask) -> None:
    @site.get("/uji")
    def view() -> str:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    @site.context_processor
    def queries() -> dict[str, object]:
        raise AssertionError("an error page asked a feature for something")

    response = site.test_client().get("/uji")
    assert response.status_code == 500
    assert "Terjadi kesalahan di pihak kami" in response.text


def test_a_form_without_its_token_is_explained(client: FlaskClient) -> None:
    response = client.post("/tema", data={"tema": "gelap"}, headers={"Referer": "http://localhost/gaya/?a=1"})
    assert response.status_code == 400
    assert str(errors.EXPIRED.title) in response.text
    assert 'href="/gaya/?a=1"' in response.text


def test_the_way_back_stays_on_this_site(client: FlaskClient) -> None:
    response = client.post("/tema", data={"tema": "gelap"}, headers={"Referer": "https://example.org/gaya/"})
    assert "example.org" not in response.text


def test_headers_that_help_are_kept(site: Flask) -> None:
    @site.get("/uji")
    def view() -> str:
        raise TooManyRequests(retry_after=30)

    client = site.test_client()
    assert client.get("/uji").headers["Retry-After"] == "30"
    assert "POST" in client.get("/tema").headers["Allow"]


def test_a_script_gets_its_error_as_json(site: Flask) -> None:
    @site.get("/uji")
    def view() -> str:
        raise CSRFError("The CSRF token is missing.")

    response = site.test_client().get("/uji", headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert response.json is not None
    assert response.json["code"] == 400
    assert "kedaluwarsa" in response.json["title"]


# Theme


@pytest.mark.parametrize(
    ("choice", "attribute"), [("terang", 'data-bs-theme="light"'), ("gelap", 'data-bs-theme="dark"')]
)
def test_a_chosen_theme_is_in_the_first_byte_of_the_page(client: FlaskClient, choice: str, attribute: str) -> None:
    answer = client.post("/tema", data={"tema": choice, "next": "/gaya/tim", "csrf_token": token(client)})
    assert answer.status_code == 302
    assert answer.location == "/gaya/tim"
    assert f'<html lang="id" {attribute}>' in client.get("/gaya/").text
    assert f'<html lang="id" {attribute}>' in client.get("/gaya/galat/500").text


def test_automatic_leaves_it_to_the_system(client: FlaskClient) -> None:
    client.post("/tema", data={"tema": "gelap", "csrf_token": token(client)})
    client.post("/tema", data={"tema": "otomatis", "csrf_token": token(client)})
    assert '<html lang="id">' in client.get("/gaya/").text


def test_an_unknown_theme_is_refused(client: FlaskClient) -> None:
    assert client.post("/tema", data={"tema": "neon", "csrf_token": token(client)}).status_code == 400


@pytest.mark.parametrize(
    "target",
    [
        "//example.org",
        "https://example.org/",
        "/\\example.org",
        "\\\\example.org",
        "javascript:alert(1)",
        "/\t/example.org",
    ],
)
def test_going_back_never_leaves_the_site(client: FlaskClient, target: str) -> None:
    answer = client.post("/tema", data={"tema": "gelap", "next": target, "csrf_token": token(client)})
    assert answer.location == "/"


# Layout


def test_navigation_by_role(site: Flask) -> None:
    with site.test_request_context("/percobaan/abc/3"):
        everyone = layout.navigation(frozenset())
        assert [item.key for item in everyone.items] == ["beranda", "modul", "nilai"]
        assert [item.key for item in everyone.items if item.current] == ["modul"]
        all_roles = layout.navigation({"admin", "atasan", "pengajar"})
        assert [item.key for item in all_roles.more] == ["admin"]
        assert len(all_roles.tabs) == 5
    with site.test_request_context("/admin/audit"):
        assert [item.key for item in layout.navigation({"admin"}).items if item.current] == ["admin"]
    with site.test_request_context("/modulasi"):
        assert not any(item.current for item in layout.navigation(()).items)
        assert layout.navigation((), "nilai").items[2].current


@pytest.mark.parametrize(
    ("hour", "said"),
    [
        (3, "wengi"),
        (4, "énjing"),
        (10, "énjing"),
        (11, "siang"),
        (15, "sonten"),
        (18, "wengi"),
        (23, "wengi"),
    ],
)
def test_greeting_by_the_hour_in_jakarta(hour: int, said: str) -> None:
    at = datetime(2026, 11, 23, hour, 5, tzinfo=clock.JAKARTA)
    assert layout.greeting("Dr. Rina Kartika, M.Si.", at) == f"Wilujeng {said}, Rina"


def test_the_layout_stands_without_a_person_and_without_jp(site: Flask) -> None:
    with site.test_request_context("/"):
        page = render_template_string('{% extends "layout.html" %}{% block content %}<h1>Uji</h1>{% endblock %}')
    assert 'class="tabbar"' not in page
    assert "<h1>Uji</h1>" in page


@pytest.mark.parametrize("name", ["", *views.STYLE_PAGES])
def test_style_pages_are_whole_pages(client: FlaskClient, name: str) -> None:
    response = client.get(f"/gaya/{name}")
    assert response.status_code == 200
    assert response.text.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', response.text)
    assert len(ids) == len(set(ids))
    for label in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', response.text):
        assert set(label.split()) <= set(ids)


def test_no_style_page_in_production(tmp_path: Path) -> None:
    app = make_app(
        f"sqlite:///{tmp_path}/kosong.db",
        tmp_path,
        DIAJAR_MODE="production",
        SECRET_KEY="kunci-uji-yang-cukup-panjang-0123456789",
    )
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/gaya")]


def test_health_names_the_database(client: FlaskClient) -> None:
    response = client.get("/sehat")
    assert response.status_code == 200
    assert response.json == {"sehat": True, "basis_data": True}


# Components


def render(site: Flask, source: str, path: str = "/uji?cari=spbe&halaman=2") -> str:
    with site.test_request_context(path):
        return render_template_string(source)


def test_a_score_has_the_level_of_its_pass_mark(site: Flask) -> None:
    source = '{% from "components/status.html" import heat %}{{ heat(score, passing=70) }}'
    for score, level in [(None, 0), (59, 1), (60, 2), (69, 2), (70, 3), (89, 3), (90, 4)]:
        with site.test_request_context("/"):
            assert f'class="heat lv{level}"' in render_template_string(source, score=score)


def test_pages_of_a_list_keep_what_was_asked(site: Flask) -> None:
    html = render(site, '{% from "components/structure.html" import pagination %}{{ pagination(2, 9, total=412) }}')
    assert 'href="/uji?cari=spbe&amp;halaman=3"' in html
    assert html.count("…") == 1
    assert render(site, '{% from "components/structure.html" import pagination %}{{ pagination(1, 1) }}').strip() == ""


def test_text_of_people_is_escaped(site: Flask) -> None:
    source = """
        {% from "components/study.html" import attention_item %}
        {% from "components/status.html" import chip, meter %}
        {{ attention_item(evil, 'due', evil, evil, evil, '/') }}{{ chip(evil) }}{{ meter(5, evil) }}
    """
    with site.test_request_context("/"):
        html = render_template_string(source, evil="<img src=x>")
    assert html.count("&lt;img") == 7
    assert "<img" not in html


# The build


def test_an_asset_that_is_not_built_is_named(site: Flask) -> None:
    with site.test_request_context("/"):
        assert re.fullmatch(r"/static/dist/app-\w+\.css", assets.asset("app.css"))
        with pytest.raises(assets.NotBuiltError, match=r"missing\.css"):
            assets.asset("missing.css")
        with pytest.raises(assets.NotBuiltError, match=r"icons\.json"):
            assets.icon("no-such-icon")


def test_an_icon_speaks_only_with_a_label(site: Flask) -> None:
    with site.test_request_context("/"):
        assert 'aria-hidden="true"' in assets.icon("home")
        assert 'role="img" aria-label="Tutup &lt;ini&gt;"' in assets.icon("x", label="Tutup <ini>")


def test_icons_named_in_templates_exist() -> None:
    known = assets.manifest().icons
    named = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r"icon\('([\w-]+)'|symbol='([\w-]+)'", path.read_text("utf-8"))
    }
    assert named
    missing = {(path, name or other) for path, (name, other) in named if (name or other) not in known}
    assert not missing


def test_the_first_lesson_view_is_light() -> None:
    files = json.loads((DIST / "manifest.json").read_text("utf-8"))["files"]
    needed = ["app.css", "app.js", "lesson.js", "sprite.svg", "favicon.svg", "jakarta.woff2"]
    weight = 0
    for name in needed:
        packed = DIST / f"{files[name]}.br"
        weight += (packed if packed.exists() else DIST / files[name]).stat().st_size
    assert weight < 100_000 - 15_000, "the page itself may take 15 KB of the 100"


def test_styles_reach_for_nothing_outside() -> None:
    css = (DIST / assets.manifest().files["app.css"]).read_text("utf-8")
    for target in re.findall(r"url\(([^)]*)\)", css):
        assert re.fullmatch(r"[\w-]+\.(svg|woff2)", target), target
    assert "@import" not in css


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ELEARN)))
def test_templates_keep_to_the_policy(path: Path) -> None:
    source = path.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", source), "style attributes are blocked: use a class"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), "event attributes are blocked: use a data attribute"
    assert not re.search(r"<script(?![^>]*\ssrc=)", source), "inline scripts are blocked"
    assert not re.search(r"<style|hx-on|javascript:", source)
