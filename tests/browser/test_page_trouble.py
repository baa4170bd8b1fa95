"""When something is away the page says so, says since when, and goes on by itself."""

import re
import time

import made
import pytest
import sites
from axe import violations
from driver import DESKTOP, PHONE
from faults import stopped
from harness import PLAN, PLAN_FILE, World, is_sanitized
from selenium.webdriver.support.select import Select
from sites import say, tasks_of

SOON_S = 5.0 * (3 if is_sanitized() else 1)
BACK_S = 30.0
CHINA_S = 8 * 3600


@pytest.fixture
def site():
    with sites.young() as site:
        yield site


@pytest.fixture
def page(look, site):
    return look(site)


@pytest.fixture
def bare():
    """A store that knows no plan."""
    with World() as world:
        yield world


def banner(page):
    return page.text("#banner") or ""


def shows(page, task, percent):
    page.wait(lambda: page.text(".headline") == f"{percent:.2f}%", f"task {task} has {percent}", BACK_S)


def task_of(site, name="cnipa"):
    return next(t["number"] for t in tasks_of(site) if t["agencies"] == [name] or
                (t["duty"] == "lead" and t["agencies"][0] == name))


def is_since(text, moment):
    """The time that the banner names is that moment, but for a tick or so."""
    h, m, s = map(int, re.search(r"(\d\d):(\d\d):(\d\d)", text).groups())
    asked = (moment + CHINA_S) % 86400
    away = abs(h * 3600 + m * 60 + s - asked)
    return min(away, 86400 - away) <= 4


@pytest.mark.parametrize("lang, silent, live", (
    ("zh", "汇总服务自", "实时"), ("en", "The aggregator has been silent since", "Live")), ids=("zh", "en"))
def test_an_aggregator_that_is_killed(site, page, capsys, lang, silent, live):
    task = task_of(site)
    say(site, "cnipa", task, 40)
    page.open(f"/task/{task}", lang=lang)
    shows(page, task, 40)
    assert banner(page) == ""
    site.aggregator.kill()
    killed, begin = time.time(), time.monotonic()
    page.wait(lambda: banner(page), "the banner")
    took = time.monotonic() - begin
    text = banner(page)
    assert text.startswith(silent) and is_since(text, killed), (text, killed)
    assert lang == "en" or not re.search("[A-Za-z]{3}", text), text
    assert page.attribute(".live", "data-state") == "stale" and re.search(r"\d\d:\d\d:\d\d", page.text(".live-word"))
    assert took <= SOON_S
    assert page.text(".headline") == "40.00%"
    assert not violations(page)
    say(site, "cnipa", task, 60)  # the collector is there
    page.driver.refresh()
    page.shown(live=False)
    page.wait(lambda: banner(page), "who comes now is told, too")
    assert page.text(".headline") == "40.00%"
    begin = time.monotonic()
    site.aggregator.start()
    shows(page, task, 60)
    page.wait(lambda: banner(page) == "", "the banner goes", BACK_S)
    assert page.text(".live-word") == live
    back = time.monotonic() - begin
    with capsys.disabled():
        print(f"\nthe banner came after {took:.1f} s, and all was well {back:.1f} s after the restart")


def test_an_aggregator_that_hangs(site, page):
    page.open(lang="en")
    with stopped(site.aggregator):
        page.wait(lambda: "silent since" in banner(page), "the banner", SOON_S + 1)
    page.wait(lambda: banner(page) == "", "it goes", BACK_S)


def listen_where_it_did(site):
    """The dashboard's next life has the address of this one."""
    at = site.command.index("127.0.0.1:0")
    site.command[at] = "{}:{}".format(*site.address)


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_a_dashboard_that_is_killed(site, page, lang):
    page.forgive("/events", "/api/v1/")
    task = task_of(site)
    say(site, "cnipa", task, 10)
    page.open(f"/task/{task}", lang=lang)
    shows(page, task, 10)
    listen_where_it_did(site)
    killed = time.time()
    site.kill()
    page.wait(lambda: banner(page), "the banner", SOON_S)
    assert is_since(banner(page), killed), banner(page)
    assert page.attribute("#banner", "data-state") == "offline"
    say(site, "cnipa", task, 70)
    site.start()
    shows(page, task, 70)
    page.wait(lambda: banner(page) == "", "the banner goes", BACK_S)
    say(site, "cnipa", task, 80)
    shows(page, task, 80)


def test_a_dashboard_that_hangs(site, page):
    page.forgive("/events", "/api/v1/")
    page.open(lang="en")
    with stopped(site):
        since = time.time()
        page.wait(lambda: banner(page), "the banner")
        assert "No update has come since" in banner(page) and is_since(banner(page), since)
    page.wait(lambda: banner(page) == "", "it goes", BACK_S)


def test_a_store_that_is_away(site, page):
    task = task_of(site)
    say(site, "cnipa", task, 35, summary="做了一些")
    page.open(lang="en")
    whole = page.wait(lambda: page.text("[data-part=percent]"), "a number")
    site.world.redis.kill()
    killed = time.time()
    page.wait(lambda: "store has been out of reach since" in banner(page), "the banner", 15)
    assert is_since(banner(page), killed), banner(page)
    assert page.text("[data-part=percent]") == whole
    page.run("location.hash = arguments[0]", f"/task/{task}?lang=en")
    page.wait(lambda: "做了一些" in page.text("main"), "what was read before")
    assert page.text(".headline") == "35.00%"
    site.world.redis.start()
    page.wait(lambda: banner(page) == "", "the banner goes", BACK_S)
    say(site, "cnipa", task, 36)
    shows(page, task, 36)


def test_a_dashboard_that_cannot_read_the_store(site, page):
    page.forgive("/events", "/api/v1/")
    task = task_of(site)
    say(site, "cnipa", task, 35, summary="做了一些")
    page.open(f"/task/{task}", lang="en")
    shows(page, task, 35)
    listen_where_it_did(site)
    site.world.redis.kill()
    site.kill()
    site.start()
    page.wait(lambda: banner(page), "the banner")
    assert page.text(".headline") == "35.00%"
    page.driver.refresh()
    page.wait(lambda: "could not be read" in page.text("main") or "no plan" in page.text("main"), "it is said", BACK_S)
    site.world.redis.start()
    shows(page, task, 35)
    page.wait(lambda: "做了一些" in page.text("main"), "the words", BACK_S)
    page.wait(lambda: banner(page) == "", "the banner goes", BACK_S)


def test_a_new_revision_of_the_plan(site, page):
    task = tasks_of(site)[0]
    page.open(f"/task/{task['number']}", lang="en")
    assert "revision 1" in page.text("footer")
    text = PLAN_FILE.read_text(encoding="utf-8").replace("\nrevision: 1\n", "\nrevision: 2\n", 1)
    assert task["en"] in text
    file = site.world.folder / "second.yaml"
    file.write_text(text.replace(task["en"], "A new title"), encoding="utf-8")
    site.world.load_plan(file)
    page.wait(lambda: "revision 2" in page.text("footer"), "the revision", BACK_S)
    page.wait(lambda: page.text("h1") == f"{task['number']} A new title", "its title")
    page.go("/chapters", lang="en", open="1,1.1")
    assert "A new title" in page.text("main")


def load(world, text):
    file = world.folder / "made.yaml"
    file.write_text(text, encoding="utf-8")
    world.load_plan(file)


def test_a_dashboard_without_a_plan(bare, look):
    page = look(sites.started(bare, ready=False))
    page.driver.get(page.address("/", lang="en"))
    page.wait(lambda: "no plan to show" in (page.text("main") or ""), "it is said")
    load(bare, made.text())
    page.wait(lambda: page.count("main .view"), "the plan comes by itself", BACK_S)
    page.wait(lambda: page.text(".plan-title") == "A plan made by hand", "it")


HOSTILE = "<script>window.hacked = 1</script> <img src=x onerror=alert(1)> " + "w" * 100
TITLES = ("A plan made by hand", "手写的计划", "First", "第一节", "Task one", "任务一", "Ministry of Finance")


@pytest.mark.parametrize("size", (DESKTOP, PHONE), ids=("desktop", "phone"))
def test_hostile_titles_are_titles(bare, look, size):
    """Of plan, chapter, section, task, agency."""
    text = made.text()
    for title in TITLES:
        assert title in text
        text = re.sub(rf"(zh|en): {title}\b", rf"\1: '{title} {HOSTILE}'", text)
    load(bare, text)
    page = look(sites.started(bare, plan=made.PLAN))
    page.size(size)
    page.open(lang="en")
    wide = {}
    for path in ("/", "/chapters", "/task/1", "/agencies", "/agency/mof", "/heat", "/periods", "/exceptions",
                 "/trend", "/compare", "/feed"):
        page.go(path, lang="en")
        assert not page.run("return window.hacked || document.querySelector('main script, main img')")
        wide[path] = page.run("return document.documentElement.scrollWidth - innerWidth")
        assert path != "/task/1" or HOSTILE in page.text("h1")
    assert not {path: over for path, over in wide.items() if over > 0}


def test_another_plan(bare, look):
    bare.load_plan()
    load(bare, made.text())
    site = sites.started(bare)
    site.whole(made.PLAN)
    page = look(site)
    page.open("/chapters", plan=made.PLAN, lang="en", open="1,1.1")
    assert "Task one" in page.text("main")
    Select(page.driver.find_element("css selector", "header select")).select_by_value(PLAN)
    page.wait(lambda: page.run("return document.title").endswith("Powerhouse"), "the other one", BACK_S)
    page.shown()
    assert f"plan={PLAN}" in page.hash and len(page.texts(".block-chapters tbody tr")) > 3
