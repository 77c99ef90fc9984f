# Short names for the commands of `lscb`, with the environment that they need.
.DEFAULT_GOAL := help
SHELL := bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
RUN := $(VENV)/bin/python
LSCB := $(RUN) -m lscb

export DBT_PROFILES_DIR := $(CURDIR)
export PYTHONPATH := scripts
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.PHONY: help build check test test-long test-all test-changes coverage lint lint-quick format sample land docs check-files wheel quality faults worlds attack explain replay forget ask dbt-docs browse clean purge lock settings

help:  ## list what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: $(VENV)/ready  ## land, count, check and publish; writes a sample first where landing is empty
	@$(LSCB) build

test: $(VENV)/ready lint-quick  ## quick linters, the dbt tests and most of pytest: before a push
	@umask 077; $(RUN) -m pytest --numprocesses $(or $(JOBS),2) --dist loadfile \
		--no-loadscope-reorder -m "not long"

test-long: $(VENV)/ready  ## tests that build worlds of their own, pack the wheel, replay, or attack
	@umask 077; $(RUN) -m pytest --numprocesses $(or $(JOBS),2) --dist loadfile \
		--no-loadscope-reorder -m long

test-all: $(VENV)/ready lint-quick  ## both in one run, which builds once what they share: as CI does
	@umask 077; $(RUN) -m pytest --numprocesses $(or $(JOBS),2) --dist loadfile \
		--no-loadscope-reorder

test-changes: $(VENV)/ready  ## follow CONTRIBUTING in copies of the project, and build them
	@umask 077; $(RUN) -m pytest --numprocesses $(or $(JOBS),2) --dist loadfile tests/changes

coverage: $(VENV)/ready  ## the tests once more, counting the branches of lscb that they reach
	@umask 077; $(RUN) -m pytest --numprocesses $(or $(JOBS),2) --dist loadfile \
		--cov --cov-report=term --cov-report=html $(TESTS)

check: $(VENV)/ready lint-quick  ## before a commit: linters, and the tests of what was touched
	@umask 077; $(LSCB) bench touched

lint: $(VENV)/ready lint-quick  ## ruff, the metadata of dbt, and sqlfluff; changes nothing
	@$(VENV)/bin/sqlfluff lint --processes 0 models tests/data analyses
	@$(VENV)/bin/sqlfluff lint --processes 0 --templater placeholder scripts

lint-quick: $(VENV)/ready
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	@$(VENV)/bin/dbt --quiet parse
	@$(VENV)/bin/dbt-bouncer run --config-file dbt-bouncer.yml

format: $(VENV)/ready  ## fix what ruff and sqlfluff can fix by themselves
	@$(VENV)/bin/ruff check --fix . ; $(VENV)/bin/ruff format .
	@$(VENV)/bin/sqlfluff fix models tests/data analyses
	@$(VENV)/bin/sqlfluff fix --templater placeholder scripts

sample: $(VENV)/ready  ## write the synthetic sample to landing, with its truth
	@$(LSCB) sample

land: $(VENV)/ready  ## read what is new in landing into the lake, without building
	@$(LSCB) land

docs: $(VENV)/ready  ## write the pages of indicators, data sources and rules, and the list of checks
	@$(LSCB) docs

check-files: $(VENV)/ready  ## show what landing and the rules would say about files: FILES="..." EARLIER=... REPORT=...
	@earlier=(); for each in $(EARLIER); do earlier+=(--earlier "$$each"); done; \
	$(LSCB) check "$${earlier[@]}" $(if $(REPORT),--report $(REPORT)) $(FILES)

wheel: $(VENV)/ready  ## pack `lscb check` for whoever has no checkout, into dist/
	@rm -rf build
	@$(RUN) -m pip wheel --quiet --disable-pip-version-check --no-deps --no-index \
		--no-build-isolation --wheel-dir dist . && rm -rf build && ls dist/*.whl

quality: $(VENV)/ready  ## Data Docs of the rules, and a return sheet for each submitter
	@$(LSCB) quality

faults: $(VENV)/ready  ## plant faults in the built sample and see which are flagged
	@$(LSCB) bench faults

worlds: $(VENV)/ready  ## draw worlds at random; each must publish and be true: WORLDS=200 SEED=1 JOBS=2
	@$(LSCB) bench worlds --worlds $(or $(WORLDS),200) \
		--seed $(or $(SEED),1) --jobs $(or $(JOBS),2)

attack: $(VENV)/ready  ## attack the published file from outside; prints what could be learnt
	@$(LSCB) attack

explain: $(VENV)/ready  ## say where a value comes from: VALUE="SG12 E09000002 2008-09Q1"
	@$(LSCB) explain $(VALUE)

replay: $(VENV)/ready  ## build an earlier publication again: PUBLICATION=...; without, list them
	@$(LSCB) replay $(PUBLICATION) $(if $(OUT),--out $(OUT))

forget: $(VENV)/ready  ## remove old records: BEFORE=2008-04-01 EXTRACT=... and/or SUBMITTER=...
	@$(LSCB) forget $(if $(BEFORE),--before $(BEFORE)) \
		$(if $(EXTRACT),--extract $(EXTRACT)) $(if $(SUBMITTER),--submitter $(SUBMITTER))

ask: $(VENV)/ready  ## ask the published file: Q="from indicator_scorecard limit 3", or a shell
	@$(LSCB) ask $(if $(Q),"$$Q")

settings: $(VENV)/ready  ## show how every setting was understood
	@$(LSCB) settings

dbt-docs: $(VENV)/ready  ## the documentation of the dbt project as one file
	@$(LSCB) dbt-docs

browse: $(VENV)/ready  ## open every page of the built site in Chromium, and check it
	@$(RUN) -m pytest tests/python/publication/test_in_a_browser.py \
		tests/python/publication/test_on_paper_and_phone.py --published $(or $(LSCB_PUBLISHED),published)

clean: $(VENV)/ready  ## remove what can be made again: warehouse, publication, logs
	@$(LSCB) clean

purge: $(VENV)/ready  ## remove also what cannot: lake, history, return sheets; asks first
	@$(LSCB) purge

lock:  ## resolve requirements.in into requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-strip-extras requirements.in -o requirements.lock

# The environment, made again whenever the lock file is newer than it.
# Never through a link: --clear would empty an environment that others use.
$(VENV)/ready: requirements.lock
	@if [ -L $(VENV) ]; then echo "$(VENV) is a link, and older than requirements.lock:" \
		"remove the link, or renew what it leads to."; exit 2; fi
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo \
		"Python 3.11 is needed, and $(PYTHON) is another: name one with PYTHON=."; exit 2; }
	@echo "Setting up $(VENV) from requirements.lock (about two minutes) ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(VENV)/bin/pip install --quiet --disable-pip-version-check --no-index --no-deps \
		--no-build-isolation --editable .
	@$(RUN) -m compileall -q $(VENV)/lib
	@touch $@
