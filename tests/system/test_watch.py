"""`tuijin watch`: the figures against the calendar, alerts, and days that turn."""

import contextlib
import json
import re

import made
import pytest
import zmq
from client import pack, unpack
from clocks import Clock
from harness import World, wait_for
from made import ms, status
from test_cli import Watcher

NOW = "2026-03-02 10:00:00+08:00"
UP = {"en": "up to date", "zh": "已是最新"}


@pytest.fixture
def ledger(tmp_path):
    """A plan with a collector's past and an aggregator of today."""
    with World(clock=Clock(tmp_path / "clock", NOW)) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-02-20 09:00", status("mof", 1, 1, 1000, ms("2026-02-20 08:00")),
                   status("nbs", 2, 3, 500, ms("2026-02-20 08:00"), help=True))
        world.aggregator(bind="ipc")
        yield ledger


@contextlib.contextmanager
def watcher(ledger, *args, language="en"):
    """One that is up to date."""
    watch = Watcher("watch", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint,
                    "--lang", language, *args)
    watch.command[:0] = ledger.world.clock.command
    with watch:
        watch.wait_line('"snapshot"' if "--json" in args else UP[language])
        yield watch


def lines(watch):
    """Without the time in front."""
    return [re.sub(r"^\d\d:\d\d:\d\d  ", "", line) for line in watch.lines]


def wait_day(ledger, local):
    """Until the aggregator is on the day that begins then."""
    command = ["status", "--json", "--redis", ledger.world.redis.url]

    def is_there():
        done = ledger.world.tuijin(*command)
        return done.returncode == 0 and json.loads(done.stdout)["summaries"][0]["as_of"] == ms(local)
    wait_for(is_there, f"the day of {local}")


def report(ledger, local, task, agency, seq, percent, **more):
    ledger.say(local, status(agency, seq, task, percent, ms(local), **more))


def test_the_state_has_the_figures_against_the_calendar(ledger):
    with watcher(ledger, "overall", "task/1", "task/2") as watch:
        assert watch.stop() == 0
    assert lines(watch) == [
        "overall           5.00 /  16.71   -11.71  yellow  in progress 2  unreported 1  reported 2/7",
        "task/1           10.00 /  16.71    -6.71  green   in progress  reported 1/2",
        "task/2            0.00 /  16.71   -16.71  grey    unreported  reported 0/3",
        "up to date; changes follow"]


def test_standing_alerts_come_behind_the_states(ledger):
    with watcher(ledger) as watch:
        assert watch.stop() == 0
    assert lines(watch)[-2:] == [
        "task/3          asks for help since 2026-02-20 09:00 (5.00 / 13.97 then)  nbs",
        "up to date; changes follow"]


def test_an_alert_is_told_when_it_is_raised_and_when_it_is_resolved(ledger):
    with watcher(ledger, "task/1", language="zh") as watch:
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True, state="blocked", problems="经费")
        watch.wait_line("受阻，自")
        watch.wait_line("请求协调，自")
        report(ledger, "2026-03-02 10:02", 1, "mof", 11, 1200)
        watch.wait_line("已解除：请求协调")
        watch.wait_line("已解除：受阻")
        report(ledger, "2026-03-02 10:03", 3, "nbs", 12, 600)  # resolves an alert of a task nobody asked for
        report(ledger, "2026-03-02 10:04", 1, "mof", 13, 1100)
        watch.wait_line("进度回退")
        assert watch.stop() == 0
    told = [line for line in lines(watch) if "自" in line or "解除" in line]
    assert told == [
        "task/1          受阻，自 2026-03-02 10:01（当时 12.00 / 16.71）  mof",
        "task/1          请求协调，自 2026-03-02 10:01（当时 12.00 / 16.71）  mof",
        "task/1          已解除：受阻，自 2026-03-02 10:01 至 2026-03-02 10:02（当时 12.00 / 16.71）  mof",
        "task/1          已解除：请求协调，自 2026-03-02 10:01 至 2026-03-02 10:02（当时 12.00 / 16.71）  mof",
        "task/1          进度回退，自 2026-03-02 10:04（当时 11.00 / 16.71）  mof"]


def test_a_program_gets_all_that_an_alert_says(ledger):
    with watcher(ledger, "--json", "task/3") as watch:
        report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
        watch.wait_line('"standing":false')
        assert watch.stop() == 0
    events = [json.loads(line) for line in watch.lines]
    raised, ended = (e for e in events if e["event"] == "alert")
    assert raised["id"].endswith(":made/alert/help/task/3/") and raised["time"].startswith("2026-02-20T")
    assert raised["data"] == {
        "plan": "made", "revision": 1, "position": f"{ms('2026-02-20 09:00')}-0", "what": "help",
        "as_of": ms("2026-02-20 00:00"), "scope": "task", "key": "3", "standing": True,
        "since": ms("2026-02-20 09:00"), "ended": None, "percent": 5.0, "expected": 13.97, "gap": -8.97,
        "light": "green", "reason": None, "overdue_days": 0, "period": None, "agencies": ["nbs"]}
    assert ended["data"]["ended"] == ms("2026-03-02 10:01") and ended["data"]["percent"] == 6.0
    assert events.index(raised) < events.index({"event": "snapshot"}) < events.index(ended)


def test_a_new_day_has_a_line_only_where_more_than_the_expected_has_changed(ledger):
    with watcher(ledger) as watch, watcher(ledger, "--json", "overall") as program:
        before = len(watch.lines)
        ledger.world.clock.set("2026-03-03 00:00:01+08:00")
        change = json.loads(program.wait_line('"change"'))
        assert change["data"]["as_of"] == ms("2026-03-03 00:00") and change["percent_before"] == 5.0
        report(ledger, "2026-03-03 00:01", 1, "mof", 10, 1600)
        watch.wait_line("10.00 →  16.00")
        wait_for(lambda: len(watch.lines) == before + 5, "the scopes of the report")
        assert watch.stop() == 0 and program.stop() == 0
    assert [line.split()[0] for line in lines(watch)[before:]] == \
        ["overall", "chapter/1", "section/1.1", "task/1", "agency/mof"]


def test_a_light_that_turns_at_midnight_says_why(ledger):
    ledger.world.clock.set("2026-04-10 23:59:00+08:00")
    wait_day(ledger, "2026-04-10 00:00")
    with watcher(ledger, "task/1", "task/2") as watch:
        ledger.world.clock.set("2026-04-11 00:00:01+08:00")
        watch.wait_line("period missed 2026-Q1 since 2026-04-11 (0.00 / 27.67 then)")
        assert watch.stop() == 0
    assert re.search(r"task/2 .* 0\.00 /  27\.67   -27\.67  grey → yellow: behind schedule  unreported  "
                     r"2026-Q1 0/3$", "\n".join(watch.lines), re.MULTILINE)


def test_days_overdue_are_told(ledger):
    ledger.world.clock.set("2026-12-31 23:59:00+08:00")
    wait_day(ledger, "2026-12-31 00:00")
    with watcher(ledger, "task/1") as watch:
        ledger.world.clock.set("2027-01-01 00:00:01+08:00")
        watch.wait_line("overdue since 2027-01-01 (10.00 / 100.00 then)")
        assert watch.stop() == 0
    ledger.world.clock.set("2027-01-12 10:00:00+08:00")
    wait_day(ledger, "2027-01-12 00:00")
    with watcher(ledger, "task/1", language="zh") as watch:
        assert watch.stop() == 0
    assert re.search(r" 红  推进中  逾期 12 天  已报告 1/2", watch.lines[0])


def test_no_alert_is_told_twice_and_none_that_ended_is_forgotten(ledger):
    aggregator = ledger.world.daemons[0]
    with watcher(ledger, "task/1", "task/3") as watch:
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True)
        watch.wait_line("task/1          asks for help since 2026-03-02 10:01")
        aggregator.kill()
        report(ledger, "2026-03-02 10:02", 1, "mof", 11, 1300)
        aggregator.start()
        watch.wait_line("resolved")
        watch.wait_line("→  13.00")
        report(ledger, "2026-03-02 10:03", 3, "nbs", 12, 600)
        watch.wait_line("resolved: asks for help since 2026-02-20 09:00")
        assert watch.stop() == 0
    text = "\n".join(lines(watch))
    assert text.count("task/1          asks for help") == text.count("task/3          asks for help") == 1
    assert len(re.findall("task/1 +resolved", text)) == 1


class Played:
    """An aggregator that says what the test wants: a snapshot of these messages, and ticks with a
    digest of nothing."""

    def __init__(self, world):
        self.socket = world.context.socket(zmq.XPUB)
        self.socket.linger = 0
        self.endpoint = f"ipc://{world.folder}/played"
        self.socket.bind(self.endpoint)
        self.messages, self.answered = [], 0

    def turn(self):
        """Answers what was asked, or ticks."""
        if not self.socket.poll(100):
            data = {"plan": made.PLAN, "position": "1-0", "as_of": 0, "now": 0, "store": "ok", "topics": 1,
                    "digest": "0" * 16}
            tick = {"type": "tuijin.tick.v1", "id": "1", "time": "", "data": data}
            self.socket.send_multipart([b"made/tick/", pack(tick)])
            return
        asked = self.socket.recv()
        if asked.startswith(b"\x01snap/"):
            for topic, payload in self.messages:
                self.socket.send_multipart([asked[1:], topic, payload])
            end = {"count": len(self.messages), "positions": {made.PLAN: "9999999999999-0"}}
            self.socket.send_multipart([asked[1:], b"", pack(end)])
            self.answered += 1


def snapshot_of(world, prefix):
    """The messages of a real snapshot."""
    socket = world.context.socket(zmq.SUB)
    socket.linger = 0
    socket.connect(world.daemons[0].endpoint)
    socket.subscribe(b"snap/0123456789abcdef/" + prefix)
    messages = []
    while not messages or messages[-1][0]:
        assert socket.poll(15000)
        messages.append(socket.recv_multipart()[1:])
    socket.close()
    assert unpack(messages[-1][1])["count"] == len(messages) - 1
    return messages[:-1]


@pytest.mark.parametrize("flags, told", [
    ([], "task/3          resolved in the meantime: asks for help"),
    (["--json"], '{"event":"alert_gone","topic":"made/alert/help/task/3/"}')])
def test_an_alert_that_ended_unheard_is_told_with_the_next_snapshot(ledger, flags, told):
    played = Played(ledger.world)
    played.messages = snapshot_of(ledger.world, b"made/task/3/") + snapshot_of(ledger.world, b"made/alert/")
    assert [topic for topic, _ in played.messages] == [b"made/task/3/", b"made/alert/help/task/3/"]
    watch = Watcher("watch", "--plan", made.PLAN, "--connect", played.endpoint, *flags)
    with watch:
        wait_for(lambda: played.turn() or played.answered == 1, "the first snapshot")
        wait_for(lambda: played.turn() or watch.find('"snapshot"') or watch.find(UP["en"]), "all is shown")
        del played.messages[1:]
        wait_for(lambda: played.turn() or watch.find(told), "the alert is gone")
        assert watch.stop() == 0
    played.socket.close()
    assert sum("help" in line for line in watch.lines) == 2, watch.lines


@pytest.mark.parametrize("offset", ["-09:00", "+00:00", "+05:30", "+14:00"])
def test_the_days_of_an_alert_are_those_of_its_plan(tmp_path, offset):
    with World(clock=Clock(tmp_path / "clock", "2027-01-05 10:00:00+00:00")) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00", made.text(offset=offset))
        world.aggregator(bind="ipc")
        with watcher(ledger, "task/1") as watch:
            watch.wait_line("overdue since 2027-01-01 (0.00 / 100.00 then)")
            assert watch.stop() == 0


def test_a_light_that_turned_red_is_an_alert_of_its_own(ledger):
    ledger.world.clock.set("2026-07-18 10:00:00+08:00")
    wait_day(ledger, "2026-07-18 00:00")
    with watcher(ledger, "task/1") as english, watcher(ledger, "task/1", language="zh") as chinese:
        assert english.stop() == 0 and chinese.stop() == 0
    told = [re.search(r"(red since|亮红灯，自) .*", "\n".join(lines(watch))).group() for watch in (english, chinese)]
    assert re.fullmatch(r"red since 2026-0\d-\d\d \(10\.00 / \d\d\.\d\d then\)", told[0])
    assert told[1] == re.sub(r"red since (\S+) \((.*) then\)", r"亮红灯，自 \1（当时 \2）", told[0])


@pytest.mark.parametrize("with_plan", [False, True])
@pytest.mark.parametrize("scope", ["task/4", "chapter/9", "section/1.7", "agency/nobody"])
def test_a_scope_that_the_plan_does_not_have_ends_it(ledger, scope, with_plan):
    flags = ["--redis", ledger.world.redis.url] if with_plan else []
    done = ledger.world.tuijin("watch", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint,
                               "overall", scope, *flags)
    assert done.returncode == 65 and done.stdout == ""
    assert "plan made " in done.stderr and "has no " in done.stderr and scope.split("/")[1] in done.stderr


def test_nobody_at_the_endpoint_is_told_once(tmp_path):
    nobody = f"ipc://{tmp_path}/nobody"
    with Watcher("watch", "--plan", made.PLAN, "--connect", nobody, "--lang", "en") as watch:
        watch.wait_line(f"waiting for {nobody}")
        watch.wait_line("no word from the aggregator for 5 s")
        assert watch.stop() == 0
    assert sum("waiting for" in line for line in watch.lines) == 1


def test_who_answers_is_not_waited_for(ledger):
    with watcher(ledger, "task/1") as watch:
        ledger.world.clock.set("2026-03-03 00:00:01+08:00")
        report(ledger, "2026-03-03 00:01", 1, "mof", 10, 1600)
        watch.wait_line("10.00 →  16.00")
        assert watch.stop() == 0
    assert not watch.find("waiting for")
