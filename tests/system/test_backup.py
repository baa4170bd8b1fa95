"""deploy/tuijin-backup: made while reports come in, proved, damaged, put into an empty Redis; and what
agencies do after an older one was put back."""

import os
import shutil
import stat
import subprocess

import pytest
from backing_up import SECRET, Installation, installation  # noqa: F401, a fixture
from harness import DEADLINE_S, PLAN, records, results, wait_for, word
from load import AT, Load


@pytest.fixture(scope="module")
def kept():
    """One that has reports and a seal, and a backup of it."""
    with Installation() as w:
        w.load_plan()
        aggregator, collector = w.aggregator(), w.collector()
        cnipa = w.agency("cnipa", collector)
        for percent in range(1, 60):
            assert results(cnipa.report(w.next_seq(), word(1, percent, AT))) == ["accepted"]
        wait_for(lambda: w.redis.client.xlen(w.redis.key("seals")), "a seal")
        assert aggregator.stop() == 0
        w.made = w.back_up()
        yield w


def as_numbers(position):
    return tuple(map(int, position.split("-")))


def accepted(load):
    """(agency, seq) -> position, of what was acked so far."""
    return {(s.name, seq): ack["position"] for s in load.senders for seq, ack in list(s.acks.items())
            if any(r["result"] == "accepted" for r in ack["results"])}


def test_all_that_was_acked_before_a_backup_under_load_is_in_it(installation, plan):
    w = installation
    collector, aggregator = w.collector(), w.aggregator()
    load = Load(w, [collector.endpoint], plan)
    load.start()
    load.more(200)
    wait_for(lambda: w.redis.client.xlen(w.redis.key("seals")), "a seal", 2 * DEADLINE_S)
    w.redis.client.bgrewriteaof()
    before = accepted(load)
    backup = w.back_up()
    load.more(100)
    load.finish()
    whole, everything = w.ledger(), accepted(load)
    assert collector.stop() == aggregator.stop() == 0
    witness = w.seal()
    w.lose_everything()
    done = w.tool("--restore", backup)
    w.redis.start()

    restored = w.ledger()
    assert restored == whole[:len(restored)] and len(restored) < len(whole)
    assert f" entries={len(restored)} " in done.stdout and f" position={w.end()}\n" in done.stdout
    there = {(agency, seq) for _, (_, seq, _, agency, *_) in records(w)}
    assert before.keys() <= there
    w.verify((backup / "seals" / PLAN).read_text())
    assert (w.etc / "collector.key").read_text() == SECRET + "\n"

    # Who has kept a later seal can prove that something is gone.
    assert "equal" not in w.verify(witness, want=65)
    # The rule for agencies: what was acked behind the restored end is gone, and nothing else.
    gone = {k for k, position in everything.items() if as_numbers(position) > as_numbers(w.end())}
    assert gone and gone == everything.keys() - there
    collector.start(), aggregator.start()
    agency, seq = max(gone)
    sender = next(s for s in load.senders if s.name == agency)
    client = w.agency(agency, collector)
    again = [{"task": task, "state": "in_progress", "percent": percent, "at": AT}
             for (task, s), percent in sender.sent.items() if s == seq]
    assert set(results(client.ask(client.envelope(seq, again)))) == {"accepted"}
    assert set(results(client.ask(client.envelope(seq, again)))) == {"duplicate"}
    w.verify()


def test_files_that_are_rewritten_while_they_are_copied_are_copied_again(installation):
    w = installation
    manifest = w.redis.folder / "appendonlydir" / "appendonly.aof.manifest"
    seen = w.shim("dd", f"""case $* in *if=*/appendonly.aof.1.base.rdb*)
    REDISCLI_AUTH=$(cat {w.redis.password_file("admin")}) redis-cli -s {w.redis.path} --user admin BGREWRITEAOF >/dev/null
    until grep -q 'aof.2.base' {manifest}; do :; done >/dev/null
esac""")
    backup = w.back_up(path=str(seen.parent))
    names = sorted(f.name for f in (backup / "redis" / "appendonlydir").iterdir())
    assert names == ["appendonly.aof.2.base.rdb", "appendonly.aof.2.incr.aof", "appendonly.aof.manifest"]


def test_a_backup_is_for_root_alone_and_has_it_all(kept):
    assert stat.S_IMODE(kept.made.stat().st_mode) == 0o700
    assert stat.S_IMODE((kept.made / "folder" / "collector.key").stat().st_mode) == 0o600
    for name in ("redis.conf", "users.acl"):
        assert (kept.made / "redis" / name).read_text() == (kept.redis.folder / name).read_text()
    seal = (kept.made / "seals" / PLAN).read_text()
    assert seal == kept.tuijin("seal", "--redis", kept.redis.url).stdout
    assert kept.tool("--check", kept.made).stdout.startswith(f"{kept.made} is whole:\n{PLAN} revision=1 ")


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


INCR = "redis/appendonlydir/appendonly.aof.1.incr.aof"
DAMAGE = {
    "a bit of the data": lambda b: flip(b / INCR),
    "the end of the data": lambda b: cut(b / INCR),
    "a file that is gone": lambda b: (b / INCR).unlink(),
    "a key": lambda b: flip(b / "folder/collector.key"),
    "a file more": lambda b: (b / "folder/authorized_keys2").touch(),
    "a link more": lambda b: (b / "folder/link").symlink_to("collector.key"),
    "a pipe more": lambda b: os.mkfifo(b / "folder/pipe"),
    "no sums": lambda b: (b / "SHA256SUMS").unlink(),
    "a line of the sums that is gone": lambda b: (b / "SHA256SUMS").write_text(
        "".join(line for line in (b / "SHA256SUMS").read_text().splitlines(True) if ".key" not in line)),
}


@pytest.fixture
def copy(kept):
    copy = kept.folder / "copy"
    shutil.copytree(kept.made, copy)
    yield copy
    shutil.rmtree(copy)


@pytest.mark.parametrize("what", DAMAGE)
def test_a_damaged_backup_is_refused(kept, copy, what):
    DAMAGE[what](copy)
    assert str(copy) in kept.tool("--check", copy, want=65).stderr


def half(backup):
    """Whole entries are gone from the end: Redis would not notice."""
    data = (backup / INCR).read_bytes()
    (backup / INCR).write_bytes(data[:data.index(b"XADD", len(data) * 2 // 3)])


def of_another_ledger(backup):
    seal = (backup / "seals" / PLAN)
    seal.write_text(seal.read_text().partition(":")[0] + ":" + 64 * "0" + "\n")


MEDDLED = {
    "entries that are gone, behind the seal": (half, "does not"),
    "a seal of another ledger": (of_another_ledger, f"plan {PLAN}: what is in the backup does not fit"),
    "data that is none": (lambda b: (b / INCR).write_bytes(b"garbage"), "Redis cannot read it: "),
    "other numbers": (lambda b: (b / "plans").write_text(PLAN + " entries=1\n"), "what it held"),
}


@pytest.mark.parametrize("what", MEDDLED)
def test_one_whose_sums_were_made_anew_is_refused_too(kept, copy, what):
    meddle, said = MEDDLED[what]
    meddle(copy)
    subprocess.run("sha256sum $(find . -type f ! -name SHA256SUMS) >SHA256SUMS", shell=True, cwd=copy, check=True)
    assert said in kept.tool("--check", copy, want=65).stderr


def test_nothing_is_made_of_what_is_not_there(kept, tmp_path):
    def refused(want, said, **settings):
        assert said in kept.tool(tmp_path / "backups", want=want, **settings).stderr
        assert not list((tmp_path / "backups").glob("*"))

    (tmp_path / "empty").mkdir()
    refused(69, "Redis does not answer", TUIJIN_REDIS=f"unix://{tmp_path}/nobody")
    refused(66, "no manifest", TUIJIN_REDIS_DIR=tmp_path / "empty")
    refused(66, "no.acl cannot be copied", TUIJIN_REDIS_ACL=tmp_path / "no.acl")
    refused(66, "no-folder cannot be copied", TUIJIN_FOLDER=tmp_path / "no-folder")
    for operands in ((), ("--check",), ("--check", "a", "b"), ("-x",), ("--redis", "none")):
        kept.tool(*operands, want=64)
    assert "--redis-acl FILE" in kept.tool("--help").stdout


def test_what_cannot_be_proved_is_kept_and_said_to_be_so(installation):
    """After somebody has changed the ledger it may be all that there is."""
    key = installation.redis.key("ledger", PLAN)
    last = installation.redis.client.xrevrange(key, count=1)[0][0]
    installation.redis.client.xdel(key, last)
    refused = installation.tool(installation.backups, want=65)
    [kept] = installation.backups.iterdir()
    assert kept.name.endswith(".unproved") and (kept / "redis" / "appendonlydir").is_dir()
    assert f"kept all the same, for people to look into: {kept}" in refused.stderr
    assert "is whole" not in refused.stdout
    installation.tool("--check", kept, want=65)


def test_before_the_first_plan_there_is_nothing_to_back_up():
    with Installation() as bare:
        refused = bare.tool(bare.backups, want=65)
        assert "no plan is loaded yet: there is nothing to back up" in refused.stderr
        assert not list(bare.backups.iterdir())


def test_drop_ins_of_the_units_come_along(installation, tmp_path):
    units, other = tmp_path / "units", tmp_path / "other"
    (units / "tuijin-collector.service.d").mkdir(parents=True)
    (units / "tuijin-collector.service.d" / "network.conf").write_text("[Service]\nIPAddressAllow=192.0.2.0/24\n")
    (units / "ssh.service.d").mkdir()
    installation.tool(installation.backups, TUIJIN_UNITS=units)
    [kept] = installation.backups.iterdir()
    assert [f.name for f in (kept / "units").iterdir()] == ["tuijin-collector.service.d"]
    installation.redis.kill()
    other.mkdir()
    empty = tmp_path / "redis"
    empty.mkdir()
    installation.tool("--restore", kept, TUIJIN_UNITS=other, TUIJIN_REDIS_DIR=empty, TUIJIN_REDIS_CONF="none",
                      TUIJIN_REDIS_ACL="none", TUIJIN_FOLDER=tmp_path / "etc")
    assert "192.0.2.0" in (other / "tuijin-collector.service.d" / "network.conf").read_text()


def test_the_folder_of_another_redis_is_found_out(kept, tmp_path):
    """It was the right one once, and then everything moved."""
    shutil.copytree(kept.made / "redis" / "appendonlydir", tmp_path / "appendonlydir")
    data = tmp_path / "appendonlydir" / "appendonly.aof.1.incr.aof"
    data.write_bytes(data.read_bytes()[:len(data.read_bytes()) // 4])
    said = kept.tool(tmp_path / "backups", want=65, TUIJIN_REDIS_DIR=tmp_path).stderr
    assert "seal" in said and not list((tmp_path / "backups").glob("*Z"))


def test_nothing_that_is_there_is_overwritten(installation):
    w = installation
    backup = w.back_up()
    assert "runs in" in w.tool("--restore", backup, want=69).stderr
    w.redis.stop()
    assert "appendonlydir is there" in w.tool("--restore", backup, want=73).stderr
    shutil.move(w.redis.folder / "appendonlydir", w.folder / "away")
    assert "etc is there" in w.tool("--restore", backup, want=73).stderr
    flip(backup / "redis" / "users.acl")
    assert "damaged" in w.tool("--restore", backup, want=65, TUIJIN_FOLDER="none").stderr
    assert not (w.redis.folder / "appendonlydir").exists()
    flip(backup / "redis" / "users.acl")
    (w.redis.folder / "users.acl").write_text("user default off\n")
    w.tool("--restore", backup, TUIJIN_FOLDER="none")
    assert (w.redis.folder / "users.acl.before-restore").read_text() == "user default off\n"
    w.redis.start()
    w.verify()


def test_a_redis_that_is_stopped_can_be_backed_up(installation):
    w = installation
    end = w.end()
    w.redis.stop()
    w.tool("--redis", "none", "--folder", "none", w.backups)
    made, = w.backups.glob("*")
    assert not (made / "folder").exists() and (made / "plans").read_text().endswith(f" position={end}\n")
