"""deploy/tuijin-backup: made while reports come in, proved, damaged, put into an empty Redis; and what
agencies do after an older one was put back."""

import os
import shutil
import stat
import subprocess

import pytest
from guarded_redis import DEPLOY, GuardedWorld
from harness import BUILD, DEADLINE_S, PLAN, records, results, wait_for, word
from load import AT, Load

TOOL = DEPLOY / "tuijin-backup"
SECRET = "not to be seen by anybody"


class Installation(GuardedWorld):
    """With a folder of keys, and a place for backups."""

    def __init__(self):
        super().__init__()
        self.etc, self.backups = self.folder / "etc", self.folder / "backups"
        self.etc.mkdir()
        (self.etc / "collector.key").write_text(SECRET + "\n")
        (self.etc / "collector.key").chmod(0o600)
        (self.etc / "authorized_keys").write_text("# nobody yet\n")
        (self.etc / "authorized_keys").chmod(0o644)

    def tool(self, *operands, want=0, path=None, **settings):
        folder = self.redis.folder
        settings = {"TUIJIN_REDIS": self.redis.url, "TUIJIN_REDIS_DIR": folder,
                    "TUIJIN_REDIS_CONF": folder / "redis.conf", "TUIJIN_REDIS_ACL": folder / "users.acl",
                    "TUIJIN_FOLDER": self.etc, "TMPDIR": self.temporary()} | settings
        path = f"{path + ':' if path else ''}{BUILD}:{os.environ['PATH']}"
        done = subprocess.run([TOOL, *operands], capture_output=True, text=True, timeout=60,
                              env={"PATH": path, **{k: str(v) for k, v in settings.items()}})
        assert done.returncode == want, (done.returncode, done.stdout, done.stderr)
        assert not list(self.temporary().iterdir()), "it left something behind"
        assert SECRET not in done.stdout + done.stderr
        return done

    def temporary(self):
        folder = self.folder / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    def back_up(self, **settings):
        before = set(self.backups.glob("*"))
        done = self.tool(self.backups, **settings)
        new, = set(self.backups.glob("*")) - before
        assert done.stdout.startswith(f"{new} is whole:\n{PLAN} revision=1 entries=")
        return new

    def lose_everything(self):
        """Data, keys, and what the administrator had set."""
        self.redis.kill()
        shutil.rmtree(self.redis.folder / "appendonlydir")
        shutil.rmtree(self.etc)
        (self.redis.folder / "redis.conf").write_text("port 0\n")

    def verify(self, *seals, want=0):
        flags = [x for seal in seals for x in ("--seal", seal)]
        done = self.tuijin("verify", "--plan", PLAN, "--redis", self.redis.url, *flags)
        assert done.returncode == want, done.stdout + done.stderr
        return done.stdout

    def seal(self):
        return self.tuijin("seal", "--plan", PLAN, "--redis", self.redis.url).stdout.strip()

    def end(self):
        return self.redis.client.hget(self.redis.key("plan"), "end").decode()

    def ledger(self):
        return self.redis.client.xrange(self.redis.key("ledger"))


@pytest.fixture
def installation():
    with Installation() as w:
        w.load_plan()
        yield w


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
    bin = w.folder / "bin"
    bin.mkdir()
    manifest = w.redis.folder / "appendonlydir" / "appendonly.aof.manifest"
    (bin / "cp").write_text(f"""#!/bin/sh
case $1 in */appendonly.aof.1.base.rdb)
    REDISCLI_AUTH=$(cat {w.redis.password_file("admin")}) redis-cli -s {w.redis.path} --user admin BGREWRITEAOF >/dev/null
    until grep -q 'aof.2.base' {manifest}; do :; done >/dev/null
esac
exec /bin/cp "$@"
""")
    (bin / "cp").chmod(0o755)
    backup = w.back_up(path=str(bin))
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


def test_the_folder_of_another_redis_is_found_out(kept, tmp_path):
    """It was the right one once, and then everything moved."""
    shutil.copytree(kept.made / "redis" / "appendonlydir", tmp_path / "appendonlydir")
    data = tmp_path / "appendonlydir" / "appendonly.aof.1.incr.aof"
    data.write_bytes(data.read_bytes()[:len(data.read_bytes()) // 4])
    said = kept.tool(tmp_path / "backups", want=65, TUIJIN_REDIS_DIR=tmp_path).stderr
    assert "seal" in said and not list((tmp_path / "backups").glob("*"))


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
