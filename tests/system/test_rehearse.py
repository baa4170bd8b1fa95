"""A plan with a made-up past: the system takes it for one that it wrote itself."""

import json
import subprocess

import pytest
import test_membership
from harness import BUILD, PLAN_FILE, World, records, wait_for


@pytest.fixture
def bare():
    """A store that knows no plan."""
    with World() as world:
        yield world


def rehearse(world, *flags):
    return world.tuijin("rehearse", PLAN_FILE, "--redis", world.redis.url, *flags)


def verify(world):
    proof = world.tuijin("verify", "--redis", world.redis.url)
    assert proof.returncode == 0, proof.stdout + proof.stderr
    return proof.stdout


def test_a_made_up_past_is_whole(bare):
    done = rehearse(bare, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["id"] == "ipr-2026" and said["records"] > 1000
    bare.aggregator().stop()
    assert f"{said['records']:,} records" in verify(bare)
    assert bare.redis.client.hlen(bare.redis.key("trend")) > 300


def test_reports_go_on_from_it(bare):
    assert rehearse(bare).returncode == 0
    collector = bare.collector()
    done = bare.tuijin("simulate", "--redis", bare.redis.url, "--connect", collector.endpoint,
                        "--reports", 50, "--rate", 1000, "--seed", 5, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["accepted"] == 50
    verify(bare)


def test_a_plan_that_the_store_knows_is_left_alone(world):
    before = world.redis.client.dump(world.redis.key("ledger"))
    done = rehearse(world)
    assert done.returncode == 65
    assert "the store has a plan ipr-2026" in done.stderr
    assert world.redis.client.dump(world.redis.key("ledger")) == before


def test_one_that_is_interrupted_leaves_no_plan(bare):
    """Nothing of it is the plan's until all of it is; what is left goes away by itself."""
    process = subprocess.Popen([str(BUILD / "tuijin"), "rehearse", str(PLAN_FILE), "--redis", bare.redis.url],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_for(bare.redis.client.keys, "something is there")
    process.kill()
    process.wait()
    left = bare.redis.client.keys()
    for key in left:
        assert b":rehearsal-" in key
        assert 0 < bare.redis.client.ttl(key) <= 3600
    bare.load_plan()
    verify(bare)


def test_a_member_says_nothing_before_it_joins_or_after_it_left(bare):
    file = test_membership.plan_file(bare.folder)
    assert bare.tuijin("rehearse", file, "--redis", bare.redis.url).returncode == 0
    days = {"nbs": [], "mof": [], "sta": []}
    for _, (_, _, _, agency, content, *_) in records(bare, test_membership.PLAN):
        if content[:2] == [0, 1] and agency in days:  # a status of task 1
            days[agency].append(content[2])
    assert days["nbs"] and min(days["nbs"]) >= test_membership.ms("2026-04-01T00:00")
    assert days["mof"] and max(days["mof"]) < test_membership.ms("2026-07-01T00:00")
