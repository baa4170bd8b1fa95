"""What the dashboard reads from the ledger itself: words, timelines, days, periods. And how it goes on when
the store was away, when a day ends, and when the ledger is another one."""

import json
import time
from types import SimpleNamespace

import client
import made
import pytest
import web
from clocks import Clock
from faults import stopped
from harness import PLAN, World, results, wait_for, word
from made import ms, ruling, status, withdrawal

NOW = "2026-07-13 10:00:00+08:00"
SCOPES = ["overall", "chapter/1", "section/1.1", "task/1", "task/3", "agency/mof", "agency/sta"]
EVIDENCE = [["月报", "https://example.cn/1"]]


def tuijin(world, *args):
    done = world.tuijin(*args, "--json", "--redis", world.redis.url)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def half_year(tmp_path_factory):
    """A ledger from January on, a third task from June on; all is begun on the 13th of July."""
    clock = Clock(tmp_path_factory.mktemp("clock") / "clock", NOW)
    with World(clock=clock) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00", made.text(third=False))
        ledger.say("2026-01-20 09:00", status("mof", 1, 1, 1000, ms("2026-01-20 08:00"), summary="一月", help=True))
        ledger.say("2026-02-20 09:00", status("mof", 2, 1, 3000, ms("2026-02-20 08:00"), evidence=EVIDENCE),
                   status("sta", 2, 2, 3000, ms("2026-02-20 08:00"), key="0123456789abcdef"))
        ledger.say("2026-03-31 23:59", status("jco", 3, 2, 3100, ms("2026-03-31 08:00")))
        ledger.say("2026-04-11 00:00", status("sta", 4, 1, 3200, ms("2026-03-31 08:00"), problems="人手不足",
                                              next_steps="增加人手", state="blocked"))
        ledger.say("2026-05-01 09:00", status("mof", 3, 1, 4000, ms("2026-05-01 08:00")),
                   withdrawal("sta", 5, 2, ms("2026-05-01 08:00")))
        ledger.load("2026-06-01 09:00", made.text(revision=2))
        ledger.say("2026-06-10 09:00", status("nbs", 5, 3, 10000, ms("2026-06-10 08:00")))
        ledger.say("2026-06-12 09:00", ruling(6, 3, "returned", ms("2026-06-12 08:00"), "材料不全"))
        ledger.say("2026-06-13 09:00", status("mof", 1, 1, 500, ms("2026-06-12 08:00")))
        aggregator = world.aggregator("--plan", made.PLAN, bind="ipc")
        world.dashboard = web.start(world, aggregator).whole(made.PLAN)
        key = world.redis.key("trend", made.PLAN)
        wait_for(lambda: world.redis.client.hlen(key) == 189, "all days that are over are kept")
        yield world


def summaries(world):
    """{"task/1": data}"""
    events = world.dashboard.api("/snapshot", made.PLAN)["events"]
    return {e["subject"].removeprefix(f"{made.PLAN}/"): e["data"] for e in events}


def point_of(data):
    """A point of the trend from a summary, or from `tuijin trend`."""
    tasks, obligations = data["tasks"], data["obligations"]
    return {"percent": data.get("own", data)["percent"], "expected": data["expected"], "light": data["light"],
            **{key: tasks[key] for key in ("included", "verified", "completed")},
            "obligations": obligations["expected"], "reported": obligations["reported"]}


@pytest.mark.parametrize("scope", SCOPES)
def test_days_are_those_that_the_aggregator_has_kept(half_year, scope):
    said = half_year.dashboard.api(f"/trend?scope={scope}", made.PLAN)
    known = json.loads(tuijin(half_year, "trend", scope, "--plan", made.PLAN))["points"]
    assert said["scope"] == scope
    assert said["days"] == [{"date": p["date"], **point_of(p), **({"so_far": True} if p["so_far"] else {})}
                            for p in known]
    assert len(said["days"]) == (43 if scope == "task/3" else 190)


def test_today_so_far_is_what_the_events_say(half_year):
    for scope, data in summaries(half_year).items():
        today = half_year.dashboard.api(f"/trend?scope={scope}", made.PLAN)["days"][-1]
        assert today == {"date": "2026-07-13", **point_of(data), "so_far": True}, scope


def test_two_days_side_by_side_are_the_points_of_these_days(half_year):
    said = half_year.dashboard.api("/compare?from=2026-03-31&to=2026-07-13", made.PLAN)
    assert (said["from"], said["to"]) == ("2026-03-31", "2026-07-13")
    rows = {f"{s['scope']}/{s['key']}".rstrip("/"): s for s in said["scopes"]}
    assert rows.keys() == summaries(half_year).keys()
    for scope, row in rows.items():
        days = {d.pop("date"): d for d in half_year.dashboard.api(f"/trend?scope={scope}", made.PLAN)["days"]}
        assert days["2026-07-13"].pop("so_far")
        assert (row["from"], row["to"]) == (days.get("2026-03-31"), days["2026-07-13"]), scope
    assert rows["task/3"]["from"] is None


def test_periods_are_those_of_the_events(half_year):
    said = half_year.dashboard.api("/periods", made.PLAN)
    assert [said[key] for key in ("every", "due_days", "today")] == ["quarter", 10, "2026-07-13"]
    assert [(p["name"], p["due"], p["state"]) for p in said["periods"]] == [
        ("2026-Q1", "2026-04-10", "due"), ("2026-Q2", "2026-07-10", "due"), ("2026-Q3", "2026-10-10", "open"),
        ("2026-Q4", "2027-01-10", "ahead")]
    cells = {a["agency"]: a["cells"] for a in said["agencies"]}
    for agency in cells:
        data = summaries(half_year)[f"agency/{agency}"]
        for cell, period in zip(cells[agency][1:3], (data["last_period"], data["period"])):
            cell = cell or {"expected": 0, "on_time": 0, "late": 0, "missed": 0}
            assert {"expected": cell["expected"], "on_time": cell["on_time"],
                    "reported": cell["on_time"] + cell["late"]}.items() <= period.items(), agency
            assert cell["missed"] == cell["expected"] - cell["on_time"] - cell["late"]
    assert cells["sta"] == [{"expected": 2, "on_time": 1, "late": 1, "missed": 0},
                            {"expected": 2, "on_time": 0, "late": 0, "missed": 2},
                            {"expected": 1, "on_time": 0, "late": 0, "missed": 1},
                            {"expected": 1, "on_time": 0, "late": 0, "missed": 1}]
    assert cells["jco"][0]["on_time"] == 1


def history(world, *args):
    """What `tuijin history` says, newest first, without how it ended."""
    lines = map(json.loads, tuijin(world, "history", "--plan", made.PLAN, *args).splitlines())
    return [{k: v for k, v in line.items() if k not in ("fate", "by", "place")}
            for line in lines if line["kind"] != "revision"][::-1]


def without_effect(items):
    return [{k: v for k, v in i.items() if k not in ("effect", "percent_before", "state_before")} for i in items]


@pytest.mark.parametrize("task", [1, 2, 3])
def test_a_timeline_is_the_history(half_year, task):
    said = half_year.dashboard.api(f"/tasks/{task}", made.PLAN)
    known = history(half_year, "--task", task)
    assert without_effect(said["timeline"]) == known and said["count"] == len(known)


def test_the_feed_is_the_history_of_all(half_year):
    said = half_year.dashboard.api("/feed?limit=200", made.PLAN)
    items = without_effect(said["items"])
    known = [record for task in (1, 2, 3) for record in history(half_year, "--task", task)]
    assert len(items) == said["count"] == len(known) and all(item in known for item in items)
    assert [(i["agency"], i["seq"]) for i in items] == [
        ("mof", 1), ("jco", 6), ("nbs", 5), ("sta", 5), ("mof", 3), ("sta", 4), ("jco", 3), ("sta", 2),
        ("mof", 2), ("mof", 1)]
    assert without_effect(half_year.dashboard.api("/feed?limit=2", made.PLAN)["items"]) == items[:2]
    assert [(i["effect"], i["percent_before"], i["state_before"]) for i in said["items"]] == [
        ("stale", 40.0, "in_progress"), ("applied", None, None), ("applied", None, None),
        ("applied", 30.0, "in_progress"), ("applied", 30.0, "in_progress"), ("applied", None, None),
        ("applied", None, None), ("applied", None, None), ("applied", 10.0, "in_progress"),
        ("applied", None, None)]


def test_parts_have_the_newest_words(half_year):
    parts = half_year.dashboard.api("/tasks/1", made.PLAN)["parts"]
    assert [(p["agency"], p["role"], p["counts"], p["in_force"]) for p in parts] == [
        ("mof", "lead", True, True), ("sta", "participant", False, True)]
    assert [p["word"]["seq"] for p in parts] == [3, 4]
    assert parts[1]["word"]["problems"] == "人手不足" and parts[1]["word"]["next_steps"] == "增加人手"
    second = half_year.dashboard.api("/tasks/2", made.PLAN)
    assert [(p["agency"], p["counts"], p["in_force"], p["word"] and p["word"]["kind"]) for p in second["parts"]] == [
        ("jco", True, True, "report"), ("mof", True, True, None), ("sta", False, False, "withdrawal")]
    assert second["ruling"] is None
    third = half_year.dashboard.api("/tasks/3", made.PLAN)["ruling"]
    assert (third["disposition"], third["reason"]) == ("returned", "材料不全")


# As the ledger grows

def count(dashboard, plan=PLAN):
    return dashboard.api("/feed", plan)["count"]


def test_a_record_is_told_at_once(world):
    collector = world.collector()
    dashboard = web.start(world, world.aggregator()).whole()
    cnipa, seq = world.agency("cnipa", collector), world.next_seq()
    with dashboard.events() as stream:
        stream.next("tick")
        assert results(cnipa.report(seq, word(1, 62.5, 1774951200000, summary="说"))) == ["accepted"]
        item, = stream.next("records").data["items"]
        assert (item["task"], item["seq"], item["summary"], item["effect"]) == (1, seq, "说", "applied")
        assert dashboard.api("/tasks/1")["parts"][0]["word"]["seq"] == seq
        assert results(cnipa.report(world.next_seq(), word(1, 70, 1774951200000))) == ["accepted"]
        item, = stream.next("records").data["items"]
        assert (item["percent_before"], item["state_before"]) == (62.5, "in_progress")
    assert count(dashboard) == 2


@pytest.fixture
def burst(world):
    """A dashboard of a plan on which nobody has said anything, a stream of its events, and `say`: an entry of
    so many records."""
    ledger = made.Ledger(world)
    ledger.load("2026-01-05 09:00")
    dashboard = web.start(world, world.aggregator()).whole(made.PLAN)

    def say(first, last):
        at = ms("2026-01-06 09:00")
        ledger.say("2026-01-06 09:00", *(status("mof", seq, 1, seq, at) for seq in range(first, last + 1)))
    with dashboard.events(made.PLAN, after=dashboard.api("/snapshot", made.PLAN)["stream"]) as stream:
        yield SimpleNamespace(dashboard=dashboard, stream=stream, say=say, ledger=ledger)


def test_a_burst_is_counted_whole(burst):
    """Of more records between two frames than one holds, it says how many they are."""
    for first, last, left_out in ((1, 250, 50), (251, 252, 0)):
        burst.say(first, last)
        data = burst.stream.next("records").data
        assert (data["count"], data["left_out"]) == (last, left_out)
        assert [item["seq"] for item in data["items"]] == list(range(first + left_out, last + 1))
    assert count(burst.dashboard, made.PLAN) == 252


def test_records_beside_a_revision_are_told(burst):
    with stopped(burst.dashboard):
        burst.say(1, 3)
        burst.ledger.load("2026-01-06 10:00", made.text(2))
    # Whether one frame has both depends on how much of the ledger one answer of Redis has.
    told = burst.stream.next("records").data
    assert told["count"] == 3 and [item["seq"] for item in told["items"]] == [1, 2, 3]


def test_a_day_ends_without_a_word(tmp_path):
    """And what was said in its last second is in it."""
    clock = Clock(tmp_path / "clock", "2026-03-31 23:50:00+08:00")
    with World(clock=clock) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-03-30 09:00")
        dashboard = web.start(world, world.aggregator(bind="ipc")).whole(made.PLAN)

        def days():
            return [(d["date"], d["percent"]) for d in dashboard.api("/trend?scope=task/1", made.PLAN)["days"]]
        assert days() == [("2026-03-30", 0.0), ("2026-03-31", 0.0)]
        ledger.say("2026-03-31 23:59:59", status("mof", 1, 1, 3000, ms("2026-03-31 09:00")))
        clock.set("2026-03-31 23:59:59.9+08:00")
        wait_for(lambda: len(days()) == 3, "the day ends")
        assert days() == [("2026-03-30", 0.0), ("2026-03-31", 30.0), ("2026-04-01", 30.0)]
        assert dashboard.api("/periods", made.PLAN)["today"] == "2026-04-01"


def test_a_store_that_was_away_is_read_on(world):
    collector = world.collector()
    dashboard = web.start(world, world.aggregator()).whole()
    cnipa = world.agency("cnipa", collector)
    assert results(cnipa.report(world.next_seq(), word(1, 10, 1774951200000))) == ["accepted"]
    wait_for(lambda: count(dashboard) == 1, "the first record")
    world.redis.kill()
    dashboard.wait_line("event=trouble")
    assert count(dashboard) == 1 and dashboard.api("/tasks/1")["parts"][0]["word"]["percent"] == 10.0
    world.redis.start()
    wait_for(lambda: results(cnipa.report(world.next_seq(), word(1, 20, 1774951200000))) == ["accepted"],
             "the collector is back")
    wait_for(lambda: count(dashboard) >= 2, "the second record")
    assert dashboard.api("/tasks/1")["parts"][0]["word"]["percent"] == 20.0


def fill(pipe, world, local, percents):
    """The commands that write another ledger: the plan, and a record of sta for each percent."""
    key, yaml = world.redis.key, made.text()
    pipe.hset(key("plan", made.PLAN), mapping={"revision": 1, "digest": "d", "yaml": yaml})
    pipe.sadd("tuijin:plans", made.PLAN)
    pipe.xadd(key("ledger", made.PLAN), {"revision": 1, "digest": "d", "yaml": yaml}, id=f"{ms(local)}-0")
    for first in range(0, len(percents), 100):
        records, end = [], f"{ms(local) + 1000 + first}-0"
        for seq, percent in enumerate(percents[first:first + 100], first + 1):
            records.append(status("sta", seq, 1, percent, ms(local), summary="x" * 100))
            records[-1][2] = ms(local)
        pipe.xadd(key("ledger", made.PLAN), {"records": b"".join(map(client.pack, records))}, id=end)
    pipe.hset(key("plan", made.PLAN), "end", end)


@pytest.mark.parametrize("local", ["2026-01-19 09:00:00", "2026-01-21 09:00:00"])
def test_another_ledger_is_shown_when_all_of_it_is_read(local):
    """Whether it begins before the end of the former or behind it; and meanwhile the former is."""
    with World() as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-01-20 09:00", status("mof", 9, 1, 1000, ms("2026-01-20 08:00")))
        dashboard = web.start(world, world.aggregator(bind="ipc")).whole(made.PLAN)
        pipe = world.redis.client.pipeline(transaction=True)
        pipe.flushall()
        fill(pipe, world, local, [*range(1, 10000)] * 10)
        pipe.execute()

        def is_read():
            began = time.monotonic()
            shown = count(dashboard, made.PLAN)
            assert shown in (1, 99990) and time.monotonic() - began < 1
            return shown != 1
        wait_for(is_read, "the other ledger is shown")
        parts = dashboard.api("/tasks/1", made.PLAN)["parts"]
        assert [p["word"] and p["word"]["percent"] for p in parts] == [None, 99.99]
        assert dashboard.api("/trend", made.PLAN)["days"][0]["date"] == local[:10]


def test_a_ledger_that_is_gone_is_shown_as_it_was():
    with World() as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-01-20 09:00", status("mof", 9, 1, 1000, ms("2026-01-20 08:00")))
        dashboard = web.start(world, world.aggregator(bind="ipc")).whole(made.PLAN)
        world.redis.client.flushall()
        dashboard.wait_line("is not loaded")
        assert count(dashboard, made.PLAN) == 1


@pytest.mark.parametrize("fields, part", [
    ({"records": b"\xc1"}, "record: "),
    ({"what": b"x"}, "is neither a batch nor a plan revision"),
    ({"revision": b"2", "digest": b"d", "yaml": b"- a"}, "plan as loaded: "),
])
def test_an_entry_that_cannot_be_read_leaves_what_there_is(fields, part):
    with World() as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-01-20 09:00", status("mof", 1, 1, 1000, ms("2026-01-20 08:00")))
        dashboard = web.start(world, world.aggregator(bind="ipc")).whole(made.PLAN)
        broken = ledger.add("2026-01-21 09:00", fields)
        ledger.say("2026-01-22 09:00", status("mof", 2, 1, 2000, ms("2026-01-21 08:00")))
        line = dashboard.wait_line(part)
        assert "event=trouble" in line and f"ledger: {broken}: " in line
        assert count(dashboard, made.PLAN) == 1
        world.redis.client.xdel(world.redis.key("ledger", made.PLAN), broken)
        wait_for(lambda: count(dashboard, made.PLAN) == 2, "it goes on behind it")


def test_a_plan_that_comes_later_is_shown():
    with World() as world:
        endpoint = f"ipc://{world.folder}/aggregator"
        world.daemon("tuijin-aggregator", "--plan", made.PLAN, bind=endpoint, ready=False)
        dashboard = web.start(world, world.daemons[0], "--plan", made.PLAN, ready=False, endpoint=endpoint)
        dashboard.wait_line(f"plan {made.PLAN} is not loaded")
        made.Ledger(world).load("2026-01-05 09:00")
        dashboard.wait_ready()
        dashboard.whole(made.PLAN)
        assert count(dashboard, made.PLAN) == 0
