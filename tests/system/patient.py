"""A whole installation to be examined: Redis with its users, keys, all three services, and a folder as
/etc/tuijin is.

    with Patient() as p:                 everything runs and is well
        p.examine()                      `tuijin doctor --folder ... --json`: findings by level
        p.examine("ledger", check...)    some checks; flags as they are typed
        p.say("zh")                      what a person reads
"""

import datetime
import json
import os
import subprocess
import time
from types import SimpleNamespace

import web
from guarded_redis import GuardedWorld
from harness import BUILD, wait_for, word
from keyring import Keys

PLAN = "patient"
YEAR = datetime.date.today().year


def plan_text(starts=f"{YEAR - 1}-01-01", ends=f"{YEAR + 1}-12-31", revision=1, name=PLAN):
    """A plan of these days; cnipa has its three tasks, jco is its office."""
    tasks = "".join(f'      - {{number: {n}, zh: "{n}", agencies: [cnipa]}}\n' for n in (1, 2, 3))
    return f"""format: 1
id: {name}
revision: {revision}
title: {{zh: "{name}"}}
starts: {starts}
ends: {ends}
utc_offset: "+08:00"
reporting: {{every: year, due_days: 10}}
office: jco
agencies: [{{id: jco, zh: "jco"}}, {{id: cnipa, zh: "cnipa"}}]
chapters:
  - number: 1
    zh: "1"
    tasks:
{tasks}"""


class Listed(Keys):
    """A list that every service may read, as its tool leaves it."""

    def write(self, *lines):
        super().write(*lines)
        self.list.chmod(0o644)


class Patient(GuardedWorld):
    """plan: what is loaded, None for nothing. services=False: nothing but Redis runs."""

    def __init__(self, plan=plan_text(), services=True, clock=None):
        super().__init__(clock)
        self.keys = Listed(self.folder / "keys")
        self.etc = self.keys.folder
        names = {"cnipa": "cnipa", "jco": "jco", "operator": "@operator", "subscriber": "@subscriber"}
        self.keys.write(*(f"{self.keys.public(name)} {who}" for name, who in names.items()))
        for user in ("doctor", "collector", "aggregator", "dashboard"):
            file = self.etc / f"{user}.redis-password"
            file.touch(mode=0o600)
            file.write_bytes(self.redis.password_file(user).read_bytes())
        self.env("collector", TUIJIN_REDIS=self.redis.url)
        if plan:
            self.load(plan)
        if services:
            self.begin()

    def load(self, plan):
        file = self.folder / "plan.yaml"
        file.write_text(plan, encoding="utf-8")
        self.load_plan(file)

    def env(self, service, **variables):
        """The file in which a service has its settings."""
        text = "".join(f"{name}={value}\n" for name, value in variables.items())
        (self.etc / f"{service}.env").write_text(text, encoding="utf-8")

    def begin(self, collector=None):
        """Starts the services, has something reported, and waits until all have that. collector:
        options of World.daemon()."""
        self.run_collector(**(collector or {}))
        self.run_aggregator()
        self.run_dashboard()
        self.report()

    def run_collector(self, *flags, **options):
        self.the_collector = c = self.collector(*flags, **options)
        self.env("collector", TUIJIN_REDIS=self.redis.url, TUIJIN_BIND=c.endpoint, TUIJIN_HTTP=c.http)

    def run_aggregator(self, *flags, **options):
        self.the_aggregator = a = self.aggregator(*flags, **options)
        self.env("aggregator", TUIJIN_BIND=a.endpoint, TUIJIN_HTTP=a.http)

    def run_dashboard(self):
        self.the_dashboard = d = self.as_user("dashboard", web.start, self, self.the_aggregator)
        self.env("dashboard", TUIJIN_HTTP="%s:%d" % d.address)
        return d

    def report(self):
        agency = self.agency("cnipa", self.the_collector, plan=PLAN)
        ack = agency.report(self.next_seq(), word(1, 40, time.time_ns() // 10**6))
        assert ack["results"][0]["result"] == "accepted", ack
        self.position = ack["position"]
        self.the_dashboard.whole(PLAN)

    def wait_kept(self):
        """Waits for a checkpoint of all that was reported: within ten seconds."""
        wait_for(lambda: self.store.hget(self.key("rollup"), "position") == self.position.encode(),
                 "a checkpoint")

    @property
    def store(self):
        return self.redis.client

    def key(self, name):
        return self.redis.key(name, PLAN)

    def run(self, *words, clock=None, folder=None, **variables):
        """clock: this machine's, if it is not that of all. variables: of the environment."""
        clock = clock or self.clock
        under = clock.command if clock else []
        command = [*under, BUILD / "tuijin", "doctor", "--folder", folder or self.etc, *words]
        return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, env={**os.environ, **variables})

    def examine(self, *words, **more):
        done = self.run("--json", *words, **more)
        assert done.returncode in (0, 69) and not done.stderr, done
        found = json.loads(done.stdout)["findings"]
        for f in found:
            assert f["what"] and (f["mend"] or f["level"] in ("fine", "skipped")), f
            assert not f["mend"].endswith("…"), f
        assert (done.returncode == 69) == any(f["level"] == "fault" for f in found)
        return Findings(found)

    def examine_plain(self, *words, **flags):
        """Without keys, and with no services but those named."""
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        flags = {"redis": self.redis.url_of("doctor"), "collector_http": "none",
                 "aggregator_http": "none", "dashboard_http": "none", **flags}
        return self.examine(*words, *(f"--{name.replace('_', '-')}={value}"
                                      for name, value in flags.items()), folder=empty)

    def say(self, language, *words):
        return self.run("--lang", language, *words).stdout


# What the machine of the tests may be to blame for.
MACHINE = {"overcommit", "disk_full", "disk_for_rewrite", "memory_of_machine"}


class Findings:
    """What was found. trouble: (check, code) of each fault and advice, but for the machine's."""

    def __init__(self, found):
        self.all = [SimpleNamespace(**f) for f in found]

    def of(self, *levels):
        return {(f.check, f.code) for f in self.all if f.level in levels}

    @property
    def trouble(self):
        return {(check, code) for check, code in self.of("fault", "advice") if code not in MACHINE}

    def __getitem__(self, code):
        """What is said of the first finding with that code."""
        return next(f for f in self.all if f.code == code)

    def __repr__(self):
        return "\n".join(f"{f.level} {f.check} {f.code}: {f.what} -- {f.mend}" for f in self.all)
