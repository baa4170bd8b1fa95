"""Many viewers of one dashboard in one process, and how long until the last of them has a report."""

import os
import re
import resource
import selectors
import socket
import time
from collections import Counter
from pathlib import Path

import client
from harness import PLAN, results, wait_for, word
from web import Chunks, Messages

NAME = f'"subject":"{PLAN}/task/2"'.encode()
PERCENT = b',"percent":'
BORDER = re.compile(rb"\r\n[0-9a-f]+\r\n")  # of HTTP's chunks


class Crowd:
    """Viewers who look at one task, whose percent rises by a tenth with each report."""

    def __init__(self, site, count, reports, plan=PLAN):
        self.reports = reports
        self.selector, self.pieces, self.marks = selectors.DefaultSelector(), [b""] * count, [0] * count
        self.seen, self.last = [0] * (reports + 1), [0.0] * (reports + 1)  # by how many, and when by the last
        self.head, self.chunks, self.messages = b"", Chunks(), Messages()
        self.kinds = Counter()  # of the messages that the first viewer was sent
        path = f"/events?plan={plan}&after={site.api('/snapshot', plan)['stream']}"
        for i in range(count):
            s = socket.create_connection(site.address, timeout=30)
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            s.setblocking(False)
            self.selector.register(s, selectors.EVENT_READ, i)

    def read(self, seconds):
        for key, _ in self.selector.select(max(seconds, 0)):
            data = key.fileobj.recv(1 << 18)
            assert data, "a viewer was ended"
            if key.data == 0:
                self.hear(data)
            self.look(key.data, self.pieces[key.data] + data, time.monotonic())

    def hear(self, data):
        if self.head is not None:
            head, found, data = (self.head + data).partition(b"\r\n\r\n")
            self.head = None if found else head
        self.kinds.update(message.kind for message in self.messages.feed(self.chunks.feed(data)))

    def look(self, viewer, raw, now):
        """The last event of the task that is there whole, with its percent."""
        text = BORDER.sub(b"", raw)
        at = text.rfind(NAME)
        begin = text.find(PERCENT, at) + len(PERCENT)
        end = text.find(b",", begin)
        if at < 0 or begin < len(PERCENT) or end < 0:
            self.pieces[viewer] = raw[-100:] if at < 0 else raw
            return
        self.pieces[viewer] = b""
        mark = round(float(text[begin:end]) * 10)
        for passed in range(self.marks[viewer] + 1, mark + 1):
            self.seen[passed] += 1
            self.last[passed] = now
        self.marks[viewer] = max(mark, self.marks[viewer])

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def deliver(world, collector, crowd, rate):
    """Seconds from sending each report until the last viewer had what became of it."""
    agency, sent = world.agency("cnipa", collector), []
    viewers = len(crowd.marks)
    begin = time.monotonic()
    for mark in range(1, crowd.reports + 1):
        while (left := begin + mark / rate - time.monotonic()) > 0:
            crowd.read(left)
        said = word(2, mark / 10, int(time.time() * 1000))
        sent.append(time.monotonic())
        agency.socket.send(client.pack(agency.envelope(world.next_seq(), [said])))
    end = time.monotonic() + 60
    while crowd.seen[-1] < viewers:
        assert time.monotonic() < end, "somebody misses something"
        crowd.read(1)
    for _ in sent:
        assert results(agency.receive()) == ["accepted"]
    assert crowd.seen[1:] == [viewers] * crowd.reports
    return [last - at for last, at in zip(crowd.last[1:], sent)]


def counter(site, name, plan=PLAN):
    text = site.get("/metrics").body.decode()
    return int(re.search(rf'(?m)^tuijin_dashboard_{name}{{plan="{plan}"}} (\d+)$', text)[1])


def cpu_s(process):
    """Seconds of the processor that it has had so far."""
    fields = Path(f"/proc/{process.child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def tasks_of(site, agency):
    """The numbers of all tasks that the agency leads or takes part in."""
    return [t["number"] for c in site.api("")["chapters"] for x in c.get("sections", [c]) for t in x["tasks"]
            if agency in t["agencies"]]


def allow_descriptors():
    """As many as this process may have: each viewer is one here and one there."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def gather(site, count, reports):
    """The viewers, once the dashboard knows of all of them."""
    crowd = Crowd(site, count, reports)
    wait_for(lambda: counter(site, "viewers") == count, "all are there")
    return crowd


def silent(site, count):
    """Viewers who never read; returns their sockets."""
    path, out = f"/events?plan={PLAN}&after={site.api('/snapshot')['stream']}", []
    for _ in range(count):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.connect(site.address)
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        out.append(s)
    return out


def knock(site, count, path):
    """That many requests for the same, sent in one moment; returns sockets with an answer to come."""
    sockets = [socket.create_connection(site.address, timeout=30) for _ in range(count)]
    for s in sockets:
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    return sockets


def answers(sockets, meanwhile):
    """All that they are sent, to their ends; closes them. meanwhile() is called all the time."""
    out, selector, end = [bytearray() for _ in sockets], selectors.DefaultSelector(), time.monotonic() + 60
    for i, s in enumerate(sockets):
        s.setblocking(False)
        selector.register(s, selectors.EVENT_READ, i)
    while selector.get_map():
        assert time.monotonic() < end, "an answer does not come"
        meanwhile()
        for key, _ in selector.select(0.05):
            data = key.fileobj.recv(1 << 20)
            out[key.data] += data
            if not data:
                selector.unregister(key.fileobj)
                key.fileobj.close()
    return [bytes(data) for data in out]
