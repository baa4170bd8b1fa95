"""Seals that go wrong under an aggregator: what is lost is made again, what is stuck goes on
once it can, a ledger that was changed is not sealed anew, and each of that is told once."""

import itertools
import shutil
import signal

import client
import ledgers
import made
import pytest
import witness
from faults import check_trouble, stopped
from harness import World, wait_for
from made import PLAN, status
from test_clock import folded, troubles
from test_recovery import replace_data
from test_seals import (CHECKPOINT_S, CUT, WAITING, Ear, check_ticks, checkpoint, ledger, mend, say,
                        sealed, seals, spoil, wait_sealed)

FUTURE = "9999999999999-0"


@pytest.fixture
def small():
    """The plan of made.py, loaded."""
    with World() as w:
        ledgers.append(w, PLAN, made.text())
        yield w


def told(aggregator, event):
    return [line for line in aggregator.life() if f"event={event} " in line]


def seals_key(world):
    return world.redis.key("seals", PLAN)


def rewrite(world, entries, *also):
    """The same stream with other entries, in one step; these keys are deleted in it."""
    pipe, key = world.redis.client.pipeline(transaction=True), world.redis.key("ledger", PLAN)
    pipe.delete(key, *also)
    for position, fields in entries:
        pipe.xadd(key, fields, id=position)
    pipe.execute()


def received_later(entry):
    """The entry, received a millisecond later: no number shows it."""
    record = client.unpack(entry[1][b"records"])
    record[2] += 1
    return entry[0], {b"records": client.pack(record)}


# Lost, and made again

def test_seals_are_made_again_while_entries_keep_coming(small):
    aggregator, seq = sealed(small, 1, 2, 3), itertools.count(4)
    aggregator.start()
    ear = Ear(small, aggregator)
    small.redis.client.delete(seals_key(small))

    def are_back():
        say(small, next(seq))
        return seals(small)

    wait_for(are_back, "the seals are back", 2 * CHECKPOINT_S)
    ear.wait_end(small)
    wait_sealed(small)
    check_ticks(small, ear)
    assert len(told(aggregator, "seals_gone")) == 1
    assert not told(aggregator, "ledger_changed")


def test_seals_of_more_than_may_wait_are_made_again(small):
    """The ledger is folded a second time for them."""
    aggregator = sealed(small, *range(1, WAITING + 3 * CUT))
    aggregator.start()
    small.redis.client.delete(seals_key(small))
    say(small, 10**6)
    wait_sealed(small, 3 * CHECKPOINT_S)
    assert len(told(aggregator, "seals_gone")) == 1 and not told(aggregator, "ledger_changed")
    assert folded(aggregator) == 2 * len(ledger(small)) + 1


def test_a_start_tells_that_seals_are_gone(small):
    aggregator = sealed(small, 1, 2, 3)
    small.redis.client.delete(seals_key(small))
    aggregator.start()
    wait_sealed(small)
    [line] = told(aggregator, "seals_gone")
    assert "level=warn" in line and f"plan={PLAN} " in line
    aggregator.restart()
    assert not told(aggregator, "seals_gone")


def with_hash(hash_):
    return lambda fields: ["hash", hash_, "links", fields[b"links"]]


def of_another_hash(fields):
    """With just as much of the true one as its last link has."""
    return ["hash", fields[b"hash"][:16] + b"0" * 48, "links", fields[b"links"]]


DOCTORED = {
    "a hash that is none": with_hash("x" * 64),
    "another hash": with_hash("0" * 64),
    "two hashes": lambda f: ["hash", f[b"hash"], "links", f[b"links"], "hash", f[b"hash"]],
    "a field more": lambda f: ["hash", f[b"hash"], "links", f[b"links"], "x", "y"],
    "no links": lambda f: ["hash", f[b"hash"]],
    "links that are cut": lambda f: ["hash", f[b"hash"], "links", f[b"links"][:-1]],
    "the other order": lambda f: ["links", f[b"links"], "hash", f[b"hash"]],
}


@pytest.mark.parametrize("name", DOCTORED)
def test_a_checkpoint_is_not_begun_from_if_its_seal_was_doctored(small, name):
    aggregator = sealed(small, 1, 2, 3)
    store, kept = small.redis.client, seals(small)
    store.delete(seals_key(small))
    for position, fields in kept[:-1]:
        store.xadd(seals_key(small), fields, id=position)
    position, fields = kept[-1]
    store.execute_command("XADD", seals_key(small), position, *DOCTORED[name](fields))
    aggregator.start()
    ear = Ear(small, aggregator)
    ear.wait_end(small)
    check_ticks(small, ear)
    assert len(told(aggregator, "seals_gone")) == 1
    assert folded(aggregator) == len(ledger(small))


# Stuck

def test_what_was_stuck_while_nothing_waited_goes_on(small):
    aggregator = sealed(small, 1, 2, 3)
    aggregator.start()
    spoil(small)
    small.redis.client.client_kill_filter(_type="normal", skipme=True)
    aggregator.wait_line("event=trouble", CHECKPOINT_S)
    mend(small)
    aggregator.wait_line("event=recovered")
    say(small, 4)
    wait_sealed(small, 2 * CHECKPOINT_S)


def test_what_was_stuck_when_redis_came_back_with_older_data_goes_on(small):
    aggregator = sealed(small, 1, 2, 3)
    older = shutil.copytree(small.redis.path.parent / "appendonlydir", small.folder / "older")
    aggregator.start()
    say(small, 4)
    wait_sealed(small)
    say(small, 5)
    spoil(small)
    aggregator.wait_line("WRONGTYPE", CHECKPOINT_S)
    replace_data(small, older)
    aggregator.wait_line("event=recovered")
    say(small, 6)
    wait_sealed(small, 2 * CHECKPOINT_S)
    assert not told(aggregator, "ledger_changed")


def trim(store, key):
    store.xtrim(key, maxlen=0, approximate=False)


def remove_each(store, key):
    for position, _ in store.xrange(key):
        store.xdel(key, position)


@pytest.mark.parametrize("empty", [trim, remove_each], ids=lambda how: how.__name__)
@pytest.mark.parametrize("aggregator_is", ["running", "away"])
def test_a_stream_that_was_emptied_is_made_anew(small, empty, aggregator_is):
    """It takes nothing that is older than what it had."""
    aggregator = sealed(small, *range(1, 2 * CUT))
    if aggregator_is == "running":
        aggregator.start()
    empty(small.redis.client, seals_key(small))
    if aggregator_is == "running":
        say(small, 10**6)
    else:
        aggregator.start()
    wait_sealed(small, 2 * CHECKPOINT_S)
    assert len(seals(small)) >= 2 and not told(aggregator, "trouble")


def test_more_seals_than_go_into_one_write_are_of_a_part_that_was_cut_off(small):
    """A day each: all of them go to the first one that can be added."""
    store, key, day_ms = small.redis.client, small.redis.key("ledger", PLAN), 86_400_000
    first, start = ledger(small)[0][1], made.ms("2026-01-05 10:00")
    store.delete(key)
    store.xadd(key, first, id=f"{start}-0")
    for day in range(1, 140):
        record = status("mof", day, 1, day, start + day * day_ms)
        record[2] = start + day * day_ms
        position = store.xadd(key, {"records": client.pack(record)}, id=f"{start + day * day_ms}-0")
    store.hset(small.redis.key("plan", PLAN), "end", position)
    aggregator = small.aggregator(bind="ipc")
    wait_sealed(small)
    assert aggregator.stop() == 0
    assert len(seals(small)) == 140
    store.xdel(seals_key(small), *(p for p, _ in seals(small)[2:]))
    aggregator.start()
    line = check_trouble(aggregator.wait_line("event=trouble"), PLAN)
    assert "none can be added before it" in line
    say(small, 10**6)
    wait_sealed(small)
    assert len(seals(small)) == 3
    aggregator.wait_line("event=recovered")


@pytest.mark.parametrize("aggregator_is", ["running", "away"])
def test_a_seal_of_the_future_is_told_and_removed_with_all_others(small, aggregator_is):
    aggregator = sealed(small, 1, 2, 3)
    if aggregator_is == "running":
        aggregator.start()
    before = checkpoint(small)
    small.redis.client.xadd(seals_key(small), {"hash": "0" * 64, "links": b""}, id=FUTURE)
    if aggregator_is == "away":
        aggregator.start()
    say(small, 4)
    line = check_trouble(aggregator.wait_line("event=trouble", CHECKPOINT_S), PLAN)
    assert f"there is a seal of {FUTURE}, which the ledger has not come to" in line
    say(small, 5)
    assert checkpoint(small) == before and len(troubles(aggregator)) == 1
    small.redis.client.delete(seals_key(small))
    aggregator.wait_line("event=recovered", CHECKPOINT_S)
    wait_sealed(small, 2 * CHECKPOINT_S)


# A ledger that was changed

def change(world):
    """One entry, and the seals are gone."""
    entries = ledger(world)
    entries[10] = received_later(entries[10])
    rewrite(world, entries, seals_key(world))


@pytest.mark.parametrize("entries", [50, 3 * CUT])
def test_a_ledger_that_was_changed_under_its_eyes_is_not_sealed_again(small, entries):
    aggregator = sealed(small, *range(1, entries))
    aggregator.start()
    ear, honest, before = Ear(small, aggregator), ledger(small), checkpoint(small)
    ear.wait_end(small)
    change(small)
    say(small, 10**6)
    position, hash_ = list(witness.chain([*honest, ledger(small)[-1]]))[-1]
    line = aggregator.wait_line("event=ledger_changed", 2 * CHECKPOINT_S)
    assert f"level=error program=tuijin-aggregator event=ledger_changed plan={PLAN} " in line
    assert f"position={position.decode()} seal={witness.text(position, hash_)} " in line
    say(small, 10**6 + 1)
    ear.wait_end(small)  # the numbers go on
    done = small.tuijin("verify", "--redis", small.redis.url, "--seal",
                        line.partition("seal=")[2].split()[0])
    assert done.returncode == 65 and "the seal given is not that of the ledger" in done.stdout
    assert aggregator.stop() == 0
    assert "the ledger is not what it was" in aggregator.find("event=no_checkpoint")
    assert not seals(small) and checkpoint(small) == before
    assert len(told(aggregator, "ledger_changed")) == len(told(aggregator, "seals_gone")) == 1


def test_a_ledger_that_is_again_what_it_was_is_sealed_again(small):
    aggregator, honest = sealed(small, *range(1, 50)), ledger(small)
    aggregator.start()
    Ear(small, aggregator).wait_end(small)
    change(small)
    say(small, 10**6)
    aggregator.wait_line("event=ledger_changed", 2 * CHECKPOINT_S)
    rewrite(small, [*honest, *ledger(small)[len(honest):]])
    small.redis.client.client_kill_filter(_type="normal", skipme=True)
    wait_sealed(small, 2 * CHECKPOINT_S)


# The end

def test_an_end_without_a_checkpoint_is_told(small):
    aggregator = small.aggregator(bind="ipc")
    say(small, 1)
    wait_sealed(small)
    assert aggregator.stop() == 0 and not told(aggregator, "no_checkpoint")

    def stop_says(words):
        assert aggregator.stop() == 0
        [line] = told(aggregator, "no_checkpoint")
        assert f"plan={PLAN} " in line and "level=warn" in line and words in line, line

    aggregator.start()
    say(small, 2)
    Ear(small, aggregator).wait_end(small)
    spoil(small)
    stop_says("WRONGTYPE")
    mend(small)
    aggregator.start()
    wait_for(lambda: seals(small), "seals that are made again")  # the checkpoint is still there
    wait_sealed(small)
    spoil(small)
    stop_says("WRONGTYPE")  # though there was nothing new
    mend(small)
    aggregator.start()
    wait_for(lambda: seals(small), "seals that are made again")  # the checkpoint is still there
    wait_sealed(small)
    say(small, 3)
    Ear(small, aggregator).wait_end(small)
    small.redis.client.delete(seals_key(small))
    stop_says("seals are gone")
    aggregator.start()
    wait_sealed(small)
    small.redis.kill()
    stop_says("redis")


def test_an_exercise_and_one_whose_work_others_do_end_without_a_word(small):
    crowd = [small.aggregator(bind="ipc") for _ in range(3)]
    exercise = small.aggregator("--today", "2026-03-31", bind="ipc")
    say(small, 1)
    for aggregator in [exercise, *crowd]:
        Ear(small, aggregator).wait_end(small)
    for aggregator in [exercise, *crowd]:
        assert aggregator.stop() == 0 and not told(aggregator, "no_checkpoint")
    small.redis.kill()
    exercise.start(ready=False)
    exercise.wait_line("event=trouble")
    assert exercise.stop() == 0 and not told(exercise, "no_checkpoint")


def test_one_that_ends_behind_others_leaves_the_checkpoint_to_them(small):
    ahead, behind = [small.aggregator(bind="ipc") for _ in range(2)]
    say(small, 1)
    wait_sealed(small)
    Ear(small, behind).wait_end(small)
    with stopped(behind):
        say(small, 2)
        wait_sealed(small)
        behind.child.send_signal(signal.SIGTERM)
    assert behind.ended() == 0 and not told(behind, "no_checkpoint")
    assert ahead.stop() == 0
    wait_sealed(small, 0)


def test_seals_that_were_given_up_are_told_of_once(small):
    spoil(small)
    say(small, *range(1, WAITING + 2 * CUT))
    aggregator = small.aggregator(bind="ipc")
    words = "seals were given up until the next start: redis: WRONGTYPE"
    aggregator.wait_line(words, CHECKPOINT_S)
    mend(small)
    ear = Ear(small, aggregator)
    for seq in range(3):
        say(small, 10**6 + seq)
        ear.wait_end(small)
    assert aggregator.stop() == 0
    assert len([line for line in troubles(aggregator) if words in line]) == 1
    assert not told(aggregator, "recovered")
    assert words in aggregator.find("event=no_checkpoint")
    aggregator.start()
    wait_sealed(small)
