# Everything a newcomer needs is `make run` and `make test`.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Two workers whose numpy has two threads each only get into each other's way.
# The databases of a test live for a second: memory is the place for them.
TEST_ENV := OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 \
  $(shell test -w /dev/shm && echo PYTEST_DEBUG_TEMPROOT=/dev/shm)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test test-slow weeks prove bench-classifier check format lock train clean

run: $(VENV)/.installed
	@$(BIN)/lapor run --sandbox $(ARGS)

test: $(VENV)/.installed-dev
	$(TEST_ENV) $(BIN)/pytest -n 2 --dist loadgroup $(ARGS)

# Three workers: the kills mostly wait.
test-slow: $(VENV)/.installed-dev
	$(TEST_ENV) $(BIN)/pytest -m slow -n 3 --dist loadgroup $(ARGS)

# Simulated weeks, and what they reached: violations or a rarity end in an error.
WEEKS ?= 1-500
weeks: $(VENV)/.installed-dev
	$(TEST_ENV) $(BIN)/python -m tests.simulation $(WEEKS)

# The long form of weeks, sweep, kills and planted bugs, added up in benchmarks/results.
prove: $(VENV)/.installed-dev
	$(TEST_ENV) $(BIN)/python -m benchmarks.reliability $(ARGS)

# How good and how fast the classifier is; `shipped` or `folds` for a part of it.
bench-classifier: $(VENV)/.installed-dev
	$(TEST_ENV) $(BIN)/python -m benchmarks.classifier $(ARGS)

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .

format: $(VENV)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

train: $(VENV)/.installed
	$(BIN)/lapor train --into models/starter

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "python3 is missing: install it, on Debian with 'apt-get install python3 python3-venv'." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another one: make PYTHON=python3.12 run" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing: on Debian 'apt-get install python3-venv'." >&2; exit 1; }
	@echo "Setting up $(VENV) (once) ..." >&2
	@$(PYTHON) -m venv $(VENV)

# The project itself is installed in place, so that .venv/bin/lapor runs this very tree.
$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the packages of requirements.lock ..." >&2
	@$(BIN)/pip install -q --require-hashes -r requirements.lock >&2 || { echo "The packages could not be installed: is there a network that reaches the package index?" >&2; exit 1; }
	@$(BIN)/pip install -q --no-deps --no-build-isolation -e . >&2
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@echo "Installing the packages of requirements-dev.lock ..." >&2
	@$(BIN)/pip install -q --require-hashes -r requirements-dev.lock >&2 || { echo "The packages could not be installed: is there a network that reaches the package index?" >&2; exit 1; }
	@touch $@

# Needs uv (pip install uv); neither lock names a host.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .pytest_cache .ruff_cache
