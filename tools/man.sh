#!/bin/sh
# Writes the manual pages of all programs and commands, in English and Chinese, as the
# programs themselves have them.
#   tools/man.sh BUILD            -> BUILD/man/{man1,man8,zh_CN/man1,zh_CN/man8}
set -eu
build=$1
services='tuijin-collector tuijin-aggregator tuijin-dashboard'

pages() { # LANGUAGE FOLDER
	mkdir -p "$2/man1" "$2/man8"
	for service in $services; do
		TUIJIN_LANG=$1 "$build/$service" --man >"$2/man8/$service.8"
	done
	TUIJIN_LANG=$1 "$build/tuijin" --man >"$2/man1/tuijin.1"
	"$build/tuijin" --complete | while read -r command; do
		# shellcheck disable=SC2086 -- a command can be two words
		TUIJIN_LANG=$1 "$build/tuijin" $command --man </dev/null \
			>"$2/man1/tuijin-$(echo "$command" | tr ' ' -).1"
	done
}

rm -rf "$build/man"
pages en "$build/man"
pages zh "$build/man/zh_CN"
