"""Many plans on one dashboard: it answers while it reads them, ends when it is told to, and lives on
without the descriptors for one more."""

import hashlib
import os
import resource
import time
from types import SimpleNamespace

import pytest
import web
from harness import PLAN, PLAN_FILE, World, wait_for
from test_days import DAY_MS

PLANS = 200
ANSWER_S, END_S = 1.0, 4.0
NOWHERE = SimpleNamespace(key=None, endpoint="ipc:///nowhere")


@pytest.fixture
def empty():
    with World() as world:
        yield world


def load(world, count, name="plan"):
    """All at the same moment, as if it had been half a year ago: there are days to end."""
    text, store = PLAN_FILE.read_text(encoding="utf-8"), world.redis.client.pipeline()
    where = f"{time.time_ns() // 10**6 - 180 * DAY_MS}-0"
    for plan in (f"{name}-{i}" for i in range(count)):
        own = text.replace(f"\nid: {PLAN}\n", f"\nid: {plan}\n")
        fields = {"revision": 1, "yaml": own, "digest": hashlib.sha256(own.encode()).hexdigest()}
        store.xadd(world.redis.key("ledger", plan), fields, id=where)
        store.hset(world.redis.key("plan", plan), mapping={**fields, "end": where})
        store.sadd("tuijin:plans", plan)
    store.execute()


def shown(site):
    return len(site.get("/api/v1/plans").json()["plans"])


def live(site):
    return sum(plan["live"] for plan in site.get("/api/v1/plans").json()["plans"])


def descriptors(site):
    return len(os.listdir(f"/proc/{site.child.pid}/fd"))


def test_it_answers_while_it_reads_many_plans_and_ends_in_the_midst_of_it(empty):
    site = web.start(empty, empty.aggregator())
    load(empty, PLANS)
    waits = []

    def look():
        begin = time.monotonic()
        assert site.get("/healthz").status == 200
        waits.append(time.monotonic() - begin)
        return live(site) == PLANS

    wait_for(look, "all plans are shown", 60)
    assert max(waits) < ANSWER_S, sorted(waits)[-5:]

    load(empty, PLANS, "more")
    wait_for(lambda: shown(site) > PLANS, "it reads more")
    begin = time.monotonic()
    assert site.stop() == 0
    assert time.monotonic() - begin < END_S


def test_a_plan_without_descriptors_is_told_and_tried_again(empty):
    site = web.start(empty, NOWHERE)
    load(empty, 1, "first")
    wait_for(lambda: shown(site) == 1, "the first is shown")
    given = resource.prlimit(site.child.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(site.child.pid, resource.RLIMIT_NOFILE, (10, given[1]))  # what it has remains
    load(empty, 2, "second")
    assert site.wait_line("cannot make a socket: Too many open files").count("event=trouble plan=second-")
    resource.prlimit(site.child.pid, resource.RLIMIT_NOFILE, given)
    wait_for(lambda: shown(site) == 3, "the others are shown, too")
    assert site.find("event=recovered plan=second-")


def test_plans_take_the_place_of_viewers_and_leave_half_of_it(empty):
    few = SimpleNamespace(command=["prlimit", "--nofile=400"])
    site = web.start(empty, NOWHERE, clock=few)
    assert "viewers_max=100 " in site.find("event=few_descriptors")
    load(empty, 40)
    assert site.wait_line("no descriptors left for this plan").count("event=trouble plan=plan-")
    assert shown(site) == 22  # (400 / 2 - 64) / 6
    assert site.get("/healthz").status == 200
    assert descriptors(site) < 200  # the rest is for viewers
