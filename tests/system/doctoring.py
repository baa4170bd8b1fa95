"""`tuijin doctor` run by a test, what it found, and servers that answer what a test wants."""

import json
import os
import socket
import socketserver
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import BUILD

USAGE, UNAVAILABLE, CONFIG = 64, 69, 78


def environment(**more):
    own = {k: v for k, v in os.environ.items() if not k.startswith("TUIJIN_") and k != "NO_COLOR"}
    return {**own, "LC_ALL": "C.UTF-8", **more}


def doctor(*words, want=None, under=(), program=BUILD.resolve() / "tuijin", **variables):
    done = subprocess.run([*under, program, "doctor", *map(str, words)], capture_output=True,
                          text=True, timeout=60, stdin=subprocess.DEVNULL,
                          env=environment(**variables))
    assert want is None or done.returncode == want, done
    return done


def examine(*words, **more):
    """What is found, as objects."""
    done = doctor(*words, "--json", **more)
    assert done.stderr == "", done.stderr
    found = json.loads(done.stdout)
    levels = [f["level"] for f in found["findings"]]
    assert found["counts"] == {x: levels.count(x) for x in ("fine", "skipped", "advice", "fault")}
    assert done.returncode == (UNAVAILABLE if found["worst"] == "fault" else 0)
    return found["findings"]


def codes(findings, *levels):
    return [f["code"] for f in findings if f["level"] in levels]


def one(findings, code):
    found = [f for f in findings if f["code"] == code]
    assert len(found) == 1, findings
    return found[0]


class Site:
    """Answers each path with (status, body), and headers behind it, or with what a function returns."""

    def __init__(self, pages):
        outer = self
        self.pages, self.asked = pages, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                page = outer.pages.get(self.path, (404, b""))
                status, body, *headers = page() if callable(page) else page
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:  # who asked has heard enough
                    pass

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


GIB = 1 << 30
MEMORY = {"used_memory": GIB, "maxmemory": 4 * GIB, "maxmemory_policy": "noeviction",
          "total_system_memory": 16 * GIB}
PERSISTENCE = {"aof_enabled": 1, "aof_last_write_status": "ok", "aof_last_bgrewrite_status": "ok",
               "aof_current_size": GIB}
SETTINGS = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "bind": "127.0.0.1",
            "protected-mode": "yes", "port": "6379", "tls-port": "0", "dir": "/var/lib/redis"}


class Pretender:
    """Says that it is a Redis of another machine, with the figures that a test wants. to_others: what it
    answers to all but who connected first."""

    def __init__(self, memory=(), persistence=(), settings=(), to_others=None):
        info = {"memory": {**MEMORY, **dict(memory)}, "persistence": {**PERSISTENCE, **dict(persistence)},
                "server": {"redis_version": "7.0.15", "process_id": 1 << 30}, "replication": {"role": "master"}}
        settings, firsts = {**SETTINGS, **dict(settings)}, iter((True,))

        def text(said):
            said = said.encode()
            return b"$%d\r\n%s\r\n" % (len(said), said)

        def answer(words):
            if words[0] == "INFO":
                return text("".join(f"{k}:{v}\r\n" for k, v in info[words[1]].items()))
            if words[:2] == ["CONFIG", "GET"]:
                return b"*2\r\n" + text(words[2]) + text(settings[words[2]])
            if words[0] == "TIME":
                now = f"{time.time():.6f}".split(".")
                return b"*2\r\n" + text(now[0]) + text(now[1])
            return b"+OK\r\n"

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                is_other = to_others is not None and not next(firsts, False)
                while line := self.rfile.readline():
                    words = []
                    for _ in range(int(line[1:])):
                        size = int(self.rfile.readline()[1:])
                        words.append(self.rfile.read(size + 2)[:-2].decode())
                    self.wfile.write(to_others if is_other else answer(words))

        socketserver.ThreadingTCPServer.daemon_threads = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.url = f"redis://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
