"""Those who mean harm on the network, each a process of its own: attackers.py KIND PORT JSON.

They go on until they are killed, as fast as they can. JSON has what a kind needs: `count`, `server` (the
open key of the daemon), `public` and `secret` (keys of their own). Each writes a line `ready` once it has
begun (those that hold something: once they hold it).
"""

import collections
import ctypes
import itertools
import json
import os
import secrets
import select
import socket
import struct
import sys
import time

import zmq
from zmq.utils import z85

LOOPBACK = "127.0.0.1"
OPEN_AT_ONCE = 200
SIGNATURE = b"\xff" + bytes(8) + b"\x7f"


def greeting(mechanism, minor=1):
    """A whole greeting of ZMTP 3."""
    return SIGNATURE + bytes((3, minor)) + mechanism.ljust(20, b"\0") + bytes(32)


def command(body):
    """A command frame of ZMTP 3."""
    if len(body) > 255:
        return b"\x06" + struct.pack(">Q", len(body)) + body
    return b"\x04" + bytes((len(body),)) + body


READY = command(b"\x05READY\x0bSocket-Type\0\0\0\x06DEALER")
HELLO = b"\x05HELLO\x01\0" + bytes(72)
TLS_HELLO = bytes.fromhex("16030100a5010000a10303") + bytes(160)
HTTP = b"POST /api/reports HTTP/1.1\r\nHost: tuijin\r\nContent-Length: 1000000000\r\n\r\n"
CURVE = greeting(b"CURVE")

# What one connection says before it falls silent.
WRONG_WORDS = (
    b"GET / HTTP/1.1\r\nHost: tuijin\r\n\r\n", HTTP + b"x" * 4096, TLS_HELLO,
    b"\0" * 64, b"\xff" * 64, b"\xff" * 4096, secrets.token_bytes(300), SIGNATURE, SIGNATURE[:5],
    b"\x01\x00", b"\x06\x00hello" + b"\x02\x00x" * 500,  # ZMTP 1.0
    SIGNATURE + b"\x00\x05", SIGNATURE + b"\x01\x05\0\0" + b"\0\x01x" * 500,  # ZMTP 2.0
    greeting(b"NULL") + READY, greeting(b"NULL", 0) + READY, greeting(b"NULL") + READY * 2000,
    greeting(b"PLAIN") + command(b"\x05HELLO\x05admin\x05admin"), greeting(b"GSSAPI"),
    greeting(b"\xff" * 20), CURVE[:40], CURVE, CURVE + READY * 2000, CURVE + command(b"\xff" * 200),
    CURVE + command(HELLO), CURVE + command(b"\x08INITIATE" + bytes(300)),
    CURVE + b"\x06" + struct.pack(">Q", 2**63 - 1) + bytes(1000),
    CURVE + b"\x06" + struct.pack(">Q", 2**20) + bytes(1000), CURVE + b"\x02" + bytes(8) + b"\x01" * 99,
    CURVE + b"\x00\x00" * 2000, CURVE + command(b"\x05ERROR\xff") * 100,
)


class Crowd:
    """Keeps `count` connections; each says its words, then waits to be thrown out, or `stay` seconds."""

    def __init__(self, port, words, count, stay=float("inf")):
        self.port, self.words, self.count, self.stay = port, itertools.cycle(words), count, stay
        self.poll = select.epoll()
        self.members = {}  # descriptor -> [socket, what it has to say yet, when it leaves]

    def enter(self):
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex((LOOPBACK, self.port))
        self.members[s.fileno()] = [s, next(self.words), time.monotonic() + self.stay]
        self.poll.register(s.fileno(), select.EPOLLOUT | select.EPOLLRDHUP)

    def leave(self, fd):
        s = self.members.pop(fd)[0]
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST
        s.close()

    def hear(self, fd, what):
        member = self.members[fd]
        if what & (select.EPOLLHUP | select.EPOLLERR | select.EPOLLRDHUP):
            self.leave(fd)
        elif member[1]:
            member[1] = member[1][member[0].send(member[1][:65536]):]
            if not member[1]:
                self.poll.modify(fd, select.EPOLLRDHUP)

    def turn(self):
        for _ in range(min(OPEN_AT_ONCE, self.count - len(self.members))):
            self.enter()
        for fd, what in self.poll.poll(0.02):
            try:
                self.hear(fd, what)
            except OSError:
                self.leave(fd)
        now = time.monotonic()
        for fd in [fd for fd, member in self.members.items() if member[2] < now]:
            self.leave(fd)

    def is_settled(self):
        return len(self.members) >= self.count and not any(m[1] for m in self.members.values())

    def stay_for_ever(self):
        end = time.monotonic() + 5
        while not self.is_settled() and time.monotonic() < end:
            self.turn()
        say_ready()
        while True:
            self.turn()


def say_ready():
    print("ready", file=sys.stderr, flush=True)


def idle(port, count, **_):
    """Connections that say nothing; who is thrown out comes back."""
    Crowd(port, [b""], count).stay_for_ever()


def churn(port, **_):
    """Connections that open and close."""
    say_ready()
    for i in itertools.count():
        with socket.socket() as s:
            s.settimeout(1)
            try:
                s.connect((LOOPBACK, port))
            except OSError:
                continue
            if i % 2:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST


def words(port, **_):
    """Wrong greetings, HTTP, TLS, half handshakes, huge frames."""
    Crowd(port, WRONG_WORDS, OPEN_AT_ONCE, 0.5).stay_for_ever()


def garbage(port, **_):
    """The first step of CURVE with a box that cannot be opened: the server has to compute to tell."""
    hellos = [CURVE + command(HELLO + secrets.token_bytes(120)) for _ in range(100)]
    Crowd(port, hellos, OPEN_AT_ONCE, 0.5).stay_for_ever()


def hello_to(server):
    """The first step of CURVE as it should be: it can be said again and again."""
    sodium = ctypes.CDLL("libsodium.so.23")
    public, secret = (z85.decode(key) for key in zmq.curve_keypair())
    nonce, box = secrets.token_bytes(8), ctypes.create_string_buffer(80)
    assert sodium.crypto_box_easy(box, bytes(64), ctypes.c_ulonglong(64), b"CurveZMQHELLO---" + nonce,
                                  z85.decode(server), secret) == 0
    return command(HELLO + public + nonce + box.raw)


def replay(port, server, **_):
    """The first step of CURVE, right, and no second: the server computes, the attacker does not."""
    Crowd(port, [CURVE + hello_to(server)], OPEN_AT_ONCE, 0.2).stay_for_ever()


def burst(port, server, count, **_):
    """The same by very many connections at one moment, every other second."""
    hello = hello_to(server)
    say_ready()
    while True:
        held = []
        begin = time.monotonic()
        for i in range(count):
            s = socket.socket()
            s.setblocking(False)
            s.connect_ex((LOOPBACK, port))
            held.append(s)
            time.sleep(0 if i % 100 else 0.01)
        for word in (CURVE, hello):
            for s in held:
                try:
                    s.send(word)
                except OSError:  # thrown out
                    pass
            time.sleep(0.5)
        for s in held:
            s.close()
        time.sleep(max(0, begin + 2 - time.monotonic()))


def fat(port, count, **_):
    """A long frame before the handshake, but for its last byte; who is thrown out comes back."""
    frame = CURVE + b"\x06" + struct.pack(">Q", 1 << 20) + bytes((1 << 20) - 1)
    Crowd(port, [frame], count).stay_for_ever()


def context_of(count=1):
    context = zmq.Context()
    context.max_sockets = max(1000, count + 100)
    return context


def keyed(context, kind, server, public, secret):
    s = context.socket(kind)
    s.linger = 0
    s.curve_serverkey, s.curve_publickey, s.curve_secretkey = (
        x.encode() if isinstance(x, str) else x for x in (server, public, secret))
    return s


def strangers(port, server, **_):
    """Whole handshakes with a key that nobody knows."""
    context = context_of(OPEN_AT_ONCE)
    held = collections.deque()
    public, secret = zmq.curve_keypair()
    say_ready()
    while True:
        s = keyed(context, zmq.DEALER, server, public, secret)
        s.connect(f"tcp://{LOOPBACK}:{port}")
        held.append((time.monotonic() + 0.05, s))
        while len(held) >= OPEN_AT_ONCE or (held and held[0][0] < time.monotonic()):
            end, s = held.popleft()
            time.sleep(max(0, end - time.monotonic()))
            s.close()


def sessions(port, count, server, public, secret, **_):
    """A known key that opens very many sessions and keeps them."""
    context = context_of(count)
    held = []
    for _ in range(count):
        s = keyed(context, zmq.DEALER, server, public, secret)
        s.connect(f"tcp://{LOOPBACK}:{port}")
        held.append(s)
    say_ready()
    while True:
        time.sleep(1)


def subscriptions(port, count, server, public, secret, **_):
    """A known subscriber with very many subscriptions of the longest topics."""
    s = keyed(context_of(), zmq.SUB, server, public, secret)
    s.sndhwm = 0
    s.connect(f"tcp://{LOOPBACK}:{port}")
    for i in range(count):
        s.subscribe(b"%08x" % i + os.urandom(240))
    say_ready()
    while True:
        time.sleep(1)


def snapshots(port, server, public, secret, reads=True, **_):
    """A known subscriber that asks for snapshots of everything as fast as it can."""
    s = keyed(context_of(), zmq.XSUB, server, public, secret)
    s.connect(f"tcp://{LOOPBACK}:{port}")
    say_ready()
    for i in itertools.count():
        s.send(b"\x01snap/%032x/" % i)
        try:
            while reads:
                s.recv_multipart(zmq.DONTWAIT)
        except zmq.Again:
            pass


KINDS = {f.__name__: f for f in (idle, churn, words, garbage, replay, burst, fat, strangers, sessions,
                                 subscriptions, snapshots)}

if __name__ == "__main__":
    KINDS[sys.argv[1]](int(sys.argv[2]), **json.loads(sys.argv[3]))
