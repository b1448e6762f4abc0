# One word each. Every target makes its own environment first; a repeat of that costs 0.02 s.
.POSIX:
.PHONY: help setup run manage test walk lint format bench lock ci

PYTHON_IN_VENV = .venv/bin/python
DRAWN = tests/walks `grep -rlE "walking import (draw|WHOLE)" tests` # what the suite tries a part of, another each time
ARGS =

help:
	@echo "make run      everything on this machine (HOST, PORT, DATA_DIR); nothing to install before"
	@echo "make manage   a command on the same data (ARGS=check_truth)"
	@echo "make test     the suite on SQLite, and on PostgreSQL what may differ (ARGS='tests/incidents -k resolve')"
	@echo "make walk     all of what the suite draws a part of: every address as everybody, every list by every lookup"
	@echo "              (WALK_SEED=… with a test: the same draw again)"
	@echo "make lint     style, types, architecture, migrations, deployment checks"
	@echo "make format   let ruff put the code in shape"
	@echo "make bench    measure the promises of speed (ARGS='serving cost')"
	@echo "make ci       lint, test, and the tests that need Chromium and nginx"
	@echo "make setup    only make the development environment (.venv)"
	@echo "make lock     write requirements*.txt anew from pyproject.toml (needs uv)"

setup:
	@tools/bootstrap dev

run:
	@tools/bootstrap run
	@$(PYTHON_IN_VENV) -m config.supervisor

test: setup
	@$(PYTHON_IN_VENV) -m tools.suite $(ARGS)

walk: setup
	@WALK=whole $(PYTHON_IN_VENV) -m pytest -n 2 --dist worksteal $(DRAWN) $(ARGS)

lint: setup
	@tools/lint

format: setup
	@$(PYTHON_IN_VENV) -m ruff check --fix --quiet .
	@$(PYTHON_IN_VENV) -m ruff format .

manage:
	@tools/bootstrap run
	@$(PYTHON_IN_VENV) -m config.manage $(ARGS)

bench: setup
	@$(PYTHON_IN_VENV) -m tests.bench $(ARGS)

lock:
	@tools/lock

ci: lint
	@$(PYTHON_IN_VENV) -m tools.suite --browser
