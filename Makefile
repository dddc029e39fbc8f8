# Everything starts from Python alone: tools/bootstrap.py makes .venv, installs from the lock files and builds the
# front end, and does nothing that is already done.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo python3)
BOOTSTRAP = $(PYTHON) tools/bootstrap.py

.PHONY: help up test check bench lock clean

help:
	@echo "make up      install, build, migrate, publish, seed the demo and serve http://127.0.0.1:8000"
	@echo "make test    install what tests need and run all of them"
	@echo "make check   ruff, mypy, import-linter, migrations, content"
	@echo "make bench   measure the pages against a bare one"
	@echo "make lock    compile the lock files anew"
	@echo "make clean   remove what was installed and built; the data in instance/ stays"

up:
	@$(BOOTSTRAP) app
	@.venv/bin/elearn up

test:
	@$(BOOTSTRAP) test
	@.venv/bin/python -m pytest -n 2 $(ARGS)

check:
	@$(BOOTSTRAP) test
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/python tools/check_migrations.py
	.venv/bin/elearn content check

bench:
	@$(BOOTSTRAP) test
	@.venv/bin/python -m benchmarks

lock:
	@$(BOOTSTRAP) lock

clean:
	rm -rf .venv .make frontend/node_modules elearn/web/static/dist
