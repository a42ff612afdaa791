# Works with GNU make 3.81, which macOS has.

PORT ?= 8000
DATA_DIR ?= var
PYTHON ?= $(shell sh tools/find_python.sh)
VENV = .venv/bin/python
SETUP = "$(PYTHON)" tools/setup.py

# Only here: a test run must not inherit the folder that is in use.
run dev: export PORT := $(PORT)
run dev: export DATA_DIR := $(DATA_DIR)

.DEFAULT_GOAL := help
.PHONY: run dev test lint browser-test services-test bench deep html-checker messages help

run: ## start the portal in demo mode (PORT=8000 DATA_DIR=var)
	@$(SETUP) runtime
	@DEMO=1 exec $(VENV) -m portal.supervisor

dev: ## the same with DEBUG: reload on change, error pages
	@$(SETUP) dev
	@DEBUG=1 DEMO=1 exec $(VENV) -m portal.supervisor

test: ## the test suite, on SQLite and the embedded Redis
	@$(SETUP) test
	@exec $(VENV) -m pytest -n auto --ignore=tests/browser --ignore=tests/deep -m "not services" $(ARGS)

lint: ## style, types, structure, templates
	@$(SETUP) dev
	@exec sh tools/lint.sh

browser-test: ## the tests that need a real browser (Chromium) and the HTML checker
	@$(SETUP) dev
	@exec $(VENV) -m pytest -n 2 -m browser $(ARGS)

services-test: ## the suite on real PostgreSQL and Redis
	@$(SETUP) test
	@exec sh tools/services_test.sh

bench: ## measures beside goals (ONLY=uncached, BESIDE=http://another.site/ PID=its process)
	@$(SETUP) runtime
	@exec $(VENV) -m bench $(ONLY) $(if $(BESIDE),--beside "$(BESIDE)") $(if $(PID),--pid $(PID))

deep: ## the long checks: real clones, kill drills; prints a dated table
	@$(SETUP) dev
	@exec $(VENV) -m pytest -m deep -p no:randomly $(ARGS)

html-checker: ## fetch the checker of HTML that browser-test asks (needs npm and Java)
	@exec $(PYTHON) tools/valid_html.py --fetch

messages: ## compile the message catalogues
	@$(SETUP) runtime
	@exec $(VENV) tools/compile_messages.py

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 24
