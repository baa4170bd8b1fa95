"""What keeps a daemon from its work is in its log, and what concerns one plan keeps no other waiting."""

import time

import pytest
from faults import AT, check_shown, check_trouble, load_small_plan, stopped, today
from harness import World, results, wait_for, word

DAEMONS = ["tuijin-collector", "tuijin-aggregator"]
TOLD = ["event=trouble", "event=recovered", "event=weak_store"]


# Plans that are not there

def named_in_redis(world):
    world.redis.client.sadd("tuijin:plans", "ghost")
    return []


def named_by_flags(_):
    return ["--plan", "ipr-2026", "--plan", "ghost"]


@pytest.mark.parametrize("how", [named_in_redis, named_by_flags], ids=lambda how: how.__name__)
def test_a_plan_that_is_not_loaded_delays_no_other_and_is_served_once_it_is(world, plan, how):
    flags = how(world)
    collector, aggregator = world.collector(*flags), world.aggregator(*flags)
    assert results(world.agency("sta", collector).report(1, word(17, 5, AT))) == ["accepted"]
    check_shown(world, aggregator, plan, today(plan))
    for daemon in (collector, aggregator):
        check_trouble(daemon.wait_line("event=trouble"), "ghost")

    load_small_plan(world, "ghost")
    one = world.agency("one", collector, plan="ghost")
    seqs = iter(range(1, 10**6))
    wait_for(lambda: one.report(next(seqs), word(2, 5, AT))["kind"] == "ack", "ghost is served")
    copy = world.subscriber(aggregator, "ghost/")
    wait_for(lambda: copy.snapshot() and copy.data.get("ghost/task/2/", {}).get("num") == 500,
             "the report on ghost counts")
    assert len(copy.data) == 1 + 1 + 3 + 2
    for daemon in (collector, aggregator):
        assert "plan=ghost" in daemon.wait_line("event=recovered")


@pytest.mark.parametrize("program", DAEMONS)
def test_a_daemon_for_nothing_but_a_plan_that_is_not_loaded_is_ready(world, program):
    daemon = world.daemon(program, "--plan", "ghost")
    check_trouble(daemon.wait_line("event=trouble"), "ghost")


# Redis

@pytest.mark.parametrize("program", DAEMONS)
def test_a_wrong_password_is_in_the_log_without_the_password(world, program):
    daemon = world.daemon(program, "--plan", "ipr-2026", ready=False)
    daemon.kill()
    world.redis.client.config_set("requirepass", "right-one")
    at = daemon.command.index("--redis") + 1
    daemon.command[at] = f"unix://:wr0ng-secret@{world.redis.path}"
    daemon.start(ready=False)
    assert "password" in check_trouble(daemon.wait_line("event=trouble"))
    assert daemon.find("event=ready") is None
    world.redis.client.auth("right-one")
    world.redis.client.config_set("requirepass", "wr0ng-secret")
    assert "plan=ipr-2026" in daemon.wait_line("event=recovered")
    daemon.wait_ready()
    world.redis.client.config_set("requirepass", "")
    assert daemon.stop() == 0
    assert not [line for line in daemon.lines if "wr0ng" in line or "secret" in line]


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("away", ["before it starts", "later"])
def test_redis_away_for_long_is_in_the_log_and_so_is_its_return(program, away):
    with World(start_redis=False) as w:
        if away == "later":
            w.redis.start()
            w.load_plan()
        daemon = w.daemon(program, "--plan", "ipr-2026", ready=away == "later")
        if away == "later":
            assert not [line for line in daemon.life() if any(t in line for t in TOLD)]
            w.redis.kill()
        check_trouble(daemon.wait_line("event=trouble"))
        assert daemon.find("event=recovered") is None
        w.redis.start()
        if away != "later":
            w.load_plan()
        assert "plan=ipr-2026" in daemon.wait_line("event=recovered")
        daemon.wait_ready()
        assert daemon.find("level=error") is None


def test_trouble_is_told_once_and_not_at_every_try(world):
    daemons = [world.daemon(program) for program in DAEMONS]
    world.redis.kill()
    for daemon in daemons:
        daemon.wait_line("event=trouble")
    before = [len(daemon.life()) for daemon in daemons]
    world.redis.start()
    for daemon, lines in zip(daemons, before):
        daemon.wait_line("event=recovered")
        assert lines <= 4 and len(daemon.life()) <= lines + 2, daemon.life()


def test_a_short_clean_run_tells_of_no_trouble(world, plan):
    collector, aggregator = world.collector(), world.aggregator()
    assert results(world.agency("sta", collector).report(1, word(17, 5, AT))) == ["accepted"]
    check_shown(world, aggregator, plan, today(plan))
    for daemon in (collector, aggregator):
        assert daemon.stop() == 0
        assert not [line for line in daemon.lines if any(t in line for t in TOLD)]


@pytest.mark.parametrize("gone", ["killed", "stopped"])
def test_sigterm_without_redis_ends_an_aggregator_of_five_plans_in_time(world, gone):
    for n in range(4):
        load_small_plan(world, f"small-{n}")
    aggregator = world.aggregator()
    assert "plans=5" in aggregator.find("event=ready")
    if gone == "killed":
        world.redis.kill()
        begin = time.monotonic()
        assert aggregator.stop() == 0
    else:
        with stopped(world.redis):
            begin = time.monotonic()
            assert aggregator.stop() == 0
    assert time.monotonic() - begin < 4
