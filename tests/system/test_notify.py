"""`tuijin notify`: each edge of an alert once, to programs and endpoints that fail, hang and come back."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import re
import shlex
import signal
import ssl
import stat
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import made
import pytest
from clocks import Clock
from harness import BUILD, DEADLINE_S, PLAN, ROOT, Process, World, wait_for, word
from made import ms, status
from test_cli import run
from test_watch import report, wait_day

NOW = "2026-03-02 10:00:00+08:00"
HELP_3 = "made/alert/help/task/3"  # stands from the beginning
SIGTERM_S = 5


@pytest.fixture
def ledger(tmp_path):
    """A plan with a collector's past, one alert that stands, and an aggregator of today."""
    with World(clock=Clock(tmp_path / "clock", NOW)) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-02-20 09:00", status("mof", 1, 1, 1000, ms("2026-02-20 08:00")),
                   status("nbs", 2, 3, 500, ms("2026-02-20 08:00"), help=True))
        world.aggregator(bind="ipc")
        yield ledger


class Hook(ThreadingHTTPServer):
    """An endpoint on a free port that answers with the statuses it is given, then with 204; it keeps what
    came and how it was answered. A status may be a function that is handed the request."""

    daemon_threads = True

    def __init__(self, *statuses, tls=None):
        super().__init__(("127.0.0.1", 0), Answer)
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.statuses, self.requests, self.lock = list(statuses), [], threading.Lock()
        self.over, self.strays = threading.Event(), 0

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, request, address):
        pass  # a client that hung up, which is what some tests are about

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/alerts"

    def taken(self):
        """The events answered with 2xx."""
        return [event for event, status in self.events() if 200 <= status < 300]

    def events(self):
        with self.lock:
            return [(json.loads(body), status) for _, body, status in self.requests]

    def subjects(self):
        return [event["subject"] for event in self.taken()]


class Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        hook = self.server
        self.body = body = self.rfile.read(int(self.headers["Content-Length"]))
        with hook.lock:
            status = hook.statuses.pop(0) if hook.statuses else 204
        if callable(status):
            status = status(self)
        with hook.lock:
            hook.requests.append((self, body, status))
        if status:
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"{hook.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

    def do_GET(self):
        self.server.strays += 1
        self.send_error(400)

    def log_message(self, *_):
        pass


class Notifier(Process):
    def __init__(self, world, *flags, plan=made.PLAN, keys=()):
        super().__init__("tuijin notify", BUILD / "tuijin", "notify", "--plan", plan, "--connect",
                         world.daemons[0].endpoint, "--log-level", "debug", *keys, *flags, clock=world.clock)
        world.daemons.append(self)

    def start(self, ready=True):
        super().start()
        if ready:
            self.wait_line("event=ready")
        return self

    def kill_once_noted(self, state):
        """Kills it when its file says of all that it was told: what was told last is told once then."""
        wait_for(lambda: state.read_text().splitlines()[-1].count("\t") <= 3, "the note of what was taken")
        self.kill()


def script(folder, text, name="hook.sh"):
    """A program; FOLDER/told gets a line for each event that it takes."""
    path = folder / name
    path.write_text(f"#!/bin/sh\ncd {shlex.quote(str(folder))} || exit 99\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def told(folder, name="told"):
    path = folder / name
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


KEEP = "event=$(cat) && printf '%s\\n' \"$event\" >>told"


def subjects(events):
    return [event["subject"] for event in events]


# what is told

def test_a_program_gets_an_event_on_its_standard_input_and_what_it_is_in_the_environment(ledger, tmp_path):
    keep = script(tmp_path, KEEP + "; env | grep ^TUIJIN_EVENT_ | sort | tr '\\n' ' ' >>env; echo >>env; "
                  "echo a word of the program")
    ear = ledger.world.subscriber(ledger.world.daemons[0], f"{made.PLAN}/alert/")
    ear.snapshot()
    notify = Notifier(ledger.world, "--exec", keep).start()
    wait_for(lambda: len(told(tmp_path)) == 1, "the alert that stands")
    report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
    wait_for(lambda: len(told(tmp_path)) == 2, "its end")
    raised, ended = told(tmp_path)
    assert raised["data"] == ear.alerts[f"{HELP_3}/"]
    assert raised["id"].endswith(f":{HELP_3}/") and raised["subject"] == HELP_3
    assert raised["source"] == "tuijin/aggregator" and raised["type"] == "tuijin.alert.v1"
    assert raised["specversion"] == "1.0" and raised["time"] == "2026-02-20T01:00:00.000Z"
    assert raised["text"] == ("任务3：请求协调，自 2026-02-20 09:00 起；完成 5.00%，序时进度 13.97%，"
                              "差距 -8.97 个百分点；涉及：nbs")
    assert ended["subject"] == "made/alert/resolved/help/task/3" and ended["data"]["standing"] is False
    assert ended["data"]["ended"] == ms("2026-03-02 10:01")
    assert (tmp_path / "env").read_text().splitlines()[0] == (
        f"TUIJIN_EVENT_ID={raised['id']} TUIJIN_EVENT_SUBJECT={HELP_3} TUIJIN_EVENT_TYPE=tuijin.alert.v1 ")
    assert notify.find("a word of the program")
    assert notify.stop() == 0
    assert notify.find("event=stopped delivered=2 retried=0 dropped=0 waiting=0")


def test_sentences_have_titles_where_there_is_a_store_and_the_language_that_is_asked_for(ledger, tmp_path):
    Notifier(ledger.world, "--exec", script(tmp_path, KEEP), "--lang", "en",
             "--redis", ledger.world.redis.url).start()
    wait_for(lambda: told(tmp_path), "the alert that stands")
    assert told(tmp_path)[0]["text"] == (
        "Task 3 (Task three): help asked for since 2026-02-20 09:00; done 5.00%, expected 13.97%, "
        "gap -8.97 points; about Statistics")


def test_an_endpoint_that_fails_gets_it_again_until_it_takes_it_and_in_order(ledger):
    with Hook(500, 503, 404, 401, 302) as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url).start()
        report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
        wait_for(lambda: len(hook.taken()) == 2, "both edges")
        assert notify.stop() == 0
    assert hook.subjects() == [HELP_3, "made/alert/resolved/help/task/3"]
    assert [status for _, status in hook.events()] == [500, 503, 404, 401, 302, 204, 204]
    assert len({event["id"] for event, _ in hook.events()}) == 2
    first = hook.requests[0][0]
    assert first.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert first.headers["User-Agent"].startswith("tuijin/") and "Expect" not in first.headers
    assert first.headers["X-Tuijin-Signature"] is None and first.path == "/alerts"
    retries = [line for line in notify.lines if "event=retry" in line]
    assert [re.search(r"attempt=(\d+)", line)[1] for line in retries] == list("12345")
    assert 'level=warn' in retries[0]
    assert [re.search(r'reason="HTTP status (\d+)"', line)[1] for line in retries] == "500 503 404 401 302".split()
    assert hook.strays == 0, "a redirect was followed"
    pauses = [int(re.search(r"pause_ms=(\d+)", line)[1]) for line in retries]
    assert pauses[-1] > 4 * pauses[0]


@pytest.mark.parametrize("status", [413, 422])
def test_what_an_endpoint_will_never_take_is_dropped_and_logged(ledger, status):
    with Hook(status) as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url).start()
        line = notify.wait_line("event=dropped")
        assert "level=error" in line and f":{HELP_3}/" in line and f'reason="HTTP status {status}"' in line
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True)
        wait_for(hook.taken, "the next")
        assert hook.subjects() == ["made/alert/help/task/1"]
        assert notify.stop() == 0
    assert notify.find("dropped=1")


def test_an_endpoint_that_hangs_or_babbles_does_not_hold_up_the_others(ledger, tmp_path):
    def hang(request):
        request.server.over.wait(DEADLINE_S)

    def babble(request):
        request.send_response(200)
        request.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(4096):
                request.wfile.write(bytes(65536))
        return 0

    with Hook(hang, babble) as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--exec", script(tmp_path, KEEP),
                          "--timeout", 1, "--only", "help").start()
        wait_for(lambda: told(tmp_path), "the program")
        assert "webhook-1" in notify.wait_line("event=retry") and "timed out" in notify.find("event=retry")
        assert "attempt=2" in notify.wait_line("event=delivered target=webhook-1")
        assert notify.stop() == 0


def test_a_program_that_fails_hangs_or_is_killed_gets_it_again(ledger, tmp_path):
    hook = script(tmp_path, "echo x >>tries; case $(wc -l <tries) in 1) exit 3;; 2) kill -9 $$;; "
                  "3) sleep 600 & echo $! >child; wait;; 4) exec <&-; exit 1;; esac; " + KEEP)
    notify = Notifier(ledger.world, "--exec", f"exec {hook}", "--timeout", 1).start()
    wait_for(lambda: told(tmp_path), "the fifth try")
    assert [re.search(r'reason="(.*)"', line)[1] for line in notify.lines if "event=retry" in line] == [
        "exit status 3", "killed by signal 9", "it took longer than 1 s and was killed", "exit status 1"]
    child = int((tmp_path / "child").read_text())
    wait_for(lambda: not is_alive(child), "the whole group is killed")
    assert notify.stop() == 0


def test_a_program_gets_our_environment_but_no_secret_of_the_other_targets(ledger, tmp_path):
    keep = script(tmp_path, "env >env.new && mv env.new env")
    with Hook() as hook:
        settings = [f"TUIJIN_WEBHOOK={hook.url}?access_token=t0ken-in-url", f"TUIJIN_REDIS={ledger.world.redis.url}",
                    "TUIJIN_EVENT_MORE=1", "HOOK_OF=the desk"]
        notify = Notifier(ledger.world, "--exec", keep)
        notify.command[3:3] = ["env", *settings]
        notify.start()
        wait_for(lambda: hook.taken() and (tmp_path / "env").exists(), "both")
        assert notify.stop() == 0
    got = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    assert {name for name in got if name.startswith("TUIJIN_")} == {
        "TUIJIN_EVENT_ID", "TUIJIN_EVENT_TYPE", "TUIJIN_EVENT_SUBJECT"}
    assert got["HOOK_OF"] == "the desk" and got["PATH"] == os.environ["PATH"]


def is_alive(pid):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False


def test_an_alert_that_waits_for_another_try_does_not_hold_up_the_others(ledger):
    def refuse_task_3(request):
        return 500 if b"task/3" in request.body else 204

    with Hook(*[refuse_task_3] * 1000) as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url).start()
        notify.wait_line("event=retry")
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True)
        wait_for(lambda: "made/alert/help/task/1" in hook.subjects(), "the other")
        assert HELP_3 not in hook.subjects()
        hook.statuses.clear()
        wait_for(lambda: HELP_3 in hook.subjects(), "and at last this one")
        assert notify.stop() == 0


# once, over restarts

@pytest.fixture
def state(tmp_path):
    return tmp_path / "told.state"


def test_killed_between_raise_and_end_it_tells_each_once(ledger, state):
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--state", state).start()
        notify.wait_line("event=delivered")
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True)
        wait_for(lambda: len([x for x in notify.lines if "event=delivered" in x]) == 2, "both raises")
        notify.kill_once_noted(state)
        notify.start()
        report(ledger, "2026-03-02 10:02", 1, "mof", 11, 1200)
        wait_for(lambda: len(hook.taken()) == 3, "the end")
        notify.kill_once_noted(state)
        notify.start()
        report(ledger, "2026-03-02 10:03", 3, "nbs", 12, 600)
        wait_for(lambda: len(hook.taken()) == 4, "the other's end")
        assert notify.stop() == 0
    assert hook.subjects() == [HELP_3, "made/alert/help/task/1", "made/alert/resolved/help/task/1",
                               "made/alert/resolved/help/task/3"]
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_what_ended_while_it_was_down_is_told_as_resolved_and_what_began_as_raised(ledger, state):
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--state", state).start()
        wait_for(lambda: notify.find("event=delivered"), "the alert that stands")
        notify.kill_once_noted(state)
        aggregator = ledger.world.daemons[0]
        aggregator.kill()
        report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
        report(ledger, "2026-03-02 10:02", 1, "mof", 11, 1200, help=True)
        aggregator.start()
        notify.start()
        wait_for(lambda: len(hook.taken()) == 3, "both")
        notify.kill_once_noted(state)
        notify.start()
        report(ledger, "2026-03-02 10:04", 1, "mof", 12, 1200)
        wait_for(lambda: len(hook.taken()) == 4, "the last")
        assert notify.stop() == 0
    raised = hook.taken()[0]
    ended = next(e for e in hook.taken() if e["subject"] == "made/alert/resolved/help/task/3")
    assert ended["source"] == "tuijin/notify" and ended["type"] == "tuijin.alert.v1"
    assert ended["id"] == raised["id"].replace("/help/", "/resolved/help/")
    assert ended["data"] == {**raised["data"], "standing": False, "ended": ended["data"]["ended"]}
    assert abs(ended["data"]["ended"] - ledger.world.clock.ms()) < 60000
    assert sorted(hook.subjects()) == sorted([
        HELP_3, "made/alert/resolved/help/task/3", "made/alert/help/task/1", "made/alert/resolved/help/task/1"])


CUT = """
#include <signal.h>
#include <sys/wait.h>

pid_t
waitpid(pid_t pid, int *status, int options)
{
	(void)pid, (void)status, (void)options;
	return raise(SIGKILL);
}
"""


def test_killed_while_a_program_is_told_of_a_raise_it_tells_it_of_the_end(ledger, state, tmp_path):
    """A library under the notifier kills it when the program has all of it, and is asked whether it took it."""
    source, cut = tmp_path / "cut.c", tmp_path / "cut.so"
    source.write_text(CUT)
    subprocess.run(["cc", "-fPIC", "-shared", "-o", cut, source], check=True)
    notify = Notifier(ledger.world, "--exec", script(tmp_path, KEEP), "--state", state)
    whole = list(notify.command)
    notify.command = [f"{word}:{cut}" if word.startswith("LD_PRELOAD=") else word for word in whole]
    notify.start(ready=False)
    assert notify.ended() == -signal.SIGKILL
    wait_for(lambda: told(tmp_path), "the program itself goes on")
    aggregator = ledger.world.daemons[0]
    aggregator.kill()
    report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
    aggregator.start()
    notify.command = whole
    notify.start()
    notify.wait_line(":made/alert/resolved/help/task/3/")
    assert notify.stop() == 0
    raised, again, ended = told(tmp_path)
    assert raised == again and raised["subject"] == HELP_3
    assert ended["subject"] == "made/alert/resolved/help/task/3" and ended["source"] == "tuijin/notify"


def test_what_was_not_taken_survives_a_kill_also_if_it_ended_meanwhile(ledger, state):
    with Hook(*[500] * 1000) as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--state", state).start()
        report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
        wait_for(lambda: "resolved" in state.read_text(), "the end is in the file")
        notify.kill()
        hook.statuses.clear()
        notify.start()
        wait_for(lambda: len(hook.taken()) == 2, "both edges")
        assert notify.stop() == 0
    assert hook.subjects() == [HELP_3, "made/alert/resolved/help/task/3"]


def test_a_corrected_command_gets_what_waited_for_the_wrong_one(ledger, state, tmp_path):
    notify = Notifier(ledger.world, "--exec", "exit 1", "--state", state).start()
    notify.wait_line("event=retry")
    assert notify.stop() == 0 and notify.find("waiting=1")
    corrected = Notifier(ledger.world, "--exec", script(tmp_path, KEEP), "--exec",
                         script(tmp_path, KEEP.replace("told", "told2"), "second.sh"), "--state", state).start()
    wait_for(lambda: told(tmp_path) and told(tmp_path, "told2"), "both")
    corrected.stop()
    assert subjects(told(tmp_path)) == subjects(told(tmp_path, "told2")) == [HELP_3]
    one = Notifier(ledger.world, "--exec", script(tmp_path, KEEP), "--state", state).start()
    assert "targets=1" in one.find("event=state_cut")


def test_an_aggregator_that_starts_again_makes_it_tell_nothing_twice(ledger, state):
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--state", state).start()
        wait_for(hook.taken, "the alert that stands")
        aggregator = ledger.world.daemons[0]
        aggregator.kill()
        report(ledger, "2026-03-02 10:02", 1, "mof", 11, 1200, help=True)
        aggregator.start()
        wait_for(lambda: len(hook.taken()) == 2, "what happened meanwhile")
        report(ledger, "2026-03-02 10:03", 3, "nbs", 12, 600)
        wait_for(lambda: len(hook.taken()) == 3, "and after it")
        assert notify.stop() == 0
    assert hook.subjects() == [HELP_3, "made/alert/help/task/1", "made/alert/resolved/help/task/3"]


def test_no_word_from_the_aggregator_is_told_and_so_is_its_return(ledger):
    notify = Notifier(ledger.world, "--exec", "true").start()
    ledger.world.daemons[0].kill()
    assert "level=warn" in notify.wait_line("event=stale")
    ledger.world.daemons[0].start()
    notify.wait_line("event=back")
    assert notify.stop() == 0


def test_from_now_does_not_tell_what_stands_but_its_end(ledger, state):
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--from-now", "--state", state).start()
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True)
        wait_for(hook.taken, "what comes now")
        notify.kill_once_noted(state)
        report(ledger, "2026-03-02 10:02", 2, "mof", 11, 100, help=True)
        notify.start()  # it has a past now
        wait_for(lambda: len(hook.taken()) == 2, "what came while it was down")
        report(ledger, "2026-03-02 10:03", 3, "nbs", 12, 600)
        wait_for(lambda: len(hook.taken()) == 3, "the end of what stood")
        assert notify.stop() == 0
    assert hook.subjects() == ["made/alert/help/task/1", "made/alert/help/task/2", "made/alert/resolved/help/task/3"]


def test_only_what_and_whom_it_is_asked_for(ledger, tmp_path):
    report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True, state="blocked", problems="x")
    for folder, flags in (("a", ["--only", "blocked"]), ("b", ["--agency", "nbs"]), ("c", ["--agency", "sta"])):
        (tmp_path / folder).mkdir()
        done = ledger.world.tuijin("notify", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint,
                                   "--exec", script(tmp_path / folder, KEEP), "--once", *flags)
        assert done.returncode == 0, done.stderr
    assert [subjects(told(tmp_path / folder)) for folder in "abc"] == [
        ["made/alert/blocked/task/1"], [HELP_3], []]


def test_a_red_light_is_about_all_who_have_part_in_the_task(ledger, tmp_path):
    ledger.world.clock.set("2026-07-18 10:00:00+08:00")
    wait_day(ledger, "2026-07-18 00:00")
    for agency in ("sta", "nbs"):
        (tmp_path / agency).mkdir()
        done = ledger.world.tuijin("notify", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint,
                                   "--exec", script(tmp_path / agency, KEEP), "--once", "--only", "behind",
                                   "--agency", agency)
        assert done.returncode == 0, done.stderr
    assert "made/alert/behind/task/1" in subjects(told(tmp_path / "sta"))
    assert not any(s.endswith(("task/1", "task/2")) for s in subjects(told(tmp_path / "nbs")))


def test_once_tells_what_there_is_to_tell_and_ends(ledger, state, tmp_path):
    def once(command):
        return run("notify", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint, "--once",
                   "--state", state, "--exec", command)

    done = once("exit 1")
    assert done.returncode == 69 and "1 events were not taken; they wait in the state file" in done.stderr
    assert done.stderr.count("event=retry") == 1
    keep = script(tmp_path, KEEP)
    assert once(keep).returncode == once(keep).returncode == 0
    report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
    wait_for(lambda: once(keep).returncode == 0 and len(told(tmp_path)) == 2, "its end")
    assert subjects(told(tmp_path)) == [HELP_3, "made/alert/resolved/help/task/3"]


def test_a_stop_waits_for_a_program_that_runs_but_not_for_ever(ledger, state, tmp_path):
    slow = script(tmp_path, "touch begun; while [ ! -e go ]; do sleep 0.05; done; " + KEEP)
    notify = Notifier(ledger.world, "--exec", slow, "--state", state, "--timeout", 60).start()
    wait_for((tmp_path / "begun").exists, "it runs")
    notify.child.terminate()
    (tmp_path / "go").touch()
    assert notify.ended() == 0 and notify.find("delivered=1") and len(told(tmp_path)) == 1
    report(ledger, "2026-03-02 10:01", 3, "nbs", 10, 600)
    (tmp_path / "go").unlink()
    (tmp_path / "begun").unlink()
    notify.start()
    wait_for((tmp_path / "begun").exists, "it runs again")
    begun = time.monotonic()
    assert notify.stop() == 0 and time.monotonic() - begun >= SIGTERM_S - 0.5
    assert "waiting=1" in notify.find("event=stopped") and len(told(tmp_path)) == 1
    (tmp_path / "go").touch()
    notify.start()
    wait_for(lambda: len(told(tmp_path)) == 2, "what was cut short")


# trust

def test_with_keys_and_a_real_plan(guarded, tmp_path):
    guarded.aggregator(bind="ipc")
    collector = guarded.collector(bind="ipc")
    keys = guarded.keys.flags("subscriber", "aggregator")
    with Hook() as hook:
        Notifier(guarded, "--webhook", hook.url, "--only", "help", plan=PLAN, keys=keys).start()
        now = int(time.time() * 1000)
        guarded.agency("cnipa", collector).report(1, word(2, 30, now, help=True))
        wait_for(hook.taken, "the alert")
    assert hook.subjects() == [f"{PLAN}/alert/help/task/2"]


def test_secrets_are_in_requests_alone(ledger, tmp_path, state):
    header, key = tmp_path / "header", tmp_path / "key"
    for path, text in ((header, "# for the gate\nAuthorization: Bearer s3cr3t-t0ken\nX-From: 办公室\n"),
                       (key, "0123456789abcdef-s1gning\n")):
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    with Hook(500) as hook:
        url = hook.url.replace("://", "://desk:pa55word@") + "?access_token=t0ken-in-url"
        command = ["env", f"TUIJIN_WEBHOOK={url}"]
        notify = Notifier(ledger.world, "--webhook-header", header, "--webhook-secret", key, "--state", state)
        notify.command[3:3] = command
        notify.start()
        wait_for(hook.taken, "the alert")
        cmdline = Path(f"/proc/{notify.child.pid}/cmdline").read_bytes().decode()
        assert notify.stop() == 0
    request, body, _ = hook.requests[1]
    assert request.headers["Authorization"] == "Bearer s3cr3t-t0ken"
    assert request.headers["X-From"].encode("latin-1").decode() == "办公室"
    mac = hmac.new(b"0123456789abcdef-s1gning", body, hashlib.sha256).hexdigest()
    assert request.headers["X-Tuijin-Signature"] == f"sha256={mac}"
    said = "\n".join(notify.lines) + cmdline + state.read_text()
    assert f'url="http://127.0.0.1:{hook.server_port}"' in said
    for secret in ("s3cr3t", "s1gning", "pa55word", "t0ken-in-url", mac):
        assert secret not in said


def test_a_url_with_a_password_authenticates_with_it(ledger):
    with Hook() as hook:
        Notifier(ledger.world, "--webhook", hook.url.replace("://", "://desk:pa55word@")).start()
        wait_for(hook.taken, "the alert")
    assert hook.requests[0][0].headers["Authorization"] == \
        "Basic " + base64.b64encode(b"desk:pa55word").decode()


def test_https_is_verified(ledger, tmp_path):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert,
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    ledger.world.clock = None  # the certificate is of today
    with Hook(tls=tls) as hook:
        named = f"https://localhost:{hook.server_port}/"
        for url, flags in ((named, []), (named.replace("localhost", "127.0.0.1"), ["--webhook-ca", cert])):
            stranger = Notifier(ledger.world, "--webhook", url, *flags).start()
            assert re.search("certificate|SSL", stranger.wait_line("event=retry"))
            assert stranger.stop() == 0 and not hook.requests
        Notifier(ledger.world, "--webhook", named, "--webhook-ca", cert).start()
        wait_for(hook.taken, "the alert")


# the state file

@pytest.mark.parametrize("text, why", [
    ("tuijin-notify 1 other\n", "line 1: it is of plan other, not made"),
    ("tuijin-notify 2 made\n", "line 1: got 'tuijin-notify 2 made', expected 'tuijin-notify 1 made'"),
    ("a letter of mine", "line 1: got 'a letter of mine'"),
    ("tuijin-notify 1 made\nentry\texec-1\t-\t-\n", "line 2: it is damaged")])
def test_a_state_file_that_is_none_of_ours_is_refused_and_left_alone(ledger, state, text, why):
    state.touch(mode=0o600)
    state.write_text(text)
    done = once(ledger, "--exec", "true", "--state", state)
    assert done.returncode == 78 and why in done.stderr and "--state: " in done.stderr
    assert state.read_text() == text


def once(ledger, *flags):
    return run("notify", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint, "--once", *flags)


def test_a_state_file_that_others_can_read_or_that_is_in_use_is_refused(ledger, state):
    state.touch(mode=0o600)
    state.chmod(0o644)
    done = once(ledger, "--exec", "true", "--state", state)
    assert done.returncode == 78 and "others may read or write it: chmod 600" in done.stderr
    state.chmod(0o600)
    notify = Notifier(ledger.world, "--exec", "true", "--state", state).start()
    done = once(ledger, "--exec", "true", "--state", state)
    assert done.returncode == 78 and "another process uses it" in done.stderr
    assert notify.stop() == 0
    assert once(ledger, "--exec", "true", "--state", state).returncode == 0


@pytest.mark.parametrize("what", ["fifo", "link", "file"])
def test_what_has_the_name_of_the_new_file_makes_way(ledger, state, tmp_path, what):
    fresh, bystander = tmp_path / f"{state.name}.new", tmp_path / "bystander"
    bystander.write_text("mine")
    if what == "fifo":
        os.mkfifo(fresh)
    elif what == "link":
        fresh.symlink_to(bystander)
    else:
        fresh.hardlink_to(bystander)
    assert once(ledger, "--exec", script(tmp_path, KEEP), "--state", state).returncode == 0
    assert subjects(told(tmp_path)) == [HELP_3] and state.read_text().startswith("tuijin-notify 1 made\n")
    assert bystander.read_text() == "mine" and not fresh.exists()
    assert stat.S_IMODE(state.stat().st_mode) == 0o600


def test_a_last_line_that_was_cut_is_passed_over(ledger, state, tmp_path):
    keep = script(tmp_path, KEEP)
    assert once(ledger, "--exec", keep, "--state", state).returncode == 0
    with state.open("ab") as f:
        f.write(b"entry\texec-1\t1-0:0:made/al")
    assert once(ledger, "--exec", keep, "--state", state).returncode == 0
    assert subjects(told(tmp_path)) == [HELP_3] and state.read_bytes().endswith(b"\n")


def test_a_state_that_cannot_be_written_is_told_once_and_made_up_for(ledger, state):
    """A limit on the size of files stands for a disk that is full."""
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--state", state)
        notify.command[3:3] = ["env", "--ignore-signal=XFSZ", "prlimit", "--fsize=900:unlimited"]
        notify.start()
        report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, help=True)
        assert "File too large" in notify.wait_line("event=state_failed")
        wait_for(lambda: len(hook.taken()) == 2, "it is told nevertheless")
        subprocess.run(["prlimit", "--pid", str(notify.child.pid), "--fsize=unlimited"], check=True)
        wait_for(lambda: "made/alert/help/task/1" in state.read_text(), "it is written later")
        notify.kill()
        notify.command[3:7] = []
        notify.start()
        report(ledger, "2026-03-02 10:02", 1, "mof", 11, 1200)
        wait_for(lambda: len(hook.taken()) == 3, "the end alone")
        assert notify.stop() == 0
    assert len([line for line in notify.lines if "event=state_failed" in line]) == 1


# what is refused

@pytest.mark.parametrize("flags, why", [
    ([], "whom to tell? give --exec CMD or --webhook URL"),
    (["--exec", ""], "--exec: got '', expected a command"),
    (["--webhook", "ftp://x/"], "--webhook: expected http://host:port/path"),
    (["--webhook", "file:///etc/passwd"], "--webhook: expected http://host:port/path"),
    (["--webhook", "desk:pa55word@x/"], "--webhook: expected http://host:port/path"),
    (["--exec", "true", "--only", "help,late"], "--only: got 'late', expected overdue"),
    (["--exec", "true", "--agency", "A B"], "--agency: 'A B' is not the name of an agency"),
    (["--exec", "true", "--digest-at", "24:00", "--redis", "redis://x"], "--digest-at: got '24:00'"),
    (["--exec", "true", "--digest-at", "08:30"], "--redis is missing"),
    (["--digest"], "--redis is missing"),
    (["--exec", "true", "--plan", "A"], "--plan: 'A' is not the name of a plan"),
    (["--exec", "true"] * 17, "--exec, --webhook: got 17 of both, at most 16")])
def test_what_cannot_be_meant_is_refused(flags, why):
    done = run("notify", "--plan", made.PLAN, *flags)
    assert done.returncode == 64 and why in done.stderr and "pa55word" not in done.stderr


@pytest.mark.parametrize("flag, text, mode, why", [
    ("header", "Authorization: x\n", 0o644, "others may read it: chmod 600"),
    ("header", "Authorization\n", 0o600, "line 1: expected 'Name: value'"),
    ("header", "X: y\nX Y: z\n", 0o600, "line 2: expected 'Name: value'"),
    ("header", "X: y\x01\n", 0o600, "line 1: it has control characters"),
    ("header", "content-type: text/plain\n", 0o600, "line 1: this header is set by tuijin notify itself"),
    ("secret", "0123456789abcdef\n", 0o604, "others may read it: chmod 600"),
    ("secret", "s3cr3t\n", 0o600, "less than 16 bytes")])
def test_files_of_secrets_are_checked_and_not_shown(tmp_path, flag, text, mode, why):
    path = tmp_path / "file"
    path.write_text(text)
    path.chmod(mode)
    done = run("notify", "--plan", made.PLAN, "--webhook", "http://127.0.0.1:1/", f"--webhook-{flag}", path)
    assert done.returncode == 78 and f"--webhook-{flag}: " in done.stderr and why in done.stderr
    assert "s3cr3t" not in done.stderr


def test_nobody_at_the_endpoint_ends_what_is_to_be_done_once(tmp_path):
    done = run("notify", "--plan", made.PLAN, "--exec", "true", "--once", "--connect", f"ipc://{tmp_path}/none")
    assert done.returncode == 69 and "no answer about plan made within 10 s" in done.stderr


# reminders

LETTER = """\
关于《手写的计划》有关任务的提醒

统计局：

　　截至2026年3月2日，《手写的计划》中由贵单位承担的以下 1 项任务需要关注：

　　1. 任务 3：任务三（牵头，应于 2026-12-31 前完成）
　　   进展：完成 5.00%，序时进度 16.71%，差距 -11.71 个百分点；贵单位部分：5.00%。
　　   ● 2026-02-20 请求协调

　　请贵单位对照计划要求抓紧推进，及时报送进展情况、存在问题和下一步措施；需要协调解决的，请与我办联系。感谢贵单位的支持。

办公室
2026年3月2日
"""


def printed(ledger, *flags):
    done = run("notify", "--digest", "--redis", ledger.world.redis.url, "--connect",
               ledger.world.daemons[0].endpoint, *flags)
    assert done.returncode == 0, done.stderr
    return done


def test_letters_of_the_day_are_printed(ledger):
    assert printed(ledger).stdout == LETTER
    assert printed(ledger, "--agency", "nbs").stdout == LETTER
    nobody = printed(ledger, "--agency", "mof")
    assert nobody.stdout == "" and "no tasks need an agency's attention" in nobody.stderr
    english = printed(ledger, "--lang", "en").stdout
    assert english.startswith('Reminder: your tasks in "A plan made by hand"\n\nTo: Statistics\n')
    event = json.loads(printed(ledger, "--json").stdout)
    assert event["id"] == "made:2026-03-02:nbs" and event["type"] == "tuijin.reminder.v1"
    assert event["source"] == "tuijin/notify" and event["subject"] == "made/agency/nbs"
    assert event["data"] == {
        "plan": "made", "agency": "nbs", "title": {"zh": "统计局", "en": "Statistics"}, "date": "2026-03-02",
        "count": 1, "text": LETTER, "items": [{
            "task": 3, "title": {"zh": "任务三", "en": "Task three"}, "role": "lead", "what": ["help"],
            "since": ms("2026-02-20 09:00"), "percent": 5.0, "expected": 16.71, "gap": -11.71,
            "own_percent": 5.0, "light": "yellow", "due": "2026-12-31", "overdue_days": 0, "period": None}]}
    done = run("notify", "--digest", "--redis", ledger.world.redis.url, "--agency", "nobody")
    assert done.returncode == 65 and "plan made has no agency nobody" in done.stderr


def test_letters_say_who_missed_what_and_is_overdue(ledger):
    ledger.world.clock.set("2027-01-12 10:00:00+08:00")
    wait_day(ledger, "2027-01-12 00:00")
    letters = printed(ledger).stdout.split("\n" + "─" * 40 + "\n\n")
    assert [letter.splitlines()[2] for letter in letters] == ["办公室：", "财政部：", "统计局："]
    finance = letters[1]
    assert "以下 2 项任务需要关注" in finance and "1. 任务 1：" in finance and "2. 任务 2：" in finance
    assert "● 已逾期 12 天，自 2027-01-01 起" in finance
    assert "● 截至 2027-01-11 未报送2026年第四季度进展" in finance
    assert "亮红灯" not in finance  # it is red because it is overdue
    assert "贵单位部分：10.00%。" in finance and "贵单位部分：未报送。" in finance


def reminders(hook):
    return [event["id"] for event in hook.taken() if event["type"] == "tuijin.reminder.v1"]


def test_reminders_go_out_once_a_day_at_their_time(ledger, state):
    flags = ["--redis", ledger.world.redis.url, "--digest-at", "11:30", "--state", state]
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, *flags).start()
        assert notify.find("event=reminders") is None
        ledger.world.clock.set("2026-03-02 11:30:01+08:00")
        notify.wait_line("event=reminders date=2026-03-02 agencies=1")
        wait_for(lambda: reminders(hook) == ["made:2026-03-02:nbs"], "the first day's")
        ledger.world.clock.set("2026-03-03 08:00:00+08:00")
        wait_day(ledger, "2026-03-03 00:00")
        assert notify.stop() == 0
        hook.statuses.append(503)
        ledger.world.clock.set("2026-03-03 15:00:00+08:00")  # late, but it has a past
        notify.start()
        wait_for(lambda: reminders(hook)[1:] == ["made:2026-03-03:nbs"], "the second day's")
        assert notify.stop() == 0
    assert hook.subjects() == [HELP_3, "made/agency/nbs", "made/agency/nbs"]


def test_the_reminders_of_a_day_are_made_once_also_over_restarts(ledger, state):
    """Who only became concerned since gets the next day's."""
    flags = ["--redis", ledger.world.redis.url, "--digest-at", "11:30", "--state", state]
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, *flags).start()
        ledger.world.clock.set("2026-03-02 11:30:01+08:00")
        wait_for(lambda: reminders(hook) == ["made:2026-03-02:nbs"], "the day's")
        notify.kill_once_noted(state)
        report(ledger, "2026-03-02 15:00", 1, "mof", 10, 1200, help=True)
        ledger.world.clock.set("2026-03-02 15:00:01+08:00")
        notify.start()
        wait_for(lambda: "made/alert/help/task/1" in hook.subjects(), "the alert of the afternoon")
        ledger.world.clock.set("2026-03-03 11:30:01+08:00")
        wait_for(lambda: len(reminders(hook)) == 3, "the next day's")
        assert notify.stop() == 0
    assert sorted(reminders(hook)) == ["made:2026-03-02:nbs", "made:2026-03-03:mof", "made:2026-03-03:nbs"]
    assert [re.search("date=(.*) ", line)[1] for line in notify.lines if "event=reminders" in line] == [
        "2026-03-02", "2026-03-03"]


def test_without_a_past_a_time_that_is_over_is_not_made_up_for(ledger):
    with Hook() as hook:
        notify = Notifier(ledger.world, "--webhook", hook.url, "--redis", ledger.world.redis.url,
                          "--digest-at", "08:30").start()
        wait_for(hook.taken, "the alert that stands")
        ledger.world.clock.set("2026-03-03 08:30:01+08:00")
        wait_for(lambda: reminders(hook) == ["made:2026-03-03:nbs"], "the next day's")
        assert notify.stop() == 0
    assert len([line for line in notify.lines if "event=reminders" in line]) == 1


# docs/notify.md

def blocks(language):
    text = (ROOT / "docs" / "notify.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_receiver_of_the_docs_takes_what_is_signed_and_nothing_else(ledger, tmp_path):
    key, other = tmp_path / "hook.key", tmp_path / "other.key"
    for path, text in ((key, "0123456789abcdef0123456789abcdef\n"), (other, "fedcba9876543210\n")):
        path.touch(mode=0o600)
        path.write_text(text)
    (source,) = blocks("python")
    (tmp_path / "receiver.py").write_text(source)
    receiver = subprocess.Popen(["/usr/bin/python3", tmp_path / "receiver.py", key, "0"], stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)
    try:
        url = f"http://127.0.0.1:{receiver.stdout.readline().split()[1]}/"
        refused = once(ledger, "--webhook", url, "--webhook-secret", other)
        assert refused.returncode == 69 and "HTTP status 401" in refused.stderr
        for _ in range(2):
            assert once(ledger, "--webhook", url, "--webhook-secret", key).returncode == 0
        assert receiver.stdout.readline().startswith(f"{HELP_3} 任务3：请求协调")
    finally:
        receiver.kill()
        rest = receiver.communicate()[0]
    assert rest == ""  # the same id again was passed over


def test_the_program_of_the_docs_mails_what_it_is_about(ledger, tmp_path):
    (source,) = (block for block in blocks("sh") if block.startswith("#!"))
    (tmp_path / "mail").write_text(f"#!/bin/sh\ncat >>{shlex.quote(str(tmp_path))}/mailed\n")
    (tmp_path / "jq").write_text("#!/bin/sh\nexec /usr/bin/python3 -c 'import json, sys\nd = json.load(sys.stdin)\n"
                                 "for k in sys.argv[2].split(\".\")[1:]: d = d[k]\nprint(d)' \"$@\"\n")
    hook = tmp_path / "tell-the-desk"
    hook.write_text(source, encoding="utf-8")
    for name in ("mail", "jq", "tell-the-desk"):
        (tmp_path / name).chmod(0o755)
    report(ledger, "2026-03-02 10:01", 1, "mof", 10, 1200, state="blocked", problems="x")
    done = run("notify", "--plan", made.PLAN, "--connect", ledger.world.daemons[0].endpoint, "--once",
               "--exec", hook, PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    mailed = (tmp_path / "mailed").read_text(encoding="utf-8")
    assert mailed.startswith("任务1：受阻，自 ") and mailed.count("\n") == 1


def test_the_example_of_the_docs_has_the_keys_of_a_real_event(ledger, tmp_path):
    assert once(ledger, "--exec", script(tmp_path, KEEP)).returncode == 0
    example = json.loads(blocks("json")[0])
    assert list(example) == list(told(tmp_path)[0])
