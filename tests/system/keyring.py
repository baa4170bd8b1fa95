"""CURVE keys for a test's processes: files as `tuijin keygen` makes them, but by another library.

    with World(keys=True) as w:             the daemons start with keys of their own, `collector` and
                                            `aggregator`, and let in every agency of the plan, an
                                            `operator` and a `subscriber`, each by the key of its name
    w.agency("cnipa", collector)            a client in Python, with cnipa's key
    w.agency("cnipa", collector, key="mof") with another's; key=None: without any
    w.subscriber(aggregator, key="mof")     (with the key `subscriber` if none is said)
    w.tuijin("report", ..., *w.keys.flags("cnipa", "collector"))
    w.keys.make("stray")                    a key that is in no list
    w.keys.authorize("stray", "cnipa", "expires=2026-12-31")
    w.keys.withdraw("mof")                  all lines of that key
    w.keys.write("...")                     the whole list as these lines
    collector.reload()                      has it read the list again, and waits until it has
    w.keys.public("mof"), w.keys.id("mof"), w.keys.path("mof"), w.keys.list
"""

import functools
import hashlib
from pathlib import Path

import rollup
import zmq
from zmq.utils import z85

PLAN_FILE = Path(__file__).resolve().parents[2] / "plans" / "ipr-2026.yaml"


@functools.cache
def agencies():
    return tuple(rollup.read_plan(PLAN_FILE.read_text(encoding="utf-8")).agencies)


class Keys:
    """FOLDER/<name>.key and <name>.pub, and the list FOLDER/authorized_keys."""

    def __init__(self, folder):
        folder.mkdir(mode=0o700)
        self.folder, self.list, self.lines = folder, folder / "authorized_keys", []
        for name in ("collector", "aggregator", "operator", "subscriber", *agencies()):
            self.make(name)
        for name in agencies():
            self.lines.append(f"{self.public(name)} {name}")
        self.authorize("operator", "@operator")
        self.authorize("subscriber", "@subscriber")

    def make(self, name):
        """A new pair in the files of that name."""
        public, secret = zmq.curve_keypair()
        path = self.path(name)
        path.unlink(missing_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(secret + b"\n")
        path.with_suffix(".pub").write_text(f"{public.decode()} {name}\n")

    def path(self, name):
        """The file with the secret."""
        return self.folder / f"{name}.key"

    def secret(self, name):
        return self.path(name).read_text().strip()

    def public(self, name):
        return self.path(name).with_suffix(".pub").read_text().split()[0]

    def id(self, name):
        """As records and people name the key."""
        return hashlib.sha256(z85.decode(self.public(name))).hexdigest()[:16]

    def write(self, *lines):
        self.lines = list(lines)
        # Nobody finds half a list.
        new = self.list.with_suffix(".new")
        new.write_text("".join(f"{line}\n" for line in self.lines))
        new.chmod(0o600)
        new.replace(self.list)

    def authorize(self, name, who, *words):
        self.write(*self.lines, " ".join((self.public(name), who, *words)))

    def withdraw(self, name):
        self.write(*(line for line in self.lines if not line.startswith(self.public(name))))

    def serve(self, name):
        """The flags of a daemon with that key."""
        return ["--secret-key", self.path(name), "--authorized-keys", self.list]

    def flags(self, name, server):
        """The flags of a command with that key, to a daemon with the other."""
        return ["--secret-key", self.path(name), "--server-key", self.public(server)]

    def context(self, context, name, server):
        """The same context, whose sockets have that key and trust the server's."""
        keyed = zmq.Context.shadow(context.underlying)
        keyed.setsockopt(zmq.CURVE_SECRETKEY, self.secret(name).encode())
        keyed.setsockopt(zmq.CURVE_PUBLICKEY, self.public(name).encode())
        keyed.setsockopt(zmq.CURVE_SERVERKEY, self.public(server).encode())
        return keyed
