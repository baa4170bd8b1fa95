"""Agencies under load that forget nothing before it is acked, and what must be true afterwards."""

import random
import threading
import time

import client
import rollup
import zmq
from harness import DEADLINE_S, PLAN, records, wait_for

AT = 1774951200000
TODAY, AS_OF = "2026-06-30", 1782748800000  # 00:00+08:00
RESEND_S = 1.0
WINDOW = 16


class Outstanding:
    def __init__(self, payload):
        self.payload, self.sent = payload, 0.0


class Sender:
    """One agency: a DEALER per collector, a window of messages on the way."""

    def __init__(self, world, endpoints, name, tasks, seed):
        self.name, self.tasks, self.rng = name, tasks, random.Random(f"{seed}{name}")
        self.links = [client.Agency(world.context, e, PLAN, name) for e in endpoints]
        self.seq = 1_000_000
        self.outstanding = {}  # seq -> Outstanding
        self.sent = {}  # (task, seq) -> percent, of everything ever sent
        self.acks = {}  # seq -> the first ack

    def entry(self, task):
        percent = self.rng.randrange(0, 10000) / 100
        self.sent[task, self.seq] = percent
        return {"task": task, "state": "in_progress", "percent": percent, "at": AT}

    def fill(self):
        self.seq += 1
        tasks = self.rng.sample(self.tasks, min(len(self.tasks), self.rng.choice((1, 1, 3))))
        message = self.links[0].envelope(self.seq, [self.entry(t) for t in tasks])
        self.outstanding[self.seq] = Outstanding(client.pack(message))

    def send_due(self, now):
        for o in self.outstanding.values():
            if now - o.sent >= RESEND_S:
                o.sent = now
                self.rng.choice(self.links).socket.send(o.payload, zmq.DONTWAIT)
                if len(self.links) > 1 and self.rng.random() < 0.3:  # the same by another way
                    self.rng.choice(self.links).socket.send(o.payload, zmq.DONTWAIT)

    def receive(self, link):
        while link.socket.poll(0):
            reply = client.unpack(link.socket.recv())
            seq = reply.get("seq")
            if reply["kind"] == "error" and reply["retry"]:
                if seq in self.outstanding:
                    self.outstanding[seq].sent = time.monotonic() - RESEND_S + 0.2
                continue
            assert reply["kind"] == "ack", reply
            assert all(r["result"] in ("accepted", "duplicate", "superseded")
                       for r in reply["results"]), reply
            if self.outstanding.pop(seq, None):
                self.acks[seq] = reply


class Load(threading.Thread):
    """Runs senders until they have had `total` messages acked (None: until finish() is called), and
    every message that was sent is acked."""

    def __init__(self, world, endpoints, plan, total=None,
                 agencies=("cnipa", "mof", "sta", "cpd", "jco")):
        super().__init__(daemon=True)
        self.seed = random.randrange(2**32)
        print("seed", self.seed)
        self.total, self.failure, self.world = total or 10**9, None, world
        self.senders = [
            Sender(world, endpoints, a, [t.number for t in plan.tasks if a in t.agencies], self.seed)
            for a in agencies]
        world.sockets += [link for s in self.senders for link in s.links]

    @property
    def acked(self):
        return sum(len(s.acks) for s in self.senders)

    def run(self):
        try:
            self.work()
        except Exception as e:  # shown by finish()
            self.failure = e

    def work(self):
        poller, links = zmq.Poller(), {}
        for sender in self.senders:
            for link in sender.links:
                poller.register(link.socket, zmq.POLLIN)
                links[link.socket] = sender, link
        while True:
            open_ = sum(len(s.outstanding) for s in self.senders)
            if open_ == 0 and self.acked >= self.total:
                return
            for sender in self.senders:
                while len(sender.outstanding) < WINDOW and self.acked + open_ < self.total:
                    sender.fill()
                    open_ += 1
                sender.send_due(time.monotonic())
            for socket, _ in poller.poll(50):
                sender, link = links[socket]
                sender.receive(link)

    def more(self, count):
        """Waits until so many more messages are acked."""
        goal = self.acked + count
        wait_for(lambda: self.failure or self.acked >= goal, f"{count} more acks", 4 * DEADLINE_S)

    def finish(self):
        """Lets it come to its end and waits for that."""
        if self.total == 10**9:
            self.total = 0
        self.join(6 * DEADLINE_S)
        if self.failure:
            raise self.failure
        assert not self.is_alive(), f"not all acked: {self.acked}"

    def check(self):
        """Every acked report counts once, nothing else does."""
        ledger = records(self.world)
        places = {}
        for where, (_, seq, _, agency, content, *_) in ledger:
            key = (agency, content[1], seq)
            assert key not in places, f"{key} is in the ledger twice: {places[key]}, {where}"
            places[key] = where
        for s in self.senders:
            for seq, ack in s.acks.items():
                for result in ack["results"]:
                    key = (s.name, result["task"], seq)
                    if result["result"] == "accepted":
                        assert places.get(key) == ack["position"], (key, ack)
                    elif result["result"] == "duplicate":
                        assert key in places, (key, ack)
        sent = {(s.name, task, seq): percent for s in self.senders
                for (task, seq), percent in s.sent.items()}
        for where, (_, seq, _, agency, content, *_) in ledger:
            assert content[4] == round(sent[agency, content[1], seq] * 100), (where, content)
        self.check_latest(ledger, sent)

    def check_latest(self, ledger, sent):
        """`latest` holds the highest seq of each obligation that was ever sent."""
        newest = {}
        for _, record in ledger:
            key = f"{record[4][1]}/{record[3]}"
            if key not in newest or record[1] > newest[key][1]:
                newest[key] = record
        stored = self.world.redis.client.hgetall(self.world.redis.key("latest"))
        assert {k.decode(): client.unpack(v) for k, v in stored.items()} == newest
        highest = {}
        for agency, task, seq in sent:
            key = f"{task}/{agency}"
            highest[key] = max(seq, highest.get(key, 0))
        assert {k: r[1] for k, r in newest.items()} == highest


def state_of_ledger(world, plan):
    """The ledger folded by the naive recomputation."""
    state = rollup.State(world.since())
    for where, (_, seq, received, agency, content, *_) in records(world):
        kind, task, at = content[:3]
        entry = {"task": task, "at": at}
        if kind == 0:
            entry.update(state=content[3], percent=content[4] / 100)
        elif kind == 1:
            entry["action"] = "withdraw"
        else:
            entry["disposition"] = content[3]
        state.accept(where, seq, agency, entry, received, ruling=kind == 2)
    return state


def check_snapshot(world, subscriber, plan, as_of):
    """A snapshot at the ledger's end equals the naive recomputation, topic by topic."""
    last = world.redis.client.xrevrange(world.redis.key("ledger"), count=1)[0][0].decode()
    wait_for(lambda: subscriber.snapshot()["positions"].get(plan.id) == last, "folded to the end")
    want = rollup.summaries(plan, state_of_ledger(world, plan), as_of)
    assert sorted(subscriber.data) == sorted(want)
    for topic, data in want.items():
        got = subscriber.data[topic]
        assert got == data, f"{topic}: got {got}, want {data}"


def pair(world, *flags):
    return world.collector(bind="ipc"), world.aggregator("--today", TODAY, *flags, bind="ipc")


def loaded(world, plan, collector, total=400):
    load = Load(world, [collector.endpoint], plan, total)
    load.start()
    load.finish()


def in_step(subscriber):
    """Waits for a tick whose digest is that of the copy."""
    subscriber.until(lambda: subscriber.tick and subscriber.tick["digest"] == subscriber.digest(),
                     "a tick with the digest of the copy")
