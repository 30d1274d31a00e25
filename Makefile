# make site   sets everything up and builds the gallery
# make test   sets everything up and runs the tests
# make check  adds what needs Chromium, Node and Java: HTML, accessibility, links

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
# tests/conftest.py chooses the number of workers; who is done early takes from the others.
AT_ONCE := -n auto --dist worksteal
ifneq ($(OS),)
  ifeq ($(OS),Windows_NT)
    BIN := $(VENV)/Scripts
  endif
endif

.DEFAULT_GOAL := site
.PHONY: site test lint check-site check benchmarks clean

site: $(READY)
	$(BIN)/salon build

test: $(READY)
	$(BIN)/python -m pytest $(AT_ONCE) -m "not browser"

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows templates/scaffold/gallery.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci templates/scaffold/gitlab-ci.yml

check-site: $(READY) node_modules/.ready site
	rm -rf test-output
	$(BIN)/python -m pytest $(AT_ONCE) -m "browser and not alone" tests/site
	$(BIN)/python -m pytest -m "browser and alone" tests/site
	$(BIN)/python tests/site/contact_sheet.py
	$(BIN)/python tests/site/check_site.py site
	$(BIN)/salon patterns --out test-output/patterns
	$(BIN)/python tests/site/check_site.py test-output/patterns
	$(BIN)/python tests/site/check_lighthouse.py site

check: lint test check-site

benchmarks: $(READY)
	for script in benchmarks/*.py; do $(BIN)/python $$script || exit 1; done

clean:
	rm -rf $(VENV) node_modules site .salon test-output

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Salon needs Python 3.11, 3.12 or 3.13, this is %d.%d: make PYTHON=python3.12" % v)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

node_modules/.ready: package-lock.json
	npm ci --no-audit --no-fund --ignore-scripts
	@touch $@
