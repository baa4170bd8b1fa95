"""Many viewers of one dashboard in one process, and how long until the last of them has a report."""

import re
import resource
import selectors
import socket
import time

import client
from harness import PLAN, results, wait_for, word

NAME = f'"subject":"{PLAN}/task/2"'.encode()
PERCENT = b',"percent":'
BORDER = re.compile(rb"\r\n[0-9a-f]+\r\n")  # of HTTP's chunks


class Crowd:
    """Viewers who look at one task, whose percent rises by a tenth with each report."""

    def __init__(self, site, count, reports):
        self.reports = reports
        self.selector, self.pieces, self.marks = selectors.DefaultSelector(), [b""] * count, [0] * count
        self.seen, self.last = [0] * (reports + 1), [0.0] * (reports + 1)  # by how many, and when by the last
        path = f"/events?plan={PLAN}&after={site.api('/snapshot')['stream']}"
        for i in range(count):
            s = socket.create_connection(site.address, timeout=30)
            s.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            s.setblocking(False)
            self.selector.register(s, selectors.EVENT_READ, i)

    def read(self, seconds):
        for key, _ in self.selector.select(max(seconds, 0)):
            data = key.fileobj.recv(1 << 18)
            assert data, "a viewer was ended"
            self.look(key.data, self.pieces[key.data] + data, time.monotonic())

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


def counter(site, name):
    text = site.get("/metrics").body.decode()
    return int(re.search(rf'(?m)^tuijin_dashboard_{name}{{plan="{PLAN}"}} (\d+)$', text)[1])


def allow_descriptors():
    """As many as this process may have: each viewer is one here and one there."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def gather(site, count, reports):
    """The viewers, once the dashboard knows of all of them."""
    crowd = Crowd(site, count, reports)
    wait_for(lambda: counter(site, "viewers") == count, "all are there")
    return crowd
