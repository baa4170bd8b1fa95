"""docs/protocol.md and docs/asyncapi.yaml against each other and against the programs."""

import json
import re
from dataclasses import dataclass

import client
import pytest
import schema
import yaml
from harness import PLAN_FILE, ROOT, World, rollup, wait_for, word

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
    "snapshot-end": "snapshotEnd",
}
SUMMARIES = {"task": "taskSummary", "agency": "agencySummary"}


def check(name, value):
    schema.check(API, SCHEMAS[name], value)


def test_every_hex_block_has_its_value_and_every_kind_of_message_its_example():
    assert TEXT.count("```hex") == len(EXAMPLES)
    assert set(EXAMPLES) == set(SCHEMA_OF)


@pytest.mark.parametrize("name", SCHEMA_OF)
def test_the_bytes_of_an_example_are_the_value_beside_it(name):
    example = EXAMPLES[name]
    assert client.unpack(example.payload) == example.value
    assert client.pack(example.value) == example.payload, "not the shortest encoding in this order"
    check(SCHEMA_OF[name], example.value)


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
    for name in ("event-task", "event-chapter", "event-agency", "event-tick"):
        event = EXAMPLES[name].value
        data = event["data"]
        of = data["now"] if name == "event-tick" else data["as_of"]
        assert event["id"] == f'{data["position"]}:{of}:{event["subject"]}/'


def test_the_example_figures_are_what_the_arithmetic_gives():
    plan = rollup.read_plan(PLAN_FILE.read_text(encoding="utf-8"))
    state = rollup.State("1-0")
    where, later = "1774940000000-3", "1774951200123-0"
    for task, percent, status in ((103, 50, "in_progress"), (104, 100, "completed"),
                                  (106, 25, "in_progress")):
        state.accept(where, 1, "jco", {"task": task, "state": status, "percent": percent, "at": 1}, 2)
    for part in EXAMPLES["event-task"].value["data"]["parts"]:
        state.accept(later, 1, part["agency"], part | {"task": 17}, part["received"])
    got = rollup.summaries(plan, state, 1774886400000)
    for name in ("event-task", "event-chapter", "event-agency"):
        event = EXAMPLES[name].value
        assert got[event["subject"] + "/"] == event["data"], name


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


def test_every_code_is_explained():
    for code in SCHEMAS["code"]["enum"]:
        assert re.search(rf"^\| `{code}` \|", TEXT, re.MULTILINE), code


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
