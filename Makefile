# make run    set up once, run every notebook for every city of the example lab, build the pages
# make test   set up once, then lint, types, import rules and every test
# make lab    JupyterLab with the notebooks open
# make bench  the figures of the README's performance table
# make lock   pin the dependencies of pyproject.toml anew (needs the network)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lab bench lock

run: $(READY)
	$(BIN)/labtools run --lab data/example

test: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lab: $(READY)
	$(BIN)/jupyter lab --notebook-dir=. --ServerApp.default_url=/lab/tree/notebooks

bench: $(READY)
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/transcripts.py
	$(BIN)/python benchmarks/names.py
	$(BIN)/python benchmarks/batch.py
	$(BIN)/python benchmarks/cities.py
	$(BIN)/python benchmarks/interviews.py
	$(BIN)/python benchmarks/coding.py
	$(BIN)/python benchmarks/surveys.py

lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip --quiet install uv
	$(VENV)-lock/bin/uv pip compile --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-header --no-annotate --upgrade \
		--all-extras pyproject.toml --output-file requirements.lock --quiet
	rm -r $(VENV)-lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --no-deps --only-binary :all: --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@
