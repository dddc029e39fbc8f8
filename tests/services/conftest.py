"""What most tests of services begin with. Both are made when asked for, on the database of the test."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from elearn.catalogue.store import PublishedVersion
from elearn.people.models import Person
from tests.content import published
from tests.helpers import make_person, make_unit


@pytest.fixture
def version(app: Flask, tmp_path: Path) -> PublishedVersion:
    """The small module, published."""
    return published(tmp_path)


@pytest.fixture
def person(app: Flask) -> Person:
    """A peserta in a unit of their own."""
    return make_person(make_unit())
