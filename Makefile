# Every target is one line over a script, so that everything here can also be run by hand.
# ARGS is handed on, for example: make run ARGS="--state-dir .ghost", make test ARGS="--filter Backoff"

.DEFAULT_GOAL := help
.PHONY: help run build release test bench torture compare fuzz fuzz-short api-check keeper-check hostile web docs lint format clean ci

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build Ghost and run the quickstart example
	@scripts/run $(ARGS)

build: ## Build everything for debugging
	@scripts/build $(ARGS)

release: ## Build ghost and its keeper, optimized
	@scripts/build -c release --product ghost $(ARGS)
	@scripts/build -c release --product ghost-keeper $(ARGS)

test: ## Build and run all tests (CI=true: a warning is an error)
	@scripts/test $(ARGS)

bench: ## Measure Ghost beside other programs; installs those (ARGS="--lines 200000 --rounds 3" for a quick look)
	@scripts/bench $(ARGS)

torture: ## Kill the monitor, Ghost and its keeper at random, and check the truth (ARGS="supervision --kills 20")
	@scripts/torture $(ARGS)

compare: ## Play hard rotations to Ghost and to the other tailers that are installed
	@scripts/compare-tailers $(ARGS)

fuzz: ## Fuzz the splitter and the folds, or ARGS="FuzzFormats": the parser (ARGS="-max_total_time=3600")
	@scripts/fuzz $(ARGS)

fuzz-short: ## Fuzz every target for 20 seconds, if the tool chain can (ARGS=5 for five)
	@scripts/fuzz short $(ARGS)

api-check: ## Play the API's description to a running Ghost (installs schemathesis from PyPI)
	@scripts/api-check $(ARGS)

keeper-check: ## Build the keeper with every compiler that is here, and play its protocol to each build
	@scripts/keeper-check $(ARGS)

hostile: ## Ask a running Ghost in every wrong way (ARGS="--malformed 500 --slow 500" for a quick look)
	@scripts/hostile $(ARGS)

web: ## Type-check, build and test the TypeScript client and the React hooks
	@scripts/web $(ARGS)

docs: ## Build the documentation of the Swift client into .build/docs (ARGS=preview serves it)
	@scripts/docs $(ARGS)

lint: ## Check format, module graph, house rules and the checks themselves
	@scripts/lint

format: ## Rewrite the Swift sources in the project's format
	@scripts/format

clean: ## Remove what was built
	@swift package clean

ci: ## Do what continuous integration does
	@.ci/run
