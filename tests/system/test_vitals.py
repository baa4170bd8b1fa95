"""How a daemon is, over HTTP: /metrics as Prometheus reads it, /healthz, /readyz, and where that is."""

import http.client
import re
import socket
import subprocess
import time
from pathlib import Path

import pytest
from faults import AT, stopped
from harness import BUILD, PLAN, Process, World, wait_for, word

DAEMONS = ["tuijin-collector", "tuijin-aggregator"]
DAY_S = 86400


def ask(address, path, method="GET"):
    """Status, headers and body of an answer."""
    connection = http.client.HTTPConnection(address, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


def early_address(daemon):
    """Where it listens before it is ready; for one that was started with --log-level debug."""
    return re.search(r"address=(\S+)", daemon.wait_line("event=http address="))[1]


def fresh_page(daemon, seen={}):
    """/metrics as it is now, and not the page of before, which is kept for some time: the counters
    of requests and of processor time are never twice the same."""
    def look():
        status, headers, text = ask(daemon.http, "/metrics")
        assert (status, headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
        return text != seen.get(daemon.http) and text

    seen[daemon.http] = wait_for(look, "another page")
    return seen[daemon.http]


def metrics(daemon):
    """{name with labels: value}, after promtool has looked at the text."""
    text = fresh_page(daemon)
    checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                             capture_output=True, timeout=60)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")
    samples = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    assert len({name for name, _ in samples}) == len(samples), "a sample is there twice"
    return {name: float(value) for name, value in samples}


def listening(daemon):
    """How many TCP ports it listens on."""
    own = {entry.readlink().name for entry in Path(f"/proc/{daemon.child.pid}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[3] == "0A" and f"socket:[{row[9]}]" in own for row in rows)


# Answers

@pytest.mark.parametrize("program", DAEMONS)
def test_a_daemon_at_work_says_so(world, program):
    daemon = world.daemon(program)
    assert daemon.http.startswith("127.0.0.1:")
    for path, body in (("/healthz", "ok\n"), ("/readyz", "ready\n")):
        status, headers, got = ask(daemon.http, path)
        assert (status, got) == (200, body)
        assert headers["Content-Type"] == "text/plain; charset=utf-8"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert ask(daemon.http, path, "HEAD")[2] == ""
    for path in ("/", "/metrics/", "/healthz%2f", "/HEALTHZ"):
        assert ask(daemon.http, path)[0] == 404
    assert ask(daemon.http, "/healthz?from=probe")[0] == 200
    status, headers, _ = ask(daemon.http, "/metrics", "DELETE")
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("program", DAEMONS)
def test_every_program_tells_of_its_process(world, program):
    daemon = world.daemon(program)
    got = metrics(daemon)
    version = world.tuijin("--version").stdout.split()[-1]
    assert got[f'tuijin_build_info{{program="{program}",version="{version}"}}'] == 1
    assert got["tuijin_ready"] == 1
    assert got["tuijin_plans"] == 1
    assert got["tuijin_http_connections"] == 1
    assert metrics(daemon)["tuijin_http_requests_total"] > got["tuijin_http_requests_total"]

    stat = open(f"/proc/{daemon.child.pid}/stat", encoding="utf-8").read().rsplit(")", 1)[1].split()
    booted = next(line for line in open("/proc/stat", encoding="utf-8") if line.startswith("btime"))
    assert got["process_start_time_seconds"] == int(booted.split()[1]) + int(stat[19]) / 100
    assert got["process_cpu_seconds_total"] <= metrics(daemon)["process_cpu_seconds_total"] < 1000
    assert got["process_resident_memory_bytes"] == pytest.approx(daemon.rss_kib() * 1024, rel=0.2)
    assert got["process_virtual_memory_bytes"] > got["process_resident_memory_bytes"]
    assert 5 < got["process_open_fds"] < got["process_max_fds"]


def test_a_loop_that_stands_still_does_not_answer(world):
    collector = world.collector()
    with stopped(collector):
        connection = http.client.HTTPConnection(collector.http, timeout=0.3)
        connection.request("GET", "/healthz")
        with pytest.raises(TimeoutError):
            connection.getresponse()
        connection.close()
    assert ask(collector.http, "/healthz")[0] == 200


def test_it_answers_while_reports_come(world):
    collector = world.collector()
    agency = world.agency("cnipa", collector)
    seen = set()
    for i in range(50):
        assert agency.report(i + 1, word(27, i, AT))["kind"] == "ack"
        seen.add(ask(collector.http, "/readyz")[::2])
    assert seen == {(200, "ready\n")}


# Ready or not

@pytest.mark.parametrize("program", DAEMONS)
def test_without_redis_it_is_alive_and_not_ready(program):
    with World(start_redis=False) as w:
        daemon = w.daemon(program, "--log-level", "debug", ready=False)
        address = early_address(daemon)
        daemon.wait_line("event=trouble")
        assert ask(address, "/healthz")[::2] == (200, "ok\n")
        status, _, why = ask(address, "/readyz")
        assert status == 503 and str(w.redis.path) in why
        assert "\ntuijin_ready 0\n" in ask(address, "/metrics")[2]

        w.redis.start()
        w.load_plan()
        daemon.wait_ready()
        assert daemon.http == address
        wait_for(lambda: ask(address, "/readyz")[0] == 200, "ready")


@pytest.mark.parametrize("program", DAEMONS)
def test_while_the_store_is_away_it_is_not_ready(world, program):
    daemon = world.daemon(program)
    assert metrics(daemon)["tuijin_ready"] == 1
    world.redis.stop()
    answer = wait_for(lambda: (a := ask(daemon.http, "/readyz"))[0] == 503 and a, "not ready")
    assert PLAN in answer[2] or "redis" in answer[2]
    assert ask(daemon.http, "/healthz")[0] == 200
    assert metrics(daemon)["tuijin_ready"] == 0
    world.redis.start()
    wait_for(lambda: ask(daemon.http, "/readyz")[::2] == (200, "ready\n"), "ready again")
    assert metrics(daemon)["tuijin_ready"] == 1


# Keys and sessions

def test_sessions_and_keys_are_counted(guarded):
    guarded.keys.make("old")
    guarded.keys.make("new")
    guarded.keys.authorize("old", "cnipa", "expires=2026-01-01")
    guarded.keys.authorize("new", "@operator", "expires=2099-12-31")
    collector = guarded.collector()
    got = metrics(collector)
    good = got['tuijin_keys{state="good"}']
    assert good > 2 and got['tuijin_keys{state="expired"}'] == 1
    expiry = "tuijin_key_expiry_timestamp_seconds"
    assert {name: at for name, at in got.items() if name.startswith(expiry)} == {
        f'{expiry}{{key="{guarded.keys.id("old")}",owner="cnipa"}}': (20454 + 1) * DAY_S,
        f'{expiry}{{key="{guarded.keys.id("new")}",owner="@operator"}}': (47481 + 1) * DAY_S,
    }
    assert got["tuijin_authorized_keys_broken"] == 0
    assert got["tuijin_sessions_admitted_total"] == got["tuijin_sessions_refused_total"] == 0

    assert guarded.agency("cnipa", collector).report(1, word(27, 5, AT))["kind"] == "ack"
    guarded.keys.make("stray")
    guarded.agency("cnipa", collector, key="stray")
    collector.wait_line("event=session_refused")
    got = metrics(collector)
    assert got["tuijin_sessions_admitted_total"] == 1 <= got["tuijin_sessions_refused_total"]

    guarded.keys.list.write_text("nonsense\n")
    collector.reload("event=reload_failed")
    got = metrics(collector)
    assert (got["tuijin_authorized_keys_broken"], got['tuijin_keys{state="good"}']) == (1, good)
    guarded.keys.write(f"{guarded.keys.public('operator')} @operator")
    collector.reload()
    got = metrics(collector)
    assert (got["tuijin_authorized_keys_broken"], got['tuijin_keys{state="good"}']) == (0, 1)


def test_sessions_that_were_ended_are_counted_by_reason(guarded):
    aggregator = guarded.aggregator()
    guarded.subscriber(aggregator)
    wait_for(lambda: metrics(aggregator)["tuijin_sessions_admitted_total"] == 1, "a session")
    assert metrics(aggregator)['tuijin_sessions_ended_total{reason="key"}'] == 0
    guarded.keys.withdraw("subscriber")
    aggregator.reload()
    aggregator.wait_line("event=sessions_ended")
    got = metrics(aggregator)
    assert got['tuijin_sessions_ended_total{reason="key"}'] == 1
    assert got['tuijin_sessions_ended_total{reason="memory"}'] == 0


@pytest.mark.parametrize("program", DAEMONS)
def test_without_keys_nothing_is_told_of_keys(world, program):
    got = metrics(world.daemon(program))
    assert not [name for name in got if name.startswith(("tuijin_key", "tuijin_authorized"))]
    assert got["tuijin_sessions_admitted_total"] == 0


# Where

@pytest.mark.parametrize("program", DAEMONS)
def test_it_can_be_switched_off(world, program):
    assert listening(world.daemon(program)) == 2
    daemon = world.daemon(program, "--http", "none")
    assert (daemon.http, listening(daemon)) == ("none", 1)  # --bind


@pytest.mark.parametrize("program", DAEMONS)
def test_it_is_where_the_flag_says(world, program):
    with socket.socket() as s:
        s.bind(("127.0.0.2", 0))
        address = f"127.0.0.2:{s.getsockname()[1]}"
    assert world.daemon(program, "--http", address).http == address
    assert ask(address, "/healthz")[0] == 200


@pytest.mark.parametrize("program", DAEMONS)
def test_a_taken_address_is_refused_with_its_name(world, program):
    first = world.daemon(program)
    second = Process("second", BUILD / program, "--bind", "tcp://127.0.0.1:*",
                     "--redis", world.redis.url, "--http", first.http).start()
    assert second.ended() == 69
    line = second.find("level=error")
    assert f"--http: address {first.http}: Address already in use" in line
    assert "--http none" in line


@pytest.mark.parametrize("address", ["localhost:9301", "9301", "", "127.0.0.1", "*:9301"])
@pytest.mark.parametrize("program", DAEMONS)
def test_what_is_no_address_is_refused(world, program, address):
    daemon = Process("daemon", BUILD / program, "--bind", "tcp://127.0.0.1:*",
                     "--redis", world.redis.url, "--http", address).start()
    assert daemon.ended() == 64
    assert "--http: address " in daemon.find("level=error")


@pytest.mark.parametrize("program", DAEMONS)
def test_a_port_that_a_daemon_has_left_can_be_had_at_once(world, program):
    daemon = world.daemon(program)
    address = daemon.http
    connection = http.client.HTTPConnection(address, timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok\n"
    assert daemon.stop() == 0  # and closes the connection: the port lingers
    connection.close()
    assert world.daemon(program, "--http", address).http == address


@pytest.mark.parametrize("address, exposed", [
    ("127.0.0.1:0", False), ("127.9.9.9:0", False), ("[::1]:0", False), ("0.0.0.0:0", True)])
def test_who_is_exposed_is_warned(world, address, exposed):
    try:
        daemon = world.collector("--http", address)
    except AssertionError:
        if address.startswith("[") and not socket.has_dualstack_ipv6():
            pytest.skip("no IPv6 on this machine")
        raise
    line = daemon.find("event=http_exposed")
    assert (line is not None) == exposed
    if exposed:
        assert f"level=warn program=tuijin-collector event=http_exposed address={daemon.http} " in line
        assert ask(daemon.http.replace("0.0.0.0", "127.0.0.1"), "/healthz")[0] == 200


# Who asks too much

def test_those_who_only_connect_keep_nobody_from_the_next_answer_for_long(world):
    """Sixteen at a time; who says nothing makes room when its time is over."""
    collector = world.collector()
    host, port = collector.http.split(":")
    idle = [socket.create_connection((host, int(port)), 10) for _ in range(40)]
    assert world.agency("cnipa", collector).report(1, word(27, 5, AT))["kind"] == "ack"
    for s in idle:
        s.close()
    assert ask(collector.http, "/healthz")[0] == 200
    assert metrics(collector)["tuijin_http_connections"] <= 16


@pytest.mark.parametrize("program", DAEMONS)
def test_metrics_are_kept_for_those_who_ask_again_and_again(world, program):
    """The numbers are made four times a second at most, however often they are asked for."""
    daemon = world.daemon(program)
    began = time.monotonic()
    pages = [ask(daemon.http, "/metrics")[2] for _ in range(100)]
    took = time.monotonic() - began
    assert 1 <= len(set(pages)) <= took / 0.25 + 1
    assert ask(daemon.http, "/healthz")[0] == 200
    last = pages[-1]
    wait_for(lambda: ask(daemon.http, "/metrics")[2] != last, "the next page", 5)


@pytest.mark.parametrize("program", DAEMONS)
def test_a_page_of_a_stranger_reads_nothing_through_a_browser(world, program):
    """Its own name may lead to this machine, but it stays its name."""
    daemon = world.daemon(program)
    port = daemon.http.split(":")[1]
    for host, status in (("evil.example", 421), (f"evil.example:{port}", 421), (f"localhost:{port}", 200)):
        connection = http.client.HTTPConnection(daemon.http, timeout=10)
        connection.request("GET", "/metrics", headers={"Host": host})
        answer = connection.getresponse()
        assert (answer.status, b"tuijin_" in answer.read()) == (status, status == 200)
        connection.close()
