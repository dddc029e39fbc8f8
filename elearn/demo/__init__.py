"""Kota Bandung in miniature: invented units and people, and a year of study lived through the real services."""
