"""tuijin doctor: what it is told and from where, how it shows what it finds, and what it says of services
over HTTP. What it says of keys and of room is in files of their own."""

import fcntl
import json
import os
import pty
import re
import socket
import struct
import subprocess
import termios
import time

import pytest
from doctoring import CONFIG, UNAVAILABLE, USAGE, Site, codes, doctor, environment, examine, free_port, one
from guarded_redis import GuardedRedis
from harness import BUILD, PLAN, World, wait_for


@pytest.fixture(scope="module")
def loaded():
    with World() as w:
        w.load_plan()
        yield w


# Whether a service is ready

@pytest.mark.parametrize("whose", ("collector", "aggregator", "dashboard"))
def test_a_service_that_is_ready_costs_no_word(tmp_path, whose):
    with Site({"/readyz": (200, b"ready\n")}) as site:
        flags = ("--folder", tmp_path, f"--{whose}-http", site.address, f"{whose}-ready")
        done = doctor(*flags, "--quiet", want=0)
        assert (done.stdout, done.stderr, site.asked) == ("", "", ["/readyz"])
        done = doctor(*flags, want=0)
        assert done.stdout == (f"fine     {whose:<12}the {whose} says that it is ready\n1 fine\n")


@pytest.mark.parametrize("answer, code, said", (
    ((503, b"plan x: redis is away\nmore\n"), "service_not_ready",
     "the collector says that it is not ready: plan x: redis is away"),
    ((503, b"\x1b[2Jx\x07\xff" + b"y" * 100000), "service_not_ready", "not ready: \\x1b[2Jx\\x07\\xffyy"),
    ((503, b""), "service_not_ready", "is not ready: "),
    ((200, b"hello\n"), "service_other", "something else than the collector answers: 200 hello"),
    ((404, b""), "service_other", "answers: 404 "),
    ((302, b"", ("Location", "/elsewhere")), "service_other", "answers: 302 "),
    ((200, b"ready\n" + b"x" * (1 << 20)), "service_silent", "its answer is longer than 1048576 bytes"),
))
def test_a_service_that_is_not_ready_is_named_with_its_reason(tmp_path, answer, code, said):
    with Site({"/readyz": answer, "/elsewhere": (200, b"ready\n")}) as site:
        found = examine("--folder", tmp_path, "--collector-http", site.address, "collector-ready")
        assert site.asked == ["/readyz"]
    assert [(f["check"], f["level"], f["code"]) for f in found] == [("collector-ready", "fault", code)]
    assert said in found[0]["what"] and found[0]["mend"] and len(found[0]["what"].encode()) < 320


def test_a_service_that_does_not_answer_is_given_up_in_time(tmp_path):
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        begun = time.monotonic()
        found = examine("--folder", tmp_path, "--timeout", 1, "--collector-http",
                        f"127.0.0.1:{deaf.getsockname()[1]}", "collector-ready")
    assert codes(found, "fault") == ["service_silent"] and "no answer within 1000 ms" in found[0]["what"]
    assert time.monotonic() - begun < 10


def test_a_service_that_is_not_there(tmp_path):
    address = f"127.0.0.1:{free_port()}"
    found = examine("--folder", tmp_path, "--collector-http", address, "collector-ready")
    assert found[0]["what"] == f"the collector does not answer at {address}: Connection refused"
    assert "systemctl status tuijin-collector" in found[0]["mend"]
    assert codes(examine("--folder", tmp_path, "--collector-http", "none", "collector-ready"), "fault") == [
        "service_without_http"]


def test_no_proxy_is_asked(tmp_path):
    with Site({"/readyz": (200, b"ready\n")}) as site:
        proxy = f"http://127.0.0.1:{free_port()}"
        doctor("--folder", tmp_path, "--collector-http", site.address, "collector-ready", want=0,
               http_proxy=proxy, HTTP_PROXY=proxy, all_proxy=proxy, ALL_PROXY=proxy)


def test_real_services_are_ready_and_say_why_they_are_not(tmp_path, world):
    collector, aggregator = world.collector(), world.aggregator()
    flags = ("--folder", tmp_path, "--collector-http", collector.http, "--aggregator-http", aggregator.http)
    assert doctor(*flags, "collector-ready", "aggregator-ready", "--quiet", want=0).stdout == ""
    world.redis.kill()

    def is_away():
        found = examine(*flags, "collector-ready", "aggregator-ready")
        return codes(found, "fault") == ["service_not_ready"] * 2 and found
    wait_for(is_away, "they say that Redis is away")
    world.redis.start()


# Where things are

def test_the_folder_says_where_services_are(tmp_path):
    with Site({"/readyz": (200, b"ready\n")}) as site:
        port = site.address.split(":")[1]
        (tmp_path / "collector.env").write_text(f"# ours\nTUIJIN_LOG_LEVEL=debug\nTUIJIN_HTTP=\"0.0.0.0:{port}\"\n")
        doctor("--folder", tmp_path, "collector-ready", want=0)
        doctor("--collector-http", f"127.0.0.1:{free_port()}", "--folder", tmp_path, "collector-ready",
               want=UNAVAILABLE)
        doctor("collector-ready", want=0, TUIJIN_FOLDER=str(tmp_path))
        doctor("collector-ready", want=UNAVAILABLE, TUIJIN_FOLDER=str(tmp_path),
               TUIJIN_COLLECTOR_HTTP=f"127.0.0.1:{free_port()}")


def test_a_slip_in_the_settings_of_a_service_is_a_fault_of_its_own(tmp_path):
    (tmp_path / "collector.env").write_text("TUIJIN_BIND=0.0.0.0:7301\nTUIJIN_REDIS=u:pa55@h\n")
    (tmp_path / "dashboard.env").write_text("TUIJIN_HTTP=7380\x1b[2J\n")
    found = examine("keys", "--folder", tmp_path)
    assert codes(found, "fault") == ["settings_value"] * 3, found
    said = [f["what"] for f in found if f["level"] == "fault"]
    assert [re.search(r"TUIJIN_\w+ in \S+", s)[0] for s in said] == [
        f"TUIJIN_BIND in {tmp_path.resolve()}/collector.env:", f"TUIJIN_HTTP in {tmp_path.resolve()}/dashboard.env:",
        f"TUIJIN_REDIS in {tmp_path.resolve()}/collector.env:"], said
    assert "'0.0.0.0:7301'" in said[0] and "pa55" not in str(found) and "\x1b" not in str(said)
    assert "tcp://HOST:PORT" in found[[f["level"] for f in found].index("fault")]["mend"]


def test_a_file_where_the_folder_should_be():
    """It is as if there were none."""
    here = ("unshare", "-m", "sh", "-c", "mount -t tmpfs none /etc && touch /etc/tuijin && exec \"$@\"", "sh")
    if subprocess.run([*here, "true"], capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount")
    assert codes(examine("keys", under=here), "skipped") == ["no_folder"]


def test_the_folder_may_be_named_from_where_one_is(tmp_path):
    server = GuardedRedis(tmp_path / "redis").start()
    try:
        url = server.url_of("collector")
        (tmp_path / "redis" / "collector.env").write_text(f"TUIJIN_REDIS={url}\n")
        done = subprocess.run([str(BUILD.resolve() / "tuijin"), "doctor", "redis", "--json", "--folder", "redis"],
                              capture_output=True, text=True, timeout=30, env=environment(), cwd=tmp_path)
        assert one(json.loads(done.stdout)["findings"], "redis_reached")
        who = {client["user"] for client in server.client.client_list()}
        assert who == {"admin"} and server.client.acl_log() == []
    finally:
        server.stop()


@pytest.mark.parametrize("words, status, said", (
    (("nonsense",), USAGE, "there is no check 'nonsense'; the checks are keys, redis, room, plans, agencies, "
     "collector, aggregator, ledger, dashboard, clocks, collector-ready, "),
    (("keys", "\x1b[2J"), USAGE, "there is no check '\\x1b[2J'"),
    (("--collector", "localhost"), USAGE, "--collector: got 'localhost'"),
    (("--dashboard-http", "http://x"), USAGE, "--dashboard-http: got 'http://x', expected host:port or none"),
    (("--folder", "/nowhere"), CONFIG, "--folder: /nowhere: No such file or directory"),
    (("--timeout", "0"), USAGE, "--timeout: got '0'"),
    (("--nonsense",), USAGE, "unknown flag --nonsense"),
))
def test_words_that_are_off_are_refused(words, status, said):
    done = doctor(*words, want=status)
    assert done.stdout == "" and said in done.stderr, done.stderr


def test_a_check_brings_what_it_builds_on(tmp_path):
    url = f"redis://127.0.0.1:{free_port()}"
    flags = ("--folder", tmp_path, "--redis", url, "--json")
    for words, want in ((("room",), ["redis", "room"]), (("keys",), ["keys"]),
                        (("agencies",), ["keys", "redis", "plans", "agencies"]),
                        (("plans", "keys"), ["keys", "redis", "plans"])):
        assert json.loads(doctor(*words, *flags).stdout)["checks"] == want


# How it is shown

def advice_alone(folder):
    """Flags of an examination that ends in advice: a list that others cannot read."""
    (folder / "authorized_keys").touch(mode=0o600)
    return "--folder", folder, "keys"


def test_advice_is_a_failure_only_if_asked(tmp_path):
    flags = advice_alone(tmp_path)
    done = doctor(*flags, want=0)
    assert "\nadvice   keys        " in done.stdout and done.stdout.endswith(" not checked\n")
    assert doctor(*flags, "--strict", want=1).stdout == done.stdout
    quiet = doctor(*flags, "--quiet", want=0).stdout.splitlines()
    assert [line[:9].strip() for line in quiet if line[0] != " "][:-1] == ["advice"]
    told = json.loads(doctor(*flags, "--quiet", "--json", want=0).stdout)
    assert codes(told["findings"], "advice") == ["list_private"] and len(told["findings"]) == 1
    assert told["counts"]["skipped"] == 1
    assert examine(*flags)[0]["check"] == "keys"


def test_it_speaks_chinese_to_people_and_english_to_programs(tmp_path):
    flags = advice_alone(tmp_path)
    done = doctor(*flags, want=0, LC_ALL="zh_CN.UTF-8")
    assert "\n注意     密钥        " in done.stdout and re.search(r"^1 项须注意，", done.stdout, re.M)
    assert doctor(*flags, "--lang", "zh").stdout == done.stdout
    assert doctor(*flags, "--json", LC_ALL="zh_CN.UTF-8").stdout == doctor(*flags, "--json").stdout


def on_terminal(columns, *words, **variables):
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    child = subprocess.Popen([str(BUILD.resolve() / "tuijin"), "doctor", *map(str, words)], stdout=side,
                             stderr=side, stdin=subprocess.DEVNULL, env=environment(**variables))
    os.close(side)
    said = b""
    try:
        while part := os.read(main, 65536):
            said += part
    except OSError:  # all of it was read
        pass
    os.close(main)
    child.wait(20)
    return said.decode().replace("\r\n", "\n")


def test_on_a_terminal_it_has_colours_and_the_terminals_width(tmp_path):
    flags = advice_alone(tmp_path)
    said = on_terminal(60, *flags)
    assert "\033[33madvice\033[0m" in said and "\033[1mkeys\033[0m" in said
    plain = re.sub(r"\033\[\d*m", "", said)
    assert max(map(len, plain.splitlines())) <= 60 and len(plain.splitlines()) > len(
        doctor(*flags).stdout.splitlines())
    assert on_terminal(60, *flags, NO_COLOR="1") == plain
    assert "\033" not in doctor(*flags).stdout


# The page

def page(tmp_path, plans, *flags, status=200):
    body = plans if isinstance(plans, bytes) else json.dumps({"version": "1", "plans": plans}).encode()
    with Site({"/readyz": (200, b"ready\n"), "/api/v1/plans": (status, body)}) as site:
        found = examine("dashboard", "--folder", tmp_path, "--dashboard-http", site.address, *flags)
    return [f for f in found if f["check"] == "dashboard" and f["code"] != "service_ready"]


def shown(id=PLAN, live=True):
    return {"id": id, "revision": 1, "title": {"zh": "…", "en": "…"}, "live": live}


def test_the_page_shows_plans_live(tmp_path):
    assert [f["what"] for f in page(tmp_path, [shown(), shown("b")])] == ["the page shows 2 plans live"]


@pytest.mark.parametrize("plans, status, code, said", (
    ([shown(live=False)], 200, "page_not_live", f"the page shows plan {PLAN}, but hears nothing"),
    ([{"id": "\x1b[2J", "live": 1}], 200, "page_not_live", "plan \\x1b[2J, "),
    ([5], 200, "page_not_live", "plan ?, "),
    (b"[]", 200, "page_without_plans", "it answers something else"),
    (b"{", 200, "page_without_plans", "it answers something else"),
    (b'{"plans":' + b"[" * 100000, 200, "page_without_plans", "it answers something else"),
    (b"", 200, "page_without_plans", "it answers something else"),
    ([shown()], 503, "page_without_plans", "it answers something else"),
))
def test_what_is_wrong_with_the_page(tmp_path, plans, status, code, said):
    found = page(tmp_path, plans, status=status)
    assert codes(found, "fault") == [code] and said in found[0]["what"], found


def test_a_plan_that_is_loaded_and_not_shown(tmp_path, loaded):
    found = page(tmp_path, [shown("other")], "plans", "--redis", loaded.redis.url)
    assert f"the page does not show plan {PLAN}, which is loaded" == one(found, "page_lacks_plan")["what"]


def test_a_plan_that_the_page_has_taken_up_a_moment_ago(tmp_path):
    pages = iter([[], [shown(live=False)], [shown(live=False)]])

    def plans():
        return 200, json.dumps({"plans": next(pages, [shown()])}).encode()

    with Site({"/readyz": (200, b"ready\n"), "/api/v1/plans": plans}) as site:
        found = examine("dashboard", "--folder", tmp_path, "--dashboard-http", site.address)
    assert codes(found, "fine") == ["service_ready", "page_live"] and len(found) == 2, found


def test_where_no_dashboard_runs_it_is_passed_over(tmp_path):
    found = examine("dashboard", "--folder", tmp_path, "--dashboard-http", "none")
    assert codes(found, "skipped") == ["service_without_http"] and len(found) == 1
