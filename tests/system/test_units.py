"""The systemd units: sound by systemd's own analyses, and what they promise of the daemons is so:
readiness, beats, reload and stop as a service manager hears them, and a life under their rules.
"""

import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import web
import zmq
from harness import BUILD, PLAN, ROOT, World, client, is_sanitized, results, wait_for, word

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
NAMES = ["tuijin-collector", "tuijin-aggregator"]
UNDER = [sys.executable, ROOT / "tests" / "system" / "under_unit.py"]

systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None,
                             reason="needs systemd-analyze (Debian package systemd)")
every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
AT = 1774951200000

both = pytest.mark.parametrize("program", NAMES)


def analyze(*args):
    return subprocess.run(["systemd-analyze", "--no-pager", *map(str, args)], capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL)


def test_there_is_a_unit_for_each_daemon():
    assert sorted(unit.stem for unit in UNITS) == sorted([*NAMES, "tuijin-dashboard"])


@systemd
@every_unit
def test_exposure_is_at_most_one_and_a_half(unit):
    done = analyze("security", "--offline=true", "--threshold=15", unit)
    assert done.returncode == 0, done.stdout + done.stderr


@systemd
@every_unit
def test_systemd_finds_no_mistake(unit, tmp_path):
    """With the program that was built in place of the one that would be installed."""
    text = unit.read_text()
    assert f"\nExecStart={unit.stem}\n" in text
    copy = tmp_path / unit.name
    copy.write_text(text.replace(f"ExecStart={unit.stem}", f"ExecStart={BUILD / unit.stem}"))
    done = analyze("verify", "--man=no", "--recursive-errors=no", copy)
    told = [line for line in done.stderr.splitlines() if unit.stem in line]
    assert (done.returncode, told) == (0, [])


@every_unit
def test_settings_in_the_unit_are_settings_of_the_program(unit):
    shown = subprocess.run([BUILD / unit.stem, "--help"], check=True, capture_output=True,
                           text=True, timeout=60).stdout
    text = unit.read_text()
    variables = set(re.findall(r"TUIJIN_[A-Z_]+", text))
    own = {"TUIJIN_HTTP", "TUIJIN_SERVER_KEY"} if unit.stem == "tuijin-dashboard" else {
        "TUIJIN_BIND", "TUIJIN_AUTHORIZED_KEYS"}
    assert {"TUIJIN_SECRET_KEY", "TUIJIN_REDIS"} | own <= variables
    assert variables <= set(re.findall(r"TUIJIN_[A-Z_]+", shown))
    assert set(re.findall(r"--[a-z-]+", text)) <= set(re.findall(r"--[a-z-]+", shown))


def test_units_differ_only_in_what_they_are_for():
    """A rule that is hardened in one and forgotten in the other shows."""
    def rules(unit):
        text = re.sub(r"(?m)^#.*\n", "", unit.read_text())
        text = re.sub(r"(?m)^(Description|MemoryMax)=.*\n", "", text)
        return re.sub(r"collector|aggregator", "DAEMON", text)
    assert rules(UNITS[0]) == rules(UNITS[1])


def test_the_dashboard_is_locked_in_like_a_daemon():
    """It binds no socket of ZeroMQ, so that it need not ask for interfaces, and has more connections."""
    def rules(unit):
        lines = re.sub(r"(?m)^#.*\n", "", unit.read_text()).split("[Install]")[0].splitlines()
        return [line for line in lines[lines.index("IPAddressDeny=any"):]
                if not line.startswith(("LimitNOFILE=", "MemoryMax=", "RestrictAddressFamilies="))]
    aggregator, dashboard = (ROOT / "deploy" / "systemd" / f"tuijin-{name}.service"
                             for name in ("aggregator", "dashboard"))
    assert rules(dashboard) == rules(aggregator) and len(rules(dashboard)) > 40


class Manager:
    """The socket of a service manager, in the environment of the daemons started from now on."""

    def __init__(self, monkeypatch, folder, watchdog_ms=None):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(folder / "notify"))
        self.heard = []
        monkeypatch.setenv("NOTIFY_SOCKET", str(folder / "notify"))
        if watchdog_ms:
            monkeypatch.setenv("WATCHDOG_USEC", str(watchdog_ms * 1000))

    def hear(self):
        """What has come since the last time, as dicts."""
        while True:
            try:
                datagram = self.socket.recv(4096, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return self.heard
            lines = datagram.decode().split("\n")
            self.heard.append(dict(line.split("=", 1) for line in lines))

    def wait(self, key, after=0):
        """The place of the first message with key, from `after` on."""
        def look():
            places = range(after, len(self.hear()))
            return [i for i in places if key in self.heard[i]]
        return wait_for(look, f"{key} told")[0]


@pytest.fixture
def lone():
    """A world whose Redis is away."""
    with World(start_redis=False) as w:
        yield w


def with_keys(world, program, agencies=()):
    """The flags of a daemon with a key of its own, its open key, and a secret key per agency."""
    pairs = {agency: zmq.curve_keypair() for agency in agencies}
    open_key, secret = zmq.curve_keypair()
    key, keys = world.folder / f"{program}.key", world.folder / f"{program}.authorized_keys"
    key.touch(0o600)
    key.write_bytes(secret + b"\n")
    keys.write_text("# who may\n" + "".join(f"{pair[0].decode()} {agency}\n"
                                            for agency, pair in pairs.items()))
    return SimpleNamespace(flags=("--secret-key", key, "--authorized-keys", keys), open=open_key,
                           pairs=pairs)


def say(world, daemon, keys, agency, message):
    """Sends one message with the agency's key; returns the reply."""
    with world.context.socket(zmq.DEALER) as s:
        s.linger = 0
        s.curve_publickey, s.curve_secretkey = keys.pairs[agency]
        s.curve_serverkey = keys.open
        s.connect(daemon.endpoint)
        s.send(client.pack(message))
        assert s.poll(15000), "no answer"
        return client.unpack(s.recv())


@both
def test_beats_while_its_store_is_away_and_is_ready_when_it_serves(lone, program, monkeypatch):
    manager = Manager(monkeypatch, lone.folder, watchdog_ms=600)
    daemon = lone.daemon(program, ready=False)
    beats = wait_for(lambda: len(manager.hear()) > 4 and manager.heard, "beats")
    assert not any("READY" in told for told in beats)
    assert all(told["EXTEND_TIMEOUT_USEC"] == "600000" for told in beats if "WATCHDOG" in told)

    lone.redis.start()
    ready = manager.wait("READY")
    assert daemon.wait_ready()
    beat = manager.wait("WATCHDOG", after=ready)
    assert "EXTEND_TIMEOUT_USEC" not in manager.heard[beat]
    assert sum("READY" in told for told in manager.hear()) == 1


@both
def test_beats_come_within_half_of_the_interval(world, program, monkeypatch):
    manager = Manager(monkeypatch, world.folder, watchdog_ms=2000)
    world.daemon(program)
    at = manager.wait("READY")
    for _ in range(3):
        start = time.monotonic()
        at = manager.wait("WATCHDOG", after=at + 1)
        assert time.monotonic() - start < 1.0


@both
def test_a_hung_daemon_does_not_beat(world, program, monkeypatch):
    manager = Manager(monkeypatch, world.folder, watchdog_ms=150)
    daemon = world.daemon(program)
    manager.wait("WATCHDOG", after=manager.wait("READY"))
    daemon.child.send_signal(signal.SIGSTOP)
    status = Path(f"/proc/{daemon.child.pid}/status")
    wait_for(lambda: "State:\tT" in status.read_text(), "stopped")
    before = len(manager.hear())
    assert select.select([manager.socket], [], [], 0.5)[0] == []
    daemon.child.send_signal(signal.SIGCONT)
    manager.wait("WATCHDOG", after=before)


@both
def test_reload_and_stop_are_told(world, program, monkeypatch):
    manager = Manager(monkeypatch, world.folder)
    daemon = world.daemon(program, *with_keys(world, program).flags)
    ready = manager.wait("READY")
    before_us = time.monotonic_ns() // 1000
    daemon.child.send_signal(signal.SIGHUP)
    reloading = manager.wait("RELOADING", after=ready + 1)
    again = manager.wait("READY", after=ready + 1)
    assert again > reloading
    since_us = int(manager.heard[reloading]["MONOTONIC_USEC"])
    assert before_us <= since_us <= time.monotonic_ns() // 1000

    assert daemon.stop() == 0
    manager.wait("STOPPING", after=again)


@both
def test_a_reload_without_systemd_ends_nothing(world, program):
    daemon = world.daemon(program, *with_keys(world, program).flags)
    daemon.child.send_signal(signal.SIGHUP)
    daemon.wait_line("event=reloaded")
    assert daemon.stop() == 0


@systemd
@pytest.mark.parametrize("command", ["chown 0 /", "nice true", "mount -t tmpfs none /nowhere"])
def test_the_rules_hold_back_what_they_are_to(command):
    done = subprocess.run([*UNDER, UNITS[0], *command.split()], timeout=60, capture_output=True)
    assert done.returncode == -signal.SIGSYS


@systemd
def test_a_life_under_the_rules_of_the_units(world, monkeypatch):
    """What is not allowed would end the daemons here; the units only return an error."""
    if is_sanitized():
        pytest.skip("a sanitizer makes calls of its own")

    def under(program):
        unit = ROOT / "deploy" / "systemd" / f"{program}.service"
        return SimpleNamespace(command=[*map(str, UNDER), str(unit)])

    manager = Manager(monkeypatch, world.folder, watchdog_ms=300)
    keys = with_keys(world, "tuijin-collector", ["sta"])
    daemons = [world.collector(*keys.flags, clock=under("tuijin-collector")),
               world.aggregator(*keys.flags, clock=under("tuijin-aggregator"))]
    report = {"v": 1, "kind": "report", "plan": PLAN, "agency": "sta", "seq": 1,
              "reports": [word(17, 5, AT)]}
    assert results(say(world, daemons[0], keys, "sta", report)) == ["accepted"]
    wait_for(lambda: world.redis.client.hlen(world.redis.key("summary")), "summaries")

    world.redis.kill()
    for daemon in daemons:
        daemon.wait_line("event=trouble")
    world.redis.start()
    for daemon in daemons:
        daemon.wait_line("event=recovered")
        daemon.child.send_signal(signal.SIGHUP)
        daemon.wait_line("event=reloaded")
    assert results(say(world, daemons[0], keys, "sta", report)) == ["duplicate"]
    for daemon in daemons:
        assert daemon.stop() == 0
    assert any("WATCHDOG" in told for told in manager.hear())


def test_the_dashboard_tells_when_it_is_ready_that_it_lives_and_that_it_stops(world, monkeypatch):
    manager = Manager(monkeypatch, world.folder, watchdog_ms=600)
    site = web.start(world, world.aggregator())
    ready = max(i for i, told in enumerate(manager.hear()) if "READY" in told)
    assert manager.heard[ready]["STATUS"] == "serving"
    manager.wait("WATCHDOG", after=ready)
    assert site.stop() == 0
    manager.wait("STOPPING", after=ready)


@systemd
def test_the_dashboard_lives_under_the_rules_of_its_unit(guarded):
    if is_sanitized():
        pytest.skip("a sanitizer makes calls of its own")
    unit = ROOT / "deploy" / "systemd" / "tuijin-dashboard.service"
    under = SimpleNamespace(command=[*map(str, UNDER), str(unit)])
    site = web.start(guarded, guarded.aggregator(), clock=under).whole()
    with site.events() as stream:
        assert stream.next("tick").data["live"]
        assert site.get("/").status == site.get("/metrics").status == 200
        guarded.redis.kill()
        site.wait_line("event=trouble")
        guarded.redis.start()
        site.wait_line("event=recovered")
    assert "few_descriptors" not in "".join(site.lines)
    assert site.stop() == 0


@both
def test_a_start_without_trouble_says_so(world, program, monkeypatch):
    manager = Manager(monkeypatch, world.folder)
    world.daemon(program)
    states = [message["STATUS"] for message in manager.hear() if "STATUS" in message]
    assert states[0] == "starting" and states[-1] == "serving", states
