"""Both ends a client of Tuijin has, written from docs/protocol.md alone.

Agency reports to a collector, Books is what a sender can know about its verdicts beforehand, and
Subscriber keeps a copy of an aggregator's summaries.
"""

import secrets
import time

import msgpack
import zmq

RESEND_S = 2.0
PATIENCE_S = 15.0


def pack(value):
    return msgpack.packb(value)


def unpack(payload):
    return msgpack.unpackb(payload, strict_map_key=True)


class Silence(Exception):
    """Nobody answered in time."""


class Agency:
    """One agency's connection to a collector, over a DEALER or a REQ socket."""

    def __init__(self, context, endpoint, plan, agency, kind=zmq.DEALER):
        self.context, self.endpoint, self.plan, self.agency = context, endpoint, plan, agency
        self.kind = kind
        self.socket = None
        self.connect()

    def connect(self):
        self.close()
        self.socket = self.context.socket(self.kind)
        self.socket.linger = 0
        self.socket.connect(self.endpoint)

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    def envelope(self, seq, reports=None, dispositions=None):
        message = {"v": 1, "kind": "report", "plan": self.plan, "agency": self.agency, "seq": seq}
        if reports is not None:
            message["reports"] = reports
        if dispositions is not None:
            message["dispositions"] = dispositions
        return message

    def receive(self, seconds=PATIENCE_S):
        """The next reply, or None after so many seconds."""
        if not self.socket.poll(int(seconds * 1000)):
            return None
        frames = self.socket.recv_multipart()
        assert len(frames) == 1, f"a reply of {len(frames)} frames"
        return unpack(frames[0])

    def ask(self, message, seconds=PATIENCE_S):
        """Sends a message (a map, or bytes as they are) until it is answered for good."""
        payload = message if isinstance(message, bytes) else pack(message)
        seq = message.get("seq") if isinstance(message, dict) else None
        end, pause = time.monotonic() + seconds, 0.2
        while (left := end - time.monotonic()) > 0:
            self.socket.send(payload)
            reply = self.receive(min(RESEND_S, left))
            while reply is not None and seq is not None and reply.get("seq", seq) != seq:
                reply = self.receive(min(RESEND_S, left))
            if reply is None:
                self.connect()  # a REQ that heard nothing cannot send again
            elif not reply.get("retry"):
                return reply
            else:
                time.sleep(min(pause, left))
                pause = min(2 * pause, 5.0)
        raise Silence(f"{self.agency}: no answer in {seconds} s")

    def report(self, seq, *reports):
        """Sends reports under this seq and returns the reply."""
        return self.ask(self.envelope(seq, list(reports)))

    def dispose(self, seq, *dispositions):
        return self.ask(self.envelope(seq, None, list(dispositions)))

    def status(self):
        return self.ask({"v": 1, "kind": "status", "plan": self.plan, "agency": self.agency})


def content(entry, ruling=False):
    """What counts of an entry when two are compared ("Content means …")."""
    if ruling:
        return ("ruling", entry["task"], entry["at"], entry["disposition"], entry.get("reason") or "")
    if entry.get("action") == "withdraw":
        return ("withdrawal", entry["task"], entry["at"])
    return (
        "report", entry["task"], entry["at"], entry["state"], round(entry["percent"] * 100),
        entry.get("summary") or "", entry.get("problems") or "", entry.get("next_steps") or "",
        bool(entry.get("help")),
        tuple((e["title"], e["uri"]) for e in entry.get("evidence") or ()),
    )


class Books:
    """The newest accepted word on each obligation, and what another would be judged."""

    def __init__(self):
        self.newest = {}  # (task, agency) or (task, "@office") -> (seq, content)

    def judge(self, key, seq, what):
        stored = self.newest.get(key)
        if stored is None or seq > stored[0]:
            self.newest[key] = (seq, what)
            return "accepted"
        if seq < stored[0]:
            return "superseded"
        return "duplicate" if what == stored[1] else "conflict"


def position(text):
    """A position as a pair that compares as positions do."""
    ms, n = text.split("-")
    return int(ms), int(n)


NEVER = ((0, 0), 0)


def order(data):
    """What a topic's events compare by: of two, the greater is the newer."""
    return position(data["position"]), data["as_of"]


def fnv1a(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


class Subscriber:
    """A copy of the summaries below one prefix, live and by snapshot."""

    def __init__(self, context, endpoint, prefix):
        self.prefix = prefix.encode()
        self.payloads = {}  # topic -> payload as it came
        self.data = {}  # topic -> data of that event
        self.alerts = {}  # topic -> data of each that stands
        self.ended = {}  # topic of an alert -> when it last ended
        self.seen = []  # (topic, payload) of every live summary, in order of arrival
        self.tick = None  # data of the newest tick
        self.ticks = 0
        self.socket = context.socket(zmq.SUB)
        self.socket.linger = 0
        self.socket.rcvhwm = 0
        self.socket.connect(endpoint)
        if prefix:
            self.socket.subscribe(self.prefix)

    def close(self):
        self.socket.close()

    def keep(self, topic, payload):
        event = unpack(payload)
        data = event["data"]
        if event["type"] == "tuijin.tick.v1":
            self.tick = data
            self.ticks += 1
            return
        if event["type"] == "tuijin.alert.v1":
            self.keep_alert(topic, data)
            return
        if topic not in self.data or order(data) > order(self.data[topic]):
            self.data[topic], self.payloads[topic] = data, payload

    def keep_alert(self, topic, data):
        """Enters an alert, or that it has ended; what is older than what is known is dropped."""
        raised = topic.replace("/alert/resolved/", "/alert/")
        known = self.alerts.get(raised)
        if max(order(known) if known else NEVER, self.ended.get(raised, NEVER)) > order(data):
            return
        self.alerts.pop(raised, None)
        if raised == topic:
            self.alerts[topic] = data
        else:
            self.ended[raised] = order(data)

    def turn(self, seconds):
        """Takes one live event; False if none came in time."""
        if not self.socket.poll(int(seconds * 1000)):
            return False
        frames = self.socket.recv_multipart()
        if len(frames) == 2:
            topic = frames[0].decode()
            if "/tick/" not in topic and "/alert/" not in topic:
                self.seen.append((topic, frames[1]))
            self.keep(topic, frames[1])
        return True

    def until(self, condition, what, seconds=PATIENCE_S):
        """Takes live events until condition() holds."""
        end = time.monotonic() + seconds
        while not condition():
            left = end - time.monotonic()
            assert left > 0, f"{what}: not within {seconds} s"
            self.turn(min(left, 0.25))

    def snapshot(self, seconds=PATIENCE_S):
        """Asks for the state of everything below the prefix; returns the end's map."""
        inbox = b"snap/" + secrets.token_hex(12).encode() + b"/" + self.prefix
        named, end = set(), time.monotonic() + seconds
        self.socket.subscribe(inbox)
        while (left := end - time.monotonic()) > 0:
            if not self.socket.poll(int(left * 1000)):
                break
            frames = self.socket.recv_multipart()
            if len(frames) == 2:
                self.keep(frames[0].decode(), frames[1])
                continue
            assert frames[0] == inbox, f"somebody else's inbox: {frames[0]!r}"
            if frames[1] == b"":
                self.socket.unsubscribe(inbox)
                last = unpack(frames[2])
                assert last["count"] == len(named), (last, len(named))
                self.forget(named, last["positions"])
                return last
            assert frames[1].startswith(self.prefix), frames[1]
            named.add(frames[1].decode())
            self.keep(frames[1].decode(), frames[2])
        raise Silence(f"no snapshot of {self.prefix!r} in {seconds} s, {len(named)} messages came")

    def forget(self, named, positions):
        """Drops what a newer revision of the plan has no more, and alerts that have ended."""
        def is_gone(topic, data):
            folded = positions.get(topic.split("/")[0])
            return (topic not in named and folded and
                    position(data["position"]) <= position(folded))
        for topic in [t for t, d in self.data.items() if is_gone(t, d)]:
            del self.data[topic], self.payloads[topic]
        self.alerts = {t: d for t, d in self.alerts.items() if not is_gone(t, d)}

    def digest(self):
        total = sum(fnv1a(t.encode() + b"\0" + p) for t, p in self.payloads.items())
        return f"{total & 0xFFFFFFFFFFFFFFFF:016x}"
