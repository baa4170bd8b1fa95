"""A client and a subscriber written from docs/protocol.md alone (client.py, rollup.py), against the
real programs and the whole of the real plan.

38 agencies report on all 318 obligations over several rounds, half of them over REQ sockets, with
repeats, older, contradictory and wrong reports, withdrawals and rulings mixed in. Every verdict is
predicted; at the end a fresh subscriber's snapshot equals the recomputation field by field.
"""

import random
import time

import client
import pytest
import rollup
import zmq
from harness import PLAN_FILE, World

ROUNDS = 5
TODAY = "2026-06-30"
FIRST_AT = 1767571200000  # 2026-01-05T00:00Z
STATES = ("not_started", "in_progress", "in_progress", "in_progress", "blocked", "completed")
WORDS = ("进展顺利", "已完成前期调研", "文本已报送", "Draft circulated", "等待会签", "培训覆盖十二省")


@pytest.fixture(scope="module")
def plan():
    return rollup.read_plan(PLAN_FILE.read_text(encoding="utf-8"))


def plausible(rng, task, round_):
    """A good report on a task, in one of the ways a sender may write it."""
    at = FIRST_AT + round_ * 7 * 86_400_000 + rng.randrange(10**8)
    if rng.random() < 0.08:
        return {"task": task, "action": "withdraw", "at": at}
    state = rng.choice(STATES)
    percent = {"not_started": 0, "completed": 100}.get(
        state, rng.choice((rng.randrange(1, 100), rng.randrange(1, 10000) / 100)))
    entry = {"task": task, "state": state, "percent": percent, "at": at,
             "summary": rng.choice(WORDS), "next_steps": rng.choice((None, "", rng.choice(WORDS)))}
    if state == "blocked" or rng.random() < 0.2:
        entry["problems"] = "经费未到位\n\t待协调"
    if rng.random() < 0.2:
        entry["help"] = rng.random() < 0.5
    if rng.random() < 0.2:
        entry["evidence"] = [{"title": rng.choice(WORDS), "uri": "https://example.org/1"}]
    return entry


def another_way(entry):
    """The same content, written differently."""
    same = {**{k: v for k, v in entry.items() if v not in (None, "")}, "help": entry.get("help"),
            "colour": "red"}
    if "percent" in same:
        same["percent"] = float(same["percent"])
    return dict(reversed(same.items()))


def contradiction(entry):
    return {**entry, "at": entry["at"] + 1}


def wrong(rng, plan, agency, task, good):
    """An entry that must be rejected, and why."""
    foreign = next((t.number for t in rng.sample(plan.tasks, len(plan.tasks))
                    if agency not in t.agencies), None)
    choices = [
        ({**good, "task": 107}, "unknown_task"),
        ({**good, "task": "one"}, "bad_field"),
        ({"task": task, "state": "in_progress", "percent": 62.555, "at": good["at"]}, "bad_field"),
        ({"task": task, "state": "completed", "percent": 99, "at": good["at"]}, "bad_field"),
        ({"task": task, "state": "blocked", "percent": 9, "at": good["at"]}, "bad_field"),
        ({"task": task, "state": "in_progress", "percent": 5}, "bad_field"),
        ({"task": task, "state": "in_progress", "percent": 5, "at": 4102444800000}, "bad_field"),
    ]
    if foreign is not None:
        choices.append(({**good, "task": foreign}, "not_responsible"))
    return rng.choice(choices)


class Reporter:
    """One agency: sends, predicts every verdict, and tells the recomputation what was accepted."""

    def __init__(self, link, plan, state, rng):
        self.link, self.plan, self.state, self.rng = link, plan, state, rng
        self.agency = link.agency
        self.books = client.Books()
        self.tasks = [t.number for t in plan.tasks if link.agency in t.agencies]
        self.seq, self.sent, self.verdicts = 0, [], []

    def send(self, seq, reports, rulings=(), refusals=None):
        """refusals: index of an entry -> the code it must be rejected with."""
        refusals = refusals or {}
        entries = [(e, False) for e in reports] + [(e, True) for e in rulings]
        ack = self.link.ask(self.link.envelope(seq, list(reports) or None, list(rulings) or None))
        assert ack["kind"] == "ack" and ack["seq"] == seq, ack
        assert len(ack["results"]) == len(entries)
        for i, ((entry, ruling), got) in enumerate(zip(entries, ack["results"])):
            if i in refusals:
                assert (got["result"], got["code"]) == ("rejected", refusals[i]), (entry, got)
                self.verdicts.append(got["code"])
                continue
            key = (entry["task"], "@office" if ruling else self.agency)
            want = self.books.judge(key, seq, client.content(entry, ruling))
            assert (got["task"], got["result"]) == (entry["task"], want), (seq, entry, got)
            self.verdicts.append(want)
            if want == "accepted":
                self.state.accept(ack["position"], seq, self.agency, entry,
                                  int(time.time() * 1000), ruling)
        assert ("position" in ack) == any(r["result"] == "accepted" for r in ack["results"])
        return ack

    def next_seq(self):
        self.seq += self.rng.choice((1, 1, 1000))
        return self.seq

    def round(self, number):
        """Every obligation once, in messages of a few, with some mischief after each."""
        tasks = self.rng.sample(self.tasks, len(self.tasks))
        while tasks:
            some, tasks = tasks[:7], tasks[7:]
            reports = [plausible(self.rng, t, number) for t in some]
            refusals = {}
            if self.rng.random() < 0.3:
                bad, code = wrong(self.rng, self.plan, self.agency, some[0], reports[0])
                if code == "bad_field" and bad["task"] == some[0]:
                    code = "duplicate_task"  # which is looked at before the fields are
                refusals[len(reports)] = code
                reports.append(bad)
            seq = self.next_seq()
            self.send(seq, reports, refusals=refusals)
            self.sent.append((seq, [r for i, r in enumerate(reports) if i not in refusals]))
            self.mischief()

    def mischief(self):
        kind = self.rng.random()
        seq, reports = self.rng.choice(self.sent[-3:])
        if kind < 0.25:
            self.send(seq, reports)
        elif kind < 0.4:
            self.send(seq, [another_way(r) for r in reports])
        elif kind < 0.55:
            self.send(seq, [contradiction(r) for r in reports])
        elif kind < 0.65:
            self.send(1, [contradiction(r) for r in reports])
        elif kind < 0.8:
            bad, code = wrong(self.rng, self.plan, self.agency, reports[0]["task"], reports[0])
            self.send(self.next_seq(), [bad], refusals={0: code})

    def rule(self, number):
        """The office's rulings, and what others may not do."""
        rulings = [{"task": t.number, "at": FIRST_AT + number, "reason": "按程序",
                    "disposition": self.rng.choice(("open", "verified", "returned", "suspended",
                                                    "cancelled"))}
                   for t in self.plan.tasks if self.rng.random() < 0.15]
        seq = self.next_seq()
        self.send(seq, [], rulings)
        self.send(seq, [], rulings)
        self.send(seq, [], [{**r, "reason": "另行说明"} for r in rulings])
        bare = {"task": 5, "disposition": "returned", "at": FIRST_AT}
        self.send(self.next_seq(), [], [bare], refusals={0: "bad_field"})

    def check_status(self):
        """The status reply is what was accepted; takes over when it was received."""
        reply = self.link.status()
        assert [o["task"] for o in reply["obligations"]] == self.tasks
        for o in reply["obligations"]:
            word = self.state.words.get((o["task"], self.agency))
            lead = self.plan.task(o["task"]).agencies[0] == self.agency
            assert o["role"] == ("lead" if lead else "participant")
            assert o["seq"] == (word.seq if word else 0)
            if word is None or word.state == "unreported":
                assert (o["state"], o["percent"], o["at"], o["received"]) == \
                    ("unreported", None, None, None)
            else:
                assert (o["state"], o["percent"], o["at"]) == (word.state, word.percent / 100, word.at)
                word.received = o["received"]


def test_the_whole_plan_reported_and_recomputed(plan):
    assert (len(plan.tasks), len(plan.agencies), len(plan.obligations())) == (106, 38, 318)
    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    with World() as world:
        world.load_plan()
        collector, aggregator = world.collector(), world.aggregator("--today", TODAY)
        live = world.subscriber(aggregator)
        live.snapshot()
        first = {d["position"] for d in live.data.values()}
        assert len(live.data) == 165 and len(first) == 1
        state = rollup.State(first.pop())
        reporters = [Reporter(world.agency(a, collector, zmq.REQ if i % 2 else zmq.DEALER), plan,
                              state, rng) for i, a in enumerate(plan.agencies)]
        run(plan, reporters, rng)
        reported = {k for k, w in state.words.items()}
        assert reported == set(plan.obligations())
        for r in reporters:
            r.check_status()
        compare(plan, state, live, world.subscriber(aggregator))


def run(plan, reporters, rng):
    office = next(r for r in reporters if r.agency == plan.office)
    for number in range(ROUNDS):
        for r in rng.sample(reporters, len(reporters)):
            r.round(number)
        office.rule(number)
    outsider = next(r for r in reporters if r.agency != plan.office)
    outsider.send(outsider.next_seq(), [], [{"task": 5, "disposition": "verified", "at": FIRST_AT}],
                  refusals={0: "not_office"})
    seen = {v for r in reporters for v in r.verdicts}
    assert {"accepted", "duplicate", "superseded", "conflict", "unknown_task", "not_responsible",
            "not_office", "duplicate_task", "bad_field"} <= seen, seen


def compare(plan, state, live, fresh):
    as_of = plan.day_start(rollup.datetime.date.fromisoformat(TODAY))
    want = rollup.summaries(plan, state, as_of)
    last = max(state.touched.values(), key=client.position)
    live.until(lambda: live.tick and live.tick["position"] == last and
               live.tick["digest"] == live.digest(), "the live copy is in step")
    end = fresh.snapshot()
    assert end == {"count": 165 + len(fresh.alerts), "positions": {"ipr-2026": last}}
    assert sorted(fresh.data) == sorted(want) and len(want) == 165
    for topic, data in want.items():
        for field in data.keys() | fresh.data[topic].keys():
            got = fresh.data[topic].get(field, "nothing")
            assert got == data.get(field, "nothing"), f"{topic} {field}"
    assert live.payloads == fresh.payloads and live.alerts == fresh.alerts
