"""Snapshots: what a late joiner gets, for which prefix, on whose inbox."""

import secrets

import zmq
from harness import PLAN_FILE
from load import AS_OF, check_snapshot, in_step, loaded, pair


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
    assert end["count"] == 330 + len(subscriber.alerts)
    assert set(end["positions"]) == {"ipr-2026", "ipr-next"}
    for kept in (subscriber.data, subscriber.alerts):
        assert 2 * sum(t.startswith("ipr-next/") for t in kept) == len(kept) > 0


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
    assert subscriber.snapshot()["count"] == 165 + len(subscriber.alerts)
    assert len(subscriber.data) == 165
    subscriber.until(lambda: subscriber.ticks >= 2, "two ticks")
    for socket in hostile:
        socket.close()
