"""`tuijin doctor` where services are down, behind, of another day, or say other things than they should."""

import datetime
import re
import select
import socket
import socketserver
import threading
import time

import client
import pytest
import zmq
from clocks import Clock
from doctoring import examine, free_port
from harness import World, wait_for, word
from patient import PLAN, YEAR, Patient, plan_text

SERVICES = "collector", "aggregator", "dashboard"


@pytest.fixture
def patient():
    with Patient() as p:
        yield p


def clock_ahead(tmp_path, **ahead):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**ahead)
    return Clock(tmp_path / "clock", when.isoformat())


def codes(found, check):
    return {code for c, code in found.trouble if c == check}


# Down, or not there yet

def test_a_redis_that_is_down(patient):
    assert patient.redis.stop() == 0
    for s in SERVICES[:2]:
        wait_for(lambda s=s: patient.examine(f"{s}-ready").trouble, f"the {s} notices")
    found = patient.examine()
    assert codes(found, "redis") == {"redis_down"}, found
    assert {check for check, _ in found.of("skipped")} >= {
        "room", "plans", "agencies", "aggregator", "ledger"}, found
    assert found.trouble <= {("redis", "redis_down"), *((s, "service_not_ready") for s in SERVICES)}, found
    assert "systemctl start redis-server" in found["redis_down"].mend
    patient.redis.start()
    wait_for(lambda: not patient.examine().trouble, "it is well again by itself")


def test_services_that_are_down(patient):
    assert patient.the_collector.stop() == 0
    found = patient.examine()
    assert found.trouble == {("collector", "service_silent"), ("collector", "collector_down")}, found
    assert patient.the_collector.endpoint in found["collector_down"].what
    assert patient.the_aggregator.stop() == 0
    assert codes(patient.examine("aggregator"), "aggregator") == {"service_silent", "aggregator_down"}
    wait_for(lambda: codes(patient.examine("dashboard"), "dashboard") == {"page_not_live"}, "it notices")
    assert patient.the_dashboard.stop() == 0
    assert codes(patient.examine("dashboard"), "dashboard") == {"service_silent"}


def test_nothing_at_all(patient):
    """It comes to an end, and blames no more than each that is down."""
    for daemon in patient.daemons:
        assert daemon.stop() == 0
    patient.redis.stop()
    found = patient.examine()
    assert found.trouble == {
        ("redis", "redis_down"), ("collector", "service_silent"), ("collector", "collector_down"),
        ("aggregator", "service_silent"), ("dashboard", "service_silent")}, found
    assert ("clocks", "no_clocks") in found.of("skipped")


def test_a_redis_that_takes_nothing():
    with Patient(services=False) as p:
        p.store.execute_command("REPLICAOF", "127.0.0.1", "1")
        found = p.examine("redis")
        assert found.trouble == {("redis", "redis_replica")} == found.of("fault"), found
        assert "REPLICAOF NO ONE" in found["redis_replica"].mend
        p.store.execute_command("REPLICAOF", "NO", "ONE")
        p.store.config_set("min-replicas-to-write", 1)
        found = p.examine("redis")
        assert found.trouble == {("redis", "redis_lacks_replicas")} == found.of("fault"), found
        assert "0 of the 1" in found["redis_lacks_replicas"].what


def test_no_plan():
    with Patient(plan=None, services=False) as p:
        p.run_collector()
        p.run_aggregator()
        p.run_dashboard()
        found = p.examine()
        assert ("plans", "no_plan") in found.trouble, found
        assert {code for _, code in found.trouble} <= {"no_plan", "service_not_ready"}, found
        assert "tuijin plan load FILE" in found["no_plan"].mend


@pytest.mark.parametrize("starts, ends, code, said", (
    (f"{YEAR + 2}-01-01", f"{YEAR + 2}-12-31", "plan_not_begun", f"{YEAR + 2}-01-01"),
    (f"{YEAR - 2}-01-01", f"{YEAR - 2}-12-31", "plan_over", f"{YEAR - 2}-12-31"),
), ids=("future", "past"))
def test_a_plan_of_other_days(starts, ends, code, said):
    with Patient(plan_text(starts, ends), services=False) as p:
        found = p.examine("plans")
        assert found.trouble == {("plans", code)} == found.of("advice"), found
        assert said in found[code].what


def test_services_of_another_plan(patient):
    """Two are loaded, and each service was told of one."""
    patient.load(plan_text(name="another"))
    for daemon in (patient.the_dashboard, patient.the_collector, patient.the_aggregator):
        assert daemon.stop() == 0
    patient.run_collector("--plan", PLAN)
    patient.run_aggregator("--plan", PLAN)
    found = patient.examine("collector", "aggregator")
    assert found.trouble == {("collector", "plan_not_served"), ("aggregator", "plan_not_published")}, found
    assert all("another" in found[code].what for _, code in found.trouble)
    assert not patient.examine("collector", "aggregator", "--plan", PLAN).trouble
    for name, service in (("collector", patient.the_collector), ("aggregator", patient.the_aggregator)):
        patient.env(name, TUIJIN_REDIS=patient.redis.url, TUIJIN_BIND=service.endpoint,
                    TUIJIN_HTTP=service.http, TUIJIN_PLAN=f"x,{PLAN}")
    found = patient.examine("collector", "aggregator")
    assert not found.trouble and {("collector", "plan_not_meant"), ("aggregator", "plan_not_meant")} <= found.of(
        "skipped"), found
    assert "another" in found["plan_not_meant"].what and "TUIJIN_PLAN" in found["plan_not_meant"].what


def test_the_plan_of_another_year_is_no_trouble(patient):
    """Its agencies need no keys, and nobody has to load the next year's, which is there."""
    patient.load(plan_text(f"{YEAR - 2}-01-01", f"{YEAR - 2}-12-31", name="former").replace("cnipa", "mof"))
    wait_for(lambda: not patient.examine().trouble, "the services know it")
    found = patient.examine()
    assert ("plans", "plan_over") in found.of("fine"), found
    assert ("agencies", "agencies_have_keys") in found.of("fine"), found


# What is kept in Redis, and when

class Twister(socketserver.ThreadingTCPServer):
    """Between a Redis with a socket and who connects to `url`: twist(bytes) is what goes on of an answer."""
    daemon_threads = True

    def __init__(self, path, twist):
        super().__init__(("127.0.0.1", 0), None)
        self.url = f"redis://127.0.0.1:{self.server_address[1]}"
        self.path, self.twist = str(path), twist
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def finish_request(self, request, _):
        with socket.socket(socket.AF_UNIX) as inner:
            inner.connect(self.path)
            while ready := select.select([request, inner], [], [])[0]:
                for one in ready:
                    if not (said := one.recv(1 << 20)):
                        return
                    inner.sendall(said) if one is request else request.sendall(self.twist(said))

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


@pytest.mark.parametrize("length, added, said", (
    (-2**63, 2, "of the 2 entries of plan patient's ledger 2 are gone"),
    (2**63 - 1, 1, f"ledger ({2**63 - 1} entries), checkpoint"),
    (1, -2**63, "ledger (1 entries), checkpoint"),
))
def test_a_ledger_that_says_impossible_numbers_of_itself(length, added, said):
    def twist(answer):
        answer = re.sub(rb"(\r\nlength\r\n:)\d+", rb"\g<1>%d" % length, answer)
        return re.sub(rb"(\r\nentries-added\r\n:)\d+", rb"\g<1>%d" % added, answer)

    with World() as w:
        (w.folder / "plan.yaml").write_text(plan_text(), encoding="utf-8")
        w.load_plan(w.folder / "plan.yaml")
        with Twister(w.redis.path, twist) as between:
            found = examine("ledger", "--folder", w.folder, "--redis", between.url)
    assert [f["what"] for f in found if f["check"] == "ledger" and said in f["what"]], found

def test_a_checkpoint_that_nobody_writes(tmp_path):
    clock = clock_ahead(tmp_path)
    with Patient(clock=clock) as p:
        assert p.the_aggregator.stop() == 0
        assert not p.examine("ledger").trouble
        p.agency("cnipa", p.the_collector, plan=PLAN).report(p.next_seq(), word(2, 10, clock.ms()))
        assert not p.examine("ledger").trouble, "it may be some minutes late"
        later(clock, minutes=9)
        assert not p.examine("ledger").trouble
        later(clock, minutes=11)
        found = p.examine("ledger")
        assert found.trouble == {("ledger", "checkpoint_behind")} == found.of("advice"), found
        assert "11 min old" in found["checkpoint_behind"].what
        p.store.delete(p.key("rollup"), p.key("seals"))
        found = p.examine("ledger")
        assert found.trouble == {("ledger", "no_checkpoint")} == found.of("advice"), found


def later(clock, **ahead):
    clock.set((datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**ahead)).isoformat())


def test_an_idle_night_is_no_delay(tmp_path):
    """A ledger that nobody adds to leaves its checkpoint as old as it is."""
    clock = clock_ahead(tmp_path)
    with Patient(clock=clock) as p:
        assert p.the_aggregator.stop() == 0
        later(clock, hours=9)
        assert not p.examine("ledger").trouble
        p.agency("cnipa", p.the_collector, plan=PLAN).report(p.next_seq(), word(2, 10, clock.ms()))
        later(clock, hours=9, minutes=2)
        assert not p.examine("ledger").trouble, "what came just now is not late"


# Clocks

@pytest.mark.parametrize("ahead, level, said", (
    ({"seconds": 30}, "advice", r"(29|30)\.\d s ahead of the others"),
    ({"seconds": -90}, "fault", r"(89|90)\.\d s behind the others"),
), ids=("ahead", "behind"))
def test_a_clock_of_the_collector_that_is_off(tmp_path, ahead, level, said):
    with Patient(services=False) as p:
        p.begin(collector={"clock": clock_ahead(tmp_path, **ahead)})
        found = p.examine()
        assert found.trouble == {("clocks", "clock_apart")} <= found.of(level), found
        assert re.fullmatch(f"the clock of the collector is {said}", found["clock_apart"].what)
        assert "timedatectl" in found["clock_apart"].mend


def test_a_clock_is_one_of_however_many_plans(tmp_path):
    with Patient(services=False) as p:
        for name in ("b", "c", "d"):
            p.load(plan_text(name=name))
        p.run_aggregator(clock=clock_ahead(tmp_path, seconds=30))
        found = p.examine("clocks", "--collector-http", "none", "--collector",
                          f"tcp://127.0.0.1:{free_port()}")
        said = [f.what for f in found.all if f.check == "clocks"]
        assert len(said) == 1 and said[0].startswith("the clock of the aggregator is "), found


def test_our_own_clock_that_is_off(patient, tmp_path):
    found = patient.examine("clocks", clock=clock_ahead(tmp_path, minutes=4))
    assert codes(found, "clocks") == {"clock_apart"}, found
    assert "clock of this machine is 4 min ahead of the others" in found["clock_apart"].what


def test_of_two_clocks_nobody_knows_which_is_off(patient, tmp_path):
    for daemon in patient.daemons:
        assert daemon.stop() == 0
    found = patient.examine("clocks", clock=clock_ahead(tmp_path, minutes=-4))
    assert "clock of Redis is 4 min ahead of this machine's" in found["clock_apart"].what, found


# The aggregator's events

def test_an_aggregator_that_stands_still(patient):
    """It cannot read an entry that somebody else wrote."""
    position = patient.store.xadd(patient.key("ledger"), {"records": b"no records"})
    patient.store.hset(patient.key("plan"), "end", position)
    patient.the_aggregator.wait_line("event=trouble")
    found = patient.examine("aggregator", "--timeout", 2)
    assert codes(found, "aggregator") == {"aggregator_stands_still", "service_not_ready"}, found
    assert "tuijin verify" in found["aggregator_stands_still"].mend


def test_an_aggregator_of_another_day(patient):
    assert patient.the_aggregator.stop() == 0
    patient.run_aggregator("--today", f"{YEAR}-02-03")
    found = patient.examine("aggregator")
    assert found.trouble == {("aggregator", "aggregator_other_day")} == found.of("advice"), found
    assert f"{YEAR}-02-03" in found["aggregator_other_day"].what


class Between:
    """Between an aggregator and who connects to `endpoint`: tamper(frames) returns what goes on, None
    for nothing."""

    def __init__(self, endpoint, tamper):
        self.context, self.tamper, self.over = zmq.Context(), tamper, threading.Event()
        self.inner, self.outer = self.context.socket(zmq.XSUB), self.context.socket(zmq.XPUB)
        self.inner.connect(endpoint)
        port = self.outer.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = f"tcp://127.0.0.1:{port}"
        self.thread = threading.Thread(target=self.run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        self.context.destroy(linger=0)

    def run(self):
        poller = zmq.Poller()
        for socket in (self.inner, self.outer):
            poller.register(socket, zmq.POLLIN)
        while not self.over.is_set():
            ready = dict(poller.poll(50))
            if self.outer in ready:
                self.inner.send(self.outer.recv())
            if self.inner in ready and (frames := self.tamper(self.inner.recv_multipart())):
                self.outer.send_multipart(frames)


def on_ticks(change):
    """Changes each tick's data."""
    def tamper(frames):
        if frames[0] == f"{PLAN}/tick/".encode():
            event = client.unpack(frames[1])
            change(event["data"])
            frames[1] = client.pack(event)
        return frames
    return tamper


def one_lost(frames):
    """A summary never comes, neither live nor in a snapshot."""
    return None if frames[-2].endswith(b"/task/2/") else frames


class Rising:
    """Positions that rise, and do not come to the end."""

    def __init__(self):
        self.n = 0

    def __call__(self, data):
        self.n += 1
        data["position"] = f"1-{self.n}"


@pytest.mark.parametrize("tamper, code, level", (
    (on_ticks(lambda data: data.update(digest="0" * 16)), "digest_differs", "fault"),
    (on_ticks(lambda data: data.update(topics=data["topics"] + 1)), "digest_differs", "fault"),
    (on_ticks(lambda data: data.update(store="away")), "aggregator_stands_still", "fault"),
    (on_ticks(lambda data: data.update(position="1-1")), "aggregator_behind", "fault"),
    (on_ticks(Rising()), "aggregator_catches_up", "advice"),
    (one_lost, "no_snapshot", "fault"),
    (on_ticks(lambda data: data.update(now=2**62, as_of=2**62)), "aggregator_other_day", "advice"),
    (lambda frames: None if b"/tick/" in frames[0] else frames, "plan_not_published", "fault"),
    (lambda frames: None, "aggregator_silent", "fault"),
), ids=("digest", "topics", "away", "behind", "rising", "lost", "day", "no-tick", "nothing"))
def test_events_that_are_not_what_they_should_be(tamper, code, level):
    with Patient(services=False) as p:
        aggregator = p.aggregator(key=None)
        with Between(aggregator.endpoint, tamper) as between:
            found = p.examine_plain("aggregator", aggregator=between.endpoint, timeout=3)
        assert codes(found, "aggregator") == {code}, found
        assert ("aggregator", code) in found.of(level)
    assert not codes(found, "plans")


def test_events_as_they_come_are_in_order():
    """What is between changes nothing by itself."""
    with Patient(services=False) as p:
        with Between(p.aggregator(key=None).endpoint, lambda frames: frames) as between:
            found = p.examine_plain("aggregator", aggregator=between.endpoint)
        assert ("aggregator", "aggregator_in_step") in found.of("fine"), found


# The collector's answers

class Fake:
    """A collector without keys. answer(message) is what it answers to a map: a map, bytes, or None."""

    def __init__(self, answer):
        self.context, self.answer, self.over = zmq.Context(), answer, threading.Event()
        self.socket = self.context.socket(zmq.ROUTER)
        self.endpoint = f"tcp://127.0.0.1:{self.socket.bind_to_random_port('tcp://127.0.0.1')}"
        self.thread = threading.Thread(target=self.run)

    __enter__ = Between.__enter__
    __exit__ = Between.__exit__

    def run(self):
        while not self.over.is_set():
            if not self.socket.poll(50):
                continue
            peer, payload = self.socket.recv_multipart()
            if (answer := self.answer(client.unpack(payload))) is not None:
                self.socket.send_multipart([peer, answer if isinstance(answer, bytes) else client.pack(answer)])


def pong(**more):
    return {"v": 1, "kind": "pong", "version": "0.0.1", "time": time.time_ns() // 10**6, **more}


def answers(status, **more):
    return lambda message: pong(**more) if message["kind"] == "ping" else status


def error(code, text="\x1b[2Jbecause"):
    return {"v": 1, "kind": "error", "code": code, "message": text, "retry": code == "unavailable"}


def test_a_plan_that_was_loaded_a_moment_ago():
    """The collector takes it up by itself."""
    asked = []

    def answer(message):
        asked.append(message["kind"])
        return pong() if len(asked) == 1 else error("unknown_plan" if len(asked) < 5 else "not_authorized")

    with Patient(services=False) as p, Fake(answer) as fake:
        found = p.examine_plain("collector", collector=fake.endpoint, timeout=30)
    assert not found.of("fault") and ("collector", "not_operator") in found.of("skipped"), found
    assert len(asked) == 5


# A fake is never late: where an answer comes, there is all the time it takes on a busy machine.
@pytest.mark.parametrize("answer, code, level, timeout", (
    (lambda message: None, "collector_silent", "fault", 1),
    (lambda message: b"\xc1", "collector_silent", "fault", 1),
    (lambda message: error("not_authorized"), "collector_refuses_ping", "fault", 30),
    (answers(error("unknown_plan")), "plan_not_served", "fault", 30),
    (answers(error("unavailable")), "plan_unavailable", "fault", 30),
    (answers(error("not_authorized")), "not_operator", "skipped", 30),
    (answers(None), "plan_unanswered", "fault", 5),
    (answers(pong()), "plan_unanswered", "fault", 5),
    (answers(error("not_authorized"), version="\x1b[31m9" * 9), "collector_version", "advice", 30),
), ids=("silence", "garbage", "ping", "plan", "unavailable", "operator", "status", "kind", "version"))
def test_answers_that_are_not_what_they_should_be(answer, code, level, timeout):
    with Patient(services=False) as p, Fake(answer) as fake:
        found = p.examine_plain("collector", collector=fake.endpoint, timeout=timeout)
    assert ("collector", code) in found.of(level), found
    assert "\x1b" not in str(found)
    assert codes(found, "collector") <= {code, "collector_version"}, found
