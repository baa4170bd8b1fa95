"""`tuijin trend`: how a scope stood at the end of each day, kept by the aggregator."""

import json
import os
import pty
import re
import subprocess
import termios
import unicodedata

import made
import pytest
from clocks import Clock
from harness import BUILD, World, wait_for
from made import ms, ruling, status

NOW = "2026-07-03 10:00:00+08:00"
LOADED = "2026-01-05"
TREND, SUMMARY = ("trend", made.PLAN), ("summary", made.PLAN)


def run(world, *args, want=0, under=(), **more):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TUIJIN_", "LC_", "LANG", "NO_COLOR"))}
    command = [*under, str(BUILD / "tuijin"), *map(str, args), "--redis", world.redis.url]
    more = more or {"capture_output": True, "stdin": subprocess.DEVNULL}
    done = subprocess.run(command, text=True, timeout=60, env=clean, **more)
    assert done.returncode == want, (done.returncode, done.stdout, done.stderr)
    return done


def trend(world, *args, want=0):
    return run(world, "trend", *args, want=want)


def points(world, *args):
    """{date: point}"""
    document = json.loads(trend(world, *args, "--json").stdout)
    assert document["plan"] == made.PLAN
    return {p["date"]: p for p in document["points"]}


def kept_days(world):
    return world.redis.client.hlen(world.redis.key(*TREND))


@pytest.fixture(scope="module")
def half_year(tmp_path_factory):
    """A ledger from January on, a third task from June on; the aggregator begins on the third of July."""
    clock = Clock(tmp_path_factory.mktemp("clock") / "clock", NOW)
    with World(clock=clock) as world:
        ledger = made.Ledger(world)
        ledger.load(f"{LOADED} 09:00", made.text(third=False))
        ledger.say("2026-01-20 09:00", status("mof", 1, 1, 1000, ms("2026-01-20 08:00")))
        ledger.say("2026-02-20 09:00", status("mof", 2, 1, 3000, ms("2026-02-20 08:00")),
                   status("sta", 2, 2, 3000, ms("2026-02-20 08:00")))
        ledger.say("2026-03-31 23:59", status("mof", 3, 1, 3100, ms("2026-03-31 08:00")))
        ledger.say("2026-04-01 00:00", status("mof", 4, 1, 3200, ms("2026-03-31 08:00")))
        ledger.load("2026-06-01 09:00", made.text(revision=2))
        ledger.say("2026-06-10 09:00", status("nbs", 5, 3, 10000, ms("2026-06-10 08:00")))
        ledger.say("2026-06-12 09:00", ruling(6, 3, "verified", ms("2026-06-12 08:00")))
        world.aggregator()
        wait_for(lambda: kept_days(world) == 179, "all days that are over are kept")
        wait_for(lambda: world.redis.client.hlen(world.redis.key(*SUMMARY)) == 11, "the summaries are kept")
        yield world


@pytest.mark.parametrize("scope", ["overall", "chapter/1", "section/1.1", "task/1", "agency/mof"])
def test_each_day_since_the_plan_was_loaded_has_a_point(half_year, scope):
    days = points(half_year, scope)
    assert len(days) == 180 and min(days) == LOADED and max(days) == "2026-07-03"
    assert list(days) == sorted(days)
    assert [date for date, p in days.items() if p["so_far"]] == ["2026-07-03"]


@pytest.mark.parametrize("scope", ["overall", "task/1", "agency/mof"])
@pytest.mark.parametrize("date", [LOADED, "2026-02-20", "2026-03-31", "2026-04-01", "2026-06-12", "2026-07-02"])
def test_a_point_is_what_was_known_at_the_end_of_its_day(half_year, scope, date):
    point = points(half_year, scope, "--since", date, "--until", date)[date]
    known = json.loads(run(half_year, "rollup", scope, "--known-at", date, "--json").stdout)
    summary, = known["summaries"]
    figure = summary.get("own", summary)
    assert point["percent"] == figure["percent"]
    for key in ("as_of", "revision", "expected", "gap", "light"):
        assert point[key] == summary[key], key
    for key in ("included", "verified", "completed"):
        assert point["tasks"][key] == summary["tasks"][key], key
    assert point["obligations"] == summary["obligations"]


def test_a_day_ends_at_midnight_of_the_plan(half_year):
    days = points(half_year, "task/1")
    assert [days[d]["percent"] for d in ("2026-03-30", "2026-03-31", "2026-04-01")] == [30.0, 31.0, 32.0]
    positions = [days[d]["position"] for d in ("2026-03-30", "2026-03-31", "2026-04-01")]
    assert len(set(positions)) == 3 and positions[1] == f"{ms('2026-03-31 23:59')}-0"


def test_since_and_until_choose_days(half_year):
    assert list(points(half_year, "--since", "2026-06-30", "--until", "2026-07-01")) == \
        ["2026-06-30", "2026-07-01"]
    assert list(points(half_year, "--since", "2026-07-03")) == ["2026-07-03"]
    assert points(half_year, "--since", "2027-01-01") == {}
    assert "no points of these days" in trend(half_year, "--since", "2027-01-01").stdout


@pytest.mark.parametrize("args, part", [
    (["\033[2J"], "SCOPE: '\\x1b[2J' is not the name of a scope; expected overall, chapter/2"),
    (["--since", "\033[2J"], "--since: got '\\x1b[2J', expected YYYY-MM-DD"),
    (["task/3", "task/4"], "unexpected 'task/4'"),
    (["--since", "2026-02-30"], "--since: got '2026-02-30', but there is no day 2026-02-30"),
    (["--until", "soon"], "--until: got 'soon', expected YYYY-MM-DD"),
    (["--since", "2026-03-02", "--until", "2026-03-01"], "--since 2026-03-02 is after --until 2026-03-01"),
])
def test_what_cannot_be_asked_for_says_why(half_year, args, part):
    done = trend(half_year, *args, want=64)
    assert done.stdout == "" and part in done.stderr


@pytest.mark.parametrize("scope, part", [
    ("chapter/9", "SCOPE: plan made revision 2 has no chapter 9, but 1 to 2"),
    ("task/4", "has no task 4, but 1 to 3; if an earlier revision had it, 'tuijin history --task 4' shows it"),
])
def test_a_scope_that_the_plan_does_not_have_says_what_it_has(half_year, scope, part):
    done = trend(half_year, scope, want=65)
    assert done.stdout == "" and part in done.stderr


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_far_from_the_plan_are_no_days_of_it(half_year, day):
    client, key = half_year.redis.client, half_year.redis.key(*TREND)
    client.hset(key, day, client.hget(key, "2026-03-03"))
    try:
        assert len(points(half_year)) == 180
        assert day[:4] not in trend(half_year).stdout
    finally:
        client.hdel(key, day)


def test_a_summary_of_a_day_that_there_is_not_is_no_day(half_year):
    """Its as_of is the greatest of the wire, one of a year behind 9999, or one of 8000 years from now."""
    client, key, topic = half_year.redis.client, half_year.redis.key(*SUMMARY), f"{made.PLAN}/overall/"
    good = client.hget(key, topic)
    was = b"\xa5as_of\xcf" + made.ms("2026-07-03 00:00").to_bytes(8, "big")
    assert good.count(was) == 1
    try:
        for as_of in (2**63 - 1, 253402300800000, 250000000000000):
            client.hset(key, topic, good.replace(was, was[:-8] + as_of.to_bytes(8, "big")))
            assert list(points(half_year))[-1] == "2026-07-02"
            assert "2026-07-02" in trend(half_year, "--since", "2026-06-20").stdout
    finally:
        client.hset(key, topic, good)


def test_in_words(half_year):
    text = trend(half_year, "--since", "2026-06-20").stdout
    head, percents, tasks, table = text.split("\n\n")
    assert head == "A plan made by hand\noverall"
    assert percents.splitlines()[0] == "█ progress  ─ expected"
    assert re.fullmatch(r" *2026-06-20 +2026-0\d-\d\d +2026-07-03", percents.splitlines()[-1])
    assert tasks.splitlines()[0] == "█ tasks verified  ─ tasks included"
    assert tasks.splitlines()[1].startswith("3 ┤")
    rows = table.splitlines()
    assert len(rows) == 15
    assert re.fullmatch(r"2026-07-03 so far +\d+\.\d\d +50\.41 +[+-]\d+\.\d\d  \w+ +1 +0 +3 +\d/\d", rows[-1])
    assert not re.search(r"[ \t]$", text, re.MULTILINE) and "\033" not in text


def test_in_chinese(half_year):
    text = trend(half_year, "task/3", "--lang", "zh").stdout
    assert text.startswith("手写的计划\ntask/3  任务三\n\n█ 进度  ─ 序时进度\n")
    assert re.search(r"^2026-07-03 截至目前 .* 蓝 ", text, re.MULTILINE)


def test_days_without_a_point_are_said(half_year):
    assert trend(half_year).stdout.endswith(
        "no points from 2026-01-01 to 2026-01-04: the aggregator had not begun to keep them\n")
    assert trend(half_year, "task/3").stdout.endswith("no points from 2026-01-01 to 2026-05-31\n")
    assert "no point" not in trend(half_year, "--since", LOADED).stdout
    client, key = half_year.redis.client, half_year.redis.key(*TREND)
    taken = {day: client.hget(key, day) for day in ("2026-03-03", "2026-03-04", "2026-03-09")}
    client.hdel(key, *taken)
    try:
        text = trend(half_year, "--since", LOADED).stdout
        assert text.endswith("no points from 2026-03-03 to 2026-03-04\nno point of 2026-03-09\n")
    finally:
        client.hset(key, mapping=taken)


def test_a_day_that_cannot_be_read_is_named_and_the_others_shown(half_year):
    client, key = half_year.redis.client, half_year.redis.key(*TREND)
    good = client.hget(key, "2026-03-03")
    client.hset(key, "2026-03-03", good[:-3])
    client.hset(key, "what", good)
    try:
        done = trend(half_year, "--since", "2026-03-01", "--until", "2026-03-05", "--json", want=65)
        assert f"redis: {key}, 2026-03-03: trend: " in done.stderr
        assert [p["date"][-2:] for p in json.loads(done.stdout)["points"]] == ["01", "02", "04", "05"]
    finally:
        client.hdel(key, "what")
        client.hset(key, "2026-03-03", good)


def test_a_day_that_is_over_is_not_so_far(half_year):
    client, key = half_year.redis.client, half_year.redis.key(*TREND)
    client.hset(key, "2026-07-03", client.hget(key, "2026-07-02"))
    try:
        days = points(half_year)
        assert len(days) == 180 and not days["2026-07-03"]["so_far"]
    finally:
        client.hdel(key, "2026-07-03")


def columns_of(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def on_a_screen(world, columns, *args):
    """What the command writes to a terminal so wide."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, columns))
    child = subprocess.Popen([str(BUILD / "tuijin"), *args, "--redis", world.redis.url], stdout=slave,
                             stdin=subprocess.DEVNULL, env={"PATH": os.environ["PATH"]})
    os.close(slave)
    out = b""
    while True:
        try:
            out += os.read(master, 65536)
        except OSError:  # the last writer has closed it
            break
    os.close(master)
    assert child.wait(60) == 0
    return out.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 60, 90, 200])
def test_a_plot_is_no_wider_than_the_screen(half_year, columns):
    text = on_a_screen(half_year, columns, "trend")
    assert "\033[36m█" in text and "\033[33m─" in text
    plots = re.sub("\033\\[[0-9;]*m", "", text).split("\n\n")[1:3]
    widest = max(columns_of(line) for plot in plots for line in plot.splitlines())
    assert widest == min(columns, 100)


def test_in_ascii(half_year):
    text = trend(half_year, "--ascii", "--since", "2026-06-20").stdout
    assert text.isascii() and "# progress  - expected" in text


def test_status_stands_against_the_calendar_of_the_same_day(half_year):
    text = run(half_year, "status").stdout
    assert "\nexpected 50.41 % · gap -6.41 · red: too many red tasks\n" in text
    assert "\nlast due period 2026-Q1: 2 of 7 reported, 2 in time\n" in text
    task = run(half_year, "status", "--scope", "task/2", "--lang", "zh").stdout
    assert "\n序时进度 50.41 % · 差距 -50.41 · 红：进度滞后\n" in task, task


# the first days

@pytest.fixture
def young(tmp_path):
    """A world in which the plan was loaded today."""
    with World(clock=Clock(tmp_path / "clock", NOW)) as world:
        made.Ledger(world).load("2026-07-03 09:00")
        yield world


def test_before_the_first_day_is_over_the_trend_says_when_it_will_be(young):
    assert "neither a trend nor summaries of made are kept yet" in trend(young, want=69).stderr
    young.aggregator()
    wait_for(lambda: young.redis.client.hlen(young.redis.key(*SUMMARY)), "the summaries are kept")
    text = trend(young).stdout
    assert text.endswith("no day is kept yet: the first point comes at the end of 2026-07-03\n")
    assert re.search(r"^2026-07-03 so far ", text, re.MULTILINE) and "─" not in text
    young.clock.set("2026-07-04 00:00:01+08:00")
    wait_for(lambda: kept_days(young) == 1, "the day that is over is kept")
    wait_for(lambda: list(points(young)) == ["2026-07-03", "2026-07-04"], "the new day is there")
    assert [p["so_far"] for p in points(young).values()] == [False, True]
