"""Media in a bucket of S3-compatible storage: the disk is a copy of what is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from config import BadSetting, Config
from elearn import doctor
from elearn.catalogue import media
from elearn.catalogue.media import MediaStore, store_of
from elearn.database import transaction
from tests.buckets import FakeBucket, bucket

DATA = b"\x89PNG gambar"
DIGEST = sha256(DATA).hexdigest()
NAME = f"diajar/{DIGEST[:2]}/{DIGEST}"


@pytest.fixture
def fake() -> Iterator[FakeBucket]:
    with bucket() as one:
        yield one


def settings(fake: FakeBucket, root: Path, **more: str) -> Config:
    return Config({"DIAJAR_INSTANCE": str(root), "DIAJAR_MODE": "testing", **fake.environ, **more})


@pytest.fixture
def store(fake: FakeBucket, tmp_path: Path) -> MediaStore:
    return store_of(settings(fake, tmp_path).as_mapping())


def test_what_is_kept_here_is_in_the_bucket_and_another_server_gets_it(
    fake: FakeBucket, store: MediaStore, tmp_path: Path
) -> None:
    store.put(DIGEST, DATA)
    assert fake.objects == {NAME: DATA} and store.read(DIGEST) == DATA
    other = store_of(settings(fake, tmp_path / "lain").as_mapping())
    assert not other.place(DIGEST).exists()
    assert other.read(DIGEST) == DATA and other.place(DIGEST).read_bytes() == DATA
    fake.asked.clear()
    assert other.read(DIGEST) == DATA and fake.asked == [], "the second time from the disk"


def test_what_is_there_is_not_sent_again(fake: FakeBucket, store: MediaStore) -> None:
    store.put(DIGEST, DATA)
    fake.asked.clear()
    store.put(DIGEST, DATA)
    assert [line.split()[0] for line in fake.asked] == ["HEAD"]


def test_a_bucket_that_lost_it_gets_it_again(fake: FakeBucket, store: MediaStore) -> None:
    store.put(DIGEST, DATA)
    fake.objects.clear()
    store.put(DIGEST, DATA)
    assert fake.objects == {NAME: DATA}


def test_what_is_nowhere_is_a_missing_file(store: MediaStore) -> None:
    with pytest.raises(FileNotFoundError, match=DIGEST):
        store.read(DIGEST)


def test_a_bucket_that_refuses_keeps_nothing_here_either(fake: FakeBucket, store: MediaStore) -> None:
    fake.broken = True
    with pytest.raises(OSError, match="did not take") as failed:
        store.put(DIGEST, DATA)
    assert not isinstance(failed.value, FileNotFoundError)
    assert not store.place(DIGEST).exists()
    with pytest.raises(OSError, match="did not give"):
        store.read(DIGEST)


def test_what_was_exchanged_in_the_bucket_is_not_shown(fake: FakeBucket, store: MediaStore) -> None:
    fake.objects[NAME] = b"sesuatu yang lain"
    with pytest.raises(OSError, match="something else"):
        store.read(DIGEST)
    assert not store.place(DIGEST).exists()


def test_the_media_of_a_disk_are_put_into_a_bucket_later(
    app: Flask, fake: FakeBucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = "0" * 64
    with transaction() as session:
        media.write({"a.png": DATA}, {"a.png": DIGEST})
        media.record(session, {"a.png": DATA, "b.png": b""}, [("a.png", DIGEST), ("b.png", lost)])
    with pytest.raises(ValueError, match="no bucket"):
        media.fill_bucket()
    there = store_of(settings(fake, tmp_path).as_mapping()).bucket
    monkeypatch.setitem(app.extensions, "media", MediaStore(app.config["MEDIA_DIR"], there))
    assert media.fill_bucket() == (1, [lost]) and fake.objects == {NAME: DATA}
    assert media.fill_bucket() == (0, [lost])
    shutil.rmtree(media.store().place(DIGEST).parent)
    assert media.store().read(DIGEST) == DATA


def test_the_doctor_asks_the_bucket(fake: FakeBucket, tmp_path: Path) -> None:
    assert doctor._bucket(settings(fake, tmp_path)) == []
    assert doctor._bucket(Config({"DIAJAR_MODE": "testing"})) == []
    (finding,) = doctor._bucket(settings(fake, tmp_path, DIAJAR_S3_KEY="lain"))
    assert finding.severity == "error" and "media-uji" in finding.message


@pytest.mark.parametrize(
    ("setting", "value"),
    [("DIAJAR_MEDIA_BUCKET", "Bukan Bucket"), ("DIAJAR_S3_ENDPOINT", "s3.contoh.go.id"), ("DIAJAR_S3_SECRET", "")],
)
def test_a_bad_setting_stops_the_start(fake: FakeBucket, tmp_path: Path, setting: str, value: str) -> None:
    with pytest.raises(BadSetting, match=r"S3|BUCKET"):
        settings(fake, tmp_path, **{setting: value})
