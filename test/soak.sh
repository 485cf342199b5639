#!/usr/bin/env bash
# The longer runs: fuzzing each decoder, random questions of each kind, and killing the server many more times. `make soak`
# calls it; FUZZ_TIME, WORLDS, PROBES and ROUNDS change the lengths.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0

for folder in $(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n1 dirname | sort -u); do
  for target in $(grep -ho '^func Fuzz[A-Za-z0-9_]*' "$folder"/*_test.go | cut -d' ' -f2); do
    printf '\n=== fuzz %s %s\n' "$folder" "$target"
    go test "./$folder" -run='^$' -fuzz="^$target\$" -fuzztime="${FUZZ_TIME:-60s}"
  done
done
go test ./analytics/query/querytest -count=1 -timeout 12h -v -args -worlds "${WORLDS:-8500}" # over 100,000 questions of each kind
go test ./incident/verify -run TestProbesTellNothing -count=1 -timeout 2h -v -args -probes="${PROBES:-1000000}"
go test ./test/crash -count=1 -timeout 6h -v -args -rounds="${ROUNDS:-2000}" -binary="$PWD/bin/jejak"
go test ./incident/notify -count=1 -timeout 2h -run TestKilledSender -v -args -notices "${NOTICES:-100000}" -kills "${KILLS:-200}"
