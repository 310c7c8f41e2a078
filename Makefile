# Palier: two commands matter, `make demo` and `make test`. Needs Python >= 3.11, make, and a package registry.
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv pip install -q --require-hashes --only-binary :all: --python $(BIN)/python
PYTEST := $(BIN)/python -m pytest
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: setup setup-dev demo test check unit browser kill bench preuves couverture mutants langues lock propre

setup: $(VENV)/.execution
setup-dev: $(VENV)/.essais

$(VENV)/.outil:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Palier demande Python 3.11 ou plus ; celui-ci est le " + sys.version.split()[0] + ". Donnez PYTHON=python3.12, par exemple.")'
	@echo "Préparation de $(VENV)…"
	@$(PYTHON) -m venv --without-pip $(VENV)
	@if $(PYTHON) -m pip --version >/dev/null 2>&1; \
	  then $(PYTHON) -m pip -q --disable-pip-version-check --python $(BIN)/python install uv; \
	  else $(BIN)/python -m ensurepip && $(BIN)/python -m pip -q --disable-pip-version-check install uv; fi
	@touch $@

$(VENV)/.execution: requirements.txt $(VENV)/.outil
	@$(UV) -r requirements.txt
	@$(BIN)/python -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "palier.pth").write_text(str(pathlib.Path("src").resolve()) + "\n")'
	@printf '#!/bin/sh\nexec "$$(dirname "$$(readlink -f "$$0")")/python" -m palier.config.cli "$$@"\n' > $(BIN)/palier
	@chmod +x $(BIN)/palier
	@touch $@

$(VENV)/.essais: requirements-dev.txt $(VENV)/.execution
	@$(UV) -r requirements.txt -r requirements-dev.txt
	@touch $@

demo: setup
	@exec $(BIN)/palier demo --port $(PORT)

# Fast first: what a wrong commit breaks is known within minutes.
test: setup-dev check unit browser kill

check: setup-dev
	$(BIN)/ruff check src tests
	$(BIN)/lint-imports
	PYTHONPATH=src $(BIN)/mypy
	$(BIN)/djlint src/palier --lint --quiet

unit: setup-dev
	$(PYTEST) -m "not browser and not kill" -n 2

browser: setup-dev
	$(PYTEST) -m browser

kill: setup-dev
	$(PYTEST) -m kill

bench: setup-dev
	$(BIN)/python -m tests.bench

preuves: setup-dev
	$(BIN)/python -m tests.preuves

# Every branch of the law, by tests that open no database. Those that go over the same ground at length are left out.
couverture: setup-dev
	$(BIN)/coverage run -m pytest -m "not database" -k "not (shipped_grid or a_wide_grid or starts_without or manquants \
	  or proprietes) and (not each_household or 2026-11-24)" tests/test_droit_*.py tests/test_cotation_*.py \
	  tests/test_cli_*.py tests/test_sources.py tests/test_explications.py tests/test_grilles.py tests/house/test_law.py
	$(BIN)/coverage report

mutants: setup-dev
	@$(UV) --no-binary yattag -r requirements-mutants.txt
	$(BIN)/python -m tests.mutants

langues: setup-dev
	$(BIN)/python -m tests.messages

lock: setup-dev
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url requirements-mutants.in -o requirements-mutants.txt

propre:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
