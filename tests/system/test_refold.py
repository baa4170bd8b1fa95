"""A ledger that is not the one it was: who listened hears what is different, and the former numbers
are shown until the others are known."""

import made
import pytest
from faults import check_trouble, ledger_end
from harness import wait_for
from made import ms, status
from test_clock import Listener
from test_days import ROLLUP, SUMMARY, TREND, Life
from test_recovery import replace_data

HELP, REGRESSED, BLOCKED = "help/task/1/", "regressed/task/1/", "blocked/task/2/"
TOLD = {HELP, REGRESSED, BLOCKED}


def asks_for_help(seq):
    return status("mof", seq, 1, 2000, ms("2026-03-31 22:00"), help=True)


class Ear(Listener):
    """Remembers each edge of an alert as it came."""

    def __init__(self, world, aggregator):
        self.edges = []
        super().__init__(world, aggregator)
        self.edges.clear()

    def keep_alert(self, topic, data):
        self.edges.append((topic.partition("/alert/")[2], data))
        super().keep_alert(topic, data)

    def take(self, count, what):
        """So many edges, and none more before the next tick: {topic: data}."""
        self.until(lambda: len(self.edges) >= count, what)
        self.wait_tick()
        assert len(self.edges) == count, [topic for topic, _ in self.edges]
        edges, self.edges = dict(self.edges), []
        return edges


@pytest.fixture
def life(tmp_path):
    with Life(tmp_path) as it:
        yield it


@pytest.fixture
def told(life):
    """An aggregator, and who has heard three alerts of it."""
    aggregator = life.aggregator()
    ear = Ear(life.world, aggregator)
    blocked = {"state": "blocked", "problems": "经费未到位"}
    life.say_now(asks_for_help(3), status("jco", 4, 2, 4000, ms("2026-03-31 22:00"), **blocked))
    want = {f"{made.PLAN}/alert/{topic}" for topic in TOLD}
    ear.until(lambda: set(ear.alerts) == want, "they are told")
    ear.edges.clear()
    return aggregator, ear


def snapshot(life, aggregator):
    """What is shown: alerts that stand, percents of tasks."""
    copy = life.world.subscriber(aggregator, f"{made.PLAN}/")
    copy.snapshot()
    copy.close()
    return ({topic.partition("/alert/")[2] for topic in copy.alerts},
            {d["key"]: d["percent"] for d in copy.data.values() if d["scope"] == "task"})


def ended(topics):
    return {f"resolved/{topic}" for topic in topics}


def load(life, revision):
    """Now, and in one step. Returns its position."""
    file = life.world.folder / "made.yaml"
    file.write_text(made.text(revision=revision), encoding="utf-8")
    life.world.load_plan(file)
    return ledger_end(life.world, made.PLAN)


@pytest.mark.parametrize("revision", [1, 2])
def test_a_ledger_that_begins_again_under_the_eyes_of_an_aggregator(life, told, revision):
    """Redis is emptied and loaded again, and no link is lost."""
    aggregator, ear = told
    life.world.redis.client.flushall()
    begun = load(life, revision)
    edges = ear.take(3, "what stands no more")
    assert set(edges) == ended(TOLD)
    for data in edges.values():
        assert (data["position"], data["revision"], data["standing"]) == (begun, revision, False)
    assert ear.alerts == {}
    assert snapshot(life, aggregator) == (set(), {"1": 0.0, "2": 0.0, "3": 0.0})
    life.say_now(asks_for_help(3))
    assert set(ear.take(1, "it is asked for again")) == {HELP}


def test_what_stands_in_both_ledgers_is_not_told_again(life, told):
    """Only the last entry is lost, the checkpoint too."""
    aggregator, ear = told
    store, key = life.world.redis.client, life.world.redis.key
    store.delete(*(key(what, made.PLAN) for what in (ROLLUP, SUMMARY, TREND)))
    words = store.xrange(key("ledger", made.PLAN))
    life.say_now(status("mof", 5, 1, 1900, ms("2026-03-31 22:00"), help=True),
                 status("jco", 6, 2, 4000, ms("2026-03-31 22:00")))
    assert set(ear.take(1, "one has ended")) == ended([BLOCKED])
    store.xdel(key("ledger", made.PLAN), store.xrevrange(key("ledger", made.PLAN), count=1)[0][0])
    store.hset(key("plan", made.PLAN), "end", words[-1][0])
    store.client_kill_filter(_type="normal", skipme=True)
    assert set(ear.take(1, "what had ended stands")) == {BLOCKED}
    assert snapshot(life, aggregator) == (TOLD, {"1": 20.0, "2": 13.33, "3": 0.0})


def test_until_another_ledger_is_folded_the_former_numbers_and_alerts_are_shown(life, told):
    """It is not folded as long as the store's clock has not passed midnight."""
    aggregator, ear = told
    before = snapshot(life, aggregator)
    assert before == (TOLD, {"1": 20.0, "2": 13.33, "3": 0.0})
    replace_data(life.world, None)
    life.store_clock.set("2026-03-31 23:59:00+08:00")
    life.clock.set("2026-04-01 00:00:05+08:00")
    life.ledger.load("2026-03-29 09:00")
    life.wait_over("2026-03-30")
    ear.wait_tick()
    assert snapshot(life, aggregator) == before and ear.edges == []
    life.store_clock.set("2026-04-01 00:00:10+08:00")
    assert set(ear.take(3, "what stands no more")) == ended(TOLD)
    assert snapshot(life, aggregator) == (set(), {"1": 0.0, "2": 0.0, "3": 0.0})
    life.wait_over("2026-03-31")


def test_a_ledger_that_ends_before_its_plan_says_is_told_and_keeps_no_other_waiting(life):
    store, key = life.world.redis.client, life.world.redis.key("plan", made.PLAN)
    end = store.hget(key, "end")
    store.hset(key, "end", f"{life.store_clock.ms()}-0")
    life.world.load_plan()
    aggregator = life.aggregator()
    assert end.decode() in check_trouble(aggregator.wait_line("event=trouble"), made.PLAN)
    store.hset(key, "end", end)
    aggregator.wait_line("event=recovered")
    want = {"1": 30.0, "2": 0.0, "3": 0.0}
    wait_for(lambda: snapshot(life, aggregator)[1] == want, "it is shown")
