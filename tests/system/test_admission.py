"""Who may listen: subscribers at an aggregator that speaks CURVE."""

import secrets

import pytest
import zmq
from clocks import Clock
from harness import PLAN, World, wait_for


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


def told_of(daemon, event):
    """The words behind the event of all such lines that a daemon has logged."""
    return [line.split(f"event={event} ")[1] for line in daemon.lines if f"event={event} " in line]


@pytest.mark.parametrize("program", ["collector", "aggregator"])
def test_expiry_is_told_each_day(tmp_path, program):
    """For 30 days, and on the day after; by UTC."""
    clock = Clock(tmp_path / "clock", "2026-03-01 23:59:00+00:00")
    with World(keys=True, clock=clock) as world:
        world.load_plan()
        for name, last in (("soon", "2026-04-01"), ("past", "2026-02-01")):
            world.keys.make(name)
            world.keys.authorize(name, "@subscriber", f"expires={last}")
        daemon = getattr(world, program)()
        soon = f"key={world.keys.id('soon')} agency= role=subscriber on=2026-04-01"

        def turn_to(day):
            known = len(told_of(daemon, "keys"))
            clock.set(f"{day} 00:00:01+00:00")
            wait_for(lambda: len(told_of(daemon, "keys")) > known, "the keys are told")

        assert told_of(daemon, "key_expires") == []
        turn_to("2026-03-02")
        assert told_of(daemon, "key_expires") == [soon]
        turn_to("2026-04-01")
        assert told_of(daemon, "key_expires") == [soon] * 2 and not told_of(daemon, "key_expired")
        turn_to("2026-04-03")
        assert told_of(daemon, "key_expired") == [soon] and len(told_of(daemon, "key_expires")) == 2
        assert told_of(daemon, "keys")[-1].endswith(" expired=2")
        turn_to("2026-04-04")
        assert len(told_of(daemon, "key_expired")) == 1


@pytest.mark.parametrize("program", ["collector", "aggregator"])
def test_a_daemon_says_which_of_its_files_is_the_wrong_one(guarded, program):
    keys = guarded.keys
    public = keys.path(program).with_suffix(".pub")
    daemon = guarded.daemon(f"tuijin-{program}", "--secret-key", public, "--authorized-keys", keys.list,
                            key=None, ready=False)
    assert daemon.ended() == 78
    assert f"--secret-key: {public}: this is an open key (a line of a list)" in daemon.find("event=failed")
    keys.write(f"{keys.public('collector')} @service")
    daemon = getattr(guarded, program)(ready=False)
    assert daemon.ended() == 78
    line = daemon.find("event=failed")
    assert f"--authorized-keys: {keys.list}: line 1: this is a service's own key" in line.replace("\\", "")


def test_a_list_with_a_mistake_changes_nothing(guarded):
    aggregator = guarded.aggregator()
    subscriber = guarded.subscriber(aggregator)
    guarded.keys.write("nonsense", *guarded.keys.lines[1:])
    line = aggregator.reload("event=reload_failed")
    assert "line 1" in line and "level=error" in line, line
    assert subscriber.snapshot() and len(subscriber.data) == 165
    assert guarded.subscriber(aggregator, key="mof").snapshot()
