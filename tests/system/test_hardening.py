"""What the linker and the compiler were asked to build into the programs is in them."""

import os
import re
import subprocess

import pytest
from harness import BUILD, is_sanitized

pytestmark = pytest.mark.skipif(is_sanitized(), reason="a sanitizer's programs are built otherwise")


@pytest.fixture(params=["tuijin-collector", "tuijin-aggregator", "tuijin"])
def read(request):
    """What readelf says of a program."""
    def run(*flags):
        return subprocess.run(["readelf", "--wide", *flags, BUILD / request.param], check=True, text=True,
                              capture_output=True, timeout=30, env={**os.environ, "LC_ALL": "C"}).stdout
    return run


def segments(read):
    """(type, flags) of each."""
    found = re.findall(r"^  ([A-Z_]+) +(?:0x[0-9a-f]+ ){5}([RWE ]{3}) 0x", read("--segments"), re.MULTILINE)
    assert len(found) > 5
    return found


def tags(read):
    """The dynamic section: tag -> its values."""
    found = {}
    for tag, value in re.findall(r"^ 0x[0-9a-f]+ \((\w+)\) +(.*)$", read("--dynamic"), re.MULTILINE):
        found.setdefault(tag, []).append(value)
    assert "NEEDED" in found
    return found


def test_it_goes_to_a_random_place(read):
    assert re.search(r"Type: +DYN ", read("--file-header"))
    assert "PIE" in tags(read)["FLAGS_1"][0].split()


def test_its_tables_are_read_only_once_it_runs(read):
    assert "GNU_RELRO" in dict(segments(read))
    assert tags(read)["FLAGS"] == ["BIND_NOW"]
    assert "NOW" in tags(read)["FLAGS_1"][0].split()


def test_nothing_is_both_written_and_run(read):
    assert dict(segments(read))["GNU_STACK"] == "RW "
    assert not [s for s in segments(read) if "W" in s[1] and "E" in s[1]]
    assert "TEXTREL" not in tags(read)


def test_it_takes_libraries_from_nowhere_but_the_systems_places(read):
    assert not {"RPATH", "RUNPATH"} & tags(read).keys()


def test_overwritten_stacks_and_buffers_end_it(read):
    wanted = set(re.findall(r" UND (__\w+_chk|__stack_chk_fail)\b", read("--dyn-syms")))
    assert {"__stack_chk_fail", "__vsnprintf_chk", "__memcpy_chk"} <= wanted
