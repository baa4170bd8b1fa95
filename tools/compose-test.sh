#!/bin/bash
# Builds the images, starts what docker-compose.yml describes in an engine of its own, and holds it
# to what is promised of it (tests/compose). Needs root and compose-check, a tool that brings that
# engine along; without them says so and ends well.
#   tools/compose-test.sh [STEP...]      some steps of tests/compose/run.py; default: all
# Environment: COMPOSE_CHECK (the tool; default ../shared/tools/compose-check).
set -euo pipefail
cd "$(dirname "$0")/.."

check=${COMPOSE_CHECK:-../shared/tools/compose-check}
skip() {
	echo "compose-test: skipped: $*"
	exit 0
}
[ -x "$check" ] || skip "$check is not there (COMPOSE_CHECK names another)"
[ "$(id -u)" = 0 ] || skip "only root can start a Docker engine of its own"
check=$(realpath "$check")
tools/deps.sh test
# What is set for other programs, or for an installation of this machine, is not for this one.
unset "${!TUIJIN_@}" "${!COMPOSE_@}" LANG LANGUAGE "${!LC_@}"
export COMPOSE_PROFILES=prometheus
# What building says line by line is left out; of a step that fails Docker repeats the end.
"$check" "$PWD" /usr/bin/python3 "$PWD/tests/compose/run.py" "$@" 2>&1 | sed -u "/^#[0-9][0-9]* [0-9.]* /d; /^\$/d"
