import os
import shutil
import tempfile
from pathlib import Path

import machine
import pytest


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    """With PACKAGE_TEST_REQUIRED=1 what cannot be tested on this machine is a failure."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("PACKAGE_TEST_REQUIRED") == "1":
        report.outcome, report.longrepr = "failed", f"PACKAGE_TEST_REQUIRED=1, but {report.longrepr[2]}"


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
