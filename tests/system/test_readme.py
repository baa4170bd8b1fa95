"""README and --help tell the same: each program's flags, and the examples run."""
import os
import re
import subprocess

import pytest

import harness

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
EVERYWHERE = {"--help", "--version", "--log-format", "--log-level", "--lang"}


def readme():
    with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
        return file.read()


def rows():
    for line in readme().splitlines():
        cells = re.split(r"(?<!\\)\|", line)
        if line.startswith("| `tuijin") and len(cells) >= 4:
            name = re.sub(r"( \[.*| [A-Z]+…?)+$", "", cells[1].strip().strip("`"))
            yield name, set(re.findall(r"--[a-z-]+", cells[3]))


@pytest.mark.parametrize("name,flags", rows(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_table_of_programs_has_the_flags_that_help_shows(name, flags):
    program, *words = name.split()
    out = subprocess.run([str(harness.BUILD / program), *words, "--help"], check=True, text=True,
                         capture_output=True).stdout
    shown = set(re.findall(r"^  (--[a-z-]+)", out, re.M))
    assert flags | EVERYWHERE == shown | EVERYWHERE
    wide = [line for line in out.splitlines() if re.match(r" {28}[^\[ ]", line) and len(line) > 80]
    assert not wide, wide


def test_the_table_has_every_subcommand():
    out = subprocess.run([str(harness.BUILD / "tuijin"), "--help"], check=True, text=True,
                         capture_output=True).stdout
    commands = re.findall(r"^  ([a-z]+(?: [a-z]+)?)  +", out, re.M)
    assert {f"tuijin {command}" for command in commands} == {
        name for name, _ in rows() if name.startswith("tuijin ")}
