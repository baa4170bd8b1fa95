"""`tuijin rollup`: the whole as it is, as it was known, and as it was."""

import json
import time

import made
import pytest
import rollup as oracle
from harness import BUILD, PLAN, World, wait_for, word
from load import Load
from made import CHINA, ms, ruling, status
from test_history import columns, on_a_terminal

AT = 1774951200000
DAY_MS = 86_400_000


def run(world, *args, want=0):
    done = world.tuijin("rollup", "--redis", world.redis.url, *args)
    assert done.returncode == want, (done.returncode, done.stdout, done.stderr)
    return done


def document(world, *args):
    return json.loads(run(world, *args, "--json").stdout)


def by_name(doc):
    """{"overall": data, "chapter/2": data, ...}"""
    return {d["scope"] + (f'/{d["key"]}' if d["key"] else ""): d for d in doc["summaries"]}


def only(world, scope, *args):
    found, = document(world, scope, *args)["summaries"]
    return found


# what is published, once more

def in_topics(subscriber, plan):
    return {t.removeprefix(f"{plan}/").rstrip("/"): d for t, d in subscriber.data.items()
            if "/alert/" not in t}


def test_it_is_what_the_aggregator_publishes_and_keeps(world, plan):
    collector, aggregator = world.collector(), world.aggregator()
    load = Load(world, [collector.endpoint], plan, 300)
    load.start()
    load.finish()
    office = world.agency("jco", collector)
    for n, disposition in enumerate(("verified", "returned", "suspended", "cancelled"), 1):
        office.dispose(10**7 + n, {"task": n, "disposition": disposition, "reason": "按程序", "at": AT})
    end = world.redis.client.xrevrange(world.redis.key("ledger"), count=1)[0][0].decode()
    subscriber = world.subscriber(aggregator)
    wait_for(lambda: subscriber.snapshot()["positions"][PLAN] == end, "the ledger's end")
    published = in_topics(subscriber, PLAN)
    assert len(published) == 165
    as_of = published["overall"]["as_of"]  # also when midnight has passed meanwhile
    day = time.strftime("%Y-%m-%d", time.gmtime((as_of + 8 * 3_600_000) / 1000))
    doc = document(world, "--today", day)
    assert (doc["plan"], doc["revision"], doc["position"], doc["as_of"]) == (PLAN, 1, end, as_of)
    assert by_name(doc) == published
    assert [list(d) for d in doc["summaries"]] == [list(published[n]) for n in by_name(doc)]  # their order
    assert by_name(document(world, "--known-at", end, "--today", day)) == published


def test_numbers_agree_with_an_independent_reading_of_the_protocol(world, plan):
    collector = world.collector()
    sta, mof = world.agency("sta", collector), world.agency("mof", collector)
    state = oracle.State(world.since())
    for agency, seq, entry in ((mof, 1, word(17, 100, AT)), (sta, 1, word(17, 33.33, AT)),
                               (mof, 2, word(9, 12.5, AT + DAY_MS))):
        ack = agency.report(seq, entry)
        name = "mof" if agency is mof else "sta"
        received = int(ack["position"].split("-")[0])
        state.accept(ack["position"], seq, name, entry, received)
    found = by_name(document(world, "--today", "2026-06-30"))
    want = {t.removeprefix(f"{PLAN}/").rstrip("/"): d for t, d in
            oracle.summaries(plan, state, ms("2026-06-30T00:00")).items()}
    for data in list(found.values()) + list(want.values()):
        for part in data.get("parts", ()):
            part.pop("received")  # the collector's clock may be a millisecond before the store's
    assert found == want
    assert found["task/17"]["percent"] == 66.66 and found["task/17"]["expected"] == 49.58


# two clocks

@pytest.fixture(scope="module")
def ledger():
    """Task 1: 20 % of 10 March, told then; 30 % of 10 May, told then; and on 1 June a correction: 12 % of
    5 March. Task 2: the office cancels it on 20 May. On 10 June revision 2 drops task 3."""
    with World() as world:
        led = made.Ledger(world)
        led.at = [
            led.load("2026-01-05T09:00"),
            led.say("2026-03-10T10:00", status("mof", 1, 1, 2000, ms("2026-03-10T10:00")),
                    status("nbs", 1, 3, 7000, ms("2026-03-10T10:00"))),
            led.say("2026-05-10T10:00", status("mof", 2, 1, 3000, ms("2026-05-10T10:00"))),
            led.say("2026-05-20T10:00", ruling(1, 2, "cancelled", ms("2026-05-20T10:00"), "并入")),
            led.say("2026-06-01T10:00", status("mof", 3, 1, 1200, ms("2026-03-05T10:00"))),
            led.load("2026-06-10T09:00", made.text(revision=2, third=False)),
        ]
        yield led


@pytest.mark.parametrize("flags, percent, day", [
    ([], 12.0, None),
    (["--known-at", "2026-03-09"], 0.0, "2026-03-09"),
    (["--known-at", "2026-03-10"], 20.0, "2026-03-10"),
    (["--known-at", "2026-03-10T09:59"], 0.0, "2026-03-10"),
    (["--known-at", "2026-03-10T10:00"], 20.0, "2026-03-10"),
    (["--known-at", "2026-05-10"], 30.0, "2026-05-10"),
    (["--known-at", "2026-06-01"], 12.0, "2026-06-01"),
    (["--as-of", "2026-03-04"], 0.0, "2026-03-04"),
    (["--as-of", "2026-03-05T09:59"], 0.0, "2026-03-05"),
    (["--as-of", "2026-03-05T10:00"], 12.0, "2026-03-05"),  # known now, not then
    (["--as-of", "2026-03-10"], 12.0, "2026-03-10"),
    (["--as-of", "2026-03-10", "--known-at", "2026-05-31"], 20.0, "2026-03-10"),
    (["--as-of", "2026-03-09", "--known-at", "2026-05-31"], 0.0, "2026-03-09"),
    (["--as-of", "2026-05-10", "--known-at", "2026-05-31"], 30.0, "2026-05-10"),
    (["--known-at", "2026-05-10", "--today", "2026-12-31"], 30.0, "2026-12-31"),
    (["--today", "2026-02-28"], 12.0, "2026-02-28"),
])
def test_what_was_known_then_and_what_is_known_of_then(ledger, flags, percent, day):
    task = only(ledger.world, "task/1", *flags)
    assert task["percent"] == percent
    if day is not None:
        assert task["as_of"] == ms(f"{day}T00:00")


def test_each_position_is_the_entry_and_all_before_it(ledger):
    world = ledger.world
    found = [only(world, "task/1", "--known-at", p) for p in ledger.at]
    assert [t["percent"] for t in found] == [0.0, 20.0, 30.0, 30.0, 12.0, 12.0]
    assert [t["as_of"] for t in found] == [ms(f"2026-{d}T00:00") for d in
                                           ("01-05", "03-10", "05-10", "05-20", "06-01", "06-10")]
    between = ledger.at[2].split("-")[0] + "-9"
    assert only(world, "task/1", "--known-at", between) == found[2]
    assert document(world, "--known-at", between)["position"] == ledger.at[2]


def test_the_plan_is_that_of_then(ledger):
    was, now = document(ledger.world, "--known-at", "2026-06-09"), document(ledger.world)
    assert (was["revision"], now["revision"]) == (1, 2)
    assert set(by_name(was)) - set(by_name(now)) == {"chapter/2", "task/3", "agency/nbs"}
    assert only(ledger.world, "task/3", "--known-at", ledger.at[-2])["percent"] == 70.0
    assert only(ledger.world, "task/3", "--as-of", "2026-06-09")["percent"] == 70.0
    assert document(ledger.world, "--as-of", "2026-06-10T08:59")["revision"] == 1
    assert document(ledger.world, "--as-of", "2026-06-10T09:00")["revision"] == 2


def test_a_ruling_of_later_is_not_of_then(ledger):
    dispositions = [only(ledger.world, "task/2", "--as-of", d)["disposition"]
                    for d in ("2026-05-19", "2026-05-20")]
    assert dispositions == ["open", "cancelled"]


def test_the_moment_is_in_the_document(ledger):
    doc = document(ledger.world, "--as-of", "2026-03-10", "--known-at", "2026-05-31T12:00")
    assert doc["moment"] == {"as_of": ms("2026-03-11T00:00") - 1, "known_at": ms("2026-05-31T12:01") - 1,
                             "today": "2026-03-10", "projection": False}
    assert doc["as_of"] == ms("2026-03-10T00:00") and doc["position"] == ledger.at[3]
    assert document(ledger.world)["moment"]["as_of"] is None


@pytest.mark.parametrize("offset, minute", [(CHINA, "23:59"), ("-11:00", "23:59"), ("+14:00", "00:00")])
def test_days_are_those_of_the_plans_offset(offset, minute):
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00", made.text(offset=offset))
        at = ms(f"2026-03-10T{minute}", offset)
        position = world.redis.client.xadd(world.redis.key("ledger", made.PLAN), id=f"{at}-0", fields={
            "records": made.client.pack([1, 1, at, "mof", [0, 1, at, "in_progress", 2000]])}).decode()
        assert only(world, "task/1", "--known-at", position)["as_of"] == ms("2026-03-10T00:00", offset)
        for flag in ("--known-at", "--as-of"):
            found = [only(world, "task/1", flag, d)["percent"] for d in ("2026-03-09", "2026-03-10")]
            assert found == [0.0, 20.0]


# for people

def test_the_text_shows_all_scopes_and_agencies(ledger):
    shown = run(ledger.world, "--known-at", "2026-06-09", "--lang", "en").stdout.splitlines()
    assert shown[:4] == ["A plan made by hand",
                         f"made · revision 1 · evaluated for 2026-06-09 · position {ledger.at[-2]}",
                         "what was known at 2026-06-09 23:59:59", ""]
    assert shown[4].endswith("  41.00 %")
    assert shown[5:10] == ["expected 43.83 % · gap -2.83 · red: too many red tasks",
                          "3 tasks: 2 in progress, 1 cancelled", "2 of 4 obligations reported",
                          "this period 2026-Q2: 1 of 4 reported, 1 in time",
                          "last due period 2026-Q1: 2 of 4 reported, 2 in time"]
    first = [line.split()[0] for line in shown[12:] if line.strip()]
    assert first == ["1", "1.1", "2", "Agency", "jco", "mof", "sta", "nbs"]


def test_scopes_that_are_named_are_shown_alone_with_what_is_below(ledger):
    shown = run(ledger.world, "task/1", "agency/mof", "chapter/1", "--as-of", "2026-05-31",
                "--lang", "zh").stdout
    assert "截至 2026-05-31 23:59:59 的情况，按目前所知" in shown and "任务 1  任务一" in shown
    assert "单位 mof  财政部" in shown and "章 1  第一章" in shown and "单位 sta" not in shown
    assert "时间为 UTC+08:00" in shown and "2026-03-05 10:00:00" in shown
    both = run(ledger.world, "overall", "--as-of", "2026-03-10", "--known-at", "2026-05-31",
               "--lang", "en").stdout
    assert "\nwhat was known at 2026-05-31 23:59:59 of 2026-03-10 23:59:59\n" in both


@pytest.mark.parametrize("scopes", [[], ["chapter/2"], ["task/17", "agency/mof"]])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(world, scopes, language, width):
    shown = on_a_terminal([BUILD / "tuijin", "rollup", *scopes, "--redis", world.redis.url,
                           "--lang", language, "--today", "2026-06-30"], width)
    assert max(map(columns, shown.splitlines())) <= width, shown


# errors

@pytest.mark.parametrize("flags, want, said", [
    (["--as-of", "June"], 64, "--as-of: got 'June', expected YYYY-MM-DD or YYYY-MM-DDTHH:MM;"),
    (["--as-of", "1774951200123-0"], 64, "--as-of: got '1774951200123-0', expected YYYY-MM-DD or YYYY-MM-DDTHH:MM;"),
    (["--known-at", "2026-02-30"], 64, "--known-at: got '2026-02-30'"),
    (["--today", "2026-6-30"], 64, "--today: got '2026-6-30', expected YYYY-MM-DD"),
    (["--known-at", "2026-01-05T08:59"], 65, "plan made was loaded on 2026-01-05 09:00:00"),
    (["--known-at", "0-0"], 65, "nothing was known before"),
    (["--known-at", "0001-01-01"], 65, "nothing was known before"),
    (["task/3"], 65, "plan made revision 2 has no task 3, but 1 to 2; revision 1 had it until 2026-06-10"),
    (["chapter/2", "--known-at", "2026-06-10"], 65, "has no chapter 2, but 1 to 1"),
    (["chapter"], 64, "'chapter' is not the name of a scope"),
    (["--plan", "other"], 65, "plan other is not loaded"),
])
def test_errors_name_what_is_wrong(ledger, flags, want, said):
    done = run(ledger.world, *flags, want=want)
    assert said in done.stderr and done.stdout == ""


def test_a_broken_ledger_is_named_with_its_position():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        position = led.add("2026-02-01T09:00", {"records": b"\xc1"})
        done = world.tuijin("rollup", "--redis", world.redis.url)
        assert done.returncode == 65 and done.stdout == ""
        assert done.stderr.startswith(f"tuijin rollup: ledger, {position}: ")
        assert run(world, "--known-at", "2026-01-31").returncode == 0  # what is before it can be read


def test_a_ledger_that_lost_its_beginning_says_so():
    with World() as world:
        led = made.Ledger(world)
        first = led.load("2026-01-05T09:00")
        led.say("2026-02-01T09:00", status("mof", 1, 1, 100, ms("2026-02-01T09:00")))
        world.redis.client.xdel(world.redis.key("ledger", made.PLAN), first)
        done = world.tuijin("rollup", "--redis", world.redis.url)
        assert done.returncode == 65 and "begins without a plan revision" in done.stderr
        world.redis.client.delete(world.redis.key("ledger", made.PLAN))
        assert run(world, want=65).stderr == "tuijin rollup: plan made: its ledger is empty\n"


def test_a_key_that_holds_another_plan_is_named():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        store = world.redis.client
        store.hset(world.redis.key("plan", made.PLAN), "yaml", made.text().replace("id: made", "id: other"))
        assert run(world, want=65).stderr == \
            "tuijin rollup: plan made as loaded: its key in redis holds plan other\n"
        store.delete("tuijin:plans")
        store.sadd("tuijin:plans", b"a\x1b[2J")
        assert r"tuijin:plans: 'a\x1b[2J' is not the name of a plan" in run(world, want=65).stderr


def test_a_plan_in_the_ledger_that_cannot_be_read_is_bad_data():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        position = led.add("2026-02-01T09:00", {"revision": "2", "digest": "", "yaml": "format: 1\n"})
        assert run(world, want=65).stderr.startswith(f"tuijin rollup: ledger, {position}: plan as loaded: line 1")
