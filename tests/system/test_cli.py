"""The command: what it prints, where, and with which exit status."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import client
import pytest
import zmq
from harness import BUILD, PLAN, PLAN_FILE, Process, World, records, wait_for

AT = 1774951200000
COMMANDS = ["plan check", "plan load", "plan show", "report", "dispose", "status", "watch", "trend",
            "simulate"]


def run(*args, stdin="", **env):
    """The command to its end, in a known locale and with no TUIJIN_ variables but those given."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TUIJIN_", "LC_", "LANG"))}
    return subprocess.run([str(BUILD / "tuijin"), *map(str, args)], input=stdin, text=True,
                          capture_output=True, timeout=60, env={**clean, **env})


def ok(*args, want=0, **more):
    done = run(*args, **more)
    assert done.returncode == want, (done.returncode, done.stdout, done.stderr)
    return done


def json_lines(text):
    return [json.loads(line) for line in text.splitlines()]


class Watcher(Process):
    """A command that goes on; its lines are those of both outputs."""

    def __init__(self, *args):
        super().__init__("tuijin", BUILD / "tuijin", *args)

    def start(self):
        self.born = 0
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True)
        self.reader = threading.Thread(target=self.read, args=(self.child.stdout,), daemon=True)
        self.reader.start()
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.is_running():
            self.kill()
        self.child.stdin.close()


def sender(shared, agency="cnipa"):
    """The flags that every report needs."""
    return ["--plan", PLAN, "--agency", agency, "--connect", shared.daemons[0].endpoint]


# the command itself

def test_help_has_a_line_for_each_command():
    done = ok("--help")
    for name in COMMANDS:
        assert re.search(rf"^  {name} +\w.{{10,}}$", done.stdout, re.MULTILINE), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name):
    done = ok(*name.split(), "--help")
    assert done.stderr == ""
    assert done.stdout.startswith(f"Usage: tuijin {name} ")
    examples = done.stdout.split("Examples:\n", 1)[1]
    assert f"  tuijin {name}" in examples


@pytest.mark.parametrize("words, hint", [
    (["repott"], "did you mean 'report'?"),
    (["plan", "lod"], "did you mean 'plan load'?"),
    (["plan"], "plan check, plan diff, plan load or plan show?"),
    (["frobnicate"], "'tuijin --help' lists them"),
    ([], "Usage: tuijin"),
])
def test_an_unknown_command_is_a_usage_error_with_a_hint(words, hint):
    done = ok(*words, want=64)
    assert hint in done.stderr and done.stdout == ""


def test_a_wrong_flag_names_itself_and_where_help_is():
    done = ok("status", "--nonsense", want=64)
    assert "nonsense" in done.stderr and done.stderr.count("--help") == 1
    assert done.stderr.endswith("; try 'tuijin status --help'\n")


@pytest.mark.parametrize("program", ["tuijin-collector", "tuijin-aggregator"])
def test_a_wrong_flag_of_a_daemon_names_its_help_once(program):
    done = subprocess.run([str(BUILD / program), "--nonsense"], text=True, capture_output=True, timeout=60)
    assert (done.returncode, done.stderr) == \
        (64, f"{program}: unknown flag --nonsense; try '{program} --help'\n")


def test_a_wrong_setting_found_later_names_help_once_too():
    done = ok("report", "--plan", "", want=64)
    assert done.stderr.count("--help") == 1 and done.stderr.endswith("; try 'tuijin report --help'\n")


@pytest.mark.parametrize("endpoint", ["localhost:7301", "tcp://localhost", "tcp://:7301", "tcp://h:0",
                                      "tcp://h:65536", "tcp://h:73o1", "ipc://", "http://h:7301"])
@pytest.mark.parametrize("command", [
    ["report", "--agency", "sta", "--task", 17, "--state", "completed"],
    ["dispose", "--agency", "jco", "--task", 17, "--as", "verified"], ["watch"], ["simulate"], ["bench"]])
def test_an_endpoint_that_is_none_is_a_usage_error(command, endpoint):
    done = ok(*command, "--plan", PLAN, "--connect", endpoint, want=64)
    assert f"--connect: got '{endpoint}', expected tcp://host:port or ipc://path" in done.stderr


def test_bench_has_no_language():
    assert "--lang" not in ok("bench", "--help").stdout
    assert "unknown flag --lang" in ok("bench", "--lang", "en", want=64).stderr


def test_trouble_as_json_is_a_log_line():
    done = ok("report", "--plan", PLAN, "--agency", "sta", "--task", 17, "--state", "done",
              "--log-format", "json", want=65)
    told = json.loads(done.stderr)
    assert told["event"] == "failed" and "--state" in told["reason"]


# plans

FIGURES = "7 chapters, 13 sections, 106 tasks, 38 agencies, 263 named pairs, 318 obligations"


def test_a_good_plan_is_a_line_of_figures():
    assert ok("plan", "check", PLAN_FILE).stdout == f"ipr-2026 revision 1: {FIGURES}\n"
    assert ok("plan", "check", PLAN_FILE, LC_ALL="zh_CN.UTF-8").stdout == \
        "ipr-2026 第 1 版：7 章、13 节、106 项任务、38 个单位、263 个列名责任、318 项责任事项\n"
    assert json.loads(ok("plan", "check", "--json", PLAN_FILE).stdout) == {
        "file": str(PLAN_FILE), "id": "ipr-2026", "revision": 1, "chapters": 7, "sections": 13,
        "tasks": 106, "agencies": 38, "named_pairs": 263, "obligations": 318}


def test_every_mistake_of_every_file_has_its_place(tmp_path):
    bad = tmp_path / "bad.yaml"
    text = PLAN_FILE.read_text(encoding="utf-8")
    bad.write_text(text.replace("revision: 1", "revision: one", 1)
                   .replace("agencies: [cnipa, moj]", "agencies: [cnipa, nobody]", 1), encoding="utf-8")
    lines = bad.read_text(encoding="utf-8").splitlines()
    done = ok("plan", "check", bad, PLAN_FILE, want=65)
    assert FIGURES in done.stdout, "the good one is still told"
    places = re.findall(rf"^{re.escape(str(bad))}:(\d+):(\d+): ", done.stderr, re.MULTILINE)
    assert [lines[int(line) - 1][int(column) - 1:][:6] for line, column in places] == ["one", "nobody"]


def test_mistakes_as_json_are_on_standard_output(tmp_path):
    bad = tmp_path / "bad.yaml"
    text = PLAN_FILE.read_text(encoding="utf-8")
    bad.write_text(text.replace("revision: 1", "revision: one", 1), encoding="utf-8")
    line = bad.read_text(encoding="utf-8").splitlines().index("revision: one") + 1
    done = ok("plan", "check", "--json", bad, PLAN_FILE, want=65)
    wrong, good = json_lines(done.stdout)
    assert good["revision"] == 1, "the good one is still told"
    assert wrong.pop("file") == str(bad)
    message = wrong["mistakes"][0]["message"]
    assert "revision" in message and "one" in message
    assert wrong == {"mistakes": [{"line": line, "column": 11, "message": message}]}
    assert done.stderr == f"tuijin plan check: {bad}: 1 mistake\n"


SMALL = """\
format: 1
id: small
revision: 1
title: {zh: "小计划", en: "Small plan"}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {every: quarter, due_days: 10}
office: amr
agencies:
  - {id: amr, zh: "省市场监管局", en: "Market Regulation", kind: agency}
chapters:
  - number: 1
    zh: "章"
    en: "Chapter"
    sections:
      - number: 1
        zh: "节"
        en: "Section"
        tasks:
          - {number: 1, zh: "任务", en: "Task", agencies: [amr]}
"""


def test_one_of_a_thing_is_singular(tmp_path):
    small = tmp_path / "small.yaml"
    small.write_text(SMALL, encoding="utf-8")
    assert ok("plan", "check", small).stdout == \
        "small revision 1: 1 chapter, 1 section, 1 task, 1 agency, 1 named pair, 1 obligation\n"
    assert "\n1 task, 1 agency, 1 obligation\n" in ok("plan", "show", small).stdout


def test_a_file_that_is_not_there_is_bad_data():
    assert "/nonexistent: No such file" in ok("plan", "check", "/nonexistent", want=65).stderr


def test_loading_changes_nothing_twice_and_never_goes_back(tmp_path):
    def revision(number, title="Promotion"):
        file = tmp_path / f"{number}{title}.yaml"
        file.write_text(PLAN_FILE.read_text(encoding="utf-8")
                        .replace("revision: 1", f"revision: {number}", 1)
                        .replace("Promotion", title, 1), encoding="utf-8")
        return file

    with World() as world:
        redis = ["--redis", world.redis.url]
        ledger = lambda: world.redis.client.xlen(world.redis.key("ledger"))
        assert "no plan is loaded" in ok("plan", "show", *redis).stderr
        assert "no plan is loaded" in ok("status", *redis, want=65).stderr
        assert ok("plan", "load", PLAN_FILE, *redis).stdout == "ipr-2026 revision 1 loaded\n"
        assert ok("plan", "load", PLAN_FILE, *redis).stdout == \
            "ipr-2026 revision 1 is in force already: nothing changed\n"
        assert ledger() == 1
        other = ok("plan", "load", revision(1, "Other"), *redis, want=65).stderr
        assert "revision 1 refused: revision 1 is in force, with other content" in other
        newer = json.loads(ok("plan", "load", revision(3), *redis, "--json").stdout)
        assert (newer["result"], newer["revision"]) == ("loaded", 3)
        assert "revision 2 refused: revision 3 is in force" in \
            ok("plan", "load", revision(2), *redis, want=65).stderr
        assert ledger() == 2
        assert ok("plan", "show", *redis, LANG="zh_CN.UTF-8").stdout == \
            "ipr-2026  3  2026 年知识产权强国建设推进计划\n"


def test_a_plan_is_shown_as_a_tree_in_both_languages():
    english = ok("plan", "show", PLAN_FILE).stdout.splitlines()
    assert english[0] == "2026 Promotion Plan for Building an Intellectual Property Powerhouse"
    assert "  1.1  Improve IP laws, regulations and rules" in english
    at = english.index("     17  Implement tax and fee support; encourage enterprise innovation investment")
    assert english[at + 1] == "         shared  mof sta"
    chinese = ok("plan", "show", PLAN_FILE, "--lang", "zh").stdout
    assert "\n         按职责分工负责  财政部 税务总局\n" in chinese
    assert len(re.findall(r"^ +\d+  \S", chinese, re.MULTILINE)) == 106


def test_a_plan_as_json_has_every_obligation(shared):
    p = json.loads(ok("plan", "show", PLAN, "--redis", shared.redis.url, "--json").stdout)
    tasks = [t for c in p["chapters"] for s in c.get("sections", [c]) for t in s["tasks"]]
    assert [t["number"] for t in tasks] == list(range(1, 107))
    assert sum(len(t["agencies"]) for t in tasks) == 318
    assert "not loaded" in ok("plan", "show", "else", "--redis", shared.redis.url, want=65).stderr


def test_no_redis_is_unavailable():
    commands = [["plan", "load", PLAN_FILE], ["plan", "show"], ["status"], ["simulate"]]
    with ThreadPoolExecutor() as pool:  # each waits its time out
        for done in pool.map(lambda c: run(*c, "--redis", "unix:///nonexistent/redis.sock"), commands):
            assert done.returncode == 69 and "/nonexistent/redis.sock" in done.stderr
            assert done.stderr.endswith(" (--redis or TUIJIN_REDIS names another)\n")


# reports

def test_one_report_with_everything_is_stored_as_given(shared):
    ok("report", *sender(shared), "--task", 1, "--state", "blocked", "--percent", "62.55",
       "--summary", "已形成修订草案", "--problems", "意见不一", "--next-steps", "协调", "--help-wanted",
       "--evidence", "草案=https://example.org/a?b=c", "--evidence", "二=https://example.org/2",
       "--at", "2026-03-31T18:00+08:00", "--seq", 7)
    record = records(shared)[-1][1]
    assert record[1] == 7 and record[3] == "cnipa"
    assert record[4] == [0, 1, AT, "blocked", 6255, True, "已形成修订草案", "意见不一", "协调",
                         [["草案", "https://example.org/a?b=c"], ["二", "https://example.org/2"]]]


def test_every_verdict_has_its_word_and_its_exit_status(shared):
    def report(*more, **options):
        return ok("report", *sender(shared), "--task", 2, "--at", AT, *more, **options)

    half = ["--state", "in_progress", "--percent"]
    assert report(*half, 50, "--seq", 100).stdout == "task 2 accepted\n"
    assert report(*half, "50.00", "--seq", 100).stdout == "task 2 duplicate\n"
    assert report(*half, 51, "--seq", 100, want=65).stdout == "task 2 conflict\n"
    assert report(*half, 51, "--seq", 99).stdout == "task 2 superseded\n"
    assert report("--withdraw", "--seq", 101, "--lang", "zh").stdout == "任务 2 已接收\n"
    rejected = report("--state", "blocked", "--percent", 1, want=65).stdout
    assert rejected.startswith("task 2 rejected  bad_field: ") and "problems" in rejected
    foreign = ok("report", *sender(shared), "--task", 17, *half, 1, want=65).stdout
    assert foreign.startswith("task 17 rejected  not_responsible: ")
    answer = json.loads(report("--state", "completed", "--seq", 102, "--json").stdout)
    position = answer.pop("position")
    assert re.fullmatch(r"\d+-\d+", position)
    assert answer == {"task": 2, "seq": 102, "result": "accepted", "durability": "fsync"}


def test_without_a_seq_the_clock_counts(shared):
    before = time.time_ns() // 1000
    ok("report", *sender(shared), "--task", 9, "--state", "not_started")
    record = records(shared)[-1][1]
    assert before <= record[1] <= time.time_ns() // 1000
    assert before // 1000 <= record[4][2] <= time.time_ns() // 1_000_000


@pytest.mark.parametrize("flags, status, part", [
    (["--task", 2, "--state", "in_progress"], 64, "--percent is missing"),
    (["--task", 2], 64, "--state is missing"),
    ([], 64, "--task or a FILE"),
    (["--task", 2, "-"], 64, "--task or a FILE"),
    (["--task", 2, "--state", "done"], 65, "got 'done'"),
    (["--task", 2, "--state", "in_progress", "--percent", "50.001"], 65, "--percent: got '50.001', expected"),
    (["--task", 2, "--state", "in_progress", "--percent", "130"], 65, "--percent: got '130', expected"),
    (["--task", 2, "--state", "in_progress", "--percent", "5", "--at", "yesterday"], 65, "--at: got 'yesterday'"),
    (["--task", 2, "--state", "completed", "--evidence", "x"], 65, "TITLE=URI"),
    (["--task", 2, "--state", "completed", "--plan", "ipr-1999"], 65, "unknown_plan"),
    (["--task", 2, "--state", "completed", "--agency", "nobody"], 65, "unknown_agency"),
    (["--task", 2, "--state", "completed", "--plan", ""], 64, "TUIJIN_PLAN"),
    (["--task", 2, "--state", "completed", "--agency", ""], 64, "--agency is missing"),
])
def test_what_cannot_be_sent_says_why(shared, flags, status, part):
    done = ok("report", *sender(shared), *flags, want=status)
    assert part in done.stderr and done.stdout == ""


def test_flags_also_come_from_the_environment(shared):
    ok("report", "--task", 9, "--state", "not_started", TUIJIN_PLAN=PLAN, TUIJIN_AGENCY="cnipa",
       TUIJIN_CONNECT=shared.daemons[0].endpoint)


def test_nobody_there_is_unavailable_after_the_timeout(tmp_path):
    begin = time.monotonic()
    done = ok("report", "--plan", PLAN, "--agency", "cnipa", "--task", 1, "--state", "not_started",
              "--connect", f"ipc://{tmp_path}/nobody", "--timeout", 1, want=69)
    assert "no answer within 1 s: nobody listens there" in done.stderr
    assert "no answer yet" not in done.stderr
    assert 1 <= time.monotonic() - begin < 5


def test_waiting_for_nobody_is_told_once(tmp_path):
    nobody = f"ipc://{tmp_path}/nobody"
    done = ok("report", "--plan", PLAN, "--agency", "cnipa", "--task", 1, "--state", "not_started",
              "--connect", nobody, "--timeout", 5, want=69)
    assert done.stderr.splitlines() == [
        f"tuijin report: {nobody}: not stored yet: nobody listens there; trying for 5 s",
        f"tuijin report: {nobody}: no answer within 5 s: nobody listens there"]


def test_a_report_waits_for_a_collector_that_comes_later(world):
    endpoint = f"ipc://{world.folder}/tuijin-collector-1"
    flags = ["--plan", PLAN, "--agency", "sta", "--task", 17, "--state", "completed", "--connect", endpoint]
    with Watcher("report", *flags) as report:
        world.collector(bind="ipc")
        report.wait_line("task 17 accepted")
        assert report.ended() == 0
    assert len(records(world)) == 1


def test_a_report_waits_for_redis_to_come_back(world):
    collector = world.collector()
    flags = ["--plan", PLAN, "--agency", "sta", "--task", 17, "--state", "completed",
             "--connect", collector.endpoint]
    world.redis.kill()
    done = ok("report", *flags, "--timeout", 3, want=69)
    assert "not stored within 3 s: unavailable: " in done.stderr
    assert done.stderr.count("not stored yet: unavailable: ") == 1
    with Watcher("report", *flags) as report:
        world.redis.start()
        report.wait_line("task 17 accepted")
        assert report.ended() == 0
    assert len(records(world)) == 1


def test_lines_are_reported_one_by_one_in_as_few_messages_as_can_be(shared):
    tasks = [1, 2, 9, 1, 2]
    lines = [json.dumps({"task": t, "state": "in_progress", "percent": i + 1, "summary": "进展"})
             for i, t in enumerate(tasks)]
    before = shared.redis.client.xlen(shared.redis.key("ledger"))
    done = ok("report", *sender(shared), "-", stdin="\n".join(lines))
    assert done.stdout.splitlines() == [f"{i + 1}: task {t} accepted" for i, t in enumerate(tasks)]
    assert "5 sent: 5 accepted" in done.stderr
    assert shared.redis.client.xlen(shared.redis.key("ledger")) - before == 2, "no task twice in one message"


def test_a_bad_line_is_told_with_its_number_and_the_others_go_on(shared):
    lines = ['{"task": 1, "state": "in_progress", "percent": 5}', "", "nonsense",
             '{"task": 1, "task": 2}', '{"task": 9, "sumary": "x"}', '{"task": 200, "action": "withdraw"}',
             '{"task": 9, "action": "withdraw"}']
    done = ok("report", *sender(shared), "--json", "-", stdin="\n".join(lines) + "\n", want=65)
    verdicts = json_lines(done.stdout)
    assert [(v["line"], v["task"], v["result"], v.get("code")) for v in verdicts] == [
        (1, 1, "accepted", None), (6, 200, "rejected", "unknown_task"), (7, 9, "accepted", None)]
    assert [int(n) for n in re.findall(r"stdin:(\d+): ", done.stderr)] == [3, 4, 5]
    assert "sumary: no such field" in done.stderr and "3 unreadable lines" in done.stderr


def test_an_empty_evidence_is_the_collectors_to_refuse_and_costs_no_other_line(shared):
    bad = {"task": 2, "state": "in_progress", "percent": 5, "evidence": [{"title": "", "uri": "https://x"}]}
    good = [{"task": t, "state": "in_progress", "percent": 6} for t in (1, 9)]
    done = ok("report", *sender(shared), "--json", "-", want=65,
              stdin="\n".join(map(json.dumps, [good[0], bad, good[1]])))
    assert [(v["task"], v["result"], v.get("code")) for v in json_lines(done.stdout)] == [
        (1, "accepted", None), (2, "rejected", "bad_field"), (9, "accepted", None)]


def test_only_good_verdicts_but_a_bad_line_is_still_bad_data(shared):
    ok("report", *sender(shared), "-", stdin='{"task": 1, "action": "withdraw"}\nnonsense\n', want=65)


def test_many_tasks_go_in_one_message(shared, tmp_path):
    p = json.loads(ok("plan", "show", PLAN, "--redis", shared.redis.url, "--json").stdout)
    mine = [t["number"] for c in p["chapters"] for s in c.get("sections", [c]) for t in s["tasks"]
            if "cnipa" in t["agencies"]]
    file = tmp_path / "reports.ndjson"
    file.write_text("".join(json.dumps({"task": t, "state": "in_progress", "percent": 1}) + "\n"
                            for t in mine), encoding="utf-8")
    before = shared.redis.client.xlen(shared.redis.key("ledger"))
    assert ok("report", *sender(shared), file).stdout.count(" accepted\n") == len(mine) == 58
    assert shared.redis.client.xlen(shared.redis.key("ledger")) - before == 1


WIDE_PLAN = """\
format: 1
id: wide
revision: 1
title: {zh: "宽", en: "Wide"}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {every: quarter, due_days: 10}
office: one
agencies: [{id: one, zh: "一", en: "One", kind: agency}]
chapters:
  - number: 1
    zh: "章"
    en: "Chapter"
    tasks:
"""


def test_what_is_too_large_or_too_many_for_a_message_goes_in_several(world):
    tasks = "".join(f'      - {{number: {n}, zh: "任务", en: "Task", duty: lead, agencies: [one]}}\n'
                    for n in range(1, 502))
    file = world.folder / "wide.yaml"
    file.write_text(WIDE_PLAN + tasks, encoding="utf-8")
    world.load_plan(file)
    flags = ["--plan", "wide", "--agency", "one", "--connect", world.collector().endpoint, "-"]

    def entries(lines):
        done = ok("report", *flags, stdin="".join(json.dumps(line) + "\n" for line in lines))
        assert done.stdout.count(" accepted\n") == len(lines)
        return [len(fields[b"records"]) for _, fields in
                world.redis.client.xrange(world.redis.key("ledger", "wide")) if b"records" in fields]

    assert len(entries([{"task": n, "action": "withdraw"} for n in range(1, 502)])) >= 2
    long = {"state": "blocked", "percent": 1, "summary": "长" * 666, "problems": "难" * 333, "next_steps": "下" * 333,
            "evidence": [{"title": "文" * 66, "uri": "https://example.org/" + "u" * 470}] * 16}
    assert sum(entries([{"task": n, **long} for n in range(1, 101)])) > 1 << 20


def test_a_message_without_an_answer_is_sent_again_byte_for_byte(tmp_path):
    with zmq.Context() as context, context.socket(zmq.ROUTER) as router:
        router.bind(f"ipc://{tmp_path}/collector")
        router.rcvtimeo = 15000
        with Watcher("report", "--plan", PLAN, "--agency", "sta", "--task", 17, "--state", "completed",
                     "--connect", f"ipc://{tmp_path}/collector", "--json") as report:
            first = router.recv_multipart()
            begin = time.monotonic()
            assert router.recv_multipart() == first
            assert 1.5 < time.monotonic() - begin < 10
            ack = {"v": 1, "kind": "ack", "plan": PLAN, "durability": "fsync",
                   "results": [{"task": 17, "result": "duplicate"}]}
            seq = client.unpack(first[1])["seq"]
            for number, result in ((seq - 1, "conflict"), (seq, "duplicate")):
                ack["results"][0]["result"] = result
                router.send_multipart([first[0], client.pack({**ack, "seq": number})])
            report.wait_line('"result":"duplicate"')
            assert report.ended() == 0


def test_a_line_is_sent_without_waiting_for_the_next(shared):
    with Watcher("report", *sender(shared), "-") as report:
        for n, task in enumerate((1, 2), 1):
            report.child.stdin.write(f'{{"task": {task}, "action": "withdraw"}}\n')
            report.child.stdin.flush()
            report.wait_line(f"{n}: task {task} accepted")
        report.child.stdin.close()
        assert report.ended() == 0


# rulings

def test_a_ruling_finds_plan_and_office_in_redis(shared):
    where = ["--connect", shared.daemons[0].endpoint]
    found = ["--redis", shared.redis.url, *where]
    assert ok("dispose", *found, "--task", 9, "--as", "verified").stdout == "task 9 accepted\n"
    record = records(shared)[-1][1]
    assert record[3] == "jco" and record[4][:2] == [2, 9] and record[4][3] == "verified"
    rejected = ok("dispose", *found, "--task", 9, "--as", "returned", want=65).stdout
    assert "rejected  bad_field" in rejected and "reason" in rejected
    ok("dispose", *found, "--task", 9, "--as", "returned", "--reason", "材料不全")
    assert "--plan is missing" in ok("dispose", *where, "--task", 9, "--as", "open", want=64).stderr
    stranger = ok("dispose", *where, "--plan", PLAN, "--agency", "cnipa", "--task", 9, "--as", "open", want=65)
    assert "not_office" in stranger.stdout


# status

@pytest.fixture(scope="module")
def summed():
    """A world where a few things are known and the aggregator has kept them."""
    with World() as w:
        w.load_plan()
        collector = w.collector().endpoint
        assert "does tuijin-aggregator run?" in ok("status", "--redis", w.redis.url, want=69).stderr
        for agency, task, percent in (("mof", 17, "100"), ("sta", 17, "33.33"), ("jco", 104, "50"),
                                      ("cnipa", 1, "40")):
            state = "completed" if percent == "100" else "in_progress"
            ok("report", "--plan", PLAN, "--agency", agency, "--task", task, "--state", state,
               "--percent", percent, "--connect", collector, "--at", AT)
        ok("dispose", "--redis", w.redis.url, "--connect", collector, "--task", 105, "--as", "cancelled",
           "--reason", "并入其他任务")
        w.aggregator()
        wait_for(lambda: reported(w) == 4, "the summaries are kept")
        yield w


def status(world, *flags):
    return json.loads(ok("status", "--redis", world.redis.url, "--json", *flags).stdout)["summaries"]


def reported(world):
    done = run("status", "--redis", world.redis.url, "--json")
    return done.returncode == 0 and json.loads(done.stdout)["summaries"][0]["obligations"]["reported"]


def test_status_has_the_whole_and_its_chapters(summed):
    rows = status(summed)
    assert [(r["scope"], r["key"]) for r in rows] == [("overall", "")] + \
        [("chapter", str(n)) for n in range(1, 8)]
    # 40 (task 1) + 66.66 (task 17) + 50 (task 104) of 105 tasks that are left
    assert (rows[0]["num"], rows[0]["den"], rows[0]["percent"]) == (4000 + 6666 + 5000, 105, 1.49)
    assert rows[0]["tasks"] == {"total": 106, "included": 105, "verified": 0, "completed": 0,
                                "in_progress": 3, "blocked": 0, "not_started": 0, "unreported": 102,
                                "suspended": 0, "cancelled": 1}
    assert rows[7]["percent"] == 16.66 and rows[7]["title"]["zh"] == "加强组织保障"


def test_status_goes_deeper(summed):
    task = status(summed, "--scope", "task/17")[0]
    assert task["percent"] == 66.66 and task["state"] == "in_progress"
    assert [(p["agency"], p["role"], p["percent"], p["at"]) for p in task["parts"]] == [
        ("mof", "lead", 100.0, AT), ("sta", "participant", 33.33, AT)]
    chapter = status(summed, "--scope", "chapter/7")
    assert [r["key"] for r in chapter] == ["7", "103", "104", "105", "106"]
    section = status(summed, "--scope", "section/1.1")
    assert [r["key"] for r in section] == ["1.1"] + [str(n) for n in range(1, 9)]
    agency = status(summed, "--scope", "agency/cnipa")
    assert agency[0]["lead"]["tasks"] == 31 and len(agency) == 1 + 58
    assert [r["key"] for r in status(summed, "--agencies")][:3] == ["", "cnipa", "cpd"]
    done = ok("status", "--redis", summed.redis.url, "--scope", "chapter/8", want=65)
    assert "has no chapter 8, but 1 to 7" in done.stderr


@pytest.mark.parametrize("topic, field", [("overall", "percent"), ("chapter/2", "gap"), ("chapter/3", None)])
def test_status_names_a_summary_that_cannot_be_read(summed, topic, field):
    store, key, topic = summed.redis.client, summed.redis.key("summary"), f"{PLAN}/{topic}/"
    payload = store.hget(key, topic)
    event = client.unpack(payload)
    if field:
        event["data"][field] = 99.5
    try:
        store.hset(key, topic, client.pack(event)) if field else store.hdel(key, topic)
        done = ok("status", "--redis", summed.redis.url, want=65)
    finally:
        store.hset(key, topic, payload)
    why = f"cannot be read: data.{field}: got 99.5" if field else "is missing, though others are kept"
    assert f"summary of {topic} {why}" in done.stderr and "run 'tuijin verify'" in done.stderr
    assert ("obligations reported" in done.stdout) == ("overall" not in topic)


def columns_of(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.mark.parametrize("flags", [[], ["--scope", "chapter/7"], ["--scope", "section/1.1"],
                                   ["--scope", "agency/mof"], ["--agencies"], ["--scope", "chapter/1"]])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_bars_of_a_table_stand_below_each_other(summed, language, flags):
    text = ok("status", "--redis", summed.redis.url, "--lang", language, *flags).stdout
    table = text.split("\n\n")[-1].splitlines()
    begins = {columns_of(re.split("[█░]", line)[0]) for line in table[1:]}
    assert len(begins) == 1 and len(table) > 2, text
    assert "\033" not in text


def test_status_in_words(summed):
    text = ok("status", "--redis", summed.redis.url).stdout
    assert "\n106 tasks: 3 in progress, 102 unreported, 1 cancelled\n" in text
    assert "\n4 of 317 obligations reported\n" in text
    assert re.search(r"  1\.49 %\nexpected \d+\.\d\d % · gap [+-]\d+\.\d\d · \w+(: [\w ]+)?\n", text)
    chinese = ok("status", "--redis", summed.redis.url, LC_ALL="zh_CN.UTF-8").stdout
    assert re.search(r"\n序时进度 \d+\.\d\d % · 差距 [+-]\d+\.\d\d · [红黄绿灰](：\w+)?\n", chinese)
    assert "\n106 项任务：推进中 3、未报告 102、已取消 1\n317 项责任事项中已报告 4 项\n" in chinese
    parts = ok("status", "--redis", summed.redis.url, "--scope", "task/17").stdout
    assert re.search(r"^sta  State Taxation Administration +participant .* 33\.33  in progress  "
                     r"2026-03-31 18:00:00 ", parts, re.MULTILINE)
    assert parts.count("\ntimes are UTC+08:00\n") == 1 and "UTC" not in text


# watch

def watch_flags(world):
    return ["--plan", PLAN, "--connect", world.daemons[1].endpoint]


@pytest.fixture
def live(world):
    world.collector()
    world.aggregator("--today", "2026-03-31", bind="ipc")
    return world


def report_percent(world, percent, agency="sta", task=17):
    ok("report", *sender(world, agency), "--task", task, "--state", "in_progress", "--percent", percent)


def test_watch_shows_the_state_and_then_each_change(live):
    report_percent(live, 20)
    copy = live.subscriber(live.daemons[1])
    copy.snapshot()
    copy.until(lambda: copy.data[f"{PLAN}/task/17/"]["percent"] == 10, "the report counts")
    with Watcher("watch", *watch_flags(live), "overall", "task/1", "task/17") as watch:
        watch.wait_line("up to date; changes follow")
        assert [line.split()[1] for line in watch.lines[:3]] == ["overall", "task/1", "task/17"]
        assert re.search(r"task/17 +10\.00 /  24\.65   -14\.65  yellow  in progress  reported 1/2$",
                         watch.lines[2])
        report_percent(live, 60)
        line = watch.wait_line("→  30.00")
        assert re.match(r"\d\d:\d\d:\d\d  task/17 +10\.00 →  30\.00 /  24\.65    \+5\.35  yellow → green  "
                        r"in progress$", line)
        watch.wait_line("0.09 →   0.28")
        assert watch.stop() == 0
    assert {line.split()[1] for line in watch.lines if "up to date" not in line} == \
        {"overall", "task/1", "task/17"}


def test_watch_as_json_follows_what_one_asks_for(live):
    with Watcher("watch", *watch_flags(live), "--json", "chapter", "agency/sta") as watch:
        watch.wait_line('"snapshot"')
        events = json_lines("\n".join(watch.lines))
        assert [(e["data"]["scope"], e["data"]["key"]) for e in events[:-1]] == \
            [("chapter", str(n)) for n in range(1, 8)] + [("agency", "sta")]
        report_percent(live, 60)
        change = json.loads(watch.wait_line('"change"'))
        assert change["percent_before"] == 0.0 and change["data"]["plan"] == PLAN
        watch.wait_line('"key":"sta"')
        watch.child.send_signal(signal.SIGINT)
        assert watch.ended() == 0


def test_watch_with_redis_knows_titles_and_the_only_plan(live):
    flags = ["--connect", live.daemons[1].endpoint, "--redis", live.redis.url, "--lang", "zh", "task/17"]
    with Watcher("watch", *flags) as watch:
        watch.wait_line("已是最新")
        assert "落实税费支持" in watch.lines[0] and "未报告" in watch.lines[0]
        assert watch.stop() == 0
    done = ok("watch", "--connect", live.daemons[1].endpoint, want=64)
    assert "--plan is missing (or TUIJIN_PLAN)" in done.stderr


def test_watch_tells_silence_once_and_catches_up_after_it(live):
    aggregator = live.daemons[1]
    with Watcher("watch", *watch_flags(live), "task/17") as watch:
        watch.wait_line("up to date")
        aggregator.kill()
        report_percent(live, 60)
        watch.wait_line(f"no word from the aggregator for 5 s ({aggregator.endpoint})")
        aggregator.start()
        watch.wait_line("the aggregator is back")
        watch.wait_line("0.00 →  30.00")
        report_percent(live, 80)
        watch.wait_line("30.00 →  40.00")
        assert watch.stop() == 0
    assert sum("no word" in line for line in watch.lines) == 1


@pytest.mark.parametrize("scope", ["overal", "tasks/27", "27", "", "/", "task27"])
def test_watch_refuses_a_scope_of_no_kind(scope):
    done = ok("watch", "--plan", PLAN, "overall", scope, want=64)
    assert f"SCOPE: got '{scope}', expected overall, chapter/2, " in done.stderr and done.stdout == ""


def test_watch_ends_with_a_scope_that_the_plan_does_not_have(live):
    with Watcher("watch", *watch_flags(live), "task/17", "section", "chapter/2/") as watch:
        watch.wait_line("up to date")
        assert watch.stop() == 0
    done = ok("watch", *watch_flags(live), "task/17", "task/107", "agency/nobody", want=65)
    assert "has no 'task/107'" in done.stderr and done.stdout == ""


def test_watch_says_when_the_aggregator_has_no_such_plan(live):
    endpoint = live.daemons[1].endpoint
    with Watcher("watch", "--connect", endpoint, "--plan", "ipr-1999", "overall") as watch:
        watch.wait_line(f"tuijin watch: the aggregator at {endpoint} has no plan ipr-1999")
        assert watch.stop() == 0


def test_watch_ends_when_nobody_reads_it(live):
    watch = subprocess.Popen([str(BUILD / "tuijin"), "watch", *watch_flags(live)], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    watch.stdout.readline()
    watch.stdout.close()
    percents = iter(range(1, 100))
    wait_for(lambda: report_percent(live, next(percents)) or watch.poll() is not None, "watch ends")
    assert (watch.returncode, watch.stderr.read()) == (0, "")
    watch.stderr.close()


# simulate

def simulate(world, *flags, want=0):
    done = ok("simulate", "--redis", world.redis.url, "--connect", world.daemons[0].endpoint,
              "--json", *flags, want=want)
    return json.loads(done.stdout)


def test_simulated_reports_are_all_good_and_all_stored(world):
    world.collector()
    counts = simulate(world, "--rate", 20000, "--reports", 8000, "--seed", 1)
    assert (counts["sent"], counts["accepted"], counts["unanswered"]) == (8000, 8000, 0)
    stored = records(world)
    assert len(stored) == 8000
    assert {r[3] for _, r in stored} > {"cnipa", "cpd", "jco", "sta"}
    contents = [r[4] for _, r in stored]
    states = {c[3] for c in contents if c[0] == 0}
    assert states == {"not_started", "in_progress", "blocked", "completed"}
    assert {c[0] for c in contents} == {0, 1, 2}, "reports, withdrawals and rulings"


def test_a_simulation_goes_on_from_what_is_stored(world):
    world.collector()
    simulate(world, "--rate", 5000, "--reports", 1500, "--seed", 1)
    stored = [r for _, r in records(world)]
    last = {(r[3], r[4][1]): (0 if r[4][0] else r[4][4]) for r in stored if r[4][0] != 2}
    simulate(world, "--rate", 5000, "--reports", 200, "--seed", 2)
    steps = []
    for r in [r for _, r in records(world)][len(stored):]:
        if r[4][0] == 0 and (r[3], r[4][1]) in last:
            steps.append(r[4][4] - last.pop((r[3], r[4][1])))
    assert len(steps) > 50 and all(-1000 <= step <= 900 for step in steps)


def test_only_so_many_agencies_and_the_office_take_part(world):
    world.collector()
    simulate(world, "--rate", 3000, "--reports", 600, "--agencies", 2, "--seed", 1)
    assert {r[3] for _, r in records(world) if r[4][0] != 2} == {"cnipa", "cpd"}


def test_a_simulation_paces_itself_and_ends_in_time(world):
    world.collector()
    counts = simulate(world, "--rate", 50, "--duration", 2)
    assert 90 <= counts["sent"] <= 101 and 2 <= counts["seconds"] < 3


def test_a_collector_killed_under_way_loses_nothing(world):
    collector = world.collector(bind="ipc")
    with Watcher("simulate", "--redis", world.redis.url, "--connect", collector.endpoint,
                 "--rate", 2000, "--reports", 3000, "--json") as sim:
        wait_for(lambda: len(records(world)) > 500, "reports are stored")
        collector.restart()
        assert sim.ended() == 0
    counts = json.loads(sim.lines[-1])
    assert counts["sent"] == 3000 and counts["unanswered"] == counts["errors"] == 0
    assert counts["conflict"] == counts["rejected"] == 0
    seqs = [(r[3], r[1]) for _, r in records(world)]
    assert len(seqs) == len(set(seqs)), "nothing is stored twice"
    assert len(seqs) >= counts["accepted"]


def test_a_simulation_ends_well_when_interrupted(world):
    world.collector()
    with Watcher("simulate", "--redis", world.redis.url, "--connect", world.daemons[0].endpoint,
                 "--rate", 100) as sim:
        wait_for(lambda: len(records(world)) > 20, "reports are stored")
        sim.child.send_signal(signal.SIGINT)
        assert sim.ended() == 0
    assert re.match(r"sent=\d+ accepted=\d+ .* unanswered=0 ", sim.lines[-1])


def test_a_simulation_without_a_collector_is_unavailable(world):
    done = run("simulate", "--redis", world.redis.url, "--connect", f"ipc://{world.folder}/nobody",
               "--timeout", 1)
    assert done.returncode == 69 and "no status within" in done.stderr
