"""What an aggregator sends: live, in ticks, over restarts, beside another one."""

import datetime
import random
import time

import client
from faults import check_kept, check_shown, today
from harness import results, word
from load import AS_OF, TODAY, Load, check_snapshot, in_step, loaded, pair

AT = 1774951200000
WHOLE = "ipr-2026/"


def test_before_the_first_report_everything_is_zero_and_has_the_plans_position(world, plan):
    _, aggregator = pair(world)
    subscriber = world.subscriber(aggregator)
    check_snapshot(world, subscriber, plan, AS_OF)
    assert len(subscriber.data) == 165
    assert {d["position"] for d in subscriber.data.values()} == {world.since()}
    nobody = {"expected": 318, "reported": 0, "on_time": 0}
    assert subscriber.data["ipr-2026/overall/"] == {
        "plan": "ipr-2026", "revision": 1, "position": world.since(), "as_of": AS_OF,
        "scope": "overall", "key": "", "percent": 0.0, "num": 0, "den": 106,
        "expected": 49.58, "gap": -49.58, "light": "red", "reason": "behind",
        "tasks": {"total": 106, "included": 106, "verified": 0, "completed": 0, "in_progress": 0,
                  "blocked": 0, "not_started": 0, "unreported": 106, "suspended": 0,
                  "cancelled": 0},
        "obligations": {"expected": 318, "reported": 0},
        "period": {"name": "2026-Q2", **nobody}, "last_period": {"name": "2026-Q1", **nobody}}


def test_the_worked_examples_come_out_to_the_digit(world, plan):
    collector, aggregator = pair(world)
    mof, sta, jco = (world.agency(a, collector) for a in ("mof", "sta", "jco"))
    assert results(mof.report(1, word(17, 100, AT))) == ["accepted"]
    assert results(sta.report(1, word(17, 33.33, AT))) == ["accepted"]
    assert results(jco.report(1, word(103, 50, AT), word(104, 100, AT), word(106, 25, AT))) == \
        ["accepted"] * 3
    subscriber = world.subscriber(aggregator)
    check_snapshot(world, subscriber, plan, AS_OF)
    task, chapter, own = (subscriber.data[f"ipr-2026/{t}/"]
                          for t in ("task/17", "chapter/7", "agency/sta"))
    assert (task["percent"], task["num"], task["den"]) == (66.66, 6666, 1)
    assert task["state"] == "in_progress" and len(task["parts"]) == 2
    assert (chapter["percent"], chapter["num"], chapter["den"]) == (43.75, 17500, 4)
    assert own["own"] == own["participant"] == {"percent": 33.33, "num": 3333, "den": 1, "tasks": 1}
    assert own["lead"] == {"percent": None, "num": 0, "den": 0, "tasks": 0}
    assert "percent" not in own and "num" not in own and "den" not in own

    cancelled = {"task": 105, "disposition": "cancelled", "reason": "并入", "at": AT}
    assert results(jco.dispose(2, cancelled)) == ["accepted"]
    check_snapshot(world, subscriber, plan, AS_OF)
    chapter, task = (subscriber.data[f"ipr-2026/{t}/"] for t in ("chapter/7", "task/105"))
    assert (chapter["percent"], chapter["num"], chapter["den"]) == (58.33, 17500, 3)
    assert (task["percent"], task["num"], task["den"]) == (None, 0, 0)
    assert task["state"] == task["disposition"] == "cancelled"


def test_a_little_progress_is_shown_as_a_little(world, plan):
    collector, aggregator = pair(world)
    sta = world.agency("sta", collector)
    assert results(sta.report(1, word(17, 0.01, AT))) == ["accepted"]
    subscriber = world.subscriber(aggregator)
    check_snapshot(world, subscriber, plan, AS_OF)
    for topic in ("task/17", "section/1.2", "chapter/1", "overall"):
        data = subscriber.data[f"ipr-2026/{topic}/"]
        assert (data["percent"], data["num"]) == (0.01, 0), topic


def test_a_report_is_published_live_to_every_scope_it_touches_and_no_other(world):
    collector, aggregator = pair(world)
    subscriber = world.subscriber(aggregator)
    subscriber.snapshot()
    subscriber.seen.clear()
    sta = world.agency("sta", collector)
    position = sta.report(1, word(17, 50, AT))["position"]
    want = {f"ipr-2026/{t}/" for t in
            ("overall", "chapter/1", "section/1.2", "task/17", "agency/mof", "agency/sta")}
    subscriber.until(lambda: {t for t, _ in subscriber.seen} >= want, "an event for each scope")
    in_step(subscriber)
    assert {t for t, _ in subscriber.seen} == want
    for topic, payload in subscriber.seen:
        event = client.unpack(payload)
        assert event["data"]["position"] == position
        assert event["id"] == f"{position}:{AS_OF}:{topic}"
        assert event["subject"] == topic[:-1] and event["specversion"] == "1.0"
        assert (event["type"], event["source"]) == ("tuijin.summary.v1", "tuijin/aggregator")
        instant = max(client.position(position)[0], AS_OF)
        moment = datetime.datetime.fromtimestamp(instant / 1000, datetime.timezone.utc)
        assert event["time"] == moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_under_load_events_are_conflated_and_the_last_state_is_right(world, plan):
    collector, aggregator = pair(world, "--publish-interval", 100)
    subscriber = world.subscriber(aggregator)
    subscriber.snapshot()
    load, last, begin = Load(world, [collector.endpoint], plan), {}, time.monotonic()
    load.start()
    while time.monotonic() < begin + 0.7:
        subscriber.turn(0.05)
    load.finish()
    in_step(subscriber)
    intervals = (time.monotonic() - begin) / 0.1
    for topic, payload in subscriber.seen:
        position = client.position(client.unpack(payload)["data"]["position"])
        assert position > last.get(topic, (0, 0)), f"{topic} went back or came twice"
        last[topic] = position
    overall = sum(topic == "ipr-2026/overall/" for topic, _ in subscriber.seen)
    assert 3 <= overall <= intervals + 2, f"{overall} events of overall in {intervals} intervals"
    live = dict(subscriber.payloads)
    check_snapshot(world, subscriber, plan, AS_OF)
    assert subscriber.payloads == live


def test_all_scopes_of_one_position_are_published_from_one_state(world, plan):
    """Of two scopes that a batch touched, neither is ever seen without the other following."""
    collector, aggregator = pair(world, "--publish-interval", 20)
    subscriber = world.subscriber(aggregator)
    subscriber.snapshot()
    load = Load(world, [collector.endpoint], plan, 600)
    load.start()
    checked = 0
    while load.is_alive():
        subscriber.turn(0.05)
        data = subscriber.data
        chapters = [data[f"ipr-2026/chapter/{c}/"] for c in plan.chapters]
        if max(client.position(c["position"]) for c in chapters) == \
                client.position(data["ipr-2026/overall/"]["position"]):
            tick = subscriber.tick
            if tick and tick["digest"] == subscriber.digest():
                assert data["ipr-2026/overall/"]["num"] == sum(c["num"] for c in chapters)
                checked += 1
    load.finish()
    in_step(subscriber)
    assert subscriber.data["ipr-2026/overall/"]["num"] == \
        sum(subscriber.data[f"ipr-2026/chapter/{c}/"]["num"] for c in plan.chapters)


def test_ticks_come_about_once_a_second(world):
    _, aggregator = pair(world)
    subscriber = world.subscriber(aggregator, "ipr-2026/tick/")
    times = []
    for n in range(1, 5):
        subscriber.until(lambda n=n: subscriber.ticks >= n, f"tick {n}")
        times.append(subscriber.tick["now"])
    assert all(500 <= b - a <= 2500 for a, b in zip(times[1:], times[2:])), times
    assert set(subscriber.tick) == {"plan", "position", "seal", "as_of", "now", "store", "topics",
                                    "digest"}
    assert subscriber.data == {}


def test_kill_nine_and_restart_give_the_same_bytes_again(world, plan):
    collector, aggregator = pair(world)
    loaded(world, plan, collector)
    subscriber = world.subscriber(aggregator)
    check_snapshot(world, subscriber, plan, AS_OF)
    before = dict(subscriber.payloads)
    for _ in range(2):
        aggregator.restart()
        again = world.subscriber(aggregator)
        check_snapshot(world, again, plan, AS_OF)
        assert again.payloads == before
    world.redis.client.delete(world.redis.key("rollup"))
    aggregator.restart()
    from_nothing = world.subscriber(aggregator)
    check_snapshot(world, from_nothing, plan, AS_OF)
    assert from_nothing.payloads == before


def test_some_hundred_entries_are_folded_without_a_pause(world, plan):
    collector = world.collector(bind="ipc")
    sta = world.agency("sta", collector)
    for seq in range(1, 301):
        assert results(sta.report(seq, word(17, seq % 100, AT))) == ["accepted"]
    aggregator, times = world.aggregator(bind="ipc"), []
    for _ in range(3):
        aggregator.kill()
        world.redis.client.delete(world.redis.key("rollup"))
        begin = time.monotonic()
        aggregator.start()
        times.append(time.monotonic() - begin)
    assert min(times) < 0.9, times


def test_a_broken_checkpoint_costs_a_fold_and_nothing_else(world, plan):
    collector, aggregator = pair(world)
    loaded(world, plan, collector)
    aggregator.stop()
    world.redis.client.hset(world.redis.key("rollup"), "state", b"\xdd\xff\xff\xff\xff")
    aggregator.start()
    check_snapshot(world, world.subscriber(aggregator), plan, AS_OF)


def test_two_aggregators_send_equal_bytes_for_equal_ids(world, plan):
    collector, one = pair(world)
    two = world.aggregator("--today", TODAY, "--publish-interval", 10)
    subscribers = [world.subscriber(a) for a in (one, two)]
    both = client.Subscriber(world.context, one.endpoint, WHOLE)
    both.socket.connect(two.endpoint)
    world.sockets.append(both)
    for s in subscribers:
        s.snapshot()
    load = Load(world, [collector.endpoint], plan, 1000)
    load.start()
    load.finish()
    for s in subscribers:
        in_step(s)
    assert subscribers[0].payloads == subscribers[1].payloads
    by_id = {}
    for s in subscribers:
        for _, payload in s.seen:
            event = client.unpack(payload)
            assert by_id.setdefault(event["id"], payload) == payload, event["id"]
    check_snapshot(world, subscribers[1], plan, AS_OF)
    both.until(lambda: both.data.keys() and
               all(subscribers[0].payloads[t] == p for t, p in both.payloads.items()),
               "a subscriber of both ends on the same")


def test_the_summary_hash_in_redis_equals_the_snapshot(world, plan):
    collector, aggregator = world.collector(bind="ipc"), world.aggregator(bind="ipc")
    loaded(world, plan, collector)
    check_kept(world, check_shown(world, aggregator, plan, today(plan)))


def test_without_today_the_day_is_that_of_the_plans_offset(world):
    aggregator = world.aggregator()
    subscriber = world.subscriber(aggregator)
    offset = datetime.timezone(datetime.timedelta(hours=8))

    def midnight():
        today = datetime.datetime.now(offset).replace(hour=0, minute=0, second=0, microsecond=0)
        return int(today.timestamp() * 1000)

    before = midnight()
    subscriber.snapshot()
    assert subscriber.data["ipr-2026/overall/"]["as_of"] in (before, midnight())


def test_an_aggregator_for_another_day_evaluates_everything_for_that_day(world, plan):
    collector, aggregator = pair(world)
    loaded(world, plan, collector, 100)
    other = world.aggregator("--today", "2026-07-01")
    one, two = world.subscriber(aggregator), world.subscriber(other)
    check_snapshot(world, one, plan, AS_OF)
    check_snapshot(world, two, plan, AS_OF + 86_400_000)


def test_recomputed_from_random_rounds_with_rulings_and_withdrawals(world, plan):
    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    collector, aggregator = pair(world)
    agencies = {a: world.agency(a, collector) for a in plan.agencies}
    subscriber = world.subscriber(aggregator)
    for seq in range(1, 6):
        for name, agency in agencies.items():
            reports = [random_entry(rng, t.number) for t in plan.tasks
                       if name in t.agencies and rng.random() < 0.7]
            if reports:
                assert set(results(agency.report(seq, *reports))) == {"accepted"}
        rulings = [{"task": t.number, "at": AT, "reason": "缘由", "disposition": rng.choice(
            ("open", "verified", "returned", "suspended", "cancelled"))}
            for t in plan.tasks if rng.random() < 0.3]
        if rulings:
            assert set(results(agencies["jco"].dispose(seq + 100, *rulings))) == {"accepted"}
        check_snapshot(world, subscriber, plan, AS_OF)
        in_step(subscriber)


def random_entry(rng, task):
    at = AT + rng.randrange(10**6)
    kind = rng.choice(("completed", "not_started", "in_progress", "in_progress", "blocked",
                       "withdraw"))
    if kind == "withdraw":
        return {"task": task, "action": "withdraw", "at": at}
    percent = {"completed": 100, "not_started": 0}.get(kind, rng.randrange(0, 10000) / 100)
    return {"task": task, "state": kind, "percent": percent, "at": at, "problems": "缺经费"}
