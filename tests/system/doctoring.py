"""`tuijin doctor` run by a test, what it found, and an HTTP server that answers what a test wants."""

import json
import os
import socket
import subprocess
import threading
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
    """Answers each path with (status, body), and headers behind it."""

    def __init__(self, pages):
        outer = self
        self.pages, self.asked = pages, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(self.path)
                status, body, *headers = outer.pages.get(self.path, (404, b""))
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
