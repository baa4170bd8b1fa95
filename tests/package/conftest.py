import shutil
import tempfile
from pathlib import Path

import machine
import pytest


@pytest.fixture(scope="session")
def deb():
    return machine.deb()


@pytest.fixture(scope="session")
def unpacked(deb, tmp_path_factory):
    """The package's files, and its control files in DEBIAN."""
    folder = tmp_path_factory.mktemp("package")
    machine.subprocess.run(["dpkg-deb", "-R", deb, folder], check=True, timeout=60)
    return folder


@pytest.fixture(scope="session")
def base():
    """A bare Debian to make machines of."""
    if machine.why_not():
        pytest.skip(machine.why_not())
    folder = Path(tempfile.mkdtemp(prefix="tuijin-base-"))
    try:
        machine.make_base(folder / "root")
        yield folder / "root"
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def stocked(base, deb):
    """The same with the package in /root, and in apt's cache all that it needs."""
    with machine.Machine(base) as m:
        shutil.copy(deb, m.path("/root"))
        m.fetch(f"./{deb.name}")
        yield m.root
