"""TLS in front of Redis: deploy/stunnel with real stunnels, certificates made as deploy/README.md says."""

import re
import shutil
import socket
import subprocess

import pytest
from guarded_redis import DEPLOY, GuardedWorld
from harness import Process, results, word

AT = 1774951200000

pytestmark = pytest.mark.skipif(shutil.which("stunnel4") is None, reason="stunnel4 is not installed")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def make_certificate(folder, name):
    """The command of the README."""
    text = (DEPLOY / "README.md").read_text()
    command = re.search(r"openssl req [^`]*?\n(?=```|\S)", text.replace("\\\n", " "))[0]
    subprocess.run(command.replace("NAME", name), shell=True, cwd=folder, check=True, timeout=30,
                   capture_output=True)


def start(world, name, changes):
    """A stunnel with this file of deploy/, at places of the test's own."""
    text = (DEPLOY / "stunnel" / f"{name}.conf").read_text()
    for was, now in {"setuid = stunnel4\n": "", "/etc/stunnel/": f"{world.tls}/", **changes}.items():
        assert was in text, was
        text = text.replace(was, now)
    conf = world.tls / f"{name}.conf"
    conf.write_text(re.sub(r"(?m)^setgid = .*\n", "", text))
    tunnel = Process(name, "stunnel4", conf).start()
    tunnel.wait_line("Configuration successful")
    world.tunnels.append(tunnel)
    return tunnel


@pytest.fixture
def world():
    with GuardedWorld() as w:
        w.load_plan()
        w.tls, w.tunnels = w.folder / "tls", []
        w.tls.mkdir()
        for name in ("redis-server", "redis-client", "stranger"):
            make_certificate(w.tls, name)
        shutil.copy(w.tls / "redis-client.crt", w.tls / "redis-clients.crt")
        w.far, w.near = free_port(), free_port()
        start(w, "redis-server", {":::6380": f"127.0.0.1:{w.far}",
                                  "/run/redis/redis.sock": str(w.redis.path)})
        yield w
        for tunnel in w.tunnels:
            tunnel.kill()


def start_client(world, **changes):
    return start(world, "redis-client", {"127.0.0.1:6379": f"127.0.0.1:{world.near}",
                                         "redis.example.org:6380": f"127.0.0.1:{world.far}", **changes})


def url_of(world, user):
    return f"redis://{user}@127.0.0.1:{world.near}?password-file={world.redis.password_file(user)}"


def test_the_whole_way_is_as_good_as_the_socket(world):
    start_client(world)
    collector = world.collector("--redis", url_of(world, "collector"))
    aggregator = world.aggregator("--redis", url_of(world, "aggregator"))
    subscriber = world.subscriber(aggregator)
    ack = world.agency("cnipa", collector).report(world.next_seq(), word(1, 40, AT))
    assert results(ack) == ["accepted"] and ack["durability"] == "fsync"
    subscriber.until(lambda: "ipr-2026/task/1/" in subscriber.data, "it is published")
    done = world.tuijin("verify", "--redis", url_of(world, "reader"))
    assert done.returncode == 0, done.stderr


def test_another_certificate_gets_nowhere(world):
    tunnel = start_client(world, **{"redis-client.crt": "stranger.crt", "redis-client.key": "stranger.key"})
    done = world.tuijin("plan", "show", "--redis", url_of(world, "reader"))
    assert done.returncode == 69 and "not reached" in done.stderr
    world.tunnels[0].wait_line("Rejected by CERT at depth=0: CN=stranger")
    assert tunnel.is_running()


def test_another_server_is_not_talked_to(world):
    shutil.copy(world.tls / "stranger.crt", world.tls / "redis-server.crt")
    tunnel = start_client(world)
    done = world.tuijin("plan", "show", "--redis", url_of(world, "reader"))
    assert done.returncode == 69 and "not reached" in done.stderr
    tunnel.wait_line("Rejected by CERT at depth=0: CN=redis-server")


def test_without_tls_there_is_nothing(world):
    done = world.tuijin("plan", "show", "--redis",
                        url_of(world, "reader").replace(f":{world.near}?", f":{world.far}?"))
    assert done.returncode == 69 and "not reached" in done.stderr
