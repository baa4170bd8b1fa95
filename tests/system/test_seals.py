"""Seals: the aggregator's chain is a witness's own (tests/interop/witness.py) at every seal and in
every tick, whatever happens to it; each entry is sealed once, and no seal is made twice."""

import shutil
import struct
import time

import client
import ledgers
import made
import pytest
import witness
from faults import check_trouble, ledger_end
from harness import World, wait_for
from made import PLAN, ms, status
from test_clock import folded, troubles
from test_days import Life
from test_recovery import replace_data

CHECKPOINT_S = 12  # one comes every ten seconds
CUT = 4096  # entries without a seal, at the most
WAITING = (1 << 20) // 24  # links that may wait to be stored


class Ear(client.Subscriber):
    """Remembers the seal of every tick."""

    def __init__(self, world, aggregator):
        self.seals = []
        super().__init__(world.context, aggregator.endpoint, f"{PLAN}/")
        world.sockets.append(self)

    def keep(self, topic, payload):
        event = client.unpack(payload)
        if event["type"] == "tuijin.tick.v1":
            assert event["data"]["seal"]["position"] == event["data"]["position"]
            self.seals.append(event["data"]["seal"])
        super().keep(topic, payload)

    def wait_end(self, world):
        end = ledger_end(world, PLAN)
        self.until(lambda: self.tick and self.tick["position"] == end, "the ledger's end is folded")


@pytest.fixture
def small():
    """The plan of made.py, loaded."""
    with World() as w:
        ledgers.append(w, PLAN, made.text())
        yield w


def ledger(world):
    return world.redis.client.xrange(world.redis.key("ledger", PLAN))


def seals(world):
    return world.redis.client.xrange(world.redis.key("seals", PLAN))


def checkpoint(world):
    return world.redis.client.hget(world.redis.key("rollup", PLAN), "position")


def said(seq):
    now = time.time_ns() // 10**6
    record = status("mof", seq, 1, seq % 9999 + 1, now)
    record[2] = now
    return record


def say(world, *seqs):
    """An entry of each; all at once if they are many."""
    pipe, key = world.redis.client.pipeline(transaction=False), world.redis.key("ledger", PLAN)
    for seq in seqs:
        pipe.xadd(key, {"records": client.pack(said(seq))})
    position = pipe.execute()[-1]
    world.redis.client.hset(world.redis.key("plan", PLAN), "end", position)
    return position


def check_seals(world):
    """Seals are the witness's, each entry up to the last of them has just one link. Returns their
    positions."""
    hashes = dict(witness.chain(ledger(world)))
    found, sizes, links = [], [], b""
    for position, fields in seals(world):
        assert set(fields) == {b"hash", b"links"}
        assert fields[b"hash"].decode() == hashes[position].hex(), position
        assert fields[b"links"][-24:-8] == struct.pack(">QQ", *witness.where(position))
        found.append(position)
        sizes.append(len(fields[b"links"]) // 24)
        links += fields[b"links"]
    want = [struct.pack(">QQ", *witness.where(p)) + h[:8] for p, h in hashes.items()]
    want = b"".join(want[:sum(sizes)])
    assert links == want and found, (len(links), len(want))
    assert max(sizes) <= CUT
    return found


def check_ticks(world, ear):
    hashes = dict(witness.chain(ledger(world)))
    assert ear.seals
    for seal in ear.seals:
        assert seal["hash"] == hashes[seal["position"].encode()].hex(), seal


def wait_sealed(world, seconds=CHECKPOINT_S):
    """Until a checkpoint of the ledger's end is kept; it has its seal."""
    end = ledger_end(world, PLAN).encode()
    wait_for(lambda: checkpoint(world) == end, "a checkpoint of the ledger's end", seconds)
    assert check_seals(world)[-1] == end


# The chain

def test_seals_in_redis_and_in_every_tick_are_the_witnesss(small):
    aggregator = small.aggregator(bind="ipc")
    ear = Ear(small, aggregator)
    for seq in range(1, 4):
        say(small, 2 * seq, 2 * seq + 1)
        ear.wait_end(small)
    wait_sealed(small)
    assert len({seal["position"] for seal in ear.seals}) >= 3
    check_ticks(small, ear)
    say(small, 100)
    assert aggregator.stop() == 0
    wait_sealed(small, 0)


@pytest.mark.parametrize("entries", [10_000, WAITING + 3 * CUT])
def test_entries_by_the_thousand_are_sealed_at_intervals(small, entries):
    """More than may wait, too."""
    say(small, *range(1, entries // 2))
    aggregator = small.aggregator(bind="ipc")
    ear = Ear(small, aggregator)
    say(small, *range(entries // 2, entries + 1))
    ear.wait_end(small)
    check_ticks(small, ear)
    assert aggregator.stop() == 0
    found = check_seals(small)
    assert found[-1] == ledger(small)[-1][0] and len(found) >= entries // CUT


def test_an_exercise_seals_in_its_ticks_alone(small):
    say(small, 1, 2)
    ear = Ear(small, small.aggregator("--today", "2026-03-31", bind="ipc"))
    ear.wait_end(small)
    check_ticks(small, ear)
    assert not small.redis.client.exists(small.redis.key("seals", PLAN))


def test_a_revision_is_sealed_as_every_entry_is(small):
    aggregator = small.aggregator(bind="ipc")
    ear = Ear(small, aggregator)
    say(small, 1)
    ledgers.append(small, PLAN, made.text(revision=2, third=False))
    say(small, 2)
    ear.wait_end(small)
    check_ticks(small, ear)
    assert aggregator.stop() == 0
    wait_sealed(small, 0)


def test_each_day_ends_with_a_seal(tmp_path):
    with Life(tmp_path) as life:
        days = {}
        for day in ("2026-03-26", "2026-03-27", "2026-03-29"):
            for hour in (10, 11):
                entry = status("mof", hour, 1, 3000, ms(f"{day} 09:00"))
                days[day] = life.ledger.say(f"{day} {hour}:00", entry)
        subscriber = life.subscriber(life.aggregator())
        life.wait_over("2026-03-30")
        wait_for(lambda: days["2026-03-29"].encode() in check_seals(life.world), "days are sealed")
        found = check_seals(life.world)
        assert {end.encode() for end in days.values()} <= set(found) and len(found) <= 2 + len(days)
        last = life.say_now(status("mof", 50, 1, 5000, life.store_clock.ms()))
        life.set("2026-03-31 23:59:59.5")
        life.wait_day(subscriber, "2026-04-01")
        wait_for(lambda: last.encode() in check_seals(life.world), "the day is sealed", 5)


# Aggregators that come and go

def test_one_that_is_killed_or_stopped_goes_on_where_the_seals_are(small):
    aggregator = small.aggregator(bind="ipc")
    for seq in range(1, 40, 10):
        say(small, *range(seq, seq + 8))
        Ear(small, aggregator).wait_end(small)
        if seq % 20 == 1:
            aggregator.restart()
        else:
            before = len(ledger(small))
            assert aggregator.stop() == 0
            say(small, seq + 8)
            aggregator.start()
            Ear(small, aggregator).wait_end(small)
            assert folded(aggregator) == len(ledger(small)) - before
            aggregator.start()
    wait_sealed(small)


def test_several_side_by_side_seal_each_entry_once(small):
    crowd = [small.aggregator(bind="ipc") for _ in range(3)]
    for seq in range(0, 60_000, 5000):
        say(small, *range(seq + 1, seq + 5001))
        if seq % 15_000 == 0:
            crowd[seq // 15_000 % 3].restart(ready=False)
    for aggregator in crowd:
        aggregator.wait_ready()
        ear = Ear(small, aggregator)
        ear.wait_end(small)
        check_ticks(small, ear)
    assert crowd[0].stop() == 0
    say(small, 99_999)
    wait_sealed(small)
    assert not [t for aggregator in crowd for t in troubles(aggregator)]


# Seals that are gone

def sealed(world, *seqs):
    """An aggregator that has sealed these and was stopped."""
    aggregator = world.aggregator(bind="ipc")
    say(world, *seqs)
    Ear(world, aggregator).wait_end(world)
    assert aggregator.stop() == 0
    wait_sealed(world, 0)
    return aggregator


def test_a_checkpoint_with_its_seal_is_begun_from_and_one_without_is_not(small):
    aggregator = sealed(small, 1, 2, 3)
    aggregator.start()
    assert folded(aggregator) == 0
    small.redis.client.delete(small.redis.key("seals", PLAN))
    aggregator.start()
    assert folded(aggregator) == len(ledger(small)) == 4
    wait_sealed(small, 0)


def test_a_checkpoint_whose_seal_is_no_hash_is_not_begun_from(small):
    aggregator = sealed(small, 1, 2, 3)
    store, key = small.redis.client, small.redis.key("seals", PLAN)
    kept = seals(small)
    kept[-1][1][b"hash"] = b"x" * 64
    store.delete(key)
    for position, fields in kept:
        store.xadd(key, fields, id=position)
    aggregator.start()
    assert folded(aggregator) == 4


def test_the_last_seal_removed_is_told_and_the_next_one_covers_what_it_did(small):
    """A stream never takes a position twice, nor an older one."""
    aggregator = sealed(small, 1, 2, 3)
    before = checkpoint(small)
    small.redis.client.xdel(small.redis.key("seals", PLAN), before)
    aggregator.start()
    check_trouble(aggregator.wait_line("event=trouble"), PLAN)
    assert before not in check_seals(small)
    say(small, 4)
    aggregator.wait_line("event=recovered")
    wait_sealed(small)


def lose_all(store, key, _):
    store.delete(key)


def lose_the_newest(store, key, older):
    """As a Redis that did not sync the last second."""
    store.restore(key, 0, older, replace=True)


@pytest.mark.parametrize("lose", [lose_all, lose_the_newest], ids=lambda lose: lose.__name__)
@pytest.mark.parametrize("link", ["stays", "is lost"])
def test_seals_lost_under_the_eyes_of_an_aggregator_are_made_again(small, lose, link):
    store, key = small.redis.client, small.redis.key("seals", PLAN)
    aggregator = sealed(small, 1, 2, 3)
    older, before = store.dump(key), len(seals(small))
    aggregator.start()
    ear = Ear(small, aggregator)
    say(small, *range(4, CUT + 10))
    wait_for(lambda: len(seals(small)) > before, "more seals")
    lose(store, key, older)
    if link == "is lost":
        store.client_kill_filter(_type="normal", skipme=True)
    say(small, *range(10_000, 10_000 + CUT))
    ear.wait_end(small)
    wait_sealed(small, 2 * CHECKPOINT_S)
    check_ticks(small, ear)


def test_a_redis_that_comes_back_with_older_data_gets_the_seals_of_that(small):
    sealed(small, 1, 2, 3)
    older = shutil.copytree(small.redis.path.parent / "appendonlydir", small.folder / "older")
    before = len(seals(small))
    aggregator = small.aggregator(bind="ipc")
    say(small, *range(4, CUT + 10))
    wait_for(lambda: len(seals(small)) > before, "more seals")
    replace_data(small, older)
    ear = Ear(small, aggregator)
    say(small, 4)
    ear.wait_end(small)
    wait_sealed(small)
    assert len(ledger(small)) == 5
    check_ticks(small, ear)


# Seals that cannot be written

def spoil(world):
    world.redis.client.delete(world.redis.key("seals", PLAN))
    world.redis.client.set(world.redis.key("seals", PLAN), "no stream")


def mend(world):
    world.redis.client.delete(world.redis.key("seals", PLAN))


def goes_on(world, aggregator, seq):
    """The numbers do; and what has gone wrong is told."""
    ear = Ear(world, aggregator)
    say(world, seq)
    ear.wait_end(world)
    check_ticks(world, ear)
    assert "WRONGTYPE" in check_trouble(
        aggregator.wait_line("event=trouble", CHECKPOINT_S), PLAN)
    kept = world.redis.key("summary", PLAN)
    ear.snapshot()
    wait_for(lambda: {k.decode(): v for k, v in world.redis.client.hgetall(kept).items()} ==
             ear.payloads, "the summaries are kept")


@pytest.mark.parametrize("when", ["before", "later"])
def test_seals_wait_for_a_stream_that_cannot_be_written(small, when):
    if when == "before":
        spoil(small)
    aggregator = small.aggregator(bind="ipc")
    if when == "later":
        say(small, 1)
        wait_sealed(small)
        before = checkpoint(small)
        spoil(small)
    else:
        before = None
    goes_on(small, aggregator, 2)
    assert checkpoint(small) == before
    mend(small)
    aggregator.wait_line("event=recovered")
    wait_sealed(small)
    assert len(troubles(aggregator)) <= 2


def test_seals_too_many_to_wait_are_made_again_by_the_next_start(small):
    spoil(small)
    say(small, *range(1, WAITING + 2 * CUT))
    aggregator = small.aggregator(bind="ipc")
    goes_on(small, aggregator, 99_999)
    mend(small)
    assert aggregator.stop() == 0
    assert checkpoint(small) is None and not seals(small)
    aggregator.start()
    wait_sealed(small)
