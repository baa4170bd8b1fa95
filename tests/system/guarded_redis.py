"""A Redis as deploy/ has it: its redis.conf, its users, passwords given by its tool; and a world
where each program is its own user."""

import shutil
import subprocess

import redis
from harness import ROOT, Process, Redis, World

DEPLOY = ROOT / "deploy"
PLACES = {"/run/redis/redis.sock": "redis.sock", "/etc/redis/users.acl": "users.acl",
          "/var/log/redis/redis-server.log": "redis.log", "/var/lib/redis": ""}


def give_passwords(folder, acl, *users, env=None):
    """What an administrator types."""
    return subprocess.run([DEPLOY / "redis-passwords", folder, acl, *users], capture_output=True,
                          text=True, timeout=30, env=env)


class GuardedRedis(Redis):
    """In a folder of its own, without TCP."""

    def __init__(self, folder, clock=None):
        folder.mkdir()
        self.folder, self.path, self.acl = folder, folder / "redis.sock", folder / "users.acl"
        shutil.copy(DEPLOY / "users.acl", self.acl)
        self.give_passwords()
        text = (DEPLOY / "redis.conf").read_text()
        for place, name in PLACES.items():
            assert text.count(f" {place}\n") == 1, place
            text = text.replace(f" {place}\n", f" {folder / name}\n")
        assert text.count("\nport 6379\n") == 1
        conf = folder / "redis.conf"
        conf.write_text(text.replace("\nport 6379\n", "\nport 0\n"))
        Process.__init__(self, "redis", "redis-server", conf, clock=clock)
        self.client = self.login("admin")
        self.url = self.url_of("reader")

    def give_passwords(self, *users):
        done = give_passwords(self.folder, self.acl, *users)
        assert done.returncode == 0, done
        return done.stdout

    def password_file(self, user):
        return self.folder / f"{user}.redis-password"

    def login(self, user):
        return redis.Redis(unix_socket_path=str(self.path), username=user,
                           password=self.password_file(user).read_text().strip())

    def url_of(self, user):
        return f"unix://{self.path}?user={user}&password-file={self.password_file(user)}"


class GuardedWorld(World):
    """Its commands are the reader unless they say otherwise with --redis."""

    def __init__(self, clock=None):
        super().__init__(start_redis=False, clock=clock)
        self.redis = GuardedRedis(self.folder / "guarded", clock).start()

    def load_plan(self, *args, **more):
        return self.as_user("office", super().load_plan, *args, **more)

    def daemon(self, program, *args, **more):
        return self.as_user(program.removeprefix("tuijin-"), super().daemon, program, *args, **more)

    def as_user(self, user, do, *args, **more):
        self.redis.url = self.redis.url_of(user)
        try:
            return do(*args, **more)
        finally:
            self.redis.url = self.redis.url_of("reader")
