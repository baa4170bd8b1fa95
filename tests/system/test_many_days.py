"""Days by the hundred that ended without an aggregator: all are kept in bounded memory, and nobody
waits for them; a trend that cannot be written holds up nothing else."""

import time

import ledgers
import pytest
from faults import ALLOWANCE, check_trouble, kept_summary, ledger_end, peak_kib
from harness import PLAN, PLAN_FILE, World, is_sanitized, wait_for
from made import status
from test_days import DAY_MS

HEAD = """\
format: 1
id: big
revision: 1
title: {zh: 大计划}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {every: month, due_days: 10}
office: jco
agencies: [{id: jco, zh: 办}, {id: one, zh: 一}]
chapters:
  - number: 1
    zh: 章
    tasks:
"""
TASKS, DAYS = 4000, 300 // ALLOWANCE
TASK = "      - {{number: {}, zh: 任务, agencies: [one]}}\n"
BIG = HEAD + "".join(TASK.format(n) for n in range(1, TASKS + 1))


@pytest.fixture
def empty():
    with World() as w:
        yield w


def load(world, plan, text, days_ago):
    """As if it had been loaded then."""
    ledgers.append(world, plan, text, f"{time.time_ns() // 10**6 - days_ago * DAY_MS}-0")


def kept_days(world, plan=PLAN):
    return world.redis.client.hlen(world.redis.key("trend", plan))


def checkpoint_at(world, plan=PLAN):
    return world.redis.client.hget(world.redis.key("rollup", plan), "position")


# While days are made up

class Voice:
    """Says something of a plan, and waits until it has been heard."""

    def __init__(self, world, aggregator):
        self.world, self.percent = world, 0
        self.ear = world.subscriber(aggregator)
        self.ear.snapshot()

    def heard(self):
        """How long it took, in s."""
        self.percent += 1
        record = status("mof", self.percent, 17, self.percent, time.time_ns() // 10**6)
        record[2] = record[4][2]
        begin = time.monotonic()
        ledgers.append(self.world, PLAN, [record])
        self.ear.until(lambda: self.shown() == self.percent / 100, "it counts")
        return time.monotonic() - begin

    def shown(self):
        return self.ear.data[f"{PLAN}/task/17/"]["parts"][0]["percent"]


def test_a_large_plan_of_long_ago_takes_no_more_memory_and_keeps_nobody_waiting(empty):
    load(empty, PLAN, PLAN_FILE.read_text(encoding="utf-8"), 0)
    aggregator = empty.aggregator(bind="ipc")
    voice = Voice(empty, aggregator)
    load(empty, "big", BIG, DAYS)
    wait_for(lambda: kept_days(empty, "big"), "days are made up")
    delays, ends = [], []
    while not ends or not ends[-1]["positions"]:
        delays.append(voice.heard())
        late = empty.subscriber(aggregator, "big/")
        ends.append(late.snapshot())
        late.close()
    assert len(ends) > 3 and max(delays) < ALLOWANCE, delays
    assert {end["count"] for end in ends[:-1]} == {0} and ends[-1]["count"] > TASKS
    wait_for(lambda: checkpoint_at(empty, "big"), "a checkpoint")
    assert kept_days(empty, "big") >= DAYS
    kept_kib = sum(map(len, empty.redis.client.hvals(empty.redis.key("trend", "big")))) // 1024
    peak = peak_kib(aggregator)
    aggregator.restart()
    assert is_sanitized() or peak - peak_kib(aggregator) < kept_kib // 3


def test_it_can_be_ended_while_it_makes_up_days_and_goes_on_later(empty):
    load(empty, "big", BIG, DAYS)
    aggregator = empty.aggregator(bind="ipc", ready=False)
    wait_for(lambda: kept_days(empty, "big"), "days are made up")
    begin = time.monotonic()
    assert aggregator.stop() == 0
    assert time.monotonic() - begin < 2
    assert kept_days(empty, "big") < DAYS and not aggregator.find("event=ready")
    assert not checkpoint_at(empty, "big")
    aggregator.start()
    wait_for(lambda: kept_days(empty, "big") >= DAYS, "all days are kept")


# A trend that cannot be written

def spoil_trend(world):
    world.redis.client.set(world.redis.key("trend"), "no hash")


def mend_trend(world, aggregator):
    world.redis.client.delete(world.redis.key("trend"))
    aggregator.wait_line("event=recovered")
    wait_for(lambda: world.redis.client.exists(world.redis.key("trend")), "days are kept")


def goes_on(world):
    """A new aggregator that cannot write the trend, and does all the rest."""
    spoil_trend(world)
    aggregator = world.aggregator(bind="ipc")
    assert "WRONGTYPE" in check_trouble(aggregator.wait_line("event=trouble"))
    Voice(world, aggregator).heard()
    copy = world.subscriber(aggregator)
    copy.snapshot()
    wait_for(lambda: kept_summary(world) == copy.payloads, "the summaries are kept")
    assert not checkpoint_at(world)  # its days would never be made again
    return aggregator


def test_days_wait_for_a_trend_that_cannot_be_written(empty):
    load(empty, PLAN, PLAN_FILE.read_text(encoding="utf-8"), 90)
    aggregator = goes_on(empty)
    mend_trend(empty, aggregator)
    wait_for(lambda: kept_days(empty) >= 90, "all days are kept")
    wait_for(lambda: checkpoint_at(empty), "a checkpoint")
    assert sum("event=trouble" in line for line in aggregator.lines) == 1


def test_days_that_wait_at_the_end_are_kept_before_the_checkpoint(empty):
    load(empty, PLAN, PLAN_FILE.read_text(encoding="utf-8"), 90)
    aggregator = goes_on(empty)
    empty.redis.client.delete(empty.redis.key("trend"))
    assert aggregator.stop() == 0  # before it tries to write them again
    assert kept_days(empty) >= 90
    assert checkpoint_at(empty) == ledger_end(empty).encode()
    assert not aggregator.find("event=no_checkpoint")


def test_days_too_many_to_wait_are_made_again_by_the_next_start(empty):
    load(empty, PLAN, PLAN_FILE.read_text(encoding="utf-8"), 250)
    aggregator = goes_on(empty)
    mend_trend(empty, aggregator)
    assert kept_days(empty) < 250
    assert aggregator.stop() == 0
    aggregator.start()
    wait_for(lambda: kept_days(empty) >= 250, "all days are kept")
