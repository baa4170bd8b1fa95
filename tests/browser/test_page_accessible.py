"""axe-core finds nothing serious or critical, wherever one is and however one looks."""

import pytest
from axe import violations
from driver import DESKTOP, PHONE
from selenium.webdriver.common.keys import Keys
from sites import ROUTES

# Every two of language, theme and size meet.
LOOKS = (("zh", "light", DESKTOP), ("en", "dark", DESKTOP), ("en", "light", PHONE), ("zh", "dark", PHONE))


@pytest.mark.parametrize("lang, theme, size", LOOKS, ids=("desktop", "dark-desktop", "phone", "dark-phone"))
def test_everybody_can_use_it(page, lang, theme, size):
    page.size(size)
    page.open(lang=lang, theme=theme)
    found = {route: violations(page.go(route, lang=lang, theme=theme)) for route in ROUTES}
    assert not {route: v for route, v in found.items() if v}


@pytest.mark.parametrize("theme", ("light", "dark"))
def test_what_unfolds_is_no_exception(page, theme):
    page.open("/task/27", theme=theme)
    page.press("/")
    page.write("#search", "2")
    page.wait(lambda: page.count("#found li"), "what was found")
    page.press(Keys.ARROW_DOWN)
    assert not violations(page)
    page.press(Keys.ESCAPE)
    page.click(".timeline > li:first-child summary")
    assert page.count(".timeline dd") and not violations(page)
    page.go("/trend", days=30, theme=theme)
    page.click(".days-details summary")
    page.wait(lambda: page.count(".days-table tr") > 1, "the days")
    assert not violations(page)


def test_it_finds_what_is_not_accessible(page):
    page.open("/feed")
    page.run("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><img src>')")
    assert {v[1] for v in violations(page)} >= {"button-name", "image-alt"}
