#!/bin/sh
# Compiles translations. A format's <PRIu64> becomes what this machine's <inttypes.h> has
# for it, as it did in the programs.
#   tools/mo.sh FILE.po FILE.mo          CC= is asked
set -eu

script=
for name in PRIu64 PRId64 PRIu32; do
	letters=$(printf '#include <inttypes.h>\n%s\n' "$name" | ${CC:-cc} -E -P -xc - | tail -n 1 | tr -d '" ')
	script="$script;s/%<$name>/%$letters/g"
done
sed "$script" "$1" | msgfmt --check --no-hash --endianness=little -o "$2" -
