# Everything one does with a clone. The first target that needs it makes .venv; make help lists them.

BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help demo run test screenshots check bench pins clean

help: ## list what make can do
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 16
	@echo '  ARGS="…" is passed on: make demo ARGS="--headless --seconds 10", make test ARGS="-k cursor"'

demo: $(READY) ## archive a make-believe Telegram on this machine
	@$(BIN)/archiver demo $(ARGS)

run: $(READY) ## start the bot
	@$(BIN)/archiver run $(ARGS)

# pytest says 5 where nothing was selected: right for one half of the tests, not for both
test: $(READY) ## run the tests, in a browser too where there is one
	@.ci/browser
	@$(BIN)/pytest -n auto -m 'not serial' $(ARGS); many=$$?; \
	case $$many in 0|5) ;; *) exit $$many;; esac; \
	$(BIN)/pytest -m serial $(ARGS); one=$$?; \
	case $$one in 5) exit $$many;; *) exit $$one;; esac

screenshots: $(READY) ## take the pictures in docs/images anew
	@.ci/browser
	@ARCHIVER_BROWSER_TESTS=required ARCHIVER_SCREENSHOTS=docs/images $(BIN)/pytest tests/review/browser/test_journey.py

check: $(READY) ## format, lint, types, floors
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(READY) ## run the benchmarks, one JSON line each
	@set -e; for each in benchmarks/[!_]*.py; do $(BIN)/python -m "benchmarks.$$(basename "$$each" .py)" $(ARGS); done

pins: ## pin the newest versions that pyproject.toml allows
	@rm -rf .venv  # so that nothing is pinned that is no longer needed
	@.ci/venv
	@$(BIN)/python .ci/pins > constraints.txt
	@touch $(READY)

clean: ## remove what make made
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage* htmlcov build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt .ci/venv
	@.ci/venv -c constraints.txt
	@touch $@
