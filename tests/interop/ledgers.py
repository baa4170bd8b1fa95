"""Random ledgers of small plans, aimed at the edges of days, periods and thresholds; and ledgers in
a store, written and read.

A ledger is a list of steps: a plan file's text, or the records of one entry as a collector writes
them (docs/design.md, "In Redis"). All is drawn from the random generator that is handed in.
"""

import hashlib

import client
import dates
import planfile
import random_plans
import rollup
import yaml

DISPOSITIONS = ("open", "open", "verified", "verified", "returned", "suspended", "cancelled")
KEYS = ((), (), ("0123456789abcdef",), ("fedcba9876543210",))  # what a record has behind its content
DAY_MS = 86_400_000


def status(task, at, percent, is_blocked=False):
    """The content of a report."""
    if is_blocked and percent < 10000:
        return [0, task.number, at, "blocked", percent, False, None, "经费未到位"]
    state = {0: "not_started", 10000: "completed"}.get(percent, "in_progress")
    return [0, task.number, at, state, percent]


class Writer:
    """Random words about a plan. days: on which it will be looked at."""

    def __init__(self, rng, days):
        self.rng, self.days, self.seq = rng, days, 0

    def load(self, raw):
        """A step that loads this plan."""
        text = random_plans.text_of(raw)
        self.plan = planfile.read_plan(text)
        self.edges = random_plans.edges(self.plan)
        return text

    def within(self, first, last):
        """A moment on one of these days."""
        day = random_plans.random_day(self.rng, first, last)
        return self.plan.day_start(day) + self.rng.randrange(DAY_MS)

    def instant(self):
        """A moment in or about the plan, often at the edge of a day that matters."""
        rng, plan = self.rng, self.plan
        if rng.random() < 0.5:
            return self.within(plan.starts - 15 * dates.DAY, plan.ends + 15 * dates.DAY)
        return plan.day_start(rng.choice(self.edges)) + rng.choice((-1, 0, 1, DAY_MS // 2))

    def signed(self, agency, content):
        """The record of it, received at a random time, with a key or without."""
        self.seq += self.rng.choice((1, 1, 1000))
        received = self.rng.choice((content[2], content[2] + self.rng.randrange(60 * DAY_MS),
                                    self.instant(), self.instant()))
        return [1, self.seq, received, agency, content, *self.rng.choice(KEYS)]

    def report(self):
        """Any agency's on any of its tasks, or a withdrawal."""
        rng = self.rng
        task, at = rng.choice(self.plan.tasks), self.instant()
        agency = rng.choice(task.agencies)
        if rng.random() < 0.1:
            return self.signed(agency, [1, task.number, at])
        percent = rng.choice((0, 1, 10000, rng.randrange(10001), rng.randrange(10001)))
        return self.signed(agency, status(task, at, percent, rng.random() < 0.2))

    def ruling(self):
        task, ruling = self.rng.choice(self.plan.tasks), self.rng.choice(DISPOSITIONS)
        reason = [] if ruling in ("open", "verified") else ["按程序"]
        return self.signed(self.plan.office, [2, task.number, self.instant(), ruling, *reason])

    def words(self, rulings):
        """A few words. rulings: which share of them the office's are."""
        return [self.ruling() if self.rng.random() < rulings else self.report()
                for _ in range(self.rng.choice((1, 1, 2, 5)))]

    def in_order(self):
        """All that counts for a task said in time for one of the days, or all but something: its
        light is then at the point of turning."""
        rng, plan, today = self.rng, self.plan, self.rng.choice(self.days)
        task = rng.choice([t for t in plan.tasks if t.due >= today] or plan.tasks)
        counted = [a for a in task.agencies if task.counts(a)]
        records = []
        for period in plan.due_periods(today)[-2:]:
            first, last = max(period.first, plan.starts), min(period.last, plan.ends)
            records += [self.signed(a, status(task, self.within(first, last), 1))
                        for a in counted if rng.random() < 0.95]
        percent, is_blocked = self.threshold(task, today), rng.random() < 0.15
        percents = [percent] * len(counted) if rng.random() < 0.9 else [1] + [0] * len(counted)
        return records + [self.signed(a, status(task, self.last_word(today), p, is_blocked))
                          for a, p in zip(counted, percents)]

    def threshold(self, task, today):
        """Basis points as many behind as turn a light, or a hair's breadth beside."""
        lights = self.plan.lights
        behind = self.rng.choice((0, -2000, lights["yellow"], lights["red"]))
        should = dates.expected(task.starts, task.due, today)
        return min(max(should - behind + self.rng.choice((-1, 0, 1)), 0), 9999)

    def last_word(self, today):
        """An `at` that is about to grow stale, or is not."""
        allowed = dates.period_of(self.plan.every, today).days() * dates.DAY + self.plan.due_days
        return self.plan.day_start(today - allowed) + self.rng.choice((-1, 0, DAY_MS, 20 * DAY_MS))

    def cancel_all(self):
        return [self.signed(self.plan.office, [2, t.number, self.instant(), "cancelled", "撤销"])
                for t in self.plan.tasks]


def random_ledger(rng, raw, days):
    """The steps of a ledger that begins with this plan and will be looked at on these days."""
    writer = Writer(rng, days)
    rulings = rng.choice((0, 0.1, 0.3))
    steps = [writer.load(raw)]
    for _ in range(rng.choice((0, 5, 15, 30))):
        steps.append(writer.words(rulings) if rng.random() < 0.6 else writer.in_order())
        if rng.random() < 0.02:
            raw = random_plans.revised(rng, raw)
            steps.append(writer.load(raw))
    if rng.random() < 0.1:
        steps.append(writer.cancel_all())
        if rng.random() < 0.5:
            steps.append(writer.words(1))
    return steps


# In the store

def append(world, plan_id, step, where="*"):
    """Puts a step into the store's ledger, as a collector or `tuijin plan load` does, and returns
    its position. where: the position it is to have."""
    store, ledger = world.redis.client, world.redis.key("ledger", plan_id)
    if isinstance(step, str):
        plan = fields = {"revision": yaml.safe_load(step)["revision"], "yaml": step,
                         "digest": hashlib.sha256(step.encode()).hexdigest()}
        store.sadd("tuijin:plans", plan_id)
    else:
        plan, fields = {}, {"records": b"".join(map(client.pack, step))}
    where = store.xadd(ledger, fields, id=where).decode()
    store.hset(world.redis.key("plan", plan_id), mapping={**plan, "end": where})
    return where


def write(world, plan_id, steps):
    """Puts a whole ledger into the store."""
    for step in steps:
        if isinstance(step, str):
            file = world.folder / f"{plan_id}.yaml"
            file.write_text(step, encoding="utf-8")
            world.load_plan(file)
        else:
            append(world, plan_id, step)


def read(world, plan_id, until_ms=None):
    """The plan in force and the state that the store's ledger tells of. until_ms: of what is about
    moments up to this alone; the first plan revision always is."""
    plan, state = None, None
    for where, fields in world.redis.client.xrange(world.redis.key("ledger", plan_id)):
        where = where.decode()
        is_in = until_ms is None or plan is None or client.position(where)[0] <= until_ms
        if b"yaml" in fields and is_in:
            plan = planfile.read_plan(fields[b"yaml"].decode())
            state = state or rollup.State(where)
            state.since, state.plan = where, plan
        unpacker = client.msgpack.Unpacker()
        unpacker.feed(fields.get(b"records", b""))
        for record in unpacker:
            if until_ms is None or record[4][2] <= until_ms:
                enter(state, where, record)
    return plan, state


def enter(state, where, record):
    _, seq, received, agency, content, *_ = record
    has_task = content[1] <= len(state.plan.tasks)
    has_place = has_task and (content[0] == 2 or agency in state.plan.task(content[1]).agencies)
    entry = {"task": content[1], "at": content[2]}
    if content[0] == 0:
        entry.update(state=content[3], percent=content[4] / 100)
    elif content[0] == 1:
        entry["action"] = "withdraw"
    else:
        entry["disposition"] = content[3]
    state.accept(where, seq, agency, entry, received, ruling=content[0] == 2,
                 touches=has_place)
