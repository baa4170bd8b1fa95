"""An agency's program as docs/protocol.md asks for it: it keeps a report until that is acknowledged,
and sends the same bytes again until then."""

import threading
import time

SAFE = ("accepted", "duplicate")


class Sender(threading.Thread):
    """Reports on the agency's tasks one after another, until stop(). acked: the seqs."""

    def __init__(self, agency):
        super().__init__(daemon=True)
        self.agency, self.acked, self.trouble = agency, [], None
        self.ending = threading.Event()

    def run(self):
        try:
            tasks = [o["task"] for o in self.agency.status()["obligations"]]
            while not self.ending.is_set():
                self.say(tasks[len(self.acked) % len(tasks)], len(self.acked) % 9000 / 100)
        except Exception as trouble:  # it is the test that has to hear of it
            self.trouble = trouble

    def say(self, task, percent):
        at = time.time_ns() // 1_000_000
        word = {"task": task, "state": "in_progress", "percent": percent, "at": at}
        message = self.agency.envelope(time.time_ns() // 1000, [word])
        reply = self.agency.ask(message, seconds=90)
        verdict = reply["results"][0]["result"]
        assert verdict in SAFE and reply["durability"] == "fsync", reply
        self.acked.append(message["seq"])

    def stop(self):
        self.ending.set()
        self.join(100)
        assert self.trouble is None and not self.is_alive(), self.trouble
