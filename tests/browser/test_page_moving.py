"""Going about: by mouse, by keyboard alone, by addresses that can be copied, by searching."""

import re

import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from sites import ROUTES, data_of, tasks_of

# What the keyboard is at: its words, and whether one sees that it is there.
FOCUSED = """
const el = document.activeElement, style = getComputedStyle(el);
return { tag: el.tagName, text: (el.innerText || el.getAttribute('aria-label') || el.value || '').trim(),
    href: el.getAttribute('href') ?? '', place: el.closest('[data-subject]')?.dataset.subject ?? '',
    seen: el.type === 'date' // its parts are marked by the browser
        || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) };
"""
STOPS = f"window.stops = []; addEventListener('focusin', () => stops.push((() => {{ {FOCUSED} }})()), true);"


def focused(page):
    return page.run(FOCUSED)


def tab_to(page, is_it, steps=120):
    """Presses Tab until the keyboard is there; every stop on the way can be seen."""
    for _ in range(steps):
        page.press(Keys.TAB)
        at = focused(page)
        assert at["seen"] or at["tag"] == "BODY", at
        if is_it(at):
            return at
    raise AssertionError(f"not within {steps} stops, the last one is {at}")


def rows(page):
    return page.run("return [...document.querySelectorAll('[data-subject]')].map((tr) => tr.dataset.subject)")


def task_rows(page):
    return [row for row in rows(page) if row.startswith("task/")]


def shown_tasks(page):
    """Numbers of the tasks in a list, in order."""
    return page.run("return [...document.querySelectorAll('main tbody .no')].map((el) => el.textContent)")


def copied(page):
    """Opens the address in a document of its own: it is the same page."""
    def state():
        chosen = page.run("return [...document.querySelectorAll('main select, main input')].map((el) => el.value)")
        return page.hash, chosen, page.texts("main h1, main th, main td, main [aria-pressed=true]")
    before = state()
    page.driver.get("about:blank")
    page.driver.get(f"{page.origin}/{before[0]}")
    page.shown()
    assert state() == before


# Down to a task

def test_down_to_a_task_by_mouse(page):
    page.open(lang="en")
    page.click(".block-chapters tbody a[href*='/chapter/2']")
    page.shown()
    assert page.hash.startswith("#/chapter/2")
    assert "section/2.1" in rows(page)
    fold = "[data-subject='section/2.1'] .fold"
    assert page.attribute(fold, "aria-expanded") == "true"
    tasks = task_rows(page)
    page.click(fold)
    page.wait(lambda: page.attribute(fold, "aria-expanded") == "false", "folded")
    assert len(task_rows(page)) < len(tasks)
    page.click(fold)
    page.wait(lambda: task_rows(page) == tasks, "unfolded again")
    page.click(f"[data-subject='{tasks[0]}'] a")
    page.shown()
    assert page.hash.startswith(f"#/{tasks[0]}?") and page.text("h1").startswith(tasks[0][5:])
    page.click("main nav.under a[href*='/section/2.1']")
    page.shown()
    assert page.hash.startswith("#/section/2.1") and task_rows(page)


def test_down_to_a_task_by_keyboard_alone(page):
    page.open(lang="en")
    page.press(Keys.TAB)
    assert focused(page)["text"] == "Skip to content"
    page.press(Keys.ENTER)
    tab_to(page, lambda at: at["href"].startswith("#/chapter/2"))
    page.press(Keys.ENTER)
    page.wait(lambda: page.hash.startswith("#/chapter/2"), "the chapter")
    page.shown()
    tab_to(page, lambda at: at["place"] == "section/2.1" and at["tag"] == "BUTTON")
    tasks = task_rows(page)
    page.press(Keys.SPACE)
    page.wait(lambda: len(task_rows(page)) < len(tasks), "folded")
    assert focused(page)["place"] == "section/2.1"
    page.press(Keys.ENTER)
    page.wait(lambda: task_rows(page) == tasks, "unfolded")
    tab_to(page, lambda at: at["place"].startswith("task/") and at["tag"] == "A")
    page.press(Keys.ENTER)
    page.wait(lambda: page.hash.startswith("#/task/"), "the task")
    page.shown()
    assert page.run("return document.activeElement.id") == "main"
    tab_to(page, lambda at: at["href"].startswith("#/agency/"))


def test_back_to_where_one_was(page):
    page.open("/chapters", lang="en")
    page.click("[data-subject='section/2.2'] .fold")
    tasks = page.wait(lambda: task_rows(page), "its tasks")
    page.run("scrollTo(0, 300)")
    page.run("document.querySelector(arguments[0]).click()", f"[data-subject='{tasks[-1]}'] a")
    page.wait(lambda: page.hash.startswith("#/task/"), "a task")
    page.shown()
    assert page.run("return scrollY") == 0
    page.driver.back()
    page.wait(lambda: page.hash.startswith("#/chapters"), "back")
    page.shown()
    assert task_rows(page) == tasks
    page.wait(lambda: page.run("return scrollY") == 300, "where one was")
    page.driver.forward()
    page.wait(lambda: page.hash.startswith("#/task/"), "forth")


def test_all_is_in_the_navigation(page):
    page.open(lang="en")
    for path in ("/chapters", "/exceptions", "/agencies", "/heat", "/periods", "/trend", "/compare", "/feed", "/"):
        page.click(f"nav.nav a[href='#{path}?lang=en']")
        page.wait(lambda: page.hash == f"#{path}?lang=en", path)
        page.shown()
        assert page.run("return [...document.querySelectorAll('nav.nav [aria-current=page]')]"
                        ".map((a) => a.getAttribute('href'))") == [f"#{path}?lang=en"]
        assert page.run("return document.title").startswith(page.run("return document.querySelector('h1').textContent"))


# Filters, search, addresses

def test_tasks_are_filtered_by_light_state_agency_and_words(page, rehearsed):
    tasks = {t["number"]: (t, data_of(rehearsed, f"task/{t['number']}")) for t in tasks_of(rehearsed)}

    def expect(is_it, what):
        want = [f"task/{n}" for n, (t, d) in tasks.items() if is_it(t, d)]
        page.wait(lambda: task_rows(page) == want, what)
        assert want
        assert page.texts("[aria-live=polite]")[0].split(" ")[0] == str(len(want))

    page.open("/chapters", lang="en")
    page.click(".chip[data-light=red]")
    page.wait(lambda: "light=red" in page.hash, "it is in the address")
    expect(lambda t, d: d["light"] == "red", "red ones")
    page.click(".chip[data-light=yellow]")
    expect(lambda t, d: d["light"] in ("red", "yellow"), "red and yellow ones")
    assert re.search(r"light=red,yellow(&|$)", page.hash)
    agency = next(t["agencies"][0] for t, d in tasks.values() if d["light"] == "red")
    Select(page.driver.find_elements("css selector", ".filters select")[1]).select_by_value(agency)
    expect(lambda t, d: d["light"] in ("red", "yellow") and agency in t["agencies"], "those of an agency")
    assert f"agency={agency}" in page.hash
    page.shown()
    copied(page)


def test_tasks_are_filtered_by_state_and_words(page, rehearsed):
    page.open("/chapters", lang="en")
    state = data_of(rehearsed, f"task/{tasks_of(rehearsed)[0]['number']}")["state"]
    Select(page.driver.find_elements("css selector", ".filters select")[0]).select_by_value(state)
    page.write(".filters input", "patent")
    want = [f"task/{t['number']}" for t in tasks_of(rehearsed)
            if data_of(rehearsed, f"task/{t['number']}")["state"] == state and "patent" in t["en"].lower()]
    page.wait(lambda: set(want) <= set(task_rows(page)) and f"state={state}" in page.hash and
              "q=patent" in page.hash and page.count("main tbody tr"), "the filtered ones")
    copied(page)
    page.click(".filters a")
    page.wait(lambda: "q=" not in page.hash and "state=" not in page.hash, "all of them again")
    assert page.run("return document.querySelector('.filters input').value") == ""


@pytest.mark.parametrize("path, params", (
    ("/chapters", {"open": "1,2,2.1"}), ("/chapters", {"open": "none"}),
    ("/chapters", {"q": "专利", "light": "red,yellow,green"}), ("/exceptions", {"kind": "red,blocked"}),
    ("/agencies", {"sort": "-light", "q": "a"}), ("/heat", {"sort": "gap"}), ("/periods", {"sort": "-missed"}),
    ("/trend", {"scope": "chapter/2", "days": "30"}), ("/compare", {"scope": "agency", "sort": "plan"})))
def test_what_an_address_says_is_shown_and_kept(page, path, params):
    page.open(path, lang="en", theme="dark", **params)
    query = page.run("return decodeURIComponent(location.hash)").split("?")[1]
    said = dict(pair.split("=") for pair in query.split("&"))
    assert said == {"lang": "en", "theme": "dark", **params}
    assert page.run("return document.documentElement.lang") == "en"
    first = page.texts("main")
    page.go("/feed", lang="en", theme="dark")
    page.driver.back()
    page.wait(lambda: page.texts("main") == first, "the same again")


def test_sorting_by_a_column(page):
    page.open("/agencies", lang="en")
    names = page.texts("tbody .name")
    page.click("th:nth-child(2) .sort")
    page.wait(lambda: "sort=own" in page.hash, "it is in the address")
    shares = [float(text.rstrip("%")) for text in page.texts("tbody td.strong")]
    assert shares == sorted(shares)
    page.click("th:nth-child(2) .sort")
    page.wait(lambda: "sort=-own" in page.hash, "the other way")
    assert [float(text.rstrip("%")) for text in page.texts("tbody td.strong")] == sorted(shares, reverse=True)
    assert page.attribute("th[aria-sort]", "aria-sort") == "descending"
    assert sorted(page.texts("tbody .name")) == sorted(names)
    copied(page)


def test_searching_for_tasks_and_agencies(page, rehearsed):
    page.open(lang="en")
    page.press("/")
    assert page.run("return document.activeElement.id") == "search"
    page.press("27")
    page.wait(lambda: page.count("#found li"), "what was found")
    page.press(Keys.ARROW_DOWN)
    assert page.attribute("#search", "aria-activedescendant") == "found-0"
    page.press(Keys.ENTER)
    page.wait(lambda: page.hash.startswith("#/task/27"), "task 27")
    page.shown()
    zh = next(a["zh"] for a in rehearsed.api("")["agencies"] if a["id"] == "mof")
    page.press("/", zh)
    page.wait(lambda: page.count("#found li") > 1, "an agency by its Chinese name")
    page.click("#found li:first-child")
    page.wait(lambda: page.hash.startswith("#/agency/mof"), "the agency")
    page.shown()
    page.press("/", "no such thing")
    page.wait(lambda: page.count("#found li") == 1, "nothing but all")
    assert page.run("return document.getElementById('said').textContent") == "Nothing found"
    page.press(Keys.ESCAPE)
    assert page.count("#found li") == 0


def test_what_is_searched_for_is_listed_in_the_chapters(page):
    page.open(lang="en")
    page.write("#search", "patent")
    page.wait(lambda: page.count("#found li") > 1, "what was found")
    page.press(Keys.ARROW_UP, Keys.ENTER)
    page.wait(lambda: "q=patent" in page.hash, "the chapters")
    page.shown()
    assert len(task_rows(page)) > 3


# Tables that are walked

def test_the_heat_map_by_keyboard(page, rehearsed):
    page.open("/heat", lang="en")
    assert page.count(".heat-cell[tabindex='0']") == 1
    tab_to(page, lambda at: "heat-cell" in page.run("return document.activeElement.className"), 60)
    cell = ("const td = document.activeElement.closest('td');"
            "return td.cellIndex + 1000 * td.parentElement.rowIndex")
    start = page.run(cell)
    told = page.text(".heat-told")
    page.press(Keys.ARROW_RIGHT)
    assert 0 < page.run(cell) - start < 1000
    assert page.text(".heat-told") != told
    page.press(Keys.ARROW_LEFT)
    assert page.run(cell) == start and page.text(".heat-told") == told
    page.press(Keys.ARROW_DOWN)
    assert page.run(cell) >= start + 1000
    assert page.count(".heat-cell[tabindex='0']") == 1
    page.press(Keys.ARROW_RIGHT, Keys.ENTER)
    page.wait(lambda: page.hash.startswith("#/chapter/"), "the cell's tasks")
    page.shown()
    agency = re.search("agency=([a-z0-9-]+)", page.hash)[1]
    numbers = {t["number"] for t in tasks_of(rehearsed) if agency in t["agencies"]}
    assert task_rows(page) and {int(row[5:]) for row in task_rows(page)} <= numbers


def test_the_heat_map_has_a_cell_for_each_agency_and_chapter(page, rehearsed):
    page.open("/heat", lang="en")
    plan = rehearsed.api("")
    has = {(a, i) for i, c in enumerate(plan["chapters"]) for s in c.get("sections", [c]) for t in s["tasks"]
           if data_of(rehearsed, f"task/{t['number']}")["den"] for a in t["agencies"]}
    got = page.run("return [...document.querySelectorAll('tbody tr')].flatMap((tr) => [...tr.querySelectorAll("
                   "'.heat-td')].flatMap((td, i) => (td.querySelector('.heat-cell:not([hidden])') && i"
                   " ? [[tr.dataset.agency, i - 1]] : [])))")
    assert {tuple(cell) for cell in got} == has
    assert page.count("tbody tr") == len(plan["agencies"])


def test_the_periods_are_those_of_the_system(page, rehearsed):
    page.open("/periods", lang="en")
    doc = rehearsed.api("/periods")
    cells = page.run("return [...document.querySelectorAll('tbody tr')].map((tr) =>"
                     "[...tr.querySelectorAll('td.period > .hidden')].map((el) => el.textContent))")
    assert len(cells) == len(doc["agencies"])

    def words(cell, state):
        if cell is None or state is None:
            return None
        named = (("on time", cell["on_time"]), ("late", cell["late"]),
                 ("missed" if state == "due" else None, cell["missed"]))
        return [n for name, n in named if n and name]
    for agency, shown in zip(doc["agencies"], cells):
        for cell, period, text in zip(agency["cells"], doc["periods"], shown):
            if cell is not None:
                want = words(cell, period["state"])
                assert [int(n) for n in re.findall(r"\d+", text)][:len(want)] == want, (agency, text)


def test_the_periods_by_keyboard(page):
    page.open("/periods", lang="en")
    tab_to(page, lambda at: at["tag"] == "BUTTON" and at["text"].startswith("Missed"), 40)
    page.press(Keys.ENTER)
    page.wait(lambda: "sort=-missed" in page.hash, "those that missed most first")
    missed = [int(text or 0) for text in page.texts("tbody td:last-child") if text != "–"]
    assert missed == sorted(missed, reverse=True) and missed[0] > 0
    tab_to(page, lambda at: at["href"].startswith("#/agency/"), 40)
    page.press(Keys.ENTER)
    page.wait(lambda: page.hash.startswith("#/agency/"), "the agency that missed most")
    page.shown()


def test_where_the_keyboard_is_can_be_seen(page):
    page.open(lang="en")
    page.run(STOPS)
    for path in ROUTES:
        page.go(path, lang="en")
        page.run("stops.length = 0")
        page.press(*[Keys.TAB] * 15)
        stops = page.run("return stops")
        assert len({str(stop) for stop in stops}) > 6, path
        assert not [stop for stop in stops if not stop["seen"]], path
