"""`tuijin history`: who said what and when, and what became of it."""

import json
import os
import pty
import re
import subprocess
import unicodedata

import client
import made
import pytest
from harness import BUILD, PLAN, World, records, results, word
from made import ms, ruling, status, withdrawal

AT = 1774951200000
KEY = "0123456789abcdef"


@pytest.fixture(scope="module")
def ledger():
    """Half a year of a small plan: all that can become of a word, and a task that is dropped."""
    with World() as world:
        led = made.Ledger(world)
        led.at = [
            led.load("2026-01-05T09:00"),
            led.say("2026-04-02T10:00", status("mof", 10, 1, 2000, ms("2026-03-31T18:00"), summary="a\nb\tc",
                                               help=True, evidence=[["稿", "https://x.cn"]])),
            led.say("2026-04-02T10:01", status("sta", 1, 1, 3000, ms("2026-03-31T18:00")),
                    status("sta", 2, 2, 4000, ms("2026-03-31T18:00")),
                    status("nbs", 1, 3, 1000, ms("2026-03-31T18:00"))),
            led.say("2026-04-03T11:00", withdrawal("mof", 11, 1, ms("2026-04-03T11:00"))),
            led.say("2026-05-01T08:00", status("mof", 12, 1, 5000, ms("2026-04-30T18:00"), state="blocked", key=KEY,
                                               problems="经费未到位")),
            led.say("2026-05-02T08:00", ruling(20, 1, "returned", ms("2026-05-02T08:00"), "佐证不全"),
                    ruling(20, 3, "cancelled", ms("2026-05-02T08:00"), "并入任务二")),
            led.say("2026-05-03T08:00", ruling(21, 1, "open", ms("2026-05-03T08:00"))),
            led.load("2026-06-01T09:00", made.text(revision=2, third=False)),
        ]
        yield led


def history(ledger, *flags, want=0, **env):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TUIJIN_", "LC_", "LANG"))}
    done = subprocess.run([str(BUILD / "tuijin"), "history", "--redis", ledger.world.redis.url,
                           *map(str, flags)], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, env={**clean, **env})
    assert done.returncode == want, (done.returncode, done.stdout, done.stderr)
    return done


def lines(ledger, *flags):
    return [json.loads(line) for line in history(ledger, *flags, "--json").stdout.splitlines()]


def fates(ledger, *flags):
    """(agency, seq, fate, seq of what came instead, place) of each record."""
    return [(w["agency"], w["seq"], w["fate"], w["by"] and w["by"]["seq"], w["place"])
            for w in lines(ledger, *flags) if w["kind"] != "revision"]


# what became of each

def test_a_task_has_the_words_of_all_its_agencies_and_the_rulings(ledger):
    assert fates(ledger, "--task", 1) == [
        ("mof", 10, "withdrawn", 11, "in_force"),
        ("sta", 1, "effective", None, "in_force"),
        ("mof", 11, "superseded", 12, "in_force"),
        ("mof", 12, "effective", None, "in_force"),
        ("jco", 20, "superseded", 21, "in_force"),
        ("jco", 21, "effective", None, "in_force")]


def test_an_agency_has_its_words_on_all_tasks_and_no_others(ledger):
    assert fates(ledger, "--agency", "sta") == [("sta", 1, "effective", None, "in_force"),
                                                ("sta", 2, "effective", None, "not_today")]
    assert fates(ledger, "--agency", "sta", "--task", 2) == [("sta", 2, "effective", None, "not_today")]
    assert [f[1] for f in fates(ledger, "--agency", "jco")] == [20, 20, 21]


def test_a_dropped_task_and_agency_keep_their_history(ledger):
    want = [("nbs", 1, "effective", None, "none"), ("jco", 20, "effective", None, "none")]
    assert fates(ledger, "--task", 3) == want
    assert fates(ledger, "--agency", "nbs") == want[:1]
    revisions = [w for w in lines(ledger, "--task", 3) if w["kind"] == "revision"]
    assert [(r["revision"], r["has"], r["changed"], r["position"]) for r in revisions] == [
        (1, True, False, ledger.at[0]), (2, False, True, ledger.at[-1])]
    assert [r["changed"] for r in lines(ledger, "--task", 1) if r["kind"] == "revision"] == [False, False]


def test_a_line_of_json_has_all_of_the_record(ledger):
    found = [w for w in lines(ledger, "--task", 1) if w["kind"] != "revision"]
    assert found[0] == {
        "kind": "report", "task": 1, "agency": "mof", "seq": 10, "at": ms("2026-03-31T18:00"),
        "received": ms("2026-04-02T10:00"), "state": "in_progress", "percent": 20.0, "summary": "a\nb\tc",
        "problems": None, "next_steps": None, "help": True,
        "evidence": [{"title": "稿", "uri": "https://x.cn"}], "key": None, "position": ledger.at[1],
        "fate": "withdrawn", "by": {"seq": 11, "received": ms("2026-04-03T11:00")}, "place": "in_force"}
    assert found[2] == {
        "kind": "withdrawal", "task": 1, "agency": "mof", "seq": 11, "at": ms("2026-04-03T11:00"),
        "received": ms("2026-04-03T11:00"), "key": None, "position": ledger.at[3], "fate": "superseded",
        "by": {"seq": 12, "received": ms("2026-05-01T08:00")}, "place": "in_force"}
    assert found[4] == {
        "kind": "disposition", "task": 1, "agency": "jco", "seq": 20, "at": ms("2026-05-02T08:00"),
        "received": ms("2026-05-02T08:00"), "disposition": "returned", "reason": "佐证不全",
        "key": None, "position": ledger.at[5], "fate": "superseded",
        "by": {"seq": 21, "received": ms("2026-05-03T08:00")}, "place": "in_force"}
    assert [w["key"] for w in found if w["seq"] == 12] == [KEY]


def test_what_a_collector_stores_is_found_with_its_position(world):
    collector = world.collector()
    sta = world.agency("sta", collector)
    seqs = [world.next_seq() for _ in range(3)]
    for seq, percent in zip(seqs, (10, 20, 30)):
        assert results(sta.report(seq, word(17, percent, AT))) == ["accepted"]
    done = world.tuijin("history", "--redis", world.redis.url, "--plan", PLAN, "--task", 17, "--json")
    found = [json.loads(line) for line in done.stdout.splitlines()][1:]
    assert [(w["position"], w["seq"], w["percent"], w["fate"]) for w in found] == [
        (p, seq, percent, fate) for (p, _), seq, percent, fate in
        zip(records(world), seqs, (10, 20, 30), ("superseded", "superseded", "effective"))]


def test_what_came_in_behind_a_higher_seq_changed_nothing():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        led.say("2026-02-01T09:00", status("mof", 9, 1, 900, ms("2026-02-01T09:00")))
        led.say("2026-02-02T09:00", status("mof", 5, 1, 500, ms("2026-02-02T09:00")))
        assert [f[:4] for f in fates(led, "--task", 1)] == [("mof", 9, "effective", None),
                                                            ("mof", 5, "superseded", 9)]


def test_a_ledger_of_many_pages_is_read_whole():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        at = [led.say("2026-02-01T09:00", status("mof", n, 1, n, ms("2026-02-01T09:00")))
              for n in range(1, 701)]  # all of one millisecond
        found = lines(led, "--task", 1)[1:]
    assert [(w["position"], w["seq"]) for w in found] == list(zip(at, range(1, 701)))


# which part

@pytest.mark.parametrize("flags, seqs", [
    (["--since", "2026-05-01"], [12, 20, 21]),
    (["--since", "2026-05-01T08:00"], [12, 20, 21]),
    (["--since", "2026-05-01T08:01"], [20, 21]),
    (["--until", "2026-04-02"], [10, 1]),
    (["--until", "2026-04-02T10:00"], [10]),
    (["--until", "2026-04-02T09:59"], []),
    (["--since", "2026-04-03", "--until", "2026-05-01"], [11, 12]),
    (["--limit", 2], [20, 21]),
    (["--limit", 6], [10, 1, 11, 12, 20, 21]),
    (["--limit", 1, "--until", "2026-04-30"], [11]),
])
def test_a_stretch_of_time_or_the_newest(ledger, flags, seqs):
    found = fates(ledger, "--task", 1, *flags)
    assert [f[1] for f in found] == seqs
    whole = {(f[0], f[1]): f for f in fates(ledger, "--task", 1)}
    assert found == [whole[f[:2]] for f in found]  # also by what comes behind it


def test_positions_bound_it_too_both_inclusive(ledger):
    found = lines(ledger, "--task", 1, "--since", ledger.at[3], "--until", ledger.at[4])
    assert [w["position"] for w in found] == ledger.at[3:5]


def test_what_is_left_out_is_told(ledger):
    done = history(ledger, "--task", 1, "--limit", 2, "--json")
    assert done.stderr == "tuijin history: 4 older records are left out; a higher --limit shows them\n"
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == \
        ["disposition", "disposition", "revision"]
    assert history(ledger, "--task", 1, "--limit", 6, "--json").stderr == ""


# for people

def test_the_text_has_it_all(ledger):
    shown = history(ledger, "--task", 1, "--lang", "en").stdout
    assert shown.splitlines()[:12] == [
        "A plan made by hand", "made · revision 2 · times are UTC+08:00", "",
        "Task 1  Task one", "",
        f"2026-01-05 09:00:00  revision 1 comes into force · position {ledger.at[0]}",
        "2026-04-02 10:00:00  mof  in progress 20.00 %  withdrawn by seq 11 at 2026-04-03 11:00:00",
        f"    as of 2026-03-31 18:00:00 · seq 10 · position {ledger.at[1]}",
        "    Summary     a",
        "                b c",
        "    Evidence    稿",
        "                https://x.cn"]
    assert "asks the office to coordinate" in shown and "blocked 50.00 %  effective" in shown
    assert "jco  rules: returned  superseded by seq 21 at 2026-05-03 08:00:00" in shown
    assert "mof  withdraws  superseded by seq 12 at 2026-05-01 08:00:00" in shown


def test_the_text_in_chinese(ledger):
    shown = history(ledger, "--task", 1, "--lang", "zh").stdout
    assert "mof 财政部  受阻 50.00 %  有效" in shown and "问题        经费未到位" in shown
    assert "jco 办公室  办理结果：退回  已被后续报送（报送序号 21，2026-05-03 08:00:00）替代" in shown


def test_the_text_says_what_the_plan_has_no_more(ledger):
    shown = history(ledger, "--task", 3, "--lang", "en").stdout
    assert "Task 3  Task three (last in revision 1)\n" in shown and "nbs  in progress 10.00 %  no place in revision 2\n" in shown
    assert re.search(r"revision 2 comes into force · position \S+  it is not in the plan any more\n", shown)
    assert "task 2  in progress 40.00 %  not in force today\n" in \
        history(ledger, "--agency", "sta", "--lang", "en").stdout


def test_nothing_said_is_no_failure(ledger):
    assert history(ledger, "--task", 1, "--since", "2027-01-01").stdout.endswith(
        "\nnothing was said in that time\n")
    assert history(ledger, "--task", 1, "--since", "2027-01-01", "--json").stdout == ""
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        assert history(led, "--task", 2).stdout.endswith("\nnothing was ever said\n")
        assert [w["kind"] for w in lines(led, "--task", 2)] == ["revision"]


def columns(line):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def on_a_terminal(command, width=80):
    """What a command prints on a terminal of that width, colours taken out."""
    ours, theirs = pty.openpty()
    subprocess.run(["stty", "cols", str(width)], stdin=theirs, check=True)
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LC_ALL", "LANG")}
    with subprocess.Popen(list(map(str, command)), stdout=theirs, stderr=theirs, env=clean) as child:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # the other end is closed
            pass
        assert child.wait(60) == 0, shown
    os.close(ours)
    assert b"\033[" in shown
    return re.sub("\033\\[[0-9;]*[mK]", "", shown.decode().replace("\r\n", "\n"))


def test_long_texts_are_wrapped_on_a_terminal():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        led.say("2026-02-01T09:00", status("mof", 1, 1, 100, AT, summary="推进工作" * 30,
                                           next_steps="one two three " * 20))
        shown = on_a_terminal([BUILD / "tuijin", "history", "--redis", world.redis.url, "--task", 1])
    assert max(map(columns, shown.splitlines())) <= 80
    assert "".join(line[16:] for line in shown.splitlines() if "推" in line) == "推进工作" * 30


@pytest.mark.parametrize("flags", [["--task", "1"], ["--agency", "sta"], ["--task", "3"]])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_history_fits_the_terminal(ledger, flags, language):
    shown = on_a_terminal([BUILD / "tuijin", "history", "--redis", ledger.world.redis.url, *flags,
                           "--lang", language])
    assert max(map(columns, shown.splitlines())) <= 80, shown


# what a store may hold that no collector wrote

def test_control_characters_do_not_reach_the_terminal():
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        led.say("2026-02-01T09:00", status("m\033of", 1, 1, 100, AT, summary="\033[2J\x07x\u009b"))
        shown = history(led, "--task", 1).stdout
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f]", shown) and "[2J" in shown


@pytest.mark.parametrize("fields, said", [
    ({"records": b"\xc1"}, "record: "),
    ({"records": client.pack([2, 1, 1, "mof", [1, 1, 1]])}, "version"),
    ({"records": b"\xdf\xff\xff\xff\xff"}, "record: "),
    ({"yaml": "format: 1\n", "revision": "3", "digest": ""}, "plan revision 3: line 1"),
    ({"other": "x"}, "neither a batch nor a plan revision"),
])
def test_a_broken_entry_is_named_with_its_position(fields, said):
    with World() as world:
        led = made.Ledger(world)
        led.load("2026-01-05T09:00")
        position = led.add("2026-02-01T09:00", fields)
        done = world.tuijin("history", "--redis", world.redis.url, "--task", 1)
    assert done.returncode == 65 and done.stdout == ""
    assert done.stderr.startswith(f"tuijin history: ledger, {position}: ") and said in done.stderr


# errors

@pytest.mark.parametrize("flags, status_, said", [
    ([], 64, "--task or --agency is missing"),
    (["--task", 0], 64, "--task"),
    (["--task", 1, "--since", "yesterday"], 64, "--since: got 'yesterday', expected YYYY-MM-DD"),
    (["--task", 1, "--since", "2026-03-02", "--until", "2026-03-01"], 64, "--since is later than --until"),
    (["--agency", "No Such"], 64, "--agency: 'No Such' is not the name of an agency"),
    (["--task", 9], 65, "know no task 9; revision 2 has 1 to 2"),
    (["--agency", "xyz"], 65, "know no 'xyz'; revision 2 has jco, mof, sta"),
    (["--agency", "nbs", "--task", 1], 65, "--agency: 'nbs' never had a word on task 1"),
    (["--task", 1, "--plan", "other"], 65, "plan other is not loaded"),
    (["--task", 1, "--limit", 0], 64, "--limit"),
])
def test_errors_name_what_is_wrong_and_what_there_is(ledger, flags, status_, said):
    done = history(ledger, *flags, want=status_)
    assert said in done.stderr and done.stdout == ""


def test_a_store_that_is_away_is_exit_69():
    with World(start_redis=False) as world:
        done = world.tuijin("history", "--redis", world.redis.url, "--task", 1)
    assert done.returncode == 69 and "--redis or TUIJIN_REDIS" in done.stderr
