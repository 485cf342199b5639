#!/usr/bin/env bash
# Everything that must hold, in one run: `make test` and CI call it. It installs what it needs. A suite that cannot run
# is a failure, never a skip.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0

began=$SECONDS
suites=()

# suite runs one step, with its name and how long it took.
suite() {
  local name=$1 from=$SECONDS
  shift
  printf '\n=== %s: %s\n' "$name" "$*"
  if ! "$@"; then
    printf '\n=== %s FAILED after %d s\n' "$name" $((SECONDS - from))
    exit 1
  fi
  suites+=("$name $((SECONDS - from)) s")
}

formatted() {
  local wrong
  wrong=$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l)
  [ -z "$wrong" ] || { printf 'not formatted (make fmt):\n%s\n' "$wrong"; return 1; }
}

need_chromium() {
  local chromium=${CHROMIUM:-/usr/bin/chromium}
  if [ ! -x "$chromium" ]; then
    [ "$(id -u)" = 0 ] || { echo "no $chromium: install Debian's package chromium, or set CHROMIUM"; return 1; }
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
  fi
  "$chromium" --version
}

need_mail_server() {
  if [ ! -x /usr/sbin/postfix ] || ! /usr/bin/python3 -c 'import dkim, nacl'; then
    [ "$(id -u)" = 0 ] || { echo "no postfix or dkimpy: install Debian's packages postfix, python3-dkim and python3-nacl"; return 1; }
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postfix python3-dkim python3-nacl >/dev/null
  fi
}

# has_run runs Go tests, of which one must pass: skipped is not passed.
has_run() {
  local test=$1 said
  shift
  said=$("$@" 2>&1) || { printf '%s\n' "$said"; return 1; }
  printf '%s\n' "$said"
  grep -q -- "--- PASS: $test" <<<"$said"
}

npm_packages() { npm --prefix "$1" ci --no-audit --no-fund --loglevel=error; }

types_are_current() {
  npm --prefix ui run --silent types
  git diff --exit-code -- ui/src/api/ || { echo "the generated types differ: commit what npm run types wrote"; return 1; }
}

suite "format" formatted
suite "vet" go vet ./...
suite "staticcheck" go tool staticcheck ./...
suite "go" go test -count=1 ./... # never cached: some tests build and run the program, which the cache does not see
suite "ui packages" npm_packages ui
touch ui/node_modules/.installed
suite "ui lint" npm --prefix ui run --silent lint
suite "ui types" types_are_current
suite "ui" npm --prefix ui test
suite "build" make --no-print-directory build
suite "test packages" npm_packages test
suite "chromium" need_chromium
suite "crawl" has_run TestVisit go test ./incident/vendor -run '^TestVisit$' -count=1 -v
suite "mail server" need_mail_server
suite "mail" go test ./test/mail -count=1 -v -args -real
suite "clients" npm --prefix test run --silent clients
suite "browser" npm --prefix test run --silent browser
suite "probes" go test ./incident/verify -run TestProbesTellNothing -count=1 -v -args -probes=20000
suite "crash" go test ./test/crash -count=1 -timeout 20m -v -args -rounds=200 -binary="$PWD/bin/jejak"

printf '\nall suites passed in %d s:\n' $((SECONDS - began))
printf '  %s\n' "${suites[@]}"
