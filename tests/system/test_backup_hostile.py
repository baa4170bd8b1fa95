"""deploy/tuijin-backup as root, beside a Redis that somebody else has in hand: it writes files for root to
stumble over."""

import os
import shutil
import stat

import pytest
from backing_up import OTHER, SECRET, installation  # noqa: F401, a fixture

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="gives files to others, as root")


def append(redis, *words):
    """What whoever runs as Redis can write behind its back."""
    incr = redis.folder / "appendonlydir" / "appendonly.aof.1.incr.aof"
    with incr.open("ab") as f:
        f.write(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))


@pytest.mark.parametrize("words", [
    b"MODULE LOAD /tmp/none.so", b"CONFIG SET dir /", b"REPLICAOF 127.0.0.1 9", b"DEBUG RELOAD", b"ACL LIST",
    b"FUNCTION FLUSH", b"SCRIPT FLUSH", b"SAVE", b"MIGRATE 127.0.0.1 9 k 0 1"])
def test_a_command_that_no_ledger_needs_ends_the_proof(installation, words):
    w = installation
    w.redis.stop()
    append(w.redis, *words.split())
    said = w.tool("--redis", "none", w.backups, want=65).stderr
    assert f"Unknown command '{words.split()[0].decode()}'" in said and not list(w.backups.glob("*"))


@AS_ROOT
def test_the_redis_that_proves_is_not_root(installation):
    """Nor has it anything of root's, nor a way back."""
    w = installation
    given = w.shim("setpriv", 'env >"$0.seen"')
    seen = w.shim("tuijin", 'case $1 in verify)\n'
                  '\tfor p in /proc/[0-9]*; do case $(readlink $p/cwd) in "$TMPDIR"/*) break; esac; done\n'
                  '\tcat $p/status >"$0.seen"\nesac')
    w.back_up(path=str(seen.parent))
    status = dict(line.split(":\t", 1) for line in seen.read_text().splitlines() if ":\t" in line)
    assert status["Uid"].split() == 4 * [str(OTHER.pw_uid)] and status["Gid"].split() == 4 * [str(OTHER.pw_gid)]
    assert not status["Groups"].strip() and int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1"
    assert {line.partition("=")[0] for line in given.read_text().splitlines()} <= {"PATH", "PWD", "_"}


NOT_PLAIN = {"pipe": lambda f: os.mkfifo(f), "link": lambda f: f.symlink_to("/etc/passwd"),
             "folder": lambda f: f.mkdir()}


@pytest.mark.parametrize("what", NOT_PLAIN)
@pytest.mark.parametrize("name", ["appendonlydir/appendonly.aof.1.incr.aof", "appendonlydir/appendonly.aof.manifest",
                                  "users.acl"])
def test_only_plain_files_are_copied_from_redis(installation, what, name):
    w = installation
    w.redis.stop()
    file = w.redis.folder / name
    file.unlink()
    NOT_PLAIN[what](file)
    said = w.tool("--redis", "none", w.backups, want=66).stderr
    assert f"{file} cannot be copied: it is no plain file" in said and not list(w.backups.glob("*"))


@AS_ROOT
@pytest.mark.parametrize("name", ["appendonlydir", "users.acl"])
def test_what_redis_may_not_read_is_not_copied_for_it(installation, name):
    """It moved what is its own, and put another's there: as root reads, that would be followed."""
    w = installation
    w.redis.stop()
    w.give(w.redis.folder)
    hidden = w.folder / "hidden"
    hidden.mkdir(mode=0o700)
    shutil.move(w.redis.folder / name, hidden)
    os.chown(hidden / name, 0, 0)
    (hidden / name).chmod(0o600)
    if name == "appendonlydir":
        (w.redis.folder / name).symlink_to(hidden / name)
    else:
        os.link(hidden / name, w.redis.folder / name)
    assert "cannot be copied" in w.tool("--redis", "none", w.backups, want=66).stderr


@AS_ROOT
def test_a_backup_of_a_redis_that_is_somebody_else_comes_back_as_its_own(installation):
    w = installation
    w.redis.stop()
    w.give(w.redis.folder)
    w.tool("--redis", "none", w.backups)
    backup, = w.backups.glob("*")
    w.lose_everything()
    (w.redis.folder / "appendonlydir.unfinished").mkdir()
    w.tool("--restore", backup)
    data = w.redis.folder / "appendonlydir"
    for file in data, *data.iterdir(), w.redis.folder / "redis.conf":
        assert file.stat().st_uid == OTHER.pw_uid and not file.stat().st_mode & 0o7, file
    w.redis.start()
    w.verify()


@pytest.mark.parametrize("name", ["users.acl", "users.acl.before-restore"])
def test_a_restore_writes_through_no_link(installation, name):
    w = installation
    backup = w.back_up()
    w.lose_everything()
    acl, victim = w.redis.folder / "users.acl", w.folder / "victim"
    wanted = acl.read_text()
    victim.write_text(SECRET)
    victim.chmod(0o600)
    before = victim.stat()
    acl.write_text("user default off\n")
    (w.redis.folder / name).unlink(missing_ok=True)
    (w.redis.folder / name).symlink_to(victim)
    w.tool("--restore", backup)
    after = victim.stat()
    assert victim.read_text() == SECRET and (after.st_uid, after.st_mode) == (before.st_uid, before.st_mode)
    assert acl.read_text() == wanted and not acl.is_symlink()
    kept = w.redis.folder / "users.acl.before-restore"
    assert kept.is_symlink() if name == "users.acl" else kept.read_text() == "user default off\n"


@AS_ROOT
def test_what_is_put_back_has_the_owner_of_what_was_there(installation):
    w = installation
    backup = w.back_up()
    w.lose_everything()
    os.chown(w.redis.folder / "redis.conf", OTHER.pw_uid, OTHER.pw_gid)
    w.tool("--restore", backup)
    made = (w.redis.folder / "redis.conf").stat()
    assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (OTHER.pw_uid, OTHER.pw_gid, 0o640)


@AS_ROOT
def test_keys_of_another_installation_become_ones_own(installation):
    """As those of Compose, which are the user 10001's."""
    w = installation
    backup = w.back_up()
    for file in backup / "folder", *(backup / "folder").iterdir():
        os.chown(file, 10001, 10001)
    w.lose_everything()
    w.tool("--restore", backup)
    for file in w.etc, *w.etc.iterdir():
        assert (file.stat().st_uid, file.stat().st_gid) == (0, 0), file
    assert stat.S_IMODE((w.etc / "collector.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((w.etc / "authorized_keys").stat().st_mode) == 0o644


@pytest.mark.parametrize("name", ["../folder/collector.key", "-x", "a*", ".."])
def test_a_plan_whose_name_is_a_path_is_not_followed(installation, name):
    w = installation
    w.redis.login("admin").sadd("tuijin:plans", name)
    w.redis.stop()
    said = w.tool("--redis", "none", w.backups, want=65).stderr
    assert "a plan's name is none" in said and not list(w.backups.glob("*"))


def test_of_a_link_to_a_key_the_key_is_kept(installation):
    w = installation
    shutil.move(w.etc / "collector.key", w.folder / "elsewhere")
    (w.etc / "collector.key").symlink_to(w.folder / "elsewhere")
    kept = w.back_up() / "folder" / "collector.key"
    assert not kept.is_symlink() and kept.read_text() == SECRET + "\n"
    assert "collector.key" in (kept.parent.parent / "SHA256SUMS").read_text()
    (w.folder / "elsewhere").unlink()
    assert "collector.key" in w.tool(w.folder / "more", want=66).stderr
    (w.etc / "collector.key").unlink()
    os.mkfifo(w.etc / "collector.key")
    assert "neither file nor folder" in w.tool(w.folder / "more", want=66).stderr
