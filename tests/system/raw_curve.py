"""A CURVE client of its own making (ZeroMQ RFC 23 and 26), that says what a ZeroMQ library would not.

libsodium is called for the boxes; everything else is here.
"""

import ctypes
import ctypes.util
import os
import socket
import struct
from urllib.parse import urlsplit

from zmq.utils import z85

sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))


def box(plain, nonce, to, by):
    out = ctypes.create_string_buffer(len(plain) + 16)
    sodium.crypto_box_easy(out, plain, ctypes.c_ulonglong(len(plain)), nonce, to, by)
    return out.raw


def opened(sealed, nonce, by, to):
    out = ctypes.create_string_buffer(len(sealed) - 16)
    if sodium.crypto_box_open_easy(out, sealed, ctypes.c_ulonglong(len(sealed)), nonce, by, to) != 0:
        raise ValueError("a box that does not open")
    return out.raw


def pair():
    public, secret = ctypes.create_string_buffer(32), ctypes.create_string_buffer(32)
    sodium.crypto_box_keypair(public, secret)
    return public.raw, secret.raw


class RawCurve:
    """A connected DEALER with these metadata (text -> bytes) beside those that it needs."""

    def __init__(self, endpoint, public, secret, server, metadata, seconds=15):
        url = urlsplit(endpoint)
        self.tcp = socket.create_connection((url.hostname, url.port), timeout=seconds)
        self.public, self.secret, self.server = (z85.decode(k) for k in (public, secret, server))
        self.short_public, self.short_secret = pair()
        self.count = 0
        self.tcp.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"CURVE".ljust(20, b"\0") + bytes(32))
        self.read(64)
        self.hello()
        self.initiate({"Socket-Type": b"DEALER", "Identity": b"", **metadata})

    def close(self):
        self.tcp.close()

    def read(self, size):
        data = b""
        while len(data) < size:
            part = self.tcp.recv(size - len(data))
            if not part:
                raise ConnectionError("closed")
            data += part
        return data

    def read_frame(self):
        long = self.read(1)[0] & 2
        return self.read(struct.unpack(">Q", self.read(8))[0] if long else self.read(1)[0])

    def write_frame(self, flags, body):
        self.tcp.sendall(bytes([flags | 2]) + struct.pack(">Q", len(body)) + body)

    def nonce(self):
        self.count += 1
        return struct.pack(">Q", self.count)

    def hello(self):
        short = self.nonce()
        proof = box(bytes(64), b"CurveZMQHELLO---" + short, self.server, self.short_secret)
        self.write_frame(4, b"\x05HELLO\x01\x00" + bytes(72) + self.short_public + short + proof)
        welcome = self.read_frame()
        assert welcome.startswith(b"\x07WELCOME"), welcome
        inside = opened(welcome[24:], b"WELCOME-" + welcome[8:24], self.server, self.short_secret)
        self.session, self.cookie = inside[:32], inside[32:]

    def initiate(self, metadata):
        fresh, short = os.urandom(16), self.nonce()
        vouch = box(self.short_public + self.server, b"VOUCH---" + fresh, self.session, self.secret)
        words = b"".join(bytes([len(k)]) + k.encode() + struct.pack(">I", len(v)) + v
                         for k, v in metadata.items())
        inside = box(self.public + fresh + vouch + words, b"CurveZMQINITIATE" + short, self.session,
                     self.short_secret)
        self.write_frame(4, b"\x08INITIATE" + self.cookie + short + inside)
        ready = self.read_frame()
        assert ready.startswith(b"\x05READY"), ready

    def send(self, payload):
        short = self.nonce()
        inside = box(b"\0" + payload, b"CurveZMQMESSAGEC" + short, self.session, self.short_secret)
        self.write_frame(0, b"\x07MESSAGE" + short + inside)

    def receive(self):
        frame = self.read_frame()
        assert frame.startswith(b"\x07MESSAGE"), frame
        return opened(frame[16:], b"CurveZMQMESSAGES" + frame[8:16], self.session, self.short_secret)[1:]
