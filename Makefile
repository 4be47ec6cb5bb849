# Sets Layerloom up from a bare clone, runs it, and checks it. `make` alone says what there is.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Twice quiet: errors are shown, notes about the user's own pip settings are not.
PIP := $(BIN)/python -m pip install --disable-pip-version-check -q -q -c constraints.txt
PINS := pyproject.toml constraints.txt
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev
# Extra words for pytest: make test ARGS="-k history -x"
ARGS ?=
# A worker for every core, up to eight, as each takes a gigabyte; a file at a time to each of them.
WORKERS ?= -n logical --maxprocesses 8 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help run test check lint types imports proof gpu texts wheel clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: $(READY) ## set up and open the digits example
	@$(BIN)/python -m gui.libraries
	@$(BIN)/layerloom demo

test: $(READY_DEV) ## set up and run the tests
	@$(BIN)/python -m gui.libraries --offscreen
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(WORKERS) $(ARGS)

check: lint types imports test ## everything that continuous integration runs

lint: $(READY_DEV) ## ruff: style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY_DEV) ## mypy, strict
	$(BIN)/mypy

imports: $(READY_DEV) ## the contracts between the packages
	$(BIN)/lint-imports

proof: $(READY_DEV) ## the slow tests, before a release
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest $(WORKERS) -m proof --timeout 1800 $(ARGS)

gpu: $(READY_DEV) ## the tests that need a graphics card
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -m gpu $(ARGS)

texts: $(READY_DEV) ## write the catalogue of all texts, for translators
	@$(BIN)/python -m tests.texts build/layerloom.ts

wheel: $(READY_DEV) ## build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## remove what was set up, built and cached
	rm -rf $(VENV) build dist *.egg-info .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find assets engine graphs gui tests -name __pycache__ -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Layerloom needs Python 3.11 or newer, and $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	    "Install a newer one and name it: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "Python cannot make a virtual environment. On Debian: apt-get install python3-venv" >&2; \
	  rm -rf $(VENV); exit 1; }

# torch goes first and by a narrow version: left to an open range, pip takes gigabytes of CUDA on
# Linux even where a small CPU build is on offer.
$(READY): $(PINS) | $(BIN)/python
	@echo "Installing what Layerloom needs into $(VENV) (a few minutes, once)"
ifeq ($(shell uname -s),Linux)
	@$(PIP) "torch==2.13.*"
endif
	@$(PIP) -e .
	@touch $@

$(READY_DEV): $(PINS) | $(READY)
	@echo "Installing the development tools into $(VENV)"
	@$(PIP) -e ".[dev]"
	@touch $@
