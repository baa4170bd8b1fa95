"""What somebody who is let in can do to a daemon: it goes on for everybody else.

libzmq 4.3.4 has no bound for a message that never ends, numbers the peers of a ROUTER from a constant on and
aborts when a number is taken, and ends no session by itself.
"""

import socket
import struct

import client
import pytest
import zmq
from harness import is_sanitized, wait_for, word
from test_abuse import AT, FEW_FOR_ALL, Attack, Few, descriptors, reporter
from test_admission import hear_ticks

FIRST_RAND = 0x6B8B4567  # of libc, when nobody has seeded it
CHOSEN = 40
MORE, LONG_MORE = b"\x01", b"\x03"
MIB = 1 << 20


def greet(daemon, kind):
    """A connection that has shaken hands in plaintext."""
    s = socket.create_connection(("127.0.0.1", int(daemon.endpoint.rsplit(":", 1)[1])))
    s.settimeout(20)
    ready = b"\x05READY\x0bSocket-Type" + struct.pack(">I", len(kind)) + kind
    s.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
              + b"\x04" + bytes((len(ready),)) + ready)
    heard = b""
    while len(heard) < 66 or len(heard) < 66 + heard[65]:  # a greeting, and READY
        heard += s.recv(1000)
    return s


def endless(s, frame):
    """Sends frames of one message until the connection is ended."""
    try:
        while True:
            s.sendall(frame)
    except (ConnectionError, BrokenPipeError):
        return


def test_peers_that_number_themselves_end_nobody(world):
    collector = world.collector()
    taken = []
    for i in range(CHOSEN):
        peer = world.context.socket(zmq.DEALER)
        peer.linger = 0
        peer.routing_id = b"\0" + struct.pack(">I", FIRST_RAND + i)
        peer.connect(collector.endpoint)
        peer.send(client.pack({"v": 1, "kind": "ping"}))
        taken.append(peer)
    assert all(peer.poll(5000) for peer in taken)
    for _ in range(2 * CHOSEN):
        world.agency("sta", collector).report(world.next_seq(), word(17, 1, AT))
    for peer in taken:
        peer.close()
    assert collector.is_running()


@pytest.mark.parametrize("program,kind,frame", [
    ("collector", b"DEALER", LONG_MORE + struct.pack(">Q", MIB) + bytes(MIB)),
    ("collector", b"DEALER", MORE + b"\xc8" + bytes(200)),
    ("aggregator", b"SUB", MORE + b"\xc8" + bytes(200)),
], ids=["in long frames", "in short ones", "at the aggregator"])
@pytest.mark.skipif(is_sanitized(), reason="a sanitizer's malloc does not tell what is in use")
def test_a_message_that_never_ends_ends_the_sessions(world, program, kind, frame):
    collector = world.collector("--memory-max", 64)
    aggregator = world.aggregator("--memory-max", 64)
    daemon = {"collector": collector, "aggregator": aggregator}[program]
    report, subscriber = reporter(world, collector), world.subscriber(aggregator)
    report(), hear_ticks(subscriber)
    with greet(daemon, kind) as s:
        endless(s, frame * max(1, 65536 // len(frame)))
    line = daemon.wait_line("event=sessions_ended")
    assert 'reason="those who are connected took up too much memory"' in line, line
    wait_for(lambda: daemon.rss_kib() < 128 * 1024, "the memory is given back")
    hear_ticks(subscriber)
    reporter(world, collector)()
    assert daemon.is_running()


def test_a_key_is_withdrawn_while_all_descriptors_are_taken(guarded):
    """By sessions of that very key: they end, and others come in."""
    collector, aggregator = guarded.collector(clock=Few()), guarded.aggregator(clock=Few())
    for daemon in (collector, aggregator):
        with Attack(guarded, "sessions", daemon, "mof", count=600):
            wait_for(lambda d=daemon: descriptors(d) >= FEW_FOR_ALL, "all are taken")
            guarded.keys.withdraw("mof")
            daemon.reload()
            daemon.wait_line("event=sessions_ended")
            wait_for(lambda d=daemon: descriptors(d) < FEW_FOR_ALL // 2, "they come back")
            if daemon is collector:
                reporter(guarded, collector)()
            else:
                hear_ticks(guarded.subscriber(aggregator))
        guarded.keys.authorize("mof", "mof")
        daemon.reload()


def test_a_key_has_so_many_new_sessions_in_a_second_and_no_more(guarded):
    """Those of others come in meanwhile; its own that were too many do later, by themselves."""
    collector = guarded.collector()
    crowd = [guarded.agency("mof", collector) for _ in range(60)]
    for agency in crowd:
        agency.socket.send(client.pack({"v": 1, "kind": "ping"}))
    line = collector.wait_line('reason="too many sessions of this key in a second"')
    assert f"key={guarded.keys.id('mof')} " in line
    reporter(guarded, collector)()
    assert all(agency.receive(15) for agency in crowd)
