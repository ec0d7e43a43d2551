# Two commands: `make demo` and `make test`. Both do all the set-up that is missing.
PYTHON ?= python3
OFFICE ?= demo-office
VENV   := .venv
STAMP  := $(VENV)/.installed
# A process per core, up to 4: each needs about 1 GB. Slow files come last, so in order.
PARALLEL := --numprocesses auto --maxprocesses 4 --no-loadscope-reorder

.PHONY: demo test check fuzz week lock docs golden clean

demo: $(STAMP)
	$(VENV)/bin/blindspot demo --office $(OFFICE)

test: $(STAMP)
	$(VENV)/bin/python -m pytest $(PARALLEL)

check: $(STAMP)
	$(VENV)/bin/python -m pytest tests/architecture

# 10,000 mutated files over every source; FUZZ="--seed 2" or FUZZ="--only 4711" for others.
fuzz: $(STAMP)
	$(VENV)/bin/python -m tests.fuzz --files 10000 --seed 1 --jobs 2 $(FUZZ)

# Seven nights under `blindspot serve` with what goes wrong, and pictures of Prefect's page.
week: $(STAMP)
	$(VENV)/bin/python -m tests.week --households 20000 $(WEEK)

docs: $(STAMP)
	$(VENV)/bin/python -m flows.docs

golden: $(STAMP)
	$(VENV)/bin/python -m pytest tests/golden --rewrite-golden

# The lock is complete: without --no-deps older pips look for newer, unpinned versions.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "blindspot needs Python 3.11 or newer; set PYTHON=/path/to/python3.11 (this is " + sys.version.split()[0] + ")")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip check --disable-pip-version-check
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

# Maintainers only: resolves the lock again (needs `uv` and a package index).
lock:
	uv pip compile pyproject.toml --extra dev --extra build --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

clean:
	rm -rf $(VENV) $(OFFICE) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
