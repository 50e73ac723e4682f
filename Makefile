.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
WORKERS ?= 4
# Servers that tests start should not compile everything anew each time.
unexport PYTHONDONTWRITEBYTECODE

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

# What a user installs, and nothing for development.
$(VENV)/.package: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $@

setup: $(VENV)/.installed ## Make a virtual environment with everything for development

hello: $(VENV)/.package ## First success: a user signs up, confirms and signs in against a running emulator
	$(BIN)/python examples/first_sign_in.py

serve: $(VENV)/.package ## Run the emulator on http://127.0.0.1:9229
	$(BIN)/cognito-emulator serve

test: $(VENV)/.installed ## Run the test-suite and the conformance suite
	$(BIN)/python -m pytest -q -n $(WORKERS)

test-stores: $(VENV)/.installed ## Run the test-suite on SQLite and on PostgreSQL (SELECT="-m every_store": a part)
	$(BIN)/python -m pytest -q -n $(WORKERS) --store sqlite $(SELECT)
	$(BIN)/python -m pytest -q -n $(WORKERS) --store postgresql $(SELECT)

lint: $(VENV)/.installed ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed ## Check types
	$(BIN)/mypy

docs: $(VENV)/.installed ## Regenerate the generated parts of the docs
	$(BIN)/python docs/generate.py

verify: $(VENV)/.installed ## Fail if the generated parts of the docs are not current
	$(BIN)/python docs/generate.py --check

$(VENV)/.bench: $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[dev,bench]'
	@touch $@

bench: $(VENV)/.bench ## Measure speed against other emulators (long; needs npm)
	$(BIN)/python -m benchmarks

fuzz: $(VENV)/.installed ## Run the long fuzz
	FUZZ_PROFILE=long $(BIN)/python -m pytest -q conformance/fuzz -n $(WORKERS) --timeout 0

terraform: $(VENV)/.installed ## Let Terraform make, change, import and destroy every aws_cognito_* resource
	$(BIN)/python -m pytest -q tests/terraform -rs

$(VENV)/spring-jars: $(VENV)/.installed
	$(BIN)/python -m tests.clients.spring_jars $@

spring: $(VENV)/spring-jars ## Let an app of Spring Boot sign people in (needs a JDK)
	COGNITO_EMULATOR_SPRING_JARS=$(VENV)/spring-jars $(BIN)/python -m pytest -q tests/clients/test_spring_boot.py -rs

.PHONY: terraform spring help setup hello serve test test-stores lint types docs verify bench fuzz
