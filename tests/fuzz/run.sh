#!/bin/bash
# Builds every fuzz target with libFuzzer, ASan and UBSan and runs each for
# FUZZ_SECONDS (default 60) from its corpus and, for text, with its dictionary
# (TARGET.dict); new finds stay in BUILD/fuzz.
#   tests/fuzz/run.sh BUILD [TARGET...]
set -eu
build=$1
shift
seconds=${FUZZ_SECONDS:-60}
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(ls tests/fuzz/fuzz_*.c | sed 's/.*fuzz_//; s/\.c$//'))
libraries="libzmq msgpack hiredis yaml-0.1 jansson libsodium libmicrohttpd"
compile="clang -std=c11 -D_GNU_SOURCE -I. -O1 -g -fsanitize=address,undefined
	-fno-sanitize-recover=all $(pkg-config --cflags $libraries)"

# What is fuzzed is compiled once for all targets.
archive=$build/fuzz/libtuijin.a
objects=()
mkdir -p "$build/fuzz/obj"
parsers="cli/notify_notice.c cli/notify_queue.c cli/notify_text.c dashboard/site_route.c dashboard/stream.c"
for source in core/*.c common/*.c $parsers; do
	object=$build/fuzz/obj/$(basename "${source//\//-}" .c).o
	$compile -fsanitize=fuzzer-no-link -c -o "$object" "$source"
	objects+=("$object")
done
texts=$build/obj/common/translate_texts.o
make -s BUILD="$build" "$texts"
rm -f "$archive"
ar rcs "$archive" "${objects[@]}" "$texts"

for target in "${targets[@]}"; do
	dir=$build/fuzz/$target
	dictionary=tests/fuzz/$target.dict
	mkdir -p "$dir/found"
	$compile -fsanitize=fuzzer -o "$dir/fuzz" "tests/fuzz/fuzz_$target.c" "$archive" \
		$(pkg-config --libs $libraries) -lm
	echo "fuzzing $target for $seconds s"
	"$dir/fuzz" -max_total_time="$seconds" -malloc_limit_mb=64 -rss_limit_mb=1024 -timeout=30 \
		-max_len=8192 -print_final_stats=1 -artifact_prefix="$dir/" \
		$([ ! -f "$dictionary" ] || echo "-dict=$dictionary") "$dir/found" \
		"tests/fuzz/corpus/$target" >"$dir/log" 2>&1 ||
		{ tail -n 40 "$dir/log"; exit 1; }
	grep -E 'number_of_executed_units|peak_rss_mb' "$dir/log"
done
