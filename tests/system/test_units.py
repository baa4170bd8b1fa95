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
from test_notify import KEEP, Hook, Notifier, script, told

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
NAMES = ["tuijin-collector", "tuijin-aggregator"]
NOTIFY = ROOT / "deploy" / "systemd" / "tuijin-notify.service"
UNDER = [sys.executable, ROOT / "tests" / "system" / "under_unit.py"]

systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None,
                             reason="needs systemd-analyze (Debian package systemd)")
every_unit = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
AT = 1774951200000

both = pytest.mark.parametrize("program", NAMES)


def analyze(*args):
    return subprocess.run(["systemd-analyze", "--no-pager", *map(str, args)], capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL)


def command(unit):
    """The words of what it starts."""
    return ["tuijin", "notify"] if unit == NOTIFY else [unit.stem]


def test_there_is_a_unit_for_each_service():
    assert sorted(unit.stem for unit in UNITS) == sorted([*NAMES, "tuijin-dashboard", "tuijin-notify"])


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
    start = "ExecStart=" + " ".join(command(unit))
    assert f"\n{start}\n" in text
    copy = tmp_path / unit.name
    copy.write_text(text.replace(start, start.replace("=", f"={BUILD}/")))
    done = analyze("verify", "--man=no", "--recursive-errors=no", copy)
    told = [line for line in done.stderr.splitlines() if unit.stem in line]
    assert (done.returncode, told) == (0, [])


@systemd
def test_the_drop_ins_of_the_docs_fit_the_unit(tmp_path):
    text = (ROOT / "docs" / "notify.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```ini\n(.*?)```", text, re.DOTALL)
    (tmp_path / f"{NOTIFY.name}.d").mkdir()
    for i, block in enumerate(blocks):
        (tmp_path / f"{NOTIFY.name}.d" / f"{i}.conf").write_text(block)
    copy = tmp_path / NOTIFY.name
    copy.write_text(NOTIFY.read_text().replace("ExecStart=tuijin", f"ExecStart={BUILD}/tuijin"))
    done = analyze("verify", "--man=no", "--recursive-errors=no", copy)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "tuijin" in line]) == (0, [])
    shown = subprocess.run([BUILD / "tuijin", "notify", "--help"], capture_output=True, text=True).stdout
    assert set(re.findall("TUIJIN_[A-Z_]+", "".join(blocks))) <= set(re.findall("TUIJIN_[A-Z_]+", shown))
    assert len(blocks) == 3


@every_unit
def test_settings_in_the_unit_are_settings_of_the_program(unit):
    program, *words = command(unit)
    shown = subprocess.run([BUILD / program, *words, "--help"], check=True, capture_output=True,
                           text=True, timeout=60).stdout
    text = unit.read_text()
    variables = set(re.findall(r"TUIJIN_[A-Z_]+", text))
    own = {"tuijin-dashboard": {"TUIJIN_HTTP", "TUIJIN_SERVER_KEY"},
           "tuijin-notify": {"TUIJIN_SERVER_KEY", "TUIJIN_STATE", "TUIJIN_WEBHOOK", "TUIJIN_EXEC"}}.get(
               unit.stem, {"TUIJIN_BIND", "TUIJIN_AUTHORIZED_KEYS"})
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


@pytest.mark.parametrize("name", ["dashboard", "notify"])
def test_who_binds_no_socket_of_zeromq_is_locked_in_like_a_daemon(name):
    """It need not ask for interfaces; the dashboard has more connections, and notify runs programs."""
    def rules(unit):
        lines = re.sub(r"(?m)^#.*\n", "", unit.read_text()).split("[Install]")[0].splitlines()
        lines = [line.removesuffix(" pipe pipe2") if unit == NOTIFY else line for line in lines]
        return [line for line in lines[lines.index("IPAddressDeny=any"):]
                if not line.startswith(("LimitNOFILE=", "MemoryMax=", "TasksMax=", "RestrictAddressFamilies="))]
    aggregator, other = (ROOT / "deploy" / "systemd" / f"tuijin-{unit}.service" for unit in ("aggregator", name))
    assert rules(other) == rules(aggregator) and len(rules(other)) > 40


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


def test_notify_is_ready_when_it_has_heard_all_and_beats_before(world, monkeypatch):
    aggregator = world.aggregator(bind="ipc")
    aggregator.kill()
    manager = Manager(monkeypatch, world.folder, watchdog_ms=600)
    notify = Notifier(world, "--exec", "true", plan=PLAN).start(ready=False)
    beat = manager.wait("WATCHDOG")
    assert manager.heard[beat]["EXTEND_TIMEOUT_USEC"] == "600000"
    assert manager.heard[0]["STATUS"].startswith("waiting for the aggregator")
    assert not any("READY" in told for told in manager.hear())

    monkeypatch.delenv("NOTIFY_SOCKET")  # the aggregator is nobody's here
    aggregator.start()
    ready = manager.wait("READY")
    assert manager.heard[ready]["STATUS"] == "telling"
    beat = manager.wait("WATCHDOG", after=ready)
    assert "EXTEND_TIMEOUT_USEC" not in manager.heard[beat]
    aggregator.kill()
    silent = wait_for(lambda: [i for i, told in enumerate(manager.hear())
                               if i > ready and told.get("STATUS", "").startswith("waiting")], "its silence")[0]
    aggregator.start()
    wait_for(lambda: any(told.get("STATUS") == "telling" for told in manager.hear()[silent:]), "its return")
    assert sum("READY" in told for told in manager.heard) == 1
    assert notify.stop() == 0
    manager.wait("STOPPING", after=silent)


def test_notify_beats_while_it_ends_and_a_hook_is_given_nothing_of_the_manager(world, tmp_path, monkeypatch):
    slow = script(tmp_path, "env >env; touch begun; while [ ! -e go ]; do sleep 0.05; done; " + KEEP)
    world.aggregator(bind="ipc")
    help_wanted(world, world.collector())
    manager = Manager(monkeypatch, world.folder, watchdog_ms=300)
    notify = Notifier(world, "--exec", slow, "--only", "help", "--timeout", 60, plan=PLAN).start()
    wait_for((tmp_path / "begun").exists, "it runs")
    notify.child.terminate()
    manager.wait("WATCHDOG", after=manager.wait("STOPPING"))
    (tmp_path / "go").touch()
    assert notify.ended() == 0 and len(told(tmp_path)) == 1
    assert not re.search("^(NOTIFY|WATCHDOG)", (tmp_path / "env").read_text(), re.MULTILINE)


def help_wanted(world, collector):
    """An alert of task 2."""
    now = int(time.time() * 1000)
    ack = world.agency("cnipa", collector).report(world.next_seq(), word(2, 30, now, help=True))
    assert results(ack) == ["accepted"]


@systemd
def test_notify_lives_under_the_rules_of_its_unit(guarded, tmp_path):
    """With keys, plan, state and headers; a program and an endpoint by its name get an alert, over a restart."""
    if is_sanitized():
        pytest.skip("a sanitizer makes calls of its own")
    guarded.aggregator(bind="ipc")
    collector = guarded.collector(bind="ipc")
    header, key, state = tmp_path / "header", tmp_path / "key", tmp_path / "told.state"
    for path, text in ((header, "Authorization: Bearer x\n"), (key, "0123456789abcdef\n")):
        path.touch(mode=0o600)
        path.write_text(text)
    with Hook(503) as hook:
        notify = Notifier(guarded, "--exec", script(tmp_path, KEEP), "--webhook",
                          hook.url.replace("127.0.0.1", "localhost"), "--webhook-header", header,
                          "--webhook-secret", key, "--state", state, "--only", "help", "--redis", guarded.redis.url,
                          plan=PLAN, keys=guarded.keys.flags("subscriber", "aggregator"))
        notify.command[3:3] = [*map(str, UNDER), str(NOTIFY)]
        notify.start()
        help_wanted(guarded, collector)
        wait_for(lambda: hook.taken() and told(tmp_path), "both have the alert")
        assert notify.find("event=retry") and notify.stop() == 0
        notify.start()
        assert notify.stop() == 0
    assert hook.subjects() == [told(tmp_path)[0]["subject"]] == [f"{PLAN}/alert/help/task/2"]
    assert len(told(tmp_path)) == 1


@both
def test_a_start_without_trouble_says_so(world, program, monkeypatch):
    manager = Manager(monkeypatch, world.folder)
    world.daemon(program)
    states = [message["STATUS"] for message in manager.hear() if "STATUS" in message]
    assert states[0] == "starting" and states[-1] == "serving", states
