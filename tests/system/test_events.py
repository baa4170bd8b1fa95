"""What an aggregator sends: live, by snapshot, in ticks, over restarts, beside another one."""

import datetime
import random
import secrets
import time

import client
import zmq
from harness import PLAN_FILE, results, wait_for, word
from load import Load, check_snapshot

AT = 1774951200000
TODAY, AS_OF = "2026-06-30", 1782748800000
WHOLE = "ipr-2026/"


def pair(world, *flags):
    return world.collector(bind="ipc"), world.aggregator("--today", TODAY, *flags, bind="ipc")


def loaded(world, plan, collector, total=400):
    load = Load(world, [collector.endpoint], plan, total)
    load.start()
    load.finish()


def in_step(subscriber):
    """Waits for a tick whose digest is that of the copy."""
    subscriber.until(lambda: subscriber.tick and subscriber.tick["digest"] == subscriber.digest(),
                     "a tick with the digest of the copy")


def test_before_the_first_report_everything_is_zero_and_has_the_plans_position(world, plan):
    _, aggregator = pair(world)
    subscriber = world.subscriber(aggregator)
    check_snapshot(world, subscriber, plan, AS_OF)
    assert len(subscriber.data) == 165
    assert {d["position"] for d in subscriber.data.values()} == {world.since()}
    assert subscriber.data["ipr-2026/overall/"] == {
        "plan": "ipr-2026", "revision": 1, "position": world.since(), "as_of": AS_OF,
        "scope": "overall", "key": "", "percent": 0.0, "num": 0, "den": 106,
        "tasks": {"total": 106, "included": 106, "verified": 0, "completed": 0, "in_progress": 0,
                  "blocked": 0, "not_started": 0, "unreported": 106, "suspended": 0,
                  "cancelled": 0},
        "obligations": {"expected": 318, "reported": 0}}


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
    collector, aggregator = pair(world, "--publish-interval", 200)
    subscriber = world.subscriber(aggregator)
    subscriber.snapshot()
    load = Load(world, [collector.endpoint], plan, 3000)
    load.start()
    last = {}
    while load.is_alive() or subscriber.turn(0.5):
        subscriber.turn(0.05)
    load.finish()
    in_step(subscriber)
    for topic, payload in subscriber.seen:
        position = client.position(client.unpack(payload)["data"]["position"])
        assert position > last.get(topic, (0, 0)), f"{topic} went back or came twice"
        last[topic] = position
    overall = sum(topic == "ipr-2026/overall/" for topic, _ in subscriber.seen)
    assert 1 <= overall < 1500, f"{overall} events of overall for 3000 messages"
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


def test_a_late_joiner_gets_what_those_before_it_have(world, plan):
    collector, aggregator = pair(world)
    early = world.subscriber(aggregator)
    early.snapshot()
    loaded(world, plan, collector)
    in_step(early)
    late = world.subscriber(aggregator)
    check_snapshot(world, late, plan, AS_OF)
    assert late.payloads == early.payloads
    in_step(late)
    assert late.tick["topics"] == 165 and late.tick["store"] == "ok" and late.tick["as_of"] == AS_OF
    assert late.tick["position"] == world.redis.client.xrevrange(
        world.redis.key("ledger"), count=1)[0][0].decode()


def test_ticks_come_about_once_a_second(world):
    _, aggregator = pair(world)
    subscriber = world.subscriber(aggregator, "ipr-2026/tick/")
    times = []
    for n in range(1, 5):
        subscriber.until(lambda n=n: subscriber.ticks >= n, f"tick {n}")
        times.append(subscriber.tick["now"])
    assert all(500 <= b - a <= 2500 for a, b in zip(times[1:], times[2:])), times
    assert set(subscriber.tick) == {"plan", "position", "as_of", "now", "store", "topics", "digest"}
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
    collector, aggregator = pair(world)
    loaded(world, plan, collector)
    subscriber = world.subscriber(aggregator)
    check_snapshot(world, subscriber, plan, AS_OF)

    def stored():
        pairs = world.redis.client.hgetall(world.redis.key("summary"))
        return {k.decode(): v for k, v in pairs.items()} == subscriber.payloads

    wait_for(stored, "tuijin:{ipr-2026}:summary equals the snapshot")


def test_a_prefix_gets_its_own_topics_and_no_others(world, plan):
    collector, aggregator = pair(world)
    wanted = (("ipr-2026/chapter/", 7), ("ipr-2026/task/17/", 1), ("ipr-2026/agency/sta/", 1))
    subscribers = [world.subscriber(aggregator, prefix) for prefix, _ in wanted]
    for subscriber, (prefix, topics) in zip(subscribers, wanted):
        end = subscriber.snapshot()
        assert end["count"] == topics == len(subscriber.data)
        assert all(t.startswith(prefix) for t in subscriber.data)
        assert set(end["positions"]) == {"ipr-2026"}
    loaded(world, plan, collector, 200)
    for subscriber in subscribers:
        subscriber.until(lambda s=subscriber: s.seen, "something live")
        while subscriber.turn(0.3):
            pass
        assert subscriber.ticks == 0
        assert {t for t, _ in subscriber.seen} <= set(subscriber.data)


def test_prefixes_are_plain_bytes_and_one_that_matches_nothing_ends_at_once(world):
    _, aggregator = pair(world)
    assert world.subscriber(aggregator, "ipr-2026/task/10").snapshot()["count"] == 8
    assert world.subscriber(aggregator, "ipr-2026/o").snapshot()["count"] == 1
    assert world.subscriber(aggregator, "ipr-2027/").snapshot()["count"] == 0


def test_a_snapshot_of_the_empty_prefix_covers_all_plans(world, plan):
    other = world.folder / "other.yaml"
    other.write_text(PLAN_FILE.read_text(encoding="utf-8").replace("id: ipr-2026\n", "id: ipr-next\n"),
                     encoding="utf-8")
    world.load_plan(other)
    _, aggregator = pair(world)
    subscriber = world.subscriber(aggregator, "")
    end = subscriber.snapshot()
    assert end["count"] == 330 and set(end["positions"]) == {"ipr-2026", "ipr-next"}
    assert sum(t.startswith("ipr-next/") for t in subscriber.data) == 165


def test_an_inbox_is_answered_on_its_own_topic_only(world):
    _, aggregator = pair(world)
    bystander = world.subscriber(aggregator, "snap/")
    world.subscriber(aggregator).snapshot()
    seen = set()
    while bystander.socket.poll(200):
        seen.add(bystander.socket.recv_multipart()[0].split(b"/")[0])
    # "snap/" is the one prefix that matches others' inboxes; what a proper one gets is its own.
    assert seen <= {b"snap"}
    proper = world.subscriber(aggregator)
    world.subscriber(aggregator).snapshot()
    proper.until(lambda: proper.ticks >= 2, "two ticks")
    assert not any(t.startswith("snap/") for t, _ in proper.seen)


def test_an_inbox_with_a_bad_nonce_is_not_answered(world):
    _, aggregator = pair(world)
    socket = world.context.socket(zmq.SUB)
    socket.linger = 0
    socket.connect(aggregator.endpoint)
    for bad in (b"snap/", b"snap//", b"snap/0123456789abcde/ipr-2026/", b"snap/0123456789abcdefg/",
                b"snap/" + b"0" * 65 + b"/", b"snap/0123456789abcdef", b"\xff" * 200):
        socket.subscribe(bad)
    good = b"snap/" + secrets.token_hex(32).encode() + b"/ipr-2026/overall/"
    socket.subscribe(good)
    topics = []
    while not topics or topics[-1][1] != b"":
        assert socket.poll(15000)
        topics.append(socket.recv_multipart())
    assert {t[0] for t in topics} == {good}
    assert [t[1] for t in topics] == [b"ipr-2026/overall/", b""]
    socket.close()


def test_a_hostile_subscriber_hinders_nobody(world):
    _, aggregator = pair(world)
    hostile = [world.context.socket(kind) for kind in (zmq.SUB, zmq.XSUB, zmq.DEALER)]
    for socket in hostile:
        socket.linger = 0
        socket.connect(aggregator.endpoint)
    hostile[0].subscribe(b"snap/" + b"0" * 5000)
    hostile[0].subscribe(b"x" * 60_000)
    for n in range(800):
        hostile[1].send(b"\x01snap/" + b"%016x" % n + b"/", zmq.DONTWAIT)
    hostile[1].send(b"\x07" * 1000, zmq.DONTWAIT)
    hostile[1].send(b"", zmq.DONTWAIT)
    subscriber = world.subscriber(aggregator)
    assert subscriber.snapshot()["count"] == 165
    subscriber.until(lambda: subscriber.ticks >= 2, "two ticks")
    for socket in hostile:
        socket.close()


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


def test_today_is_the_as_of_and_another_day_changes_nothing_else(world, plan):
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
