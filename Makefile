.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
PACKAGES := libs/contracts libs/kit services/identity services/diagnostics services/booking services/notifications deploy/local deploy/esia_standin
ARGS ?=

.PHONY: help setup demo up down test check bench format schemas lock

help: ## Show what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: $(READY) ## Install everything into .venv (the other targets do it by themselves)

$(READY): requirements.lock $(addsuffix /pyproject.toml,$(PACKAGES))
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Нужен Python 3.11 или новее: make PYTHON=/путь/к/python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python deploy/install.py requirements.lock .venv/install.log $(PACKAGES)
	@$(BIN)/python -m compileall -q $(PACKAGES)
	@touch $@

demo: $(READY) ## A pupil's season on one region's real data: make demo ARGS="--students 200 --exit"
	@$(BIN)/bilet demo $(ARGS)

up: $(READY) ## Start the whole system on this machine
	@$(BIN)/bilet up $(ARGS)

down: $(READY) ## Stop it
	@$(BIN)/bilet down

test: $(READY) ## All tests, on real PostgreSQL and Kafka
	@$(BIN)/pytest $(ARGS)

check: $(READY) ## Style, types, import rules, contracts and documents, without running anything
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m bilet_contracts.schemas check
	@$(BIN)/python docs/generate.py check
	@$(BIN)/check-jsonschema --check-metaschema libs/contracts/schemas/*.json
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

bench: $(READY) ## Measure, each figure beside its floor, into docs/benchmarks.md
	@$(BIN)/python -m tests.benchmarks $(ARGS)

format: $(READY) ## Format the code and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

schemas: $(READY) ## Write JSON Schemas, AsyncAPI, OpenAPI and the rights on the bus anew
	@$(BIN)/python -m bilet_contracts.schemas write
	@$(BIN)/python docs/generate.py write

lock: $(READY) ## Resolve the dependencies anew and pin them by hash 
	@$(BIN)/uv export --quiet --all-packages --all-groups --no-emit-workspace --no-header --no-annotate --format requirements-txt --output-file requirements.lock
