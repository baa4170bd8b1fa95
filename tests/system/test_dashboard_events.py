"""The dashboard's events: what viewers are sent, in which order, and what they miss when they or others
have been away."""

import signal
import socket
import time
from types import SimpleNamespace

import client
import made
import pytest
import web
from faults import load_small_plan, stopped
from harness import DEADLINE_S, PLAN, World, is_sanitized, results, wait_for, word

API = f"/api/v1/plans/{PLAN}"


@pytest.fixture
def site(world):
    """A dashboard on a system of which nobody has said anything yet; `say` reports for cnipa."""
    site = start(world)
    yield site


def start(world, *flags, **options):
    world.load_plan()
    collector, aggregator = world.collector(), world.aggregator(bind="ipc")
    site = web.start(world, aggregator, *flags, **options).whole()
    wait_for(lambda: site.api("/snapshot")["tick"], "a tick")
    site.aggregator, site.agency = aggregator, world.agency("cnipa", collector)

    def say(percent, *tasks):
        at = int(time.time() * 1000)
        said = [word(t, percent, at, state="in_progress") for t in tasks or (2,)]
        assert set(results(site.agency.report(world.next_seq(), *said))) == {"accepted"}
    site.say, site.agency_seq, site.redis = say, world.next_seq, world.redis
    return site


def percent_is(percent):
    return lambda data: data["percent"] == percent


def number(message):
    return int(message.id.split("-")[1])


# A viewer

def test_a_change_is_sent_at_once_with_the_whole_state_of_its_scopes(site):
    with site.events(after=site.api("/snapshot")["stream"]) as stream:
        stream.next("tick")
        assert stream.messages.retry == 1000
        begin = time.monotonic()
        site.say(30)
        update, records = sorted((stream.next("update", "records") for _ in range(2)), key=lambda m: m.kind != "update")
        assert time.monotonic() - begin < 2
        events = {e["subject"]: e for e in update.data["events"]}
        assert {f"{PLAN}/overall", f"{PLAN}/task/2", f"{PLAN}/agency/cnipa"} <= events.keys()
        assert events[f"{PLAN}/task/2"] == site.api("/scopes/task/2")
        assert [(i["task"], i["percent"], i["percent_before"]) for i in records.data["items"]] == [(2, 30.0, None)]
        assert abs(number(update) - number(records)) == 1
        site.say(40)
        later = stream.next("records")
        assert [(i["percent"], i["percent_before"]) for i in later.data["items"]] == [(40.0, 30.0)]
        assert number(later) > max(number(update), number(records))


def test_an_alert_is_told_when_it_is_raised_and_when_it_ends(site):
    with site.events(after=site.api("/snapshot")["stream"]) as stream:
        for help_asked in (True, False):
            said = word(2, 30, int(time.time() * 1000), help=help_asked)
            assert results(site.agency.report(site.agency_seq(), said)) == ["accepted"]
            alert = next(a for a in stream.next("update", where=lambda m: m.data["alerts"]).data["alerts"]
                         if a["data"]["what"] == "help")
            assert alert["data"]["standing"] is help_asked
            assert alert["subject"] == f"{PLAN}/alert/{'' if help_asked else 'resolved/'}help/task/2"
            standing = [a["subject"] for a in site.api("/snapshot")["alerts"]]
            assert (f"{PLAN}/alert/help/task/2" in standing) is help_asked


def test_every_second_a_tick(site):
    with site.events() as one, site.events() as two:
        ticks = [one.next("tick").data for _ in range(3)]
        assert two.next("tick", where=lambda m: m.data["viewers"] == 2)
    assert all(t.keys() == {"live", "position", "as_of", "now", "store", "viewers"} for t in ticks)
    assert all((t["live"], t["store"]) == (True, "ok") for t in ticks)
    assert 900 <= ticks[2]["now"] - ticks[1]["now"] <= 1900
    wait_for(lambda: 'viewers{plan="ipr-2026"} 0\n' in site.get("/metrics").body.decode(), "both have gone", 5)


def test_who_comes_back_misses_nothing_and_hears_nothing_twice(site):
    with site.events(after=site.api("/snapshot")["stream"]) as stream:
        site.say(10)
        seen = [stream.next("update", "records") for _ in range(2)]
        last = stream.last
    for percent in (20, 30):
        site.say(percent)
        wait_for(lambda: site.api("/scopes/task/2")["data"]["percent"] == percent, "it is published")
    assert last == f"{site.api('/snapshot')['stream'].split('-')[0]}-{number(seen[-1])}"
    with site.events(last=last, after="nonsense") as stream:
        items, numbers = [], [number(seen[-1])]
        while len(items) < 2:
            message = stream.next("update", "records", "reset")
            assert message.kind != "reset"
            numbers.append(number(message))
            items += message.data.get("items", [])
        assert [i["percent"] for i in items] == [20.0, 30.0]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize("id", ("", "x", "0123456789abcdef-1", "{epoch}-999999", "{epoch}-", "{epoch}-01",
                                "{epoch}--1", "{epoch}-18446744073709551616"))
def test_who_comes_with_an_id_that_is_not_known_fetches_the_whole(site, id):
    epoch, newest = site.api("/snapshot")["stream"].split("-")
    for how in ("after", "last"):
        with site.events(**{how: id.format(epoch=epoch)}) as stream:
            first = stream.take()
            assert (first.kind, first.data, first.id) == ("reset", {}, f"{epoch}-{newest}")
            assert stream.next("tick")


def test_a_snapshot_and_what_follows_it_are_the_state(site):
    """However they fall together; a viewer keeps the greater (position, as_of) of each scope."""
    def order(event):
        return client.order(event["data"])

    viewers = []
    for percent in range(1, 41):
        site.say(percent)
        if percent % 4 == 0:
            snapshot = site.api("/snapshot")
            viewers.append((snapshot, site.events(after=snapshot["stream"])))
    wait_for(lambda: site.api("/scopes/task/2")["data"]["percent"] == 40.0, "all is published")
    want = {e["subject"]: e for e in site.api("/snapshot")["events"]}
    for snapshot, stream in viewers:
        with stream:
            state = {e["subject"]: e for e in snapshot["events"]}
            while state != want:
                message = stream.next("update", "reset")
                assert message.kind == "update"
                for event in message.data["events"]:
                    if order(event) > order(state[event["subject"]]):
                        state[event["subject"]] = event


def test_under_load_frames_are_few(site):
    with site.events(after=site.api("/snapshot")["stream"]) as stream:
        begin = time.monotonic()
        for percent in range(1, 61):
            site.say(percent)
        last = stream.next("update", where=lambda m: any(
            e["data"].get("percent") == 60.0 and e["subject"].endswith("task/2") for e in m.data["events"]))
        took = time.monotonic() - begin
        assert number(last) - 4 <= 2 * (took / 0.1 + 2)


def test_a_tick_says_no_more_than_the_numbers_that_were_told(site):
    """Each report changes something, so that what a viewer was told has its position."""
    with site.events(after=site.api("/snapshot")["stream"]) as stream:
        newest, ticks, begin = client.order(site.api("/scopes/overall")["data"]), [], time.monotonic()
        for percent in range(1, 100):
            while (left := begin + percent / 15 - time.monotonic()) > 0:
                stream.read(left)
            site.say(percent)
        last = site.api("/snapshot")["tick"]
        while not ticks or ticks[-1] < client.order(last):
            message = stream.next("update", "tick")
            if message.kind == "tick":
                ticks.append(client.order(message.data))
                assert ticks[-1][0] <= newest[0]
            else:
                newest = max([newest, *(client.order(e["data"]) for e in message.data["events"])])
        assert len(ticks) >= 5 and ticks == sorted(ticks)


# Somebody is away

def test_an_aggregator_that_dies_is_told_and_so_is_its_return(site):
    with site.events() as stream:
        stream.next("tick")
        site.aggregator.kill()
        begin, killed = time.monotonic(), time.time() * 1000
        stale = stream.next("tick", where=lambda m: not m.data["live"]).data
        assert 1.5 <= time.monotonic() - begin <= 5
        assert stale.keys() == {"live", "since", "reason", "reason_code", "viewers"}
        assert (stale["reason"], stale["reason_code"]) == ("nobody listens there", "unreachable")
        assert abs(stale["since"] - killed) < 2500
        again = stream.next("tick").data
        assert again["since"] == stale["since"] and not again["live"]
        snapshot = site.api("/snapshot")
        assert snapshot["live"] is False and snapshot["tick"] and len(snapshot["events"]) == 165
        assert site.get("/api/v1/plans").json()["plans"][0]["live"] is False
        assert site.get("/readyz").status == 200
        wait_for(lambda: 'tuijin_dashboard_live{plan="ipr-2026"} 0\n' in site.get("/metrics").body.decode(),
                 "the metrics tell it")
        assert 'reason="nobody listens there"' in site.wait_line("event=trouble")

        site.say(50)
        assert stream.next("records").data["items"][0]["percent"] == 50.0
        site.aggregator.start()
        assert stream.next("tick", where=lambda m: m.data["live"])
        site.wait_line("event=recovered")
        wait_for(lambda: site.api("/scopes/task/2")["data"]["percent"] == 50.0, "it is in step again")
        site.say(60)
        stream.update_of("task/2", where=percent_is(60.0))


def test_one_that_hangs_is_as_silent_as_one_that_is_dead(site):
    with site.events() as stream:
        stream.next("tick")
        with stopped(site.aggregator):
            stale = stream.next("tick", where=lambda m: not m.data["live"]).data
            assert (stale["reason"], stale["reason_code"]) == ("", "silent")
        stream.next("tick", where=lambda m: m.data["live"])


def test_redis_away_is_told_and_what_is_known_is_shown(site):
    site.say(10)
    wait_for(lambda: site.api("/feed")["count"] == 1, "it is read")
    with site.events() as stream:
        site.agency.socket.close()
        site.redis.kill()
        assert stream.next("tick", where=lambda m: m.data["live"] and m.data["store"] == "away")
        site.wait_line("event=trouble")
        wait_for(lambda: 'tuijin_store_up{plan="ipr-2026"} 0\n' in site.get("/metrics").body.decode(), "it is told")
        assert site.api("/feed")["count"] == 1 and site.api("/tasks/2")["count"] == 1
        assert len(site.api("/snapshot")["events"]) == 165
        site.redis.start()
        site.agency.connect()
        site.wait_line("event=recovered")
        stream.next("tick", where=lambda m: m.data.get("store") == "ok")
        site.say(20)
        assert stream.next("records").data["items"][-1]["percent"] == 20.0


def test_it_starts_while_redis_is_away_and_goes_on_by_itself():
    with World(start_redis=False) as world:
        site = web.start(world, nowhere(world), ready=False)
        site.wait_line("event=ready")  # after a while, for nothing
        assert site.find("event=ready").endswith("plans=0")
        assert site.get("/healthz").status == 200 and site.get("/").status == 200
        assert site.get("/api/v1/plans").json()["plans"] == []
        answer = site.get("/readyz")
        assert answer.status == 503 and b"which plans there are is not known" in answer.body
        world.redis.start()
        world.load_plan()
        wait_for(lambda: site.get("/api/v1/plans").json()["plans"], "the plan is shown")
        assert site.refused(f"{API}/snapshot")[:2] == (503, "unavailable")


def nowhere(world):
    """An aggregator that is not there."""
    class Nobody:
        key, endpoint = None, f"ipc://{world.folder}/nobody"
    return Nobody


def test_it_starts_without_an_aggregator_and_shows_what_redis_has(world):
    endpoint = f"ipc://{world.folder}/later"
    site = web.start(world, nowhere(world), endpoint=endpoint, ready=False)
    site.wait_line("event=ready")
    assert site.api("")["revision"] == 1 and site.api("/feed") == {"count": 0, "items": []}
    assert site.refused(f"{API}/snapshot") == (
        503, "unavailable", f"plan {PLAN}: its numbers have not come yet: nobody listens there")
    assert site.refused(f"{API}/scopes/overall")[0] == 503
    assert site.get("/readyz").body == f"plan {PLAN} cannot be shown yet: nobody listens there\n".encode()
    with site.events() as stream:
        assert stream.next("reset")
        tick = stream.next("tick").data
        assert (tick["live"], tick["reason_code"]) == (False, "unreachable")
        world.aggregator(bind=endpoint)
        assert stream.next("reset") and stream.next("tick", where=lambda m: m.data["live"])
        assert len(site.api("/snapshot")["events"]) == 165 and site.get("/readyz").status == 200


# Plans come and change

def test_a_revision_is_told_and_shown(world):
    ledger = made.Ledger(world)
    ledger.load("2026-01-05 09:00")
    site = web.start(world, world.aggregator()).whole(made.PLAN)
    with site.events(made.PLAN, after=site.api("/snapshot", made.PLAN)["stream"]) as stream:
        ledger.load("2026-01-06 09:00", made.text(2, third=False))
        assert stream.next("plan").data == {"revision": 2}
        plan = site.api("", made.PLAN)
        assert plan["revision"] == 2 and len(plan["chapters"]) == 1
        stream.next("reset")  # scopes have gone
        snapshot = site.api("/snapshot", made.PLAN)
        assert snapshot["revision"] == 2
        assert f"{made.PLAN}/task/3" not in {e["subject"] for e in snapshot["events"]}
        assert site.refused(f"/api/v1/plans/{made.PLAN}/scopes/task/3")[0] == 404
        assert site.refused(f"/api/v1/plans/{made.PLAN}/tasks/3")[0] == 404
        ledger.load("2026-01-07 09:00", made.text(3))
        assert stream.next("plan").data == {"revision": 3}
        stream.update_of("task/3", made.PLAN)
        assert site.api("/tasks/3", made.PLAN)["task"] == 3


def test_a_plan_that_is_loaded_later_is_shown_without_a_restart(site, world):
    load_small_plan(world, "small")
    site.whole("small")
    assert {p["id"] for p in site.get("/api/v1/plans").json()["plans"]} == {PLAN, "small"}
    with site.events("small") as stream:
        assert stream.next("tick").data["live"]


def test_of_several_plans_those_that_are_named(world):
    load_small_plan(world, "small")
    site = web.start(world, world.aggregator(), "--plan", "small").whole("small")
    assert [p["id"] for p in site.get("/api/v1/plans").json()["plans"]] == ["small"]
    assert site.refused(API) == (404, "not_found", f"no plan {PLAN}")


def test_a_plan_that_is_not_loaded_is_told_and_delays_no_other_for_long(world):
    site = web.start(world, world.aggregator(), "--plan", "ghost", "--plan", PLAN, ready=False)
    site.wait_line("event=ready")
    site.whole()
    assert site.refused("/api/v1/plans/ghost")[:2] == (503, "unavailable")
    assert "plan ghost is not loaded" in site.refused("/api/v1/plans/ghost/feed")[2]
    assert [p["id"] for p in site.get("/api/v1/plans").json()["plans"]] == [PLAN]
    assert site.get("/readyz").status == 200


# Keys

def test_with_keys_it_is_a_subscriber_like_any(guarded):
    guarded.keys.make("dashboard")
    guarded.keys.authorize("dashboard", "@subscriber")
    site = web.start(guarded, guarded.aggregator(), key="dashboard").whole()
    with site.events() as stream:
        assert stream.next("tick").data["live"]
    assert not site.find("level=warn")


@pytest.mark.parametrize("wrong", ("not in the list", "another server's", "none at all"))
def test_without_the_right_keys_it_shows_no_numbers_and_says_why(guarded, wrong):
    guarded.keys.make("stray")
    aggregator = guarded.aggregator()
    if wrong == "none at all":
        site = web.start(guarded, aggregator, key=None, ready=False)
    else:
        aggregator.key = "aggregator" if wrong == "not in the list" else "collector"
        key = "stray" if wrong == "not in the list" else "subscriber"
        site = web.start(guarded, aggregator, key=key, ready=False)
    said = site.wait_line("event=trouble")
    site.wait_line("event=ready")
    status, error, message = site.refused(f"{API}/snapshot")
    assert (status, error) == (503, "unavailable")
    assert ("handshake" in message or "keys" in message) and ("handshake" in said or "keys" in said)
    secrets = {guarded.keys.secret(name) for name in ("stray", "subscriber")}
    assert not [line for line in site.lines if any(s in line for s in secrets)]


def test_a_remote_aggregator_in_plaintext_is_worth_a_warning(world):
    site = web.start(world, nowhere(world), endpoint="tcp://192.0.2.1:7302", ready=False)
    assert "level=warn" in site.wait_line("event=plaintext")


# Viewers among themselves

def test_a_viewer_that_does_not_read_costs_the_others_nothing_and_is_ended(site):
    """What it does not take fills the kernel's buffers, some megabytes, and then nothing moves."""
    tasks = [t["number"] for c in site.api("")["chapters"] for x in c.get("sections", [c]) for t in x["tasks"]
             if "cnipa" in t["agencies"]]
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    slow.connect(site.address)
    slow.sendall(f"GET /events?plan={PLAN} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    with slow, site.events(after=site.api("/snapshot")["stream"]) as stream:
        stream.next("tick", where=lambda m: m.data["viewers"] == 2)
        end, percent, peak = time.monotonic() + 60, 0, 0
        while stream.next("tick").data["viewers"] == 2:
            for _ in range(10):
                percent = percent % 90 + 1
                begin = time.monotonic()
                site.say(percent, *tasks)
                stream.update_of("task/2", where=percent_is(float(percent)))
                assert time.monotonic() - begin < 2
            peak = max(peak, site.rss_kib())
            assert time.monotonic() < end, "it is still there"
    assert is_sanitized() or peak < 60 << 10  # KiB; a sanitizer keeps what was freed


def test_no_more_viewers_than_there_are_to_be(world):
    site = start(world, "--viewers-max", "3")
    streams = [site.events() for _ in range(3)]
    for stream in streams:
        stream.next("tick")
    status, error, message = site.refused(f"/events?plan={PLAN}")
    assert (status, error) == (503, "unavailable")
    assert message == "there are 3 viewers, and no more are taken (--viewers-max)"
    assert site.get(f"{API}/snapshot").status == 200
    streams.pop().socket.close()
    wait_for(lambda: site.get("/metrics").body.count(b'viewers{plan="ipr-2026"} 2\n'), "one has gone")
    with site.events() as stream:
        assert stream.next("tick")
    for stream in streams:
        stream.socket.close()


def test_it_promises_no_more_viewers_than_it_gets_descriptors_for(world):
    few = SimpleNamespace(command=["prlimit", "--nofile=600"])
    site = web.start(world, world.aggregator(), clock=few)
    assert "viewers_max=172 " in site.find("event=few_descriptors") and "level=warn" in site.find("few_desc")
    assert "\nprocess_max_fds 600\n" in site.get("/metrics").body.decode()


def test_a_reload_is_for_others(site):
    site.child.send_signal(signal.SIGHUP)
    with site.events() as stream:
        assert stream.next("tick")


def test_sigterm_ends_all_streams_and_counts(site):
    streams = [site.events() for _ in range(5)]
    for stream in streams:
        stream.next("tick")
    site.get("/nowhere")
    assert site.stop() == 0
    for stream in streams:
        assert stream.until_ended(DEADLINE_S)
        stream.socket.close()
    stopped_line = site.find("event=stopped")
    assert " plans=1 viewers=5 " in stopped_line and " refused=1 " in stopped_line
    assert not [line for line in site.lines if "level=warn" in line or "level=error" in line]
