# make conformance [DUT=smallbms] [FAULT=load-drop-0v3] [BENCH=benches/simulated.toml] [SERIAL=...]
# make prove         hold the suites against every defect of the simulated devices
# make test          everything that continuous integration checks
# make bench         the performance figures, as ratios measured in one run
# make clean         remove what make made
# docs/how-to/windows.md has the same commands without make.

PYTHON ?= python3
DUT ?=
BENCH ?= benches/simulated.toml
SERIAL ?=
FAULT ?=
ARGS ?=
DEVICES ?=

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check -c constraints.txt
ALLURE := node_modules/.package-lock.json
OPTIONS := --bench "$(BENCH)" $(foreach dut,$(DUT),--dut "$(dut)") $(if $(SERIAL),--serial "$(SERIAL)") \
	$(foreach fault,$(FAULT),--fault "$(fault)") $(ARGS)

.PHONY: conformance prove test check bench clean report-tool

# All devices, or those that DUT names. The exit code is the suites'; a report that could not be
# rendered is said and can be made later.
conformance: .venv/report.stamp report-tool
	@$(BIN)/bench conformance $(OPTIONS)

# DEVICES="smallbms smallbms_ng" proves some suites only; an interrupted campaign goes on.
prove: .venv/report.stamp
	@$(BIN)/bench prove $(DEVICES) $(ARGS)

# The tests close the output: their last line is the verdict on the software.
test: check report-tool
	@log="reports/out/test-$$$$"; \
	$(BIN)/bench conformance --run-dir "$$log" >"$$log.log" 2>&1 || { cat "$$log.log"; exit 1; }; \
	rm -rf "$$log" "$$log.log"
	@echo "the simulated devices pass their conformance suites"
	@$(PY) -m pytest tests -n 2 --dist loadfile -q

check: .venv/dev.stamp
	@mkdir -p reports/out
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright --warnings >reports/out/pyright.log 2>&1 \
		|| { cat reports/out/pyright.log; exit 1; }
	@$(BIN)/lint-imports >reports/out/imports.log 2>&1 || { cat reports/out/imports.log; exit 1; }
	@echo "ruff, pyright and lint-imports found nothing"

bench: .venv/dev.stamp
	@$(PY) -m benchmarks $(ARGS)

clean:
	rm -rf .venv node_modules reports/out build .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || \
		{ rm -rf .venv; echo "no virtual environment could be made; on Debian: apt install python3-venv" >&2; exit 1; }

.venv/report.stamp: pyproject.toml constraints.txt | $(PY)
	@echo "installing the bench into .venv"
	@$(PIP) -e ".[report]"
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt | $(PY)
	@echo "installing the bench and its development tools into .venv"
	@$(PIP) -e ".[report,dev,campaign]"
	@touch $@ .venv/report.stamp

# Without Node everything is measured and kept; "bench report" then says how to get the HTML.
report-tool:
	@if command -v npm >/dev/null 2>&1; then \
		$(MAKE) --silent $(ALLURE) || echo "npm ci failed; the results are kept all the same" >&2; \
	fi

$(ALLURE): package-lock.json
	@echo "installing Allure into node_modules"
	@npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@
