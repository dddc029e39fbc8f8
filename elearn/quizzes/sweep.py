"""Closing attempts whose time has run out and retrying grades that failed, from inside each server process."""

from __future__ import annotations

from flask import Flask


def start_sweeper(app: Flask) -> None:
    """Start the sweep in this process (a daemon thread), every SWEEP_SECONDS; 0 turns it off."""
