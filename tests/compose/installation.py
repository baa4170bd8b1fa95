"""An installation under Docker Compose, as an administrator and an agency see it.

    site = Installation()                   the one that is up: $COMPOSE, in this folder
    site = Installation("tuijin-2", 17300)  another beside it, with ports from there on
    site.compose("ps", "-a")                runs docker compose; returns what it printed
    site.office("status")                   docker compose run --rm -T tuijin status
    site.agency("cnipa", keys)              a client in Python, outside of all containers

Nothing here waits for a time: everything waits for a condition with a deadline.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import zmq

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

import client  # noqa: E402

PLAN = "ipr-2026"
ALWAYS = ("redis", "collector", "aggregator", "dashboard")
DEADLINE_S = 60.0


class Refused(Exception):
    """A command ended with another status than 0: (status, what it printed)."""


def run(*command, text=None, env=None):
    done = subprocess.run([str(c) for c in command], input=text or "", capture_output=True,
                          text=True, timeout=180, env=env, cwd=ROOT)
    if done.returncode != 0:
        raise Refused(done.returncode, done.stdout + done.stderr)
    return done.stdout


def wait_for(condition, what, seconds=DEADLINE_S):
    """The first true value of condition(), or a failure that says what was awaited."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.1)
    return value


class Installation:
    def __init__(self, project=None, ports=7301, profiles=""):
        self.ports = ports
        self.command = [os.environ["COMPOSE"], *(["-p", project] if project else [])]
        self.env = {**os.environ, "COMPOSE_PROFILES": profiles, "TUIJIN_COLLECTOR_PORT": str(ports),
                    "TUIJIN_AGGREGATOR_PORT": str(ports + 1), "TUIJIN_DASHBOARD_PORT": str(self.page)}
        if project:
            self.env["COMPOSE_PROJECT_NAME"] = project

    @property
    def page(self):
        return self.ports + 79

    def compose(self, *args, text=None):
        return run(*self.command, *args, text=text, env=self.env)

    def up(self, *services):
        self.compose("up", "-d", "--no-build", "--pull", "never", "--wait", "--wait-timeout", "90", *services)

    def office(self, *args):
        return self.compose("run", "--rm", "-T", "tuijin", *args)

    def cat(self, path, service="tuijin"):
        return self.compose("run", "--rm", "-T", "--entrypoint", "cat", service, path)

    def reload(self):
        for service in ("collector", "aggregator"):
            self.compose("exec", "-T", service, "sh", "-c", "kill -HUP 1")

    def id(self, service):
        return self.compose("ps", "-a", "-q", service).strip()

    def inspect(self, service):
        return json.loads(run("docker", "inspect", self.id(service)))[0]

    def health(self, service):
        state = self.inspect(service)["State"]
        return state["Health"]["Status"] if "Health" in state else state["Status"]

    def wait_healthy(self):
        for service in ALWAYS:
            wait_for(lambda: self.health(service) == "healthy", f"{service} is healthy")

    def kill(self, service):
        """What a crash is: docker itself knows nothing of it before."""
        state = self.inspect(service)["State"]
        assert state["Pid"] > 1, f"{service} does not run: {state['Status']}"
        os.kill(state["Pid"], 9)
        wait_for(lambda: self.inspect(service)["State"]["StartedAt"] != state["StartedAt"]
                 and self.inspect(service)["State"]["Running"], f"{service} starts again")

    def get(self, path, port=None):
        url = f"http://127.0.0.1:{port or self.page}{path}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)

    def shown(self, path, port=None):
        """What is shown there now; None as long as nothing is."""
        try:
            return self.get(path, port)
        except (urllib.error.URLError, OSError):
            return None

    def logs(self):
        return self.compose("logs", "--no-color", "--no-log-prefix", *self.services())

    def services(self):
        return self.compose("ps", "-a", "--services").split()

    def agency(self, name, keys):
        """keys: its secret and its open key; it trusts what `open` shows as the collector's."""
        context = zmq.Context()
        context.setsockopt(zmq.CURVE_SECRETKEY, keys[1])
        context.setsockopt(zmq.CURVE_PUBLICKEY, keys[0])
        context.setsockopt(zmq.CURVE_SERVERKEY, self.open_key("collector").encode())
        return client.Agency(context, f"tcp://127.0.0.1:{self.ports}", PLAN, name)

    def open_key(self, service):
        return self.compose("exec", "-T", "collector", "cat", f"/etc/tuijin/{service}.pub").split()[0]
