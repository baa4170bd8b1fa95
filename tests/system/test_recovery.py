"""Redis comes back with less, or with something else, than it had: nothing wrong is acked or shown."""

import shutil

import client
import pytest
from faults import (AT, calls, check_kept, check_shown, check_trouble, everybody, is_unavailable,
                    kept_summary, ledger_size, load_small_plan, once, today)
from harness import records, results, rollup, wait_for, word
from load import AS_OF, TODAY, in_step
from test_plan_fence import STA_OUT, WITHOUT_106, revised


# A data set with a past that differs

def lose_the_newest(world, older):
    replace_data(world, older)


def lose_everything(world, _):
    replace_data(world, None)
    world.load_plan()


def flush_with_the_links_up(world, _):
    world.redis.client.flushall()
    world.load_plan()


def replace_data(world, older):
    data = world.redis.path.parent / "appendonlydir"
    world.redis.kill()
    shutil.rmtree(data)
    if older:
        shutil.copytree(older, data)
    world.redis.start()


@pytest.mark.parametrize("lose", [lose_the_newest, lose_everything, flush_with_the_links_up],
                         ids=lambda lose: lose.__name__)
def test_what_the_ledger_has_lost_is_neither_shown_nor_kept_nor_held_against_a_sender(
        world, plan, lose):
    collector, aggregator = world.collector(bind="ipc"), world.aggregator(bind="ipc")
    everybody(world, collector, plan, 1)
    older = shutil.copytree(world.redis.path.parent / "appendonlydir", world.folder / "older")
    everybody(world, collector, plan, 2)
    check_kept(world, check_shown(world, aggregator, plan, today(plan)))

    lose(world, older)
    check_kept(world, check_shown(world, aggregator, plan, today(plan)))
    fresh = world.aggregator(bind="ipc")
    check_kept(world, check_shown(world, fresh, plan, today(plan)))

    everybody(world, collector, plan, 2)
    for each in (aggregator, fresh):
        check_kept(world, check_shown(world, each, plan, today(plan)))


def test_the_first_answers_after_a_flush_know_nothing_of_before(world):
    collector = world.collector()
    mof, sta = (world.agency(a, collector) for a in ("mof", "sta"))
    assert results(sta.report(9, word(17, 50, AT))) == ["accepted"]
    assert results(mof.report(9, word(17, 50, AT))) == ["accepted"]
    flush_with_the_links_up(world, None)
    assert [(o["state"], o["seq"]) for o in sta.status()["obligations"]] == [("unreported", 0)]
    assert results(mof.report(1, word(17, 60, AT))) == ["accepted"]
    assert results(sta.report(1, word(17, 70, AT))) == ["accepted"]


# `latest` is what verdicts are given by

def test_a_revision_that_comes_with_an_unreadable_field_of_latest_harms_no_report_in_hand(world):
    load_small_plan(world, "big", 2000)
    collector = world.collector("--plan", "big")
    one = world.agency("one", collector, plan="big")
    assert results(one.report(1, word(2000, 1, AT))) == ["accepted"]
    latest, before = world.redis.key("latest", "big"), calls(world, "hgetall")
    world.redis.client.hset(latest, "x/y", "garbage")
    load_small_plan(world, "big", 1, revision=2)
    in_hand = [word(n, 2, AT) for n in range(1501, 2001)]
    one.socket.send(client.pack(one.envelope(2, in_hand)))
    wait_for(lambda: calls(world, "hgetall") > before, "latest is read again")
    world.redis.client.hdel(latest, "x/y")

    reply = one.receive()
    assert reply and (is_unavailable(reply) or set(results(reply)) == {"unknown_task"}), reply
    assert set(results(one.report(3, *in_hand))) == {"unknown_task"}
    assert results(one.report(4, word(1, 5, AT))) == ["accepted"]
    assert collector.is_running()


def test_while_a_field_of_latest_cannot_be_read_a_replaced_plan_answers_unavailable(world):
    load_small_plan(world, "big", 2000)
    collector = world.collector("--plan", "big")
    one = world.agency("one", collector, plan="big")
    assert results(one.report(1, word(2000, 1, AT))) == ["accepted"]
    world.redis.client.hset(world.redis.key("latest", "big"), "x/y", "garbage")
    load_small_plan(world, "big", 1, revision=2)
    assert is_unavailable(once(one, 2, word(2000, 2, AT), word(1, 2, AT)))
    assert is_unavailable(once(one, 2, word(2000, 2, AT), word(1, 2, AT)))
    assert "latest" in check_trouble(collector.wait_line("event=trouble"), "big")
    world.redis.client.hdel(world.redis.key("latest", "big"), "x/y")
    assert results(one.report(2, word(2000, 2, AT), word(1, 2, AT))) == ["unknown_task", "accepted"]
    assert collector.is_running()


def replaced_by_a_string(store, key):
    store.set(key, "garbage")


def missing(store, key):
    assert not store.exists(key)


@pytest.mark.parametrize("then", ["it goes on", "it is restarted"])
@pytest.mark.parametrize("harm", [replaced_by_a_string, missing], ids=lambda harm: harm.__name__)
def test_without_latest_no_report_is_taken_and_the_ledger_does_not_grow(world, harm, then):
    collector = world.collector(bind="ipc")
    sta = world.agency("sta", collector)
    assert results(sta.report(5, word(17, 50, AT))) == ["accepted"]
    store, latest, size = world.redis.client, world.redis.key("latest"), ledger_size(world)
    store.rename(latest, "aside")
    harm(store, latest)
    if then == "it is restarted":
        collector.restart(ready=False)
    for _ in range(2):
        assert is_unavailable(once(sta, 6, word(17, 6, AT)))
    stale = once(sta, 4, word(17, 4, AT))  # what a running collector remembers is still true
    assert is_unavailable(stale) or results(stale) == ["superseded"], stale
    assert "latest" in check_trouble(collector.wait_line("event=trouble"))
    assert ledger_size(world) == size

    store.rename("aside", latest)
    assert results(sta.report(4, word(17, 4, AT))) == ["superseded"]
    assert results(sta.report(6, word(17, 6, AT))) == ["accepted"]
    assert ledger_size(world) == size + 1
    assert client.unpack(store.hget(latest, "17/sta"))[1] == 6


# Revisions

@pytest.mark.parametrize("then", ["it goes on", "it is restarted at each revision"])
def test_an_obligation_that_was_dropped_and_restored_has_its_last_report_everywhere(world, then):
    collector, aggregator = world.collector(bind="ipc"), world.aggregator(bind="ipc")
    sta, mof = (world.agency(a, collector) for a in ("sta", "mof"))
    assert results(sta.report(5, word(17, 40, AT))) == ["accepted"]
    assert results(mof.report(5, word(17, 20, AT))) == ["accepted"]
    for revision, changes in ((2, [STA_OUT]), (3, [])):
        file = revised(world, f"{revision}.yaml", *changes, revision=revision)
        plan = rollup.read_plan(file.read_text(encoding="utf-8"))
        if then != "it goes on":
            aggregator.stop()
        world.load_plan(file)
        if then != "it goes on":
            aggregator.start()
        copy = check_shown(world, aggregator, plan, today(plan))
        assert [p["percent"] for p in copy.data["ipr-2026/task/17/"]["parts"]] == \
            ([20.0, 0] if revision == 2 else [20.0, 40.0])
    check_kept(world, copy)
    assert [(o["task"], o["seq"], o["percent"]) for o in sta.status()["obligations"]] == \
        [(17, 5, 40.0)]
    stored = client.unpack(world.redis.client.hget(world.redis.key("latest"), "17/sta"))
    assert (stored[1], stored[4][4]) == (5, 4000)
    world.redis.client.delete(world.redis.key("rollup"))
    check_kept(world, check_shown(world, world.aggregator(), plan, today(plan)))


def test_what_a_loaded_revision_has_is_not_refused_by_the_one_before(world):
    """The collector learns of a revision only by its next batch, which may hold nothing but what the
    older revision would refuse."""
    collector = world.collector()
    jco, nbs = (world.agency(a, collector) for a in ("jco", "nbs"))
    assert results(jco.report(1, word(107, 5, AT))) == ["unknown_task"]
    assert results(nbs.report(1, word(17, 5, AT))) == ["not_responsible"]
    last = WITHOUT_106[0]
    more = last.replace("number: 106", "number: 107")
    world.load_plan(revised(world, "two.yaml", (last, last + more)))
    assert results(jco.report(2, word(107, 5, AT))) == ["accepted"]
    world.load_plan(revised(world, "three.yaml", (last, last + more), STA_OUT, revision=3))
    assert results(nbs.report(2, word(17, 5, AT))) == ["accepted"]
    world.load_plan(revised(world, "four.yaml", (last, last + more + more.replace("107", "108")),
                            STA_OUT, revision=4))
    new, old = results(jco.report(3, word(108, 5, AT), word(107, 6, AT)))
    assert new == "accepted" and old in ("accepted", "duplicate")  # sent twice, if told to
    said = [(r[1], r[4][1]) for _, r in records(world) if r[3] == "jco"]
    assert sorted(said) == [(2, 107), (3, 107), (3, 108)]


def test_a_plan_of_ten_thousand_tasks_that_comes_later_is_whole_in_a_snapshot(world):
    aggregator = world.aggregator()
    subscriber = world.subscriber(aggregator, "big/")
    load_small_plan(world, "big", 10_000)
    subscriber.until(lambda: subscriber.tick and subscriber.tick["topics"] > 10_000, "it is served")
    end = subscriber.snapshot()
    assert len(subscriber.data) == 10_000 + 1 + 1 + 2
    assert end["count"] == 10_004 + len(subscriber.alerts)
    in_step(subscriber)
    late = world.subscriber(aggregator, "big/")
    assert late.snapshot()["count"] == end["count"]
    assert late.payloads == subscriber.payloads and late.alerts == subscriber.alerts


def test_subscribers_may_come_and_go_after_a_plan_has_come_late(world):
    aggregator = world.aggregator("--plan", "big", bind="ipc")
    load_small_plan(world, "big", 100)
    wait_for(lambda: world.subscriber(aggregator, "big/").snapshot()["count"] >= 104, "it is served")
    for _ in range(100):
        subscriber = world.subscriber(aggregator, "big/")
        assert subscriber.snapshot(5)["count"] == 104 + len(subscriber.alerts)
        assert len(subscriber.data) == 104
        subscriber.close()
    assert aggregator.is_running()


# Exercises

def test_an_exercise_leaves_the_summaries_in_redis_to_the_real_one(world, plan):
    collector = world.collector()
    real, exercise = world.aggregator(), world.aggregator("--today", "2099-12-31")
    copy = check_shown(world, exercise, plan, 4102329600000)
    for seq in (1, 2):
        everybody(world, collector, plan, seq)
        check_shown(world, exercise, plan, 4102329600000)
        check_kept(world, check_shown(world, real, plan, today(plan)))
    in_step(copy)
    assert exercise.stop() == 0
    assert {client.unpack(p)["data"]["as_of"] for p in kept_summary(world).values()} == {today(plan)}
    check_kept(world, check_shown(world, real, plan, today(plan)))


def test_an_exercise_alone_keeps_nothing(world, plan):
    collector, exercise = world.collector(), world.aggregator("--today", TODAY)
    everybody(world, collector, plan, 1)
    check_shown(world, exercise, plan, AS_OF)
    assert exercise.stop() == 0
    made = ("rollup", "summary", "trend", "seals")
    assert not world.redis.client.exists(*map(world.redis.key, made))


# What Redis promises

def test_a_redis_that_does_not_sync_while_it_rewrites_promises_nothing(world):
    world.redis.client.config_set("no-appendfsync-on-rewrite", "yes")
    collector = world.collector()
    assert world.agency("sta", collector).report(1, word(17, 5, AT))["durability"] == "none"
    assert "durability=none" in collector.wait_line("event=weak_store")


@pytest.mark.parametrize("setting, value, durability", [
    ("appendfsync", "everysec", "everysec"), ("no-appendfsync-on-rewrite", "yes", "none")])
def test_a_promise_that_is_lowered_later_shows_in_acks_and_is_warned_about(
        world, setting, value, durability):
    collector = world.collector()
    sta = world.agency("sta", collector)
    assert sta.report(1, word(17, 5, AT))["durability"] == "fsync"
    assert collector.find("event=weak_store") is None
    world.redis.client.config_set(setting, value)
    wait_for(lambda: sta.report(world.next_seq(), word(17, 5, AT))["durability"] == durability,
             f"acks say {durability}")
    assert f"durability={durability}" in collector.wait_line("event=weak_store")
