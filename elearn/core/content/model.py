"""Moved to elearn.core.model."""

from elearn.core.model import *  # noqa: F403
