"""Dashboards for the browser: one with a past of a year, and young ones whose agencies speak."""

import contextlib
import time

import web
from harness import PLAN, PLAN_FILE, World, results, wait_for, word

ROUTES = ("/", "/chapters", "/chapter/2", "/section/2.1", "/task/27", "/agencies", "/agency/cnipa", "/heat",
          "/periods", "/exceptions", "/trend", "/compare", "/feed")


@contextlib.contextmanager
def rehearsed():
    with World() as world:
        done = world.tuijin("rehearse", PLAN_FILE, "--redis", world.redis.url, "--seed", 3)
        assert done.returncode == 0, done.stderr
        yield started(world)


@contextlib.contextmanager
def young():
    with World() as world:
        world.load_plan()
        yield started(world)


def started(world, plan=PLAN, ready=True):
    """A whole system; its dashboard, which can speak for its agencies. ready: there is a plan."""
    collector, aggregator = world.collector(bind="ipc"), world.aggregator(bind="ipc")
    site = web.start(world, aggregator)
    if ready:
        site.whole(plan)
        wait_for(lambda: site.api("/snapshot", plan)["tick"], "a tick")
    site.world, site.collector, site.aggregator = world, collector, aggregator
    site.agencies = {}
    return site


def agency(site, name):
    """The only connection of an agency to this system."""
    if name not in site.agencies:
        site.agencies[name] = site.world.agency(name, site.collector)
    return site.agencies[name]


def say(site, name, task, percent, **more):
    """Has an agency report; returns when it is accepted."""
    said = word(task, percent, int(time.time() * 1000), **more)
    reply = agency(site, name).report(site.world.next_seq(), said)
    assert results(reply) == ["accepted"], reply


def tasks_of(site, plan=PLAN):
    """All tasks of its plan, in order."""
    return [t for c in site.api("", plan)["chapters"] for s in c.get("sections", [c]) for t in s["tasks"]]


def data_of(site, scope, plan=PLAN):
    return site.api(f"/scopes/{scope}", plan)["data"]
