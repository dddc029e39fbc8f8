"""Pages of `administration`."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("administration", __name__, template_folder="templates")
