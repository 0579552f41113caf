# Two commands: `make run` shows the dashboard, `make test` proves it. All paths are relative: folders may have spaces.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help run test pages check format bench gallery soak oracle evaluate migrate install install-dev browser lock clean clean-data

ENV := .venv/bin/python
# random histories `make oracle` tells, and the seed of their chance; without a seed they are new every time
HISTORIES := 2000
SEED :=
# what the shell may carry in is not for this project's Python
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' Makefile | awk '{ printf "  %s %-10s ", $$1, $$2; $$1 = $$2 = ""; print }'
	@echo
	@echo '  PORT=8501 PROFILE=matian DASHBOARD_LANG=zh DATA_DIR=.data DATABASE_URL=... may follow, as in: make run PORT=8600'

run: install ## start everything and print the addresses; Ctrl-C stops it
	@$(ENV) -m seed run

# what opens pages or starts processes comes by itself, a file at a time: it counts seconds; 5: no chosen test is of a kind
test: install-dev browser ## the short tests and one walk through the pages, with what they need installed
	@$(ENV) -m pytest -n 2 --dist loadgroup -m "not (browser or runtime)" $(ARGS) || [ $$? -eq 5 ]
	@$(ENV) -m pytest -n 2 --dist loadfile -m walk $(ARGS) || [ $$? -eq 5 ]

pages: install-dev browser ## the long tests: every page in a real browser, servers, whole processes and files
	@$(ENV) -m pytest -n 2 --dist loadfile -m "(browser or runtime) and not walk" $(ARGS) || [ $$? -eq 5 ]

check: install-dev ## format, lint, types, SQL, import contracts, catalogues
	$(ENV) -m ruff format --check .
	$(ENV) -m ruff check .
	$(ENV) -m mypy
	$(ENV) -m sqlfluff lint --disable-progress-bar seed/schema seed/sql queries/sql queries/commands
	$(ENV) -c 'from importlinter.cli import lint_imports_command as check; check()' --no-logo
	$(ENV) -m pytest -q tests/architecture

format: install-dev ## put Python and SQL in the agreed form
	$(ENV) -m ruff format .
	$(ENV) -m ruff check --fix .
	$(ENV) -m sqlfluff fix --disable-progress-bar seed/schema seed/sql queries/sql queries/commands

bench: install-dev browser ## measure the live path, the door, the questions; prints tables, writes bench-results/
	@$(ENV) -m tests.bench $(ARGS)

gallery: install-dev browser ## pictures of every scene, size, language and theme, into gallery/
	@$(ENV) -m tests.gallery $(ARGS)
soak: install-dev browser ## a day of redraws with restarts and a midnight, as in: make soak ARGS="--redraws 1500"; writes soak-results/
	@$(ENV) -m tests.soak $(ARGS)

oracle: install-dev ## every figure against a plain reading of its definition; prints how many histories it told
	@HYPOTHESIS_PROFILE=long HISTORIES=$(HISTORIES) $(ENV) -m pytest -q tests/properties/test_figures.py \
		--hypothesis-show-statistics $(if $(SEED),--hypothesis-seed=$(SEED)) $(ARGS)

evaluate: install-dev ## what the figures are worth on demo cities, as in: make evaluate ARGS=ranking
	@$(ENV) -m tests.evaluate $(ARGS)

migrate: install ## bring the schema of DATABASE_URL up to date
	@$(ENV) -m seed migrate

install: ## the environment .venv from requirements.txt
	@python=$$(sh scripts/python.sh) && exec "$$python" scripts/install.py

install-dev: ## the same with what tests and checks need
	@python=$$(sh scripts/python.sh) && exec "$$python" scripts/install.py --dev

browser: install-dev
	@$(ENV) scripts/browser.py

lock: install-dev ## compile requirements from pyproject.toml, hashes included
	$(ENV) -m uv pip compile -q --no-header --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements.txt
	$(ENV) -m uv pip compile -q --no-header --universal --generate-hashes --python-version 3.11 --group dev -c requirements.txt -o requirements-dev.txt
	$(ENV) -m uv pip compile -q --no-header --no-annotate --universal --generate-hashes --python-version 3.11 scripts/uv.in -o scripts/uv.txt

clean: ## remove caches and the environment; the data stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis bench-results evaluation-results soak-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-data: ## remove the embedded database and the demo city in it
	@sh scripts/clean-data.sh
