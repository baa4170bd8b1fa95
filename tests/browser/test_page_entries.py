"""Entries of the ledger that hold more than one record, and who is named when several agencies are blocked.

The ledger is written by hand, on a day in January on which nothing is behind, due or missed."""

import made
import pytest
import sites
from clocks import Clock
from harness import World
from made import ms, status

DAY = "2026-01-20"
AT = ms(f"{DAY} 08:00")


@pytest.fixture
def ledger(tmp_path):
    with World(clock=Clock(tmp_path / "clock", f"{DAY} 12:00:00+08:00")) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.site = sites.started(world, plan=made.PLAN)
        yield ledger


@pytest.fixture
def page(look, ledger):
    return look(ledger.site)


def test_exceptions_name_who_is_blocked_now(ledger, page):
    """Not who was when it began: the alert stands all the while."""
    def say(minute, agency, seq, **more):
        ledger.say(f"{DAY} 09:{minute}", status(agency, seq, 2, 5000, AT, **more))

    def named(*want):
        page.wait(lambda: page.texts(".troubles .cell-who a") == [*want], want)

    blocked = {"state": "blocked", "problems": "缺经费"}
    say("00", "mof", 1, **blocked)
    page.open("/exceptions", lang="en", kind="blocked")
    named("Ministry of Finance")
    say("01", "sta", 1, **blocked)
    named("Ministry of Finance", "Tax")
    say("02", "mof", 2)
    named("Tax")
    assert page.texts(".troubles .light-why") == ["blocked"]
    raised = ledger.site.api("/snapshot", made.PLAN)["alerts"]
    assert [a["data"]["agencies"] for a in raised if a["data"]["what"] == "blocked"] == [["mof"]]
    page.go("/", lang="en")
    assert page.text(".block-worst .empty") == "No task holds the plan back now." and not page.count(".block-worst table")
    page.go("/exceptions", lang="en", kind="blocked")
    say("03", "sta", 2)
    named()
    assert page.count(".troubles tbody tr") == 0


def test_two_messages_in_one_entry(ledger, page):
    """Both are there; the greater seq is the newer one, wherever it stands."""
    page.open("/task/1", lang="en")
    ledger.say(f"{DAY} 09:00", status("mof", 8, 1, 6000, AT, summary="后说的"),
               status("mof", 7, 1, 4000, AT, summary="先说的"))
    page.wait(lambda: page.count(".timeline > li") == 2, "both records")
    page.wait(lambda: "后说的" in page.texts(".part")[0], "the newer one's words")
    assert "先说的" not in page.texts(".part")[0] and page.text(".headline") == "60.00%"
    stale = "an older report, which changes no number"
    assert [stale in text for text in page.texts(".timeline > li")] == [True, False]
    page.go("/feed", lang="en")
    shown = page.texts(".feed-row")
    assert len(shown) == 2 and page.text(".filters .small").startswith("2 records")
    assert "先说的" in shown[0] and stale in shown[0]
    assert "后说的" in shown[1] and "60.00%" in shown[1] and stale not in shown[1]


def test_an_entry_of_250_records(ledger, page):
    """More than one event or one feed takes: what is open catches up, and all are counted."""
    def entry(minute, first, last):
        ledger.say(f"{DAY} 09:{minute}", *(status("nbs", seq, 3, 10 * seq, AT, summary=f"第 {seq} 次")
                                           for seq in range(first, last + 1)))

    entry("00", 1, 250)
    page.open("/task/3", lang="en")
    assert page.text(".headline") == "25.00%" and "第 250 次" in page.texts(".part")[0]
    entry("01", 251, 500)
    page.wait(lambda: "500 in all, the newest 100 shown" in page.texts(".block-head .quiet"), "all are counted")
    assert page.text(".headline") == "50.00%" and "第 500 次" in page.texts(".part")[0]
    page.go("/feed", lang="en")
    assert page.text(".filters .small") == "500 records, the newest 200 shown"
    entry("02", 501, 750)
    page.wait(lambda: page.text(".filters .small") == "750 records, the newest 200 shown", "all are counted")
    words = page.run("return [...document.querySelectorAll('.feed-words')].map((el) => el.textContent.trim())")
    assert words == [f"第 {seq} 次" for seq in range(750, 550, -1)]
