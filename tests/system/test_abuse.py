"""Floods, wrong words and greed at both ports: those who may are served meanwhile, nothing grows
beyond its limit, and all is as before once it is over. attackers.py has who does it."""

import json
import os
import re
import socket
import sys
import threading
import time
from pathlib import Path

import attackers
import client
import pytest
from harness import PLAN, Process, is_sanitized, results, wait_for, word

AT = 1774951200000
SECONDS = 1.5  # of each attack, once it has begun
ANSWER_S = 5.0  # for every report and every event, whatever goes on
HANDSHAKE_S = 6.0  # that one may take: 3 s, and the machine may be busy
DESCRIPTORS_MAX = 4096  # as common/limits.h has it
GROWTH_KIB = 400 << 10 if is_sanitized() else 192 << 10
KEPT_KIB = 400 << 10 if is_sanitized() else 32 << 10  # of it afterwards, by the collector
NEW_DESCRIPTORS = 8  # that stay: links, a late session

# With each one's options. A long frame before the handshake costs its length for 3 s at most.
AT_COLLECTOR = {
    "idle": {"count": 1500}, "churn": {}, "words": {}, "garbage": {}, "replay": {},
    "burst": {"count": 600}, "fat": {"count": 60}, "strangers": {}, "sessions": {"count": 300},
}
AT_AGGREGATOR = {
    "idle": {"count": 1500}, "words": {}, "strangers": {}, "subscriptions": {"count": 2000},
    "snapshots": {}, "snapshots unread": {"reads": False},
}


FEW = 400
FEW_FOR_ALL = 300  # of which a quarter is set aside


class Few:
    """Stands before a daemon's command, as a clock does: few descriptors."""

    command = ["prlimit", f"--nofile={FEW}:{FEW}"]


class Attack(Process):
    def __init__(self, world, kind, daemon, key, **options):
        if world.keys:
            options["server"] = world.keys.public(daemon.key)
            options["public"], options["secret"] = world.keys.public(key), world.keys.secret(key)
        port = daemon.endpoint.rsplit(":", 1)[1]
        super().__init__(kind, sys.executable, Path(__file__).with_name("attackers.py"), kind, port,
                         json.dumps(options))

    def __enter__(self):
        self.start()
        self.wait_line("ready", 30)
        return self

    def __exit__(self, *_):
        went_on = self.is_running()
        self.kill()
        assert went_on, self.lines


class Watch(threading.Thread):
    """The most memory and descriptors that a daemon has at any time."""

    def __init__(self, daemon):
        super().__init__()
        self.daemon_process, self.done = daemon, threading.Event()
        self.rss_before, self.before = daemon.rss_kib(), descriptors(daemon)
        self.rss = self.descriptors = 0

    def run(self):
        while not self.done.wait(0.02):
            self.rss = max(self.rss, self.daemon_process.rss_kib())
            self.descriptors = max(self.descriptors, descriptors(self.daemon_process))

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()
        print(f"memory {self.rss_before} to {self.rss} KiB, {self.descriptors} descriptors")
        assert self.rss - self.rss_before < GROWTH_KIB
        assert self.descriptors <= DESCRIPTORS_MAX


def descriptors(daemon):
    return len(os.listdir(f"/proc/{daemon.child.pid}/fd"))


def go_on(step, seconds=SECONDS):
    """Takes the step again and again, each within ANSWER_S."""
    end, longest = time.monotonic() + seconds, 0
    while (begin := time.monotonic()) < end:
        step()
        longest = max(longest, time.monotonic() - begin)
        time.sleep(0.01)
    print(f"longest {longest:.3f} s")
    assert longest < ANSWER_S


def reporter(world, collector):
    """A known agency; a call has a report of its accepted."""
    agency = world.agency("sta", collector)
    count = iter(range(10**9))

    def report():
        seq = world.next_seq()
        # Once: an answer that comes by being asked again is late.
        agency.socket.send(client.pack(agency.envelope(seq, [word(17, next(count) % 100, AT)])))
        reply = agency.receive(3 * ANSWER_S)
        assert reply is not None and reply["seq"] == seq and results(reply) == ["accepted"], reply

    return report


def told_secrets(world, daemon):
    secrets = [world.keys.secret(name) for name in ("collector", "aggregator", "sta", "subscriber")]
    return [line for line in daemon.lines if any(secret in line for secret in secrets)]


def is_as_before(daemon, watch):
    wait_for(lambda: descriptors(daemon) <= watch.before + NEW_DESCRIPTORS,
             f"{daemon.name}: what was taken comes back")
    assert daemon.is_running()


@pytest.mark.parametrize("kind", AT_COLLECTOR)
def test_the_collector_serves_who_may(guarded, kind):
    collector = guarded.collector()
    report = reporter(guarded, collector)
    report()
    with Watch(collector) as watch:
        with Attack(guarded, kind, collector, "mof", **AT_COLLECTOR[kind]):
            go_on(report)
        is_as_before(collector, watch)
    wait_for(lambda: collector.rss_kib() - watch.rss_before < KEPT_KIB, "memory is given back")
    report()
    reporter(guarded, collector)()
    assert not told_secrets(guarded, collector)


@pytest.mark.parametrize("kind", AT_AGGREGATOR)
def test_the_aggregator_serves_who_may(guarded, kind):
    collector, aggregator = guarded.collector(), guarded.aggregator()
    report = reporter(guarded, collector)
    events = guarded.subscriber(aggregator, f"{PLAN}/task/17/").socket

    def report_and_see():
        report()
        assert events.poll(2000 * ANSWER_S)
        while events.poll(0):
            events.recv_multipart()

    # What is published before it has subscribed is not for it.
    wait_for(lambda: report() or events.poll(50), "the first event")
    with Watch(aggregator) as watch:
        with Attack(guarded, kind.split()[0], aggregator, "subscriber", **AT_AGGREGATOR[kind]):
            go_on(report_and_see)
        is_as_before(aggregator, watch)
    report_and_see()
    assert not told_secrets(guarded, aggregator)
    assert aggregator.stop() == 0
    passed_over = int(re.search(r"snapshots_passed_over=(\d+)", aggregator.find("event=stopped"))[1])
    assert (passed_over > 0) == kind.startswith("snapshots")


@pytest.mark.parametrize("said", ["nothing", "half a greeting", "a greeting", "the first step"])
def test_who_does_not_go_on_is_thrown_out_in_time(guarded, said):
    collector = guarded.collector()
    steps = {"nothing": b"", "half a greeting": attackers.CURVE[:20], "a greeting": attackers.CURVE,
             "the first step": attackers.CURVE + attackers.hello_to(guarded.keys.public("collector"))}
    host, port = collector.endpoint.removeprefix("tcp://").split(":")
    with socket.create_connection((host, int(port)), HANDSHAKE_S) as s:
        begin = time.monotonic()
        s.sendall(steps[said])
        s.settimeout(HANDSHAKE_S)
        while s.recv(4096):
            pass
        assert time.monotonic() - begin < HANDSHAKE_S


def test_without_keys_wrong_words_hinder_nobody_either(world):
    collector = world.collector()
    report = reporter(world, collector)
    with Watch(collector) as watch:
        with Attack(world, "words", collector, None):
            go_on(report)
        is_as_before(collector, watch)
    report()


def test_who_takes_all_descriptors_and_keeps_them_does_not_part_it_from_its_store(guarded):
    collector = guarded.collector(clock=Few())
    agency = guarded.agency("sta", collector)
    agency.report(guarded.next_seq(), word(17, 1, AT))
    with Attack(guarded, "sessions", collector, "mof", count=600):
        for percent in (2, 3, 4):
            wait_for(lambda: descriptors(collector) >= FEW_FOR_ALL, "all are taken", 30)
            guarded.redis.kill()
            guarded.redis.start()
            ack = agency.report(guarded.next_seq(), word(17, percent, AT))
            assert results(ack) == ["accepted"]
    wait_for(lambda: descriptors(collector) < 50, "they come back")
    reporter(guarded, collector)()
