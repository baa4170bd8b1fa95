"""Bare Debian machines to install the package on: made by mmdebstrap, and booted with systemd in
namespaces of their own. Nothing of them is left behind."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = Path(os.environ.get("BUILD", ROOT / "build")).resolve()
ENTER = [sys.executable, str(Path(__file__).with_name("enter.py"))]
NAMESPACES = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--cgroup"]
PACKAGES = "/var/cache/apt/archives"


def why_not():
    """Why no machine can be made here; None if one can."""
    if os.getuid() != 0:
        return "only root can make a machine to install on"
    missing = [tool for tool in ("mmdebstrap", "unshare", "nsenter") if not shutil.which(tool)]
    return f"needs {', '.join(missing)} (tools/deps.sh package)" if missing else None


def deb():
    """The package: what tools/deb.sh has built in BUILD, or builds now, without the tests."""
    found = sorted((BUILD / "deb").glob("tuijin_*_*.deb"))
    if not found:
        subprocess.run([ROOT / "tools" / "deb.sh", BUILD], check=True, timeout=1200,
                       env={**os.environ, "DEB_BUILD_OPTIONS": "nocheck"})
        found = sorted((BUILD / "deb").glob("tuijin_*_*.deb"))
    assert len(found) == 1, found
    return found[0]


def sources():
    """Where this machine's packages come from."""
    places = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("debian*"))]
    return [str(place) for place in places if place.exists()]


def proxies():
    """And by which way, as options of mmdebstrap."""
    told = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout
    lines = [line for line in told.splitlines() if re.match(r"Acquire::https?::Proxy", line)]
    return [f"--aptopt={line}" for line in lines]


def make_base(folder):
    """A minimal Debian 12 with systemd as its first process, and lists of packages."""
    subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", "--include=systemd-sysv",
                    "--skip=cleanup/apt/lists", *proxies(), "bookworm", folder, *sources()],
                   check=True, timeout=300, stdin=subprocess.DEVNULL)
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", folder / "etc" / name)
    # As packages of this machine's mirror may be older than their lists say they may be.
    (folder / "etc/apt/apt.conf.d/99test").write_text('Acquire::Check-Valid-Until "false";\n')


class Machine:
    """A folder with a Debian in it."""

    def __init__(self, base):
        self.folder = Path(tempfile.mkdtemp(prefix="tuijin-machine-"))
        self.root, self.init, self.group = self.folder / "root", None, None
        subprocess.run(["cp", "-a", base, self.root], check=True, timeout=120)

    def close(self):
        self.halt()
        shutil.rmtree(self.folder)

    def __enter__(self):
        return self

    def __exit__(self, *what):
        self.close()

    def path(self, name):
        return self.root / str(name).lstrip("/")

    def run(self, script, online=False, ok=True, timeout=120):
        """Types a script: on the booted machine, else on one that lives as long as the script."""
        command = ["/bin/bash", "-e", "-o", "pipefail", "-c", script]
        if self.init:
            # Not --root: it would be looked up before the machine's mounts are.
            where = ["nsenter", "-t", str(self.pid()), "--all", "--wdns=/root", "env", "-i",
                     "HOME=/root", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive",
                     "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
        else:
            where = [*NAMESPACES, *([] if online else ["--net"]), "--", *ENTER, self.root]
        done = subprocess.run([*map(str, where), *command], capture_output=True, text=True,
                              timeout=timeout, stdin=subprocess.DEVNULL)
        assert not ok or done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done

    def says(self, script, **how):
        return self.run(script, **how).stdout.strip()

    def fetch(self, *packages):
        """What these need comes into the cache of apt, so that installing needs no network."""
        self.run("apt-get update -q && apt-get install -qy --download-only "
                 f"-o Dir::Cache::Archives={PACKAGES} -o APT::Keep-Downloaded-Packages=true "
                 + " ".join(packages), online=True, timeout=300)

    def boot(self):
        """Starts systemd; raises RuntimeError if that is not possible here."""
        self.group = control_group(f"tuijin-test-{os.getpid()}-{self.folder.name}")
        self.init = subprocess.Popen(
            [*NAMESPACES, "--net", "--", *ENTER, self.root, "/lib/systemd/systemd"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=lambda: (self.group / "cgroup.procs").write_text(str(os.getpid())))
        limit, state = time.monotonic() + 60, ""
        while state not in ("running", "degraded"):
            if self.init.poll() is not None or time.monotonic() > limit:
                self.halt()
                raise RuntimeError(f"systemd cannot be booted here: '{state}'")
            if self.pid():
                state = self.run("systemctl is-system-running --wait", ok=False).stdout.strip()
            time.sleep(0.1)
        assert state == "running", self.says("systemctl --failed --no-pager")

    def pid(self):
        """systemd's, as this machine sees it: the child of unshare."""
        children = Path(f"/proc/{self.init.pid}/task/{self.init.pid}/children").read_text().split()
        return int(children[0]) if children else None

    def halt(self):
        """Like a power cut: all processes end at once."""
        if self.init:
            self.init.kill()
            self.init.wait(timeout=30)
            self.init = None
            remove_group(self.group)


def control_group(name):
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    places = [Path(words[1]) for words in mounts if words[2] == "cgroup2"]
    if not places:
        raise RuntimeError("systemd cannot be booted here: no cgroup2 is mounted")
    (places[0] / name).mkdir()
    return places[0] / name


def remove_group(group):
    """Once the last process of it has been reaped."""
    limit = time.monotonic() + 10
    while group.exists():
        for folder, _, _ in os.walk(group, topdown=False):
            try:
                os.rmdir(folder)
            except OSError:
                assert time.monotonic() < limit, f"{group} stays busy"
                time.sleep(0.05)
