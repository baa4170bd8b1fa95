"""Makes a folder with a Debian in it a machine, and runs a program there as its first process.

    unshare --mount --pid --fork --kill-child --uts --ipc --cgroup [--net] \\
        enter.py ROOT /PROGRAM ARGUMENT...

It has devices and kernel file systems of its own, and sees nothing of the machine around it.
"""

import ctypes
import fcntl
import os
import socket
import struct
import sys

BIND, REC, PRIVATE, SHARED, READ_ONLY, DETACH = 0x1000, 0x4000, 0x40000, 0x100000, 0x1, 0x2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1
DEVICES = ["null", "zero", "full", "random", "urandom", "tty"]
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
               "HOME": "/root", "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive",
               "container": "test"}

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), what)


def mount(source, target, kind=None, flags=0, options=None):
    if not os.path.exists(target):
        os.makedirs(target)
    words = [word.encode() if word else None for word in (source, target, kind)]
    check(libc.mount(*words, ctypes.c_ulong(flags), options.encode() if options else None), target)


def furnish(root):
    mount("none", "/", flags=REC | PRIVATE)
    mount(root, root, flags=BIND | REC)
    mount("proc", f"{root}/proc", "proc")
    mount("sysfs", f"{root}/sys", "sysfs", READ_ONLY)
    mount("cgroup2", f"{root}/sys/fs/cgroup", "cgroup2")
    mount("tmpfs", f"{root}/dev", "tmpfs", options="mode=755")
    for name in DEVICES:
        open(f"{root}/dev/{name}", "wb").close()
        mount(f"/dev/{name}", f"{root}/dev/{name}", flags=BIND)
    mount("devpts", f"{root}/dev/pts", "devpts", options="newinstance,ptmxmode=666,mode=620")
    mount("tmpfs", f"{root}/dev/shm", "tmpfs", options="mode=1777")
    os.symlink("pts/ptmx", f"{root}/dev/ptmx")
    os.symlink("/proc/self/fd", f"{root}/dev/fd")
    mount("tmpfs", f"{root}/run", "tmpfs", options="mode=755")


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(s, GET_FLAGS, request))[1]
        fcntl.ioctl(s, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def main(root, *command):
    furnish(root)
    bring_loopback_up()
    os.chdir(root)
    # A chroot would do, but for the user namespaces that units ask for.
    check(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    check(libc.umount2(b".", DETACH), "umount")
    # As systemd expects of whoever starts it: units get their credentials by propagation.
    mount("none", "/", flags=REC | SHARED)
    os.chdir("/root")
    os.execve(command[0], command, ENVIRONMENT)


if __name__ == "__main__":
    main(*sys.argv[1:])
