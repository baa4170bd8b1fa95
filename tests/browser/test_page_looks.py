"""How it looks: language, theme, size. What is too wide, or not said in one's language, is found."""

import re

import pytest
from driver import DESKTOP, PHONE
from selenium.webdriver.support.select import Select
from sites import ROUTES, tasks_of

CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]")
KEY = re.compile(r"^[a-z]+\.[a-z_]+$")
LATIN = re.compile(r"[A-Za-z]{3,}")

# All that is said: text nodes to be seen or heard, and attributes that are.
SAID = """
const out = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const el = node.parentElement;
    if (el.checkVisibility() && !el.closest('#lang-zh, #lang-en, noscript') && node.data.trim())
        out.push([node.data.trim(), el.tagName + '.' + el.className]);
}
for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-valuetext', 'label']) {
    for (const el of document.querySelectorAll(`[${name}]`))
        out.push([el.getAttribute(name), `${el.tagName}.${el.className}[${name}]`]);
}
out.push([document.title, 'title']);
return out;
"""
WIDE = """
const wide = [...document.querySelectorAll('body *')].filter((el) => el.getBoundingClientRect().right
    > innerWidth + 1 && el.checkVisibility() && !el.closest('.scroll, .nav, .hidden, svg, [hidden]'));
return [document.documentElement.scrollWidth - document.documentElement.clientWidth,
    wide.slice(0, 5).map((el) => el.outerHTML.slice(0, 160))];
"""


@pytest.fixture(scope="module")
def data(rehearsed):
    """Texts that are not the page's own: titles in both languages, what agencies said."""
    plan = rehearsed.api("")
    named = [plan["title"], *plan["agencies"], *plan["chapters"], *tasks_of(rehearsed),
             *(s for c in plan["chapters"] for s in c.get("sections", []))]
    texts = {x[lang] for x in named for lang in ("zh", "en") if x.get(lang)}
    items = rehearsed.api("/feed?limit=200")["items"]
    docs = [rehearsed.api(f"/tasks/{n}") for n in (27,)]
    items += [i for d in docs for i in d["timeline"]] + [p["word"] for d in docs for p in d["parts"] if p["word"]]
    for item in items:
        texts |= {item.get(k) for k in ("summary", "problems", "next_steps", "reason") if item.get(k)}
        texts |= {e["title"] for e in item.get("evidence") or []}
    return sorted(texts, key=len, reverse=True)


def own(text, data):
    """A text without what is data in it."""
    for known in data:
        text = text.replace(known, "")
    return text


def left_over(page, data, lang, is_foreign):
    """What is said in another language, or by its key, by route."""
    page.open(lang=lang)
    found = {}
    for path in ROUTES:
        said = page.go(path, lang=lang).run(SAID)
        assert len(said) > 50, path
        found[path] = [(text, where) for text, where in said if is_foreign(own(text, data)) or KEY.match(text)]
    return {path: texts for path, texts in found.items() if texts}


def test_english_is_english(page, data):
    assert not left_over(page, data, "en", CJK.search)
    assert page.run("return document.documentElement.lang") == "en"


def test_chinese_is_chinese(page, data):
    names = re.compile(r"Tuijin|UTC|https?://\S+|ipr-2026")
    assert not left_over(page, data, "zh", lambda text: LATIN.search(names.sub("", text)))
    assert page.run("return document.documentElement.lang") == "zh-CN"


def test_switching_the_language(page):
    page.open("/chapter/2")
    zh = page.text("nav.nav")
    page.click("#lang-en")
    page.wait(lambda: page.run("return document.documentElement.lang") == "en", "English")
    page.shown()
    assert page.text("nav.nav") != zh and not CJK.search(page.text("nav.nav"))
    assert page.attribute("#lang-en", "aria-pressed") == "true"
    assert page.run("return document.activeElement.id") == "lang-en"
    page.open("/feed")
    assert page.run("return document.documentElement.lang") == "en", "it is remembered"
    page.open("/feed", lang="zh")
    assert page.run("return document.documentElement.lang") == "zh-CN", "what the address says wins"
    page.click("#lang-en")
    page.wait(lambda: "lang=en" in page.hash, "the address follows")
    page.wait(lambda: page.run("return document.documentElement.lang") == "en", "English")


def paper(page):
    return page.run("return getComputedStyle(document.body).backgroundColor")


def test_switching_the_theme(page):
    page.prefer(prefers_color_scheme="light")
    page.open()
    light = paper(page)
    page.prefer(prefers_color_scheme="dark")
    page.wait(lambda: paper(page) != light, "the system's theme")
    dark = paper(page)
    choose = Select(page.driver.find_element("id", "theme"))
    choose.select_by_value("light")
    page.wait(lambda: paper(page) == light, "light in a dark system")
    page.open("/feed")
    assert paper(page) == light, "it is remembered"
    page.open("/feed", theme="dark")
    assert paper(page) == dark, "what the address says wins"
    page.prefer(prefers_color_scheme="light")
    assert paper(page) == dark


# Room

@pytest.mark.parametrize("lang", ("zh", "en"))
@pytest.mark.parametrize("size", (DESKTOP, (1024, 768), PHONE, (320, 640)), ids=str)
def test_nothing_is_wider_than_the_screen(page, lang, size):
    page.size(size)
    page.open(lang=lang)
    found = {}
    for path in ROUTES:
        over, wide = page.go(path, lang=lang).run(WIDE)
        if over > 0 or wide:
            found[path] = over, wide
    assert not found


# What is beside what in the head, and of how many lines the plan's title is.
HEAD = """
const boxes = [...document.querySelectorAll('.head-row > *, .head-tools > *')].map((el) =>
    el.getBoundingClientRect()).filter((box) => box.width > 0);
const range = document.createRange();
range.selectNodeContents(document.querySelector('.plan-title a'));
return [boxes.length, Math.max(...boxes.map((b) => b.top)) < Math.min(...boxes.map((b) => b.bottom)),
    range.getClientRects().length];
"""


@pytest.mark.parametrize("lang", ("zh", "en"))
def test_the_head_is_one_line(page, lang):
    page.open(lang=lang)
    boxes, beside, lines = page.run(HEAD)
    assert boxes > 5 and beside and lines == 1


@pytest.mark.parametrize("lang", ("zh", "en"))
@pytest.mark.parametrize("size", (DESKTOP, (1024, 768), PHONE), ids=str)
def test_agencies_can_be_read_in_the_heat_map(page, rehearsed, lang, size):
    page.size(size)
    page.open("/heat", lang=lang)
    names = page.run("return [...document.querySelectorAll('.heat th.name')].map((el) =>"
                     "[el.innerText, el.scrollWidth > el.clientWidth, el.firstChild.title])")
    assert names == [[a[lang], False, a[lang]] for a in rehearsed.api("")["agencies"]]
    heights = page.run("return [...document.querySelectorAll('.heat-cell:not([hidden])')].map((el) =>"
                       "[el.offsetHeight, el.parentElement.clientHeight])")
    assert len(heights) > 100 and all(cell == row for cell, row in heights), "its colour fills a cell"


def test_quotes_are_narrow_in_english(page):
    """Those of a Chinese font are as wide as a character."""
    page.open(lang="en")
    ems = page.run("const el = document.body.appendChild(document.createElement('span'));"
                   "el.style.cssText = 'position: absolute; font-size: 100px'; el.textContent = '\u2019';"
                   "return el.getBoundingClientRect().width / 100")
    assert 0 < ems < 0.5


def test_going_about_on_a_phone(page):
    page.size(PHONE)
    page.open(lang="en")
    for path in ("/exceptions", "/agencies", "/feed", "/chapters"):
        page.click(f"nav.nav a[href='#{path}?lang=en']")
        page.wait(lambda: page.hash == f"#{path}?lang=en", path)
        page.shown()
        left, right = page.run("const r = document.querySelector('[aria-current=page]').getBoundingClientRect();"
                               "return [r.left, r.right]")
        assert 0 <= left < right <= PHONE[0], "where one is cannot be seen"
    page.click("main [data-subject='section/1.1'] .fold")
    page.click("main .tree-3 a.title-link")
    page.wait(lambda: page.hash.startswith("#/task/"), "a task")
    page.shown()


def test_who_wants_no_motion_gets_none(page):
    page.prefer(prefers_reduced_motion="reduce")
    page.open()
    assert page.run("return document.getAnimations().length") == 0
