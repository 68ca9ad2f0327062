# Every command of the README. The first run of each installs what it needs; later ones are quick.
SHELL := /bin/bash
PY := .venv/bin/python

# Two tests at a time, each file in one process; files with browser tests come last (tests/conftest.py).
SIDE_BY_SIDE := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: run test test-postgresql bench check lock clean

run: .venv/run.installed
	@exec $(PY) manage.py start --demo

test: .venv/dev.installed
	@$(PY) -m tests.prerequisites
	@$(PY) manage.py build_static
	@$(PY) -m pytest $(SIDE_BY_SIDE) $(ARGS)

test-postgresql: .venv/dev.installed
	@$(PY) -m tests.postgresql $(PY) -m pytest $(SIDE_BY_SIDE) -m "not browser and not start and not no_database" $(ARGS)

# Figures that we promise, on SQLite or, with DATABASE_URL, on PostgreSQL; ARGS names modules of tests/bench.
bench: .venv/dev.installed
	@$(PY) -m tests.bench $(ARGS)

check: .venv/dev.installed
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy apps config tests
	.venv/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py check --fail-level WARNING

lock:
	.venv/bin/uv pip compile pyproject.toml --generate-hashes --universal --no-emit-index-url --no-header -q -o requirements.txt
	.venv/bin/uv pip compile pyproject.toml --group dev -c requirements.txt --generate-hashes --universal --no-emit-index-url --no-header -q -o requirements-dev.txt

clean:
	rm -rf .venv node_modules static/vendor

.venv/bin/python:
	@for python in python3.13 python3.14 python3.12 python3; do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then exec $$python -m venv .venv; fi; \
	done; echo "Slipway needs Python 3.12 or newer: install it and run the command again." >&2; exit 1

.venv/run.installed: requirements.txt | .venv/bin/python
	@[ -e .venv/dev.installed ] || { echo "Installing Python packages ..."; \
	  $(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt; }
	@touch $@

.venv/dev.installed: requirements-dev.txt | .venv/bin/python
	@echo "Installing Python packages ..."
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
