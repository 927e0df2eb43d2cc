# Everything that a person or CI needs to call. Each target does its own set-up.
PYTHON ?= python3
PORT ?= 8000
LAWS ?=
DOCS ?=
QUERIES ?=
BIN := .venv/bin
READY := .venv/ready-$(shell cat requirements.txt requirements-dev.txt constraints.txt 2>/dev/null | cksum | cut -d' ' -f1)

.PHONY: demo test check format bench bench-cluster bench-content bench-search bench-blueprints bench-delivery bench-growth bench-microblog bench-education screenshots clean

demo: $(READY)
	@PORT=$(PORT) exec $(BIN)/python -W ignore::UserWarning manage.py demo $(if $(LAWS),--laws "$(LAWS)")

test: $(READY)
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(READY)
	@$(BIN)/python -m tests.check

format: $(READY)
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

bench: $(READY)
	@$(BIN)/python -m bench all --short

bench-cluster: $(READY)
	@$(BIN)/python -m bench cluster

bench-content: $(READY)
	@$(BIN)/python -m bench content

bench-search: $(READY)
	@$(if $(QUERIES),QUERIES="$(abspath $(QUERIES))") $(BIN)/python -m bench search

bench-blueprints: $(READY)
	@$(BIN)/python -m bench blueprints

bench-delivery: $(READY)
	@$(BIN)/python -m bench delivery

bench-growth: $(READY)
	@$(BIN)/python -m bench growth $(if $(DOCS),--docs)

bench-microblog: $(READY)
	@$(BIN)/python -m bench microblog

bench-education: $(READY)
	@$(BIN)/python -m bench education

screenshots: $(READY)
	@$(BIN)/python -m tests.browser.screenshots $(if $(DOCS),--docs)

clean:
	rm -rf .venv var

$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更新版本：请用 make PYTHON=python3.11 …")'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "需要 Python 的 venv 模块：在 Debian 上请安装 python3-venv。"; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@
