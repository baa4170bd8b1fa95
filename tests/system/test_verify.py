"""`tuijin verify`: whatever is changed beside the ledger is found, named and put right."""

import json
import random
import re
import threading

import client
import made
import pytest
from faults import AT, calls, everybody, is_unavailable, ledger_end, load_small_plan, once
from harness import PLAN, World, is_sanitized, results, wait_for, word
from load import Load
from test_plan_fence import STA_OUT, WITHOUT_106, revised

DAY_MS = 86400000
REPAIRED = ["plan", "latest", "rollup", "summary", "trend"]
GREATEST = f"{2**64 - 1}-{2**64 - 1}"  # no position is greater


def verify(world, *flags, want=0, plan=PLAN):
    """What --json says; it ends with the status wanted and no word on standard error."""
    done = world.tuijin("verify", "--redis", world.redis.url, "--plan", plan, "--json", *flags)
    assert (done.returncode, done.stderr) == (want, ""), (done.returncode, done.stderr, done.stdout)
    return json.loads(done.stdout)


def found(said, level="difference"):
    return [(f["what"], f["key"]) for f in said["findings"] if f["level"] == level]


def everything(world, plan=PLAN):
    return {name: world.redis.client.hgetall(world.redis.key(name, plan)) for name in REPAIRED}


def backdate(world):
    """Moves the ledger's entries into the past, one a day, so that the trend has days."""
    store, ledger, end = world.redis.client, world.redis.key("ledger"), None
    entries = store.xrange(ledger)
    last = int(entries[-1][0].split(b"-")[0])
    store.delete(ledger)
    for i, (_, fields) in enumerate(entries):
        end = store.xadd(ledger, fields, id=f"{last - (len(entries) - i) * DAY_MS}-0")
    store.hset(world.redis.key("plan"), "end", end)


def make_a_past(world, plan):
    """Reports, a withdrawal, rulings, a percent that went down; then revision 2."""
    collector = world.collector(bind="ipc")
    everybody(world, collector, plan, 1)
    mof, jco = (world.agency(a, collector) for a in ("mof", "jco"))
    for agency, entries, rulings in [
            (mof, [word(17, 5, AT, help=True, evidence=[{"title": "t", "uri": "u"}])], []),
            (mof, [{"task": 18, "action": "withdraw", "at": AT}], []),
            (jco, [], [{"task": 9, "disposition": "suspended", "reason": "r", "at": AT}]),
            (jco, [], [{"task": 10, "disposition": "verified", "at": AT}])]:
        reply = agency.ask(agency.envelope(world.next_seq(), entries, rulings))
        assert set(results(reply)) <= {"accepted", "not_responsible"}, reply
    world.load_plan(revised(world, "two.yaml", WITHOUT_106, STA_OUT))
    nbs = world.agency("nbs", collector)
    wait_for(lambda: results(nbs.report(world.next_seq(), word(17, 40, AT))) == ["accepted"],
             "revision 2 is judged by")
    assert collector.stop() == 0


def all_kept(world):
    store, key = world.redis.client, world.redis.key
    marks = store.hmget(key("rollup"), "position", "summary_position")
    days = len({entry[0].split(b"-")[0] for entry in store.xrange(key("ledger"))})
    return marks == [ledger_end(world).encode()] * 2 and store.hlen(key("trend")) == days


@pytest.fixture(scope="module")
def kept(plan):
    """A past of some weeks, and all that an aggregator keeps of it. No daemon runs."""
    with World(appendfsync="no") as w:
        w.load_plan()
        make_a_past(w, plan)
        backdate(w)
        aggregator = w.aggregator(bind="ipc")
        wait_for(lambda: all_kept(w), "all of it is kept")
        assert aggregator.stop() == 0
        yield w


@pytest.fixture
def world_kept(kept):
    """The same; what the test does to Redis is undone."""
    store = kept.redis.client
    dumps = {name: store.dump(name) for name in store.keys("*")}
    yield kept
    store.config_set("min-replicas-to-write", 0)
    store.flushall()
    for name, dump in dumps.items():
        store.restore(name, 0, dump)


def test_what_daemons_left_is_equal(world_kept):
    said = verify(world_kept)
    store, key = world_kept.redis.client, world_kept.redis.key
    assert said["equal"] and said["findings"] == [] and said["repair"] is None
    assert (said["plan"], said["revision"], said["position"]) == (PLAN, 2, ledger_end(world_kept))
    assert said["entries"] == store.xlen(key("ledger"))
    assert said["latest"] == store.hlen(key("latest")) < said["records"]
    assert said["checkpoint"] and said["summaries"] == store.hlen(key("summary"))
    assert said["days"] == store.hlen(key("trend")) > 30
    text = world_kept.tuijin("verify", "--redis", world_kept.redis.url)
    assert text.returncode == 0, text.stdout
    assert re.search(r" days, \d+ seals: all equal\n$", text.stdout), text.stdout


# One change each: what is done to Redis, what is named, and with which words

def repacked(change):
    """The same MessagePack value, changed."""
    def apply(blob):
        value = client.unpack(blob)
        change(value)
        return client.pack(value)
    return apply


def change(name, field, how):
    def apply(store, key):
        store.hset(key(name), field, how(store.hget(key(name), field)))
    return apply


def put(name, field, value):
    return lambda store, key: store.hset(key(name), field, value)


def drop(name, *fields):
    return lambda store, key: store.hdel(key(name), *fields)


def remove(name):
    return lambda store, key: store.delete(key(name))


def string_for(name):
    return lambda store, key: (store.delete(key(name)), store.set(key(name), "garbage"))


def both(*changes):
    return lambda store, key: [how(store, key) for how in changes]


def in_words(state, number, agency, position, value):
    """Changes one element of a word in a checkpoint."""
    row = next(w for w in state[5] if w[:2] == [number, agency])
    row[position] = value


def on_a_day(how):
    def apply(store, key):
        day = sorted(store.hkeys(key("trend")))[5]
        store.hset(key("trend"), day, how(store.hget(key("trend"), day)))
    return apply


def without_a_day(store, key):
    store.hdel(key("trend"), sorted(store.hkeys(key("trend")))[5])


def without_newest_days(store, key):
    store.hdel(key("trend"), *sorted(store.hkeys(key("trend")))[-3:])


TOPIC = f"{PLAN}/task/17/"


def overdue(event):
    event["data"]["overdue_days"] += 1


def half(event):
    event["data"]["num"] //= 2
    event["data"]["percent"] /= 2


CHANGES = {
    "a record of latest": (
        change("latest", "17/mof", repacked(lambda r: r[4].__setitem__(4, 600))),
        "latest", "17/mof", "percent is 6.0, the ledger gives 5.0"),
    "an older record": (
        change("latest", "17/mof", repacked(lambda r: r.__setitem__(1, 1))),
        "latest", "17/mof", "seq is 1, the ledger gives"),
    "a ruling": (
        change("latest", "9/@office", repacked(lambda r: r[4].__setitem__(4, "no reason"))),
        "latest", "9/@office", "reason is no reason, the ledger gives r"),
    "an unreadable record": (
        put("latest", "17/mof", b"\xc1\x00"), "latest", "17/mof", "cannot be read"),
    "an empty record": (put("latest", "17/mof", b""), "latest", "17/mof", "cannot be read"),
    "a record with a byte behind it": (
        change("latest", "17/mof", lambda blob: blob + b"\x00"),
        "latest", "17/mof", "differs from byte"),
    "a record that is gone": (drop("latest", "17/mof"), "latest", "17/mof", "is missing"),
    "a record too many": (put("latest", "1/nobody", b"x"), "latest", "1/nobody", "no such record"),
    "a field that is no name": (
        put("latest", b"\xff\x1b[2J", b"x"), "latest", r"\xff\x1b[2J", "no such record"),
    "latest is gone": (remove("latest"), "latest", "17/mof", "is missing"),
    "latest is a string": (
        string_for("latest"), "latest", f"tuijin:{{{PLAN}}}:latest", "WRONGTYPE"),
    "the plan's revision": (
        put("plan", "revision", "7"), "plan", "revision", "is 7, the ledger gives 2"),
    "the plan's digest": (put("plan", "digest", "0"), "plan", "digest", "is 0, the ledger gives"),
    "the plan's yaml": (
        change("plan", "yaml", lambda y: y.replace(b"weight", b"weighs") + b"#"),
        "plan", "yaml", "differs from byte"),
    "the plan's end": (put("plan", "end", "1-0"), "plan", "end", "is 1-0, the ledger gives"),
    "no end": (drop("plan", "end"), "plan", "end", "is missing"),
    "held": (put("plan", "held", "99999"), "plan", "held", "is 99999"),
    "held that is no number": (put("plan", "held", "\x00"), "plan", "held", r"is \x00"),
    "a stranger beside the plan": (put("plan", "x\n", "y"), "plan", r"x\x0a", "no field of ours"),
    "the plan hash is gone": (remove("plan"), "plan", "yaml", "is missing"),
    "a summary": (
        change("summary", TOPIC, repacked(overdue)), "summary", TOPIC, "overdue_days is "),
    "a summary that contradicts itself": (
        change("summary", TOPIC, repacked(half)), "summary", TOPIC, "cannot be read: data."),
    "the id of a summary": (
        change("summary", TOPIC, repacked(lambda v: v.update(id="x"))),
        "summary", TOPIC, "id is x, the ledger gives"),
    "a summary in other bytes": (
        change("summary", TOPIC, repacked(lambda v: v.update(source="x"))),
        "summary", TOPIC, "differs from byte"),
    "an unreadable summary": (put("summary", TOPIC, b"\xc1"), "summary", TOPIC, "cannot be read"),
    "a summary that is gone": (drop("summary", TOPIC), "summary", TOPIC, "is missing"),
    "a summary too many": (
        put("summary", f"{PLAN}/task/106/", b"x"), "summary", f"{PLAN}/task/106/", "no such scope"),
    "a topic that is none": (put("summary", b"\xff", b"x"), "summary", r"\xff", "no such scope"),
    "all summaries are gone": (remove("summary"), "summary", TOPIC, "is missing"),
    "summaries are a list": (
        lambda store, key: (store.delete(key("summary")), store.rpush(key("summary"), "x")),
        "summary", f"tuijin:{{{PLAN}}}:summary", "WRONGTYPE"),
    "a word of the checkpoint": (
        change("rollup", "state", repacked(lambda s: in_words(s, 17, "mof", 4, 600))),
        "checkpoint", "state", "word 17/mof.percent is 6.0, the ledger gives 5.0"),
    "the checkpoint has a ruling less": (
        change("rollup", "state", repacked(
            lambda s: next(t for t in s[4] if t[0] == 9).__setitem__(slice(2, 5), [0, 0, "open"]))),
        "checkpoint", "state", "task 9.disposition is open, the ledger gives suspended"),
    "the checkpoint has an alert less": (
        change("rollup", "state", repacked(lambda s: s[6].pop())),
        "checkpoint", "state", "is nothing, the ledger gives something"),
    "a receipt of the checkpoint": (
        change("rollup", "state", repacked(lambda s: s[5][0][9].__setitem__(1, 5))),
        "checkpoint", "state", ".receipts[0].received is 5, the ledger gives"),
    "a checkpoint of a task that is none": (
        change("rollup", "state", repacked(lambda s: s[4].append([0, s[1], 0, 0, "open"]))),
        "checkpoint", "state", "cannot be read"),
    "a checkpoint in other bytes": (
        change("rollup", "state", lambda s: b"\xdc\x00" + bytes([s[0] & 15]) + s[1:]),
        "checkpoint", "state", "differs from byte 0"),
    "the checkpoint's position": (
        put("rollup", "position", "1-0"), "checkpoint", "position", "is 1-0"),
    "the checkpoint's revision": (put("rollup", "revision", "1"), "checkpoint", "revision", "is 1"),
    "a checkpoint that is no value": (
        put("rollup", "state", b"\xc1"), "checkpoint", "*", "checkpoint: "),
    "a stranger beside the checkpoint": (
        put("rollup", "x", "y"), "checkpoint", "x", "no field of ours"),
    "the checkpoint went": (
        drop("rollup", "position", "revision", "state"), "checkpoint", "*", "is missing"),
    "the summaries went": (
        both(remove("summary"), drop("rollup", "summary_position", "summary_as_of")),
        "summary", "*", "are missing"),
    "a checkpoint between two entries": (
        change("rollup", "state", repacked(lambda s: s.__setitem__(1, s[2].replace("-0", "-1")))),
        "checkpoint", "*", "the ledger has no entry at"),
    "a checkpoint of tomorrow": (
        change("rollup", "state", repacked(lambda s: s.__setitem__(3, s[3] + 1))),
        "checkpoint", "*", "was the newest only until"),
    "a checkpoint of the day before its entry": (
        change("rollup", "state", repacked(lambda s: s.__setitem__(3, s[3] - 9))),
        "checkpoint", "*", "but the entry at"),
    "a checkpoint without state": (drop("rollup", "state"), "checkpoint", "*", "state is missing"),
    "the rollup hash is a string": (
        string_for("rollup"), "checkpoint", f"tuijin:{{{PLAN}}}:rollup", "WRONGTYPE"),
    "summaries of no position": (
        put("rollup", "summary_position", "x"), "summary", "*", "no position"),
    "summaries of a position in other words": (
        change("rollup", "summary_position", lambda p: b"0" + p), "summary", None, "position"),
    "summaries of no day": (drop("rollup", "summary_as_of"), "summary", "*", "no time"),
    "summaries of noon": (
        change("rollup", "summary_as_of", lambda t: int(t) + DAY_MS // 2), "summary", "*",
        "not where a day of the plan begins"),
    "summaries of a day to come": (
        change("rollup", "summary_as_of", lambda t: int(t) + 2 * DAY_MS), "summary", "*",
        "was the newest only until"),
    "summaries of the end of time": (
        put("rollup", "summary_as_of", "9223372036854775807"), "summary", "*", "no time"),
    "the trend is a string": (
        string_for("trend"), "trend", f"tuijin:{{{PLAN}}}:trend", "WRONGTYPE"),
    "the trend is gone": (remove("trend"), "trend", None, "is missing"),
    "a day of the trend": (
        on_a_day(repacked(lambda d: d[4][0].__setitem__(6, 3))),
        "trend", None, "overall: completed is 3, the ledger gives"),
    "a later scope of a day": (
        on_a_day(repacked(lambda d: d[4][90].__setitem__(8, 3))),
        "trend", None, "reported is 3, the ledger gives"),
    "an unreadable day": (on_a_day(lambda _: b"\xc1"), "trend", None, "cannot be read"),
    "a day in other bytes": (
        on_a_day(repacked(lambda d: d.append(None))), "trend", None, "differs from byte 0"),
    "a day that is gone": (without_a_day, "trend", None, "is missing"),
    "the newest days are gone": (without_newest_days, "trend", None, "is missing"),
    "a day before the first": (put("trend", "2001-01-01", b"x"), "trend", "2001-01-01", "no day"),
    "a day to come": (put("trend", "2999-01-01", b"x"), "trend", "2999-01-01", "no day"),
    "a day that is none": (put("trend", "yesterday", b"x"), "trend", "yesterday", "no day"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_named_and_put_right(world_kept, name):
    how, what, key, message = CHANGES[name]
    before = everything(world_kept)
    how(world_kept.redis.client, world_kept.redis.key)
    said = verify(world_kept, want=65)
    assert not said["equal"]
    fits = [f for f in said["findings"] if f["what"] == what and (key is None or f["key"] == key)]
    assert fits and message in fits[0]["message"], said["findings"]
    if "gone" in name or "is a" in name or "are a" in name:
        also = {"the plan hash is gone": {"plan"}, "the rollup hash is a string": {"summary"}}
        assert {f["what"] for f in said["findings"]} <= {what} | also.get(name, set())
    else:
        assert len(said["findings"]) == said["differences"] == 1, said["findings"]

    mended = verify(world_kept, "--repair")
    assert mended["repair"]["put_right"] > 0
    assert (mended["repair"]["left"], mended["repair"]["refused"]) == (0, False)
    assert everything(world_kept) == before
    assert verify(world_kept)["equal"]


# The ledger itself

def add(**fields):
    """An entry, and an `end` that agrees."""
    return lambda store, key: store.hset(key("plan"), "end", store.xadd(key("ledger"), fields))


def delete(index):
    def apply(store, key):
        store.xdel(key("ledger"), store.xrange(key("ledger"))[index][0])
    return apply


def add_first_revision_again(store, key):
    add(**{k.decode(): v for k, v in store.xrange(key("ledger"))[0][1].items()})(store, key)


def add_revision_that_lies(store, key):
    newest = store.hget(key("plan"), "yaml")
    add(revision="3", digest="0" * 64, yaml=newest)(store, key)


def start_without_a_plan(store, key):
    entries = store.xrange(key("ledger"))
    store.delete(key("ledger"))
    for position, fields in entries[1:]:
        store.xadd(key("ledger"), fields, id=position)


LEDGERS = {
    "an entry in the middle is gone": (delete(20), "1 of 44 entries that were added are gone"),
    "the last entry is gone": (delete(-1), "1 of 44 entries that were added are gone"),
    "the plan's first revision is gone": (delete(0), "begins without a plan revision"),
    "all are gone": (lambda store, key: store.xtrim(key("ledger"), 0), "has no entries"),
    "it is gone": (remove("ledger"), "has no entries"),
    "it is a string": (string_for("ledger"), "WRONGTYPE"),
    "it begins with a batch": (start_without_a_plan, "begins without a plan revision"),
    "a batch that cannot be read": (add(records=b"\xc1"), "record: "),
    "an empty batch": (add(records=b""), None),
    "an entry that is none of ours": (add(x="y"), "neither a batch nor a plan revision"),
    "a revision that is no plan": (add(revision="3", digest="0", yaml="- no"), "plan as loaded"),
    "a revision without a number": (add(digest="0", yaml="- no"), "revision: missing"),
    "a revision of an empty number": (
        add(revision="", digest="0", yaml="- no"), "revision: got '', expected a number from 1 to"),
    "a revision of no number": (add(revision="2x", digest="0", yaml="- no"), "revision: got '2x'"),
    "a revision that is too great": (
        add(revision="1000000001", digest="0", yaml="- no"), "revision: got '1000000001'"),
    "the first revision again": (
        add_first_revision_again, "revision 1 of the plan comes behind revision 2"),
    "a digest and a number that lie": (add_revision_that_lies, "its yaml is of revision 2"),
}


@pytest.mark.parametrize("name", LEDGERS)
def test_a_ledger_that_is_not_whole_is_named_and_nothing_is_repaired_from_it(world_kept, name):
    how, message = LEDGERS[name]
    how(world_kept.redis.client, world_kept.redis.key)
    if message is None:
        assert verify(world_kept)["equal"]
        return
    before = everything(world_kept)
    said = verify(world_kept, want=65)
    named = [f["message"] for f in said["findings"] if f["what"] == "ledger"]
    assert any(message in one for one in named), said["findings"]
    assert verify(world_kept, "--repair", want=65)["repair"]["refused"]
    assert everything(world_kept) == before
    assert "backup" in world_kept.tuijin(
        "verify", "--redis", world_kept.redis.url, "--repair").stdout


# A ledger that came back from an older copy: what is beside it may be all that is left of the rest

def without_newest_entry(store, key):
    entries = store.xrange(key("ledger"))
    store.delete(key("ledger"))
    for position, fields in entries[:-1]:
        store.xadd(key("ledger"), fields, id=position)


def with_an_end_that_agrees(store, key):
    without_newest_entry(store, key)
    store.hset(key("plan"), "end", store.xrevrange(key("ledger"), count=1)[0][0])


def newer(task, agency, seq):
    return client.pack([1, seq, AT, agency, [0, task, AT, "in_progress", 100]])


OLDER = {
    "an older copy": (without_newest_entry, "the plan's end (", None),
    "an older copy, and an end that agrees": (
        with_an_end_that_agrees, "latest, which has seq", ("latest", "17/nbs")),
    "an end behind the ledger's": (
        put("plan", "end", "1999999999999-0"), "the plan's end (1999999999999-0)",
        ("plan", "end")),
    "a newer record": (
        put("latest", "17/mof", newer(17, "mof", 2**53 - 1)),
        "latest, which has seq 9007199254740991 of 17/mof", ("latest", "17/mof")),
    "records that the ledger has not": (
        both(put("latest", "106/mof", newer(106, "mof", 7)),
             put("latest", "5/x", newer(5, "x", 7))),
        "latest, which has seq 7 of ", ("latest", "5/x")),
    "a checkpoint of later": (
        change("rollup", "state", repacked(lambda s: s.__setitem__(1, "1999999999999-0"))),
        "the checkpoint (1999999999999-0)", ("checkpoint", "*")),
    "a checkpoint of the greatest position": (
        change("rollup", "state", repacked(lambda s: s.__setitem__(1, GREATEST))),
        f"the checkpoint ({GREATEST})", ("checkpoint", "*")),
    "a checkpoint that says it is of later": (
        put("rollup", "position", "1999999999999-0"), "the checkpoint (1999999999999-0)",
        ("checkpoint", "position")),
    "summaries of later": (
        put("rollup", "summary_position", "1999999999999-0"),
        "the summaries (1999999999999-0)", ("summary", "*")),
    "summaries of the greatest position": (
        put("rollup", "summary_position", GREATEST), f"the summaries ({GREATEST})",
        ("summary", "*")),
}


@pytest.mark.parametrize("name", OLDER)
def test_nothing_is_repaired_from_an_older_ledger(world_kept, name):
    how, message, also = OLDER[name]
    how(world_kept.redis.client, world_kept.redis.key)
    before = everything(world_kept)
    said = verify(world_kept, want=65)
    named = [f["message"] for f in said["findings"] if f["what"] == "ledger"]
    assert any("older than " + message in one for one in named), said["findings"]
    assert also is None or also in found(said), said["findings"]
    if "*" in (also or ()):
        assert any("the ledger has no entry at" in f["message"] for f in said["findings"])
    assert verify(world_kept, "--repair", want=65)["repair"]["refused"]
    assert everything(world_kept) == before
    text = world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--repair")
    assert text.returncode == 65 and "bring the ledger back from a backup" in text.stdout


def test_what_no_aggregator_kept_is_missing_as_far_as_the_ledger_goes(world_kept):
    """Days before that of the last entry are over for everybody who folds the ledger."""
    store, key = world_kept.redis.client, world_kept.redis.key
    days = sorted(store.hkeys(key("trend")))
    store.delete(key("rollup"), key("summary"))
    store.hdel(key("trend"), *days[20:])
    said = verify(world_kept, want=65)
    last_day = store.xlen(key("ledger")) - 1  # one entry a day
    assert found(said) == [("trend", day.decode()) for day in days[20:last_day]]
    assert verify(world_kept, "--repair")["repair"]["put_right"] == last_day - 20
    assert verify(world_kept)["days"] == last_day
    store.delete(key("trend"))
    assert verify(world_kept)["equal"]  # nobody keeps anything


def test_days_that_are_being_kept_are_waited_for(world_kept):
    store, key = world_kept.redis.client, world_kept.redis.key
    store.delete(key("rollup"), key("summary"))
    newest = sorted(store.hgetall(key("trend")).items())[30:]
    store.hdel(key("trend"), *dict(newest))
    needed = store.xlen(key("ledger")) - 1 - 30  # one entry a day
    looked = calls(world_kept, "hexists") + needed

    def keep():
        wait_for(lambda: calls(world_kept, "hexists") >= looked, "it has looked for them once")
        store.hset(key("trend"), mapping=dict(newest))

    keeper = threading.Thread(target=keep)
    keeper.start()
    said = verify(world_kept)
    keeper.join()
    assert said["equal"]


@pytest.mark.parametrize("name, record, message", [
    ("stale", [1, 1, AT, "mof", [0, 17, AT, "in_progress", 100]], "does not rise above seq"),
    ("foreign", [1, 1, AT, "mof", [0, 1, AT, "in_progress", 100]], "has no such obligation"),
])
def test_a_record_that_no_collector_writes_is_a_warning(world_kept, name, record, message):
    store, key = world_kept.redis.client, world_kept.redis.key
    blob = client.pack(record)
    add(records=blob)(store, key)
    if name == "foreign":
        store.hset(key("latest"), f"{record[4][1]}/mof", blob)
        store.hincrby(key("plan"), "held", 1)
    said = verify(world_kept)
    assert said["equal"] and said["warnings"] == 1
    assert found(said, "warning") == [("ledger", ledger_end(world_kept))]
    assert message in said["findings"][0]["message"]
    assert verify(world_kept, "--repair")["repair"] is None


def test_a_hundred_findings_of_a_kind_are_named_and_the_rest_counted(world_kept):
    store, key = world_kept.redis.client, world_kept.redis.key
    store.hset(key("latest"), mapping={f"{n}/nobody": b"x" for n in range(1, 251)})
    said = verify(world_kept, want=65)
    assert (said["differences"], len(said["findings"])) == (250, 100)
    text = world_kept.tuijin("verify", "--redis", world_kept.redis.url)
    assert len(text.stdout.splitlines()) == 102
    assert "latest: 150 more differences\n" in text.stdout
    assert text.stdout.endswith(": 250 differences\n")
    mended = verify(world_kept, "--repair")
    assert mended["repair"] == {"refused": False, "put_right": 250, "left": 0}
    assert verify(world_kept)["equal"]


# Bytes of any kind

def broken(rng, blob):
    blob = bytearray(blob)
    for _ in range(rng.choice((1, 1, 4))):
        at = rng.randrange(len(blob) + 1)
        kind = rng.randrange(3)
        if kind == 0 and at < len(blob):
            blob[at] = rng.randrange(256)
        elif kind == 1:
            del blob[at:at + rng.choice((1, 5, 10**6))]
        else:
            blob[at:at] = rng.randbytes(rng.choice((1, 5)))
    return bytes(blob)


def test_broken_bytes_anywhere_are_found_and_harm_nothing(world_kept):
    seed = random.randrange(2**32)
    print("seed", seed)
    rng, store, key = random.Random(seed), world_kept.redis.client, world_kept.redis.key
    before = everything(world_kept)
    for _ in range(30 if is_sanitized() else 60):
        name = rng.choice(REPAIRED)
        field, value = rng.choice(sorted(before[name].items()))
        value = broken(rng, value)
        store.hset(key(name), field, value)
        said = verify(world_kept, want=0 if value == before[name][field] else 65)
        assert said["equal"] == (value == before[name][field])
        store.hset(key(name), field, before[name][field])


def test_a_broken_entry_anywhere_in_the_ledger_harms_nothing(world_kept):
    seed = random.randrange(2**32)
    print("seed", seed)
    rng, store, key = random.Random(seed), world_kept.redis.client, world_kept.redis.key
    entries = store.xrange(key("ledger"))
    for _ in range(10 if is_sanitized() else 20):
        worst = rng.randrange(len(entries))
        store.delete(key("ledger"))
        for i, (position, fields) in enumerate(entries):
            if i == worst:
                name = rng.choice(sorted(fields))
                fields = {**fields, name: broken(rng, fields[name])}
            store.xadd(key("ledger"), fields, id=position)
        done = world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--plan", PLAN)
        assert done.returncode in (0, 65) and done.stderr == "", (done.returncode, done.stderr)
        assert done.stdout


@pytest.mark.parametrize("position", [
    "253402300800000-0", "9223372036854775807-0", f"{2**64 - 1}-{2**64 - 1}"])
def test_an_entry_of_the_end_of_time_harms_nothing(world_kept, position):
    store, key = world_kept.redis.client, world_kept.redis.key
    blob = client.pack([1, 2**53 - 1, AT, "mof", [0, 17, AT, "in_progress", 100]])
    store.hset(key("plan"), "end", store.xadd(key("ledger"), {"records": blob}, id=position))
    said = verify(world_kept, want=65)
    assert ("latest", "17/mof") in found(said)
    assert ("ledger", position) in found(said, "warning")
    assert any("beyond the year 9999" in f["message"] for f in said["findings"])


def test_a_ledger_that_ends_at_the_greatest_position_is_read_to_its_end():
    """Sixteen entries are what is asked for at once."""
    with World(appendfsync="no") as w:
        ledger, key = made.Ledger(w), w.redis.key("plan", made.PLAN)
        ledger.load("2026-01-05T09:00")
        for day in range(1, 15):
            ledger.say(f"2026-02-{day:02}T09:00",
                       made.status("mof", day, 1, 100 * day, made.ms("2026-01-06T09:00")))
        record = made.status("mof", 99, 1, 5000, made.ms("2026-01-06T09:00"))
        record[2] = AT
        blob = client.pack(record)
        w.redis.client.xadd(w.redis.key("ledger", made.PLAN), {"records": blob}, id=GREATEST)
        w.redis.client.hset(key, mapping={"end": GREATEST, "held": 1})
        w.redis.client.hset(w.redis.key("latest", made.PLAN), "1/mof", blob)
        said = verify(w, plan=made.PLAN)
        assert (said["entries"], said["warnings"]) == (16, 1)
        for command in (["rollup"], ["history", "--task", "1"]):
            done = w.tuijin(*command, "--redis", w.redis.url, "--plan", made.PLAN)
            assert (done.returncode, done.stderr) == (0, ""), done.stderr


# A plan that is large: nothing holds Redis up

def test_redis_is_asked_for_a_little_at_a_time(world_kept):
    store, key = world_kept.redis.client, world_kept.redis.key
    days = store.hkeys(key("trend"))
    for day in days:
        store.hset(key("trend"), day, random.randbytes(2**20))
    for n in range(1, 40001, 1000):
        store.hset(key("latest"), mapping={f"{m}/nobody": 1000 * b"x" for m in range(n, n + 1000)})
    for flags, status in (([], 65), (["--repair"], 0)):
        store.config_resetstat()
        before = store.info("memory")["used_memory"]
        said = verify(world_kept, *flags, want=status)
        assert said["differences"] == 40000 + len(days)
        assert store.info("memory")["used_memory_peak"] - before < 30 * 2**20
    assert said["repair"] == {"refused": False, "put_right": 40000 + len(days), "left": 0}
    assert verify(world_kept)["equal"]


class Meddler:
    """Does something to Redis as soon as a repair has begun to remove strange summaries."""

    STRANGERS = 60000

    def __init__(self, world, meddle):
        self.store, self.key, self.meddle = world.redis.client, world.redis.key("summary"), meddle
        for n in range(0, self.STRANGERS, 1000):
            self.store.hset(self.key, mapping={f"{m}": b"x" for m in range(n, n + 1000)})
        self.before = self.store.hlen(self.key)
        self.thread = threading.Thread(target=self.run)

    def run(self):
        wait_for(lambda: self.store.hlen(self.key) < self.before, "the repair has begun", 60)
        self.meddle()
        self.left = self.store.hlen(self.key)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.thread.join()


def test_a_repair_that_fails_says_how_far_it_came(world_kept):
    store = world_kept.redis.client
    meddler = Meddler(world_kept, lambda: store.config_set("min-replicas-to-write", 1))
    with meddler:
        done = world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--repair")
    assert done.returncode == 69
    assert "tuijin verify: repair: redis: " in done.stderr and "NOREPLICAS" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("summary ") and lines[0].endswith(": the plan has no such scope")
    assert lines[-3].endswith(f": {meddler.STRANGERS:,} differences")
    put_right = int(lines[-2].split(" fields put right")[0].replace(",", ""))
    assert put_right == meddler.before - meddler.left
    assert f"{meddler.STRANGERS - put_right:,} fields are not" in lines[-2]
    store.config_set("min-replicas-to-write", 0)
    assert verify(world_kept, "--repair")["repair"]["left"] == 0
    assert verify(world_kept)["equal"]


def test_a_repair_that_fails_at_once_has_named_what_it_found(world_kept):
    store = world_kept.redis.client
    store.hdel(world_kept.redis.key("latest"), "17/mof")
    store.config_set("min-replicas-to-write", 1)
    text = world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--repair")
    done = world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--repair", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == text.returncode == 69
    assert "latest 17/mof: is missing" in text.stdout
    assert "0 fields put right, then Redis failed: 1 field is not" in text.stdout
    assert found(said) == [("latest", "17/mof")] and "NOREPLICAS" in said["repair"]["failure"]


def held(world):
    return int(world.redis.client.hget(world.redis.key("plan"), "held"))


@pytest.mark.parametrize("name, how", [
    ("nothing of latest is repaired", lambda store, key: None),
    ("a record is put back", drop("latest", "17/mof")),
    ("a stranger is removed", put("latest", "1/nobody", b"x")),
    ("held is put right", put("plan", "held", "1")),
])
def test_a_repair_does_not_hide_that_latest_is_lost_meanwhile(world_kept, name, how):
    store, latest, want = world_kept.redis.client, world_kept.redis.key("latest"), held(world_kept)
    how(store, world_kept.redis.key)
    with Meddler(world_kept, lambda: store.delete(latest)):
        world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--repair")
    assert held(world_kept) == want > store.hlen(latest)
    verify(world_kept, "--repair")
    assert store.hlen(latest) == held(world_kept) == want
    assert verify(world_kept)["equal"]


def test_a_repair_drops_no_key_that_became_another_meanwhile(world_kept):
    store, trend = world_kept.redis.client, world_kept.redis.key("trend")
    with Meddler(world_kept, lambda: string_for("trend")(store, world_kept.redis.key)):
        done = world_kept.tuijin("verify", "--redis", world_kept.redis.url, "--repair")
    assert done.returncode == 69 and "WRONGTYPE" in done.stderr and "string" in done.stderr
    assert store.get(trend) == b"garbage"
    assert verify(world_kept, "--repair")["repair"]["left"] == 0
    assert verify(world_kept)["equal"]


# Daemons that run

def test_all_is_equal_while_reports_flow_in(world, plan):
    collector, aggregator = world.collector(bind="ipc"), world.aggregator(bind="ipc")
    load = Load(world, [collector.endpoint], plan)
    load.start()
    for _ in range(8):
        assert verify(world)["equal"]
    world.load_plan(revised(world, "two.yaml"))
    for _ in range(4):
        assert verify(world)["equal"]
    load.finish()
    assert aggregator.stop() == 0
    said = verify(world)
    assert said["equal"] and said["checkpoint"] and said["records"] > 100


def test_a_lost_latest_is_repaired_and_the_stuck_collector_goes_on(world):
    collector = world.collector(bind="ipc")
    sta, mof = (world.agency(a, collector) for a in ("sta", "mof"))
    assert results(sta.report(5, word(17, 50, AT))) == ["accepted"]
    assert results(mof.report(5, word(17, 50, AT))) == ["accepted"]
    world.redis.client.delete(world.redis.key("latest"))
    assert is_unavailable(once(sta, 6, word(17, 60, AT)))
    assert "latest" in collector.wait_line("event=trouble")
    said = verify(world, "--repair")
    assert found(said) == [("latest", "17/sta"), ("latest", "17/mof")] or \
        found(said) == [("latest", "17/mof"), ("latest", "17/sta")]
    assert results(sta.report(4, word(17, 4, AT))) == ["superseded"]
    assert results(sta.report(6, word(17, 60, AT))) == ["accepted"]
    collector.wait_line("event=recovered")
    assert verify(world)["equal"]


def test_what_was_repaired_under_a_running_pair_stays_right(world, plan):
    collector, aggregator = world.collector(bind="ipc"), world.aggregator(bind="ipc")
    store, key = world.redis.client, world.redis.key

    def report(seq):
        everybody(world, collector, plan, seq)
        end = ledger_end(world).encode()
        wait_for(lambda: store.hget(key("rollup"), "summary_position") == end, "kept")

    report(1)
    store.hset(key("latest"), "1/nobody", b"x")
    report(2)  # `held` counts the stranger now
    store.hset(key("summary"), TOPIC, b"x")
    store.hdel(key("summary"), f"{PLAN}/overall/")
    assert set(found(verify(world, "--repair"))) == {
        ("plan", "held"), ("latest", "1/nobody"),
        ("summary", TOPIC), ("summary", f"{PLAN}/overall/")}
    report(3)
    assert verify(world)["equal"]
    assert collector.find("event=trouble") is None and aggregator.find("event=trouble") is None


def test_what_was_written_since_it_was_found_wrong_is_left_alone(world, plan):
    """Repairs race with a collector that writes the very fields."""
    collector = world.collector(bind="ipc")
    everybody(world, collector, plan, 1)
    mof, latest = world.agency("mof", collector), world.redis.key("latest")
    load = Load(world, [collector.endpoint], plan)
    load.start()
    for seq in range(2, 12):
        fields = world.redis.client.hkeys(latest)
        world.redis.client.hset(latest, mapping={f: b"x" for f in random.sample(fields, 20)})
        done = world.tuijin("verify", "--redis", world.redis.url, "--plan", PLAN, "--repair")
        assert done.returncode in (0, 65), done.stderr
        assert results(mof.report(10**15 + seq, word(17, seq, AT))) == ["accepted"]
    load.finish()
    assert verify(world)["equal"]


# Which plans, and what else can be said

def test_all_plans_one_after_another(world):
    load_small_plan(world, "small")
    done = world.tuijin("verify", "--redis", world.redis.url, "--all", "--json")
    assert done.returncode == 0
    assert [json.loads(line)["plan"] for line in done.stdout.splitlines()] == [PLAN, "small"]
    world.redis.client.hset(world.redis.key("plan", "small"), "end", "1-0")
    done = world.tuijin("verify", "--redis", world.redis.url, "--all")
    assert done.returncode == 65
    assert done.stdout.count("all equal") == 1 and "plan end: is 1-0" in done.stdout
    assert verify(world)["equal"]


def test_a_plan_of_which_nothing_was_said_is_equal(world):
    assert verify(world)["records"] == 0
    text = world.tuijin("verify", "--redis", world.redis.url).stdout
    assert text == (f"plan {PLAN} revision 1: 1 entry, 0 records, 0 in latest, no checkpoint, "
                    "0 summaries, 0 days, 0 seals, 1 entry not yet sealed: all equal\n")


@pytest.mark.parametrize("flags, status, message", [
    (["--plan", "ghost"], 65, "plan ghost is not loaded"),
    (["--plan", "no name"], 64, "not the name of a plan"),
    (["--plan", PLAN, "--all"], 64, "do not go together"),
    ([], 64, "2 plans are loaded: name one with --plan, or say --all"),
])
def test_what_cannot_be_verified_is_said(world, flags, status, message):
    load_small_plan(world, "small")
    done = world.tuijin("verify", "--redis", world.redis.url, *flags)
    assert (done.returncode, done.stdout) == (status, "") and message in done.stderr


def test_without_plans_or_redis_it_says_so():
    with World() as w:
        done = w.tuijin("verify", "--redis", w.redis.url, "--all")
        assert done.returncode == 65 and "no plan is loaded" in done.stderr
        w.redis.stop()
        done = w.tuijin("verify", "--redis", w.redis.url, "--plan", PLAN)
        assert done.returncode == 69 and "redis" in done.stderr
