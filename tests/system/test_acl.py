"""Who may do what in Redis: deploy/redis.conf and deploy/users.acl, with a real server. Every program
finds all that it needs as its own user, and no user can do more."""

import itertools
import json
import os
import shutil

import pytest
import redis
import web
from clocks import Clock
from guarded_redis import DEPLOY, GuardedRedis, GuardedWorld, give_passwords
from harness import PLAN, PLAN_FILE, results, wait_for, word
from scraped import Metrics, becomes

EVENING, NEXT_DAY = "2026-03-31 23:30:00+08:00", "2026-04-01 00:00:01+08:00"
USERS = ("health", "collector", "aggregator", "dashboard", "doctor", "notify", "reader", "office", "repair")
HASHES, STREAMS = ("plan", "latest", "rollup", "summary", "trend"), ("ledger", "seals")
CACHES = ("rollup", "summary", "trend")


def key(name):
    return f"tuijin:{{{PLAN}}}:{name}"


@pytest.fixture(scope="module")
def life(tmp_path_factory, plan):
    """A plan with reports, a ruling, and a day that has ended; its daemons go on."""
    clock = Clock(tmp_path_factory.mktemp("clock") / "clock", EVENING)
    with GuardedWorld(clock) as world:
        world.load_plan()
        live(world, [t.number for t in plan.tasks if t.duty == "lead" and t.agencies[0] == "cnipa"])
        yield world


def live(world, tasks):
    world.tasks = tasks
    world.in_use = world.collector()
    aggregator = world.aggregator()
    cnipa, office = world.agency("cnipa", world.in_use), world.agency("jco", world.in_use)
    at = world.clock.ms()
    ack = cnipa.report(world.next_seq(), *(word(t, 40, at) for t in tasks[:3]))
    assert results(ack) == ["accepted"] * 3 and ack["durability"] == "fsync"
    ruling = {"task": tasks[0], "disposition": "returned", "reason": "…", "at": at}
    assert results(office.dispose(world.next_seq(), ruling)) == ["accepted"]
    subscriber = world.subscriber(aggregator)
    subscriber.until(lambda: subscriber.tick and subscriber.tick["store"] == "ok", "it folds")
    world.clock.set(NEXT_DAY)
    wait_for(lambda: world.redis.client.hlen(key("trend")), "a day is kept")
    assert results(cnipa.report(world.next_seq(), word(tasks[1], 50, at))) == ["accepted"]
    aggregator.restart()
    assert aggregator.stop() == 0  # with a checkpoint
    aggregator.start()
    dashboard = world.as_user("dashboard", web.start, world, aggregator).whole()
    wait_for(lambda: dashboard.api("/feed")["count"] == 5, "it has read the ledger")


def refusals(world):
    """What Redis has refused since it was last asked, but for logins."""
    seen = world.redis.client.acl_log()
    world.redis.client.acl_log_reset()
    return [(x["username"], x["object"]) for x in seen if x["reason"] != "auth"]


# What each may

READING = (
    ("status",), ("status", "--agencies"), ("history", "--agency", "cnipa"), ("rollup",),
    ("rollup", "--as-of", "2026-03-31"), ("explain", "overall"), ("verify",), ("verify", "--all"), ("trend",), ("export", "--format", "csv"),
    ("seal",), ("plan", "show"), ("plan", "show", PLAN), ("plan", "diff", PLAN, PLAN),
)


@pytest.mark.parametrize("command", READING, ids=" ".join)
def test_a_reader_reads(life, command):
    done = life.tuijin(*command, "--redis", life.redis.url)
    assert done.returncode == 0 and done.stdout and "NOPERM" not in done.stderr, done


def test_in_the_whole_life_nothing_was_refused(life):
    assert refusals(life) == []
    assert all(life.redis.client.exists(key(name)) for name in HASHES + STREAMS)
    assert not [line for d in life.daemons for line in d.lines if "level=warn" in line or "NOPERM" in line]


def test_notify_reads_plans_for_its_titles(life):
    done = life.tuijin("notify", "--digest", "--json", "--connect", life.daemons[1].endpoint,
                       "--redis", life.redis.url_of("notify"))
    assert done.returncode == 0 and "no tasks need an agency's attention" in done.stderr, done
    assert refusals(life) == []


def test_the_office_rules_by_the_collector_and_reads_as_a_reader(life):
    done = life.tuijin("dispose", "--task", life.tasks[0], "--as", "verified", "--agency", "jco",
                       "--at", "2026-03-31", "--connect", life.in_use.endpoint,
                       "--redis", life.redis.url, "--plan", PLAN)
    assert done.returncode == 0, done.stderr


def test_a_doctor_sees_all_that_it_looks_at(life):
    done = life.tuijin("doctor", "redis", "room", "plans", "--json", "--folder", life.folder,
                       "--collector", life.in_use.endpoint, "--collector-http", life.in_use.http,
                       "--redis", life.redis.url_of("doctor"))
    found = json.loads(done.stdout)["findings"]
    assert {f["check"] for f in found} == {"redis", "room", "plans"}
    assert not [f for f in found if "denied" in f["code"] or "NOPERM" in f["what"]], found
    assert refusals(life) == []


def test_a_reader_checks_the_seals_that_it_has_kept(life, tmp_path, monkeypatch):
    """With the commands of the help pages."""
    kept = tmp_path / "seals"
    monkeypatch.setenv("TUIJIN_REDIS", life.redis.url)
    for _ in range(3):
        with kept.open("a") as file:
            file.write(life.tuijin("seal", "--plan", PLAN).stdout)
    text, seals = kept.read_text(), kept.read_text().split()
    for given in ([text], [text.replace("\n", "\r\n")], [", ".join(seals)],
                  ["\t".join(seals[:2]), seals[2]]):
        check_given(life, *(f"--seal={x}" for x in given))
    for given in (text, ",".join(seals), " ".join(seals)):
        monkeypatch.setenv("TUIJIN_SEAL", given)
        check_given(life)


def check_given(world, *flags):
    done = world.tuijin("verify", "--plan", PLAN, "--json", *flags)
    assert done.returncode == 0 and json.loads(done.stdout)["given"] == 3, (flags, done)


@pytest.mark.parametrize("given, shown", (("{0}\nx\n", "x"), ("x,{0}", "x"), (" \n", ""), ("{0};{0}", None),
                                          ("{0}{0}", None)))
def test_one_seal_among_several_that_is_none_is_refused(life, given, shown):
    seal = life.tuijin("seal", "--redis", life.redis.url).stdout.strip()
    done = life.tuijin("verify", "--redis", life.redis.url, "--seal", given.format(seal))
    assert (done.returncode, done.stdout) == (64, "")
    assert "is no POSITION:HASH" in done.stderr
    assert shown is None or f"--seal: '{shown}' is no" in done.stderr, done.stderr


def test_a_plan_that_was_lost_is_brought_back_not_begun_again(life):
    store, kept = life.redis.client, life.redis.client.hgetall(key("plan"))
    entries = store.xlen(key("ledger"))
    store.delete(key("plan"))
    done = life.tuijin("plan", "load", PLAN_FILE, "--redis", life.redis.url_of("office"))
    assert done.returncode == 65 and store.xlen(key("ledger")) == entries, done
    assert f"its ledger has {entries} entries, but the plan itself is gone" in done.stderr
    assert f"'tuijin verify --plan {PLAN} --repair' brings it back" in done.stderr
    done = life.tuijin("verify", "--plan", PLAN, "--repair", "--redis", life.redis.url_of("repair"))
    assert done.returncode == 0 and store.hgetall(key("plan")) == kept, done
    done = life.tuijin("plan", "load", PLAN_FILE, "--redis", life.redis.url_of("office"))
    assert done.returncode == 0 and "nothing changed" in done.stdout, done


def test_repairing_is_for_who_may(life):
    store, field = life.redis.client, f"{life.tasks[2]}/cnipa"
    record = store.hget(key("latest"), field)
    for was, do in ((record, lambda: store.hset(key("latest"), field, b"x")),
                    (record, lambda: store.hdel(key("latest"), field))):
        do()
        done = life.tuijin("verify", "--repair", "--redis", life.redis.url)
        assert done.returncode == 69, done
        assert f"NOPERM EVAL {key('plan')}: " in done.stderr, done.stderr
        done = life.tuijin("verify", "--repair", "--redis", life.redis.url_of("repair"))
        assert done.returncode == 0, done
        assert store.hget(key("latest"), field) == was
    store.delete(key("summary"))
    store.set(key("summary"), "no hash")
    done = life.tuijin("verify", "--repair", "--redis", life.redis.url_of("repair"))
    assert done.returncode == 0, done
    assert set(refusals(life)) == {("reader", "type")}


@pytest.mark.parametrize("user", ("reader", "repair", "collector", "aggregator"))
def test_a_plan_is_the_offices_to_load(life, user, tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_bytes(life.redis.client.hget(key("plan"), "yaml"))
    file.write_text(file.read_text().replace("\nid: ipr-2026\n", "\nid: another\n"))
    done = life.tuijin("plan", "load", file, "--redis", life.redis.url_of(user))
    assert done.returncode == 69
    assert "NOPERM EVAL tuijin:{another}:plan: " in done.stderr or user == "collector", done.stderr
    assert "NOPERM" in done.stderr
    assert not life.redis.client.sismember("tuijin:plans", "another")
    life.redis.client.delete("tuijin:{another}:plan", "tuijin:{another}:ledger")
    life.redis.client.acl_log_reset()


# What each may not

def is_refused(store, *command):
    try:
        store.execute_command(*command)
    except redis.exceptions.NoPermissionError:
        return True
    except redis.ResponseError as e:
        said = str(e)
        return "The user executing the script can't " in said or " not allowed" in said
    return False


def in_script(command, *keys):
    return ("EVAL", "return redis.call(unpack(ARGV))", len(keys), *keys, *command)


def content(world):
    store = world.redis.client
    return {name: store.dump(name) for name in store.keys("*")}


NEVER = (
    ("FLUSHALL",), ("FLUSHDB",), ("SWAPDB", 0, 0), ("SELECT", 0), ("SHUTDOWN", "NOSAVE"), ("KEYS", "*"), ("SCAN", 0),
    ("RANDOMKEY",), ("DBSIZE",), ("CONFIG", "SET", "appendonly", "no"), ("CONFIG", "REWRITE"),
    ("CONFIG", "RESETSTAT"), ("DEBUG", "SLEEP", 0), ("SCRIPT", "FLUSH"), ("SCRIPT", "KILL"),
    ("SCRIPT", "LOAD", "return 1"), ("EVALSHA", "0" * 40, 0), ("FUNCTION", "FLUSH"), ("ACL", "LIST"),
    ("ACL", "WHOAMI"), ("ACL", "SETUSER", "default", "on", "nopass"), ("ACL", "SAVE"), ("ACL", "LOAD"),
    ("REPLICAOF", "NO", "ONE"), ("MONITOR",), ("CLIENT", "LIST"), ("CLIENT", "KILL", "TYPE", "normal"),
    ("CLIENT", "PAUSE", 1), ("CLIENT", "NO-EVICT", "on"), ("SAVE",), ("BGSAVE",), ("BGREWRITEAOF",),
    ("MODULE", "LIST"), ("LATENCY", "RESET"), ("SLOWLOG", "RESET"), ("SUBSCRIBE", "x"),
    ("PUBLISH", "x", "y"), ("WAIT", 0, 0), ("GET", "other"), ("SET", "other", "x"),
    ("SET", key("other"), "x"), ("HGETALL", "other"), ("XADD", "other", "*", "a", "b"),
    ("HSET", "other", "a", "b"), ("SADD", "other", "x"), ("SREM", "tuijin:plans", PLAN),
    ("DEL", "tuijin:plans"), ("HSET", "tuijin:plans", "a", "b"),
    *((what, key(name)) for name in STREAMS for what in ("DEL", "UNLINK", "PERSIST", "DUMP")),
    *((what, key(name), *words) for name in STREAMS + HASHES for what, *words in (
        ("EXPIRE", 1), ("RENAME", "other"), ("COPY", "other"), ("MIGRATE", 0, 0, 0, 0), ("SET", "x"),
        ("RESTORE", 0, "x", "REPLACE"), ("SORT", "STORE", "x"), ("MOVE", 1), ("HINCRBY", "a", 1))),
    *((what, key(name), *words) for name in STREAMS for what, *words in (
        ("XDEL", "0-1"), ("XTRIM", "MAXLEN", 0), ("XSETID", "0-1"), ("XAUTOCLAIM", "g", "c", 0, 0))),
    *(("XGROUP", "CREATE", key(name), "g", "$") for name in STREAMS),
)


@pytest.mark.parametrize("user", USERS)
def test_nobody_may(life, user):
    before, store = content(life), life.redis.login(user)
    for command in NEVER:
        assert is_refused(store, *command), command
        assert is_refused(store, *in_script(command)), command
        assert is_refused(store, *in_script(command, key("plan"))), command
    assert content(life).keys() == before.keys()
    store.close()


# Which words write, to which keys each user may say them
WRITES = {"HSET": ("a", "b"), "HDEL": ("a",), "DEL": (), "UNLINK": (), "XADD": ("*", "a", "b"),
          "SADD": ("x",)}
MAY_WRITE = {
    "health": {}, "reader": {}, "dashboard": {}, "doctor": {}, "notify": {},
    "collector": {"HSET": ("plan", "latest"), "XADD": ("ledger",)},
    "aggregator": {"HSET": CACHES, "HDEL": CACHES, "DEL": CACHES, "XADD": ("seals",)},
    "office": {"HSET": ("plan",), "XADD": ("ledger",)},
    "repair": {"HSET": HASHES, "HDEL": HASHES, "UNLINK": HASHES},
}
READS = {"HGETALL": (), "HGET": ("a",), "HMGET": ("a",), "XRANGE": ("-", "+"), "XREVRANGE": ("+", "-"),
         "XLEN": (), "HKEYS": (), "HLEN": ()}
MAY_READ = {
    "health": (), "reader": HASHES + STREAMS, "repair": HASHES + STREAMS,
    "collector": ("plan", "latest", "ledger"), "office": ("plan",), "dashboard": ("plan", "ledger"),
    "aggregator": ("plan", "ledger", *CACHES, "seals"),
    "doctor": ("plan", "latest", "ledger", "rollup", "seals"), "notify": ("plan",),
}


@pytest.mark.parametrize("user", USERS)
def test_each_writes_only_what_is_its_own(life, user):
    before, store = content(life), life.redis.login(user)
    for (what, words), name in itertools.product(WRITES.items(), HASHES + STREAMS):
        command, may = (what, key(name), *words), name in MAY_WRITE[user].get(what, ())
        tried = life.redis.client.execute_command("ACL", "DRYRUN", user, *command)
        assert (tried == b"OK") == may, (command, tried)
        if not may:
            assert is_refused(store, *command), command
            assert is_refused(store, *in_script(command, key(name))), command
            assert is_refused(store, *in_script(command)), command
    sadd = life.redis.client.execute_command("ACL", "DRYRUN", user, "SADD", "tuijin:plans", "x")
    assert (sadd == b"OK") == (user == "office")
    assert content(life).keys() == before.keys()
    store.close()


@pytest.mark.parametrize("user", USERS)
def test_each_reads_only_what_it_needs(life, user):
    store = life.redis.login(user)
    for (what, words), name in itertools.product(READS.items(), HASHES + STREAMS):
        command = (what, key(name), *words)
        if (user, what, name) == ("office", "XLEN", "ledger"):
            assert not is_refused(store, *command)
        elif name not in MAY_READ[user]:
            assert is_refused(store, *command), command
            assert is_refused(store, *in_script(command, key(name))), command
    assert is_refused(store, "CONFIG", "GET", "*") == (user not in ("collector", "doctor"))
    assert is_refused(store, "INFO") == (user not in ("health", "aggregator", "doctor"))
    assert store.ping()
    store.close()


def test_without_a_user_there_is_nothing(life):
    for credentials in ({}, {"password": "x"}, {"username": "default", "password": "x"},
                        {"username": "nobody", "password": "x"}, {"username": "admin", "password": "x"},
                        {"username": "reader", "password": "x"}):
        store = redis.Redis(unix_socket_path=str(life.redis.path), **credentials)
        for command in (("PING",), ("GET", "x"), ("EVAL", "return 1", 0), ("ACL", "WHOAMI"), ("INFO",)):
            with pytest.raises((redis.AuthenticationError, redis.ResponseError), match="WRONGPASS|invalid "
                               "username|Authentication required|NOAUTH"):
                store.execute_command(*command)
        store.close()
    done = life.tuijin("status", "--redis", f"unix://{life.redis.path}")
    assert done.returncode == 69 and "it wants a user and a password (redis://USER" in done.stderr


def test_who_may_next_to_nothing_is_told_what_that_is_not(life):
    done = life.tuijin("status", "--redis", life.redis.url_of("health"))
    assert done.returncode == 69 and "redis: NOPERM SMEMBERS tuijin:plans: " in done.stderr, done.stderr
    life.redis.client.acl_log_reset()


# The files

def test_as_they_come_the_files_let_nobody_in(tmp_path):
    server = GuardedRedis(tmp_path / "redis")
    shutil.copy(DEPLOY / "users.acl", server.acl)
    server.answers = lambda: (server.folder / "redis.sock").exists()
    server.start()
    try:
        for user in (*USERS, "admin"):
            for password in ("", user, server.password_file(user).read_text().strip()):
                store = redis.Redis(unix_socket_path=str(server.path), username=user, password=password)
                with pytest.raises((redis.AuthenticationError, redis.ResponseError)):
                    store.ping()
    finally:
        server.stop()


def test_the_settings_are_in_force(life):
    want = {"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "no", "save": "",
            "maxmemory-policy": "noeviction", "protected-mode": "yes", "enable-debug-command": "no",
            "unixsocketperm": "770", "requirepass": "", "client-output-buffer-limit":
            "normal 536870912 134217728 60 slave 268435456 67108864 60 pubsub 1048576 1048576 10"}
    for name, value in want.items():
        assert life.redis.client.config_get(name) == {name: value}
    assert life.redis.client.config_get("maxmemory")["maxmemory"] != "0"
    assert life.redis.path.stat().st_mode & 0o777 == 0o770


def test_a_new_password_is_one_users(tmp_path):
    server = GuardedRedis(tmp_path / "redis")
    server.acl.chmod(0o640)
    before, other = server.acl.read_text().splitlines(), server.password_file("reader").read_text()
    secret = server.password_file("collector").read_text()
    said = server.give_passwords("collector")
    after, now = server.acl.read_text().splitlines(), server.password_file("collector").read_text()
    assert [a for a, b in zip(after, before) if a != b] == [x for x in after if x.startswith("user coll")]
    assert len(after) == len(before) and server.acl.stat().st_mode & 0o777 == 0o640
    assert now != secret and len(now.strip()) == 64 and now.strip() not in said
    assert now.strip() not in server.acl.read_text()
    assert server.password_file("collector").stat().st_mode & 0o777 == 0o600
    assert server.password_file("reader").read_text() == other
    assert after[-1].count(" #") == 1


def off_no_file(folder, acl):
    acl.unlink()


def off_a_folder(folder, acl):
    acl.unlink()
    acl.mkdir()


def off_a_link(folder, acl):
    acl.rename(acl.with_name("other.acl"))
    acl.symlink_to(acl.with_name("other.acl"))


def off_no_user(folder, acl):
    acl.write_text("user default off\n")


def off_folder_is_a_file(folder, acl):
    folder.rmdir()
    folder.write_text("")


def off_password_is_a_folder(folder, acl):
    (folder / "health.redis-password").mkdir()


@pytest.mark.parametrize("off, users, status, said", (
    (off_no_file, (), 66, "{acl}: no such file"),
    (off_a_folder, (), 66, "{acl}: no such file"),
    (off_a_link, (), 66, "{acl} is a link: name the file itself"),
    (off_no_user, (), 65, "{acl} has no user"),
    (None, ("health", "default"), 65, "default is nobody's user"),
    (None, ("health", "nobody"), 65, "{acl} has no user nobody"),
    (None, ("health", "re.der"), 65, "'re.der' is no name of a user"),
    (None, ("health", ""), 65, "'' is no name of a user"),
    (off_folder_is_a_file, (), 73, "{folder} cannot be made"),
    (off_password_is_a_folder, ("health", "reader"), 73, "{folder}/health.redis-password cannot be written"),
), ids=lambda x: getattr(x, "__name__", None))
def test_giving_passwords_stops_at_what_is_off(tmp_path, off, users, status, said):
    folder, acl = tmp_path / "tuijin", tmp_path / "users.acl"
    folder.mkdir()
    shutil.copy(DEPLOY / "users.acl", acl)
    if off:
        off(folder, acl)
    before = acl.read_text() if acl.is_file() else None
    done = give_passwords(folder, acl, *users)
    assert (done.returncode, done.stdout) == (status, ""), done
    assert f"redis-passwords: {said.format(acl=acl, folder=folder)}" in done.stderr
    assert not [f for f in tmp_path.rglob("*") if f.is_file() and f not in (acl, folder, tmp_path / "other.acl")]
    assert before is None or acl.read_text() == before


@pytest.mark.parametrize("program, said", (
    ("od", "/dev/urandom gave no password"), ("tr", "/dev/urandom gave no password"),
    ("sha256sum", "sha256sum gave no hash"), ("cut", "sha256sum gave no hash"),
    ("cp", "users.acl cannot be copied"), ("sed", "users.acl cannot be written"),
    ("mv", "users.acl cannot be replaced"),
))
def test_giving_passwords_stops_where_a_program_fails(tmp_path, program, said):
    folder, acl, path = tmp_path / "tuijin", tmp_path / "users.acl", tmp_path / "bin"
    path.mkdir()
    (path / program).symlink_to("/bin/false")
    shutil.copy(DEPLOY / "users.acl", acl)
    env = {"PATH": f"{path}:{os.environ['PATH']}"}
    done = give_passwords(folder, acl, "health", "reader", env=env)
    assert (done.returncode, done.stdout) == (66 if program == "cp" else 73, ""), done
    assert said in done.stderr and list(folder.iterdir()) == []
    assert acl.read_text() == (DEPLOY / "users.acl").read_text()
    assert give_passwords(folder, acl, "health", "reader").returncode == 0
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("program, status", (("grep", 66), ("cp", 66), ("sed", 0)))
def test_a_link_that_comes_in_between_is_not_followed(tmp_path, program, status):
    folder, acl, path, victim = (tmp_path / x for x in ("tuijin", "users.acl", "bin", "victim"))
    path.mkdir()
    acl.write_text("user health on +ping\n")
    victim.write_text("user health of another\n")
    step = path / program
    step.write_text(f'#!/bin/sh\nln -sfT {victim} {acl}\nPATH=${{PATH#*:}} exec {program} "$@"\n')
    step.chmod(0o755)
    done = give_passwords(folder, acl, "health", env={"PATH": f"{path}:{os.environ['PATH']}"})
    assert done.returncode == status, done
    assert victim.read_text() == "user health of another\n"
    assert acl.is_symlink() == (status != 0) and (status != 0 or "another" not in acl.read_text())


# What is said where a right is missing

def test_a_collector_that_may_not_ask_how_durable_redis_is_says_so():
    with GuardedWorld() as world:
        world.load_plan()
        world.redis.client.execute_command("ACL", "SETUSER", "collector", "-config|get")
        collector = world.collector()
        said = collector.wait_line("event=weak_store")
        assert "durability=none reason=\"may not ask how durable Redis is (CONFIG GET is refused)" in said
        ack = world.agency("cnipa", collector).report(world.next_seq(), word(1, 5, 1774951200000))
        assert ack["durability"] == "none"


@pytest.mark.parametrize("program, right, said", (
    ("collector", "-hgetall", f"NOPERM HGETALL {key('latest')}: "),
    ("aggregator", "-xread", f"NOPERM XREAD {key('ledger')}: "),
    ("aggregator", "-hmget", f"NOPERM EVAL {key('plan')}: "),
))
def test_a_daemon_tells_which_right_it_lacks_and_goes_on_once_it_has_it(program, right, said):
    with GuardedWorld() as world:
        world.load_plan()
        world.redis.client.execute_command("ACL", "SETUSER", program, right)
        daemon = getattr(world, program)(ready=False)
        assert "level=warn" in daemon.wait_line(said)
        with pytest.raises(redis.RedisError):
            world.redis.client.execute_command("ACL", "LOAD")  # ends all connections, this one too
            world.redis.client.ping()
            raise redis.RedisError
        daemon.wait_ready()


def test_an_aggregator_that_may_not_ask_redis_of_its_room_does_all_else():
    with GuardedWorld() as world:
        world.load_plan()
        world.redis.client.execute_command("ACL", "SETUSER", "aggregator", "-info")
        aggregator = world.aggregator()
        assert "level=warn" in aggregator.wait_line("event=trouble plan=* reason=\"redis: NOPERM")
        metrics = Metrics(aggregator)
        assert metrics("tuijin_ready") == metrics("tuijin_redis_up") == 1
        assert not metrics.has("tuijin_redis_memory_used_bytes")
        world.redis.client.execute_command("ACL", "SETUSER", "aggregator", "+info")
        becomes(aggregator, lambda m: m.has("tuijin_redis_memory_used_bytes"), "it is told again")
        assert len([x for x in aggregator.lines if "event=trouble" in x]) == 1


def test_a_command_tells_which_right_it_lacks(life):
    for command, right, said in ((("status",), "-hmget", f"NOPERM HMGET {key('summary')}: "),
                                 (("verify",), "-hgetall", f"NOPERM HGETALL {key('plan')}: "),
                                 (("history", "--task", 1), "-xrange", f"NOPERM XRANGE {key('ledger')}: ")):
        life.redis.client.execute_command("ACL", "SETUSER", "reader", right)
        done = life.tuijin(*command, "--redis", life.redis.url)
        life.redis.client.execute_command("ACL", "SETUSER", "reader", f"+{right[1:]}")
        assert done.returncode == 69 and said in done.stderr, done.stderr


def everything(world):
    return ({name: world.redis.client.hgetall(key(name)) for name in HASHES}
            | {name: world.redis.client.xrange(key(name)) for name in STREAMS})


def test_what_was_stored_is_there_again_when_redis_was_killed():
    """Redis reads its append-only file with the rights of the user `default`."""
    with GuardedWorld() as world:
        world.load_plan()
        collector, aggregator = world.collector(), world.aggregator()
        agency = world.agency("cnipa", collector)
        at = world.next_seq() // 1000
        assert results(agency.report(world.next_seq(), word(2, 30, at))) == ["accepted"]
        wait_for(lambda: world.redis.client.exists(key("seals")), "a checkpoint with its seal")
        for daemon in (collector, aggregator):
            assert daemon.stop() == 0
        before = everything(world)
        world.redis.kill()
        world.redis.start()
        assert everything(world) == before and before["ledger"] and before["latest"]


def test_nobody_is_in_without_a_name(life):
    """Though `default` has rights, for Redis' own sake."""
    nobody = redis.Redis(unix_socket_path=str(life.redis.path))
    for words in (("PING",), ("KEYS", "*"), ("MULTI",), ("EVAL", "return 1", 0)):
        with pytest.raises((redis.AuthenticationError, redis.ResponseError), match="NOAUTH|Authentication"):
            nobody.execute_command(*words)
    for password in ("", "x"):
        with pytest.raises((redis.AuthenticationError, redis.ResponseError)):
            redis.Redis(unix_socket_path=str(life.redis.path)).execute_command("AUTH", "default", password)
