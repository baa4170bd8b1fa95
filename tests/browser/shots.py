#!/usr/bin/python3
"""Pictures of the whole page, for people to look at: shots.py OUTDIR

Every route at desktop and phone size, in both languages and themes, and the page in trouble; of a plan
with a made-up past of a year, whose agencies have just reported. The programs are those of BUILD.
"""

import base64
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "system")]

import sites  # noqa: E402
from driver import DESKTOP, PHONE, Browser, Page  # noqa: E402

SIZES = {"desktop": (DESKTOP, 1, 2), "phone": (PHONE, 2, 3)}  # size, scale, screens at most
LANGUAGES, THEMES = ("zh", "en"), ("light", "dark")


def speak(site):
    """A few reports of just now."""
    tasks = [t for t in sites.tasks_of(site) if t["duty"] == "lead"][:6]
    for n, task in enumerate(tasks):
        data = sites.data_of(site, f"task/{task['number']}")
        if data["state"] in ("in_progress", "blocked"):
            sites.say(site, task["agencies"][0], task["number"], min(99.0, data["percent"] + 3.5),
                      summary="已完成征求意见，正在修改完善。", problems="部分条款尚需协调。" if n % 2 else None,
                      next_steps="年底前提请审议。", help=n == 3,
                      evidence=[{"title": "征求意见稿", "uri": "https://example.org/notice/17"}])


def shot(page, file, scale, screens):
    width, height = page.run("return [innerWidth, innerHeight]")
    whole = page.run("return document.documentElement.scrollHeight")
    clip = {"x": 0, "y": 0, "width": width, "height": min(whole, screens * height), "scale": scale}
    picture = page.browser.cdp("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    file.write_bytes(base64.b64decode(picture["data"]))


def name_of(path):
    return path.strip("/").replace("/", "-").replace(".", "-") or "overview"


def shoot(browser, site, out):
    page = Page(browser, site)
    for name, (size, scale, screens) in SIZES.items():
        page.size(size)
        for lang in LANGUAGES:
            for theme in THEMES:
                page.open(lang=lang, theme=theme)
                for path in sites.ROUTES:
                    page.go(path, lang=lang, theme=theme)
                    page.run("scrollTo(0, 0)")
                    shot(page, out / f"{name}-{lang}-{theme}-{name_of(path)}.png", scale, screens)
    site.aggregator.kill()
    for name, (size, scale, _) in SIZES.items():
        page.size(size)
        page.open(live=False, lang="zh", theme="light")
        page.wait(lambda: page.text("#banner"), "the banner")
        shot(page, out / f"{name}-zh-light-stale.png", scale, 1)
    page.close()


def main(folder):
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    browser = Browser()
    try:
        with sites.rehearsed() as site:
            speak(site)
            shoot(browser, site, out)
    finally:
        browser.close()
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
