# Each target does all its own set-up. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
DEMO_DATA ?= demo-data
PORT ?= 8080
SECONDS ?= 3600
COUNT ?= 1000000
DATABASE ?= sqlite
# Hundreds of processes would compile everything anew where this is set.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo demo-reset run test check fuzz crash soak audit mutants bench simulate yardstick package docs screenshots format lock clean

help:
	@echo "make demo        the whole bot in your browser, without a Telegram account"
	@echo "make demo-reset  forget what the demo has kept"
	@echo "make run         a real bot, as config.toml says"
	@echo "make test        all tests"
	@echo "make check       format, lint, types, imports, structure"
	@echo "make fuzz        a million generated things at the whole bot, then the property tests in their long form"
	@echo "make crash       die at every failpoint and 1,000 times at random, and count what was lost"
	@echo "make soak        an hour of mixed traffic in bad weather, with restarts (SECONDS=180 for a short one)"
	@echo "make mutants     break what protects the bot, piece by piece, and see that its test fails"
	@echo "make audit       ask pypi.org whether what the locks name has known holes"
	@echo "make bench       speed and memory, as ratios against a baseline in the same run"
	@echo "make yardstick   python-telegram-bot's own live tests against the sandbox: how much of Telegram it is"
	@echo "make package     build the wheel, install it into a clean environment, and try it"
	@echo "make docs        build the documentation site into site/; a broken link is an error"
	@echo "make screenshots take the pictures of the screens in docs/ again (needs Chromium)"
	@echo "make simulate    a day of a bot with ten million users, in earnest and on paper"
	@echo "make format      put the code into its form"
	@echo "make lock        work out the locked dependencies again (needs uv)"

# What the bot needs to run.
$(VENV)/runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "frontdesk needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	@$(PYTHON) -m venv $(VENV)
	@echo "Installing what the bot needs into $(VENV), once."
	@$(PIP) -r requirements.lock
	@touch $@

# What working on it needs besides.
$(VENV)/development: requirements-dev.lock $(VENV)/runtime
	@echo "Installing what the tests need into $(VENV), once."
	@$(PIP) -r requirements-dev.lock
	@touch $@

# What the documentation site needs besides.
$(VENV)/documentation: requirements-docs.lock $(VENV)/development
	@echo "Installing what the documentation needs into $(VENV), once."
	@$(PIP) -r requirements-docs.lock
	@touch $@

demo: $(VENV)/runtime
	@$(BIN)/python -m bot demo --data $(DEMO_DATA) --port $(PORT)

demo-reset:
	@rm -rf $(DEMO_DATA)
	@echo "The demo has forgotten everything."

run: $(VENV)/runtime
	@$(BIN)/python -m bot run

test: $(VENV)/development
	@$(BIN)/python -m pytest --numprocesses auto --dist worksteal

check: $(VENV)/development
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest tests/house

fuzz: $(VENV)/development
	@$(BIN)/python -m tests.fuzz --count $(COUNT)
	@HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m fuzz

crash: $(VENV)/development
	@$(BIN)/python -m pytest tests/faults
	@$(BIN)/python -m tests.faults.crash
	@$(BIN)/python -m tests.faults.crash_pushes
	@$(BIN)/python -m tests.faults.flood

mutants: $(VENV)/development
	@$(BIN)/python -m tests.mutants

audit:
	@.ci/audit $(PYTHON)

soak: $(VENV)/development
	@$(BIN)/python -m tests.soak --seconds $(SECONDS) --database $(DATABASE)

# What the benchmarks measure against, and what wants other versions than the bot.
$(VENV)/aiogram/ready: requirements-aiogram.lock
	@$(PYTHON) -m venv $(VENV)/aiogram
	@$(VENV)/aiogram/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-aiogram.lock
	@touch $@

bench: $(VENV)/development $(VENV)/aiogram/ready
	@$(BIN)/python -m benchmarks

package: $(VENV)/development
	@.ci/package $(BIN)/python

docs: $(VENV)/documentation
	@$(BIN)/zensical build --clean --strict
	@$(BIN)/python -m tests.house.site

screenshots: $(VENV)/development
	@FRONTDESK_SCREENSHOTS=1 $(BIN)/python -m pytest tests/browser/test_tour.py

simulate: $(VENV)/development
	@$(BIN)/python -m benchmarks.simulate

yardstick: $(VENV)/development
	@$(BIN)/python -m tests.sandbox.yardstick

format: $(VENV)/development
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .

lock:
	@uv pip compile pyproject.toml --extra charts --extra postgres --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --quiet --output-file requirements.lock
	@uv pip compile pyproject.toml --extra charts --extra postgres --group dev --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --quiet --constraint requirements.lock --output-file requirements-dev.lock
	@uv pip compile --group docs --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --quiet --constraint requirements-dev.lock --output-file requirements-docs.lock
	@uv pip compile --group aiogram --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --quiet --output-file requirements-aiogram.lock

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
