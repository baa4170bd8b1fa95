"""docs/protocol.md and docs/asyncapi.yaml against each other and against the programs."""

import hashlib
import json
import re
import time
from dataclasses import dataclass

import client
import pytest
import schema
import yaml
from clocks import Clock
from harness import DEADLINE_S, PLAN, PLAN_FILE, ROOT, World, rollup, wait_for, word

TEXT = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
API = yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text(encoding="utf-8"))
BLOCK = re.compile(r"```hex ([\w-]+)\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
SCHEMAS = API["components"]["schemas"]


@dataclass
class Example:
    payload: bytes
    value: object


EXAMPLES = {name: Example(bytes.fromhex(dump), json.loads(value))
            for name, dump, value in BLOCK.findall(TEXT)}

SCHEMA_OF = {
    "request-ping": "ping", "reply-ping": "pong", "request-report": "report", "reply-report": "ack",
    "request-withdraw": "report", "reply-withdraw": "ack", "request-mixed": "report",
    "reply-mixed": "ack", "request-error": "report", "reply-error": "error",
    "request-status": "statusRequest", "reply-status": "status", "event-task": "taskSummary",
    "event-chapter": "summary", "event-agency": "agencySummary", "event-tick": "tick",
    "event-alert": "alert", "event-resolved": "alert", "snapshot-end": "snapshotEnd",
}
SUMMARIES = {"task": "taskSummary", "agency": "agencySummary"}


def check(name, value):
    schema.check(API, SCHEMAS[name], value)


def test_every_hex_block_has_its_value_and_every_kind_of_message_its_example():
    assert TEXT.count("```hex") == len(EXAMPLES)
    assert set(EXAMPLES) == {*SCHEMA_OF, "trend-day"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_bytes_of_an_example_are_the_value_beside_it(name):
    example = EXAMPLES[name]
    assert client.unpack(example.payload) == example.value
    assert client.pack(example.value) == example.payload, "not the shortest encoding in this order"


@pytest.mark.parametrize("name", SCHEMA_OF)
def test_the_value_of_an_example_is_what_its_schema_says(name):
    check(SCHEMA_OF[name], EXAMPLES[name].value)


def test_the_digests_of_the_examples_are_right():
    total = 0
    for name in ("event-task", "event-chapter", "event-agency"):
        payload = EXAMPLES[name].payload
        topic = EXAMPLES[name].value["subject"] + "/"
        one = client.fnv1a(topic.encode() + b"\0" + payload)
        assert f"| `{name}` | `{topic}` | `{one:016x}` |" in TEXT
        total += one
    digest = f"{total % 2**64:016x}"
    assert f"Their sum modulo 2^64 is `{digest}`" in TEXT
    assert EXAMPLES["event-tick"].value["data"]["digest"] == digest


def test_the_events_of_the_examples_are_consistent():
    for name in (n for n in EXAMPLES if n.startswith("event-")):
        event = EXAMPLES[name].value
        data = event["data"]
        of = data["now"] if name == "event-tick" else data["as_of"]
        assert event["id"] == f'{data["position"]}:{of}:{event["subject"]}/'


BEGIN, EARLY, LATE, NEXT_YEAR = ("1774930000000-0", "1774940000000-3", "1774951200123-0",
                                 "1798740000000-0")
SAID = {  # (agency, report, received)
    EARLY: [("jco", {"task": t, "state": s, "percent": p, "at": 1774939990000}, 1774939999000)
            for t, s, p in ((103, "in_progress", 50), (104, "completed", 100),
                            (106, "in_progress", 25))],
    LATE: [("mof", {"task": 17, "state": "completed", "percent": 100, "at": 1774947600000},
            1774947655001),
           ("sta", {"task": 17, "state": "in_progress", "percent": 33.33, "at": 1774951200000},
            1774951200121)],
    NEXT_YEAR: [("sta", {"task": 17, "state": "completed", "percent": 100, "at": 1798739940000},
                 1798739999990)],
}


def test_the_example_figures_are_what_the_arithmetic_gives():
    plan = rollup.read_plan(PLAN_FILE.read_text(encoding="utf-8"))
    state = rollup.State(BEGIN)
    for position in (EARLY, LATE):
        for agency, said, received in SAID[position]:
            state.accept(position, 1, agency, said, received)
    got = rollup.summaries(plan, state, 1774886400000)
    for name in ("event-task", "event-chapter", "event-agency"):
        event = EXAMPLES[name].value
        assert got[event["subject"] + "/"] == event["data"], name


def write(world, position):
    """The entry of the examples' ledger at this position."""
    store, plan = world.redis.client, world.redis.key("plan")
    if position == BEGIN:
        text = PLAN_FILE.read_bytes()
        fields = {"revision": 1, "digest": hashlib.sha256(text).hexdigest(), "yaml": text}
        store.sadd("tuijin:plans", PLAN)
        store.hset(plan, mapping=fields)
    else:
        fields = {"records": b"".join(
            client.pack([1, 1 + (position == NEXT_YEAR), received, agency,
                         [0, said["task"], said["at"], said["state"], round(said["percent"] * 100),
                          False, None, None, None, []]])
            for agency, said, received in SAID[position])}
    store.hset(plan, "end", store.xadd(world.redis.key("ledger"), fields, id=position))


def test_a_real_aggregator_makes_just_these_bytes_of_that_ledger(tmp_path):
    """Summaries by one for the day, alerts and trend by one that lives through the end of the year."""
    clock = Clock(tmp_path / "clock", "2026-12-31 23:00:00+08:00")
    with World(clock=clock) as w:
        for position in (BEGIN, EARLY, LATE):
            write(w, position)
        then = w.subscriber(w.aggregator("--today", "2026-03-31"))
        then.snapshot()
        for name in ("event-task", "event-chapter", "event-agency"):
            example = EXAMPLES[name]
            assert then.payloads[example.value["subject"] + "/"] == example.payload, name
        then.until(lambda: then.tick, "a tick")
        assert then.tick["seal"] == EXAMPLES["event-tick"].value["data"]["seal"]

        alerts = w.subscriber(w.aggregator(), f"{PLAN}/alert/")
        alerts.snapshot()
        clock.set("2026-12-31 23:59:59.9+08:00")
        check_alert(alerts, "event-alert")
        write(w, NEXT_YEAR)
        check_alert(alerts, "event-resolved")
        day = client.unpack(w.redis.client.hget(w.redis.key("trend"), "2026-03-31"))
        day[4] = [point for point in day[4] if point[0] in ("overall", "chapter/7")]
        assert client.pack(day) == EXAMPLES["trend-day"].payload


def check_alert(subscriber, name):
    """Waits for the alert of this example."""
    topic = EXAMPLES[name].value["subject"].encode() + b"/"
    end = time.monotonic() + DEADLINE_S
    while (left := end - time.monotonic()) > 0 and subscriber.socket.poll(left * 1000):
        frames = subscriber.socket.recv_multipart()
        if frames[0] == topic:
            assert frames[1] == EXAMPLES[name].payload
            return
    raise AssertionError(f"{name} did not come")


def test_every_reference_of_the_asyncapi_leads_somewhere():
    assert API["asyncapi"] == "2.6.0"
    references = re.findall(r'\$ref: "#/([\w/]+)"', (ROOT / "docs/asyncapi.yaml").read_text())
    for reference in references:
        schema.resolve(API, {"$ref": "#/" + reference})
    used = {r.rsplit("/", 1)[1] for r in references}
    assert set(SCHEMAS) <= used, f"no message uses {set(SCHEMAS) - used}"
    for message in API["components"]["messages"].values():
        schema.resolve(API, message["payload"])
    for topic, channel in API["channels"].items():
        assert set(re.findall(r"\{(\w+)\}", topic)) == set(channel.get("parameters", {})), topic


def test_every_word_of_a_table_is_explained():
    for word_ in (*SCHEMAS["code"]["enum"], *SCHEMAS["alarm"]["enum"]):
        assert re.search(rf"^\| `{word_}` \|", TEXT, re.MULTILINE), word_
    for reason in filter(None, SCHEMAS["optionalReason"]["enum"]):
        assert re.search(rf"^\| \d+ \| \w+ \| `{reason}` \|", TEXT, re.MULTILINE), reason


@pytest.fixture(scope="module")
def world():
    with World() as w:
        w.load_plan()
        w.collector()
        w.aggregator("--today", "2026-03-31")
        yield w


def skeleton(value):
    """The shape of a message: types, and words and numbers where they do not depend on the run."""
    if isinstance(value, dict):
        fixed = {"v", "kind", "plan", "agency", "seq", "task", "role", "state", "result", "code",
                 "retry", "durability", "percent", "message"}
        return {k: v if k in fixed else skeleton(v) for k, v in value.items()}
    if isinstance(value, list):
        return [skeleton(v) for v in value]
    return type(value).__name__


def test_a_real_collector_answers_the_requests_as_the_examples_say(world):
    agency = world.agency("sta", world.daemons[0])
    for name in ("ping", "report", "status", "mixed", "error", "withdraw"):
        reply = agency.ask(EXAMPLES[f"request-{name}"].payload)
        want = EXAMPLES[f"reply-{name}"].value
        assert skeleton(reply) == skeleton(want), name
        check(SCHEMA_OF[f"reply-{name}"], reply)


def test_what_a_real_aggregator_sends_is_what_the_schemas_say(world):
    mof = world.agency("mof", world.daemons[0])
    assert mof.report(1, word(17, 100, 1774951200000))["kind"] == "ack"
    subscriber = world.subscriber(world.daemons[1])
    wait_for(lambda: check_end(subscriber.snapshot()) and
             subscriber.data["ipr-2026/task/17/"]["num"] > 0, "the report counts")
    assert len(subscriber.payloads) == 165
    for topic, payload in subscriber.payloads.items():
        event = client.unpack(payload)
        check(SUMMARIES.get(event["data"]["scope"], "summary"), event)
        assert event["subject"] + "/" == topic
        assert event["id"] == f'{event["data"]["position"]}:{event["data"]["as_of"]}:{topic}'


def test_what_real_alerts_say_is_what_the_schema_says(world):
    subscriber = world.subscriber(world.aggregator("--today", "2027-01-11"), f"{PLAN}/alert/")
    assert check_end(subscriber.snapshot()) and subscriber.data == {}
    assert {d["what"] for d in subscriber.alerts.values()} == {"overdue", "behind", "missed_period"}
    for topic, data in subscriber.alerts.items():
        schema.check(API, SCHEMAS["alert"]["properties"]["data"], data)
        named = (PLAN, "alert", data["what"], data["scope"], data["key"])
        assert topic == "/".join(filter(None, named)) + "/"


def check_end(end):
    check("snapshotEnd", end)
    return True


def test_a_real_tick_is_what_the_schema_says(world):
    subscriber = world.subscriber(world.daemons[1], "ipr-2026/tick/")
    assert subscriber.socket.poll(15000)
    topic, payload = subscriber.socket.recv_multipart()
    tick = client.unpack(payload)
    check("tick", tick)
    assert topic == b"ipr-2026/tick/"
    assert tick["id"] == f'{tick["data"]["position"]}:{tick["data"]["now"]}:ipr-2026/tick/'
