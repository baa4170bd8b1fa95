"""What was published at each position of a ledger is what `tuijin rollup --known-at` makes of it;
what `--as-of` shows is the recomputation from all that is said about the time before.

SEED=n repeats a run, but for the clock.
"""

import datetime
import json
import os
import random

import client
import dates
import ledgers
import looks
import pytest
import random_plans
import rollup
from harness import World, results, wait_for
from test_ledgers import message_entry

SEED = int(os.environ.get("SEED", random.randrange(2**32)))
MESSAGES = 24
PLAN = "then"


def rolled_up(world, *flags):
    """topic -> data of what the command shows."""
    done = world.tuijin("rollup", "--redis", world.redis.url, "--plan", PLAN, "--json", *flags)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["summaries"]
    return {f'{PLAN}/{d["scope"]}/' + (f'{d["key"]}/' if d["key"] else ""): d for d in found}


def check(world, want, *flags):
    lines = looks.differences(rolled_up(world, *flags), want)
    assert not lines, f"SEED={SEED} {flags}\n" + "\n".join(lines[:20])


# By the clock

def midday_offset(now):
    """The utc_offset at which it is about noon: no day turns while the test runs."""
    hours = 12 - now.hour
    return f'{"-" if hours < 0 else "+"}{abs(hours):02}:00'


class Story:
    """A ledger that grows through a collector, and what was published after each entry by an
    aggregator that goes by the clock."""

    def __init__(self, world, rng, now):
        self.world, self.rng = world, rng
        around = now.date() - rng.randrange(100, 300) * dates.DAY
        self.offset = midday_offset(now)
        self.latest = int(now.timestamp() * 1000)
        self.writer = ledgers.Writer(rng, [now.date()])
        self.published = {}  # position -> topic -> data
        self.raw = random_plans.random_plan(rng, PLAN, *random_plans.random_days(rng, around))
        self.load(self.raw)
        self.collector = world.collector(bind="ipc")
        self.aggregator = world.aggregator(bind="ipc")
        self.look()

    def load(self, raw):
        """Loads a plan in which periods are due, and no day turns now."""
        raw["utc_offset"] = self.offset
        raw["reporting"] = {"every": self.rng.choice(("quarter", "half")), "due_days": 0}
        ledgers.write(self.world, PLAN, [self.writer.load(raw)])

    def look(self):
        """Waits for the ledger's end to be published and keeps what is."""
        end = self.world.redis.client.xrevrange(self.world.redis.key("ledger", PLAN), count=1)
        position = end[0][0].decode()

        def shown():
            subscriber = self.world.subscriber(self.aggregator, f"{PLAN}/")
            reached = subscriber.snapshot()["positions"].get(PLAN) == position
            subscriber.close()
            return reached and subscriber.data
        self.published[position] = wait_for(shown, f"{position} is published")

    def restart(self):
        """The aggregator goes on from its checkpoint: what it published stays as it is."""
        assert self.aggregator.stop() == 0
        self.aggregator.start()
        position, before = list(self.published.items())[-1]
        self.look()
        assert self.published[position] == before
        assert self.aggregator.stop() == 0
        assert " entries=0 " in self.aggregator.find("event=stopped"), "it was folded afresh"
        self.aggregator.start()

    def revise(self):
        self.raw = random_plans.revised(self.rng, self.raw)
        self.load(self.raw)
        self.look()

    def say(self):
        """One message, if it is one that is stored."""
        say = self.rng.choice((self.writer.report, self.writer.report, self.writer.ruling))
        _, seq, _, agency, content, *_ = say()
        day = self.writer.plan.day_of(content[2])
        is_held = agency in self.writer.plan.task(content[1]).holders(day)
        if content[2] > self.latest or content[0] == 0 and not is_held:
            return
        link = self.world.agency(agency, self.collector, plan=PLAN)
        send = link.dispose if content[0] == 2 else link.report
        reply = send(seq, message_entry(content))
        if reply.get("retry"):  # the first word of an agency that has just come in
            reply = send(seq, message_entry(content))
        assert results(reply) == ["accepted"]
        link.close()
        self.look()


def test_each_position_is_rolled_up_as_it_was_published():
    print(f"SEED={SEED}")
    now = datetime.datetime.now(datetime.timezone.utc)
    with World("no") as world:
        story = Story(world, random.Random(SEED), now)
        for n in range(MESSAGES):
            if n == MESSAGES // 2:
                story.revise()
            story.say()
        story.restart()
        story.say()
        assert len(story.published) > 3
        for position, data in story.published.items():
            check(world, data, "--known-at", position)
        plan, state = ledgers.read(world, PLAN)
        again = rollup.summaries(plan, state, plan.day_start(plan.day_of(story.latest)))
        assert looks.differences(data, again) == []


# Over the days of a plan

@pytest.fixture(scope="module")
def years():
    """A world with a ledger that grew over a plan's days, and what an aggregator published after
    each of some of its entries, on the day of that entry."""
    rng, published = random.Random(f"years {SEED}"), {}
    raw = random_plans.random_plan(
        rng, PLAN, *random_plans.random_days(rng, random_plans.window(rng)))
    plan_days = dates.day(raw["starts"]), dates.day(raw["ends"]) + 60 * dates.DAY
    with World("no") as world:
        steps = []
        while len(steps) < 12 or not any(isinstance(s, str) for s in steps[1:]):
            steps = ledgers.random_ledger(rng, raw, [plan_days[1]])
        moments = sorted(dates.day_start(random_plans.random_day(rng, *plan_days),
                                         datetime.timedelta(0)) + rng.randrange(ledgers.DAY_MS)
                         for _ in steps)
        looked_at = {0, len(steps) - 1, *rng.sample(range(len(steps)), 8)}
        for n, (step, ms) in enumerate(zip(steps, moments)):
            position = ledgers.append(world, PLAN, step, f"{ms}-{n}")
            if n in looked_at:
                plan, _ = ledgers.read(world, PLAN)
                published[position] = looks.published(world, plan.day_of(ms))
        yield world, published


def test_each_position_is_rolled_up_as_on_its_day(years):
    world, published = years
    for position, data in published.items():
        check(world, data, "--known-at", position)


def test_what_is_known_now_of_a_day(years):
    world, published = years
    for position in published:
        plan, _ = ledgers.read(world, PLAN)
        day = plan.day_of(client.position(position)[0])
        plan, state = ledgers.read(world, PLAN, plan.day_start(day + dates.DAY) - 1)
        check(world, rollup.summaries(plan, state, plan.day_start(day)), "--as-of", day)
