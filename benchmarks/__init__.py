"""Measurements of the product under its own server, as ratios against a bare page in the same run."""
