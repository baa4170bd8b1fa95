"""Runs a command under the system-call rules of a systemd unit, without systemd.

    under_unit.py UNIT COMMAND...

What the unit's SystemCallFilter= does not allow ends the process (SIGSYS), where the unit itself
returns an error: a call that is needed and missing shows at once. RestrictAddressFamilies= returns
the error that systemd returns. No new privileges, and the unit's limits on files and cores.
"""

import ctypes
import errno
import os
import resource
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

KILL_PROCESS = 0x80000000
ALLOW = 0x7FFF0000
COMPARE_EQUAL = 4
NO_NEW_PRIVILEGES = 38
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}


def settings(unit, name):
    """The values of a setting, in the unit's order."""
    lines = Path(unit).read_text().splitlines()
    return [line.split("=", 1)[1] for line in lines if line.startswith(f"{name}=")]


@lru_cache(maxsize=None)
def group(name):
    """The calls of a group, as this machine's systemd has them."""
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], check=True,
                          capture_output=True, text=True).stdout
    words = [line.strip() for line in text.splitlines()[1:]]
    return calls(word for word in words if word and not word.startswith("#"))


def calls(words):
    found = set()
    for word in words:
        found |= group(word) if word.startswith("@") else {word}
    return found


def allowed(unit):
    """An allow-list whose later lines take away (~) or add. systemd itself adds @default."""
    found = set(group("@default"))
    for line in settings(unit, "SystemCallFilter"):
        if line.startswith("~"):
            found -= calls(line[1:].split()) - group("@default")
        else:
            found |= calls(line.split())
    return found


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


def install(unit):
    lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    lib.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(lib.seccomp_init(ctypes.c_uint32(KILL_PROCESS)))
    for name in sorted(allowed(unit) - {"socket"}):
        number = lib.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # else it is another architecture's
            assert lib.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), number, 0) == 0, name
    socket_call = lib.seccomp_syscall_resolve_name(b"socket")
    families = {FAMILIES[word] for word in settings(unit, "RestrictAddressFamilies")[0].split()}
    for family in range(64):
        action = ALLOW if family in families else 0x00050000 | errno.EAFNOSUPPORT
        rule = Comparison(0, COMPARE_EQUAL, family, 0)
        assert lib.seccomp_rule_add_array(context, ctypes.c_uint32(action), socket_call, 1,
                                          ctypes.byref(rule)) == 0
    assert ctypes.CDLL(None).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    assert lib.seccomp_load(context) == 0


def main(unit, *command):
    files = int(settings(unit, "LimitNOFILE")[0])
    cores = int(settings(unit, "LimitCORE")[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    resource.setrlimit(resource.RLIMIT_CORE, (cores, cores))
    install(unit)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
