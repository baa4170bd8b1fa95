"""`tuijin verify` and `tuijin seal`: a ledger that somebody changed does not fit its seals, and the
first entry that is not what it was is named. The seals are a witness's own (interop/witness.py)."""

import json
import re

import client
import pytest
import witness
from faults import AT, ledger_end, load_small_plan
from harness import ROOT, World, results, wait_for, word
from test_verify import found, verify

PLAN = "small"
SEALED = (3, 7, 12)  # which entries there is a seal of
ENTRIES = 15


def ledger(world):
    return world.redis.client.xrange(world.redis.key("ledger", PLAN))


def at(world, i):
    return ledger(world)[i][0]


def rebuild(world, entries):
    """The same stream with other entries: Redis itself knows of no difference."""
    store, key = world.redis.client, world.redis.key("ledger", PLAN)
    store.delete(key)
    for position, fields in entries:
        store.xadd(key, fields, id=position)


def seal(world, cuts):
    """Seals of the ledger as it is, in the place of those that are there."""
    key = world.redis.key("seals", PLAN)
    world.redis.client.delete(key)
    entries = ledger(world)
    witness.store_seals(world.redis.client, key, entries, {entries[i][0] for i in cuts})


def kept_outside(world, i):
    position, so_far = list(witness.chain(ledger(world)))[i]
    return witness.text(position, so_far)


def next_millisecond(world):
    """Until the next entry is of a later one than the last."""
    last = witness.where(ledger(world)[-1][0])[0]

    def is_later():
        seconds, micros = world.redis.client.time()
        return seconds * 1000 + micros // 1000 > last + 1

    wait_for(is_later, "the clock goes on")


def run_aggregator(world):
    """Until all that it keeps is of the ledger's end."""
    aggregator, key = world.aggregator("--plan", PLAN, bind="ipc"), world.redis.key("rollup", PLAN)
    end = ledger_end(world, PLAN).encode()
    marks = ("position", "summary_position")
    wait_for(lambda: world.redis.client.hmget(key, *marks) == [end, end], "all of it is kept")
    assert aggregator.stop() == 0


@pytest.fixture(scope="module")
def sealed():
    """A ledger of a plan revision and 14 reports; checkpoint and newest seal are of entry 12."""
    with World(appendfsync="no") as w:
        load_small_plan(w, PLAN)
        collector = w.collector("--plan", PLAN, bind="ipc")
        one = w.agency("one", collector, plan=PLAN)
        for i in range(1, ENTRIES):
            if i == SEALED[-1] + 1:
                run_aggregator(w)
            next_millisecond(w)
            assert results(one.report(i, word(1 + i % 3, i, AT))) == ["accepted"]
        assert collector.stop() == 0
        seal(w, SEALED)
        assert len(ledger(w)) == ENTRIES
        yield w


@pytest.fixture
def world_sealed(sealed):
    """The same; what the test does to Redis is undone."""
    store = sealed.redis.client
    dumps = {name: store.dump(name) for name in store.keys("*")}
    yield sealed
    store.flushall()
    for name, dump in dumps.items():
        store.restore(name, 0, dump)


def about_seals(said):
    return [(f["key"], f["message"]) for f in said["findings"] if f["what"] == "seal"]


def test_a_ledger_fits_its_seals(world_sealed):
    said = verify(world_sealed, plan=PLAN)
    assert said["equal"] and said["findings"] == [], said["findings"]
    assert (said["entries"], said["seals"], said["given"], said["unsealed"]) == (15, 3, 0, 2)
    text = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url).stdout
    assert text.endswith(", 3 seals, 2 entries not yet sealed: all equal\n"), text


# One change each: what is done, which entry is named, with which words, and the seal it breaks

def other_percent(fields):
    """The entry's record, with 1.00 more percent."""
    record = client.unpack(fields[b"records"])
    record[4][4] += 100
    return {**fields, b"records": client.pack(record)}


def rewrite(world, i):
    entries = ledger(world)
    entries[i] = (entries[i][0], other_percent(entries[i][1]))
    rebuild(world, entries)


def put_in(world, before):
    """A copy of the entry behind, a moment before it."""
    entries = ledger(world)
    ms, n = witness.where(entries[before][0])
    entries.insert(before, (b"%d-%d" % (ms - 1, 2**60 + n), other_percent(entries[before][1])))
    rebuild(world, entries)


def leave_out(world, *which):
    rebuild(world, [e for i, e in enumerate(ledger(world)) if i not in which])


def move(world, i):
    entries = ledger(world)
    position, fields = entries[i]
    ms, n = witness.where(position)
    entries[i] = (b"%d-%d" % (ms, n + 1), fields)
    rebuild(world, entries)


def with_a_field_more(world, i):
    entries = ledger(world)
    entries[i] = (entries[i][0], {**entries[i][1], b"x": b"y"})
    rebuild(world, entries)


CHANGED, REMOVED, PUT_IN = "was changed since", "was removed since", "was put in since"
TAMPERING = {
    "an entry is rewritten": (lambda w: rewrite(w, 5), 5, CHANGED, 7),
    "the first report": (lambda w: rewrite(w, 1), 1, CHANGED, 3),
    "the last one that is sealed": (lambda w: rewrite(w, 12), 12, CHANGED, 12),
    "two are rewritten": (lambda w: (rewrite(w, 9), rewrite(w, 6)), 6, CHANGED, 7),
    "a field is added that says nothing": (lambda w: with_a_field_more(w, 8), 8, CHANGED, 12),
    "an entry is removed": (
        lambda w: w.redis.client.xdel(w.redis.key("ledger", PLAN), at(w, 6)), 6, REMOVED, 7),
    "an entry is left out of a new stream": (lambda w: leave_out(w, 6), 6, REMOVED, 7),
    "the one that a seal is of": (lambda w: leave_out(w, 7), 7, REMOVED, 7),
    "the last ones are left out": (lambda w: leave_out(w, 11, 12, 13, 14), 11, REMOVED, 12),
    "an entry changes its place": (lambda w: move(w, 5), 5, REMOVED, 7),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_the_first_entry_that_is_not_what_it_was_is_named(world_sealed, name):
    how, first, words, broken = TAMPERING[name]
    first, broken = at(world_sealed, first).decode(), at(world_sealed, broken).decode()
    how(world_sealed)
    said = verify(world_sealed, want=65, plan=PLAN)
    assert not said["equal"]
    [(key, message)] = about_seals(said)
    assert key == first and words in message, (key, message)
    assert message.endswith(f"breaks the seal of {broken}"), message


@pytest.mark.parametrize("before, words", [(6, PUT_IN), (8, "was put in since, or a seal")])
def test_an_entry_that_was_put_in_is_named(world_sealed, before, words):
    put_in(world_sealed, before)
    said = verify(world_sealed, want=65, plan=PLAN)
    [(key, message)] = about_seals(said)
    assert key == at(world_sealed, before).decode() and words in message, (key, message)


def test_an_entry_that_no_seal_has_yet_can_be_changed_unseen(world_sealed):
    entries = ledger(world_sealed)
    record = client.unpack(entries[13][1][b"records"])
    record[2] += 1  # when it was received: no summary tells
    entries[13] = (entries[13][0], {b"records": client.pack(record)})
    rebuild(world_sealed, entries)
    said = verify(world_sealed, plan=PLAN, want=65)
    assert about_seals(said) == [] and {what for what, _ in found(said)} == {"latest"}


# What is wrong with the seals

def change_seal(world, i, **fields):
    """That one of the three, counted from 0, with other fields; None: without that field."""
    store, key = world.redis.client, world.redis.key("seals", PLAN)
    seals = store.xrange(key)
    store.delete(key)
    for n, (position, is_now) in enumerate(seals):
        if n == i:
            is_now.update({name.encode(): value for name, value in fields.items()})
            is_now = {name: value for name, value in is_now.items() if value is not None}
        store.xadd(key, is_now or {"x": "y"}, id=position)


def with_two_hashes(world, i):
    """Who takes the first one for it and who takes the last see different seals."""
    store, key = world.redis.client, world.redis.key("seals", PLAN)
    seals = store.xrange(key)
    store.delete(key)
    for n, (position, fields) in enumerate(seals):
        more = ("hash", fields[b"hash"]) if n == i else ()
        store.execute_command("XADD", key, position, "hash", fields[b"hash"], "links", fields[b"links"], *more)


def drop_seal(world, i):
    store, key = world.redis.client, world.redis.key("seals", PLAN)
    store.xdel(key, at(world, SEALED[i]))


FORM = "has other fields than just 'hash' and 'links'"
GARBLED = "its hash is that of the ledger, but its links are garbled"
SEALS = {
    "another hash": (lambda w: change_seal(w, 1, hash="0" * 64), 7,
                     "its hash is not that of the ledger, though its links are"),
    "no hash": (lambda w: change_seal(w, 1, hash=None), 7, FORM),
    "a hash that is none": (lambda w: change_seal(w, 1, hash=b"\xff" * 64), 7,
                            "its hash is no 64 hex digits"),
    "two hashes": (lambda w: with_two_hashes(w, 1), 7, FORM),
    "a field more": (lambda w: change_seal(w, 1, x="y"), 7, FORM),
    "no links": (lambda w: change_seal(w, 1, links=None), 7, FORM),
    "empty links": (lambda w: change_seal(w, 1, links=b""), 7, GARBLED),
    "links that are none": (lambda w: change_seal(w, 1, links=b"\x00" * 97), 7, GARBLED),
    "links of other entries": (lambda w: change_seal(w, 1, links=b"\xff" * 96), 7, GARBLED),
    "the first one is gone": (lambda w: drop_seal(w, 0), 7, "no other seal has one, for"),
    "one between is gone": (lambda w: drop_seal(w, 1), 12, "no other seal has one, for"),
}


@pytest.mark.parametrize("name", SEALS)
def test_a_seal_that_is_not_what_it_was_is_named(world_sealed, name):
    how, key, words = SEALS[name]
    how(world_sealed)
    said = verify(world_sealed, want=65, plan=PLAN)
    assert [what for what, _ in found(said)] == ["seal"], said["findings"]
    assert about_seals(said)[0][0] == at(world_sealed, key).decode()
    assert words in about_seals(said)[0][1], about_seals(said)


def test_a_seal_that_has_nothing_at_all(world_sealed):
    change_seal(world_sealed, 1, hash=None, links=None)
    [(key, message)] = about_seals(verify(world_sealed, want=65, plan=PLAN))
    assert key == at(world_sealed, 7).decode() and FORM in message


def test_what_may_follow_from_a_wrong_seal_is_said_to(world_sealed):
    """An aggregator that went on from it has sealed the rest of an honest ledger wrong."""
    store, key = world_sealed.redis.client, world_sealed.redis.key("seals", PLAN)
    entries, wrong = ledger(world_sealed), bytes(32)
    seals, links = store.xrange(key)[:2], b""
    seals[1][1][b"hash"] = wrong.hex()
    store.delete(key)
    for position, fields in seals:
        store.xadd(key, fields, id=position)
    for position, fields in entries[8:13]:
        wrong = witness.next_hash(wrong, position, fields)
        links += witness.struct.pack(">QQ", *witness.where(position)) + wrong[:8]
    store.xadd(key, {"hash": wrong.hex(), "links": links}, id=entries[12][0])
    said = verify(world_sealed, want=65, plan=PLAN)
    [(first, one), (second, two)] = about_seals(said)
    assert first == at(world_sealed, 7).decode() and "its hash is not that of the ledger" in one
    assert second == at(world_sealed, 8).decode()
    assert two.endswith(f"or that only follows from the wrong seal of {first}"), two


# Entries without a seal

def warnings(world):
    return [(f["key"], f["message"]) for f in verify(world, plan=PLAN)["findings"]
            if (f["what"], f["level"]) == ("seal", "warning")]


def test_a_day_before_that_was_not_sealed_is_a_warning(world_sealed):
    """Seals cut back, and what was made with them set back: all fits."""
    store, days_ms = world_sealed.redis.client, 2 * 86_400_000
    assert warnings(world_sealed) == []
    store.delete(*(world_sealed.redis.key(name, PLAN) for name in ("rollup", "summary", "trend")))

    def before(position):
        ms, n = witness.where(position)
        return b"%d-%d" % (ms - days_ms, n)

    rebuild(world_sealed, [(before(p), fields) for p, fields in ledger(world_sealed)])
    store.hset(world_sealed.redis.key("plan", PLAN), "end", at(world_sealed, 14))
    seal(world_sealed, [3, 14])
    assert warnings(world_sealed) == []
    seal(world_sealed, SEALED)
    [(key, message)] = warnings(world_sealed)
    assert key == at(world_sealed, 13).decode() and message.startswith("from here on 2 entries are")
    text = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url).stdout
    assert text.startswith(f"warning: seal {key}: from here on 2 ") and text.endswith(
        ", 2 entries not yet sealed: all equal, 1 warning\n"), text
    store.delete(world_sealed.redis.key("seals", PLAN))
    assert warnings(world_sealed) == [], "no aggregator was ever there"


def test_many_entries_that_were_not_sealed_are_a_warning(world_sealed):
    store, key = world_sealed.redis.client, world_sealed.redis.key("ledger", PLAN)
    record = client.unpack(ledger(world_sealed)[-1][1][b"records"])

    def say(count):
        pipe = store.pipeline(transaction=False)
        for _ in range(count):
            record[1] += 1
            pipe.xadd(key, {"records": client.pack(record)})
        store.hset(world_sealed.redis.key("plan", PLAN), "end", pipe.execute()[-1])
        field = f"{record[4][1]}/{record[3]}"
        store.hset(world_sealed.redis.key("latest", PLAN), field, client.pack(record))

    say(4096 - 2)
    assert warnings(world_sealed) == []
    say(1)
    [(position, message)] = warnings(world_sealed)
    assert position == at(world_sealed, 13).decode() and message.startswith("from here on 4097 entries ")


def test_the_newest_seal_is_gone_and_the_checkpoint_shows_it(world_sealed):
    drop_seal(world_sealed, 2)
    [(key, message)] = about_seals(verify(world_sealed, want=65, plan=PLAN))
    assert key == at(world_sealed, 12).decode()
    assert message.startswith("is missing, but there is a checkpoint of it")


def test_all_seals_are_gone(world_sealed):
    store, key = world_sealed.redis.client, world_sealed.redis.key("seals", PLAN)
    store.delete(key)
    said = verify(world_sealed, want=65, plan=PLAN)
    assert about_seals(said) == [("*", "are missing, but there is a checkpoint")]
    assert (said["seals"], said["unsealed"]) == (0, ENTRIES)
    store.set(key, "x")
    said = verify(world_sealed, want=65, plan=PLAN)
    assert [key for key, _ in about_seals(said)] == [f"tuijin:{{{PLAN}}}:seals"]
    assert "WRONGTYPE" in about_seals(said)[0][1]
    store.delete(key, *(world_sealed.redis.key(name, PLAN) for name in ("rollup", "summary")))
    said = verify(world_sealed, plan=PLAN)
    assert said["equal"] and said["unsealed"] == ENTRIES, "no aggregator was ever there"


def test_a_ledger_that_is_gone_or_unreadable(world_sealed):
    store, entries = world_sealed.redis.client, ledger(world_sealed)
    for fields, words in [({b"x": b"y"}, "neither a batch nor"),
                          ({b"%d" % n: b"" for n in range(9)}, "more than 8 fields")]:
        rebuild(world_sealed, [*entries[:6], (entries[6][0], fields), *entries[7:]])
        said = verify(world_sealed, want=65, plan=PLAN)
        assert ("ledger", "*") in found(said) and about_seals(said) == []
        assert any(words in f["message"] for f in said["findings"]), said["findings"]
        rewrite(world_sealed, 5)
        [(key, message)] = about_seals(verify(world_sealed, want=65, plan=PLAN))
        assert key == entries[5][0].decode() and CHANGED in message
    store.delete(world_sealed.redis.key("ledger", PLAN))
    said = verify(world_sealed, want=65, plan=PLAN)
    [(key, message)] = about_seals(said)
    assert ("ledger", "0-0") in found(said)
    assert key == entries[0][0].decode() and REMOVED in message


def test_seals_are_read_in_pages(world_sealed):
    seal(world_sealed, range(13))
    assert verify(world_sealed, plan=PLAN)["seals"] == 13
    rewrite(world_sealed, 11)
    [(key, message)] = about_seals(verify(world_sealed, want=65, plan=PLAN))
    assert key == at(world_sealed, 11).decode() and message.endswith(f"the seal of {key}")


# --repair

@pytest.mark.parametrize("how", [lambda w: rewrite(w, 5), lambda w: leave_out(w, 6),
                                 lambda w: change_seal(w, 1, hash="0" * 64)])
def test_nothing_is_repaired_from_a_ledger_that_does_not_fit_its_seals(world_sealed, how):
    store = world_sealed.redis.client
    how(world_sealed)
    store.hset(world_sealed.redis.key("plan", PLAN), "held", "7")
    before = {name: store.dump(name) for name in store.keys("*")}
    said = verify(world_sealed, "--repair", want=65, plan=PLAN)
    assert said["repair"]["refused"] and said["repair"]["put_right"] == 0
    text = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url, "--repair").stdout
    assert "nothing repaired: the ledger does not fit its seals" in text
    assert {name: store.dump(name) for name in store.keys("*")} == before


def lose_seals(world):
    world.redis.client.delete(world.redis.key("seals", PLAN))


def spoil_seals(world):
    lose_seals(world)
    world.redis.client.set(world.redis.key("seals", PLAN), "x")


@pytest.mark.parametrize("how", [lose_seals, spoil_seals, lambda w: drop_seal(w, 2)])
def test_nothing_is_repaired_while_seals_up_to_the_checkpoint_are_gone(world_sealed, how):
    """The record that `latest` has is all that tells of the one that was in the ledger."""
    store, latest = world_sealed.redis.client, world_sealed.redis.key("latest", PLAN)
    rewrite(world_sealed, 14)
    how(world_sealed)
    before = {name: store.dump(name) for name in store.keys("*")}
    said = verify(world_sealed, "--repair", want=65, plan=PLAN)
    assert said["repair"]["refused"] and said["repair"]["put_right"] == 0
    assert "latest" in {what for what, _ in found(said)}
    text = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url, "--repair").stdout
    assert "nothing repaired: seals up to the checkpoint are gone" in text
    assert {name: store.dump(name) for name in store.keys("*")} == before
    lose_seals(world_sealed)
    run_aggregator(world_sealed)
    said = verify(world_sealed, "--repair", plan=PLAN)
    assert said["repair"] == {"refused": False, "put_right": 1, "left": 0}
    assert store.dump(latest) != before[latest.encode()]


# Seals that were kept elsewhere

def rewrite_everything(world):
    """Who may write to Redis changes an entry, and all that follows from it."""
    store = world.redis.client
    rewrite(world, 5)
    names = ("seals", "rollup", "summary", "trend", "latest")
    store.delete(*(world.redis.key(name, PLAN) for name in names))
    assert verify(world, "--repair", plan=PLAN)["repair"]["put_right"] == 3
    run_aggregator(world)
    seal(world, [3, 7, 14])
    assert verify(world, plan=PLAN)["equal"]


def test_only_a_seal_from_outside_tells_that_everything_was_rewritten(world_sealed):
    kept = [kept_outside(world_sealed, i) for i in (12, 4, 5)]
    rewrite_everything(world_sealed)
    assert verify(world_sealed, "--seal", kept[1], plan=PLAN)["given"] == 1
    said = verify(world_sealed, *(f"--seal={seal}" for seal in kept), want=65, plan=PLAN)
    assert said["given"] == 3 and found(said) == [
        ("seal", at(world_sealed, i).decode()) for i in (5, 12)]
    is_now = kept_outside(world_sealed, 5).partition(":")[2]
    words = f"the seal given is not that of the ledger, whose hash is {is_now}"
    assert about_seals(said)[0][1] == words
    said = verify(world_sealed, "--repair", "--seal", kept[0], want=65, plan=PLAN)
    assert said["repair"]["refused"]


def test_seals_given_are_checked_at_any_entry_sealed_or_not(world_sealed):
    kept = [kept_outside(world_sealed, i) for i in range(ENTRIES)]
    said = verify(world_sealed, *(f"--seal={seal}" for seal in [*kept, kept[2].upper()]), plan=PLAN)
    assert said["given"] == ENTRIES + 1
    ms, n = witness.where(at(world_sealed, 14))
    for position in (f"{ms - 1}-{2**60}", f"{ms}-{n + 1}", "1-1"):
        said = verify(world_sealed, "--seal", f"{position}:{'0' * 64}", want=65, plan=PLAN)
        assert found(said) == [("seal", position)]
        assert "the ledger has no entry there" in about_seals(said)[0][1]
    done = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url, "--seal", kept[3])
    assert ", 3 seals and 1 given, 2 entries not yet sealed: all equal\n" in done.stdout


@pytest.mark.parametrize("value", ["", "x", "1-0", "1-0:", ":" + "0" * 64, "1-0:" + "0" * 63,
                                   "1-0:" + "g" * 64, "1:" + "0" * 64, "1-0:" + "0" * 65,
                                   "0-0:" + "0" * 64])
def test_what_is_no_seal_is_refused(world_sealed, value):
    done = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url, f"--seal={value}")
    assert (done.returncode, done.stdout) == (64, "")
    assert f"--seal: '{value}' is no POSITION:HASH" in done.stderr, done.stderr


def test_a_seal_is_of_one_plan(world_sealed):
    done = world_sealed.tuijin("verify", "--redis", world_sealed.redis.url, "--all",
                               "--seal", kept_outside(world_sealed, 3))
    assert done.returncode == 64 and "--seal and --all do not go together" in done.stderr


def test_a_tick_is_a_seal_to_keep(world_sealed):
    aggregator = world_sealed.aggregator("--plan", PLAN, bind="ipc")
    subscriber = world_sealed.subscriber(aggregator, f"{PLAN}/")
    subscriber.until(lambda: subscriber.tick, "a tick")
    assert aggregator.stop() == 0
    kept = f"{subscriber.tick['seal']['position']}:{subscriber.tick['seal']['hash']}"
    assert kept == kept_outside(world_sealed, -1)
    assert verify(world_sealed, "--seal", kept, plan=PLAN)["given"] == 1
    rewrite(world_sealed, 5)
    assert ("seal", at(world_sealed, -1).decode()) in found(
        verify(world_sealed, "--seal", kept, want=65, plan=PLAN))


def test_the_example_of_the_protocol_is_right():
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8").partition("## Seals")[2]
    first, second = re.findall(r"^\| `(\d+-\d+)` \|.* `([0-9a-f]{64})` \|$", text, re.MULTILINE)
    fields = {b"revision": b"1", b"digest": b"ab", b"yaml": b"plan: x\n"}
    one = witness.next_hash(witness.NOTHING, first[0].encode(), fields)
    two = witness.next_hash(one, second[0].encode(), {b"records": b"\x00\xff\n"})
    assert [one.hex(), two.hex()] == [first[1], second[1]]
    block = re.search(r"second one, (\d+) bytes:\n\n```\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("   ")[0] for line in block[2].splitlines()]
    message = bytes.fromhex(" ".join(lines))
    assert len(message) == int(block[1]) and witness.hashlib.sha256(message).digest() == two


# tuijin seal

def test_the_newest_seal_is_printed_and_can_be_checked(world_sealed):
    done = world_sealed.tuijin("seal", "--redis", world_sealed.redis.url)
    assert done.returncode == 0 and done.stdout == kept_outside(world_sealed, 12) + "\n"
    assert f"tuijin verify --plan {PLAN} --seal {done.stdout.strip()}" in done.stderr
    assert verify(world_sealed, "--seal", done.stdout.strip(), plan=PLAN)["given"] == 1
    done = world_sealed.tuijin("seal", "--redis", world_sealed.redis.url, "--plan", PLAN, "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(said) == ["plan", "position", "hash", "time"]
    assert f"{said['position']}:{said['hash']}" == kept_outside(world_sealed, 12)
    assert said["plan"] == PLAN and said["time"].startswith("20") and said["time"].endswith("Z")


def test_no_seal_can_be_printed(world_sealed):
    store, key = world_sealed.redis.client, world_sealed.redis.key("seals", PLAN)

    def says(status, words):
        done = world_sealed.tuijin("seal", "--redis", world_sealed.redis.url)
        assert (done.returncode, done.stdout) == (status, "") and words in done.stderr, done.stderr

    change_seal(world_sealed, 2, hash="x")
    says(65, "cannot be read")
    store.delete(key)
    says(65, "has no seals yet")
    store.set(key, "x")
    says(65, "cannot be read")
    store.delete(key)
    with_two_hashes(world_sealed, 2)
    store.xadd(key, {"hash": "0" * 64, "links": b""}, id="9999999999999-0")
    says(65, "is of 9999999999999-0, which the ledger does not have")


def test_a_seal_of_the_end_of_time_has_no_time(world_sealed):
    store, end = world_sealed.redis.client, f"{2**64 - 1}-{2**64 - 1}"
    store.xadd(world_sealed.redis.key("seals", PLAN), {"hash": "0" * 64, "links": b""}, id=end)
    store.xadd(world_sealed.redis.key("ledger", PLAN), ledger(world_sealed)[-1][1], id=end)
    done = world_sealed.tuijin("seal", "--redis", world_sealed.redis.url, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["time"] is None
