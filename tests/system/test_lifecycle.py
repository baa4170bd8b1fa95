"""Starting and stopping: ready lines, SIGTERM, exit codes, and silence when all is well."""

import json
import re
import subprocess

import client
import pytest
from harness import BUILD, Process, results, wait_for, word

AT = 1774951200000
DAEMONS = ["tuijin-collector", "tuijin-aggregator"]


@pytest.mark.parametrize("program", DAEMONS)
def test_sigterm_ends_it_well_with_its_counters(world, program):
    daemon = world.daemon(program)
    assert daemon.stop() == 0
    assert re.search(r"event=stopped( \w+=\d+)+", daemon.find("event=stopped"))


def test_a_clean_run_logs_no_warning(world):
    collector, aggregator = world.collector(), world.aggregator()
    sta = world.agency("sta", collector)
    assert results(sta.report(1, word(17, 5, AT))) == ["accepted"]
    assert results(sta.report(1, word(17, 5, AT))) == ["duplicate"]
    subscriber = world.subscriber(aggregator)
    wait_for(lambda: subscriber.snapshot() and
             subscriber.data["ipr-2026/task/17/"]["num"] == 250, "the report counts")
    for daemon in (collector, aggregator):
        assert daemon.stop() == 0
        assert not [line for line in daemon.life() if re.search(r"level=(warn|error)", line)]
        for line in daemon.life():
            assert re.match(r'ts=\S+ level=\w+ program=tuijin-\w+ event=\w+', line), line


def test_what_was_taken_in_before_sigterm_is_stored_and_acked(world):
    collector = world.collector()
    mof = world.agency("mof", collector)
    seqs = list(range(1, 201))
    for seq in seqs:
        mof.socket.send(client.pack(mof.envelope(seq, [word(17, seq % 100, AT)])))
    assert mof.receive()["kind"] == "ack"
    assert collector.stop() == 0
    answered = 1
    while (reply := mof.receive(0.5)) is not None:
        answered += reply["kind"] == "ack"
    stored = client.unpack(world.redis.client.hget(world.redis.key("latest"), "17/mof"))
    assert stored[1] >= answered


def test_sigterm_while_redis_is_away_still_ends_it(world):
    daemons = [world.daemon(program) for program in DAEMONS]
    world.redis.kill()
    for daemon in daemons:
        assert daemon.stop() == 0
        assert daemon.find("event=stopped")


@pytest.mark.parametrize("program", DAEMONS)
@pytest.mark.parametrize("flags, status", [
    (["--nonsense"], 64),
    (["--redis", "http://localhost"], 64),
    (["--log-level", "loud"], 64),
    (["surplus"], 64),
    (["--bind", "tcp://0.0.0.0:*"], 78),
    (["--bind", "carrier-pigeon://x"], 78),
], ids=lambda v: " ".join(v) if isinstance(v, list) else str(v))
def test_wrong_settings_end_it_with_the_right_status(program, flags, status):
    done = subprocess.run([str(BUILD / program), "--bind", "tcp://127.0.0.1:*",
                           "--redis", "unix:///nonexistent/redis.sock", *flags],
                          capture_output=True, text=True, timeout=15, stdin=subprocess.DEVNULL)
    assert done.returncode == status, done.stderr
    assert done.stderr.strip() and done.stdout == ""


@pytest.mark.parametrize("program", [*DAEMONS, "tuijin"])
def test_help_and_version_go_to_standard_output(program):
    for flag, part in (("--help", program), ("--version", program + " ")):
        done = subprocess.run([str(BUILD / program), flag], capture_output=True, text=True, timeout=15)
        assert (done.returncode, done.stderr) == (0, "") and part in done.stdout


def test_an_exposed_bind_is_taken_when_plaintext_is_meant(world):
    collector = world.collector("--plaintext", bind="tcp://0.0.0.0:*")
    assert re.fullmatch(r"tcp://0\.0\.0\.0:\d+", collector.endpoint)


def test_a_taken_endpoint_is_refused(world):
    collector = world.collector()
    second = Process("second", BUILD / "tuijin-collector", "--bind", collector.endpoint,
                     "--redis", world.redis.url)
    second.start()
    assert second.ended() in (69, 78)
    assert any("level=error" in line for line in second.lines)


@pytest.mark.parametrize("program", DAEMONS)
def test_log_lines_may_be_json(world, program):
    daemon = world.daemon(program, "--log-format", "json", ready=False)
    wait_for(lambda: any('"ready"' in line for line in daemon.lines), "ready in JSON")
    assert daemon.stop() == 0
    lines = [json.loads(line) for line in daemon.lines]
    assert {"ready", "stopped"} <= {line["event"] for line in lines}
    assert all({"ts", "level", "program", "event"} <= set(line) for line in lines)
