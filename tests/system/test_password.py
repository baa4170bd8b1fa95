"""Passwords of Redis in files: taken up when they change, waited for when they are missing, and in
nothing that is written."""

import pytest
import redis
from guarded_redis import GuardedWorld
from harness import PLAN, results, wait_for, word

AT = 1774951200000


@pytest.fixture
def world():
    with GuardedWorld() as w:
        w.load_plan()
        w.secrets = []
        yield w
        w.secrets += [f.read_text().strip() for f in w.redis.folder.glob("*.redis-password")]
        said = w.logs() + (w.redis.folder / "redis.log").read_text()
        assert not [s for s in w.secrets if s in said]


def rotate(world):
    """As deploy/README.md says it."""
    files = [world.redis.password_file(u) for u in ("collector", "aggregator", "reader", "admin")]
    world.secrets += [f.read_text().strip() for f in files]
    world.redis.give_passwords("collector", "aggregator", "reader", "admin")
    load_acl(world)
    world.redis.client = world.redis.login("admin")


def load_acl(world):
    """Redis 7.0 then ends all connections, this one too."""
    try:
        world.redis.client.execute_command("ACL", "LOAD")
    except redis.ConnectionError:
        pass


def users(world):
    """user -> connections with its present password."""
    names = [c["user"] for c in world.redis.client.client_list()]
    return {name: names.count(name) for name in names}


def test_a_password_is_rotated_under_running_daemons(world):
    collector, aggregator = world.collector(), world.aggregator()
    cnipa, subscriber = world.agency("cnipa", collector), world.subscriber(aggregator)
    for percent in (10, 20, 30):
        ack = cnipa.report(world.next_seq(), word(1, percent, AT))
        assert results(ack) == ["accepted"]
        topic = f"{PLAN}/task/1/"
        subscriber.until(lambda: topic in subscriber.data and
                         subscriber.data[topic]["position"] == ack["position"], "it is published")
        rotate(world)
        done = world.tuijin("status", "--redis", world.redis.url)
        assert done.returncode == 0, done.stderr
    wait_for(lambda: {"collector", "aggregator"} <= users(world).keys(), "both are back")
    assert collector.is_running() and aggregator.is_running()


def break_missing(file):
    file.rename(file.with_suffix(".aside"))


def break_loose(file):
    file.chmod(0o644)


def break_wrong(file):
    file.with_suffix(".aside").write_text(file.read_text())
    file.write_text("not the password at all\n")


def mend(file):
    aside = file.with_suffix(".aside")
    if aside.exists():
        aside.chmod(0o600)
        aside.rename(file)
    file.chmod(0o600)


BROKEN = pytest.mark.parametrize("do, said", (
    (break_missing, "password file: {}: No such file or directory"),
    (break_loose, "password file: {}: others may read it: chmod 600"),
    (break_wrong, "({}) was refused: WRONGPASS"),
), ids=lambda x: getattr(x, "__name__", ""))


@BROKEN
@pytest.mark.parametrize("program", ("collector", "aggregator"))
def test_a_file_that_is_off_is_told_and_waited_for(world, program, do, said):
    file = world.redis.password_file(program)
    do(file)
    daemon = getattr(world, program)(ready=False)
    assert "level=warn" in daemon.wait_line(said.format(file))
    assert not daemon.find("event=ready")
    mend(file)
    daemon.wait_ready()


@BROKEN
def test_a_command_tells_what_is_off_with_the_file(world, do, said):
    file = world.redis.password_file("reader")
    do(file)
    done = world.tuijin("plan", "show", "--redis", world.redis.url)
    assert (done.returncode, done.stdout) == (69, "")
    assert said.format(file) in done.stderr
    assert "not the password" not in done.stderr
    mend(file)
    assert world.tuijin("plan", "show", "--redis", world.redis.url).returncode == 0


def test_a_password_file_of_windows_is_taken(world):
    file = world.redis.password_file("reader")
    was = file.read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + was.strip() + b"\r\n")
    done = world.tuijin("plan", "show", "--redis", world.redis.url)
    assert done.returncode == 0, done.stderr
    file.write_bytes(was)


def test_a_url_that_is_off_shows_nothing_of_itself(world):
    for url in ("redis://:s3cret@h?password-file=/x", "redis://s3cret@h", "unix:///x?password=s3cret",
                "unix:///x?user=u&password-file=s3cret", "redis://h:s3cret"):
        for command in (["status"], ["verify"]):
            done = world.tuijin(*command, "--redis", url)
            assert done.returncode == 64 and "URL of Redis: " in done.stderr
            assert "s3cret" not in done.stderr
