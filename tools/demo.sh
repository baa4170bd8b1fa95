#!/bin/bash
# The whole system on this machine, until Ctrl-C: a private Redis, the collector, the
# aggregator, the web page, and a line for each change in this terminal.
#   tools/demo.sh demo    with simulated agencies; nothing is kept
#   tools/demo.sh run     no reports but yours; data is kept in BUILD/run
# Environment: BUILD (default build), PLAN (a plan file), RATE (simulated reports a
# second), DEMO_SECONDS (stop by itself), CURVE=1 (encrypted; everybody has a key).
set -euo pipefail
shopt -s inherit_errexit

mode=${1:-demo}
bin=$(realpath "${BUILD:-build}")
plan=${PLAN:-plans/ipr-2026.yaml}
dir=$bin/$mode
keys=$dir/keys
pids=()
services=()

case $mode in
demo | run) ;;
*) echo "usage: tools/demo.sh demo|run" >&2; exit 64 ;;
esac
# Two of them on one folder would be two Redis servers on one file. The lock lives as
# long as anything that was started here.
mkdir -p "$bin"
exec 9>"$dir.lock"
if ! flock -n 9; then
	echo "tools/demo.sh: 'make $mode' is running already, with its data in $dir" >&2
	exit 69
fi
[ "$mode" = run ] || rm -rf "$dir"
mkdir -p "$dir"
socket=$dir/redis.sock
# A socket's path has 107 bytes at most; a link to a deep folder keeps it short.
if [ ${#socket} -gt 100 ]; then
	short=$(mktemp -d)
	ln -s "$dir" "$short/d"
	socket=$short/d/redis.sock
fi
# What is set for other programs, or what this script once told somebody to export, is not
# for those that it starts.
unset "${!TUIJIN_@}"
export TUIJIN_REDIS=unix://$socket

# In sessions of their own: Ctrl-C is for this script, which stops them in order.
start() { # name, command...
	local name=$1
	shift
	setsid "$@" >>"$dir/$name.log" 2>&1 </dev/null &
	pids+=($!)
}

finish() { # status
	trap - EXIT HUP INT TERM
	local i
	for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
		kill "${pids[i]}" 2>/dev/null || true
		wait "${pids[i]}" 2>/dev/null || true
	done
	[ -z "${short:-}" ] || rm -rf "$short"
	if [ "$1" != 0 ]; then
		echo "It did not work; the logs are in $dir." >&2
		exit "$1"
	elif [ "$mode" = demo ]; then
		rm -rf "$dir"
		echo "Everything the demo started is gone."
	else
		echo "Stopped. The data is in $dir; 'make run' continues with it."
	fi
	exit 0
}

give_up() {
	echo "$1" >&2
	tail -n 5 "$dir"/*.log >&2
	finish 69
}

await() { # what, command that succeeds once it is there
	local what=$1 i
	shift
	for ((i = 0; i < 300; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.05
	done
	give_up "$what did not start:"
}

# True if a line of the log from number $2 on matches $3.
lately() {
	tail -n "+$2" "$1" | grep -qE "$3"
}

# Starts a program with its usual ports, or with free ones where one is taken: the flags
# behind -- are those to try then. Sets `line`, what it says when it is ready.
serve() { # program, flags... -- flags...
	local program=$1 log=$dir/$1.log from usual=() free=()
	shift
	while [ "$1" != -- ]; do
		usual+=("$1")
		shift
	done
	shift
	free=("$@")
	touch "$log"
	from=$(($(wc -l <"$log") + 1))
	start "$program" "$bin/$program" "${usual[@]}"
	await "$program" lately "$log" "$from" 'event=(ready|failed)'
	if lately "$log" "$from" event=failed; then
		unset "pids[-1]"
		from=$(($(wc -l <"$log") + 1))
		start "$program" "$bin/$program" "${usual[@]}" "${free[@]}"
		await "$program" lately "$log" "$from" event=ready
	fi
	line=$(grep event=ready "$log" | tail -n 1)
}

# A daemon that listens for agencies or subscribers: sets `endpoint` too.
serve_bus() { # program, port
	serve "$1" --bind "tcp://127.0.0.1:$2" "${serving[@]}" -- \
		--bind 'tcp://127.0.0.1:*' --http 127.0.0.1:0
	services+=("${pids[-1]}")
	endpoint=$(said bind)
}

# A value of that line.
said() { # name
	sed -n "s/.* $1=\([^ ]*\).*/\1/p" <<<"$line"
}

# Makes the keys that are not there yet: the services', one for an operator, and one
# for each agency. The list of those who may connect gets the lines of new keys and is
# otherwise left as somebody has made it.
make_keys() {
	local list=$keys/authorized_keys name missing=() made
	mkdir -p -m 700 "$keys" "$keys/agencies"
	[ -e "$keys/server.key" ] ||
		"$bin/tuijin" keygen server --as @service --dir "$keys" --log-level error \
			>/dev/null
	for name in $("$bin/tuijin" plan show "$plan" --json | grep -o '"agencies":\[[^]]*' |
		head -n 1 | grep -o '"id":"[^"]*' | cut -d '"' -f 4); do
		[ -e "$keys/agencies/$name.key" ] || missing+=("$name")
	done
	made=$(
		[ -e "$keys/operator.key" ] ||
			"$bin/tuijin" keygen operator --as @operator --dir "$keys" --log-level error
		[ ${#missing[@]} = 0 ] ||
			"$bin/tuijin" keygen "${missing[@]}" --dir "$keys/agencies" --log-level error
	)
	if [ ! -e "$list" ]; then
		# One that others may write is refused.
		(umask 022 && cat "$keys/operator.pub" "$keys"/agencies/*.pub >"$list")
	elif [ -n "$made" ]; then
		# A line of somebody's own may have no end yet.
		[ -z "$(tail -c 1 "$list")" ] || echo >>"$list"
		echo "$made" >>"$list"
	fi
}

trap 'finish $?' EXIT
trap 'finish 0' HUP INT TERM
start redis redis-server --port 0 --unixsocket "$socket" --dir "$dir" --appendonly yes \
	--appendfsync always --save "" --daemonize no
await redis redis-cli -s "$socket" ping
if [ "$mode" = demo ]; then
	# A plan under way is a better picture than one on its first day.
	"$bin/tuijin" rehearse --seed 3 "$plan"
else
	"$bin/tuijin" plan load "$plan"
fi
serving=() watching=() simulating=()
if [ "${CURVE:-0}" != 0 ]; then
	make_keys
	serving=(--secret-key "$keys/server.key" --authorized-keys "$keys/authorized_keys")
	watching=(--secret-key "$keys/operator.key" --server-key "$keys/server.pub")
	simulating=(--keys "$keys/agencies" --server-key "$keys/server.pub")
fi
serve_bus tuijin-collector 7301
collector=$endpoint metrics=$(said http)
serve_bus tuijin-aggregator 7302
aggregator=$endpoint
serve tuijin-dashboard --connect "$aggregator" "${watching[@]}" -- --http 127.0.0.1:0
page=$(said http)
id=$(sed -n 's/^id: *//p' "$plan" | tr -d '"')

if [ "$mode" = demo ]; then
	start simulate "$bin/tuijin" simulate --plan "$id" --connect "$collector" \
		--rate "${RATE:-2}" "${simulating[@]}"
fi
cat <<TEXT

  Look at         http://$page/

  Reports go to   $collector   (tuijin report --connect $collector --plan $id ...)
  Events are at   $aggregator   (tuijin watch --connect $aggregator --plan $id)
  Redis is at     $TUIJIN_REDIS   (tuijin status --redis $TUIJIN_REDIS)
  Metrics are at  http://$metrics/metrics, and likewise of the others
  Logs are in     $dir

  In another terminal, after  export TUIJIN_REDIS=$TUIJIN_REDIS
    $bin/tuijin watch --plan $id --connect $aggregator    the whole plan on this screen, live
    $bin/tuijin status                  how far the plan has come
    $bin/tuijin explain chapter/2       every addend of a number, and what costs the most
    $bin/tuijin history --task 27       who said what, and what became of it
    $bin/tuijin export --format report --output report.html    the page to print
    $bin/tuijin verify                  all that is kept, against the ledger
TEXT
if [ ${#serving[@]} != 0 ]; then
	agency=$keys/agencies/cnipa.key
	[ -e "$agency" ] || agency=$(printf '%s\n' "$keys"/agencies/*.key | head -n 1)
	cat <<TEXT
  Nobody gets in without a key. An agency's, which may report and watch:
    export TUIJIN_SERVER_KEY=$keys/server.pub
    export TUIJIN_SECRET_KEY=$agency
  Who may is in $keys/authorized_keys; after a change to it
    kill -HUP ${services[*]}    has it read again
TEXT
fi
printf '  Ctrl-C ends it all.\n\n'
"$bin/tuijin" watch --plain --plan "$id" --connect "$aggregator" "${watching[@]}" \
	overall chapter section &
watch=$!
pids+=("$watch")
if [ -n "${DEMO_SECONDS:-}" ]; then
	sleep "$DEMO_SECONDS" &
	pids+=($!)
	wait -n "$!" "$watch" || true
	kill -INT "$watch" 2>/dev/null || true
fi
wait "$watch" || true
