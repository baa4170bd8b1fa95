"""kill -9 and a store that goes away: every acked report counts once, nothing else does."""

import client
import pytest
from harness import World, results, wait_for, word
from load import AS_OF, TODAY, Load, check_snapshot

AT = 1774951200000


def system(world):
    return (world.collector(bind="ipc"),
            world.aggregator("--today", TODAY, bind="ipc"))


@pytest.mark.parametrize("victim", ["collector", "aggregator", "redis"])
def test_kill_nine_in_the_middle_of_load_loses_and_doubles_nothing(world, plan, victim):
    collector, aggregator = system(world)
    load = Load(world, [collector.endpoint], plan)
    load.start()
    for _ in range(3):
        load.more(500)
        process = {"collector": collector, "aggregator": aggregator, "redis": world.redis}[victim]
        process.kill()
        process.start()
    load.more(500)
    load.finish()
    load.check()
    check_snapshot(world, world.subscriber(aggregator), plan, AS_OF)


def test_all_three_killed_at_once_lose_nothing(world, plan):
    collector, aggregator = system(world)
    load = Load(world, [collector.endpoint], plan)
    load.start()
    load.more(1000)
    for process in (world.redis, collector, aggregator):
        process.kill()
    for process in (world.redis, collector, aggregator):
        process.start()
    load.more(1000)
    load.finish()
    load.check()
    check_snapshot(world, world.subscriber(aggregator), plan, AS_OF)


def test_two_collectors_with_the_same_traffic_store_each_report_once(world, plan):
    collectors = [world.collector(), world.collector()]
    aggregator = world.aggregator("--today", TODAY)
    load = Load(world, [c.endpoint for c in collectors], plan, 3000)
    load.start()
    load.finish()
    load.check()
    check_snapshot(world, world.subscriber(aggregator), plan, AS_OF)


def test_two_collectors_give_one_judgement(world):
    one, two = (world.agency("sta", world.collector()) for _ in range(2))
    assert results(one.report(10, word(17, 5, AT))) == ["accepted"]
    assert results(two.report(10, word(17, 5, AT))) == ["duplicate"]
    assert results(two.report(10, word(17, 6, AT))) == ["conflict"]
    assert results(two.report(9, word(17, 5, AT))) == ["superseded"]
    assert results(two.report(11, word(17, 7, AT))) == ["accepted"]
    assert results(one.report(11, word(17, 7, AT))) == ["duplicate"]
    assert results(one.report(10, word(17, 5, AT))) == ["superseded"]
    assert one.status() == two.status()


def test_of_two_collectors_asked_the_same_at_once_one_accepts(world):
    one, two = (world.agency("sta", world.collector()) for _ in range(2))
    for seq in range(1, 201):
        payload = client.pack(one.envelope(seq, [word(17, seq % 100, AT)]))
        one.socket.send(payload)
        two.socket.send(payload)
        got = sorted(results(a.receive())[0] for a in (one, two))
        assert got == ["accepted", "duplicate"], seq


def test_verdicts_survive_a_restart(world):
    collector = world.collector(bind="ipc")
    sta = world.agency("sta", collector)
    assert results(sta.report(10, word(17, 62, AT, summary="s"))) == ["accepted"]
    before = sta.status()
    collector.restart()
    assert results(sta.report(10, word(17, 62.0, AT, summary="s"))) == ["duplicate"]
    assert results(sta.report(10, word(17, 62, AT))) == ["conflict"]
    assert results(sta.report(9, word(17, 62, AT))) == ["superseded"]
    assert sta.status() == before


@pytest.fixture
def cold():
    """A world whose Redis has not been started."""
    with World(start_redis=False) as w:
        yield w


def test_daemons_started_before_redis_wait_and_become_ready_when_it_comes(cold):
    collector = cold.collector(bind="ipc", ready=False)
    aggregator = cold.aggregator(bind="ipc", ready=False)
    endpoint = f"ipc://{cold.folder}/tuijin-collector-1"
    sta = client.Agency(cold.context, endpoint, "ipr-2026", "sta")
    cold.sockets.append(sta)
    assert sta.ask({"v": 1, "kind": "ping"})["kind"] == "pong"

    # Nothing is known yet, so a report cannot be refused for good either.
    sta.socket.send(client.pack(sta.envelope(1, [word(17, 5, AT)])))
    reply = sta.receive(4)
    assert reply is None or (reply["code"], reply["retry"]) == ("unavailable", True), reply
    assert collector.is_running() and collector.find("event=ready") is None
    assert aggregator.is_running() and aggregator.find("event=ready") is None

    cold.redis.start()
    cold.load_plan()
    collector.wait_ready()
    aggregator.wait_ready()
    collector.wait_line("event=plan")  # it looks for new plans every second
    assert results(sta.report(2, word(17, 5, AT))) == ["accepted"]
    subscriber = cold.subscriber(aggregator)
    wait_for(lambda: subscriber.snapshot() and
             subscriber.data.get("ipr-2026/task/17/", {}).get("num") == 250, "the report counts")


def test_while_redis_is_away_senders_are_told_to_retry_and_service_resumes(world):
    collector, aggregator = system(world)
    sta = world.agency("sta", collector)
    subscriber = world.subscriber(aggregator)
    assert results(sta.report(1, word(17, 5, AT))) == ["accepted"]
    wait_for(lambda: subscriber.snapshot() and
             subscriber.data["ipr-2026/task/17/"]["num"] == 250, "the report counts")
    world.redis.kill()

    payload = client.pack(sta.envelope(2, [word(17, 7, AT)]))
    sta.socket.send(payload)
    reply = sta.receive(8)
    assert reply is not None, "no answer while the store is away"
    assert (reply["kind"], reply["seq"], reply["code"], reply["retry"]) == \
        ("error", 2, "unavailable", True)
    assert sta.ask({"v": 1, "kind": "ping"})["kind"] == "pong"
    subscriber.until(lambda: subscriber.tick and subscriber.tick["store"] == "away", "a tick says away")
    late = world.subscriber(aggregator)
    late.snapshot()
    assert late.data["ipr-2026/task/17/"]["num"] == 250, "snapshots go on"

    world.redis.start()
    assert results(sta.ask(payload)) in (["accepted"], ["duplicate"])
    subscriber.until(lambda: subscriber.data["ipr-2026/task/17/"]["num"] == 350, "the next counts")
    subscriber.until(lambda: subscriber.tick["store"] == "ok", "a tick says ok")
    assert collector.is_running() and aggregator.is_running()


def test_a_redis_that_is_full_is_unavailable_and_then_not(world):
    sta = world.agency("sta", world.collector())
    assert results(sta.report(1, word(17, 5, AT))) == ["accepted"]
    world.redis.client.config_set("maxmemory", 1)
    sta.socket.send(client.pack(sta.envelope(2, [word(17, 6, AT)])))
    reply = sta.receive(8)
    assert reply is not None and (reply["code"], reply["retry"]) == ("unavailable", True), reply
    world.redis.client.config_set("maxmemory", 0)
    assert results(sta.report(2, word(17, 6, AT))) == ["accepted"]


def test_a_read_only_redis_is_unavailable_and_then_not(world):
    sta = world.agency("sta", world.collector())
    assert results(sta.report(1, word(17, 5, AT))) == ["accepted"]
    world.redis.client.execute_command("REPLICAOF", "127.0.0.1", "1")
    sta.socket.send(client.pack(sta.envelope(2, [word(17, 6, AT)])))
    reply = sta.receive(8)
    assert reply is not None and (reply["code"], reply["retry"]) == ("unavailable", True), reply
    world.redis.client.execute_command("REPLICAOF", "NO", "ONE")
    assert results(sta.report(2, word(17, 6, AT))) == ["accepted"]


@pytest.mark.parametrize("appendfsync, durability", [("everysec", "everysec"), ("no", "none")])
def test_acks_say_how_durable_redis_really_is_and_a_weak_one_is_warned_about(appendfsync, durability):
    with World(appendfsync) as weak:
        weak.load_plan()
        collector = weak.collector()
        sta = weak.agency("sta", collector)
        assert sta.report(1, word(17, 5, AT))["durability"] == durability
        assert durability in collector.wait_line("level=warn")
        weak.redis.client.config_set("appendfsync", "always")
        seq = iter(range(2, 10**6))
        wait_for(lambda: sta.report(next(seq), word(17, 5, AT))["durability"] == "fsync",
                 "a change of the setting shows in acks")
