"""A wall clock that a test sets, for processes that know nothing of it (clock.c)."""

import functools
import mmap
import os
import struct
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")
# AddressSanitizer wants to be the first library of a program, so that it sees every allocation;
# the clock makes none and is called by no other library's constructor.
ASAN_OPTIONS = ":".join(filter(None, (os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0")))


@functools.cache
def library():
    """Made once in a run of the tests, and gone with it."""
    folder = tempfile.TemporaryDirectory(prefix="tuijin-")
    library.folder = folder
    made = Path(folder.name) / "clock.so"
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-fPIC", "-shared", "-o", made, SOURCE],
                   check=True)
    return made


class Clock:
    """Goes on as the real one does from where it was last set. file: a new one."""

    def __init__(self, file, local):
        file.write_bytes(bytes(8))
        with file.open("r+b") as f:
            self.ahead_ns = mmap.mmap(f.fileno(), 8)
        self.set(local)
        self.command = ["env", f"LD_PRELOAD={library()}", f"CLOCK_AHEAD={file}",
                        f"ASAN_OPTIONS={ASAN_OPTIONS}"]

    def set(self, local):
        """local: with its offset, "2026-03-31 23:59:50+08:00"."""
        ahead = datetime.fromisoformat(local).timestamp() - time.time()
        self.ahead_ns[:] = struct.pack("=q", int(ahead * 10**9))

    def ms(self):
        return (time.time_ns() + struct.unpack("=q", self.ahead_ns[:])[0]) // 10**6
