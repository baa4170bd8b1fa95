"""Real processes for tests: a private Redis, collectors, aggregators, each in a folder of its own.

Everything waits for a condition with a deadline, never for a time. The programs are those of the
folder BUILD (environment; default build).
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import redis
import zmq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

import client  # noqa: E402
import rollup  # noqa: E402
from keyring import Keys  # noqa: E402

BUILD = ROOT / os.environ.get("BUILD", "build")
PLAN_FILE = ROOT / "plans" / "ipr-2026.yaml"
PLAN = "ipr-2026"
DEADLINE_S = 15.0
os.environ["TUIJIN_HTTP"] = "127.0.0.1:0"  # of every daemon that is not told otherwise
ITS_OWN = object()  # the key of a client: the one of its name

SANITIZER = re.compile(r"AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:")


def is_sanitized():
    return b"__asan_init" in (BUILD / "tuijin-collector").read_bytes()


def wait_for(condition, what, seconds=DEADLINE_S):
    """The first true value of condition(), or a failure that says what was awaited."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.01)
    return value


class Process:
    """A child process whose standard error is read as it comes."""

    def __init__(self, name, *command, clock=None):
        # Whatever happens to this process, nothing it started stays behind.
        under = clock.command if clock else []
        self.name = name
        self.command = ["setpriv", "--pdeathsig", "KILL", *under, *map(str, command)]
        self.lines = []  # of all its lives
        self.child = None

    def start(self):
        self.born = len(self.lines)
        self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                      text=True, errors="backslashreplace")
        self.reader = threading.Thread(target=self.read, args=(self.child.stderr,), daemon=True)
        self.reader.start()
        return self

    def read(self, pipe):
        for line in pipe:
            self.lines.append(line.rstrip("\n"))
        pipe.close()

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def life(self):
        """The lines since the last start."""
        return self.lines[self.born:]

    def find(self, part):
        return next((line for line in self.life() if part in line), None)

    def wait_line(self, part, seconds=DEADLINE_S):
        def look():
            found = self.find(part)
            assert found or self.is_running(), f"{self.name} ended before {part}"
            return found
        return wait_for(look, f"{self.name}: {part}", seconds)

    def kill(self):
        """kill -9."""
        self.child.kill()
        self.ended()

    def stop(self):
        """SIGTERM; returns the exit status."""
        self.child.send_signal(signal.SIGTERM)
        return self.ended()

    def ended(self):
        status = self.child.wait(DEADLINE_S)
        self.reader.join(DEADLINE_S)
        return status

    def rss_kib(self):
        text = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1])


class Daemon(Process):
    """A collector or an aggregator."""

    key = None  # the name of its key, where it has one

    def start(self, ready=True):
        super().start()
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self):
        return self.wait_line("event=ready")

    @property
    def endpoint(self):
        return re.search(r"\bbind=(\S+)", self.find("event=ready"))[1]

    @property
    def http(self):
        """HOST:PORT of /metrics."""
        return re.search(r"\bhttp=(\S+)", self.find("event=ready"))[1]

    def restart(self, ready=True):
        self.kill()
        return self.start(ready)

    def reload(self, said="event=reload"):
        """SIGHUP; returns the line that says what came of it."""
        known = len(self.lines)
        self.child.send_signal(signal.SIGHUP)
        return wait_for(lambda: next((x for x in self.lines[known:] if said in x), None),
                        f"{self.name}: {said}")


class Redis(Process):
    def __init__(self, folder, appendfsync, clock):
        folder.mkdir()
        self.path = folder / "redis.sock"
        self.url = f"unix://{self.path}"
        super().__init__("redis", "redis-server", "--port", 0, "--unixsocket", self.path,
                         "--dir", folder, "--appendonly", "yes", "--appendfsync", appendfsync,
                         "--save", "", "--logfile", folder / "redis.log", clock=clock)
        self.client = redis.Redis(unix_socket_path=str(self.path))

    def start(self):
        super().start()
        wait_for(self.answers, "redis answers")
        return self

    def answers(self):
        try:
            return self.client.ping()
        except redis.RedisError:  # not there yet, or still loading
            return False

    def key(self, name, plan=PLAN):
        return f"tuijin:{{{plan}}}:{name}"


class World:
    """One test's processes and sockets; close() ends them all. clock: of all of them, if it is not
    to be the real one (clocks.py). keys: the daemons speak CURVE (keyring.py says how clients do)."""

    alive = []  # for the logs of a failed test

    def __init__(self, appendfsync="always", start_redis=True, clock=None, keys=False):
        self.folder = Path(tempfile.mkdtemp(prefix="tuijin-"))
        self.clock = clock
        self.keys = Keys(self.folder / "keys") if keys else None
        self.redis = Redis(self.folder / "redis", appendfsync, clock)
        self.daemons, self.sockets = [], []
        self.context = zmq.Context()
        self.seq = time.time_ns() // 1000
        World.alive.append(self)
        if start_redis:
            self.redis.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def tuijin(self, *args):
        """Runs the command to its end."""
        return subprocess.run([str(BUILD / "tuijin"), *map(str, args)], capture_output=True,
                              text=True, timeout=60, stdin=subprocess.DEVNULL)

    def load_plan(self, file=PLAN_FILE, want=0):
        done = self.tuijin("plan", "load", file, "--redis", self.redis.url)
        assert done.returncode == want, f"got {done.returncode}, want {want}: {done.stderr}"
        return done

    def daemon(self, program, *flags, bind="tcp://127.0.0.1:*", ready=True, clock=None,
               key=ITS_OWN):
        number = sum(d.name.startswith(program) for d in self.daemons) + 1
        if bind == "ipc":
            bind = f"ipc://{self.folder}/{program}-{number}"
        if key is ITS_OWN:
            key = program.removeprefix("tuijin-") if self.keys else None
        keys = self.keys.serve(key) if key else []
        d = Daemon(f"{program}-{number}", BUILD / program, "--bind", bind,
                   "--redis", self.redis.url, *keys, *flags, clock=clock or self.clock)
        d.key = key
        self.daemons.append(d)
        return d.start(ready)

    def collector(self, *flags, **options):
        return self.daemon("tuijin-collector", *flags, **options)

    def aggregator(self, *flags, **options):
        return self.daemon("tuijin-aggregator", *flags, **options)

    def context_to(self, daemon, key):
        """What sockets to the daemon are made of; key: the name of theirs, None: plaintext."""
        return self.keys.context(self.context, key, daemon.key) if key else self.context

    def agency(self, name, collector, kind=zmq.DEALER, plan=PLAN, key=ITS_OWN):
        if key is ITS_OWN:
            key = name if collector.key else None
        context = self.context_to(collector, key)
        agency = client.Agency(context, collector.endpoint, plan, name, kind)
        self.sockets.append(agency)
        return agency

    def subscriber(self, aggregator, prefix=f"{PLAN}/", key=ITS_OWN):
        if key is ITS_OWN:
            key = "subscriber" if aggregator.key else None
        context = self.context_to(aggregator, key)
        subscriber = client.Subscriber(context, aggregator.endpoint, prefix)
        self.sockets.append(subscriber)
        return subscriber

    def next_seq(self):
        self.seq += 1
        return self.seq

    def since(self):
        """The ledger position of the newest plan revision."""
        for position, fields in reversed(self.redis.client.xrange(self.redis.key("ledger"))):
            if b"yaml" in fields:
                return position.decode()
        raise AssertionError("no plan in the ledger")

    def logs(self):
        return "\n".join(f"--- {d.name}\n" + "\n".join(d.lines[-80:]) for d in self.daemons)

    def close(self):
        """Ends everything; a daemon that does not end well is a failure."""
        World.alive.remove(self)
        for s in self.sockets:
            s.close()
        self.context.destroy(linger=0)
        trouble = []
        for d in self.daemons:
            if d.is_running() and (status := d.stop()) != 0:
                trouble.append(f"{d.name}: exit status {status}")
            trouble += [f"{d.name}: {line}" for line in d.lines if SANITIZER.search(line)]
        if self.redis.is_running():
            self.redis.stop()
        shutil.rmtree(self.folder)
        assert not trouble, "\n".join(trouble)


def records(world, plan=PLAN):
    """Everything the ledger holds but plans: (position, record) in order."""
    out = []
    for position, fields in world.redis.client.xrange(world.redis.key("ledger", plan)):
        unpacker = client.msgpack.Unpacker()
        unpacker.feed(fields.get(b"records", b""))
        out += [(position.decode(), record) for record in unpacker]
    return out


def word(task, percent, at, **more):
    """A plausible report."""
    state = "completed" if percent == 100 else "in_progress"
    return {"task": task, "state": state, "percent": percent, "at": at, **more}


def results(ack):
    """The verdicts of an ack, a rejection by its code."""
    assert ack["kind"] == "ack", ack
    return [r.get("code", r["result"]) for r in ack["results"]]
