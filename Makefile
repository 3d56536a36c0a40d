# The commands of the house. Each installs what it lacks: it needs Python 3.11 or later, make and a network, no more.

HTTP   ?= 127.0.0.1:8000
SMTP   ?= 127.0.0.1:2525
DOMAIN ?= relay.localhost
DATA   ?= .demo
PYTHON ?= python3

# The uv of this machine, or one of our own in .uv.
UV := $(or $(shell command -v uv 2>/dev/null),.uv/bin/uv)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench policy-eval train soak format map pages migration install

help: ## Show these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# Run by the shell's exec, so that Ctrl-C reaches Evenhand itself and make waits for its orderly end.
demo: .venv/installed ## Run Evenhand with an invented market (HTTP=, SMTP=, DOMAIN=, DATA= change where)
	@exec $(BIN)/evenhand up --demo --data $(DATA) --http $(HTTP) --smtp $(SMTP) --domain $(DOMAIN)

test: .venv/installed ## Run all tests
	$(BIN)/pytest $(ARGS)

# The settings want a key; with one given, the checks leave no data folder behind.
check: export EVENHAND_SECRET_KEY := for-the-checks-alone-which-open-no-installation
check: .venv/installed ## Check format, lint, types, import contracts, the map of the house, the pages of the packs, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.house_map --check
	$(BIN)/python -m tools.pack_pages --check
	$(BIN)/python -m tools.migrations

bench: .venv/installed ## Measure the steps, the portal and the relay (many minutes; writes docs/benchmarks.md)
	$(BIN)/python -m bench.steps
	$(BIN)/python -m bench.signing
	$(BIN)/python -m bench.portal
	$(BIN)/python -m bench.relay

policy-eval: .venv/installed ## Score the house rules on labelled messages, beside key words and a bag of words
	$(BIN)/python -m bench.policy.evaluate --baselines $(ARGS)

train: .venv/installed ## Train the classifier of the house rules on the labelled messages anew
	$(UV) run --frozen --group training python -m bench.policy.train $(ARGS)

soak: .venv/installed ## Kill, plant, mutate and starve for hours, and say what was lost or leaked (ARGS=)
	$(BIN)/python -m bench.soak $(ARGS)

format: .venv/installed ## Format the code and mend what the linter can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

map: .venv/installed ## Draw the map of the house in docs/architecture.md anew
	$(BIN)/python -m tools.house_map

pages: .venv/installed ## Write the pages of the packs in docs/packs anew
	$(BIN)/python -m tools.pack_pages

migration: .venv/installed ## Write the migration that changed tables lack (NAME=what_it_does)
	$(BIN)/python -m tools.migrations $(NAME)

install: .venv/installed ## Only install what the others need

# The stamp is inside the environment, so it goes when the environment goes.
.venv/installed: pyproject.toml uv.lock | $(UV)
	$(UV) sync --frozen --compile-bytecode
	@touch $@

# Debian's python3 comes without ensurepip: then the pip of the system fills the environment, if there is one.
.uv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Evenhand needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.13 …" >&2; exit 1; }
	@rm -rf .uv
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet uv; \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON) -m venv --without-pip .uv && $(PYTHON) -m pip --python .uv/bin/python install --quiet uv; \
	else \
	  echo "This Python can make no environment with pip in it. Install uv (https://docs.astral.sh/uv/), or on Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
	  exit 1; \
	fi
