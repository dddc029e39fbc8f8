"""The rules of a quiz as plain functions: draw and shuffle, the state of an attempt, time, scores, review."""
