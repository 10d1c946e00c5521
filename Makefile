# What there is to do here. Each target sets up .venv by itself, and again when what it was made from changes.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
RUN := $(BIN)/python -m
LOCKS := requirements/dev.txt pyproject.toml
# Written last, so that a set-up that was stopped half-way starts again from nothing.
STAMP := .venv/made-from

# The first Python that is new enough and can make a virtual environment; or the one that PYTHON names, and no other.
PYTHONS = $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python)
FIND_PYTHON = for python in $(PYTHONS); do \
	if "$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo "$$python"; exit; fi; done

# Contents, not times, decide: git writes new times at each checkout. The place is in it too: a moved .venv is broken.
FINGERPRINT = { cat $(LOCKS); pwd; } | cksum

PIP_COMPILE := $(RUN) piptools compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

.PHONY: demo
demo: venv ## Validate, plan and apply examples/conference to the built-in HubSpot
	@$(BIN)/hubevents-sync demo

.PHONY: test
test: venv ## Run the tests
	@$(RUN) pytest -n auto $(ARGS)

.PHONY: crash-matrix
crash-matrix: venv ## Kill an apply at every commit and request, and take it up again (minutes)
	@$(RUN) tests.crash.matrix $(ARGS)

.PHONY: mutation
mutation: venv ## Change apply/ and plan/ in every way there is, and see that a test notices (half an hour)
	@rm -rf mutants
	@$(RUN) tests.mutation.check $(ARGS)

.PHONY: lint
lint: venv ## Check style and types
	@echo "ruff check"; $(RUN) ruff check .
	@echo "ruff format"; $(RUN) ruff format --check .
	@echo "mypy"; $(RUN) mypy

# These take a size: a tenth of the million by itself, all of it with ARGS=--full, half an hour and more.
SIZED := million apply_million growth octodns

.PHONY: benchmark
benchmark: venv ## Measure speed and memory, and print the figures; ARGS=--full for a million attendees
	@for script in tests/benchmarks/*.py; do \
		case " $(SIZED) " in *" $$(basename "$$script" .py) "*) size="$(ARGS)";; *) size=;; esac; \
		echo "== $$script"; $(BIN)/python "$$script" $$size || exit; \
	done

.PHONY: lock
lock: venv ## Remake requirements/ from pyproject.toml; ARGS=--upgrade takes the newest of everything
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "the lock files are made with Python 3.11: make clean, then make lock PYTHON=python3.11" >&2; exit 1; }
	@echo "requirements/runtime.txt"
	@$(PIP_COMPILE) $(ARGS) --output-file requirements/runtime.txt pyproject.toml
	@echo "requirements/dev.txt"
	@$(PIP_COMPILE) $(ARGS) --extra dev --constraint requirements/runtime.txt \
		--output-file requirements/dev.txt pyproject.toml

.PHONY: clean
clean: ## Remove .venv and all that was built or cached; the state stays
	@rm -rf .venv build dist mutants .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: venv
venv: # Not in the list: every target above asks for it by itself.
	@if [ "$$(cat $(STAMP) 2>/dev/null)" != "$$($(FINGERPRINT))" ] \
		|| ! $(BIN)/python -c 'import click, hubevents_sync' >/dev/null 2>&1; then $(MAKE) setup; fi

.PHONY: setup
setup:
	@python=$$($(FIND_PYTHON)); \
	if [ -z "$$python" ]; then \
		echo "no Python 3.11 or newer with its venv module was found; tried: $(PYTHONS)" >&2; \
		echo "hint: install one (on Debian and Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python" >&2; \
		exit 1; \
	fi; \
	echo "setting up .venv with $$("$$python" --version) (once, about a minute)"; \
	rm -rf .venv && "$$python" -m venv .venv
	@echo "installing $$(grep -c '==' requirements/dev.txt) packages, each checked against its hash"
	@$(RUN) pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@echo "installing hubevents-sync from this folder"
	@$(RUN) pip install -qq --disable-pip-version-check --no-build-isolation --no-deps -e .
	@$(FINGERPRINT) > $(STAMP)
