#!/bin/sh
# Writes assembly that holds every file below a folder, and a table of them by name
# (dashboard/embedded.h): the web page is part of the program.
#   tools/embed.sh FOLDER >FILE.S
set -eu

cd "$1"
folder=$(pwd)
names=$(find . -type f ! -name '.*' | sed 's|^\./||' | LC_ALL=C sort)
n=0
echo '	.section .rodata'
for name in $names; do
	printf 'name_%d:\t.asciz "%s"\n' "$n" "$name"
	printf '\t.balign 16\nfile_%d:\t.incbin "%s/%s"\nend_%d:\n' "$n" "$folder" "$name" "$n"
	n=$((n + 1))
done
# Addresses are filled in when the program is loaded, and then are as constant as the rest.
printf '\t.section .data.rel.ro, "aw"\n\t.balign 8\n\t.globl EMBEDDED\nEMBEDDED:\n'
i=0
while [ "$i" -lt "$n" ]; do
	printf '\t.quad name_%d, file_%d, end_%d - file_%d\n' "$i" "$i" "$i" "$i"
	i=$((i + 1))
done
printf '\t.section .rodata\n\t.balign 8\n\t.globl EMBEDDED_COUNT\nEMBEDDED_COUNT:\t.quad %d\n' "$n"
printf '\t.section .note.GNU-stack, "", %%progbits\n'
