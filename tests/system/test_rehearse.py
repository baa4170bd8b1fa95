"""A plan with a made-up past: the system takes it for one that it wrote itself."""

import json

import pytest

from harness import PLAN_FILE, World


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
