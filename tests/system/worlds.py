"""Fixtures and hooks of the tests that run real processes; see harness.py."""

import pytest

from harness import PLAN_FILE, World, rollup


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Puts the daemons' logs beside what failed."""
    report = (yield).get_result()
    if report.failed:
        for world in World.alive:
            report.sections.append(("daemons", world.logs()))


@pytest.fixture
def world():
    """A fresh Redis with the plan loaded."""
    with World() as w:
        w.load_plan()
        yield w


@pytest.fixture
def guarded():
    """The same with keys (keyring.py): who starts a daemon has it speak CURVE."""
    with World(keys=True) as w:
        w.load_plan()
        yield w


@pytest.fixture(scope="module")
def shared():
    """One for all tests of a file, with a collector; each test takes its seqs from it."""
    with World() as w:
        w.load_plan()
        w.collector()
        yield w


@pytest.fixture(scope="session")
def plan():
    return rollup.read_plan(PLAN_FILE.read_text(encoding="utf-8"))
