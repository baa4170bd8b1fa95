"""Alerts over the wire: each edge once, from whichever aggregator, and what stands for who comes late."""

import datetime
import itertools
import secrets
import time

import client
import pytest
from clocks import Clock
from faults import ledger_end
from harness import DEADLINE_S, PLAN, World, results, wait_for, word
from load import in_step

AT = 1774951200000  # in the first quarter of 2026
ID = "edges"
DAY = datetime.timedelta(days=1)
OFFSET = datetime.timezone(datetime.timedelta(hours=8))
TEXT = """\
format: 1
id: edges
revision: {revision}
title: {{zh: 警示}}
starts: {starts}
ends: {ends}
utc_offset: "+08:00"
reporting: {{every: year, due_days: 366}}
office: jco
agencies: [{{id: jco, zh: 办}}, {{id: one, zh: 一}}, {{id: two, zh: 二}}]
chapters:
  - number: 1
    zh: 章
    tasks:
      - {{number: 1, zh: 甲, duty: lead, agencies: [one, two]}}
      - {{number: 2, zh: 乙, agencies: [one], due: {yesterday}}}
"""
TASK_3 = "      - {number: 3, zh: 丙, duty: shared, agencies: [one, two]}\n"


def today():
    return datetime.datetime.now(OFFSET).date()


def midnight(day):
    """00:00 of a day, "2026-07-01" or a date, in ms."""
    day = datetime.date.fromisoformat(day) if isinstance(day, str) else day
    start = datetime.datetime.combine(day, datetime.time(), OFFSET)
    return int(start.timestamp() * 1000)


def load(world, revision=1, third=True):
    """A plan of which about half the time has passed, task 2 due yesterday, no period due yet."""
    file = world.folder / f"{ID}-{revision}.yaml"
    text = TEXT.format(revision=revision, starts=today() - 200 * DAY, ends=today() + 200 * DAY,
                       yesterday=today() - DAY)
    file.write_text(text + TASK_3 * third, encoding="utf-8")
    world.load_plan(file)


class Ear(client.Subscriber):
    """Remembers every alert as it came."""

    def __init__(self, world, aggregators, prefix=f"{ID}/"):
        self.edges = []  # (topic without the plan, data), live ones
        self.payloads_of = {}  # id -> every payload that came with it
        super().__init__(world.context, aggregators[0].endpoint, prefix)
        world.sockets.append(self)
        for other in aggregators[1:]:
            self.socket.connect(other.endpoint)
        self.snapshot()
        self.edges.clear()

    def keep(self, topic, payload):
        if "/alert/" in topic:
            event = client.unpack(payload)
            self.edges.append((topic.partition("/alert/")[2], event["data"]))
            self.payloads_of.setdefault(event["id"], []).append(payload)
        super().keep(topic, payload)

    def after(self, position):
        """The edges until all up to this ledger position is published."""
        wait_for(lambda: client.position(self.shown()) >= client.position(position), position)
        edges, self.edges = self.edges, []
        return edges

    def shown(self):
        """How far the aggregator is, by the end of a snapshot without topics: what was published by
        then has come before it."""
        inbox = f"snap/{secrets.token_hex(8)}/{self.prefix.decode()}-".encode()
        self.socket.subscribe(inbox)
        while (frames := self.receive())[0] != inbox:
            self.keep(frames[0].decode(), frames[1])
        self.socket.unsubscribe(inbox)
        (position,) = client.unpack(frames[2])["positions"].values()
        return position

    def receive(self):
        assert self.socket.poll(DEADLINE_S * 1000), "silence"
        return self.socket.recv_multipart()

    def wait_connected(self):
        """After a restart: events come again."""
        now = time.time_ns() // 1_000_000
        self.until(lambda: self.tick and self.tick["now"] > now, "a tick of the new aggregator")

    def standing(self):
        """The payload of each that stands, by topic."""
        return {t: self.payloads_of[f'{d["position"]}:{d["as_of"]}:{t}'][-1]
                for t, d in self.alerts.items()}


def about(edges, task):
    """What became of a task: ("blocked", True) was raised, ("blocked", False) has ended."""
    return [(d["what"], d["standing"]) for _, d in edges if (d["scope"], d["key"]) == ("task", str(task))]


@pytest.fixture
def edges():
    """A fresh Redis with the plan above, a collector, an aggregator that goes by the real day."""
    with World() as w:
        load(w)
        w.collector(bind="ipc")
        w.aggregator(bind="ipc")
        yield w


class Speaker:
    """Reports now, with rising seqs, and returns the position."""

    def __init__(self, world, name):
        self.agency = world.agency(name, world.daemons[0], plan=ID)
        self.seqs = itertools.count(1)

    def say(self, task, percent, state=None, **more):
        at = int(datetime.datetime.now().timestamp() * 1000)
        state = state or {0: "not_started", 100: "completed"}.get(percent, "in_progress")
        more = {"problems": "经费未到位", **more} if state == "blocked" else more
        return self.send({"task": task, "state": state, "percent": percent, "at": at, **more})

    def withdraw(self, task):
        at = int(datetime.datetime.now().timestamp() * 1000)
        return self.send({"task": task, "action": "withdraw", "at": at})

    def send(self, entry):
        ack = self.agency.report(next(self.seqs), entry)
        assert ack["results"][0]["result"] == "accepted", ack
        return ack["position"]

    def rule(self, task, disposition, **more):
        at = int(datetime.datetime.now().timestamp() * 1000)
        ack = self.agency.dispose(next(self.seqs), {"task": task, "disposition": disposition, "at": at,
                                                    **more})
        assert ack["results"][0]["result"] == "accepted", ack
        return ack["position"]


def ms_of(position):
    return client.position(position)[0]


# Edges

def test_each_edge_is_told_once_when_it_comes_and_once_when_it_goes(edges):
    one, two, jco = (Speaker(edges, name) for name in ("one", "two", "jco"))
    ear = Ear(edges, edges.daemons[1:])
    story = [
        (lambda: one.say(1, 60), []),
        (lambda: one.say(1, 60, "blocked", help=True), [("blocked", True), ("help", True)]),
        (lambda: one.say(1, 60, "blocked", help=True), []),
        (lambda: one.say(1, 55), [("blocked", False), ("help", False), ("regressed", True)]),
        (lambda: one.say(1, 58), []),  # not yet back
        (lambda: one.say(1, 60), [("regressed", False)]),
        (lambda: one.say(1, 5), [("behind", True), ("regressed", True)]),
        (lambda: one.withdraw(1), [("behind", False), ("regressed", False)]),
        (lambda: one.say(1, 1), [("behind", True)]),  # nothing to fall from
        (lambda: one.say(1, 100), [("behind", False)]),
        (lambda: two.say(1, 10, "blocked"), [("blocked", True)]),  # its part does not count
        (lambda: one.say(1, 90, "blocked"), [("regressed", True)]),
        (lambda: jco.rule(1, "suspended", reason="缘由"), [("blocked", False), ("regressed", False)]),
        (lambda: jco.rule(1, "open"), [("blocked", True), ("regressed", True)]),
        (lambda: jco.rule(1, "verified"), [("blocked", False), ("regressed", False)]),
    ]
    for number, (act, want) in enumerate(story):
        position = act()
        got = ear.after(position)
        assert about(got, 1) == want, number
        for _, data in got:
            assert data["position"] == position and data["as_of"] == midnight(today())
            assert data["since" if data["standing"] else "ended"] == ms_of(position), data


def test_an_alert_names_its_agencies_and_its_numbers_stand_still(edges):
    one, two = Speaker(edges, "one"), Speaker(edges, "two")
    ear = Ear(edges, edges.daemons[1:])
    begun = two.say(3, 40, "blocked")
    (_, raised), = [e for e in ear.after(begun) if e[1]["what"] == "blocked"]
    assert raised["agencies"] == ["two"] and raised["percent"] == 20.0
    summary = ear.data[f"{ID}/task/3/"]
    for field in ("percent", "expected", "gap", "light", "reason", "overdue_days", "revision"):
        assert raised[field] == summary[field], field

    before = ear.standing()[f"{ID}/alert/blocked/task/3/"]
    ear.after(one.say(3, 70, "blocked"))
    late = Ear(edges, edges.daemons[1:])
    assert late.standing()[f"{ID}/alert/blocked/task/3/"] == before

    one.say(3, 80)
    ended = two.say(3, 90)
    (topic, data), = [e for e in ear.after(ended) if e[1]["what"] == "blocked"]
    assert topic == "resolved/blocked/task/3/" and data["ended"] == ms_of(ended)
    assert (data["since"], data["agencies"]) == (ms_of(begun), ["two"])
    assert data["percent"] == 85.0 and data["period"] is None


def test_behind_stands_for_every_scope_whose_light_is_red_and_no_other(edges):
    one, two, jco = (Speaker(edges, name) for name in ("one", "two", "jco"))
    ear = Ear(edges, edges.daemons[1:])

    def check(position):
        ear.after(position)
        red = {t for t, d in ear.data.items() if d["light"] == "red"}
        assert {t for t in ear.alerts if "/behind/" in t} == {
            t.replace(f"{ID}/", f"{ID}/alert/behind/") for t in red}
        assert {d["key"] for d in ear.alerts.values() if d["what"] == "overdue"} == {
            d["key"] for d in ear.data.values() if d.get("overdue_days")}
        return len(red)

    reds = [check(act()) for act in (
        lambda: one.say(1, 45), lambda: two.say(3, 1), lambda: one.say(3, 99), lambda: one.say(2, 90),
        lambda: one.say(2, 100), lambda: one.say(2, 90), lambda: jco.rule(2, "verified"),
        lambda: one.say(1, 2), lambda: jco.rule(1, "cancelled", reason="缘由"))]
    assert max(reds) > 3 and min(reds) < 2, reds


def test_overdue_begins_with_the_day_after_and_ends_with_the_task(edges):
    one = Speaker(edges, "one")
    ear = Ear(edges, edges.daemons[1:])
    alert = ear.alerts[f"{ID}/alert/overdue/task/2/"]
    assert (alert["since"], alert["overdue_days"]) == (midnight(today()), 1)
    assert (alert["light"], alert["reason"], alert["agencies"]) == ("red", "overdue", ["one"])
    assert about(ear.after(one.say(2, 99)), 2) == []
    assert about(ear.after(one.say(2, 100)), 2) == [("overdue", False), ("behind", False)]
    assert about(ear.after(one.say(2, 98)), 2) == [("overdue", True), ("behind", True),
                                                   ("regressed", True)]
    assert ear.alerts[f"{ID}/alert/overdue/task/2/"]["since"] == midnight(today())


# Never twice

def test_after_kill_nine_nothing_is_told_again_and_the_same_stands(edges):
    one, two = Speaker(edges, "one"), Speaker(edges, "two")
    aggregator = edges.daemons[1]
    ear = Ear(edges, [aggregator])
    wait_for(lambda: edges.redis.client.exists(edges.redis.key("rollup", ID)), "a checkpoint")
    one.say(1, 50, "blocked")
    one.say(3, 40, help=True)
    assert ear.after(two.say(1, 40))
    assert about(ear.after(two.say(1, 35)), 1) == [("regressed", True)]
    before = ear.standing()
    assert len(before) >= 4
    for _ in range(2):
        aggregator.restart()
        assert Ear(edges, [aggregator]).standing() == before
        edges.redis.client.delete(edges.redis.key("rollup", ID))  # next from the ledger's beginning
    ear.wait_connected()
    assert about(ear.after(two.say(1, 30)), 1) == []  # it has fallen before
    assert about(ear.after(two.say(1, 40)), 1) == [("regressed", False)]


def test_what_stood_in_a_checkpoint_ends_like_any_other(edges):
    one = Speaker(edges, "one")
    aggregator = edges.daemons[1]
    ear = Ear(edges, [aggregator])
    ear.after(one.say(1, 60, "blocked"))
    assert aggregator.stop() == 0
    aggregator.start()
    ear.wait_connected()
    assert about(ear.after(one.say(1, 60)), 1) == [("blocked", False)]
    assert about(ear.after(one.say(2, 100)), 2) == [("overdue", False), ("behind", False)]


def test_what_came_and_went_while_no_aggregator_ran_is_not_told_and_what_stands_is_there(edges):
    one = Speaker(edges, "one")
    aggregator = edges.daemons[1]
    ear = Ear(edges, [aggregator])
    aggregator.kill()
    one.say(1, 50, "blocked", help=True)
    one.say(1, 50, help=True)
    aggregator.start()
    ear.wait_connected()
    assert about(ear.after(one.say(3, 50)), 1) == []
    assert Ear(edges, [aggregator]).alerts.keys() >= {f"{ID}/alert/help/task/1/"}
    assert about(ear.after(one.say(1, 50)), 1) == [("help", False)]


def test_two_aggregators_tell_the_same_with_equal_ids_and_equal_bytes(edges):
    one, two = Speaker(edges, "one"), Speaker(edges, "two")
    edges.aggregator("--publish-interval", 10, bind="ipc")
    ears = [Ear(edges, [a]) for a in edges.daemons[1:]]
    both = Ear(edges, edges.daemons[1:])
    for percent in (60, 50, 10, 70):
        last = one.say(1, percent, "blocked" if percent == 50 else None)
        edges_of = [ear.after(last) for ear in ears]
        assert edges_of[0] == edges_of[1]
        last = two.say(3, percent, help=percent > 50)
        edges_of = [ear.after(last) for ear in ears]
        assert edges_of[0] == edges_of[1]
    assert ears[0].standing() == ears[1].standing()
    both.until(lambda: both.alerts == ears[0].alerts, "a subscriber of both has what stands")
    for ear in (*ears, both):
        assert all(len(set(payloads)) == 1 for payloads in ear.payloads_of.values())
    assert any(len(payloads) > 1 for payloads in both.payloads_of.values())


def test_what_is_raised_and_ends_before_it_is_published_is_left_out(edges):
    one = Speaker(edges, "one")
    patient = edges.aggregator("--publish-interval", 3000, bind="ipc")
    ear = Ear(edges, [patient])
    ear.after(one.say(3, 50))
    one.say(1, 50, "blocked", help=True)
    assert about(ear.after(one.say(1, 50, help=True)), 1) == [("help", True)]


# Who comes late, and revisions

def test_a_snapshot_has_what_stands_under_its_prefix(edges):
    one = Speaker(edges, "one")
    aggregator = edges.daemons[1]
    ear = Ear(edges, [aggregator])
    ear.after(one.say(1, 5, "blocked"))
    one.say(3, 50, "blocked")
    ear.after(one.say(3, 50))
    standing = set(ear.alerts)
    assert {t.split("/")[2] for t in standing} == {"overdue", "behind", "blocked"}
    for prefix in (f"{ID}/", f"{ID}/alert/", f"{ID}/alert/b", f"{ID}/alert/blocked/task/1/", f"{ID}/task/"):
        late = edges.subscriber(aggregator, prefix)
        end = late.snapshot()
        assert set(late.alerts) == {t for t in standing if t.startswith(prefix)}, prefix
        assert end["count"] == len(late.alerts) + len(late.data), prefix
        assert all(d["standing"] for d in late.alerts.values())
    in_step(ear)
    assert ear.tick["topics"] == len(ear.data) == 1 + 1 + 3 + 3


def test_a_revision_that_drops_a_task_ends_its_alerts(edges):
    one, two = Speaker(edges, "one"), Speaker(edges, "two")
    aggregator = edges.daemons[1]
    ear = Ear(edges, [aggregator])
    two.say(3, 60)
    ear.after(one.say(3, 60, "blocked", help=True))
    load(edges, revision=2, third=False)
    revision = ledger_end(edges, ID)
    got = ear.after(revision)
    assert sorted(about(got, 3)) == [("blocked", False), ("help", False)]
    assert all(d["position"] == revision and d["revision"] == 2 and d["ended"] == ms_of(revision)
               for _, d in got if d["key"] == "3")
    late = Ear(edges, [aggregator])
    assert late.alerts.keys() == ear.alerts.keys()
    assert not [t for t in ear.alerts if t.endswith("task/3/")]
    assert f"{ID}/alert/overdue/task/2/" in ear.alerts

    load(edges, revision=3)  # its words count again
    assert sorted(about(ear.after(ledger_end(edges, ID)), 3)) == [("blocked", True), ("help", True)]


# What the calendar raises

def of_kind(alerts, what):
    return {d["key"]: d for d in alerts.values() if d["what"] == what and d["scope"] == "task"}


def standing_on(world, day):
    subscriber = world.subscriber(world.aggregator("--today", day, bind="ipc"), f"{PLAN}/alert/")
    subscriber.snapshot()
    return subscriber.alerts


@pytest.mark.parametrize("today_, period, since", [
    ("2026-04-10", None, None), ("2026-04-11", "2026-Q1", "2026-04-11"),
    ("2026-07-10", "2026-Q1", "2026-04-11"), ("2026-07-11", "2026-Q2", "2026-07-11"),
    ("2027-03-01", "2026-Q4", "2027-01-11")])
def test_a_period_is_missed_from_the_day_it_is_due(world, plan, today_, period, since):
    missed = of_kind(standing_on(world, today_), "missed_period")
    assert len(missed) == (106 if period else 0)
    for key, data in missed.items():
        task = plan.task(int(key))
        assert (data["period"], data["since"]) == (period, midnight(since))
        assert data["agencies"] == [a for a in task.agencies if task.counts(a)]


def test_every_task_that_is_not_done_is_overdue_when_the_plan_is_over(world, plan):
    assert of_kind(standing_on(world, "2026-12-31"), "overdue") == {}
    overdue = of_kind(standing_on(world, "2027-01-03"), "overdue")
    assert len(overdue) == 106
    for data in overdue.values():
        assert data["since"] == midnight("2027-01-01") and data["overdue_days"] == 3
        assert data["expected"] == 100.0 and data["percent"] == 0.0


def test_midnight_raises_and_a_further_period_is_raised_without_an_end_in_between(tmp_path, plan):
    clock = Clock(tmp_path / "clock", "2026-04-10 20:00:00+08:00")
    lead = next(t for t in plan.tasks if t.duty == "lead" and len(t.agencies) > 1)
    shared = next(t for t in plan.tasks if t.duty == "shared")
    with World(clock=clock) as w:
        w.load_plan()
        w.collector(bind="ipc")
        for task in (lead, shared):
            ack = w.agency(task.agencies[0], w.daemons[0]).report(task.number, word(task.number, 50, AT))
            assert results(ack) == ["accepted"]
        ear = Ear(w, [w.aggregator(bind="ipc")], f"{PLAN}/")
        assert ear.alerts == {}

        def missed_on(day):
            clock.set(f"{day} 00:00:10+08:00")
            ear.until(lambda: ear.tick and ear.tick["as_of"] == midnight(day), day)
            got, ear.edges = ear.edges, []
            assert all(d["standing"] for _, d in got)
            return {d["key"]: (d["period"], d["since"], d["agencies"]) for _, d in got
                    if d["what"] == "missed_period"}

        missed = missed_on("2026-04-11")
        assert len(missed) == 105 and str(lead.number) not in missed
        assert missed[str(shared.number)] == ("2026-Q1", midnight("2026-04-11"), shared.agencies[1:])
        assert missed_on("2026-07-10") == {}
        missed = missed_on("2026-07-11")
        assert len(missed) == 106
        assert missed[str(shared.number)] == ("2026-Q2", midnight("2026-07-11"), shared.agencies)
