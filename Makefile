# Every target works on a fresh machine with Python 3.11 or newer; each makes what it needs.
PYTHON ?= python3
BIN := .venv/bin
URL ?=

.DEFAULT_GOAL := help
.PHONY: help setup crawl test check stores format bench docs lock clean faults

help: ## say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|'

setup: .venv/ready ## make .venv with the locked dependencies

crawl: .venv/ready ## crawl the demo site, or URL="https://..."
	@$(if $(URL),$(BIN)/altsieve db upgrade && $(BIN)/altsieve crawl $(URL),$(BIN)/python -m console.demo)

test: .venv/ready-dev ## set up and run the whole test suite
	@$(BIN)/pytest -n auto --dist loadfile --cov --cov-report= --cov-fail-under=0

check: .venv/ready-dev ## what CI runs: format, lint, types, contracts, tests, docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test
	@$(BIN)/coverage report

# The combinations of stores besides SQLite and a folder, on real servers: all tests that touch a store on PostgreSQL,
# and on S3 those that keep an object.
RECORDS := tests/storage tests/crawler tests/console tests/acceptance
OBJECTS = $(shell grep -rlE 'crawling|Crawl\b|crawls import|Recorded|[Ww]orkshop|Crawled|fixture.*s3|s3:' $(RECORDS) --include='test_*.py')
ON = ALTSIEVE_TEST_DATABASE=$(1) ALTSIEVE_TEST_OBJECTS=$(2) $(BIN)/pytest -n auto --dist loadfile

stores: .venv/ready-dev
	@$(call ON,postgresql,folder) $(RECORDS)
	@$(call ON,sqlite,s3) $(OBJECTS)
	@$(call ON,postgresql,s3) $(OBJECTS)

# The pages in a real browser: Debian's chromium, and axe from npm.
browser: .venv/ready-dev
	@npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --silent
	@ALTSIEVE_TEST_BROWSER=1 $(BIN)/pytest -n 2 tests/browser

format: .venv/ready-dev ## format the code and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: .venv/ready-dev ## measure against img2dataset, in an environment of its own
	@$(BIN)/python -m benchmarks.pictures

docs: .venv/ready-dev ## write the generated pages of docs/ anew
	@$(BIN)/python -m console.docs

# every kind of fault at every write point, some twenty minutes; `make test` tries a selection
faults: .venv/ready-dev
	@ALTSIEVE_ALL_FAULTS=1 $(BIN)/pytest tests/faults

lock: .venv/ready-dev ## write the lock files anew from pyproject.toml
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what the targets made, but never data/
	@rm -rf .venv .bench build tests/browser/node_modules *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Altsieve needs Python 3.11 or newer: make PYTHON=python3.11 ..."; exit 1; }
	@echo "setting up .venv, about a minute the first time"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
