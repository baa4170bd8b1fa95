"""Who may listen: subscribers at an aggregator that speaks CURVE."""

import secrets

import pytest
import zmq
from clocks import Clock
from harness import PLAN, World


def hear_ticks(subscriber, count=2):
    """Waits for so many further ticks."""
    have = subscriber.ticks
    subscriber.until(lambda: subscriber.ticks >= have + count, f"{count} ticks")


def asks_in_vain(subscriber):
    """True if two ticks come, but not the snapshot that was asked for before them."""
    inbox = b"snap/" + secrets.token_hex(12).encode() + b"/" + subscriber.prefix
    subscriber.socket.subscribe(inbox)
    ticks = 0
    while ticks < 2:
        assert subscriber.socket.poll(5000), "no ticks"
        frames = subscriber.socket.recv_multipart()
        if frames[0] == inbox:
            return False
        ticks += frames[0] == f"{PLAN}/tick/".encode()
    return True


@pytest.mark.parametrize("key", ["subscriber", "operator", "mof"])
def test_any_known_key_may_listen(guarded, key):
    subscriber = guarded.subscriber(guarded.aggregator(), key=key)
    assert subscriber.snapshot() and len(subscriber.data) == 165
    hear_ticks(subscriber)


@pytest.mark.parametrize("how", ["stray", "none", "expired", "wrong server"])
def test_nobody_else_hears_anything(guarded, how):
    for name in ("stray", "late"):
        guarded.keys.make(name)
    guarded.keys.authorize("late", "@subscriber", "expires=2026-01-31")
    aggregator = guarded.aggregator()
    server = "collector" if how == "wrong server" else aggregator.key
    context = {"stray": lambda: guarded.keys.context(guarded.context, "stray", server),
               "expired": lambda: guarded.keys.context(guarded.context, "late", server),
               "wrong server": lambda: guarded.keys.context(guarded.context, "subscriber", server),
               "none": lambda: guarded.context}[how]()
    socket = context.socket(zmq.SUB)
    socket.linger = 0
    socket.connect(aggregator.endpoint)
    socket.subscribe(b"")
    socket.subscribe(b"snap/0123456789abcdef/")
    known = guarded.subscriber(aggregator)
    hear_ticks(known, 3)
    assert not socket.poll(0), "it heard something"
    socket.close()
    refused = [line for line in aggregator.lines if "event=session_refused" in line]
    assert bool(refused) == (how in ("stray", "expired")), refused
    if refused:
        name = {"stray": "stray", "expired": "late"}[how]
        assert f"key={guarded.keys.id(name)} address=127.0.0.1" in refused[0], refused


def test_a_key_that_is_taken_out_hears_nothing_more(guarded):
    """The session that is open ends; those of others too, but they come back by themselves."""
    aggregator = guarded.aggregator()
    removed, other = (guarded.subscriber(aggregator, key=key) for key in ("mof", "subscriber"))
    removed.snapshot(), other.snapshot()
    guarded.keys.withdraw("mof")
    aggregator.reload()
    aggregator.wait_line("event=sessions_ended")
    while removed.turn(0.2):  # what was on its way
        pass
    hear_ticks(other, 3)
    assert other.snapshot() and len(other.data) == 165
    assert not removed.turn(0)
    guarded.keys.authorize("mof", "mof")
    aggregator.reload()
    hear_ticks(removed)
    assert removed.snapshot() and len(removed.data) == 165
    assert sum("event=sessions_ended" in line for line in aggregator.lines) == 1


def test_a_key_that_expires_hears_nothing_more(tmp_path):
    """At the end of its last day, by UTC."""
    clock = Clock(tmp_path / "clock", "2026-03-31 23:59:00+00:00")
    with World(keys=True, clock=clock) as world:
        world.load_plan()
        world.keys.make("short")
        world.keys.authorize("short", "@subscriber", "expires=2026-03-31")
        aggregator = world.aggregator()
        short, other = (world.subscriber(aggregator, key=key) for key in ("short", "subscriber"))
        hear_ticks(short), hear_ticks(other)
        clock.set("2026-04-01 00:00:01+00:00")
        aggregator.wait_line("event=sessions_ended")
        while short.turn(0.2):
            pass
        hear_ticks(other, 3)
        assert not short.turn(0)


def test_a_list_with_a_mistake_changes_nothing(guarded):
    aggregator = guarded.aggregator()
    subscriber = guarded.subscriber(aggregator)
    guarded.keys.write("nonsense", *guarded.keys.lines[1:])
    line = aggregator.reload("event=reload_failed")
    assert "line 1" in line and "level=error" in line, line
    assert subscriber.snapshot() and len(subscriber.data) == 165
    assert guarded.subscriber(aggregator, key="mof").snapshot()
