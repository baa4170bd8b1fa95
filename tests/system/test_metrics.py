"""/metrics and /readyz of every program against what really happened; docs/metrics.md against both."""

import re
import shutil
import time

import client
import pytest
import web
import zmq
from faults import AT, load_small_plan, stopped
from harness import PLAN, ROOT, World, results, wait_for, word
from scraped import Metrics, becomes, get

REPORTS, REFUSALS = "tuijin_collector_reports_total", "tuijin_collector_refusals_total"
ROW = re.compile(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \|([^|]*)\|", re.M)
DAEMONS = ("tuijin-collector", "tuijin-aggregator")
MEMORY = ("tuijin_redis_memory_used_bytes", "tuijin_redis_memory_max_bytes", "tuijin_redis_aof_size_bytes",
          "tuijin_redis_aof_last_write_ok")


def documented():
    """{metric: (type, labels)}"""
    text = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert len(rows) == len(dict((n, 0) for n, _, _ in rows)) > 50
    return {name: (kind, set(re.findall(r"`([a-z_]+)`", labels))) for name, kind, labels in rows}


@pytest.fixture(scope="module")
def all_programs():
    """One of each, with keys, after a report and a look at Redis and its disk."""
    with World(keys=True) as w:
        w.load_plan()
        w.keys.make("guest")
        w.keys.authorize("guest", "@subscriber", "expires=2099-12-31")
        collector = w.collector()
        aggregator = w.aggregator("--redis-disk", w.folder)
        programs = [collector, aggregator, web.start(w, aggregator)]
        cnipa = w.agency("cnipa", collector)
        assert results(cnipa.report(w.next_seq(), word(2, 30, AT), word(999, 1, AT))) == ["accepted", "unknown_task"]
        becomes(aggregator, lambda m: m.has("tuijin_redis_memory_used_bytes")
                and m.has("tuijin_aggregator_checkpoint_timestamp_seconds", plan=PLAN)
                and m.has("tuijin_aggregator_ledger_lag_seconds", plan=PLAN), "it has looked at all of it")
        yield programs


def test_promtool_finds_nothing_wrong(all_programs):
    for program in all_programs:
        Metrics(program).check()


def test_every_metric_is_documented_as_it_is_and_every_documented_one_is_there(all_programs):
    kinds, labels = {}, {}
    for program in all_programs:
        m = Metrics(program)
        for name, kind in m.types.items():
            assert kinds.setdefault(name, kind) == kind
        for name, series in m.samples.items():
            family = re.sub("_(bucket|sum|count)$", "", name) if name not in m.types else name
            labels.setdefault(family, set()).update(k for has in series for k, _ in has if k != "le")
    rows = documented()
    assert set(kinds) == set(rows), set(kinds) ^ set(rows)
    assert {name: (kind, labels.get(name, set())) for name, kind in kinds.items()} == rows


def test_every_program_says_what_it_is_and_that_it_is_well(all_programs):
    for program, name in zip(all_programs, (*DAEMONS, "tuijin-dashboard")):
        assert get(program, "/healthz") == (200, "ok\n")
        assert wait_for(lambda p=program: get(p, "/readyz") == (200, "ready\n"), "it is ready")
        m = Metrics(program)
        assert m("tuijin_ready") == 1
        assert [has["program"] for has, v in m.of("tuijin_build_info") if v == 1] == [name]
        assert time.time() - 600 < m("process_start_time_seconds") < time.time() + 2
        assert 0 < m("process_open_fds") < m("process_max_fds")


# The collector

def reports_of(m, agency, plan=PLAN):
    return {has["result"]: int(v) for has, v in m.of(REPORTS)
            if (has["plan"], has["agency"]) == (plan, agency) and v}


def refusals_of(m, agency, plan=PLAN):
    return {has["code"]: int(v) for has, v in m.of(REFUSALS) if (has["plan"], has["agency"]) == (plan, agency)}


def test_what_became_of_reports_is_counted_of_each_agency(world, plan):
    one, two = [t.number for t in plan.tasks if "cnipa" in t.agencies][:2]
    foreign = next(t.number for t in plan.tasks if "cnipa" not in t.agencies)
    collector = world.collector()
    sta, cnipa, stranger = (world.agency(a, collector) for a in ("sta", "cnipa", "nobody"))
    began = time.time()
    assert results(sta.report(10, word(17, 10, AT))) == ["accepted"]
    heard = Metrics(collector)("tuijin_collector_last_heard_timestamp_seconds", plan=PLAN, agency="sta")
    assert began - 1 < heard < time.time() + 1
    assert results(sta.report(10, word(17, 10, AT))) == ["duplicate"]
    assert results(sta.report(10, word(17, 11, AT))) == ["conflict"]
    assert results(sta.report(9, word(17, 11, AT))) == ["superseded"]
    assert results(cnipa.report(1, word(one, 1, AT), word(two, 2, AT), word(999, 1, AT), word(foreign, 1, AT))) == [
        "accepted", "accepted", "unknown_task", "not_responsible"]
    assert stranger.report(1, word(17, 1, AT))["code"] == "unknown_agency"
    assert sta.status()["kind"] == "status"
    elsewhere = world.agency("sta", collector, plan="no-such-plan")
    assert elsewhere.report(1, word(17, 1, AT))["code"] == "unknown_plan"
    assert sta.ask(b"\xc1")["code"] == "malformed"
    sta.socket.send_multipart([b"x", b"y"])
    assert sta.receive()["code"] == "malformed"

    m = Metrics(collector).check()
    assert reports_of(m, "sta") == {"accepted": 1, "duplicate": 1, "conflict": 1, "superseded": 1}
    assert reports_of(m, "cnipa") == {"accepted": 2, "rejected": 2}
    assert m(REPORTS, plan=PLAN, agency="mof", result="accepted") == 0
    assert refusals_of(m, "cnipa") == {"unknown_task": 1, "not_responsible": 1}
    assert refusals_of(m, "") == {"unknown_agency": 1}
    assert refusals_of(m, "", "") == {"unknown_plan": 1, "malformed": 2}
    assert m.total(REFUSALS) == 6
    assert m("tuijin_collector_messages_total") == 10
    assert [has["agency"] for has, _ in m.of("tuijin_collector_last_heard_timestamp_seconds")] == ["cnipa", "sta"]
    assert m("tuijin_collector_last_heard_timestamp_seconds", plan=PLAN, agency="sta") == heard
    check_batches(m, acks=5, reports=8)


def check_batches(m, acks, reports):
    """Each of these was stored for itself: acked messages, a question and a stranger's."""
    batches = m("tuijin_collector_batches_total")
    assert batches == acks + 2 == m("tuijin_collector_batch_reports_count")
    assert m("tuijin_collector_batch_reports_sum") == reports
    assert m("tuijin_collector_batch_reports_bucket", le="1") == batches - 1
    assert m("tuijin_collector_store_seconds_count") == batches
    assert m("tuijin_collector_ack_seconds_count") == acks
    assert 0 < m("tuijin_collector_store_seconds_sum") < 30
    assert 0 < m("tuijin_collector_ack_seconds_sum") < 30
    assert m("tuijin_collector_queue_messages", plan=PLAN) == 0
    assert m("tuijin_collector_in_flight_messages", plan=PLAN) == 0
    assert m("tuijin_store_durability", plan=PLAN, durability="fsync") == 1


def test_each_ack_is_timed_though_many_are_stored_together(world):
    collector, count = world.collector(), 300
    sender = world.agency("sta", collector)
    with stopped(world.redis):  # the first keeps the others waiting, but not for as long as they may
        for seq in range(count):
            sender.socket.send(client.pack(sender.envelope(seq + 1, [word(17, seq / 10, AT)])))
        becomes(collector, lambda m: m("tuijin_collector_messages_total") == count, "all are taken")
    for _ in range(count):
        assert results(sender.receive()) == ["accepted"]
    m = Metrics(collector)
    assert m("tuijin_collector_ack_seconds_count") == count == m("tuijin_collector_batch_reports_sum")
    assert m("tuijin_collector_batches_total") < count / 2


def test_strangers_make_no_series(world):
    collector = world.collector()
    sender = world.agency("nobody", collector)
    assert sender.report(1, word(17, 1, AT))["code"] == "unknown_agency"
    sender.plan = "nowhere"
    assert sender.report(1, word(17, 1, AT))["code"] == "unknown_plan"
    before, count = Metrics(collector), 2000
    for i in range(count):
        sender.plan, sender.agency = (PLAN, f"agency-{i}") if i % 2 else (f"plan-{i}", 'x"\n\\{')
        sender.socket.send(client.pack(sender.envelope(i + 1, [word(17, 1, AT)])))
    for _ in range(count):
        assert sender.receive()["kind"] == "error"
    after = Metrics(collector).check()
    assert after.series() == before.series()
    assert refusals_of(after, "") == {"unknown_agency": 1 + count // 2}
    assert refusals_of(after, "", "") == {"unknown_plan": 1 + count // 2}


def test_with_keys_a_refusal_is_of_whose_key_it_was(guarded):
    collector = guarded.collector()
    sender = guarded.agency("mof", collector, key="sta")
    assert sender.report(1, word(17, 1, AT))["code"] == "not_authorized"
    watcher = guarded.agency("mof", collector, key="subscriber")
    assert watcher.report(1, word(17, 1, AT))["code"] == "not_authorized"
    sender = guarded.agency("sta", collector)
    sender.plan = "nowhere"
    assert sender.report(1, word(17, 1, AT))["code"] == "unknown_plan"
    m = Metrics(collector)
    assert refusals_of(m, "sta") == {"not_authorized": 1}
    assert refusals_of(m, "mof") == {"not_authorized": 1}  # as it says: the key is no agency's
    assert refusals_of(m, "", "") == {"unknown_plan": 1}
    assert m("tuijin_sessions_admitted_total") == 3


def test_what_waits_for_redis_and_what_is_told_to_come_again(world):
    collector = world.collector()
    sta, cnipa = world.agency("sta", collector), world.agency("cnipa", collector)
    with stopped(world.redis):
        sta.socket.send(client.pack(sta.envelope(1, [word(17, 1, AT)])))
        becomes(collector, lambda m: m("tuijin_collector_in_flight_messages", plan=PLAN) == 1, "it is sent")
        for seq in range(3):
            cnipa.socket.send(client.pack(cnipa.envelope(seq + 1, [word(2, 1, AT)])))
        becomes(collector, lambda m: m("tuijin_collector_queue_messages", plan=PLAN) == 3, "they wait")
        for sender in (sta, cnipa, cnipa, cnipa):
            assert sender.receive()["code"] == "unavailable"
        m = becomes(collector, lambda m: m("tuijin_store_up", plan=PLAN) == 0, "it is away")
        assert m("tuijin_collector_unavailable_total") == 4
        assert refusals_of(m, "cnipa") == {"unavailable": 3} and refusals_of(m, "sta") == {"unavailable": 1}
        assert not m.of("tuijin_store_durability") and m("tuijin_ready") == 0
        status, why = get(collector, "/readyz")
        assert status == 503 and why.startswith(f"plan {PLAN}: ")
        assert get(collector, "/healthz") == (200, "ok\n")
    becomes(collector, lambda m: m("tuijin_store_up", plan=PLAN) == 1, "it is back")
    assert get(collector, "/readyz") == (200, "ready\n")


HEAD = """format: 1
id: {plan}
revision: {revision}
title: {{zh: "{plan}"}}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {{every: quarter, due_days: 10}}
office: jco
agencies:
{agencies}chapters:
  - number: 1
    zh: "1"
    tasks:
{tasks}"""


def plan_of(world, agencies, revision, plan="many"):
    """A plan in which each of these agencies has a task of its own."""
    file = world.folder / f"{plan}-{revision}.yaml"
    lines = [f'  - {{id: {a}, zh: "{a}"}}\n' for a in ("jco", *agencies)]
    tasks = [f'      - {{number: {n}, zh: "{n}", agencies: [{a}]}}\n' for n, a in enumerate(agencies, 1)]
    file.write_text(HEAD.format(plan=plan, revision=revision, agencies="".join(lines), tasks="".join(tasks)),
                    encoding="utf-8")
    world.load_plan(file)


def test_counts_outlive_a_revision_by_agency_and_what_it_drops_is_of_the_others():
    with World() as world:
        plan_of(world, ("a", "b", "other", "c"), 1)
        collector = world.collector()
        for task, agency in enumerate(("a", "b", "other", "c"), 1):
            sender = world.agency(agency, collector, plan="many")
            for seq in range(task):
                assert results(sender.report(seq + 1, word(task, seq, AT))) == ["accepted"]
        m = Metrics(collector).check()
        assert [reports_of(m, x, "many") for x in ("a", "b", "c")] == [{"accepted": n} for n in (1, 2, 4)]
        assert reports_of(m, "other", "many") == {"accepted": 3}  # an agency has this id

        plan_of(world, ("c", "new", "a"), 2)
        sender = world.agency("new", collector, plan="many")
        seqs = iter(range(1, 10**6))
        wait_for(lambda: sender.report(next(seqs), word(2, 1, AT))["kind"] == "ack", "the revision is in force")
        m = Metrics(collector).check()
        assert [reports_of(m, x, "many")["accepted"] for x in ("a", "c", "new", "other")] == [1, 4, 1, 5]
        assert not reports_of(m, "b", "many")


def test_agencies_beyond_two_thousand_are_one():
    with World() as world:
        for plan in ("one", "two", "zwei"):
            plan_of(world, [f"{plan}-{i}" for i in range(800)], 1, plan)
        collector, aggregator = world.collector(), world.aggregator()
        for plan, i in (("one", 0), ("two", 799), ("zwei", 0), ("zwei", 397), ("zwei", 398), ("zwei", 799)):
            sender = world.agency(f"{plan}-{i}", collector, plan=plan)
            assert results(sender.report(1, word(i + 1, 5, AT))) == ["accepted"]
        m = Metrics(collector).check()
        # 801 of each, with the office: of the last plan there is room for 398
        shown = {(has["plan"], has["agency"]) for has, _ in m.of(REPORTS)}
        assert len(shown) == 2001 and ("zwei", "other") in shown and ("one", "other") not in shown
        assert reports_of(m, "zwei-0", "zwei") == {"accepted": 1} == reports_of(m, "two-799", "two")
        assert reports_of(m, "other", "zwei") == {"accepted": 3}
        assert m.total(REPORTS) == 6
        m = becomes(aggregator, lambda m: m.total("tuijin_aggregator_records_total") == 6, "all is folded").check()
        heard = m.of("tuijin_agency_last_heard_timestamp_seconds")
        assert {(has["plan"], has["agency"]) for has, _ in heard} == shown
        starts = 1767196800  # 2026-01-01 at +08:00
        assert m("tuijin_agency_last_heard_timestamp_seconds", plan="zwei", agency="other") == starts
        assert m("tuijin_agency_last_heard_timestamp_seconds", plan="zwei", agency="zwei-0") > starts
        assert len(m.text) < 2_000_000


# The aggregator

def test_how_a_plan_stands_is_what_is_published(world, plan):
    collector, aggregator = world.collector(), world.aggregator()
    began = time.time()
    assert results(world.agency("sta", collector).report(1, word(17, 55.5, AT))) == ["accepted"]
    m = becomes(aggregator, lambda m: m("tuijin_aggregator_records_total", plan=PLAN) == 1, "it is folded")
    copy = world.subscriber(aggregator)
    copy.snapshot()
    copy.until(lambda: copy.data[f"{PLAN}/overall/"]["percent"] > 0, "it is published")
    copy.until(lambda: copy.tick and copy.tick["digest"] == copy.digest(), "all of it")
    shown = {topic.removeprefix(f"{PLAN}/"): data for topic, data in copy.data.items()}
    overall = shown["overall/"]
    assert m("tuijin_plan_completion_percent", plan=PLAN) == overall["percent"] > 0
    assert m("tuijin_plan_expected_percent", plan=PLAN) == overall["expected"] > 0
    lights = [data["light"] for topic, data in shown.items() if topic.startswith("task/")]
    assert {has["light"]: v for has, v in m.of("tuijin_plan_tasks")} == {
        light: lights.count(light) for light in ("grey", "blue", "green", "yellow", "red")}
    said = [topic.split("/")[2] for topic in copy.alerts]
    assert {has["what"]: v for has, v in m.of("tuijin_plan_alerts") if v} == {x: said.count(x) for x in said}
    for agency in plan.agencies:
        last = shown[f"agency/{agency}/"]["last_period"]
        missed = last["expected"] - last["reported"] if last else 0
        assert m("tuijin_agency_missed_obligations", plan=PLAN, agency=agency) == missed
        heard = m("tuijin_agency_last_heard_timestamp_seconds", plan=PLAN, agency=agency)
        assert began - 1 < heard < time.time() + 1 if agency == "sta" else heard == 1767196800
    assert m("tuijin_aggregator_entries_total", plan=PLAN) == 2
    assert Metrics(aggregator)("tuijin_aggregator_published_total", plan=PLAN) > 0
    assert m("tuijin_store_up", plan=PLAN) == 1
    assert m("tuijin_aggregator_ledger_changed", plan=PLAN) == 0


@pytest.mark.parametrize("day, days", (("2025-06-01", 90), ("2026-03-31", 90), ("2026-04-01", 91),
                                       ("2026-12-31", 92), ("2027-08-01", 92)))
def test_the_silence_limit_is_a_period_and_its_grace(world, day, days):
    aggregator = world.aggregator("--today", day)
    m = Metrics(aggregator).check()
    assert m("tuijin_plan_silence_limit_seconds", plan=PLAN) == (days + 10) * 86400
    assert not m.of("tuijin_aggregator_checkpoint_timestamp_seconds")


def test_the_lag_is_how_far_the_ledger_is_ahead(world):
    aggregator = world.aggregator()
    becomes(aggregator, lambda m: m.has("tuijin_aggregator_ledger_lag_seconds", plan=PLAN)
            and m("tuijin_aggregator_ledger_lag_seconds", plan=PLAN) == 0, "it is in step")
    key, end = world.redis.key("plan"), world.redis.client.hget(world.redis.key("plan"), "end").decode()
    ahead = int(world.since().split("-")[0]) + 90_500
    world.redis.client.hset(key, "end", f"{ahead}-0")  # an entry that it never gets
    becomes(aggregator, lambda m: m("tuijin_aggregator_ledger_lag_seconds", plan=PLAN) == 90.5, "it is behind")
    world.redis.client.hset(key, "end", end)
    becomes(aggregator, lambda m: m("tuijin_aggregator_ledger_lag_seconds", plan=PLAN) == 0, "it is in step again")


def test_a_checkpoint_that_redis_took_is_dated(world):
    began = time.time()
    m = becomes(world.aggregator(), lambda m: m.of("tuijin_aggregator_checkpoint_timestamp_seconds"), "there is one")
    assert began - 1 < m("tuijin_aggregator_checkpoint_timestamp_seconds", plan=PLAN) < time.time() + 1


def test_subscribers_are_counted_while_they_are_there(guarded):
    aggregator = guarded.aggregator()
    count = lambda m: m("tuijin_aggregator_subscribers")  # noqa: E731
    there = [guarded.subscriber(aggregator) for _ in range(5)]
    guarded.keys.make("stray")
    stray = guarded.subscriber(aggregator, key="stray")
    for subscriber in there:
        subscriber.snapshot()
    m = becomes(aggregator, lambda m: count(m) == 5 and m("tuijin_sessions_refused_total") > 1, "five")
    assert m("tuijin_aggregator_snapshots_total") == 5
    stray.close()
    for subscriber in there[:3]:
        subscriber.close()
    becomes(aggregator, lambda m: count(m) == 2, "two")
    for _ in range(30):  # come and vanish
        guarded.subscriber(aggregator).close()
    becomes(aggregator, lambda m: count(m) == 2, "two still")
    # The door binds again: all sessions end, those who may come back.
    guarded.keys.authorize("stray", "@subscriber")
    aggregator.reload()
    guarded.keys.withdraw("stray")
    aggregator.reload()
    m = becomes(aggregator, lambda m: m("tuijin_sessions_ended_total", reason="key") == 1, "the door")
    becomes(aggregator, lambda m: count(m) == 2, "two have come back")


def flood(world, aggregator, snapshots):
    """A socket that asks for so many snapshots and reads none."""
    slow = world.context_to(aggregator, "subscriber" if aggregator.key else None).socket(zmq.SUB)
    world.sockets.append(slow)
    slow.linger, slow.rcvhwm, slow.sndhwm = 0, 1, 0
    slow.connect(aggregator.endpoint)
    slow.subscribe(b"slow")
    for i in range(snapshots):
        slow.subscribe(b"snap/%024d/" % i)
    return slow


def test_a_slow_subscriber_is_noticed_and_costs_others_nothing(world):
    aggregator = world.aggregator()
    good = world.subscriber(aggregator)
    good.snapshot()
    assert Metrics(aggregator)("tuijin_aggregator_dropped_total") == 0
    flood(world, aggregator, 1000)
    m = becomes(aggregator, lambda m: m("tuijin_aggregator_snapshots_total") > 900, "it was answered")
    assert m("tuijin_aggregator_dropped_total") > 0
    assert m("tuijin_aggregator_subscribers") == 2
    known = good.ticks
    good.until(lambda: good.ticks > known and good.tick["digest"] == good.digest(), "the good one is in step")


def test_snapshots_that_were_too_many_are_counted(guarded):
    aggregator = guarded.aggregator()
    flood(guarded, aggregator, 3000)
    names = ("tuijin_aggregator_snapshots_total", "tuijin_aggregator_snapshots_passed_over_total")
    m = becomes(aggregator, lambda m: sum(map(m, names)) == 3000, "each is answered or not")
    assert m(names[1]) > 0


# Redis

def test_what_redis_has_room_for(world):
    disk = world.folder / "disk"
    disk.mkdir()
    aggregator = world.aggregator("--redis-disk", disk)
    m = becomes(aggregator, lambda m: m.has(MEMORY[0]), "it was asked")
    info = world.redis.client.info()
    assert m("tuijin_redis_up") == m("tuijin_redis_aof_last_write_ok") == 1
    assert abs(m(MEMORY[0]) / info["used_memory"] - 1) < 0.5 and m(MEMORY[1]) == 0
    assert m("tuijin_redis_aof_size_bytes") > 0
    total, _, free = shutil.disk_usage(disk)
    assert m("tuijin_redis_disk_size_bytes") == total and abs(m("tuijin_redis_disk_free_bytes") / free - 1) < 0.2
    world.redis.client.config_set("maxmemory", 10**9)
    becomes(aggregator, lambda m: m("tuijin_redis_memory_max_bytes") == 10**9, "it is asked again")

    disk.rmdir()
    line = aggregator.wait_line("event=trouble plan=*")
    assert f"--redis-disk {disk}: No such file" in line
    m = Metrics(aggregator).check()
    assert not m.has("tuijin_redis_disk_size_bytes") and not m.has("tuijin_redis_disk_free_bytes")
    disk.mkdir()
    becomes(aggregator, lambda m: m.has("tuijin_redis_disk_free_bytes"), "it is there again")
    assert sum("event=trouble plan=*" in line for line in aggregator.lines) == 1


def test_an_aggregator_is_not_ready_while_redis_is_away_and_serves_what_it_has(world):
    aggregator = world.aggregator()
    becomes(aggregator, lambda m: m("tuijin_redis_up") == 1, "it is there")
    world.redis.kill()
    m = becomes(aggregator, lambda m: m("tuijin_redis_up") == 0 and m("tuijin_store_up", plan=PLAN) == 0, "gone")
    assert m.check()("tuijin_ready") == 0 and not any(m.has(name) for name in MEMORY)
    status, why = get(aggregator, "/readyz")
    assert status == 503 and why.startswith(f"plan {PLAN}: redis ")
    assert world.subscriber(aggregator).snapshot()["count"] >= 165
    world.redis.start()
    becomes(aggregator, lambda m: m("tuijin_ready") == 1 and m.has(MEMORY[0]), "it is back")


@pytest.mark.parametrize("folder, said", (("missing", "No such file or directory"), ("file", "Not a directory")))
def test_a_disk_that_is_none_is_a_mistake(world, folder, said):
    path = world.folder / folder
    if folder == "file":
        path.write_text("")
    daemon = world.aggregator("--redis-disk", path, ready=False)
    assert daemon.ended() == 78
    assert f"--redis-disk {path}: {said}" in daemon.lines[-1]
    world.daemons.remove(daemon)


@pytest.mark.parametrize("program", DAEMONS)
def test_without_a_plan_nobody_is_ready(program):
    with World() as world:
        daemon = world.daemon(program)
        assert get(daemon, "/readyz") == (503, "no plan is loaded\n")
        assert Metrics(daemon).check()("tuijin_plans") == 0
        load_small_plan(world, "small")
        wait_for(lambda: get(daemon, "/readyz")[0] == 200, "it serves the plan")
        assert Metrics(daemon)("tuijin_plans") == 1


@pytest.mark.parametrize("program", DAEMONS)
def test_a_plan_that_is_not_loaded_keeps_the_others_ready(world, program):
    daemon = world.daemon(program, "--plan", PLAN, "--plan", "ghost")
    wait_for(lambda: get(daemon, "/readyz")[0] == 200, "it serves the other")
    m = Metrics(daemon).check()
    assert m("tuijin_store_up", plan=PLAN) == 1 and m("tuijin_store_up", plan="ghost") == 0
    alone = world.daemon(program, "--plan", "ghost")
    status, why = get(alone, "/readyz")
    assert status == 503 and why.startswith("plan ghost: ")
