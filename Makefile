# The few commands of the project; each is a short script in scripts/.
.PHONY: help run test check bench long

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile

run: ## build, and serve the demo service on http://127.0.0.1:8080 with the data folder ./data
	@scripts/run.sh

test: ## everything: style, types, tests on SQLite and PostgreSQL, browser journeys
	@scripts/test.sh

check: ## only the checks that need no test run: style, lints, documentation, types, scripts, licences
	@scripts/check.sh

bench: ## the benchmarks of docs/benchmarks.md, beside their floors
	@scripts/bench.sh

long: ## the long fault tests: 2,000 kills
	@scripts/long.sh
