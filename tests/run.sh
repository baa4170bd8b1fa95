#!/bin/bash
# Runs test programs one after another; prints the output of those that fail and a
# line for each. Programs behind "--" are fuzz replays, given their corpus.
#   tests/run.sh BUILD PROGRAM... [-- REPLAY...]
set -u
# Tests expect English, whoever runs them.
unset LANG LANGUAGE "${!LC_@}"
build=$1
shift
passed=0
failed=0
replay=no
out=$(mktemp)
trap 'rm -f "$out"' EXIT

for program in "$@"; do
	if [ "$program" = -- ]; then
		replay=yes
		continue
	fi
	arguments=()
	if [ $replay = yes ]; then
		arguments=(tests/fuzz/corpus/"${program##*replay_}"/*)
	fi
	name=${program#"$build"/tests/}
	if BUILD=$build "$program" "${arguments[@]}" >"$out" 2>&1; then
		passed=$((passed + 1))
		printf 'ok    %-36s %s\n' "$name" "$(grep -Eo 'seed [0-9]+|PASSED  \] [0-9]+ test.*|[0-9]+ inputs replayed' "$out" | sed 's/PASSED  . //' | tr '\n' ' ')"
	else
		failed=$((failed + 1))
		printf 'FAIL  %s\n' "$name"
		sed 's/^/      /' "$out" | tail -n 60
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
