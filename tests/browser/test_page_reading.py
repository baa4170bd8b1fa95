"""What the page says is what the system says: figures, words, order, days."""

import base64
import json
import re

import pytest
from harness import PLAN
from selenium.webdriver.common.keys import Keys
from sites import data_of, tasks_of

LIGHTS = {"red": "Red", "yellow": "Yellow", "green": "Green", "blue": "Blue", "grey": "Grey"}


def percent(x):
    return "–" if x is None else f"{x:.2f}%"


def points(x):
    if x is None:
        return "–"
    size = f"{abs(x):.2f}"
    return size if size == "0.00" else ("−" if x < 0 else "+") + size


@pytest.fixture
def published(rehearsed):
    """Topic without the plan -> data, as the aggregator itself says it."""
    subscriber = rehearsed.world.subscriber(rehearsed.aggregator)
    subscriber.snapshot()
    yield {topic.removeprefix(f"{PLAN}/").strip("/"): data
           for topic, data in (subscriber.data | subscriber.alerts).items()}
    subscriber.close()


def counts(published, key):
    tasks = [data for topic, data in published.items() if topic.startswith("task/")]
    return {name: sum(t[key] == name for t in tasks) for name in {t[key] for t in tasks}}


# The overview

def test_the_overview_says_what_the_aggregator_says(page, published):
    page.open(lang="en")
    whole = published["overall"]
    assert page.text("[data-part=percent]") == percent(whole["percent"])
    assert page.text("[data-part=mark]") == f"Expected {percent(whole['expected'])}"
    assert f"{abs(whole['gap']):.2f} points {'behind' if whole['gap'] < 0 else 'ahead of'} schedule" == page.text(
        "[data-part=verdict]")
    assert page.attribute(".whole-bar .bar", "aria-label") == (
        f"{percent(whole['percent'])}, expected {percent(whole['expected'])}, gap {points(whole['gap'])} points")
    style = "return ['.bar-done', '.bar-mark'].map((c) => document.querySelector('.whole-bar ' + c).style)"
    assert page.run(f"{style}.map((s) => s.width || s.left)") == [f"{whole['percent']}%", f"{whole['expected']}%"]
    assert page.attribute(".whole .light", "data-light") == whole["light"]
    assert page.text(".whole .light-word") == LIGHTS[whole["light"]]
    assert page.text("[data-part=obligations]").startswith(
        f"{whole['obligations']['reported']} of {whole['obligations']['expected']} ")


def test_the_overview_counts_tasks_by_light_and_state(page, published):
    page.open()
    entries = "return [...document.querySelectorAll(`[data-${arguments[0]}].swatch`)].map((el) =>" \
              "[el.dataset[arguments[0]], Number(el.parentElement.lastChild.textContent)])"
    for key in ("light", "state"):
        got = {name: n for name, n in page.run(entries, key) if n}
        assert got == counts(published, key)


def test_the_overview_shows_each_chapter(page, published):
    page.open()
    rows = [row.split("\n") for row in page.texts(".block-chapters tbody tr")]
    assert len(rows) == sum(topic.startswith("chapter/") for topic in published) > 1
    for number, row in enumerate(rows, 1):
        data = published[f"chapter/{number}"]
        for figure in (percent(data["percent"]), points(data["gap"])):
            assert figure in re.split(r"[\n\t]", "\n".join(row)), (figure, row)


def test_the_rates_of_reporting(page, published):
    page.open(lang="en")
    for prefix, key in (("last", "last_period"), ("now", "period")):
        period = published["overall"][key]
        for name in ("reported", "on_time"):
            assert page.text(f"[data-part={prefix}-{name}]") == f"{period[name] * 100 // period['expected']}%"
            assert page.text(f"[data-part={prefix}-{name}-of]") == f"{period[name]} of {period['expected']}"


# An agency

def test_an_agency_says_which_of_its_tasks_are_not_counted(page, published):
    cancelled = [d for t, d in published.items() if t.startswith("task/") and d["state"] == "cancelled"]
    part = cancelled[0]["parts"][0]
    agency = published[f"agency/{part['agency']}"]
    page.open(f"/agency/{part['agency']}", lang="en")
    tables = dict(zip(("lead", "participant"), page.run(
        "return [...document.querySelectorAll('.tasks')].map((table) => ["
        "table.closest('.block').querySelector('.block-head .quiet').textContent, table.tBodies[0].rows.length])")))
    for role, (text, rows) in tables.items():
        out = sum(p["agency"] == part["agency"] and p["role"] == role for d in cancelled for p in d["parts"])
        assert rows == agency[role]["tasks"] + out
        assert text == f"{rows} tasks" + (f", {out} of them cancelled and not counted" if out else "")


# Exceptions

def test_what_costs_most_comes_first(page, published):
    page.open("/exceptions", lang="en")
    shown = page.run("return [...document.querySelectorAll('.troubles tbody tr')].map((tr) =>"
                     "[tr.querySelector('.no').textContent, tr.querySelector('.cell-effect').lastChild.textContent])")
    effects = [float(text.replace("−", "-")) for _, text in shown]
    assert effects == sorted(effects) and effects[0] < 0
    whole = published["overall"]["den"]
    for number, text in shown:
        task = published[f"task/{number}"]
        effect = 0 if not task["den"] else (task["num"] - task["den"] * round(task["expected"] * 100)) / whole / 100
        assert abs(float(text.replace("−", "-")) - effect) <= 0.0051, number
    red = {number for number, data in ((t[5:], d) for t, d in published.items() if t.startswith("task/"))
           if data["light"] in ("red", "yellow") or data["state"] == "blocked" or data["overdue_days"]}
    assert red <= {number for number, _ in shown}


def test_the_kinds_of_exceptions(page, published):
    page.open("/exceptions", lang="en")
    lights = counts(published, "light")
    chips = dict(re.fullmatch(r"(.+?)\s*(\d+)", text).groups() for text in page.texts(".chips .chip"))
    assert (int(chips["Red"]), int(chips["Yellow"])) == (lights["red"], lights["yellow"])
    blocked = {d["key"] for t, d in published.items() if t.startswith("task/") and d["state"] == "blocked"}
    blocked |= {d["key"] for t, d in published.items() if t.startswith("alert/blocked/task/")}
    assert int(chips["Blocked"]) == len(blocked) > 0
    page.click(".chips .chip:nth-child(4)")
    page.wait(lambda: page.count(".troubles tbody tr") == int(chips["Blocked"]), "blocked ones alone")


# A task

def test_a_task_shows_its_agencies_words_and_records(page, rehearsed):
    number = next(n["task"] for n in rehearsed.api("/feed?limit=200")["items"] if n.get("evidence"))
    doc = rehearsed.api(f"/tasks/{number}")
    page.open(f"/task/{number}", lang="en")
    task = next(t for t in tasks_of(rehearsed) if t["number"] == number)
    assert page.text("h1") == f"{number} {task['en']}"
    assert page.text(".headline") == percent(data_of(rehearsed, f"task/{number}")["percent"])
    assert page.count(".part") == len(doc["parts"])
    for part, shown in zip(doc["parts"], page.texts(".part")):
        said = part["word"] or {}
        texts = [said.get(k) for k in ("summary", "problems", "next_steps")]
        for text in [x for x in texts if x] + [e["title"] for e in said.get("evidence", [])]:
            assert text in shown
    assert page.count(".timeline > li") == min(len(doc["timeline"]), 30)
    assert f"{doc['count']} in all" in page.texts(".block-head .quiet")[0]


def test_what_was_said_before_unfolds(page, rehearsed):
    doc = next(d for d in (rehearsed.api(f"/tasks/{t['number']}") for t in tasks_of(rehearsed))
               if d["timeline"][0].get("summary"))
    page.open(f"/task/{doc['task']}")
    said = ".timeline > li:first-child [data-what=summary] dd"
    assert page.count(said) == 0
    page.click(".timeline > li:first-child summary")
    page.wait(lambda: page.text(said) == doc["timeline"][0]["summary"], "its words")


def test_what_there_is_not_is_said(page):
    for path in ("/task/9999", "/task/x", "/agency/nobody", "/nowhere/at/all"):
        page.open()
        page.run("location.hash = arguments[0]", path)
        page.wait(lambda: path.split("/")[-1] in page.text("main") or path in page.text("main"), path)
        assert page.count("main table") == 0


# Days

def path_points(page, look):
    d = page.attribute(f".days-part:first-child .chart-line.chart-{look}", "d")
    return len(re.findall("[ML]", d))


@pytest.mark.parametrize("scope", ("overall", "chapter/2", "agency/cnipa", "task/27"))
def test_the_trend_has_a_point_for_each_day(page, rehearsed, scope):
    days = rehearsed.api(f"/trend?scope={scope}")["days"]
    assert len(days) > 300
    page.open("/trend", scope="" if scope == "overall" else scope, lang="en")
    assert path_points(page, "done") == sum(d["percent"] is not None for d in days)
    assert path_points(page, "expected") == sum(d["expected"] is not None for d in days)
    page.click(".days-details summary")
    page.wait(lambda: page.count(".days-table tbody tr") == len(days), "as many rows")
    shown = [row.split("\t")[:3] for row in page.texts(".days-table tbody tr")]
    assert shown == [[d["date"], percent(d["percent"]), percent(d["expected"])] for d in reversed(days)]


def test_the_cross_hair_tells_a_day(page, rehearsed):
    days = rehearsed.api("/trend?scope=overall")["days"]
    page.open("/trend", lang="en")
    page.run("document.querySelector('.days-cursor').focus()")
    page.press(Keys.HOME)
    for key, index in ((Keys.ARROW_RIGHT, 1), (Keys.PAGE_DOWN, 31), (Keys.ARROW_LEFT, 30), (Keys.END, len(days) - 1)):
        page.press(key)
        said = page.attribute(".days-cursor", "aria-valuetext")
        assert said.startswith(days[index]["date"]) and percent(days[index]["percent"]) in said
        assert page.texts(".days-value")[0] == percent(days[index]["percent"])


def test_two_days_compared_are_those_of_the_command(page, rehearsed):
    world = rehearsed.world
    days = [d["date"] for d in rehearsed.api("/trend?scope=overall")["days"]]
    first, last = days[30], days[-20]
    page.open("/compare", **{"from": first, "to": last}, lang="en")
    rows = page.run("return [...document.querySelectorAll('.compare tbody tr')].map((tr) => ['.from-cell',"
                    "'.to-cell', '.change-cell'].map((c) => tr.querySelector(c).textContent))")
    scopes = ["overall", *(f"chapter/{n}" for n in range(1, len(rows)))]
    said = {}
    for scope in scopes:
        done = world.tuijin("trend", scope, "--redis", world.redis.url, "--json")
        points_of = {p["date"]: p["percent"] for p in json.loads(done.stdout)["points"]}
        a, b = points_of[first], points_of[last]
        said[scope] = [percent(a), percent(b), points(round(b - a, 2))]
    assert sorted(rows) == sorted(said.values())
    assert rows[0] == said["overall"]
    changes = [float(r[2].replace("−", "-")) for r in rows[1:]]
    assert changes == sorted(changes, reverse=True)


# Paper

@pytest.mark.parametrize("path", ("/", "/chapters", "/task/27", "/heat", "/periods", "/trend", "/exceptions"))
def test_it_can_be_printed(page, path):
    page.open(path, theme="dark")
    page.run("addEventListener('beforeprint', () => { window.paper = document.querySelector('.printed')?.innerText; })")
    pdf = base64.b64decode(page.driver.print_page())
    assert pdf.startswith(b"%PDF-") and len(re.findall(rb"/Type /Page\b", pdf)) > 0 and len(pdf) > 20_000
    assert page.hash in page.run("return window.paper")
    page.browser.cdp("Emulation.setEmulatedMedia", media="print")
    assert page.count("nav.nav a") == 0 and page.count("main h1") <= 1 and page.count("main table, main svg")
    assert page.run("return getComputedStyle(document.body).backgroundColor") in ("rgb(255, 255, 255)",
                                                                                  "rgba(0, 0, 0, 0)")
    page.browser.cdp("Emulation.setEmulatedMedia", media="")
