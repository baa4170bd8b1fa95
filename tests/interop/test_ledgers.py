"""Random plans and random ledgers, looked at on days where something turns: every field of every
summary that a real aggregator publishes against the recomputation of rollup.py.

SEED=n repeats a run, ROUNDS=n makes it longer.
"""

import datetime
import os
import random
import time

import dates
import ledgers
import looks
import pytest
import random_plans
from harness import World, results

SEED = int(os.environ.get("SEED", random.randrange(2**32)))
ROUNDS = int(os.environ.get("ROUNDS", 4))
PLANS, DAYS = 24, 8  # of a round


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_random_ledgers_on_days_where_something_turns(round_):
    what = f"SEED={SEED} round {round_}"
    print(what)
    rng = random.Random(what)
    around, plan_ids = random_plans.window(rng), [f"p{n}" for n in range(PLANS)]
    plans = {i: random_plans.random_plan(rng, i, *random_plans.random_days(rng, around))
             for i in plan_ids}
    days = rng.sample(random_plans.all_edges(plans.values()), DAYS)
    with World("no") as world:
        for plan_id, raw in plans.items():
            ledgers.write(world, plan_id, ledgers.random_ledger(rng, raw, days))
        for today in days:
            looks.compare(world, today, plan_ids, what)


def message_entry(content):
    """What an agency sends that is stored as this content."""
    kind, task, at = content[:3]
    if kind == 1:
        return {"task": task, "action": "withdraw", "at": at}
    if kind == 2:
        return {"task": task, "disposition": content[3], "at": at, "reason": "按程序"}
    return {"task": task, "state": content[3], "percent": content[4] / 100, "at": at,
            "problems": "经费未到位"}


def send(world, rng, collector, writer):
    """Random messages of all agencies; the verdicts are those that the plan's dates call for."""
    links, now = {}, time.time() * 1000
    for _ in range(40):
        _, seq, _, agency, content, *_ = rng.choice((writer.report, writer.report, writer.ruling))()
        if content[2] > now:
            continue
        if agency not in links:
            links[agency] = world.agency(agency, collector, plan=writer.plan.id)
        say = links[agency].dispose if content[0] == 2 else links[agency].report
        is_held = agency in writer.plan.task(content[1]).holders(writer.plan.day_of(content[2]))
        want = "accepted" if is_held or content[0] != 0 else "not_responsible"
        assert results(say(seq, message_entry(content))) == [want], (agency, content)


def test_what_a_collector_has_taken():
    what = f"SEED={SEED} collector"
    print(what)
    rng = random.Random(what)
    now = datetime.datetime.now(datetime.timezone.utc).date()
    around, days, plan_ids = now - rng.randrange(600, 1000) * dates.DAY, [], ["c0", "c1", "c2"]
    with World("no") as world:
        for plan_id in plan_ids:
            raw = random_plans.random_plan(rng, plan_id, *random_plans.random_days(rng, around))
            writer = ledgers.Writer(rng, [now])
            ledgers.write(world, plan_id, [writer.load(raw)])
            collector = world.collector("--plan", plan_id, bind="ipc")
            send(world, rng, collector, writer)
            days += writer.edges
        for today in [*rng.sample(days, 4), now]:
            looks.compare(world, today, plan_ids, what)
