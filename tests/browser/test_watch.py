"""`elearn content watch`: a folder in the browser while it is written with any editor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from elearn.authoring import watching
from elearn.core.model import Diagnostic
from tests.browser.conftest import axe, no_sideways_scroll
from tests.content import LESSON, MODULE, PRETEST
from tests.serving import ROOT

Told = Queue[tuple[list[str], str, list[Diagnostic]]]


class Watching(watching.Server):
    """A server that serves beside the test, and remembers what it would have printed."""

    def __init__(self, folder: Path) -> None:
        self.told: Told = Queue()
        super().__init__(folder, 0, changed=lambda *change: self.told.put(change) if change[0] else None)
        self.url = self.address


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "antrean"
    (folder / "media").mkdir(parents=True)
    (folder / "module.md").write_text(MODULE.replace("pretest: tes-awal\nposttest: kuis-akhir\n", ""))
    (folder / "01-mendengar.md").write_text(LESSON.format(title="Mendengar", slug="mendengar"))
    (folder / "02-tes-awal.md").write_text(PRETEST)
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[Watching]:
    with Watching(folder) as server:
        thread = Thread(target=server.run)
        thread.start()
        yield server
    thread.join()


def test_a_saved_file_is_shown_at_once_and_answers_stay(
    server: Watching, folder: Path, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    page.goto("/modul/antrean/mendengar")
    expect(page.get_by_role("heading", level=1, name="Mendengar")).to_be_visible()
    page.get_by_role("button", name="Periksa jawaban").wait_for()
    page.get_by_role("region", name="Soal 1").get_by_label("dengar").check()
    with page.expect_response("**/perubahan*"):
        page.reload()  # the stream of events is open before the file changes
    page.get_by_role("region", name="Soal 1").get_by_label("dengar").check()
    lesson = folder / "01-mendengar.md"
    lesson.write_text(lesson.read_text().replace("antrean di kelurahan", "antrean di kecamatan"))
    expect(page.get_by_text("Cerita tentang antrean di kecamatan.")).to_be_visible()
    expect(page.get_by_role("region", name="Soal 1").get_by_label("dengar")).to_be_checked()
    files, slug, found = server.told.get(timeout=20)
    assert (files, slug) == (["01-mendengar.md"], "antrean")
    assert not [d for d in found if d.severity == "error"]


def test_mistakes_are_on_the_page_and_told_in_the_terminal(
    server: Watching, folder: Path, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    with page.expect_response("**/perubahan*"):
        page.goto("/modul/antrean/mendengar")
    (folder / "01-mendengar.md").write_text("---\ntitle: Mendengar\n---\n![Loket](media/hilang.png)\n")
    expect(page.get_by_text("Berkas media/hilang.png tidak ada.")).to_be_visible()
    _files, _slug, found = server.told.get(timeout=20)
    assert "X401" in {d.code for d in found}


def test_a_quiz_is_answered_and_graded(server: Watching, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto("/modul/antrean/tes-awal")
    first = page.get_by_role("region", name="Soal 1")
    first.get_by_label("tidak").check()
    first.get_by_role("button", name="Periksa jawaban").click()
    expect(page.get_by_role("region", name="Soal 1").get_by_role("status")).to_contain_text("belum tepat")


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, True)])
def test_its_pages_are_for_everyone(server: Watching, open_page: Callable[..., Page], width: int, dark: bool) -> None:
    page = open_page(width=width, dark=dark)
    for address in ("/", "/modul/antrean/mendengar", "/modul/antrean/tes-awal"):
        page.goto(address)
        axe(page)
        no_sideways_scroll(page)


def test_the_modules_of_a_content_folder_with_their_pictures(open_page: Callable[..., Page], server: Watching) -> None:
    with Watching(ROOT / "content") as other:
        thread = Thread(target=other.run)
        thread.start()
        page = open_page()
        page.goto(f"{other.url}/")
        page.get_by_role("link", name="Dasar Pemerintahan Digital").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Dasar Pemerintahan Digital")
        links = page.get_by_role("navigation", name="Isi modul").get_by_role("link").all()
        seen = 0
        for address in [link.get_attribute("href") for link in links]:
            page.goto(f"{other.url}{address}")
            for picture in page.locator("article img").all():
                picture.scroll_into_view_if_needed()
                page.wait_for_function("i => i.complete && i.naturalWidth > 0", arg=picture.element_handle())
                seen += 1
        assert seen
    thread.join()


def test_it_answers_this_computer_by_its_own_name_only(server: Watching) -> None:
    """A page of the internet whose name leads to 127.0.0.1 reads nothing of the folder."""
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(f"{server.url}/modul/antrean/mendengar", headers={"Host": "jahat.example"}))
    assert refused.value.code == 400


def test_a_folder_without_modules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(watching.NoModules):
        watching.Server(tmp_path, 0)
