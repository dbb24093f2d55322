# Each target makes .venv itself, once; a second call installs nothing.
# `make` alone lists them.  Another Python: make lab PYTHON=python3.13

PYTHON ?= python3
VENV := .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
READY := $(VENV)/.ready
FOR_LAB := tools/jupyterlab/overrides.json $(wildcard tools/jupyterlab/*/package.json tools/jupyterlab/*/static/*)
# .ready holds the folder that .venv was made in.  Moved or copied, .venv still belongs to the
# old place: its programs start from there, and import the package from there.  It is made anew.
ifneq ($(wildcard $(READY)),)
ifneq "$(shell cat $(READY))" "$(CURDIR)"
ELSEWHERE := elsewhere
endif
endif
JOBS ?= auto
# Jupyter asks for this in a container, where one often is root.
AS_ROOT := $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)
WEEK ?= week16

.DEFAULT_GOAL := help
.PHONY: help lab test test-lowest book notebooks exercises release grade statistics mutants bench faults gpu-test gpu-bench format requirements doctor clean elsewhere

help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

lab: $(READY) ## open JupyterLab on the course's start page
	$(BIN)/jupyter lab $(AS_ROOT) $(ARGS) notebooks/index.ipynb

test: $(READY) ## run all tests and all notebooks, and compare every output
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder $(ARGS)

test-lowest: $(READY) ## run the package's tests on the oldest versions that pyproject.toml allows
	$(PYTHON) -m venv $(VENV)-lowest
	VIRTUAL_ENV=$(VENV)-lowest $(BIN)/uv pip install --quiet --no-config \
		--resolution lowest-direct --editable ".[test]"
	$(VENV)-lowest/bin/python -m pytest --numprocesses=$(JOBS) --dist=loadfile \
		--ignore=tests/notebooks --ignore=tests/test_setup.py tests $(ARGS)

.PHONY: browser-test pdf
browser-test: $(READY) ## look at the web pages and at JupyterLab as a reader does, in Chromium
	@$(BIN)/python tools/chromium.py > /dev/null
	$(BIN)/python -m pytest tests/browser $(ARGS)

book: $(READY) ## make the web pages in book/_build/html (ARGS=--without-solutions)
	$(BIN)/python tools/book.py $(ARGS)

pdf: $(READY) ## print a week of these pages into book/_build/WEEK.pdf (WEEK=week16)
	$(BIN)/python tools/pdf.py $(WEEK)

notebooks: $(READY) ## execute the notebooks and store their outputs (ARGS=notebooks/week16 for some)
	$(BIN)/python tools/notebooks.py $(ARGS)

exercises: $(READY) ## make the learner's copies of the exercises from solutions/
	$(BIN)/python tools/notebooks.py solutions
	$(BIN)/python tools/exercises.py

release: $(READY) ## make a week's exercises to hand out to a class (WEEK=week16)
	$(BIN)/python tools/grade.py release $(WEEK) $(ARGS)

grade: $(READY) ## grade what stands in classroom/submitted (WEEK=week16)
	$(BIN)/python tools/grade.py grade $(WEEK) $(ARGS)

statistics: $(READY) ## a class's exam as a picture, from the gradebook (WEEK=week07)
	$(BIN)/python tools/exams.py statistics $(WEEK) $(ARGS)

mutants: $(READY) ## break the package on purpose, list what no test notices (ARGS='common.layers.*' for some)
	$(BIN)/python tools/mutants.py $(ARGS)

bench: $(READY) ## measure the package against its peers, side by side
	$(BIN)/python benchmarks/word2vec.py $(ARGS)

faults: $(READY) ## kill, cut, damage and fill up on purpose; print what survived (ARGS=killed for some)
	TQDM_DISABLE=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/faults $(ARGS)

# On a machine that is lent for its GPU there may be no network to make .venv with, so these two
# make none: NumPy, CuPy and pytest of $(PYTHON) are enough.  conftest.py of this folder, which
# needs more, is left out.
gpu-test: ## compare a GPU with the processor; needs CUDA, CuPy, NumPy and pytest, and no .venv
	$(PYTHON) -m pytest --confcutdir=tests -p no:cacheprovider -rs -m gpu \
		tests/test_np.py tests/test_device.py tests/test_device_training.py tests/test_device_faults.py $(ARGS)

gpu-bench: ## measure a GPU beside the processor, into benchmarks/gpu.json; needs no .venv
	$(PYTHON) benchmarks/gpu.py $(ARGS)

format: $(READY) ## format the code, notebooks included
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format .

requirements: $(READY) ## pin the versions that pyproject.toml allows, anew
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras --no-header \
		--upgrade --output-file requirements.txt pyproject.toml

doctor: $(READY) ## say what is installed, where data are looked for, and what to do
	$(BIN)/python tools/doctor.py

clean: ## remove what the other targets made, .venv included
	rm -rf $(VENV) $(VENV)-lowest .pytest_cache .ruff_cache .hypothesis mutants *.egg-info

elsewhere:
	@echo "$(VENV) was made in another folder than $(CURDIR); it is made anew"

$(READY): requirements.txt pyproject.toml $(FOR_LAB) $(ELSEWHERE)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and \
		"Python 3.11 or later is needed; $(PYTHON) is " + sys.version.split()[0] + \
		". Name another: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(if $(ELSEWHERE),--clear) $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --compile-bytecode --requirement requirements.txt --editable .
	@# No news and no updates to ask about; pictures with their words; no teacher's buttons, which
	@# a reader does not need.
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@cp tools/jupyterlab/overrides.json $(VENV)/share/jupyter/lab/settings/
	@cp -r tools/jupyterlab/picture-words $(VENV)/share/jupyter/labextensions/
	$(BIN)/jupyter labextension disable --level=sys_prefix @jupyter/nbgrader > /dev/null 2>&1
	@echo "$(CURDIR)" > $@
