# Each target stands alone on a bare machine: it sets up what it needs first, and only once.
SHELL := /bin/bash
PY := .venv/bin/python

# How the tests run; `make test PYTEST="tests/kernel -k money"` runs some of them. Three workers
# keep two cores busy, for many tests wait; each module is on one of them: a module's database or
# agent then starts once. A worker that crashes ends the run, with the name of its test: xdist can
# wait for ever on one that it restarted. What fails is run once more, and listed: peers are real.
WORKERS ?= 3
PYTEST ?=

.PHONY: help run test check devices bench lab commands screenshots migration lock decoder wheel clean setup-run setup-test

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /\1|/' | \
	  awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

run: setup-run ## the console on its own store, with the built-in lab network
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY$$QT_QPA_PLATFORM" ]; then \
	  echo "There is no display here (DISPLAY and WAYLAND_DISPLAY are empty), so no window can open."; \
	  echo "Run this in a desktop session, over 'ssh -X', or as: xvfb-run -a make run"; exit 1; fi
	.venv/bin/noc-console --lab

test: setup-test ## all tests
	$(PY) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --max-worker-restart 0 \
	  --reruns 1 -raR $(PYTEST)

check: setup-test ## lint, format, types, import contracts, shape of the house
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(PY) -m pytest -q tests/architecture

devices: setup-test ## score the inspection against the recordings beside the project
	$(PY) -m tests.devices.score $(SCORE)

bench: setup-test ## measure what we promise; ONLY=name for one of them
	$(PY) -m tests.benchmarks.run $(if $(ONLY),--only $(ONLY))

lab: setup-run ## only the lab network, for another console to discover
	.venv/bin/noc-console lab

commands: setup-test ## list again what can be done on each page, in resources/commands.json
	$(PY) packaging/commands.py

screenshots: setup-test ## draw resources/screenshots again
	$(PY) packaging/screenshots.py

migration: setup-test ## draft the next step of the schema; NAME="what changes"
	$(PY) local_db/draft.py $(NAME)

lock: ## resolve pyproject.toml into packaging/lock/*.txt; UPGRADE=1 for newer versions
	packaging/lock.sh

decoder: setup-run ## compile the SNMP decoder: the same answers, in less time
	$(PY) packaging/decoder.py

wheel: setup-test ## build dist/*.whl (NOC_DECODER=1: compiled) and start it clean
	$(PY) -m hatchling build -t wheel
	$(PY) packaging/smoke_test.py

clean: ## forget everything that was built or installed here
	rm -f noc_console/wire/_decoder.abi3.so noc_console/wire/_decoder.pyd
	rm -rf .venv .venv-lock build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@packaging/setup.sh run

setup-test:
	@packaging/setup.sh test
