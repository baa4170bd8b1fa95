"""`tuijin doctor` and what it says of faults that were put in on purpose: each is named, and nothing else
is blamed for it than what follows from it."""

import contextlib
import os
import re
import time

import doctoring
import pytest
from doctoring import Pretender, examine
from faults import stopped
from harness import wait_for
from patient import PLAN, Patient

LATE = "9999999999999-1"  # a position that no ledger has come to
QUICK = "keys", "redis", "plans", "collector", "ledger", "dashboard"  # without a wait for a tick


@pytest.fixture(scope="module")
def patient():
    with Patient() as p:
        p.wait_kept()
        yield p


@pytest.fixture(autouse=True)
def undone(request):
    """What a test has done to the installation that all share is undone: it is well again."""
    yield
    if "patient" in request.fixturenames:
        p = request.getfixturevalue("patient")
        wait_for(lambda: not p.examine(*QUICK).trouble, "it is well again")


def test_a_healthy_installation_has_nothing_to_complain_of(patient):
    begun = time.monotonic()
    found = patient.examine()
    assert time.monotonic() - begun < 3
    assert not found.trouble and not found.of("skipped"), found
    assert {check for check, _ in found.of("fine")} == {
        "keys", "redis", "room", "plans", "agencies", "collector", "aggregator", "ledger", "dashboard",
        "clocks"}


def test_looking_leaves_no_trace_in_redis(patient):
    def state():
        keys = sorted(patient.store.scan_iter("*"))
        return [(key, patient.store.dump(key)) for key in keys if b":rollup" not in key]

    patient.store.acl_log_reset()
    before = state()
    patient.examine()
    assert state() == before
    assert patient.store.acl_log() == []


# Redis

@contextlib.contextmanager
def setting(p, name, value):
    old = p.store.config_get(name)[name]
    p.store.config_set(name, value)
    try:
        yield
    finally:
        p.store.config_set(name, old)


@contextlib.contextmanager
def content(file, new):
    old = file.read_bytes()
    file.write_bytes(new)
    try:
        yield
    finally:
        file.write_bytes(old)


@pytest.mark.parametrize("name, value, code, said", (
    ("appendfsync", "everysec", "redis_everysec", "the last second"),
    ("appendfsync", "no", "redis_not_durable", "can be lost"),
    ("appendonly", "no", "redis_not_durable", "can be lost"),
    ("no-appendfsync-on-rewrite", "yes", "redis_not_durable", "can be lost"),
))
def test_redis_that_may_lose_what_it_confirmed(patient, name, value, code, said):
    right = patient.store.config_get(name)[name]
    with setting(patient, name, value):
        found = patient.examine()
    assert found.trouble == {("redis", code)}, found
    assert said in found[code].what and f"{name} {value}" in found[code].what
    assert f"CONFIG SET {name} {right}" in found[code].mend
    assert found[code].mend.count("CONFIG SET") == 1  # and no other setting


def test_memory_of_redis_that_is_nearly_full(patient):
    with setting(patient, "maxmemory", str(int(patient.store.info("memory")["used_memory"] * 1.02))):
        found = patient.examine("room")
    assert found.trouble == {("room", "memory_full")}, found


def test_redis_that_is_full(patient):
    """It takes no transactions then, not even those that only read."""
    with setting(patient, "maxmemory", str(patient.store.info("memory")["used_memory"] // 2)):
        found = patient.examine()
    assert {("room", "memory_full"), ("plans", "redis_full")} <= found.trouble, found
    assert "'tuijin doctor room'" in found["redis_full"].mend


def skips_redis(found):
    """All that is in Redis was not looked at, and is not blamed."""
    assert {check for check, _ in found.of("skipped")} == {
        "room", "plans", "agencies", "aggregator", "ledger"}, found


def test_a_wrong_password(patient):
    with content(patient.etc / "doctor.redis-password", b"wrong\n"):
        found = patient.examine()
    assert found.trouble == {("redis", "redis_wrong_password")}, found
    assert "WRONGPASS" in found["redis_wrong_password"].what and "wrong\n" not in str(found)
    skips_redis(found)


def test_a_password_that_others_may_read(patient):
    file = patient.etc / "doctor.redis-password"
    file.chmod(0o644)
    found = patient.examine()
    file.chmod(0o600)
    assert found.trouble == {("keys", "password_file"), ("redis", "redis_password_file")}, found
    assert "others may read it" in found["redis_password_file"].what


def test_no_password(patient):
    found = patient.examine("redis", "--redis", f"unix://{patient.redis.path}")
    assert found.trouble == {("redis", "redis_wants_password")}, found


def test_a_user_who_may_not_ask_is_no_fault(patient):
    found = patient.examine("--redis", patient.redis.url_of("reader"))
    assert found.trouble == found.of("advice") == {("redis", "redis_denied")}, found
    assert ("room", "redis_denied") in found.of("skipped") and not found.of("fault"), found
    assert "user 'doctor'" in found["redis_denied"].mend


def test_the_variable_of_other_commands_names_the_server_and_not_the_user(patient):
    found = patient.examine("redis", "room", TUIJIN_REDIS=patient.redis.url_of("reader"))
    assert not found.trouble and not found.of("skipped"), found
    found = patient.examine("redis", TUIJIN_REDIS="redis://reader@127.0.0.1:1?password-file=/x")
    assert found.trouble == {("redis", "redis_down")}, found


def test_a_redis_that_hangs(patient):
    with stopped(patient.redis):
        found = patient.examine("--timeout", 1)
    assert ("redis", "redis_silent") in found.trouble, found
    skips_redis(found)


def test_what_is_no_redis(patient):
    for url, code in ((f"redis://{patient.the_collector.http}", "redis_other"),
                      ("redis://127.0.0.1:1", "redis_down"),
                      ("redis://no-such-machine.invalid", "redis_unknown_host"),
                      ("redis://", "redis_url")):
        found = patient.examine("redis", "--redis", url)
        assert found.trouble == {("redis", code)}, (url, found)


def test_a_redis_that_lets_everybody_in(patient):
    """Who reaches its socket is what counts where it has no port."""
    patient.store.execute_command("ACL", "SETUSER", "default", "on", "nopass")
    socket, folder = patient.redis.path, patient.redis.path.parent
    modes = socket.stat().st_mode, folder.stat().st_mode
    for mode, of_folder, code in ((0o777, 0o711, "redis_open"), (0o770, 0o711, "redis_socket"),
                                  (0o777, 0o710, "redis_socket")):
        socket.chmod(mode)
        folder.chmod(of_folder)
        found = patient.examine("redis")
        assert ("redis", code) in found.of("fine" if code == "redis_socket" else "advice"), found
        assert len(found.trouble) == (code == "redis_open"), found
    with setting(patient, "port", doctoring.free_port()):
        assert patient.examine("redis").trouble == {("redis", "redis_open")}
    socket.chmod(modes[0])
    folder.chmod(modes[1])
    patient.store.execute_command("ACL", "SETUSER", "default", "off", "resetpass")


def test_a_redis_that_lets_everybody_in_from_everywhere(patient):
    patient.store.execute_command("ACL", "SETUSER", "default", "on", "nopass")
    with setting(patient, "bind", "* -::*"), setting(patient, "protected-mode", "no"), \
            setting(patient, "port", doctoring.free_port()):
        found = patient.examine("redis")
    patient.store.execute_command("ACL", "SETUSER", "default", "off", "resetpass")
    assert found.trouble == {("redis", "redis_open_to_network")} == found.of("fault"), found


@pytest.mark.parametrize("bind, code", (
    ("127.0.0.1 -::1", "redis_open"),
    ("127.0.0.1 ::1", "redis_open"),
    ("127.0.0.1 -2001:db8::1", "redis_open_to_network"),
    ("2001:db8::1:2", "redis_open_to_network"),
    ("", "redis_open_to_network"),
    (" ".join(["127.0.0.1"] * 12 + ["10.0.0.5"]), "redis_open_to_network"),
))
def test_where_a_redis_that_lets_everybody_in_listens(tmp_path, bind, code):
    with Pretender(settings={"bind": bind, "protected-mode": "no"}) as server:
        found = examine("redis", "--folder", tmp_path, "--redis", server.url)
    assert doctoring.codes(found, "advice", "fault") == [code], found


@pytest.mark.parametrize("answer, level, code, said", (
    (b"-ERR max number of clients reached\r\n", "skipped", "redis_access_unknown", "max number of clients"),
    (b"what?\r\n", "skipped", "redis_access_unknown", "rotocol error"),
    (b"-NOAUTH Authentication required.\r\n", "fine", "redis_closed", "nobody without a password"),
    (b"-NOPERM this user has no permissions\r\n", "fine", "redis_closed", "nobody without a password"),
))
def test_whether_a_redis_lets_everybody_in(tmp_path, answer, level, code, said):
    """Only what it says itself proves that it does not."""
    with Pretender(to_others=answer) as server:
        found = examine("redis", "--folder", tmp_path, "--redis", server.url)
    told = next(f for f in found if f["code"].startswith(("redis_access", "redis_open", "redis_closed")))
    assert (told["level"], told["code"]) == (level, code), found
    assert said in told["what"] and (told["mend"] or level == "fine"), told


# Plans and their ledgers

@contextlib.contextmanager
def field(p, key, name, value):
    old = p.store.hget(p.key(key), name)
    p.store.hset(p.key(key), name, value)
    try:
        yield
    finally:
        p.store.hset(p.key(key), name, old)


@pytest.mark.parametrize("name, value, check, code, said", (
    ("held", 7, "plans", "latest_lost", "of its 7 newest records Redis has 1"),
    ("held", 0, "plans", "latest_surplus", "should have 0 newest records, and Redis has 1"),
    ("held", "x", "plans", "latest_surplus", "newest records"),
    ("digest", "0" * 64, "plans", "plan_garbled", "its digest is not that of its text"),
    ("revision", 2, "plans", "plan_garbled", "its text is of another revision"),
    ("yaml", "format: 1", "plans", "plan_garbled", "line 1"),
    ("end", "1-1", "ledger", "end_behind", "ends at 1-1, and it ends at"),
    ("end", LATE, "ledger", "ledger_short", f"ends before {LATE}"),
))
def test_a_plan_that_is_not_what_was_loaded(patient, name, value, check, code, said):
    with field(patient, "plan", name, value):
        found = patient.examine("plans", "ledger")
    assert found.trouble == {(check, code)}, found
    assert said in found[code].what and "tuijin verify" in found[code].mend
    if code == "plan_garbled":
        assert PLAN in found[code].what


def test_a_plan_that_is_gone_from_its_ledger(patient):
    """Loaded again it would stand in the ledger twice."""
    key = patient.key("plan")
    kept = patient.store.hgetall(key)
    patient.store.delete(key)
    found = patient.examine("plans")
    patient.store.hset(key, mapping=kept)
    assert found.trouble == {("plans", "plan_gone")}, found
    assert f"'tuijin verify --plan {PLAN} --repair'" in found["plan_gone"].mend


def test_a_plan_that_is_only_a_name(patient):
    patient.store.sadd("tuijin:plans", "ghost", "no name")
    found = patient.examine("plans")
    patient.store.srem("tuijin:plans", "ghost", "no name")
    assert found.trouble == {("plans", "plan_gone"), ("plans", "plan_id")}, found
    assert "ghost" in found["plan_gone"].what and "'no name'" in found["plan_id"].what


def test_a_plan_that_is_not_loaded(patient):
    found = patient.examine("--plan", "other")
    assert found.trouble == {("plans", "plan_not_loaded")}, found
    assert PLAN in found["plan_not_loaded"].what


def test_a_checkpoint_ahead_of_the_ledger(patient):
    with stopped(patient.the_aggregator), field(patient, "rollup", "position", LATE):
        found = patient.examine("ledger")
    assert found.trouble == {("ledger", "checkpoint_ahead")}, found
    assert LATE in found["checkpoint_ahead"].what and "backup" in found["checkpoint_ahead"].mend


@contextlib.contextmanager
def renamed(p, *names):
    for name in names:
        p.store.rename(p.key(name), f"away:{name}")
    try:
        yield
    finally:
        for name in names:
            p.store.delete(p.key(name))
            p.store.rename(f"away:{name}", p.key(name))


def test_seals(patient):
    with stopped(patient.the_aggregator), renamed(patient, "seals"):
        found = patient.examine("ledger")
        assert found.trouble == {("ledger", "no_seals")} == found.of("advice"), found
        patient.store.xadd(patient.key("seals"), {"hash": "0", "links": "1"}, id=LATE)
        found = patient.examine("ledger")
        assert found.trouble == {("ledger", "seal_astray")} == found.of("fault"), found


def test_a_ledger_that_lost_entries(patient):
    with stopped(patient.the_aggregator), renamed(patient, "ledger"):
        assert patient.examine("ledger").trouble == {("ledger", "ledger_gone")}
        patient.store.copy("away:ledger", patient.key("ledger"))
        patient.store.xtrim(patient.key("ledger"), maxlen=1, approximate=False)
        found = patient.examine("ledger")
        assert found.trouble == {("ledger", "ledger_cut")}, found
        assert re.search(r"of the \d+ entries .* 1 are gone|of the \d+ entries", found["ledger_cut"].what)
        patient.store.delete(patient.key("ledger"))
        end = patient.store.hget(patient.key("plan"), "end")
        patient.store.xadd(patient.key("ledger"), {"records": b""}, id=end)
        found = patient.examine("ledger")
        assert found.trouble == {("ledger", "ledger_cut")}, found
        assert "does not begin with a plan" in found["ledger_cut"].what


@pytest.mark.parametrize("name", ("latest", "rollup", "seals", "ledger"))
def test_a_key_of_another_type(patient, name):
    with stopped(patient.the_aggregator), renamed(patient, name):
        patient.store.set(patient.key(name), "no such thing")
        found = patient.examine("plans", "ledger")
    assert {code for _, code in found.trouble} == {"key_garbled"}, found
    assert "WRONGTYPE" in found["key_garbled"].what


# Services and keys

def reads_again(mend, service):
    """How a service is told to, with systemd and with Compose, whose own `kill` ends it for good."""
    assert f"'systemctl reload tuijin-{service}'" in mend, mend
    assert f"\"docker compose exec -T {service} sh -c 'kill -HUP 1'\"" in mend, mend


def test_a_collector_that_hangs(patient):
    with stopped(patient.the_collector):
        found = patient.examine("collector")
    assert found.trouble == {("collector", "service_silent"), ("collector", "collector_silent")}, found
    assert "it hangs" in found["collector_silent"].what


def test_an_aggregator_that_hangs(patient):
    with stopped(patient.the_aggregator):
        found = patient.examine("aggregator")
    assert found.trouble == {("aggregator", "service_silent"), ("aggregator", "aggregator_silent")}, found


@pytest.mark.parametrize("service", ("collector", "aggregator"))
def test_a_wrong_key_of_a_service(patient, service):
    with content(patient.etc / f"{service}.pub", f"{patient.keys.public('mof')} @service\n".encode()):
        found = patient.examine(service)
    assert found.trouble == {(service, f"{service}_keys_differ")}, found
    assert f"{service}.pub" in found[f"{service}_keys_differ"].mend
    reads_again(found[f"{service}_keys_differ"].mend, service)


def test_keys_where_there_are_none_and_none_where_there_are(patient):
    found = patient.examine("collector", "--secret-key", "/nowhere")
    assert not found.trouble and ("collector", "without_key") in found.of("skipped"), found
    os.rename(patient.etc / "collector.pub", patient.etc / "aside")
    found = patient.examine("collector")
    os.rename(patient.etc / "aside", patient.etc / "collector.pub")
    assert found.trouble == {("collector", "collector_wants_keys")}, found


def test_a_service_without_keys(patient):
    collector = patient.collector(key=None)
    found = patient.examine("collector", "--collector", collector.endpoint)
    assert collector.stop() == 0
    assert found.trouble == {("collector", "collector_without_keys")}, found


def test_our_key_that_nobody_knows(patient):
    """Not in the list, and not let in; then in the list, which nobody has read since."""
    lines = patient.keys.lines
    patient.keys.withdraw("operator")
    services = patient.the_collector, patient.the_aggregator
    for service in services:
        service.reload()
    found = patient.examine()
    assert found.trouble == {("keys", "key_unlisted"), ("collector", "collector_refuses_our_key"),
                             ("aggregator", "aggregator_refuses_our_key")}, found
    assert patient.keys.id("operator") in found["collector_refuses_our_key"].what
    reads_again(found["collector_refuses_our_key"].mend, "collector")
    found = patient.examine("collector", "--timeout", 1)  # before libzmq gives up
    assert ("collector", "collector_refuses_our_key") in found.trouble, found
    patient.keys.write(*lines)
    found = patient.examine()
    said = {code for _, code in found.trouble}
    assert len(said) == 2 and said <= {f"{s}_{x}" for s in ("collector", "aggregator")
                                       for x in ("refuses_our_key", "keys_differ")}, found
    for f in found.all:
        if f.level == "fault":
            reads_again(f.mend, f.check)
    for service in services:
        service.reload()


def test_a_secret_key_that_others_may_read(patient):
    file = patient.keys.path("operator")
    file.chmod(0o644)
    found = patient.examine()
    file.chmod(0o600)
    assert found.trouble == {("keys", "secret_key")}, found
    assert "chmod 600" in found["secret_key"].what
    assert {("collector", "without_key"), ("aggregator", "without_key")} <= found.of("skipped")


def test_a_mistake_in_the_list(patient):
    with content(patient.keys.list, patient.keys.list.read_bytes() + b"no key cnipa\n"):
        found = patient.examine()
    assert {check for check, _ in found.trouble} == {"keys"}, found
    assert any("5" in f.what for f in found.all if f.level == "fault"), found


def test_a_key_of_no_operator_cannot_ask(patient):
    found = patient.examine("collector", "--secret-key", patient.keys.path("cnipa"))
    assert ("collector", "not_operator") in found.of("skipped") and not found.of("fault"), found


def test_in_words_of_both_languages(patient):
    with setting(patient, "appendfsync", "everysec"):
        english, chinese = patient.say("en", "redis"), patient.say("zh", "redis")
    assert "fault" in english and "a power cut takes the last second" in english
    assert "故障" in chinese and "最后一秒" in chinese and "CONFIG SET appendfsync always" in chinese
    assert "power cut" not in chinese
