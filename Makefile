# Two commands: `make demo` and `make test`. Both set up what they need in .venv and target/, and start at once the second time.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
PYTHON := .venv/bin/python
# The same random examples on every run, so that a run says something of the change; other seeds look for what nobody has found yet.
export PROPTEST_RNG_SEED ?= 20261201
RUST_SOURCES := Cargo.toml Cargo.lock pyproject.toml $(shell find crates rules -type f 2>/dev/null)

.PHONY: demo test build test-rust test-python lint doc bench clean

demo: build
	$(PYTHON) -m sanxian demo -o out

test: lint test-rust build test-python doc
	@echo "all tests passed"

build: .venv/.built

.venv/.ready: tools/bootstrap.sh tools/sqlite3_program.py python/requirements-dev.txt python/constraints.txt
	@tools/bootstrap.sh

# The first build compiles PROJ and Arrow: ten to twenty minutes on two cores, with cargo showing what it is at.
.venv/.built: .venv/.ready $(RUST_SOURCES)
	@test -d target/release || echo "first build: PROJ and Arrow are compiled from source, ten to twenty minutes on two cores"
	$(PYTHON) -m maturin develop --release --locked
	@touch $@

test-rust: .venv/.ready
	@command -v cargo-nextest >/dev/null || { echo "cargo-nextest is missing: cargo builds it once into .venv"; \
	    cargo install cargo-nextest --version 0.9.143 --locked --root .venv; }
	# The whole workspace, though the binding has no tests of its own in Rust: left out, Arrow would be compiled again with fewer features.
	cargo nextest run --release --locked --workspace
	cargo test --release --locked --doc --workspace

test-python: build
	$(PYTHON) -m pytest

lint: .venv/.ready
	cargo fmt --all --check
	cargo clippy --release --locked --workspace --all-targets -- -D warnings
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

bench: build
	$(PYTHON) benches/overlay.py --write
	$(PYTHON) benches/areas.py
	$(PYTHON) benches/readers.py --write
	$(PYTHON) benches/county.py

doc: .venv/.ready
	RUSTDOCFLAGS="-D warnings" cargo doc --release --locked --workspace --no-deps

clean:
	cargo clean
	rm -rf .venv out
