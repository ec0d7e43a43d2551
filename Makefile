# Two commands: `make demo` and `make test`. Both do all the set-up that is missing.
# Without a network: WHEELHOUSE=folder on any of them (docs/analyst.md).
PYTHON ?= python3
OFFICE ?= demo-office
VENV   := .venv
STAMP  := $(VENV)/.installed
WHEELS := wheelhouse
# Nothing but what was carried in: no index, no settings of this user or machine.
FROM   := $(if $(WHEELHOUSE),--isolated --no-index --find-links "$(WHEELHOUSE)")
# A process per core, up to 4: each needs about 1 GB. Slow files come last, so in order.
PARALLEL := --numprocesses auto --maxprocesses 4 --no-loadscope-reorder

.PHONY: demo test check fuzz chaos week lock docs docs-site golden wheelhouse install-offline clean

demo: $(STAMP)
	$(VENV)/bin/blindspot demo --office $(OFFICE)

test: $(STAMP)
	$(VENV)/bin/python -m pytest $(PARALLEL)

check: $(STAMP)
	$(VENV)/bin/python -m pytest tests/architecture

# 10,000 mutated files over every source; FUZZ="--seed 2" or FUZZ="--only 4711" for others.
fuzz: $(STAMP)
	$(VENV)/bin/python -m tests.fuzz --files 10000 --seed 1 --jobs 2 $(FUZZ)

# 300 kill -9 over a town of 20,000, a full disk and more: CHAOS="--kills 40" for fewer.
chaos: $(STAMP)
	$(VENV)/bin/python -m tests.chaos --kills 300 --households 20000 --seed 1 $(CHAOS)

# Seven nights under `blindspot serve` with what goes wrong, and pictures of Prefect's page.
week: $(STAMP)
	$(VENV)/bin/python -m tests.week --households 20000 $(WEEK)

docs: $(STAMP)
	$(VENV)/bin/python -m flows.docs

docs-site: $(STAMP)
	$(VENV)/bin/python -m flows.docs --site build/docs

golden: $(STAMP)
	$(VENV)/bin/python -m pytest tests/golden --rewrite-golden

# On a machine with a network, of the same kind (system, processor, Python) as the closed one.
wheelhouse:
	$(PYTHON) -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes -r requirements.lock -d $(WHEELS)
	@echo "$(WHEELS): carry it over beside the source; there: make install-offline WHEELHOUSE=$(WHEELS)"

# On the closed machine; pip checks every wheel against the hashes in requirements.lock.
install-offline:
	@test -d "$(WHEELHOUSE)" || { echo "install-offline: WHEELHOUSE=DIR has to name the folder that \`make wheelhouse\` filled (here: '$(WHEELHOUSE)')" >&2; exit 2; }
	$(MAKE) $(STAMP) WHEELHOUSE="$(WHEELHOUSE)"
	$(VENV)/bin/blindspot --help >/dev/null && echo "installed: $(VENV)/bin/blindspot"

# The lock is complete: without --no-deps older pips look for newer, unpinned versions.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "blindspot needs Python 3.11 or newer; set PYTHON=/path/to/python3.11 (this is " + sys.version.split()[0] + ")")'
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(FROM) --no-deps --only-binary :all: --require-hashes -r requirements.lock
	$(VENV)/bin/python -m pip check --disable-pip-version-check
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(FROM) --no-deps --no-build-isolation -e .
	touch $(STAMP)

# Maintainers only: resolves the lock again (needs `uv` and a package index).
lock:
	uv pip compile pyproject.toml --extra dev --extra build --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -o requirements.lock

clean:
	rm -rf $(VENV) $(OFFICE) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
