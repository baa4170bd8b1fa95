"""An installation that deploy/tuijin-backup backs up and restores."""

import os
import pwd
import shutil
import subprocess

import pytest
from guarded_redis import DEPLOY, GuardedWorld
from harness import BUILD, PLAN

TOOL = DEPLOY / "tuijin-backup"
SECRET = "not to be seen by anybody"
OTHER = pwd.getpwnam("redis")


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

    def shim(self, program, before):
        """A program of that name that does something first. Returns the file that it may write: $0.seen."""
        bin = self.folder / "bin"
        bin.mkdir(exist_ok=True)
        whole = shutil.which(program, path=f"{BUILD}:{os.environ['PATH']}")
        (bin / program).write_text(f'#!/bin/sh\n{before}\nexec {whole} "$@"\n')
        (bin / program).chmod(0o755)
        return bin / f"{program}.seen"

    def give(self, folder):
        """To Redis' user, who can come there."""
        self.folder.chmod(0o711)
        for file in folder, *(f for f in folder.rglob("*") if not f.name.endswith("-password")):
            os.chown(file, OTHER.pw_uid, OTHER.pw_gid)

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
