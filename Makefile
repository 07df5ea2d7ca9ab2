# Everything a person types. Each target sets up what it needs on a fresh machine (Python >= 3.11, git, make),
# may be interrupted and re-run, and leaves its environment in .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help demo test check bench soak clean

help: ## Show this help
	@grep -E '^[a-z]+:.*?## ' $(MAKEFILE_LIST) | awk -F ':.*?## ' '{printf "  make %-7s %s\n", $$1, $$2}'

demo: .venv/.product ## Watch a removal order come in, be carried out, answered and proven (DEMO_KEEP=1 leaves it running)
	@$(BIN)/python tools/demo.py

test: .venv/.development ## Run every test
	@tools/browser.sh
	@tools/debian.sh dovecot-imapd=/usr/sbin/dovecot tesseract-ocr=tesseract softhsm2=softhsm2-util age=age sq=sq poppler-utils=pdfsig 'postgresql=/usr/lib/postgresql/*/bin/postgres'
	@PYTHON=$(PYTHON) tools/compiled.sh
	@PYTHON=$(PYTHON) tools/synapse.sh
	@$(BIN)/python tools/tests.py

check: .venv/.development ## Lint, types, contracts, sizes, documents
	@$(BIN)/python tools/check.py

bench: .venv/.peers ## Measure, beside the named peers, and write docs/benchmarks.md (BENCH_MINUTES=10 for the full load)
	@$(BIN)/python tools/bench/run.py --minutes $${BENCH_MINUTES:-2}

soak: .venv/.development ## The long runs (SOAK_MINUTES=30 each): orders and look-ups under kills, damaged files; writes docs/soak*.md
	@$(BIN)/python tools/soak_fuzz.py
	@$(BIN)/python tools/soak_match.py
	@$(BIN)/python tools/soak.py

clean: ## Remove what these targets made
	rm -rf .venv .cache var build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find src tests tools -name __pycache__ -prune -exec rm -rf {} +

# With the match service, which the demo shows at work.
.venv/.product: pyproject.toml constraints.txt
	@PYTHON=$(PYTHON) tools/environment.sh '[matching]'
	@touch $@

# Peers that have to be compiled: where they cannot be, their figures are missing and everything else is measured.
.venv/.peers: .venv/.development
	@PYTHON=$(PYTHON) tools/environment.sh '[dev,bench,peers]' || echo "bench: some peers could not be installed (a C++ compiler is needed); they are left out" >&2
	@touch $@

.venv/.development: pyproject.toml constraints.txt
	@PYTHON=$(PYTHON) tools/environment.sh '[dev,bench]'
	@touch .venv/.product $@
