# Python 3.11 or newer and make are all that has to be there. `make` lists the targets.

PYTHON ?= python3
BIN := .venv/bin
# What `make run` and `make test` are given beside their own arguments: make run ARGS="--port 8001", make test T=tests/house
ARGS ?=
T ?=
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup run demo test chaos check fix bench openapi docs permissions sbom vulnerabilities migration lock new-module new-driver

##@ Use it
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with the locked packages and build the operator UI; quick when nothing changed
	@$(PYTHON) tools/setup.py

run: setup ## Serve at http://127.0.0.1:8000 with a week of real earthquakes replayed; Ctrl-C stops it
	@exec $(BIN)/stormbell serve --example earthquake $(ARGS)

demo: setup ## One incident from its first record to its map, in an instance that is gone afterwards
	@exec $(BIN)/stormbell demo --once $(ARGS)

##@ Trust it
test: setup ## All tests, and what was skipped and why; some of them: make test T=tests/modules/jobs
	@$(BIN)/python -m tools.sites
	$(BIN)/python -m tools.suite -n $(WORKERS) --dist worksteal -rs $(ARGS) $(T)

chaos: setup ## The tests that kill processes, for long
	CHAOS_LONG=1 CHAOS_LIVES=20 STORMBELL_CHAOS_KILLS=30 $(BIN)/python -m pytest -m chaos -rs --timeout=1800 $(ARGS) $(T)

check: setup ## Format, lint, types, contracts, sizes, migrations, and everything generated is current
	@$(BIN)/python -m tools.check $(ARGS)

bench: setup ## All benchmarks beside their peers and limits, into docs/reference/benchmarks.md
	@$(BIN)/python -m tools.bench $(ARGS)

##@ Change it
fix: setup ## Format, mend what lint can, and make again everything generated
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .
	@$(MAKE) --no-print-directory openapi docs

openapi: setup ## Write openapi.json and what is generated from it: the Python client, the types of the pages
	@$(BIN)/python -m tools.openapi
	@$(BIN)/python -m tools.client
	@$(BIN)/python -m tools.pages --fix

docs: setup ## Write the generated pages of docs/reference
	@$(BIN)/python -m tools.reference
	@$(BIN)/python -m tools.command_docs
	@$(BIN)/python -m tools.lineage
	@$(BIN)/python -m tools.security_rows

permissions: setup ## Write down which role each operation needs, after reading what changed
	@$(BIN)/python -m tools.permissions || true
	@$(BIN)/python -m tools.permissions --write

sbom: setup ## Write sbom.json, the bill of materials of requirements.lock (CycloneDX)
	@$(BIN)/python -m tools.sbom sbom.json

vulnerabilities: setup ## Ask OSV about the locked packages; says "not checked" when it cannot
	@$(BIN)/python -m tools.vulnerabilities

migration: setup ## Write the next migration: make migration m="simulations keep their queue"
	@$(BIN)/python -m tools.migration "$(m)"

lock: setup ## Lock the newest packages that pyproject.toml allows; commit both lock files
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		--extra earthquake --extra mqtt --extra otel --extra parquet --extra passkeys --extra previews --extra storages pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
		--extra earthquake --extra mqtt --extra otel --extra parquet --extra passkeys --extra previews --extra storages --group dev --constraint requirements.lock pyproject.toml --output-file requirements-dev.lock

new-module: setup ## The beginning of a room of the house: make new-module name=weather above=data
	@$(BIN)/python -m tools.scaffold module "$(name)" --above "$(above)"

new-driver: setup ## The beginning of a driver: make new-driver kind=machines.batch name=slurm
	@$(BIN)/python -m tools.scaffold driver "$(kind)" "$(name)"
