# make verify   the reference application's migrations, on a real server
# make test     all tests; ARGS are pytest's: make test ARGS="-k drift -x"

PYTHON ?= python3
ARGS ?=
bin := .venv/bin

.PHONY: help verify test lint types bench comparison demo clean

help:
	@echo "make verify  run the reference application's migrations up, down and up again on a real server"
	@echo "make test    run all tests"
	@echo "make lint    check style and format"
	@echo "make types   check static types"
	@echo "make comparison  refresh the tables of docs/comparison.md, in about twenty minutes"
	@echo "make bench   print all benchmarks, in about ten minutes; ARGS=--quick in one"
	@echo "make demo    write docs/demo.md and its picture, the run of a pull request that should not be merged"
	@echo "make clean   remove the virtual environment and what the tools left"
	@echo
	@echo "PYTHON=python3.12 chooses the interpreter, 3.11 or newer; ARGS='-x -k drift' goes to pytest."

verify: .venv/.test
	@.ci/ensure-server $(ARGS)
	$(bin)/pytest tests/test_migrations.py $(ARGS)

test: .venv/.test
	@.ci/ensure-server $(ARGS)
	$(bin)/pytest $(ARGS)

lint: .venv/.lint
	$(bin)/ruff check .
	$(bin)/ruff format --check .

types: .venv/.test .venv/.types
	$(bin)/mypy

bench: .venv/.test
	@.ci/ensure-server
	$(bin)/python -m benchmarks $(ARGS)

comparison: .venv/.test .venv/.peers
	@.ci/ensure-server
	$(bin)/python -m benchmarks comparison snapshot --write docs/comparison.md

demo: .venv/.test
	@.ci/ensure-server $(ARGS)
	$(bin)/python -m demo $(ARGS)

clean:
	rm -rf .venv .tox .mypy_cache .pytest_cache .ruff_cache build dist

# A file .venv/.GROUP says that this dependency group is installed as pyproject.toml and the pins stand now.
.venv/.%: pyproject.toml requirements/dev.txt | $(bin)/pip
	$(bin)/pip install --quiet --constraint requirements/dev.txt --group $* --editable .
	@touch $@

$(bin)/pip:
	@.ci/make-venv "$(PYTHON)" .venv
