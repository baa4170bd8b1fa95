"""What goes wrong on purpose, what a process has cost so far, and plans of any size."""

import contextlib
import datetime
import signal
from pathlib import Path

import client
import zmq
from harness import PLAN, is_sanitized, results, wait_for, word
from load import check_snapshot

AT = 1774951200000
CLOCK_TICKS = 100  # a second, of /proc/PID/stat

# A sanitizer keeps what was freed for a while.
ALLOWANCE = 6 if is_sanitized() else 1


def stat(process):
    """The fields of /proc/PID/stat behind the name; they stay until the process is waited for."""
    return Path(f"/proc/{process.child.pid}/stat").read_text().rpartition(")")[2].split()


def cpu_s(process):
    return sum(map(int, stat(process)[11:13])) / CLOCK_TICKS


def has_ended(process):
    return stat(process)[0] == "Z"


def peak_kib(process):
    text = Path(f"/proc/{process.child.pid}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0])


@contextlib.contextmanager
def stopped(process):
    """The process is there and does nothing meanwhile."""
    process.child.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.child.send_signal(signal.SIGCONT)


def calls(world, command):
    """How often Redis has run the command."""
    stats = world.redis.client.info("commandstats")
    return stats.get(f"cmdstat_{command}", {"calls": 0})["calls"]


def ledger_end(world, plan=PLAN):
    last = world.redis.client.xrevrange(world.redis.key("ledger", plan), count=1)
    return last[0][0].decode() if last else None


def ledger_size(world, plan=PLAN):
    return world.redis.client.xlen(world.redis.key("ledger", plan))


def dealer(world, collector, agency, **options):
    """An agency's DEALER with other options, such as sndhwm, than usual."""
    sender = world.agency(agency, collector)
    sender.close()
    sender.socket = world.context.socket(zmq.DEALER)
    for name, value in {"linger": 0, **options}.items():
        setattr(sender.socket, name, value)
    sender.socket.connect(collector.endpoint)
    return sender


def is_taken_in(sender):
    """Waits until the collector has taken what this DEALER has sent so far."""
    sender.socket.send(client.pack({"v": 1, "kind": "ping"}))
    reply = sender.receive()
    assert reply and reply["kind"] == "pong", reply


def once(sender, seq, *reports):
    """The first answer to a message that is sent once."""
    sender.socket.send(client.pack(sender.envelope(seq, list(reports))))
    reply = sender.receive()
    assert reply is not None, "no answer"
    return reply


def is_unavailable(reply):
    return (reply["kind"], reply.get("code"), reply.get("retry")) == ("error", "unavailable", True)


def everybody(world, collector, plan, seq):
    """Every agency reports on all of its tasks; all of it is accepted."""
    for name in plan.agencies:
        tasks = [t.number for t in plan.tasks if name in t.agencies]
        if tasks:
            said = [word(t, (7 * t + seq) % 100, AT) for t in tasks]
            got = results(world.agency(name, collector).report(seq, *said))
            assert set(got) == {"accepted"}, (name, got)


def today(plan):
    """as_of of an aggregator that goes by the clock."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return plan.day_start((now + plan.offset).date())


def check_shown(world, aggregator, plan, as_of):
    """Waits until what is shown reaches the ledger's end, each time in a copy that knows nothing of
    before, and compares it with the naive recomputation. Returns the last copy."""
    last = ledger_end(world, plan.id)

    def reached():
        copy = world.subscriber(aggregator, f"{plan.id}/")
        try:
            return copy.snapshot(5)["positions"].get(plan.id) == last
        finally:
            copy.close()

    wait_for(reached, "the ledger's end is shown")
    copy = world.subscriber(aggregator, f"{plan.id}/")
    check_snapshot(world, copy, plan, as_of)
    return copy


def kept_summary(world, plan=PLAN):
    pairs = world.redis.client.hgetall(world.redis.key("summary", plan))
    return {topic.decode(): payload for topic, payload in pairs.items()}


def check_kept(world, copy, plan=PLAN):
    """The summaries in Redis become those of the copy; nothing kept is of a later position."""
    wait_for(lambda: kept_summary(world, plan) == copy.payloads, "the summaries kept are those shown")
    marks = world.redis.client.hmget(
        world.redis.key("rollup", plan), "position", "summary_position")
    for mark in filter(None, marks):
        assert client.position(mark.decode()) <= client.position(ledger_end(world, plan)), marks


def load_small_plan(world, plan, tasks=3, revision=1):
    """A plan of one chapter of tasks that agency `one` holds alone; jco is its office."""
    file = world.folder / f"{plan}-{revision}.yaml"
    lines = [f"""format: 1
id: {plan}
revision: {revision}
title: {{zh: "{plan}"}}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {{every: quarter, due_days: 10}}
office: jco
agencies: [{{id: jco, zh: "jco"}}, {{id: one, zh: "one"}}]
chapters:
  - number: 1
    zh: "1"
    tasks:
"""]
    lines += [f'      - {{number: {n}, zh: "{n}", agencies: [one]}}\n' for n in range(1, tasks + 1)]
    file.write_text("".join(lines), encoding="utf-8")
    world.load_plan(file)
    return file


def check_trouble(line, plan=PLAN):
    """A line that says what is wrong with which plan."""
    assert f"plan={plan} " in line and 'reason="' in line and "level=warn" in line, line
    return line
