"""Processor and memory that a daemon takes when things go badly."""

import signal
import time

import client
import zmq
from faults import (ALLOWANCE, AT, check_shown, cpu_s, dealer, has_ended, is_taken_in, ledger_end,
                    peak_kib, stopped, today)
from harness import PLAN, results, wait_for, word
from test_hostile import Good

MIB = 1 << 10  # in KiB
SOME_TEXT = "进" * 600


# Processor

def is_blocked_in_xread(world):
    return any(c["cmd"] == "xread" and "b" in c["flags"] for c in world.redis.client.client_list())


def test_an_aggregator_with_something_to_publish_later_rests_while_redis_is_gone(world):
    collector = world.collector()
    aggregator = world.aggregator("--publish-interval", 20_000)
    wait_for(lambda: is_blocked_in_xread(world), "it waits for more")
    assert results(world.agency("sta", collector).report(1, word(17, 5, AT))) == ["accepted"]
    wait_for(lambda: is_blocked_in_xread(world), "it has the report and waits for more")
    world.redis.kill()
    before = cpu_s(aggregator)
    time.sleep(2)  # what is measured is what it does in a time
    assert cpu_s(aggregator) - before < 0.5


def ends_at_rest(collector, sender, then=lambda: None):
    """SIGTERM with a message in hand and more behind it, then something else: the processor time
    until the end."""
    sender.socket.send(client.pack(sender.envelope(1, [word(17, 5, AT)])))
    is_taken_in(sender)
    before = cpu_s(collector)
    collector.child.terminate()
    for seq in range(2, 200):
        sender.socket.send(client.pack(sender.envelope(seq, [word(17, 5, AT)])))
    then()
    wait_for(lambda: has_ended(collector), "it ends")
    spent = cpu_s(collector) - before
    assert collector.ended() == 0
    return spent


def test_a_collector_that_finishes_rests_while_redis_is_gone(world):
    collector = world.collector()
    sender = world.agency("sta", collector)
    world.redis.kill()
    assert ends_at_rest(collector, sender) < 0.5


def test_a_collector_that_finishes_rests_while_redis_does_not_answer(world):
    collector = world.collector()
    sender = world.agency("sta", collector)
    with stopped(world.redis):
        assert ends_at_rest(collector, sender) < 0.5


def test_a_collector_that_finishes_rests_when_redis_goes_meanwhile(world):
    collector = world.collector()
    sender = world.agency("sta", collector)
    world.redis.child.send_signal(signal.SIGSTOP)
    assert ends_at_rest(collector, sender, then=world.redis.kill) < 0.5


# Memory

def test_messages_of_unknown_tasks_do_not_pile_up_while_redis_does_not_answer(world):
    collector = world.collector()
    sender = dealer(world, collector, "sta", sndhwm=0)
    payload = client.pack(sender.envelope(1, [{"task": 2**32 - 1}] * 500))
    before = collector.rss_kib()
    with stopped(world.redis):
        for _ in range(4100):
            sender.socket.send(payload)
        first = sender.receive()
        assert first["code"] in ("unavailable", "busy") and first["retry"], first
        replies = 1
        while replies < 4100 and (reply := sender.receive(4)) is not None:
            assert reply["retry"], reply
            replies += 1
    assert peak_kib(collector) - before < 40 * MIB * ALLOWANCE
    assert results(world.agency("mof", collector).report(1, word(17, 5, AT))) == ["accepted"]


def test_questions_whose_answers_nobody_reads_do_not_pile_up(world):
    collector = world.collector()
    deaf = dealer(world, collector, "cnipa", sndhwm=1, rcvhwm=1)
    question = client.pack({"v": 1, "kind": "status", "plan": PLAN, "agency": "cnipa"})
    before = collector.rss_kib()
    with Good(world) as good:
        for _ in range(20_000):
            # A sender that is held back has been heard as far as it should be.
            if not deaf.socket.poll(1000, zmq.POLLOUT):
                break
            deaf.socket.send(question)
        served = good.acked
        wait_for(lambda: good.acked > served + 20, "the good agency is served")
    assert peak_kib(collector) - before < 64 * MIB * ALLOWANCE


def stored(seq, task, agency, text=None):
    content = [0, task, AT, "in_progress", seq % 9999, False, text]
    return client.pack([1, seq, AT + seq, agency, content[:7 if text else 5]])


def append(pipe, key, plan, entries, seq, records, text):
    """Entries as a collector writes them, from seq on."""
    names = [(t.number, a) for t in plan.tasks for a in t.agencies]
    for _ in range(entries):
        blob = b""
        for _ in range(records):
            blob += stored(seq, *names[seq % len(names)], text)
            seq += 1
        pipe.xadd(key, {"records": blob})
    return seq


def test_a_fold_of_small_entries_and_then_large_ones_takes_little_memory(world, plan):
    store, key = world.redis.client, world.redis.key("ledger")
    store.config_set("appendfsync", "no")  # it is written as fast as may be
    pipe = store.pipeline(transaction=False)
    seq = append(pipe, key, plan, 3000, 1, 1, None)
    append(pipe, key, plan, 200, seq, 142, SOME_TEXT)
    pipe.execute()
    store.hset(world.redis.key("plan"), "end", ledger_end(world))
    assert store.memory_usage(key, samples=0) > 50_000_000
    aggregator = world.aggregator()
    peak = peak_kib(aggregator)
    check_shown(world, aggregator, plan, today(plan))
    assert max(peak, peak_kib(aggregator)) < 40 * MIB * ALLOWANCE
