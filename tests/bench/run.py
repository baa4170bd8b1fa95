#!/usr/bin/python3
"""make bench: how fast the whole system is, against two references on the same machine.

The bare writer is what the store does when nobody checks anything, the echo what the transport does
(docs/design.md). Echo and system are there twice, in plaintext and with CURVE. All take turns, so
that a machine that changes its mind does so to all of them; figures are medians. Everything runs in a folder of its own that is gone at the end.

Slow figures are printed, not judged: the exit status is 1 only if something broke or a report was
not accepted.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "system")]

import crowd  # noqa: E402
import web  # noqa: E402
from harness import World  # noqa: E402

BUILD = ROOT / os.environ.get("BUILD", "build")
os.environ["TUIJIN_HTTP"] = "127.0.0.1:0"  # of every daemon that is started here
PLAN_FILE = ROOT / "plans" / "ipr-2026.yaml"
PLAN = "ipr-2026"
POLICIES = ("always", "everysec")
DEADLINE_S = 120.0
TICKS = os.sysconf("SC_CLK_TCK")
IDLE_RATE = 15  # a second: slower than the publish interval, so that no event waits for it
FAST_PUBLISH_MS = 2  # for the latency of events under load
ALL_AT_ONCE = {"connections": 38, "outstanding": 64}
VIEWERS = 1000
VIEWED_RATE = 20  # reports a second
ONE_BY_ONE = {"connections": 1, "outstanding": 1, "rate": IDLE_RATE}


@dataclass
class Lengths:
    rounds: int
    load_s: float  # of one turn
    idle_s: float
    restart_reports: int
    viewed_reports: int


FULL = Lengths(rounds=3, load_s=3.0, idle_s=4.0, restart_reports=1_000_000, viewed_reports=300)
QUICK = Lengths(rounds=1, load_s=1.5, idle_s=1.5, restart_reports=200_000, viewed_reports=100)


class Broken(Exception):
    """Something did not work: no figure."""


class Process:
    """A child whose standard error goes to a file, where its lines can be awaited."""

    def __init__(self, folder, name, *command, stdout=subprocess.DEVNULL):
        self.name, self.log = name, folder / f"{name}.log"
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL,
                                          stdout=log if stdout is None else stdout, stderr=log)

    def wait_line(self, pattern):
        end = time.monotonic() + DEADLINE_S
        while not (found := re.search(pattern, self.log.read_text())):
            if self.child.poll() is not None or time.monotonic() > end:
                raise Broken(f"{self.name} did not say {pattern}:\n{self.log.read_text()}")
            time.sleep(0.001)
        return found

    def cpu_s(self):
        """User and system time of all its threads."""
        stat = Path(f"/proc/{self.child.pid}/stat").read_text()
        fields = stat[stat.rindex(")") + 2:].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def rss_mib(self):
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
        try:
            self.child.wait(DEADLINE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def kill(self):
        self.child.kill()
        self.child.wait()


def run(*command):
    """A program's JSON, or None where it prints none; what fails breaks the run."""
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=300)
    if done.returncode != 0:
        raise Broken(f"{' '.join(map(str, command))}: exit status {done.returncode}\n"
                     f"{done.stdout}{done.stderr}")
    return json.loads(done.stdout) if done.stdout.startswith("{") else None


class Keys:
    """Of the services, all agencies and a subscriber, in one folder; and the list of them."""

    def __init__(self, folder):
        self.folder = folder / "keys"
        self.folder.mkdir(mode=0o700)
        plan = run(BUILD / "tuijin", "plan", "show", PLAN_FILE, "--json")
        agencies = [a["id"] for a in plan["agencies"]]
        self.make("watcher", "--as", "@subscriber")
        self.make("collector", "aggregator", "--as", "@service")
        self.make(*agencies)
        self.list = self.folder / "authorized_keys"
        self.list.write_text("".join(self.public(name).read_text()
                                     for name in ("watcher", *agencies)))

    def make(self, *words):
        run(BUILD / "tuijin", "keygen", "--dir", self.folder, *words)

    def secret(self, name):
        return self.folder / f"{name}.key"

    def public(self, name):
        return self.folder / f"{name}.pub"


class Store:
    """A private Redis with the plan loaded."""

    def __init__(self, folder, appendfsync, name="redis"):
        self.folder = folder / f"{name}-{appendfsync}"
        self.folder.mkdir()
        self.path = self.folder / "redis.sock"
        self.url = f"unix://{self.path}"
        # A rewrite of the append-only file in the middle of a turn would hit one and spare another.
        self.process = Process(self.folder, "redis", "redis-server", "--port", 0,
                               "--unixsocket", self.path, "--dir", self.folder,
                               "--appendonly", "yes", "--appendfsync", appendfsync, "--save", "",
                               "--auto-aof-rewrite-percentage", 0, stdout=None)
        try:
            self.process.wait_line(r"(?i)ready to accept connections")
            run(BUILD / "tuijin", "plan", "load", PLAN_FILE, "--redis", self.url)
        except BaseException:
            self.close()
            raise

    def cli(self, *words):
        done = subprocess.run(["redis-cli", "-s", str(self.path), *words], capture_output=True,
                              text=True, check=True)
        return done.stdout.strip()

    def close(self):
        self.process.stop()
        shutil.rmtree(self.folder)


class System:
    """Collector, aggregator and one subscriber on a store; with keys, if there are any."""

    def __init__(self, folder, store, keys=None):
        self.folder, self.store, self.keys, self.running = folder, store, keys, {}
        self.reports = 0  # accepted so far
        try:
            self.collector = self.start("collector")
            self.aggregator = self.start("aggregator")
            self.watch()
        except BaseException:
            self.close()
            raise

    def start(self, name, *flags):
        if self.keys:
            flags += ("--secret-key", self.keys.secret(name), "--authorized-keys", self.keys.list)
        process = Process(self.folder, name, BUILD / f"tuijin-{name}", "--bind",
                          "tcp://127.0.0.1:*", "--redis", self.store.url, *flags)
        self.running[name] = process
        return process.wait_line(r"event=ready bind=(\S+)")[1]

    def watch(self):
        own = ("--secret-key", self.keys.secret("watcher"), "--server-key",
               self.keys.public("aggregator")) if self.keys else ()
        self.running["watch"] = Process(self.folder, "watch", BUILD / "tuijin", "watch", "--json",
                                        "--plan", PLAN, "--connect", self.aggregator, *own)

    def restart_aggregator(self, *flags):
        """Without a checkpoint. Returns seconds until it is ready; the subscriber is gone."""
        self.running.pop("watch").stop()
        self.running.pop("aggregator").kill()
        self.store.cli("HDEL", f"tuijin:{{{PLAN}}}:rollup", "state")
        begin = time.monotonic()
        self.aggregator = self.start("aggregator", *flags)
        return time.monotonic() - begin

    def load(self, events=False, **flags):
        """Reports; adds to the result the CPU seconds of each process meanwhile."""
        servers = {**self.running, "redis": self.store.process}
        before = {name: p.cpu_s() for name, p in servers.items()}
        if events:
            flags["events"] = self.aggregator
        result = generate(self.collector, self.store, keys=self.keys, **flags)
        result["cpu_s"] = {name: p.cpu_s() - before[name] for name, p in servers.items()}
        self.reports += result["accepted"]
        return result

    def close(self):
        for process in reversed(self.running.values()):
            process.stop()


def generate(endpoint, store, *switches, keys=None, **flags):
    words = [w for name, value in flags.items() for w in (f"--{name}", value)]
    if keys:
        words += ["--keys", keys.folder, "--server-key", keys.public("collector")]
    return run(BUILD / "tuijin", "bench", "--json", "--connect", endpoint, "--redis", store.url,
               *switches, *words)


class Echo:
    """With the collector's key, if there are any."""

    def __init__(self, folder, keys=None):
        self.keys = keys
        self.process = Process(folder, "echo-curve" if keys else "echo", BUILD / "tests/bench/echo",
                               *((keys.secret("collector"),) if keys else ()), stdout=None)
        self.endpoint = self.process.wait_line(r"bind=(\S+)")[1]

    def load(self, store, **flags):
        return generate(self.endpoint, store, "--no-verify", keys=self.keys, **flags)

    def close(self):
        self.process.stop()


def median(results, *path):
    def at(value):
        for key in path:
            value = value[key]
        return value
    return statistics.median(at(r) for r in results)


def figures(full, echoed, system):
    """Of one system and its echo, as fast as they went."""
    reports = sum(r["accepted"] for r in full)
    return {
        "echo": median(echoed, "per_second"), "full": median(full, "per_second"),
        "reply_p50_ms": median(full, "reply_us", "p50") / 1e3,
        "reply_p99_ms": median(full, "reply_us", "p99") / 1e3,
        "cpu": {name: sum(r["cpu_s"][name] for r in full) * 100_000 / reports
                for name in full[0]["cpu_s"]},
        "collector_mib": system.running["collector"].rss_mib(),
        "aggregator_mib": system.running["aggregator"].rss_mib(),
    }


def measure_loads(store, pairs, lengths):
    """All in turn, as fast as they go. pairs: (system, echo) in plaintext and with CURVE."""
    bare, echoed, full = [], [[], []], [[], []]
    length = {"duration": lengths.load_s, **ALL_AT_ONCE}
    for _ in range(lengths.rounds):
        bare.append(run(BUILD / "tests/bench/bare_writer", store.path, lengths.load_s))
        for i, (system, echo) in enumerate(pairs):
            echoed[i].append(echo.load(store, **length))
            full[i].append(system.load(**length))
    plain, curve = (figures(full[i], echoed[i], system) for i, (system, _) in enumerate(pairs))
    return {"bare": median(bare, "per_second"), "record_bytes": bare[0]["record_bytes"], **plain,
            "curve": curve}


def measure_idle(store, system, echo, lengths):
    """One report at a time, with pauses."""
    single = run(BUILD / "tests/bench/bare_writer", store.path, lengths.idle_s, "--single",
                 IDLE_RATE)
    echoed = echo.load(store, duration=lengths.idle_s, **ONE_BY_ONE)
    full = system.load(events=True, duration=lengths.idle_s, **ONE_BY_ONE)
    return {
        "single_ms": single["p50_us"] / 1e3, "echo_ms": echoed["reply_us"]["p50"] / 1e3,
        "reply_ms": full["reply_us"]["p50"] / 1e3, "event_ms": full["event_us"]["p50"] / 1e3,
    }


def measure_half(system, rate, lengths):
    """At half of the highest rate: p99 until the reply, and until the event."""
    half = system.load(events=True, duration=lengths.load_s, rate=rate / 2, **ALL_AT_ONCE)
    return {"reply_ms": half["reply_us"]["p99"] / 1e3, "event_ms": half["event_us"]["p99"] / 1e3,
            "rate": half["per_second"]}


def measure_policy(folder, policy, lengths, keys):
    """Each system has a store of its own: what one is told the other does not fold."""
    with contextlib.ExitStack() as parts:
        def begin(part):
            parts.callback(part.close)
            return part
        store, guarded = begin(Store(folder, policy)), begin(Store(folder, policy, "redis-curve"))
        system, echo = begin(System(folder, store)), begin(Echo(folder))
        (folder / "curve").mkdir(exist_ok=True)
        curve = begin(System(folder / "curve", guarded, keys)), begin(Echo(folder, keys))
        result = {"load": measure_loads(store, ((system, echo), curve), lengths),
                  "idle": measure_idle(store, system, echo, lengths)}
        result["half"] = measure_half(system, result["load"]["full"], lengths)
        if policy == POLICIES[-1] and system.reports < lengths.restart_reports:
            system.load(reports=lengths.restart_reports - system.reports, **ALL_AT_ONCE)
        result["restart"] = {"reports": system.reports, "seconds": system.restart_aggregator(
            "--publish-interval", FAST_PUBLISH_MS)}
        result["half_fast"] = measure_half(system, result["load"]["full"], lengths)
        return result


def measure_fold():
    done = subprocess.run([BUILD / "tests/bench/fold", PLAN_FILE], capture_output=True, text=True,
                          check=True, timeout=60)
    return [float(f) for f in re.findall(r"([\d.]+) million", done.stdout)]


def measure_viewers(count, reports):
    """Milliseconds from a report until the last of so many viewers of the dashboard has it."""
    with World() as world:
        world.load_plan()
        collector = world.collector()
        site = web.start(world, world.aggregator()).whole()
        before_kib = site.rss_kib()
        viewers = crowd.gather(site, count, reports)
        took = crowd.deliver(world, collector, viewers, VIEWED_RATE)
        result = {"p50_ms": crowd.percentile(took, 0.5) * 1e3, "p99_ms": crowd.percentile(took, 0.99) * 1e3,
                  "kib": (site.rss_kib() - before_kib) / count}
        viewers.close()
        return result


def per_million(restart):
    return restart["seconds"] * 1e6 / restart["reports"]


def cpu_of(load):
    """Of all that serves; the subscriber is no part of it."""
    return sum(v for k, v in load["cpu"].items() if k != "watch")


# What is printed of each policy: label, how, from its result, what docs/design.md wants of always
# and of everysec.
ROWS = (
    ("as fast as answered, 38 connections, 64 outstanding each", None, None, ""),
    ("  bare writer, records/s", "{:,.0f}", lambda r: r["load"]["bare"], ""),
    ("  echo, messages/s", "{:,.0f}", lambda r: r["load"]["echo"], ""),
    ("  acked reports/s", "{:,.0f}", lambda r: r["load"]["full"], ""),
    ("    of the bare writer", "{:.2f}", lambda r: r["load"]["full"] / r["load"]["bare"],
     ""),
    ("    of the echo", "{:.2f}", lambda r: r["load"]["full"] / r["load"]["echo"], ""),
    ("    reply p50, ms", "{:.1f}", lambda r: r["load"]["reply_p50_ms"], ""),
    ("    reply p99, ms", "{:.1f}", lambda r: r["load"]["reply_p99_ms"], ""),
    ("CPU s for 100,000 of them", "{:.3f}", lambda r: cpu_of(r["load"]), ""),
    ("    collector", "{:.3f}", lambda r: r["load"]["cpu"]["collector"], ""),
    ("    aggregator", "{:.3f}", lambda r: r["load"]["cpu"]["aggregator"], ""),
    ("    redis", "{:.3f}", lambda r: r["load"]["cpu"]["redis"], ""),
    ("    (the subscriber, not counted)", "{:.3f}", lambda r: r["load"]["cpu"]["watch"], ""),
    ("the same with CURVE", None, None, ""),
    ("  echo, messages/s", "{:,.0f}", lambda r: r["load"]["curve"]["echo"], ""),
    ("    of the one in plaintext", "{:.2f}",
     lambda r: r["load"]["curve"]["echo"] / r["load"]["echo"], ""),
    ("  acked reports/s", "{:,.0f}", lambda r: r["load"]["curve"]["full"], ""),
    ("    of those in plaintext", "{:.2f}",
     lambda r: r["load"]["curve"]["full"] / r["load"]["full"], ">= 0.5"),
    ("    of the bare writer", "{:.2f}",
     lambda r: r["load"]["curve"]["full"] / r["load"]["bare"], ">= 2 / >= 1"),
    ("    of the echo with CURVE", "{:.2f}",
     lambda r: r["load"]["curve"]["full"] / r["load"]["curve"]["echo"], ">= 0.55"),
    ("    reply p50, ms", "{:.1f}", lambda r: r["load"]["curve"]["reply_p50_ms"], ""),
    ("    reply p99, ms", "{:.1f}", lambda r: r["load"]["curve"]["reply_p99_ms"], ""),
    ("CPU s for 100,000 of them", "{:.3f}", lambda r: cpu_of(r["load"]["curve"]), "<= 0.5"),
    ("    collector", "{:.3f}", lambda r: r["load"]["curve"]["cpu"]["collector"], ""),
    ("    aggregator", "{:.3f}", lambda r: r["load"]["curve"]["cpu"]["aggregator"], ""),
    ("    redis", "{:.3f}", lambda r: r["load"]["curve"]["cpu"]["redis"], ""),
    ("memory after that, MiB", None, None, ""),
    ("    collector", "{:.1f}", lambda r: r["load"]["collector_mib"], "<= 32"),
    ("    aggregator", "{:.1f}", lambda r: r["load"]["aggregator_mib"], "<= 32"),
    ("    collector with CURVE", "{:.1f}", lambda r: r["load"]["curve"]["collector_mib"], "<= 32"),
    ("    aggregator with CURVE", "{:.1f}", lambda r: r["load"]["curve"]["aggregator_mib"],
     "<= 32"),
    (f"idle, {IDLE_RATE} reports/s, one connection, p50, ms", None, None, ""),
    ("  echo", "{:.2f}", lambda r: r["idle"]["echo_ms"], ""),
    ("  one record stored alone", "{:.2f}", lambda r: r["idle"]["single_ms"], ""),
    ("  report to ack", "{:.2f}", lambda r: r["idle"]["reply_ms"], ""),
    ("  report to event", "{:.2f}", lambda r: r["idle"]["event_ms"], ""),
    ("    of echo + record", "{:.2f}",
     lambda r: r["idle"]["event_ms"] / (r["idle"]["echo_ms"] + r["idle"]["single_ms"]), "<= 1.1"),
    ("at half of that speed, p99, ms", None, None, ""),
    ("  report to ack", "{:.1f}", lambda r: r["half"]["reply_ms"], ""),
    ("  report to event, published every 50 ms", "{:.1f}", lambda r: r["half"]["event_ms"], ""),
    (f"  report to event, every {FAST_PUBLISH_MS} ms", "{:.1f}",
     lambda r: r["half_fast"]["event_ms"], "<= 10 / <= 5"),
    ("aggregator restarted without a checkpoint", None, None, ""),
    ("  reports to fold", "{:,.0f}", lambda r: r["restart"]["reports"], ""),
    ("  until ready, s", "{:.2f}", lambda r: r["restart"]["seconds"], ""),
    ("  for a million, s", "{:.2f}", lambda r: per_million(r["restart"]), "<= 1"),
)


def print_viewers(one, many):
    line = "{:<56}" + "{:>12}{:>12}   {}"
    print(line.format(f"web page, {VIEWED_RATE} reports/s, report to the last viewer", "1 viewer",
                      f"{VIEWERS:,}", "").rstrip())
    for label, key, target in (("  p50, ms", "p50_ms", ""), ("  p99, ms", "p99_ms", "<= 1000")):
        print(line.format(label, f"{one[key]:.1f}", f"{many[key]:.1f}", target).rstrip())
    print(line.format("    of one viewer's p99", "", f"{many['p99_ms'] / one['p99_ms']:.1f}", "").rstrip())
    print(line.format("  memory a viewer, KiB", "", f"{many['kib']:.0f}", "").rstrip())


def print_table(results, fold, lengths):
    version = subprocess.run(["redis-server", "--version"], capture_output=True, text=True,
                             check=True).stdout.split()[2]
    print(f"plan {PLAN}, records of {results[POLICIES[0]]['load']['record_bytes']} bytes, "
          f"{os.cpu_count()} processors, redis {version}, medians of "
          f"{lengths.rounds} x {lengths.load_s:g} s\n")
    line = "{:<56}" + "{:>12}" * len(POLICIES) + "   {}"
    print(line.format("appendfsync", *POLICIES, "target"))
    for label, how, of, target in ROWS:
        cells = ["" if of is None else how.format(of(results[p])) for p in POLICIES]
        print(line.format(label, *cells, target).rstrip())
    print(line.format("fold in memory, million reports/s", f"{fold[0]:.2f}", "", ">= 5"))
    print(line.format("  with decoding", f"{fold[1]:.2f}", "", "").rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="rough figures in under a minute")
    parser.add_argument("--json", metavar="FILE", help="all figures, for other programs")
    options = parser.parse_args()
    lengths = QUICK if options.quick else FULL
    # /var/tmp is on a disk; a memory file system would make every fsync free.
    folder = Path(tempfile.mkdtemp(prefix="tuijin-bench-", dir="/var/tmp"))
    try:
        fold = measure_fold()
        keys = Keys(folder)
        results = {p: measure_policy(folder, p, lengths, keys) for p in POLICIES}
        crowd.allow_descriptors()
        viewers = [measure_viewers(n, lengths.viewed_reports) for n in (1, VIEWERS)]
    except (Broken, subprocess.SubprocessError) as broken:
        print(f"bench: {broken}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(folder)
    print_table(results, fold, lengths)
    print_viewers(*viewers)
    if options.json:
        Path(options.json).write_text(json.dumps({"policies": results, "fold": fold, "viewers": viewers}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
