"""Clocks and positions that are wrong: the fold gets once to the day it belongs to, and stays."""

import collections
import itertools

import client
import made
import pytest
from clocks import Clock
from faults import calls, kept_summary
from harness import wait_for
from made import ms, status
from test_days import (DAY_MS, ROLLUP, SUMMARY, TREND, Life, checkpoint_day, dates, kept, start_of,
                       trend)


class Listener(client.Subscriber):
    """Remembers how often each event came, and the day of each tick."""

    def __init__(self, world, aggregator):
        self.times, self.days = collections.Counter(), []
        super().__init__(world.context, aggregator.endpoint, f"{made.PLAN}/")
        world.sockets.append(self)
        self.snapshot()
        self.times.clear()

    def keep(self, topic, payload):
        event = client.unpack(payload)
        if event["type"] == "tuijin.tick.v1":
            self.days.append(event["data"]["as_of"])
        else:
            self.times[event["id"]] += 1
        super().keep(topic, payload)

    def wait_tick(self):
        before = self.ticks
        self.until(lambda: self.ticks > before, "a tick")

    def wait_day(self, start):
        self.until(lambda: self.tick and self.tick["as_of"] == start, "the day")


def folded(aggregator):
    """Stops it. How many entries it has folded, those that it folded again too."""
    assert aggregator.stop() == 0
    line = aggregator.find("event=stopped")
    return int(line.partition("entries=")[2].split()[0])


def troubles(aggregator):
    return [line for line in aggregator.life() if "event=trouble" in line]


def entries(world):
    return world.redis.client.xlen(world.redis.key("ledger", made.PLAN))


@pytest.fixture
def life(tmp_path):
    with Life(tmp_path) as it:
        yield it


def say(life, percent):
    """An entry; without one an aggregator may wait some seconds before it looks at its clock."""
    return life.say_now(status("mof", percent, 1, percent, ms("2026-03-31 22:00")))


def lose_links(life):
    """Of all that have one."""
    life.world.redis.client.client_kill_filter(_type="normal", skipme=True)


# Days that have not come

def test_entries_written_days_ahead_are_folded_once_and_theirs_is_the_day(life):
    aggregator = life.aggregator()
    ear = Listener(life.world, aggregator)
    life.ledger.say("2026-04-03 12:00", status("mof", 3, 1, 4000, ms("2026-03-31 22:00")))
    ear.wait_day(life.start_of("2026-04-03"))
    ear.days.clear()
    for percent in (4100, 4200):  # behind an entry of the future, all are of its time
        assert client.position(say(life, percent))[0] == ms("2026-04-03 12:00")
        ear.until(lambda: ear.data[f"{made.PLAN}/task/1/"]["num"] == percent, "it counts")
        ear.wait_tick()
    assert set(ear.days) == {life.start_of("2026-04-03")}
    assert max(ear.times.values()) == 1
    assert folded(aggregator) == entries(life.world) and not troubles(aggregator)
    assert checkpoint_day(life.world) == start_of("2026-04-03", "+00:00")
    aggregator.start()
    assert folded(aggregator) == 0  # the checkpoint is taken up


def test_a_checkpoint_of_tomorrow_is_put_aside_once_and_replaced(life):
    aggregator = life.aggregator()
    life.wait_over("2026-03-30")
    assert aggregator.stop() == 0
    store, key = life.world.redis.client, life.world.redis.key(ROLLUP, made.PLAN)
    state = client.unpack(store.hget(key, "state"))
    state[3] += 1
    store.hset(key, "state", client.pack(state))
    aggregator.start()
    ear = Listener(life.world, aggregator)
    ear.wait_tick()
    assert set(ear.days) == {life.start_of("2026-03-31")} and not ear.times
    today = start_of("2026-03-31", "+00:00")
    wait_for(lambda: checkpoint_day(life.world) == today, "a checkpoint of today")
    assert folded(aggregator) == entries(life.world) and not troubles(aggregator)
    aggregator.start()
    assert folded(aggregator) == 0


def test_an_offset_further_west_takes_no_day_back(tmp_path):
    """The evening of the 31st in the far east is the evening of the 30th in the far west."""
    with Life(tmp_path, "+14:00") as life:
        aggregator = life.aggregator()
        life.wait_over("2026-03-30")
        ear = Listener(life.world, aggregator)
        life.ledger.load("2026-03-31 17:01", made.text(revision=2, offset="-11:00"))
        ear.wait_day(start_of("2026-03-31", "-11:00"))
        for percent in (4000, 4100):
            say(life, percent)
            ear.until(lambda: ear.data[f"{made.PLAN}/task/1/"]["num"] == percent, "it counts")
            ear.wait_tick()
        assert max(ear.times.values()) == 1
        life.offset = "-11:00"
        life.set("2026-04-01 00:00:05")
        ear.wait_day(life.start_of("2026-04-01"))
        life.wait_over("2026-03-31")
        assert sorted(trend(life.world)) == dates("2026-03-20", "2026-03-31")
        assert ear.days == sorted(ear.days)
        assert folded(aggregator) == entries(life.world) and not troubles(aggregator)


def test_days_of_a_wrong_clock_leave_the_trend_with_the_next_that_ends(life):
    aggregator = life.aggregator()
    life.wait_over("2026-03-30")
    life.clock.set("2026-04-05 12:00:00+08:00")
    say(life, 4000)
    life.wait_over("2026-04-04")
    assert sorted(trend(life.world)) == dates("2026-03-20", "2026-04-04")
    life.clock.set("2026-03-31 23:01:00+08:00")
    percents = itertools.count(4100)
    wait_for(lambda: say(life, next(percents)) and troubles(aggregator), "the clock is looked at")
    assert "folding again" in aggregator.find("event=trouble")
    aggregator.wait_line("event=recovered")
    life.set("2026-04-01 00:00:05")
    say(life, next(percents))
    want = dates("2026-03-20", "2026-03-31")
    wait_for(lambda: sorted(trend(life.world)) == want, "they are gone")
    assert len(troubles(aggregator)) == 1


def test_days_that_are_over_are_not_dropped_by_an_aggregator_whose_clock_is_late(life):
    late_clock = Clock(life.world.folder / "late", "2026-03-31 23:00:00+08:00")
    life.aggregator()
    life.wait_over("2026-03-30")
    life.world.aggregator(bind="ipc", clock=late_clock)
    life.set("2026-04-02 12:00:00")
    life.wait_over("2026-04-01")
    want = trend(life.world)
    assert sorted(want) == dates("2026-03-20", "2026-04-01")
    life.world.redis.client.hdel(life.world.redis.key(TREND, made.PLAN), "2026-03-31")
    late_clock.set("2026-04-01 12:00:00+08:00")
    lose_links(life)
    life.wait_over("2026-03-31")  # again
    assert trend(life.world) == want


# Summaries in Redis

def test_summaries_of_tomorrow_are_replaced(life):
    aggregator = life.aggregator()
    ear = Listener(life.world, aggregator)
    ear.wait_tick()
    life.wait_kept(ear)
    want = kept_summary(life.world, made.PLAN)
    aggregator.kill()
    store, topic = life.world.redis.client, f"{made.PLAN}/overall/"
    store.hincrby(life.world.redis.key(ROLLUP, made.PLAN), "summary_as_of", DAY_MS)
    store.hset(life.world.redis.key(SUMMARY, made.PLAN), topic, "tomorrow's")
    aggregator.start()
    wait_for(lambda: kept_summary(life.world, made.PLAN) == want, "they are today's")
    assert int(kept(life.world, ROLLUP)[b"summary_as_of"]) == life.start_of("2026-03-31")


def test_summaries_of_today_are_not_replaced_by_an_aggregator_of_yesterday(life):
    """When the links have been lost, each writes all it has."""
    right = life.aggregator()
    late = life.world.aggregator(bind="ipc", clock=Clock(life.world.folder / "late",
                                                         "2026-03-31 23:00:00+08:00"))
    life.wait_over("2026-03-30")
    ear = life.subscriber(right)
    life.set("2026-04-01 12:00:00")
    life.wait_day(ear, "2026-04-01")
    life.wait_kept(ear)
    right.kill()
    yesterday, before = Listener(life.world, late), calls(life.world, "eval")
    lose_links(life)
    wait_for(lambda: calls(life.world, "eval") >= before + 4, "it has tried more than once")
    assert {d["as_of"] for d in yesterday.data.values()} == {life.start_of("2026-03-31")}
    assert kept_summary(life.world, made.PLAN) == ear.payloads
    assert int(kept(life.world, ROLLUP)[b"summary_as_of"]) == life.start_of("2026-04-01")
