"""No secret, and nothing that agencies wrote, in what the programs say of their work: neither in a
log at debug, nor on a standard error, nor in a refusal, but to who wrote it; and no secret where `ps` looks.

A town has keys and passwords. Everything that can be told happens there, one episode after another;
then all that was said is searched.
"""

import contextlib
import json
import os
import re
import secrets
import socket
import time
from pathlib import Path

import client
import pytest
import redis
from guarded_redis import GuardedWorld
from harness import BUILD, PLAN, Daemon, results, wait_for
from keyring import Keys
from test_cli import Watcher
from zmq.utils import z85

AT = 1774951200000
PART = 12  # characters of a secret; a message may show the first eight of what is no key
SHOWS_WORDS = ("history", "explain", "export", "verify")  # on standard output, to who may read Redis
EVENTS = {"keys", "plan", "ready", "key_expires", "reloaded", "reload_failed", "session_refused", "trouble",
          "recovered", "sessions_ended", "failed", "stopped"}
CODES = {"not_authorized", "malformed", "too_many_reports", "unknown_plan", "busy", "unavailable"}
VERDICTS = {"accepted", "duplicate", "superseded", "conflict", "unknown_task", "not_responsible",
            "not_office", "bad_field"}


class JsonDaemon(Daemon):
    def wait_ready(self):
        return self.wait_line('"event":"ready"')

    @property
    def endpoint(self):
        return json.loads(self.find('"event":"ready"'))["bind"]


class Town(GuardedWorld):
    """Everybody talks at debug; what is said is kept in `told`, (who, text)."""

    def __init__(self, form):
        super().__init__()
        self.keys = Keys(self.folder / "keys")
        self.talk = ["--log-level", "debug", "--log-format", form]
        self.told, self.shown = [], []  # shown: may hold words, but no secret
        self.words, self.passwords = [], []
        self.codes, self.verdicts = set(), set()
        self.learn_passwords()

    def daemon(self, program, *flags, ready=True, **more):
        d = super().daemon(program, *flags, *self.talk, ready=False, **more)
        if "json" in self.talk:
            d.__class__ = JsonDaemon
        if ready:
            d.wait_ready()
            self.search_proc(d)
        return d

    def tuijin(self, *args):
        done = super().tuijin(*args, *self.talk)
        self.told.append((f"stderr of {args[0]}", done.stderr))
        answer = self.without(done.stdout, args)
        (self.shown if args[0] in SHOWS_WORDS else self.told).append((f"stdout of {args[0]}", answer))
        return done

    def without(self, text, said):
        """An answer may quote what it answers, and nothing else."""
        for word in self.words:
            if word in repr(said):
                text = text.replace(word, "")
        return text

    def learn_passwords(self):
        self.passwords += [f.read_text().strip() for f in self.redis.folder.glob("*.redis-password")]

    def word(self):
        """A word that is found again."""
        self.words.append("w0rd" + secrets.token_hex(8))
        return self.words[-1]

    def report(self, task=1, percent=10, **more):
        return {"task": task, "state": "in_progress", "percent": percent, "at": AT, "summary": self.word(),
                "problems": self.word(), "next_steps": self.word(),
                "evidence": [{"title": self.word(), "uri": f"https://example.org/{self.word()}"}], **more}

    def hear(self, who, reply, said=""):
        """A reply; that to a status shows an agency its own words."""
        text = self.without(repr(reply), said)
        (self.shown if reply["kind"] == "status" else self.told).append((f"reply to {who}", text))
        if reply["kind"] == "error":
            self.codes.add(reply["code"])
        elif reply["kind"] == "ack":
            self.verdicts.update(results(reply))
        return reply

    def say(self, agency, message):
        agency.socket.send(message if isinstance(message, bytes) else client.pack(message))
        reply = agency.receive()
        assert reply is not None
        return self.hear(agency.agency, reply, message)

    def send(self, agency, *reports, seq=None, **more):
        return self.say(agency, {**agency.envelope(seq or self.next_seq(), list(reports)), **more})

    def flags(self, name, daemon, command="report"):
        return [command, "--plan", PLAN, "--connect", daemon.endpoint, "--timeout", 2,
                "--agency", name, *self.keys.flags(name, daemon.key)]

    def secrets(self):
        keys = [self.keys.secret(f.stem) for f in self.keys.folder.glob("*.key")]
        raw = [z85.decode(k.encode()) for k in keys]
        return [*keys, *(r.hex() for r in raw), *self.passwords]

    def search_proc(self, daemon):
        """What others on the machine see of it, and what it would leave behind."""
        proc = Path(f"/proc/{daemon.child.pid}")
        for name in ("cmdline", "environ"):
            text = (proc / name).read_bytes().replace(b"\0", b" ").decode(errors="replace")
            assert name != "cmdline" or str(BUILD / daemon.name.rsplit("-", 1)[0]) in text
            self.told.append((f"{name} of {daemon.name}", text))
        limits = [re.search(r"^Max core file size.*$", (p / "limits").read_text(), re.MULTILINE)[0]
                  for p in (proc, Path("/proc/self"))]
        assert limits[0] == limits[1]

    def search(self):
        """Which of all that is secret is where; what was said to be there at all comes first."""
        told = [*self.told, *((f"log of {d.name}", "\n".join(d.lines)) for d in self.daemons),
                ("log of redis", (self.redis.folder / "redis.log").read_text())]
        shown = "\n".join(text for _, text in self.shown)
        assert self.words[0] in shown and len(self.secrets()) > 80
        hidden = {s[i:i + PART] for s in self.secrets() for i in range(len(s) - PART + 1)}
        found = [(who, s) for who, text in [*told, *self.shown] for s in hidden if s in text]
        return found + [(who, w) for who, text in told for w in self.words if w in text]

    def events(self):
        return {e for d in self.daemons for line in d.lines for e in
                re.findall(r'event=(\w+)|"event":"(\w+)"', line) for e in e if e}


# episodes: (town, collector, aggregator)

def words_are_taken(w, collector, _):
    cnipa, jco = w.agency("cnipa", collector), w.agency("jco", collector)
    first = w.report()
    seq = w.next_seq()
    w.send(cnipa, first, seq=seq)
    w.send(cnipa, first, seq=seq)
    w.send(cnipa, w.report(), seq=seq)
    w.send(cnipa, w.report(), seq=seq - 1)
    w.send(cnipa, w.report(9999))
    w.send(w.agency("sta", collector), w.report())
    w.hear("cnipa", cnipa.status())
    ruling = {"task": 9, "disposition": "cancelled", "reason": w.word(), "at": AT}
    w.say(jco, jco.envelope(w.next_seq(), None, [ruling]))
    w.say(cnipa, cnipa.envelope(w.next_seq(), None, [{**ruling, "reason": w.word()}]))


def words_are_refused(w, collector, _):
    """Each of them is in a message that says what is wrong with it."""
    cnipa = w.agency("cnipa", collector)
    for mistake in ({"summary": w.word() + "x" * 3000}, {"problems": w.word() + "\x07"},
                    {"next_steps": [w.word()]}, {"summary": w.word().encode() + b"\xff"},
                    {"evidence": [{"title": w.word(), "uri": w.word()}]}, {"evidence": w.word()},
                    {"evidence": [{w.word(): w.word()}]}, {"percent": 101}, {"state": 7}, {"at": -1},
                    {"state": "completed", "percent": 3}, {"summary": {w.word(): w.word()}}):
        w.send(cnipa, w.report(**mistake))
    whole = client.pack(cnipa.envelope(w.next_seq(), [w.report()]))
    w.say(cnipa, whole[:-9])
    w.say(cnipa, whole + whole)
    w.say(cnipa, w.word().encode())
    w.say(cnipa, client.pack(w.word()))
    w.send(cnipa, *(w.report() for _ in range(501)))
    w.send(cnipa, w.report(), plan="no-such-plan")
    jco = w.agency("jco", collector)
    w.say(jco, jco.envelope(w.next_seq(), None, [
        {"task": 9, "disposition": "cancelled", "reason": w.word() * 50, "at": AT}]))


def nobody_may(w, collector, aggregator):
    for key in ("mof", "operator", "subscriber"):
        w.send(w.agency("cnipa", collector, key=key), w.report())
    w.keys.make("stray")
    for daemon in (collector, aggregator):
        known = len(daemon.lines)
        stray = w.agency("cnipa", daemon, key="stray")
        stray.socket.send(client.pack(stray.envelope(1, [w.report()])))
        wait_for(lambda: any("session_refused" in line for line in daemon.lines[known:]), "it is refused")
        with socket.create_connection(daemon.endpoint.removeprefix("tcp://").split(":")) as raw:
            raw.sendall(f"POST / HTTP/1.1\r\n\r\n{w.word()}".encode())
            raw.settimeout(15)
            with contextlib.suppress(ConnectionError):
                while raw.recv(4096):  # until it is hung up
                    pass
    done = w.tuijin(*w.flags("stray", collector), "--task", 1, "--state", "blocked", "--percent", 5,
                    "--problems", w.word())
    assert done.returncode == 69


def commands_speak(w, collector, aggregator):
    said = ["--task", 1, "--state", "in_progress", "--percent", 40, "--summary", w.word(), "--evidence",
            f"{w.word()}=https://example.org/{w.word()}"]
    with Watcher("watch", "--plan", PLAN, "--connect", aggregator.endpoint, *w.keys.flags("mof", "aggregator"),
                 *w.talk) as watch:
        watch.wait_line("overall")
        assert w.tuijin(*w.flags("cnipa", collector), *said).returncode == 0
        assert w.tuijin(*w.flags("mof", collector), *said).returncode == 65
        watch.wait_line(" 40.00 ")
    w.told.append(("watch", "\n".join(watch.lines)))
    assert w.tuijin(*w.flags("jco", collector, "dispose"), "--task", 9, "--as", "cancelled",
                    "--reason", w.word()).returncode == 0
    assert w.tuijin("simulate", "--connect", collector.endpoint, "--redis", w.redis.url, "--reports", 50,
                    "--rate", 1000, "--keys", w.keys.folder, "--server-key",
                    w.keys.public("collector")).returncode == 0
    w.tuijin(*w.flags("cnipa", collector), "--task", 1, "--state", "in_progress", "--percent", 40,
             "--summary", w.word() * 200)


def keys_are_mistaken(w, collector, _):
    """A secret in the place of its file's name, of an open key, of a line of the list."""
    secret = w.keys.secret("cnipa")
    said = ["report", "--plan", PLAN, "--agency", "cnipa", "--connect", collector.endpoint, "--timeout", 1,
            "--task", 1, "--withdraw"]
    key, server = ["--secret-key", w.keys.path("cnipa")], ["--server-key", w.keys.public("collector")]
    for wrong in ([*key, "--server-key", w.keys.path("collector")], [*key, "--server-key", secret],
                  [*key, "--server-key", secret[1:]], ["--secret-key", secret, *server],
                  ["--secret-key", secret[1:], *server]):
        assert w.tuijin(*said, *wrong).returncode != 0
    w.keys.path("cnipa").chmod(0o644)
    assert w.tuijin(*said, *key, *server).returncode != 0
    w.keys.path("cnipa").chmod(0o600)
    w.tuijin("keys", "list", w.keys.list)
    w.tuijin("keygen", "another", "--dir", w.keys.folder)
    wrong = w.keys.folder / "wrong"
    wrong.touch(mode=0o600)
    wrong.write_text(f"{secret}\n{secret[1:]} cnipa\n{w.keys.public('mof')} mof {secret}\n")
    assert w.tuijin("keys", "check", wrong).returncode != 0


def the_list_changes(w, collector, aggregator):
    good, secret = list(w.keys.lines), w.keys.secret("cnipa")
    for daemon in (collector, aggregator):
        w.keys.write(*good, secret, f"{secret[1:]} cnipa")
        daemon.reload("reload_failed")
        w.keys.write(*good)
        w.keys.withdraw("sta")
        w.keys.make("brief")
        w.keys.authorize("brief", "sta", "expires=2026-12-01")
        daemon.reload("reloaded")
        w.keys.write(*good)
        daemon.reload("reloaded")
    aggregator.wait_line("sessions_ended")


def too_much_is_said(w, *_):
    collector = w.collector("--rate-per-agency", 1)
    cnipa = w.agency("cnipa", collector)
    for _ in range(3):
        w.send(cnipa, w.report(2))


def redis_goes_and_comes(w, collector, aggregator):
    cnipa = w.agency("cnipa", collector)
    w.redis.kill()
    w.send(cnipa, w.report(2))
    for daemon in (collector, aggregator):
        daemon.wait_line("trouble")
    w.tuijin("status", "--redis", w.redis.url)
    w.redis.start()
    w.hear("cnipa", cnipa.report(w.next_seq(), w.report(2)))
    for daemon in (collector, aggregator):
        wait_for(lambda: "recovered" in "\n".join(daemon.lines), f"{daemon.name} is back")


def passwords_are_wrong(w, *_):
    file = w.redis.password_file("collector")
    right = file.read_text()
    w.passwords.append("wr0ng" + secrets.token_hex(16))
    file.write_text(w.passwords[-1] + "\n")
    late = w.collector(ready=False)
    late.wait_line("WRONGPASS")
    file.write_text(right)
    late.wait_ready()
    url = f"unix://user:{w.passwords[-1]}@{w.redis.path}"
    for command, wrong in (("status", url), ("verify", f"redis://reader:{w.passwords[-1]}@127.0.0.1:1"),
                           ("seal", url.replace("@", ""))):
        assert w.tuijin(command, "--redis", wrong).returncode != 0
    w.redis.give_passwords("collector", "aggregator", "reader", "admin")
    try:
        w.redis.client.execute_command("ACL", "LOAD")
    except redis.ConnectionError:
        pass  # it ends all connections, this one too
    w.redis.client = w.redis.login("admin")
    w.learn_passwords()


def it_is_looked_at(w, *_):
    redis_url = ["--redis", w.redis.url, "--plan", PLAN]
    for command in (["status"], ["rollup"], ["trend"], ["seal"], ["verify"], ["history", "--task", 1],
                    ["explain", "task/1"], ["export", "--format", "ndjson"]):
        assert w.tuijin(*command, *redis_url).returncode == 0, command
    w.tuijin("verify", "--seal", f"1774951200123-0:{'0' * 64}", *redis_url)


def the_store_is_tampered_with(w, collector, aggregator):
    key, store = w.redis.key("latest"), w.redis.client
    verify = ["verify", "--redis", w.redis.url, "--plan", PLAN]
    w.send(w.agency("cnipa", collector), w.report(), seq=time.time_ns() // 1000)  # after simulate's
    record = store.hget(key, "1/cnipa")
    old = next(word for word in w.words if word.encode() in record)
    for other in (record.replace(old.encode(), w.word().encode()), w.word().encode()):
        store.hset(key, "1/cnipa", other)
        assert w.tuijin(*verify).returncode != 0
    known = len(aggregator.lines)
    store.xadd(w.redis.key("ledger"), {"records": client.pack({w.word(): w.word()})})
    wait_for(lambda: any("trouble" in line for line in aggregator.lines[known:]), "it is told")
    w.tuijin(*verify)
    assert w.collector(bind=collector.endpoint, ready=False).ended() != 0


EPISODES = (words_are_taken, words_are_refused, nobody_may, commands_speak, keys_are_mistaken,
            the_list_changes, too_much_is_said, redis_goes_and_comes, passwords_are_wrong, it_is_looked_at,
            the_store_is_tampered_with)


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_secret_is_said(form):
    assert "TUIJIN_SECRET_KEY" not in os.environ
    with Town(form) as w:
        w.load_plan()
        collector, aggregator = w.collector(), w.aggregator()
        for episode in EPISODES:
            episode(w, collector, aggregator)
        assert (collector.stop(), aggregator.stop()) == (0, 0)
        assert (EVENTS - w.events(), CODES - w.codes, VERDICTS - w.verdicts) == (set(), set(), set())
        if form == "json":
            assert all("event" in json.loads(line) for d in w.daemons for line in d.lines)
        assert w.search() == []
