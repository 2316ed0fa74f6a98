# Copyright (c) 2026 passrole contributors
# GNU General Public License v3.0+ (https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Everything these targets make lies in .build; `make clean` takes it away.

python := exec .build/venv/bin/python
steps := unit contract sandbox fault_injection e2e repository integration molecule sanity oldest install importer lint docs-lint changelog-lint

# Ahead of the environment too, so that no bytecode lands beside the sources.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.build/cache/python

.DEFAULT_GOAL := help
.PHONY: help env demo quick test test-all $(steps) audit-rules api-coverage schemas test-coverage mutation newer reference reliability pattern pictures changelog build docs release matrix bench pins clean

help: ## Print these targets
	@awk -F ': .*## ' '/^[a-z$$][^:]*: .*## / { sub(/^\$$\(steps\)/, "$(steps)", $$1); printf "make %-13s %s\n", $$1, $$2 }' Makefile

env: ## Make the pinned environment, or find it made
	@sh dev/python -m dev.environment
	@$(python) -m dev.env.ansible_cores

demo: env ## Run the main job on a local AWS, and show what happened
	@$(python) -m dev.demo

quick: env ## Run the tests that start no process, in under a minute; run it while you work
	@$(python) -m dev.test_runner.runner quick

test: env ## Run every kind of test; run it before you push
	@$(python) -m dev.test_runner.runner test

test-all: env ## Run the whole cross products, on every ansible-core; run it before a release
	@$(python) -m dev.test_runner.runner test-all

$(steps): env ## Run one step alone
	@$(python) -m dev.test_runner.runner $(if $(filter molecule,$@),test-all,test) $@

bench: env ## Measure against amazon.aws and Terraform, into benchmarks/RESULTS.md; takes hours, see benchmarks/README.md
	@$(python) -m dev.tool python -m benchmarks $(BENCH)

reliability: env ## Write docs/reliability.md from all of the fault injection tests
	@$(python) -m dev.reliability

audit-rules: env ## Tell the rules of the audit, in docs/audit-rules.md
	@$(python) -m dev.audit_rules

api-coverage: env ## Write how each member of the API is declared, in docs/api-coverage.md
	@$(python) -m dev.generate.api_coverage

schemas: env ## Write the JSON Schemas of the variables of roles and playbooks into docs/schemas
	@$(python) -m dev.tool python -m dev.generate.schemas

test-coverage: env ## Measure which lines of plugins/ the in-process tests run, and list the others; see docs/testing.md
	@$(python) -m dev.test_runner.coverage

mutation: env ## Judge the sample of mutants with the in-process tests, and compare with the baseline; see docs/testing.md
	@$(python) -m dev.test_runner.mutation

newer: env ## Tell which members the pinned botocore knows and the oldest does not
	@$(python) -m dev.newer

reference: env ## Write what the sandbox judges calls by, from AWS's Service Authorization Reference
	@$(python) -m dev.reference

pattern: env ## Write what Automation Platform reads from what a controller is told of the job templates
	@$(python) -m dev.pattern

pictures: env ## Draw the pictures of the documentation from what was measured
	@$(python) -m dev.tool python -m dev.pictures

changelog: env ## Fold the fragments into CHANGELOG.md
	@$(python) -m dev.tool antsibull-changelog release --update-existing

build: env ## Build the collection's artefact into .build/artefact
	@$(python) -m dev.artefact kept

release: env ## Make a release of what is committed, of galaxy.yml's version or VERSION=, into .build/release
	@$(python) -m dev.release $(VERSION)

matrix: env ## Run units, sanity and the demo with every ansible-core and Python, or with those that MATRIX= names
	@$(python) -m dev.matrix $(MATRIX)

docs: env ## Build the site of the documentation into .build/docs
	@$(python) -m dev.docs

pins: env ## Resolve the newest releases of the tools again
	@$(python) -m dev.pins

clean: ## Take away everything these targets made
	@rm -rf .build
