"""A dashboard in a world, and what browsers do with it: requests, and streams of events.

    dashboard = web.start(world, aggregator)      with keys where the aggregator has one
    answer = dashboard.get("/api/v1/plans")       .status, .headers, .body, .json()
    with dashboard.events() as stream:            of PLAN; after= and last= are the id it goes on behind
        stream.next("update")                     the next message of that kind: .kind, .id, .data
"""

import http.client
import json
import re
import select
import socket
import subprocess
import time
from types import SimpleNamespace

from harness import BUILD, DEADLINE_S, ITS_OWN, PLAN, Daemon, wait_for


class Dashboard(Daemon):
    @property
    def address(self):
        host, port = re.search(r"\bhttp=(\S+):(\d+)", self.find("event=ready")).groups()
        return host, int(port)

    def get(self, path, method="GET", **headers):
        """headers: If_None_Match is If-None-Match."""
        connection = http.client.HTTPConnection(*self.address, timeout=DEADLINE_S)
        connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        endless = "event-stream" in response.headers.get("Content-Type", "")
        body = b"" if endless else response.read()
        connection.close()
        return SimpleNamespace(status=response.status, headers=response.headers, body=body,
                               json=lambda: json.loads(body))

    def api(self, path, plan=PLAN):
        """The JSON of a path below a plan's, which is there."""
        answer = self.get(f"/api/v1/plans/{plan}{path}")
        assert answer.status == 200, (path, answer.status, answer.body)
        return answer.json()

    def refused(self, path):
        """The status and message of an answer that says why it is none."""
        answer = self.get(path)
        assert answer.headers["Content-Type"].startswith("application/json"), answer.body
        error = answer.json()
        assert error.keys() == {"error", "message"}
        return answer.status, error["error"], error["message"]

    def events(self, plan=PLAN, after=None, last=None):
        query = f"?plan={plan}" + (f"&after={after}" if after is not None else "")
        return Events(self.address, f"/events{query}", last)

    def whole(self, plan=PLAN):
        """Waits until it can show the plan."""
        wait_for(lambda: self.get(f"/api/v1/plans/{plan}/snapshot").status == 200 and
                 self.get(f"/api/v1/plans/{plan}/feed").status == 200, f"{plan} is shown")
        return self


def start(world, aggregator, *flags, ready=True, key=ITS_OWN, clock=None, endpoint=None):
    """key: the name of its own, where the aggregator has one; "dashboard" unless said."""
    number = sum(d.name.startswith("tuijin-dashboard") for d in world.daemons) + 1
    if key is ITS_OWN:
        key = "subscriber" if aggregator.key else None
    keys = world.keys.flags(key, aggregator.key) if key else []
    d = Dashboard(f"tuijin-dashboard-{number}", BUILD / "tuijin-dashboard", "--http", "127.0.0.1:0",
                  "--connect", endpoint or aggregator.endpoint, "--redis", world.redis.url, *keys,
                  *flags, clock=clock or world.clock)
    d.key = key
    world.daemons.append(d)
    return d.start(ready)


def command(*args):
    """Runs the program to its end."""
    return subprocess.run([str(BUILD / "tuijin-dashboard"), *args], capture_output=True, text=True,
                          timeout=30, stdin=subprocess.DEVNULL)


class Chunks:
    """Takes the body out of HTTP's chunks, as they come."""

    def __init__(self):
        self.raw, self.left = bytearray(), 0
        self.over = False

    def feed(self, data):
        self.raw += data
        out = bytearray()
        while self.raw and not self.over:
            if self.left == 0:
                line, found, _ = self.raw.partition(b"\r\n")
                if not found or (not line and len(self.raw) < 3):
                    break
                if not line:  # behind a chunk
                    del self.raw[:2]
                    continue
                self.left = int(line, 16)
                del self.raw[:len(line) + 2]
                self.over = self.left == 0
                continue
            piece = self.raw[:self.left]
            out += piece
            self.left -= len(piece)
            del self.raw[:len(piece)]
        return bytes(out)


class Messages:
    """Takes server-sent events apart, by the rules of the HTML standard."""

    def __init__(self):
        self.text, self.last, self.retry = b"", None, None

    def feed(self, data):
        self.text += data
        out = []
        while b"\n\n" in self.text:
            block, self.text = self.text.split(b"\n\n", 1)
            fields = [line.split(b": ", 1) for line in block.split(b"\n")]
            found = {name.decode(): value for name, value in fields}
            assert len(found) == len(fields), block
            if "retry" in found:
                assert found.keys() == {"retry"}
                self.retry = int(found["retry"])
                continue
            assert found.keys() - {"id"} == {"event", "data"}, block
            if "id" in found:
                self.last = found["id"].decode()
            out.append(SimpleNamespace(kind=found["event"].decode(), id=found.get("id", b"").decode(),
                                       data=json.loads(found["data"])))
        return out


class Events:
    """One viewer."""

    def __init__(self, address, path, last=None):
        self.socket = socket.create_connection(address, timeout=DEADLINE_S)
        header = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n".encode())
        self.head, self.chunks, self.messages = b"", Chunks(), Messages()
        self.waiting, self.ended = [], False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @property
    def last(self):
        return self.messages.last

    def read(self, seconds):
        """What has come until then. False: nothing."""
        if self.ended or not select.select([self.socket], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = self.socket.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        self.ended = not data
        if b"\r\n\r\n" not in self.head:
            self.head += data
            head, found, data = self.head.partition(b"\r\n\r\n")
            if not found:
                return True
            self.head = head + found
            assert head.startswith(b"HTTP/1.1 200 "), head
            assert b"text/event-stream" in head
        self.waiting += self.messages.feed(self.chunks.feed(data))
        self.ended = self.ended or self.chunks.over
        return True

    def take(self, seconds=DEADLINE_S):
        """The next message, None: none came in time."""
        end = time.monotonic() + seconds
        while not self.waiting and self.read(end - time.monotonic()):
            pass
        return self.waiting.pop(0) if self.waiting else None

    def next(self, *kinds, where=lambda message: True, seconds=DEADLINE_S):
        """The next message of one of the kinds for which that is true."""
        end, passed = time.monotonic() + seconds, []
        while (message := self.take(end - time.monotonic())) is not None:
            if message.kind in kinds and where(message):
                return message
            passed.append(message.kind)
        raise AssertionError(f"no {kinds} within {seconds} s, but {passed[-20:]}")

    def update_of(self, subject, plan=PLAN, where=lambda data: True):
        """The data of the next event of that scope for which it is true."""
        def find(message):
            return next((e["data"] for e in message.data["events"]
                         if e["subject"] == f"{plan}/{subject}" and where(e["data"])), None)
        return find(self.next("update", where=find))

    def until_ended(self, seconds):
        end = time.monotonic() + seconds
        while not self.ended and self.read(end - time.monotonic()):
            pass
        return self.ended
