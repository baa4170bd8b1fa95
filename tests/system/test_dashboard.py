"""The dashboard's answers: the page and the JSON behind it, over HTTP, against the real system."""

import hashlib
import re
import socket
import time

import made
import pytest
import web
from clocks import Clock
from harness import DEADLINE_S, PLAN, ROOT, World, results, wait_for, word
from test_cli import Watcher

API = f"/api/v1/plans/{PLAN}"
STATIC = ROOT / "dashboard" / "static"
RECORD = {"kind", "task", "agency", "key", "seq", "at", "received"}
ITEM = RECORD | {"position", "effect", "percent_before", "state_before"}
NOW = "2026-05-02 10:00:00+08:00"


@pytest.fixture(scope="module")
def site():
    """One with some reports; tests read and change nothing."""
    with World() as world:
        world.load_plan()
        collector, aggregator = world.collector(), world.aggregator()
        at = int(time.time() * 1000)
        cnipa = world.agency("cnipa", collector)
        for percent in (10, 20, 35.5):
            said = word(2, percent, at, summary=f"到 {percent}", evidence=[{"title": "文件", "uri": "https://a/b"}])
            assert results(cnipa.report(world.next_seq(), said)) == ["accepted"]
        assert results(world.agency("jco", collector).dispose(
            world.next_seq(), {"task": 3, "disposition": "returned", "reason": "缺材料", "at": at})) == ["accepted"]
        site = web.start(world, aggregator).whole()
        wait_for(lambda: site.api("/feed")["count"] == 4, "all is read")
        wait_for(lambda: event_of(site, "task/2")["data"]["percent"] == 35.5, "all is published")
        wait_for(lambda: site.api("/snapshot")["tick"], "a tick")
        site.world = world
        yield site


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """A plan made by hand, with days that are over."""
    clock = Clock(tmp_path_factory.mktemp("clock") / "clock", NOW)
    with World(clock=clock) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-02-20 09:00", made.status("mof", 1, 1, 1000, made.ms("2026-02-20 08:00")))
        ledger.say("2026-04-20 09:00", made.status("mof", 2, 1, 4000, made.ms("2026-04-20 08:00")))
        site = web.start(world, world.aggregator()).whole(made.PLAN)
        wait_for(lambda: site.api("/trend", made.PLAN)["days"][-1]["date"] == "2026-05-02", "it is today")
        yield site


def event_of(site, scope):
    return site.api(f"/scopes/{scope}")


# The page

def test_the_page_is_part_of_the_program(site):
    page = site.get("/")
    assert page.status == 200 and page.body == (STATIC / "index.html").read_bytes()
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
             ".svg": "image/svg+xml", ".html": "text/html; charset=utf-8"}
    for file in filter(lambda f: f.is_file() and not f.name.startswith("."), STATIC.rglob("*")):
        answer = site.get(f"/static/{file.relative_to(STATIC)}")
        assert (answer.status, answer.body) == (200, file.read_bytes()), file
        assert answer.headers["Content-Type"] == types[file.suffix], file


def test_a_browser_may_do_with_the_page_what_it_needs_and_no_more(site):
    for path in ("/", "/static/app.js"):
        headers = site.get(path).headers
        policy = dict(rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";"))
        assert policy == {
            "default-src": "'none'", "script-src": "'self'", "style-src": "'self'", "img-src": "'self'",
            "connect-src": "'self'", "font-src": "'self'", "base-uri": "'none'", "form-action": "'none'",
            "frame-ancestors": "'none'"}
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert set(re.findall(r"([a-z-]+)=\(\)", headers["Permissions-Policy"])) >= {"camera", "geolocation",
                                                                                     "microphone"}
        assert headers["Cache-Control"] == "no-cache"


def test_a_file_that_is_still_the_same_is_not_sent_again(site):
    first = site.get("/static/app.js")
    etag = first.headers["ETag"]
    assert etag == f'"{hashlib.sha256(first.body).hexdigest()[:16]}"'
    for given in (etag, f"W/{etag}", f'"x", {etag}', "*"):
        again = site.get("/static/app.js", If_None_Match=given)
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", etag)
        assert again.headers["Cache-Control"] == "no-cache"
    for given in ('"0000000000000000"', etag.strip('"'), ""):
        assert site.get("/static/app.js", If_None_Match=given).status == 200


# The interface

def test_plans_and_a_plan(site):
    plans = site.get("/api/v1/plans").json()
    assert plans["version"] == "0.1.0"
    assert plans["plans"] == [{"id": PLAN, "revision": 1, "live": True, "title": {
        "zh": "2026 年知识产权强国建设推进计划",
        "en": "2026 Promotion Plan for Building an Intellectual Property Powerhouse"}}]
    plan = site.api("")
    shown = site.world.tuijin("plan", "show", PLAN, "--redis", site.world.redis.url, "--json").stdout
    assert site.get(API).body.decode().startswith(shown.strip()[:-1] + ',"utc_offset_min":480,')
    assert plan["every"] == "quarter" and plan["due_days"] == 10
    assert plan["lights"] == {"yellow": 10, "red": 30, "red_share": 20}
    assert sum(len(s["tasks"]) for c in plan["chapters"] for s in c.get("sections", [c])) == 106


def test_what_it_shows_is_what_watch_prints_to_the_byte(site):
    body = site.get(f"{API}/snapshot").body
    aggregator = next(d for d in site.world.daemons if "aggregator" in d.name)
    with Watcher("watch", "--plan", PLAN, "--connect", aggregator.endpoint, "--json") as watch:
        watch.wait_line('"snapshot"')
        lines = [line for line in watch.lines if '"data":' in line]
    snapshot = site.api("/snapshot")
    assert len(lines) == len(snapshot["events"]) + len(snapshot["alerts"]) > 165
    for line in lines:
        data = line[line.index('"data":'):].encode()
        assert data in body, line
        assert line[line.index('"id":'):line.index(',"time"')].encode() in body, line


def test_a_snapshot_has_every_scope_and_says_of_when_it_is(site):
    snapshot = site.api("/snapshot")
    assert snapshot.keys() == {"plan", "revision", "stream", "live", "tick", "events", "alerts"}
    assert (snapshot["plan"], snapshot["revision"], snapshot["live"]) == (PLAN, 1, True)
    assert re.fullmatch(r"[0-9a-f]{16}-\d+", snapshot["stream"])
    assert snapshot["tick"].keys() == {"position", "as_of", "now", "store"} and snapshot["tick"]["store"] == "ok"
    plan = site.api("")
    subjects = {e["subject"] for e in snapshot["events"]}
    want = {f"{PLAN}/overall"} | {f"{PLAN}/agency/{a['id']}" for a in plan["agencies"]}
    for chapter in plan["chapters"]:
        want.add(f"{PLAN}/chapter/{chapter['number']}")
        for section in chapter.get("sections", []):
            want.add(f"{PLAN}/section/{chapter['number']}.{section['number']}")
    want |= {f"{PLAN}/task/{n}" for n in range(1, 107)}
    assert subjects == want and len(snapshot["events"]) == len(want)
    for event in snapshot["events"] + snapshot["alerts"]:
        assert list(event) == ["specversion", "id", "source", "type", "subject", "time", "data"]
    assert all(a["data"]["standing"] for a in snapshot["alerts"])


def test_one_scope_is_what_the_snapshot_has_of_it(site):
    events = {e["subject"]: e for e in site.api("/snapshot")["events"]}
    for scope in ("overall", "chapter/2", "section/2.1", "task/27", "agency/cnipa"):
        assert event_of(site, scope) == events[f"{PLAN}/{scope}"], scope


def test_a_task_with_its_words(site):
    task = site.api("/tasks/2")
    assert task.keys() == {"task", "parts", "ruling", "count", "timeline"} and task["ruling"] is None
    lead = task["parts"][0]
    assert (lead["agency"], lead["role"], lead["counts"]) == ("cnipa", "lead", True)
    assert lead["word"].keys() > RECORD and lead["word"]["summary"] == "到 35.5"
    assert lead["word"]["evidence"] == [{"title": "文件", "uri": "https://a/b"}]
    assert task["count"] == 3 and all(item.keys() >= ITEM for item in task["timeline"])
    told = [(i["percent"], i["percent_before"], i["state_before"], i["effect"]) for i in task["timeline"]]
    assert told == [(35.5, 20.0, "in_progress", "applied"), (20.0, 10.0, "in_progress", "applied"),
                    (10.0, None, None, "applied")]
    assert site.api("/tasks/3")["ruling"]["disposition"] == "returned"
    assert site.api("/tasks/106")["timeline"] == []


def test_the_feed_has_the_newest_first(site):
    feed = site.api("/feed")
    assert feed["count"] == 4 and [i["kind"] for i in feed["items"]] == ["disposition"] + ["report"] * 3
    assert site.api("/feed?limit=2") == {"count": 4, "items": feed["items"][:2]}


def test_periods_days_and_two_of_them(past):
    periods = past.api("/periods", made.PLAN)
    assert [p["state"] for p in periods["periods"]] == ["due", "open", "ahead", "ahead"]
    assert periods["periods"][0] == {"name": "2026-Q1", "first": "2026-01-01", "last": "2026-03-31",
                                     "due": "2026-04-10", "state": "due"}
    mof = next(a for a in periods["agencies"] if a["agency"] == "mof")
    assert mof["cells"][0] == {"expected": 2, "on_time": 1, "late": 0, "missed": 1}

    trend = past.api("/trend?scope=chapter/1", made.PLAN)
    days = {d["date"]: d for d in trend["days"]}
    assert trend["scope"] == "chapter/1" and len(days) == len(trend["days"]) == 118  # 5 Jan to 2 May
    assert [days[d]["percent"] for d in ("2026-02-19", "2026-02-20", "2026-04-20", "2026-05-02")] == [
        0.0, 5.0, 20.0, 20.0]
    assert trend["days"][-1]["so_far"] is True and not any("so_far" in d for d in trend["days"][:-1])

    two = past.api("/compare?from=2026-02-19&to=2026-05-02", made.PLAN)
    found = {f"{s['scope']}/{s['key']}": s for s in two["scopes"]}
    assert (two["from"], two["to"], len(two["scopes"])) == ("2026-02-19", "2026-05-02", 11)
    assert found["chapter/1"]["from"] == {k: v for k, v in days["2026-02-19"].items() if k != "date"}
    assert found["task/1"]["to"]["percent"] == 40.0


@pytest.mark.parametrize("path, want", (
    ("/compare", "from is missing: a date YYYY-MM-DD"),
    ("/compare?from=2026-02-19", "to is missing: a date YYYY-MM-DD"),
    ("/compare?from=2026-02-30&to=2026-05-02", "from: got '2026-02-30', expected a date YYYY-MM-DD"),
    ("/compare?from=2026-01-04&to=2026-05-02", "from: got 2026-01-04, expected a day from 2026-01-05 to 2026-05-02"),
    ("/compare?from=2026-01-05&to=2026-05-03", "to: got 2026-05-03, expected a day from 2026-01-05 to 2026-05-02"),
    ("/feed?limit=0", "limit: got '0', expected a whole number from 1 to 200"),
    ("/feed?limit=201", "limit: got '201', expected a whole number from 1 to 200"),
    ("/feed?limit=", "limit: got '', expected a whole number from 1 to 200"),
    ("/feed?limit=-5", "limit: got '-5', expected a whole number from 1 to 200"),
    ("/feed?limit=99999999999999999999999", "limit: got '99999999999999999999999', expected a whole number "
     "from 1 to 200"),
    ("/feed?limit=%E4%BA%94", "limit: got '五', expected a whole number from 1 to 200"),
))
def test_a_parameter_that_is_off_is_named_with_its_limit(past, path, want):
    assert past.refused(f"/api/v1/plans/{made.PLAN}{path}") == (400, "bad_parameter", want)


@pytest.mark.parametrize("path, want", (
    ("/nowhere", "no such address: /nowhere"),
    ("/api/v1", "no such address: /api/v1"),
    ("/api/v1/plans/", "no such address: /api/v1/plans/"),
    ("/static/", "no such address: /static/"),
    ("/static/none.js", "no file none.js"),
    ("/static/../main.c", "no file ../main.c"),
    ("/static/%2e%2e/%2e%2e/etc/passwd", "no file ../../etc/passwd"),
    ("/static//etc/passwd", "no file /etc/passwd"),
    ("/api/v1/plans/ghost", "no plan ghost"),
    ("/api/v1/plans/%22%3Cb%3E", 'no plan \\"<b>'),
    ("/events?plan=ghost", "no plan ghost"),
    (f"{API}/more", f"no such address: {API}/more"),
    (f"{API}/tasks/107", f"plan {PLAN} has no task 107"),
    (f"{API}/tasks/0", f"plan {PLAN} has no task 0"),
    (f"{API}/tasks/4294967298", f"plan {PLAN} has no task 4294967298"),
    (f"{API}/tasks/99999999999999999999999999", f"plan {PLAN} has no task 99999999999999999999999999"),
    (f"{API}/tasks/2/3", f"plan {PLAN} has no task 2/3"),
    (f"{API}/scopes/chapter/99", f"plan {PLAN} has no scope chapter/99"),
    (f"{API}/scopes/alert/behind/overall", f"plan {PLAN} has no scope alert/behind/overall"),
    (f"{API}/trend?scope=task/999", f"plan {PLAN} has no scope task/999"),
    (f"{API}/trend?scope=", f"plan {PLAN} has no scope "),
))
def test_what_is_not_there(site, path, want):
    assert site.refused(path) == (404, "not_found", want)


def test_events_of_no_plan(site):
    assert site.refused("/events") == (400, "bad_parameter", "plan is missing: the id of a plan")


def test_long_names_are_shown_short(site):
    status, _, message = site.refused(f"/api/v1/plans/{'x' * 5000}")
    assert status == 404 and len(message) < 120


def test_answers_are_not_kept(site):
    for path in ("/api/v1/plans", API, f"{API}/snapshot", f"{API}/feed", "/nowhere", "/metrics", "/readyz"):
        assert site.get(path).headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("path", ("/", "/static/app.js", "/api/v1/plans", API, f"{API}/snapshot",
                                  f"{API}/feed", "/events?plan=ipr-2026", "/metrics", "/nowhere"))
def test_head_has_the_headers_alone(site, path):
    head = site.get(path, method="HEAD")
    assert head.body == b""
    if path.startswith("/events"):
        assert head.status == 200 and "event-stream" in head.headers["Content-Type"]
        return
    full = site.get(path)
    assert head.status == full.status
    for name in ("Content-Type", "ETag", "Cache-Control", "Content-Security-Policy"):
        assert head.headers[name] == full.headers[name]


def test_it_says_how_it_is(site):
    assert site.get("/healthz").status == site.get("/readyz").status == 200
    text = site.get("/metrics").body.decode()
    for line in ('tuijin_build_info{program="tuijin-dashboard",version="0.1.0"} 1', "tuijin_ready 1",
                 f'tuijin_dashboard_live{{plan="{PLAN}"}} 1', f'tuijin_store_up{{plan="{PLAN}"}} 1',
                 f'tuijin_dashboard_viewers{{plan="{PLAN}"}} 0'):
        assert f"{line}\n" in text
    for name in ("frames_total", "sent_bytes_total", "resets_total"):
        assert re.search(rf'(?m)^tuijin_dashboard_{name}{{plan="{PLAN}"}} \d+$', text), name


# Strangers

LINE = b"GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
WRONG = (
    b"", b"\r\n\r\n", b"\0" * 500, b"\xff" * 5000, b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999999\r\n\r\n" + b"x" * 9000,
    b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", b"PUT / HTTP/1.1\r\n" * 50,
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 9000, b"GET / HTTP/1.1\r\n" + b"x" * 70000,
    LINE % (b"/" + b"a" * 60000), LINE % (b"/?" + b"a=b&" * 7000), LINE % b"/%", LINE % b"/%00", LINE % b"/%zz",
    LINE % b"/%ff%fe", LINE % b"/api/v1/plans/%c0%ae%c0%ae", LINE % b"/static/%00app.js", LINE % b"/events?plan=%00",
    LINE % b"/events?plan=ipr-2026&after=%ff", LINE % (b"/events?plan=ipr-2026&after=" + b"9" * 5000),
    LINE % b"/events?plan=ipr-2026&plan=x&after&after=", LINE % (b"/api/v1/plans/" + b"%2f" * 3000),
    LINE % (API.encode() + b"/trend?scope=" + b"%F0%9F%92%A9" * 500), LINE % b"http://other/api/v1/plans",
    b"GET /events?plan=ipr-2026 HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + b"\xff" * 900 + b"\r\n\r\n",
    b"GET /static/app.js HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: " + b'W/"",' * 3000 + b"\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n", LINE % b"/events?plan=ipr-2026" * 40, LINE % b"/api/v1/plans" * 300,
    bytes.fromhex("16030100a5010000a10303") + bytes(160), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
)


@pytest.mark.parametrize("words", WRONG, ids=range(len(WRONG)))
def test_whatever_is_sent_it_goes_on_serving_others(site, words):
    with socket.create_connection(site.address, timeout=DEADLINE_S) as s:
        try:
            s.sendall(words)
            s.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has closed in the middle
        assert site.get("/api/v1/plans").status == 200
        with site.events() as stream:
            assert stream.next("reset")
    assert site.is_running()


def test_the_command_line(site):
    shown = web.command("--help")
    assert shown.returncode == 0 and "Examples:" in shown.stdout and "curl" in shown.stdout
    for flags, status, said in ((["--http", "nowhere"], 64, "--http"), (["--connect", "x"], 78, "--connect: cannot connect to x"),
                                (["--plan", "no plan"], 64, "--plan"), (["--viewers-max", "0"], 64, "--viewers-max"),
                                (["--redis", "x"], 64, "redis"), (["--secret-key", "x"], 64, "--server-key is missing"),
                                (["--server-key", "x"], 64, "--secret-key is missing")):
        done = web.command("--http", "127.0.0.1:0", *flags)
        assert (done.returncode, said in done.stderr) == (status, True), (flags, done)
    taken = web.command("--http", ":".join(map(str, site.address)))
    assert taken.returncode == 69 and "--http" in taken.stderr, taken
