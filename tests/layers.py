#!/usr/bin/python3
"""Holds the module graph of docs/design.md against the code.

The table there has a row per module: its name, then the modules it may use, all of
them in rows above. What the first four rows name may be used by every later row
without being listed. A module is every file whose name begins with the row's, unless a
longer row fits. Checked: every file has a row; every include of ours is allowed; every
row uses only rows above and nothing it does not need; every outside library is
included only where the second table says; the pure core uses only the quiet part of
libc. With --table, prints the first table as the code would have it.
"""
import fnmatch
import glob
import os
import re
import sys

EVERYBODYS = 4
FOLDERS = ("core", "common", "collector", "aggregator", "dashboard", "cli")
QUIET = {"assert.h", "errno.h", "inttypes.h", "limits.h", "math.h", "stdarg.h", "stdbool.h", "stddef.h",
         "stdint.h", "stdio.h", "stdlib.h", "string.h"}


def rows_of(path, heading):
    """The table under a heading: {first cell: [words in backquotes of the second]}."""
    text = open(path, encoding="utf-8").read().split(heading, 1)[1].split("\n## ", 1)[0]
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("| `") and len(cells) >= 2:
            rows[cells[0].strip("`")] = re.findall(r"`([^`]+)`", cells[1])
    return rows


def module_of(path, rows):
    name = re.sub(r"\.[ch]$", "", path)
    fits = [row for row in rows if name == row or name.startswith(row + "_")]
    return max(fits, key=len) if fits else None


def includes(path):
    for line in open(path, encoding="utf-8"):
        found = re.match(r'#include ([<"])([^>"]+)[>"]', line)
        if found:
            yield found.group(1) == '"', found.group(2)


def check(rows, libraries, files):
    wrong, used = [], {row: set() for row in rows}
    order = {row: i for i, row in enumerate(rows)}
    everybodys = set(list(rows)[:EVERYBODYS])
    for path in files:
        module = module_of(path, rows)
        if module is None:
            wrong.append(f"{path}: no row of the module table is its")
            continue
        for ours, name in includes(path):
            if ours:
                other = module_of(name, rows)
                if other is None:
                    wrong.append(f"{path}: includes {name}, which has no row")
                elif other != module:
                    used[module].add(other)
                    if other not in rows[module] and (
                            other not in everybodys or order[other] >= order[module]):
                        wrong.append(f"{path}: includes {name}, but {module} may not use {other}")
                continue
            homes = libraries.get(name)
            if homes is not None and not any(fnmatch.fnmatch(module, home) for home in homes):
                wrong.append(f"{path}: <{name}> is only for {', '.join(homes)}")
            if path.startswith("core/") and name not in QUIET and homes is None:
                wrong.append(f"{path}: <{name}> is not for the pure core")
    for row, uses in rows.items():
        for other in uses:
            if other not in order:
                wrong.append(f"{row}: uses {other}, which has no row")
            elif order[other] >= order[row]:
                wrong.append(f"{row}: uses {other}, which is not above it")
            elif other not in used[row]:
                wrong.append(f"{row}: is said to use {other} and does not")
        if not any(module_of(path, rows) == row for path in files):
            wrong.append(f"{row}: has no file")
    return wrong


def print_table(rows, files):
    everybodys = set(list(rows)[:EVERYBODYS])
    for row in rows:
        used = set()
        for path in files:
            if module_of(path, rows) == row:
                used |= {module_of(name, rows) for ours, name in includes(path) if ours}
        used -= {row, None}
        if row not in everybodys:
            used -= everybodys
        print(f"| `{row}` | {' '.join(f'`{m}`' for m in rows if m in used)} |")


def main():
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    files = sorted(path for folder in FOLDERS for path in glob.glob(f"{folder}/*.[ch]"))
    rows = rows_of("docs/design.md", "## Modules")
    libraries = rows_of("docs/design.md", "## Libraries")
    if sys.argv[1:] == ["--table"]:
        print_table(rows, files)
        return 0
    wrong = check(rows, libraries, files)
    print("\n".join(wrong) if wrong else f"layers: {len(files)} files in {len(rows)} modules")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
