#!/bin/bash
# Builds every fuzz target with libFuzzer, ASan and UBSan and runs each for
# FUZZ_SECONDS (default 60) from its corpus and, for text, with its dictionary
# (TARGET.dict); new finds stay in BUILD/fuzz. As many at a time as there are processors.
#   tests/fuzz/run.sh BUILD [TARGET...]
set -eu
export build=$1 seconds=${FUZZ_SECONDS:-60}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(ls tests/fuzz/fuzz_*.c | sed 's/.*fuzz_//; s/\.c$//'))
libraries="libzmq msgpack hiredis yaml-0.1 jansson libsodium libmicrohttpd"
export compile="clang -std=c11 -D_GNU_SOURCE -I. -O1 -g -fsanitize=address,undefined
	-fno-sanitize-recover=all $(pkg-config --cflags $libraries)"
export archive=$build/fuzz/libtuijin.a
export link="$archive $(pkg-config --libs $libraries) -lm"

at_once() { # function: once for each line of the input
	export -f "${1?}"
	xargs -P "$(nproc)" -I LINE bash -euc "$1 LINE"
}

object_of() { # source
	echo "$build/fuzz/obj/$(basename "${1//\//-}" .c).o"
}
export -f object_of

compile_one() { # source
	$compile -fsanitize=fuzzer-no-link -c -o "$(object_of "$1")" "$1"
}

fuzz_one() { # target
	local dir=$build/fuzz/$1 dictionary=tests/fuzz/$1.dict said
	mkdir -p "$dir/found"
	$compile -fsanitize=fuzzer -o "$dir/fuzz" "tests/fuzz/fuzz_$1.c" $link
	"$dir/fuzz" -max_total_time="$seconds" -malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=30 \
		-max_len=8192 -print_final_stats=1 -artifact_prefix="$dir/" \
		$([ ! -f "$dictionary" ] || echo "-dict=$dictionary") "$dir/found" \
		"tests/fuzz/corpus/$1" >"$dir/log" 2>&1 ||
		{ tail -n 40 "$dir/log"; echo "fuzzing $1: FAILED"; exit 1; }
	said=$(sed -n 's/^stat::number_of_executed_units: *//p; s/^stat::peak_rss_mb: */runs, MiB at most /p' \
		"$dir/log" | paste -sd ' ')
	echo "fuzzed $1 for $seconds s: $said"
}

# What is fuzzed is compiled once for all targets.
parsers="cli/notify_notice.c cli/notify_queue.c cli/notify_text.c dashboard/site_route.c dashboard/stream.c"
sources=(core/*.c common/*.c $parsers)
mkdir -p "$build/fuzz/obj"
printf '%s\n' "${sources[@]}" | at_once compile_one
texts=$build/obj/common/translate_texts.o
make -s BUILD="$build" "$texts"
rm -f "$archive"
for source in "${sources[@]}"; do object_of "$source"; done | xargs ar rcs "$archive" "$texts"

printf '%s\n' "${targets[@]}" | at_once fuzz_one
