# The commands of a developer. Each works first on a bare Debian with Python 3.11, git and make.
#
#   make demo           the demo portal on http://127.0.0.1:5000 (keeps its data)
#   make demo RESET=1   the same from the beginning        make demo PORT=5001   on another port
#   make test           everything: lint, types, checks of processes and forms, unit and browser tests
#   make unit           the tests without a browser
#   make texts          collect the German texts for translation, and compile the English ones
#   make editors        build the editors of the browser anew (needs npm; the built files are in the repository)
#   make editors-check  build them elsewhere and compare byte for byte (make test: where npm is found)
#   make equivalence    400 random processes beside SpiffWorkflow itself (make test: 60)
#   make walks          every measure from need to closed report in the browser (make test: two)
#   make cluster        2 web and 2 worker processes on a PostgreSQL of their own, until Ctrl-C
#   make faults         every fault many times, on both databases, half an hour; writes docs/faults.md
#   make fuzz           100,000 expressions in the browser; ten minutes of atheris on each kind of file
#   make bench          what a step costs beside SpiffWorkflow and the floor; writes docs/performance.md
#   make load           a thousand clerks on 100,000 cases (DATABASE=sqlite, MINUTES=5), half an hour
#   make check          the bundled processes and forms alone: findings and journeys

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 5000
.DEFAULT_GOAL = help

.PHONY: help demo cluster test unit walks equivalence faults fuzz bench load lint check texts \
  editors editors-check browser clean
help:
	@sed -n 's/^#  *make/make/p' Makefile

demo: $(VENV)/.demo
	$(BIN)/pikflow demo --port $(PORT) $(if $(RESET),--reset)

cluster: $(VENV)/.test
	$(BIN)/python tests/cluster.py --port $(PORT)

test: $(VENV)/.test browser lint
	$(BIN)/pikflow check workflows forms
	$(BIN)/pytest -n 3 --dist loadscope --no-loadscope-reorder --no-browser-skips

unit: $(VENV)/.test
	$(BIN)/pytest -n 2 --dist worksteal -m "not browser"

walks: $(VENV)/.test browser
	PIKFLOW_WALKS="im se bs it qg bm" $(BIN)/pytest -n 2 -q tests/browser/test_journeys.py

equivalence: $(VENV)/.test
	PIKFLOW_EQUIVALENCE=400 $(BIN)/pytest -q tests/equivalence

# One line for every test as it ends; what is lost or doubled fails.
faults: $(VENV)/.test
	$(BIN)/pytest tests/faults --long --ledger docs/faults.md -n 2 --dist worksteal -v --durations=15

# atheris is no dependency: it exists for some systems only.
fuzz: $(VENV)/.test browser
	$(BIN)/python -m pip install -q --disable-pip-version-check 'atheris>=3,<4'
	PIKFLOW_EXPRESSIONS=100000 $(BIN)/pytest -q tests/browser/test_expressions.py
	for kind in expressions files forms; do mkdir -p build/fuzz/$$kind && \
	  (cd build/fuzz/$$kind && PYTHONPATH=$(CURDIR)/tests $(CURDIR)/$(BIN)/python -m fuzz.run $$kind corpus \
	  -max_total_time=600 -timeout=20) || exit 1; done

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks.steps --docs

load: $(VENV)/.test
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[demo,test,load]'
	$(BIN)/python -m benchmarks.throughput
	$(BIN)/python -m benchmarks.load --database $(or $(DATABASE),postgresql) --minutes $(or $(MINUTES),5)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

check: $(VENV)/.test
	$(BIN)/pikflow check workflows forms
	$(BIN)/pikflow test workflows

# N_, say and later mark what is translated when it is shown; _ and translate do it at once.
TEXTS = pikflow/web/translations
texts: $(VENV)/.test
	@mkdir -p build
	$(BIN)/pybabel -q extract -F $(TEXTS)/babel.cfg -k "translate translate_many:1,2 later say" \
	  --no-location --sort-output --width=100 -o build/pikflow.pot pikflow
	$(BIN)/pybabel -q update -D pikflow -l en -i build/pikflow.pot -d $(TEXTS) \
	  --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width=100
	$(BIN)/pybabel -q compile -D pikflow -d $(TEXTS)

EDITORS = pikflow/web/studio/client
editors:
	cd $(EDITORS) && npm ci --ignore-scripts --no-audit --no-fund && node build.js

editors-check: $(VENV)/.test
	PIKFLOW_EDITORS=1 $(BIN)/pytest -q tests/unit/web/studio/test_bundle.py

# A browser and one font for the browser tests. The Chromium without windows does a third less work;
# where apt can't give it, the usual one will do.
browser:
	@command -v chromium-headless-shell >/dev/null || { \
	  SUDO=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq --no-install-recommends \
	    chromium-headless-shell fonts-dejavu-core libatomic1; } || command -v chromium

# Debian splits venv from Python: fetch it where it is missing.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  SUDO=$$(test "$$(id -u)" = 0 || echo sudo); \
	  $$SUDO apt-get update -qq && $$SUDO apt-get install -y -qq python3-venv && \
	  $(PYTHON) -m venv $(VENV); }

$(VENV)/.demo: $(BIN)/python setup.py
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[demo]'
	@touch $@

$(VENV)/.test: $(BIN)/python setup.py
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[demo,test]'
	@touch $@ $(VENV)/.demo

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
