"""How a day ends: every number turns at the plan's midnight, and what the day was like is kept, alike
wherever a fold began."""

import time
from datetime import date, timedelta

import client
import made
import pytest
from clocks import Clock
from faults import kept_summary
from harness import PLAN, World, results, wait_for, word
from load import check_snapshot
from made import ms, status

DAY_MS = 86_400_000
ROLLUP, SUMMARY, TREND = "rollup", "summary", "trend"


# A day that is given

def test_one_ledger_looked_at_on_several_days_gives_the_worked_examples(world, plan):
    alone = [t for t in plan.tasks if t.duty == "lead" and t.agencies[0] == "cnipa"][:4]
    said = dict(zip((14.66, 14.65, 19.58, 19.57), alone))
    cnipa = world.agency("cnipa", world.collector(bind="ipc"))
    ack = cnipa.report(1, *(word(t.number, percent, 1774951200000) for percent, t in said.items()))
    assert results(ack) == ["accepted"] * 4
    for today, expected, lights in (
            ("2026-03-31", 24.65, ("green", "yellow", "green", "green")),
            ("2026-06-30", 49.58, ("red", "red", "yellow", "red")),
            ("2026-12-31", 100.0, ("red", "red", "red", "red")),
            ("2027-01-01", 100.0, ("red", "red", "red", "red"))):
        aggregator = world.aggregator("--today", today, bind="ipc")
        subscriber = world.subscriber(aggregator)
        check_snapshot(world, subscriber, plan, start_of(today))
        for (percent, task), light in zip(said.items(), lights):
            data = subscriber.data[f"{PLAN}/task/{task.number}/"]
            assert (data["percent"], data["expected"], data["light"]) == (percent, expected, light)
            assert data["gap"] == round(percent - expected, 2)
            assert data["overdue_days"] == (today == "2027-01-01")
        assert aggregator.stop() == 0
    assert not world.redis.client.exists(*map(world.redis.key, (ROLLUP, SUMMARY, TREND, "seals")))


# Days that end

def kept(world, what):
    return world.redis.client.hgetall(world.redis.key(what, made.PLAN))


def checkpoint_day(world):
    """The day a checkpoint is of, as the 00:00 of it, or None."""
    state = kept(world, ROLLUP).get(b"state")
    return client.unpack(state)[3] * DAY_MS if state else None


def trend(world):
    """date -> the bytes kept of it."""
    return {day.decode(): point for day, point in kept(world, TREND).items()}


def points(value):
    """scope -> what a day of the trend says of it."""
    return {scope: rest for scope, *rest in client.unpack(value)[4]}


def point_of(data):
    """The same from a summary."""
    tasks, obligations = data["tasks"], data["obligations"]
    return [data.get("own", data)["percent"], data["expected"], data["light"], tasks["included"],
            tasks["verified"], tasks["completed"], obligations["expected"], obligations["reported"]]


def start_of(day, offset=made.CHINA):
    return ms(f"{day} 00:00", offset)


def dates(first, last):
    first, last = map(date.fromisoformat, (first, last))
    return [str(first + timedelta(days=n)) for n in range((last - first).days + 1)]


class Life:
    """The plan of made.py, with words on it, on an evening at the end of March 2026. The store and the
    aggregator have a clock each."""

    def __init__(self, folder, offset=made.CHINA):
        self.offset = offset
        self.store_clock, self.clock = (
            Clock(folder / name, f"2026-03-31 23:00:00{offset}") for name in ("store", "aggregator"))
        self.world = World(clock=self.store_clock)
        self.ledger = made.Ledger(self.world)
        self.ledger.load("2026-03-20 09:00", made.text(offset=offset))
        self.ledger.say("2026-03-25 09:00", status("mof", 1, 1, 3000, ms("2026-03-25 08:00")),
                        status("nbs", 2, 3, 0, ms("2026-03-25 08:00")))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.world.close()

    def aggregator(self, *flags):
        return self.world.aggregator(*flags, bind="ipc", clock=self.clock)

    def subscriber(self, aggregator):
        subscriber = self.world.subscriber(aggregator, f"{made.PLAN}/")
        subscriber.snapshot()
        subscriber.seen.clear()
        return subscriber

    def set(self, local):
        """Both clocks."""
        self.store_clock.set(local + self.offset)
        self.clock.set(local + self.offset)

    def start_of(self, day):
        return start_of(day, self.offset)

    def wait_day(self, subscriber, day):
        """Until this day is that of every summary."""
        start = self.start_of(day)
        subscriber.until(lambda: subscriber.tick and subscriber.tick["as_of"] == start and
                         subscriber.tick["digest"] == subscriber.digest(), f"{day} has come")
        assert {d["as_of"] for d in subscriber.data.values()} == {start}

    def wait_kept(self, subscriber):
        """Until Redis has the copy's summaries and a checkpoint of their day."""
        world = self.world
        wait_for(lambda: kept_summary(world, made.PLAN) == subscriber.payloads, "summaries are kept")
        assert int(kept(world, ROLLUP)[b"summary_as_of"]) == subscriber.tick["as_of"]

    def wait_over(self, day):
        """Until all days up to this one are kept; a checkpoint does not come before them."""
        wait_for(lambda: day in trend(self.world), f"{day} is kept")

    def say_now(self, *records):
        """An entry at the store's own time."""
        for record in records:
            record[2] = self.store_clock.ms()
        store, key = self.world.redis.client, self.world.redis.key
        position = store.xadd(key("ledger", made.PLAN), {"records": b"".join(map(client.pack, records))})
        store.hset(key("plan", made.PLAN), "end", position)
        return position.decode()


@pytest.fixture
def life(tmp_path):
    with Life(tmp_path) as it:
        yield it


@pytest.mark.parametrize("offset", ["+08:00", "-03:30", "+14:00"])
def test_midnight_of_the_plan_turns_every_summary_once_and_keeps_the_day(tmp_path, offset):
    with Life(tmp_path, offset) as life:
        aggregator = life.aggregator()
        subscriber = life.subscriber(aggregator)
        before = dict(subscriber.data)
        assert {d["as_of"] for d in before.values()} == {life.start_of("2026-03-31")}
        life.wait_over("2026-03-30")
        life.set("2026-03-31 23:59:59.5")
        life.wait_day(subscriber, "2026-04-01")
        assert sorted(topic for topic, _ in subscriber.seen) == sorted(before)
        for topic, data in subscriber.data.items():
            assert data["position"] == before[topic]["position"], topic
        overall = [d[f"{made.PLAN}/overall/"] for d in (before, subscriber.data)]
        assert [d["expected"] for d in overall] == [24.65, 24.93]
        assert [d["period"]["name"] for d in overall] == ["2026-Q1", "2026-Q2"]

        life.wait_over("2026-03-31")
        assert points(trend(life.world)["2026-03-31"]) == {
            topic.removeprefix(f"{made.PLAN}/")[:-1]: point_of(data) for topic, data in before.items()}
        life.wait_kept(subscriber)
        assert aggregator.stop() == 0
        assert checkpoint_day(life.world) == start_of("2026-04-01", "+00:00")


def test_the_trend_has_every_day_since_the_plan_was_loaded(life):
    subscriber = life.subscriber(life.aggregator())
    life.wait_over("2026-03-30")
    days = trend(life.world)
    assert sorted(days) == dates("2026-03-20", "2026-03-30")
    assert [points(days[d])["task/1"][0] for d in sorted(days)] == [0.0] * 5 + [30.0] * 6
    end = subscriber.snapshot()["positions"][made.PLAN]
    assert client.unpack(days["2026-03-30"])[:4] == [1, start_of("2026-03-30"), end, 1]


def test_days_that_passed_without_an_aggregator_are_made_up(life):
    aggregator = life.aggregator()
    life.subscriber(aggregator)
    wait_for(lambda: checkpoint_day(life.world), "a checkpoint")
    aggregator.kill()
    life.set("2026-04-05 12:00:00")
    for day, percent in (("2026-04-02", 4000), ("2026-04-04", 4500)):
        life.ledger.say(f"{day} 10:00", status("mof", percent, 1, percent, ms(f"{day} 09:00")))
    aggregator.start()
    life.wait_over("2026-04-04")
    days = trend(life.world)
    assert sorted(days) == dates("2026-03-20", "2026-04-04")
    assert [points(days[d])["task/1"][0] for d in dates("2026-03-31", "2026-04-04")] == [
        30.0, 30.0, 40.0, 40.0, 45.0]


def test_the_first_start_on_a_ledger_of_days_ago_is_ready_at_once(life):
    begin = time.monotonic()
    life.aggregator()
    assert time.monotonic() - begin < 2


def everything(life, yesterday):
    """All that an aggregator tells when it is asked, and all that it has kept when it is stopped."""
    aggregator = life.aggregator()
    subscriber = life.subscriber(aggregator)
    life.wait_over(yesterday)
    alerts = {t: client.pack(d) for t, d in subscriber.alerts.items()}
    assert aggregator.stop() == 0
    return {"summaries": subscriber.payloads, "alerts": alerts,
            **{what: kept(life.world, what) for what in (ROLLUP, SUMMARY, TREND)}}


def test_from_a_checkpoint_and_from_scratch_all_is_the_same_to_the_byte(life):
    """Over ends of days, a missed period, a revision, and with alerts that stand."""
    everything(life, "2026-03-30")
    life.set("2026-04-20 12:00:00")
    life.ledger.say("2026-04-02 10:00", status("mof", 3, 1, 2000, ms("2026-04-02 09:00"), help=True))
    life.ledger.say("2026-04-12 10:00", status("sta", 4, 2, 100, ms("2026-03-31 09:00")))
    life.ledger.load("2026-04-14 10:00", made.text(revision=2, third=False))
    life.ledger.say("2026-04-15 10:00", status("jco", 5, 2, 6000, ms("2026-04-15 09:00"), state="blocked"))
    after = everything(life, "2026-04-19")
    assert {t.split("/")[2] for t in after["alerts"]} == {"help", "regressed", "missed_period", "blocked"}
    assert sorted(map(bytes.decode, after[TREND])) == dates("2026-03-20", "2026-04-19")
    store, key = life.world.redis.client, life.world.redis.key
    store.delete(*(key(what, made.PLAN) for what in (ROLLUP, SUMMARY, TREND)))
    scratch = everything(life, "2026-04-19")
    for what, value in after.items():
        assert scratch[what] == value, what


def test_two_aggregators_over_midnight_send_equal_bytes_for_equal_ids(life):
    subscribers = [life.subscriber(life.aggregator()) for _ in range(2)]
    life.set("2026-03-31 23:59:59.5")
    for subscriber in subscribers:
        life.wait_day(subscriber, "2026-04-01")
    one, two = ({client.unpack(p)["id"]: p for _, p in s.seen} for s in subscribers)
    assert one == two and len(one) == len(subscribers[0].data)


# Clocks that differ

def test_the_day_goes_on_until_the_store_has_passed_midnight_too(life):
    aggregator = life.aggregator()
    subscriber = life.subscriber(aggregator)
    life.store_clock.set("2026-03-31 23:59:00+08:00")
    life.clock.set("2026-04-01 00:00:02+08:00")
    later = life.start_of("2026-04-01") + 2000
    subscriber.until(lambda: subscriber.tick and subscriber.tick["now"] >= later, "a tick of April")
    position = life.say_now(status("mof", 3, 1, 5000, life.store_clock.ms()))
    assert client.position(position)[0] < life.start_of("2026-04-01")
    subscriber.until(lambda: subscriber.data[f"{made.PLAN}/task/1/"]["percent"] == 50.0, "it counts")
    assert {d["as_of"] for d in subscriber.data.values()} == {life.start_of("2026-03-31")}
    assert "2026-03-31" not in trend(life.world)

    life.store_clock.set("2026-04-01 00:00:00.1+08:00")
    life.wait_day(subscriber, "2026-04-01")
    life.wait_over("2026-03-31")
    assert points(trend(life.world)["2026-03-31"])["task/1"][0] == 50.0


def test_a_store_that_is_late_is_waited_for_a_minute_and_no_longer(life):
    subscriber = life.subscriber(life.aggregator())
    life.clock.set("2026-04-01 00:00:58+08:00")
    life.wait_day(subscriber, "2026-04-01")
    assert subscriber.tick["now"] >= life.start_of("2026-04-01") + 60_000


def test_an_entry_of_the_next_day_ends_the_day_whatever_the_aggregators_clock_says(life):
    subscriber = life.subscriber(life.aggregator())
    life.store_clock.set("2026-04-01 00:00:05+08:00")
    life.say_now(status("mof", 3, 1, 5000, life.clock.ms()))
    life.wait_day(subscriber, "2026-04-01")
    life.wait_over("2026-03-31")
    assert points(trend(life.world)["2026-03-31"])["task/1"][0] == 30.0
    ticks = subscriber.ticks
    subscriber.until(lambda: subscriber.ticks >= ticks + 3, "it stays so")
    assert subscriber.tick["as_of"] == life.start_of("2026-04-01")


def test_a_day_that_a_wrong_clock_ended_is_today_again_when_the_clock_is_right(life):
    aggregator = life.aggregator()
    subscriber = life.subscriber(aggregator)
    life.set("2026-06-10 12:00:00")
    life.wait_day(subscriber, "2026-06-10")
    life.wait_kept(subscriber)
    life.set("2026-04-01 08:00:00")
    assert "folding again" in aggregator.wait_line("event=trouble")

    def is_right():
        late = life.subscriber(aggregator)
        late.close()
        return {d["as_of"] for d in late.data.values()} == {life.start_of("2026-04-01")}

    wait_for(is_right, "today is right again")
    life.set("2026-04-02 00:00:05")
    wait_for(lambda: sorted(trend(life.world)) == dates("2026-03-20", "2026-04-01"),
             "the days that never were are gone")


def test_a_checkpoint_of_the_future_is_not_begun_from(life):
    life.set("2026-06-10 12:00:00")
    aggregator = life.aggregator()
    life.wait_over("2026-06-09")
    assert aggregator.stop() == 0
    assert checkpoint_day(life.world) == start_of("2026-06-10", "+00:00")
    life.set("2026-04-01 08:00:00")
    aggregator.start()
    subscriber = life.subscriber(aggregator)
    assert {d["as_of"] for d in subscriber.data.values()} == {life.start_of("2026-04-01")}
