"""Bytes that mean harm: an error or silence, no growth, and the others are served meanwhile."""

import random
import struct
import threading

import client
import zmq
from harness import is_sanitized, results, wait_for, word

AT = 1774951200000
GROWTH_KIB = 160 << 10 if is_sanitized() else 24 << 10


class Good(threading.Thread):
    """A well-behaved agency that reports on and on until told to stop."""

    def __init__(self, world):
        super().__init__()
        self.agency = world.agency("sta", world.daemons[0])
        self.world, self.done, self.acked, self.wrong = world, threading.Event(), 0, []

    def run(self):
        while not self.done.is_set():
            ack = self.agency.report(self.world.next_seq(), word(17, self.acked % 100, AT))
            if results(ack) != ["accepted"]:
                self.wrong.append(ack)
            self.acked += 1

    def __enter__(self):
        self.start()
        wait_for(lambda: self.acked > 0, "the good agency is served")
        return self

    def __exit__(self, *_):
        self.done.set()
        self.join()
        assert not self.wrong


def attack(world, payloads):
    """Sends each payload from one hostile DEALER; returns the codes of the answers."""
    collector = world.daemons[0]
    dealer = world.agency("sta", collector)
    before = collector.rss_kib()
    codes = []
    with Good(world) as good:
        for payload in payloads:
            dealer.socket.send(payload)
            reply = dealer.receive()
            assert reply is not None, payload[:40]
            assert reply["kind"] in ("error", "ack", "pong"), reply
            codes.append(reply.get("code"))
        served = good.acked
        wait_for(lambda: good.acked > served, "the good agency is served afterwards")
    assert collector.is_running()
    assert collector.rss_kib() - before < GROWTH_KIB
    return codes


def test_headers_that_claim_a_lot_are_malformed_and_cost_nothing(shared):
    counts = [2**24, 2**28, 2**31 - 1, 2**31, 2**32 - 1]
    bombs = [bytes([head]) + struct.pack(">I", n) for head in (0xDB, 0xC6, 0xC9, 0xDD, 0xDF)
             for n in counts]
    inside = [b"\x82\xa1v\x01\xa1x" + bomb for bomb in bombs]
    entries = [client.pack({"v": 1, "kind": "report", "plan": "ipr-2026", "agency": "sta",
                            "seq": 1})[:-1].replace(b"\x85", b"\x86", 1) + b"\x01\xa7reports" + bomb
               for bomb in bombs]
    nested = [b"\xdd\x00\x00\x00\x02" * 200, b"\xdf\x00\x00\x00\x01\xa1a" * 200,
              b"\x91" * 100_000, b"\x81\xa1a" * 100_000,
              b"\x82\xa1v\x01\xa1x" + b"\xdd\x00\x0f\xff\xff" * 7 + b"\xc0" * 1_000_000]
    codes = attack(shared, (bombs + inside + entries) * 4 + nested)
    assert set(codes) == {"malformed"}


def test_random_bytes_are_answered_with_an_error(shared):
    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    payloads = [rng.randbytes(rng.choice((1, 5, 40, 300, 4000))) for _ in range(1500)]
    # A lone 0x80 is a map, an empty one.
    assert set(attack(shared, payloads)) - {"bad_field"} == {"malformed"}


def test_good_messages_with_flipped_bits_never_break_it(shared):
    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    good = client.pack({
        "v": 1, "kind": "report", "plan": "ipr-2026", "agency": "mof", "seq": 2**40,
        "reports": [word(9, 12.34, AT, summary="进展", help=True,
                         evidence=[{"title": "t", "uri": "u"}]), word(17, 5, AT)]})
    payloads = []
    for _ in range(1500):
        bad = bytearray(good)
        for _ in range(rng.choice((1, 1, 2, 8))):
            bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
        payloads.append(bytes(bad))
    attack(shared, payloads)


def test_a_message_of_two_mebibytes_is_refused_or_its_connection_closed(shared):
    collector = shared.daemons[0]
    before = collector.rss_kib()
    with Good(shared) as good:
        for size in (2 << 20, (1 << 20) + 1):
            for _ in range(8):
                dealer = shared.context.socket(zmq.DEALER)
                dealer.linger = 0
                dealer.connect(collector.endpoint)
                dealer.send(b"\x81\xa1x\xc6" + struct.pack(">I", size - 8) + bytes(size - 8))
                served = good.acked
                wait_for(lambda: good.acked > served + 2, "the good agency is served")
                if dealer.poll(0):
                    assert client.unpack(dealer.recv())["code"] == "too_large"
                dealer.close()
    assert collector.rss_kib() - before < GROWTH_KIB


def test_a_message_of_one_mebibyte_is_read(shared):
    agency = shared.agency("sta", shared.daemons[0])
    filled = {"v": 1, "kind": "ping", "x": bytes((1 << 20) - 21)}
    payload = client.pack(filled)
    assert len(payload) == 1 << 20
    assert agency.ask(payload)["kind"] == "pong"


def test_many_frames_and_many_connections_leave_it_whole(shared):
    collector = shared.daemons[0]
    before = collector.rss_kib()
    with Good(shared):
        for _ in range(50):
            dealer = shared.context.socket(zmq.DEALER)
            dealer.linger = 0
            dealer.connect(collector.endpoint)
            dealer.send_multipart([b"x" * 100] * 1000)
            dealer.send(b"\xc1")
            answers = set()
            while "malformed" not in answers:
                assert dealer.poll(15000)
                answers.add(client.unpack(dealer.recv_multipart()[-1])["code"])
            dealer.close()
    assert collector.rss_kib() - before < GROWTH_KIB


def test_a_sender_that_reads_no_replies_hinders_nobody(shared):
    collector = shared.daemons[0]
    deaf = shared.context.socket(zmq.DEALER)
    deaf.linger = 0
    deaf.rcvhwm = 1
    deaf.connect(collector.endpoint)
    before = collector.rss_kib()
    ping = client.pack({"v": 1, "kind": "ping"})
    with Good(shared) as good:
        for _ in range(20_000):
            try:
                deaf.send(ping, zmq.DONTWAIT)
            except zmq.Again:
                break
        served = good.acked
        wait_for(lambda: good.acked > served + 20, "the good agency is served")
    assert collector.rss_kib() - before < GROWTH_KIB
    deaf.close()
