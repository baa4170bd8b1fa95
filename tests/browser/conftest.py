"""Fixtures of the tests that look at the page in a browser: see driver.py and sites.py."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "system")]

import pytest  # noqa: E402
import sites  # noqa: E402
from driver import Browser, Page  # noqa: E402
from worlds import *  # noqa: E402,F401,F403


@pytest.fixture(scope="session")
def browser():
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def rehearsed():
    """A year's data, which nobody changes."""
    with sites.rehearsed() as site:
        yield site


@pytest.fixture(scope="session")
def spoken():
    """A system whose agencies report what tests have them say (sites.Speaker)."""
    with sites.young() as site:
        yield site


@pytest.fixture
def look(browser):
    """look(dashboard) is its page, closed and checked at the end of the test."""
    pages = []

    def look(dashboard):
        pages.append(Page(browser, dashboard))
        return pages[-1]
    yield look
    for page in pages:
        page.close()


@pytest.fixture
def page(look, rehearsed):
    return look(rehearsed)
