"""Pure Python: no Flask, no database, no files, no clock, no global state. import-linter guards it."""
