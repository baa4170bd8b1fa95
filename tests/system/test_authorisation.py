"""Who may say what at a collector with keys: clients of another library, honest and not."""

import json
import re
import threading
import time

import client
import pytest
import zmq
from clocks import Clock
from harness import PLAN, ROOT, World, records, results, wait_for, word
from raw_curve import RawCurve
from zmq.utils.monitor import recv_monitor_message

AT = 1774951200000
GONE = "this session's key is not in the list any more, or has expired"
FAILED = (zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL |
          zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_DISCONNECTED)


@pytest.fixture(scope="module")
def town():
    """A collector with keys for all tests that leave the list as it is."""
    with World(keys=True) as w:
        w.load_plan()
        w.collector()
        yield w


@pytest.fixture
def nothing_stored(town):
    before = everything(town)
    yield
    assert everything(town) == before


def everything(world):
    store = world.redis.client
    return {key: store.dump(key) for key in sorted(store.keys("*"))}


def refused(reply, seq=None, why=None):
    assert reply["kind"] == "error" and reply["code"] == "not_authorized", reply
    assert reply.get("seq") == seq and reply["retry"] is False
    assert why is None or reply["message"] == why
    return True


def report_17(world, agency, percent=10):
    seq = world.next_seq()
    return seq, agency.report(seq, word(17, percent, AT))


def status(agency, of):
    return agency.ask({"v": 1, "kind": "status", "plan": PLAN, "agency": of})


def key_of(record):
    return record[5] if len(record) > 5 else None


# who may

def test_an_agency_reports_and_its_key_is_in_the_record(town):
    sta = town.agency("sta", town.daemons[0])
    assert results(report_17(town, sta)[1]) == ["accepted"]
    assert status(sta, "sta")["obligations"][0]["task"] == 17
    assert sta.ask({"v": 1, "kind": "ping"})["kind"] == "pong"
    _, record = records(town)[-1]
    assert record[3] == "sta" and key_of(record) == town.keys.id("sta")
    assert client.unpack(town.redis.client.hget(town.redis.key("latest"), "17/sta")) == record


def test_the_same_word_with_another_key_of_the_agency_is_a_duplicate(guarded):
    guarded.keys.make("spare")
    guarded.keys.authorize("spare", "sta")
    collector = guarded.collector()
    first, second = guarded.agency("sta", collector), guarded.agency("sta", collector, key="spare")
    seq, ack = report_17(guarded, first)
    assert results(ack) == ["accepted"]
    assert results(second.report(seq, word(17, 10, AT))) == ["duplicate"]
    collector.restart()
    for agency in (first, second):
        agency.endpoint = collector.endpoint
        agency.connect()
        assert results(agency.report(seq, word(17, 10, AT))) == ["duplicate"]
    seq, ack = report_17(guarded, second, 20)
    assert results(ack) == ["accepted"]
    assert [key_of(r) for _, r in records(guarded)] == [guarded.keys.id("sta"), guarded.keys.id("spare")]


def test_the_office_rules_with_its_key(town):
    jco = town.agency("jco", town.daemons[0])
    ack = jco.dispose(town.next_seq(), {"task": 9, "disposition": "verified", "at": AT})
    assert results(ack) == ["accepted"]
    assert key_of(records(town)[-1][1]) == town.keys.id("jco")


def test_the_example_of_the_documentation_connects(town):
    text = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    made = {}
    for there, here in (("/etc/agency/cnipa.key", town.keys.path("cnipa")),
                        ("/etc/agency/collector.pub", town.keys.path("collector").with_suffix(".pub")),
                        ("tcp://collector.example.org:7301", town.daemons[0].endpoint)):
        assert there in example
        example = example.replace(there, str(here))
    exec(example, made)
    with made["socket"] as socket:
        socket.linger = 0
        socket.send(client.pack({"v": 1, "kind": "status", "plan": PLAN, "agency": "cnipa"}))
        assert socket.poll(15000) and client.unpack(socket.recv())["agency"] == "cnipa"


def test_an_operator_asks_for_any_agency(town):
    operator = town.agency("operator", town.daemons[0])
    for agency in ("sta", "cnipa"):
        assert status(operator, agency)["agency"] == agency
    assert operator.ask({"v": 1, "kind": "ping"})["kind"] == "pong"


def test_history_and_explain_show_the_key(town):
    collector, plan = town.daemons[0], ["--redis", town.redis.url, "--plan", PLAN]
    assert results(report_17(town, town.agency("sta", collector), 30)[1]) == ["accepted"]
    key = town.keys.id("sta")

    def lines(*args):
        return [json.loads(x) for x in town.tuijin(*args, *plan).stdout.splitlines()]
    said = [w for w in lines("history", "--json", "--task", 17, "--agency", "sta") if w["kind"] == "report"]
    assert said and {w["key"] for w in said} == {key}
    for language, label in (("en", f"  key {key}"), ("zh", f"  密钥 {key}")):
        shown = town.tuijin("history", "--task", 17, *plan, "--lang", language).stdout
        assert shown.count(label) == len(said)
    [task] = lines("explain", "--json", "task/17")
    [sta] = [r for a in task["addends"] for r in a["reports"] if r["agency"] == "sta"]
    assert sta["key"] == key
    words = town.tuijin("explain", "task/17", "--words", *plan, "--lang", "en").stdout
    assert f"Key: {key}\n" in words
    rows = lines("export", "--format", "ndjson")
    assert [r["key"] for r in rows if r.get("task") == 17 and r.get("agency") == "sta"] == [key]


# who may not

@pytest.mark.parametrize("key, why", [
    ("cnipa", "agency: this key speaks for cnipa, not for sta"),
    ("jco", "agency: this key speaks for jco, not for sta"),
    ("operator", "this key may not report: it is an operator's"),
    ("subscriber", "this key may not report: it is a subscriber's"),
])
def test_no_other_key_reports_for_an_agency(town, nothing_stored, key, why):
    thief = town.agency("sta", town.daemons[0], key=key)
    seq, reply = report_17(town, thief)
    assert refused(reply, seq, why)
    seq = town.next_seq()
    assert refused(thief.dispose(seq, {"task": 9, "disposition": "open", "at": AT}), seq, why)


@pytest.mark.parametrize("key, why", [
    ("cnipa", "agency: this key speaks for cnipa, not for sta"),
    ("jco", "agency: this key speaks for jco, not for sta"),
    ("subscriber", "this key may not ask for a status: it is a subscriber's"),
])
def test_no_other_agency_asks_for_its_status(town, key, why):
    assert refused(status(town.agency("sta", town.daemons[0], key=key), "sta"), None, why)


def test_not_even_the_office_gets_into_another_agencys_name_by_a_ruling(town, nothing_stored):
    thief = town.agency("jco", town.daemons[0], key="sta")
    seq = town.next_seq()
    assert refused(thief.dispose(seq, {"task": 9, "disposition": "cancelled", "reason": "x", "at": AT}), seq)
    sta = town.agency("sta", town.daemons[0])
    ack = sta.dispose(town.next_seq(), {"task": 9, "disposition": "cancelled", "reason": "x", "at": AT})
    assert results(ack) == ["not_office"]
    assert results(sta.report(town.next_seq(), word(1, 5, AT))) == ["not_responsible"]


@pytest.mark.parametrize("plan", [PLAN, "no-such-plan", "x" * 64])
@pytest.mark.parametrize("agency", ["cnipa", "no-such-agency", "@operator", "stat", "st", "STA", "sta\0"])
def test_a_refusal_tells_nothing_of_plans_and_agencies(town, nothing_stored, plan, agency):
    sta = town.agency("sta", town.daemons[0])
    message = {"v": 1, "kind": "report", "plan": plan, "agency": agency, "seq": 7,
               "reports": [word(17, 10, AT)]}
    reply = sta.ask(message)
    if agency.endswith("\0"):
        assert reply["code"] in ("bad_field", "not_authorized")
    else:
        assert refused(reply, 7, f"agency: this key speaks for sta, not for {agency}")


def test_what_cannot_be_read_is_malformed_for_those_who_may_come_in(town, nothing_stored):
    for name in ("sta", "operator", "subscriber"):
        agency = town.agency(name, town.daemons[0])
        assert agency.ask(b"\xc1")["code"] == "malformed"
        assert agency.ask({"v": 1, "kind": "report"})["code"] == "bad_field"
        agency.socket.send_multipart([b"a", b"b", b"c"])
        assert agency.receive()["code"] == "malformed"


# who is not let in

def hello(world, **options):
    """A socket that has sent a report for sta, and its monitor."""
    socket = world.context.socket(zmq.DEALER)
    socket.linger = 0
    for name, value in options.items():
        setattr(socket, name, value)
    watch = socket.get_monitor_socket(FAILED)
    socket.connect(world.daemons[0].endpoint)
    socket.send(client.pack({"v": 1, "kind": "report", "plan": PLAN, "agency": "sta",
                             "seq": world.next_seq(), "reports": [word(17, 77, AT)]}))
    return socket, watch


def curve(world, name, server="collector"):
    return {"curve_publickey": world.keys.public(name).encode(),
            "curve_secretkey": world.keys.secret(name).encode(),
            "curve_serverkey": world.keys.public(server).encode()}


def shut_out(world, **options):
    """True if the handshake fails with these and nothing is ever answered."""
    socket, watch = hello(world, **options)
    try:
        for _ in range(2):  # and when it tries again
            assert watch.poll(15000), "the collector let it in, or let it wait"
            recv_monitor_message(watch)
        return not socket.poll(0)
    finally:
        socket.disable_monitor()
        socket.close()


def test_a_key_that_is_in_no_list_is_not_let_in(town, nothing_stored):
    town.keys.make("stray")
    assert shut_out(town, **curve(town, "stray"))


def test_a_stolen_open_key_is_no_use_without_its_secret(town, nothing_stored):
    town.keys.make("stray")
    stolen = curve(town, "stray")
    stolen["curve_publickey"] = town.keys.public("sta").encode()
    assert shut_out(town, **stolen)


def test_who_trusts_another_server_is_not_answered(town, nothing_stored):
    assert shut_out(town, **curve(town, "sta", server="aggregator"))


def test_no_curve_no_answer(town, nothing_stored):
    assert shut_out(town)
    assert shut_out(town, plain_username=b"sta", plain_password=b"sta")
    assert shut_out(town, zap_domain=b"collector")


def test_a_plaintext_collector_is_no_server_for_a_client_with_keys(guarded):
    guarded.collector(key=None)
    assert shut_out(guarded, **curve(guarded, "sta"))
    assert records(guarded) == []


# who lies

def test_a_session_is_who_its_key_is_whatever_it_says_of_itself(town, nothing_stored):
    """Under each name that could be taken for an identity, the client sends another's."""
    keys, lie = town.keys, town.keys.public("cnipa").encode()
    metadata = {name: lie for name in ("User-Id", "user-id", "User-ID", "X-User-Id", "X-Agency", "X-Role",
                                       "X-Key", "agency", "role", "key")}
    raw = RawCurve(town.daemons[0].endpoint, keys.public("sta"), keys.secret("sta"),
                   keys.public("collector"), metadata)
    raw.send(client.pack({"v": 1, "kind": "report", "plan": PLAN, "agency": "cnipa", "seq": 5,
                          "reports": [word(1, 10, AT)]}))
    assert refused(client.unpack(raw.receive()), 5, "agency: this key speaks for sta, not for cnipa")
    raw.close()


def test_an_honest_word_of_such_a_session_has_its_own_key(town):
    keys, seq = town.keys, town.next_seq()
    raw = RawCurve(town.daemons[0].endpoint, keys.public("sta"), keys.secret("sta"),
                   keys.public("collector"), {"User-Id": keys.public("cnipa").encode()})
    raw.send(client.pack({"v": 1, "kind": "report", "plan": PLAN, "agency": "sta", "seq": seq,
                          "reports": [word(17, 40, AT)]}))
    assert results(client.unpack(raw.receive())) == ["accepted"]
    assert key_of(records(town)[-1][1]) == keys.id("sta")
    raw.close()


def test_a_key_in_the_message_is_not_looked_at(town):
    sta, seq = town.agency("sta", town.daemons[0]), town.next_seq()
    message = sta.envelope(seq, [dict(word(17, 41, AT), key=town.keys.id("cnipa"))])
    assert results(sta.ask(dict(message, key=town.keys.id("cnipa")))) == ["accepted"]
    assert key_of(records(town)[-1][1]) == town.keys.id("sta")


def test_the_routing_id_of_another_gives_nothing_of_its_own(town):
    """Neither its name nor its replies."""
    def dealer(key):
        socket = town.context_to(town.daemons[0], key).socket(zmq.DEALER)
        socket.linger, socket.routing_id = 0, b"one"
        socket.connect(town.daemons[0].endpoint)
        return socket

    honest = dealer("sta")
    honest.send(client.pack({"v": 1, "kind": "ping"}))
    assert honest.poll(15000) and client.unpack(honest.recv())["kind"] == "pong"
    thief, before = dealer("cnipa"), len(records(town))
    thief.send(client.pack({"v": 1, "kind": "report", "plan": PLAN, "agency": "sta", "seq": 1,
                            "reports": [word(17, 99, AT)]}))
    for n in range(20):
        honest.send(client.pack({"v": 1, "kind": "status", "plan": PLAN, "agency": "sta"}))
        assert honest.poll(15000) and client.unpack(honest.recv())["kind"] == "status"
    if thief.poll(0):  # let in under another routing id, or under none
        assert refused(client.unpack(thief.recv()), 1)
    assert len(records(town)) == before
    honest.close()
    thief.close()


# who may not any more

def test_a_key_that_is_taken_out_stops_with_the_next_message(guarded):
    collector = guarded.collector()
    sta, mof = guarded.agency("sta", collector), guarded.agency("mof", collector)
    for agency in (sta, mof):
        assert results(report_17(guarded, agency)[1]) == ["accepted"]
    guarded.keys.withdraw("sta")
    collector.reload()
    before = everything(guarded)
    seq, reply = report_17(guarded, sta, 20)
    assert refused(reply, seq, GONE)
    assert refused(sta.status(), None, GONE)
    assert refused(sta.ask({"v": 1, "kind": "ping"}), None, GONE)
    assert refused(sta.ask(b"\xc1"), None, GONE)
    assert refused(sta.ask({"v": 1, "kind": "report", "plan": "no-such-plan", "seq": 9}), 9, GONE)
    sta.socket.send_multipart([b"a", b"b", b"c"])
    assert refused(sta.receive(), None, GONE)
    assert shut_out(guarded, **curve(guarded, "sta"))
    assert everything(guarded) == before
    assert results(report_17(guarded, mof, 20)[1]) == ["accepted"]
    guarded.keys.authorize("sta", "sta")
    collector.reload()
    assert results(report_17(guarded, sta, 20)[1]) == ["accepted"], "the same session"


def test_a_list_that_is_broken_changes_nothing(guarded):
    collector = guarded.collector()
    sta = guarded.agency("sta", collector)
    assert results(report_17(guarded, sta)[1]) == ["accepted"]
    good = list(guarded.keys.lines)
    guarded.keys.write(*good[:-1], "no key at all")
    collector.reload()
    assert results(report_17(guarded, sta, 20)[1]) == ["accepted"]
    assert refused(status(guarded.agency("cnipa", collector), "sta"))


def test_a_key_of_another_agency_now_speaks_for_that_one(guarded):
    collector = guarded.collector()
    agency = guarded.agency("mof", collector)
    assert results(report_17(guarded, agency)[1]) == ["accepted"]
    guarded.keys.withdraw("mof")
    guarded.keys.authorize("mof", "sta")
    collector.reload()
    before = everything(guarded)
    seq, reply = report_17(guarded, agency, 20)
    assert refused(reply, seq, "agency: this key speaks for sta, not for mof")
    assert everything(guarded) == before
    agency.agency = "sta"
    assert results(report_17(guarded, agency, 20)[1]) == ["accepted"]
    last = records(guarded)[-1][1]
    assert last[3] == "sta" and key_of(last) == guarded.keys.id("mof")


def test_a_key_that_became_a_subscribers_reports_no_more(guarded):
    collector = guarded.collector()
    sta = guarded.agency("sta", collector)
    assert results(report_17(guarded, sta)[1]) == ["accepted"]
    guarded.keys.withdraw("sta")
    guarded.keys.authorize("sta", "@subscriber")
    collector.reload()
    seq, reply = report_17(guarded, sta, 20)
    assert refused(reply, seq, "this key may not report: it is a subscriber's")
    assert len(records(guarded)) == 1


def test_a_key_stops_when_its_last_day_is_over(tmp_path):
    clock = Clock(tmp_path / "clock", "2026-12-31 23:59:30+00:00")
    with World(keys=True, clock=clock) as w:
        w.load_plan()
        w.keys.withdraw("sta")
        w.keys.authorize("sta", "sta", "expires=2026-12-31")
        w.keys.make("old")
        w.keys.authorize("old", "sta", "expires=2026-12-30")
        sta = w.agency("sta", w.collector())
        assert shut_out(w, **curve(w, "old"))
        assert results(report_17(w, sta)[1]) == ["accepted"]
        clock.set("2027-01-01 00:00:00+00:00")
        seq, reply = report_17(w, sta, 20)
        assert refused(reply, seq, GONE)
        assert shut_out(w, **curve(w, "sta"))
        assert len(records(w)) == 1


# how much

def flood(world, agency, count):
    """Sends so many reports as fast as they go; the replies by what they are."""
    seen, waiting, sent = {}, 0, 0
    while sent < count or waiting:
        while sent < count and waiting < 200:
            agency.socket.send(client.pack(agency.envelope(world.next_seq(), [word(17, sent % 100, AT)])))
            sent, waiting = sent + 1, waiting + 1
        reply = agency.receive()
        waiting -= 1
        what = reply.get("code") or results(reply)[0]
        seen.setdefault(what, []).append(reply)
    return seen


def test_what_is_above_an_agencys_rate_is_busy_and_not_stored(guarded):
    collector = guarded.collector("--rate-per-agency", 50)
    sta, began = guarded.agency("sta", collector), time.monotonic()
    seen = flood(guarded, sta, 2000)
    took = time.monotonic() - began
    assert set(seen) == {"accepted", "busy"}
    assert 50 <= len(seen["accepted"]) <= 50 * (took + 1) + 1
    assert len(records(guarded)) == len(seen["accepted"])
    first = seen["busy"][0]
    assert first["retry"] is True and first["seq"] > 0
    assert first["message"] == "agency: more than 50 reports, dispositions and questions a second"


def test_a_question_counts_as_one_and_a_ping_as_none(guarded):
    collector = guarded.collector("--rate-per-agency", 1)
    sta, operator = guarded.agency("sta", collector), guarded.agency("operator", collector)
    for _ in range(2):
        sta.socket.send(client.pack({"v": 1, "kind": "status", "plan": PLAN, "agency": "sta"}))
    assert sorted(r.get("code", r["kind"]) for r in (sta.receive(), sta.receive())) == ["busy", "status"]
    for _ in range(5):
        assert sta.ask({"v": 1, "kind": "ping"})["kind"] == "pong"
        assert status(operator, "sta")["kind"] == "status"


def test_a_message_of_500_gets_through_and_is_paid_for(guarded):
    collector = guarded.collector("--rate-per-agency", 250)
    cnipa, seq = guarded.agency("cnipa", collector), guarded.next_seq()
    began = time.monotonic()
    ack = cnipa.report(seq, *(word(t, 10, AT) for t in range(1, 501)))
    assert len(ack["results"]) == 500
    cnipa.socket.send(client.pack(cnipa.envelope(guarded.next_seq(), [word(1, 11, AT)])))
    assert cnipa.receive()["code"] == "busy"
    assert results(cnipa.report(guarded.next_seq(), word(1, 12, AT))) == ["accepted"]
    assert time.monotonic() - began > 1.0


def test_a_limit_without_keys_goes_by_the_agency_named(world):
    collector = world.collector("--rate-per-agency", 1)
    sta, mof = world.agency("sta", collector), world.agency("mof", collector)
    a_minutes_worth = [word(17, 10, AT)] + [word(n, 10, AT) for n in range(201, 260)]
    assert results(sta.report(world.next_seq(), *a_minutes_worth)) == ["accepted"] + ["unknown_task"] * 59
    again = world.agency("sta", collector)
    again.socket.send(client.pack(again.envelope(world.next_seq(), [word(17, 20, AT)])))
    assert again.receive()["code"] == "busy"
    assert results(report_17(world, mof)[1]) == ["accepted"]
    assert key_of(records(world)[-1][1]) is None
    nobody = world.agency("nobody", collector)
    assert nobody.report(world.next_seq(), *a_minutes_worth)["code"] == "unknown_agency"
    nobody.socket.send(client.pack(nobody.envelope(world.next_seq(), [word(17, 20, AT)])))
    assert nobody.receive()["code"] == "busy"


def test_one_agency_at_its_limit_does_not_hold_up_another(guarded):
    collector = guarded.collector("--rate-per-agency", 100)
    sta, mof = guarded.agency("sta", collector), guarded.agency("mof", collector)
    done, seen = threading.Event(), {}

    def keep_on():
        while not done.is_set():
            for what, replies in flood(guarded, sta, 500).items():
                seen[what] = seen.get(what, 0) + len(replies)

    def ask_mof():
        began = time.monotonic()
        assert results(mof.report(guarded.next_seq(), word(17, 50, AT))) == ["accepted"]
        return time.monotonic() - began

    flooder = threading.Thread(target=keep_on)
    flooder.start()
    try:
        wait_for(lambda: seen.get("busy", 0) > 100, "sta is at its limit")
        before = dict(seen)
        slow = sorted(ask_mof() for _ in range(50))
        wait_for(lambda: seen["busy"] > before["busy"], "sta still tries")
    finally:
        done.set()
        flooder.join()
    assert slow[25] < 0.25 and slow[-1] < 2.0, slow
