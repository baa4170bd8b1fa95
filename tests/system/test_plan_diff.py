"""tuijin plan diff: what it compares, what it says that a revision does, and that this is what happens."""

import json
import os
import pty
import subprocess

import pytest
from harness import BUILD, PLAN_FILE, World, results, word

AT = 1774951200000  # 2026-03-31T18:00+08:00
TODAY = "2026-06-30"
SAME, DIFFERENT, USAGE, BAD, AWAY = 0, 1, 64, 65, 69

SMALL = """\
format: 1
id: small
revision: 1
title: {zh: 小计划, en: Small plan}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {every: quarter, due_days: 10}
office: amr
agencies:
  - {id: amr, zh: 市场监管局, en: Market}
  - {id: doj, zh: 司法厅, en: Justice}
  - {id: hpc, zh: 法院, en: Court}
groups:
  - {id: members, zh: 成员, agencies: [amr, doj]}
chapters:
  - number: 1
    zh: 一章
    en: One
    tasks:
      - {number: 1, zh: 一, en: First, duty: lead, agencies: [amr, doj]}
      - {number: 2, zh: 二, en: Second, duty: shared, agencies: [doj, hpc]}
  - number: 2
    zh: 二章
    en: Two
    tasks:
      - {number: 3, zh: 三, en: Third, agencies: [hpc]}
"""

EDITS = (("revision: 1", "revision: 2"), ("agencies: [amr, doj]}\n      - {number: 2",
                                          "agencies: [amr, doj], weight: 3}\n      - {number: 2"),
         ("duty: shared, agencies: [doj, hpc]", "agencies: [doj]"),
         ("en: Third, agencies: [hpc]}\n",
          "en: Third, agencies: [hpc], due: 2026-06-30}\n"
          "      - {number: 4, zh: 四, en: Fourth, agencies: [amr]}\n"))


def edited(*edits):
    text = SMALL
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def diff(*args, want, stdin="", **env):
    """The command to its end, in a known locale."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TUIJIN_", "LC_", "LANG"))}
    done = subprocess.run([str(BUILD / "tuijin"), "plan", "diff", *map(str, args)], text=True, input=stdin,
                          capture_output=True, timeout=60, env={**clean, **env})
    assert done.returncode == want, (done.returncode, done.stdout, done.stderr)
    return done


def diff_json(*args, want=DIFFERENT):
    return json.loads(diff("--json", *args, want=want).stdout)


@pytest.fixture
def files(tmp_path):
    """Writes plan files: files(name, edits...)."""
    def write(name, *edits):
        file = tmp_path / name
        file.write_text(edited(*edits), encoding="utf-8")
        return file
    return write


# what differs

def test_the_real_plan_does_not_differ_from_itself():
    done = diff(PLAN_FILE, PLAN_FILE, want=SAME)
    assert done.stdout == "ipr-2026 revision 1 → 1\nNo differences.\n"
    assert done.stderr == "", "and no store is asked"
    assert diff_json(PLAN_FILE, PLAN_FILE, want=SAME) == {
        "old": {"id": "ipr-2026", "revision": 1}, "new": {"id": "ipr-2026", "revision": 1},
        "today": diff_json(PLAN_FILE, PLAN_FILE, want=SAME)["today"], "changes": [], "effects": []}


TEXT = """\
small revision 1 → 2

Tasks
  1  First
    - weight: 1
    + weight: 3
  2  Second
    - duty: shared
    + duty: lead
    - obligation hpc: participant
  3  Third
    - due: 2026-12-31
    + due: 2026-06-30
+ 4  Fourth
    + place: chapter 2
    + duty: lead
    + weight: 1
    + starts: 2026-01-01
    + due: 2026-12-31
    + obligation amr: lead
"""

TEXT_ZH = """\
small 第 1 版 → 第 2 版

任务
  1  一
    - 权重：1
    + 权重：3
  2  二
    - 责任方式：按职责分工负责
    + 责任方式：负责
    - 责任单位 法院：参与
  3  三
    - 完成期限：2026-12-31
    + 完成期限：2026-06-30
+ 4  四
    + 所属章节：第 2 章
    + 责任方式：负责
    + 权重：1
    + 开始日期：2026-01-01
    + 完成期限：2026-12-31
    + 责任单位 市场监管局：牵头
"""


def test_changes_are_told_by_thing_in_both_languages(files):
    old, new = files("old.yaml"), files("new.yaml", *EDITS)
    done = diff(old, new, "--redis", "none", want=DIFFERENT)
    assert (done.stdout, done.stderr) == (TEXT, "")
    assert diff(old, new, "--redis", "none", "--lang", "zh", want=DIFFERENT).stdout == TEXT_ZH


def test_one_of_the_plans_may_come_from_standard_input(files):
    done = diff(files("old.yaml"), "-", "--redis", "none", want=DIFFERENT, stdin=edited(*EDITS))
    assert done.stdout == TEXT


def test_every_kind_of_value_is_told(files):
    old = files("old.yaml", ("en: Small plan}", "en: Small plan}\nlights: {red_share: 30}"))
    new = files(
        "new.yaml", ("revision: 1", "revision: 2"), ("starts: 2026-01-01", "starts: 2026-01-05"),
        ("+08:00", "-03:30"), ("{every: quarter, due_days: 10}", "{every: half, due_days: 0}"),
        ("office: amr", "office: doj\nlights: {yellow: 5, red: 15}"),
        ("zh: 法院, en: Court", "zh: 高院, en: High Court, kind: judicial"),
        ("agencies: [amr, doj]}\nchapters",
         "agencies: [{id: amr, until: 2026-06-30}, {id: hpc, from: 2026-02-01, until: 2026-03-01}]}\n"
         "  - {id: courts, zh: 院, agencies: [hpc]}\nchapters"),
        ("    en: Two\n    tasks:", "    en: Two\n    sections:\n    - number: 1\n      zh: 节\n      tasks:"))
    lines = diff(old, new, "--redis", "none", want=DIFFERENT).stdout.splitlines()
    for line in ("    - starts: 2026-01-01", "    + utc_offset: -03:30", "    - reporting.every: every quarter",
                 "    + reporting.due_days: 0", "    + lights.yellow: 5", "    - lights.red_share: 30",
                 "    + office: doj", "  hpc  High Court", "    - zh: 法院", "    + en: High Court",
                 "    + kind: judicial", "  members  成员", "    - member doj",
                 "    + member amr: until 2026-06-30", "    + member hpc: from 2026-02-01 until 2026-03-01",
                 "+ courts  院", "    + member hpc", "+ 2.1  节", "    - place: chapter 2",
                 "    + place: section 2.1"):
        assert line in lines, line
    headings = [line for line in lines[1:] if line and line[0] not in " +-"]
    assert headings == ["Plan", "Agencies", "Groups", "Sections", "Tasks"]

    told = {(c["thing"], c["key"], c["field"], c.get("agency")): (c["change"], c["old"], c["new"])
            for c in diff_json(old, new, "--redis", "none")["changes"]}
    assert len(told) == 21
    assert told["plan", "", "utc_offset", None] == ("changed", "+08:00", "-03:30")
    assert told["plan", "", "reporting.every", None] == ("changed", "quarter", "half")
    assert told["plan", "", "lights.red", None] == ("changed", 30, 15)
    assert told["agency", "hpc", "kind", None] == ("added", None, "judicial")
    assert told["group", "members", "member", "doj"] == ("removed", {"from": None, "until": None}, None)
    assert told["group", "courts", "title", None] == ("added", None, {"zh": "院", "en": "院"})
    assert told["section", "2.1", "title", None] == ("added", None, {"zh": "节", "en": "节"})
    assert told["task", "3", "place", None] == ("changed", "chapter/2", "section/2.1")
    assert told["task", "1", "starts", None] == ("changed", "2026-01-01", "2026-01-05")


def test_an_obligation_has_a_role_and_days(files):
    old = files("old.yaml", ("[doj, hpc]", '[hpc, "@members"]'))
    new = files("new.yaml", ("[doj, hpc]", '[doj, "@members"]'), ("revision: 1", "revision: 2"),
                ("zh: 成员, agencies: [amr, doj]", "zh: 成员, agencies: [{id: amr, from: 2026-03-01}]"))
    told = {c["agency"]: (c["change"], c["old"], c["new"])
            for c in diff_json(old, new, "--redis", "none")["changes"] if c["thing"] == "task"}
    always = {"from": None, "until": None}
    assert told == {
        "hpc": ("removed", {"role": "lead", **always}, None),
        "amr": ("changed", {"role": "participant", **always},
                {"role": "participant", "from": "2026-03-01", "until": None}),
        "doj": ("changed", {"role": "participant", **always}, {"role": "lead", **always})}


def test_colours_are_for_terminals_alone(files):
    old, new = files("old.yaml"), files("new.yaml", *EDITS)
    command = [str(BUILD / "tuijin"), "plan", "diff", str(old), str(new), "--redis", "none", "--lang", "en"]
    clean = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=theirs, env=clean) as child:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 65536):
                shown += block
        except OSError:  # the other end is closed
            pass
        assert child.wait(60) == DIFFERENT
    os.close(ours)
    lines = shown.decode().replace("\r", "").splitlines()
    assert "    \033[31m- weight: 1\033[0m" in lines and "    \033[32m+ weight: 3\033[0m" in lines
    assert "\033[32m+ 4  Fourth\033[0m" in lines and "  1  First" in lines
    assert "\033[" not in diff(old, new, "--redis", "none", want=DIFFERENT).stdout


# what is more likely a slip

@pytest.mark.parametrize("revisions, warns", [((1, 1), True), ((2, 1), True), ((1, 2), False)])
def test_a_number_that_does_not_rise_is_told(files, revisions, warns):
    old, new = (files(f"{side}.yaml", ("revision: 1", f"revision: {n}"), *more) for side, n, more in
                zip(("old", "new"), revisions, ((), (("zh: 三", "zh: 叁"),))))
    told = diff(old, new, "--redis", "none", want=DIFFERENT).stderr
    assert ("which is not above" in told) == warns
    assert told == "" or told == (f"tuijin plan diff: NEW has revision {revisions[1]}, which is not above "
                                  f"{revisions[0]}, that of OLD\n")


def test_another_number_alone_is_no_difference_but_an_older_one_is_told(files):
    one, two = files("one.yaml"), files("two.yaml", ("revision: 1", "revision: 2"))
    assert diff(one, two, want=SAME).stderr == ""
    assert "not above" in diff(two, one, want=SAME).stderr


def test_plans_of_two_names_are_compared_and_told(files):
    done = diff(files("one.yaml"), files("two.yaml", ("id: small", "id: tiny"), ("zh: 三", "zh: 叁")),
                want=DIFFERENT)
    assert done.stdout.startswith("small revision 1 → tiny revision 1\n")
    assert "two plans" in done.stderr and "    + zh: 叁\n" in done.stdout


# trouble

@pytest.mark.parametrize("args, want, reason", [
    ([], USAGE, "OLD NEW"),
    (["{old}"], USAGE, "OLD NEW"),
    (["{old}", "{old}", "{old}"], USAGE, "unexpected"),
    (["-", "-"], USAGE, "only one of them can be -"),
    (["{old}", "Small!"], USAGE, "NEW: got 'Small!', expected a file, the id of a loaded plan or ID@REVISION"),
    (["small@", "{old}"], USAGE, "OLD: got 'small@'"),
    (["small@01", "{old}"], USAGE, "OLD: got 'small@01'"),
    (["small@1000000001", "{old}"], USAGE, "OLD: got 'small@1000000001'"),
    (["small@99999999999999999999", "{old}"], USAGE, "OLD: got 'small@9"),
    (["@1", "{old}"], USAGE, "OLD: got '@1'"),
    (["", "{old}"], USAGE, "OLD: got ''"),
    (["{old}", "small", "--redis", "none"], USAGE, "NEW: got 'small', expected a file, as --redis is none"),
    (["{old}", "{old}", "--redis", "http://x"], USAGE, "URL of Redis"),
    (["{old}", "{old}", "--today", "2026-02-30"], USAGE, "--today: got '2026-02-30', but there is no day 2026-02-30"),
    (["{old}", "no-such-file.yaml"], BAD, "NEW: no-such-file.yaml"),
    (["{broken}", "{old}"], BAD, "OLD: {broken}: 1 mistake"),
])
def test_trouble_has_its_reason_and_exit_status(files, args, want, reason):
    names = {"old": files("old.yaml"), "broken": files("broken.yaml", ("due_days: 10", "due_days: ten"))}
    done = diff(*(a.format(**names) for a in args), want=want)
    assert done.stdout == "" and reason.format(**names) in done.stderr, done.stderr


def test_a_store_that_is_away_stops_only_what_needs_it(files):
    old, new, away = files("old.yaml"), files("new.yaml", *EDITS), ("--redis", "unix:///nowhere/redis.sock")
    done = diff(old, new, *away, want=DIFFERENT)
    assert done.stdout == TEXT
    assert "what it does to the rates is not shown: redis: not reached" in done.stderr
    assert diff_json(old, new, *away)["effects"] is None
    assert "redis: not reached" in diff("small", new, *away, want=AWAY).stderr


# loaded plans

@pytest.fixture(scope="module")
def loaded():
    """The small plan in its three revisions, with reports between them."""
    with World() as w:
        for revision in (1, 2, 3):
            file = w.folder / f"{revision}.yaml"
            file.write_text(edited(("revision: 1", f"revision: {revision}"), ("zh: 三", f"zh: 叁{revision}")),
                            encoding="utf-8")
            w.load_plan(file)
            if revision == 1:
                collector = w.collector()
                amr, doj, hpc = (w.agency(a, collector, plan="small") for a in ("amr", "doj", "hpc"))
                assert results(amr.report(1, word(1, 40, AT))) == ["accepted"]
            for seq in range(2, 40):  # more than a page of the ledger
                assert results(hpc.report(100 * revision + seq, word(2, seq, AT))) == ["accepted"]
        assert results(doj.report(1, word(2, 100, AT))) == ["accepted"]
        assert results(hpc.report(1000, word(2, 50, AT))) == ["accepted"]
        yield w


def test_revisions_are_read_from_the_ledger(loaded):
    url = ("--redis", loaded.redis.url)
    for old, new in (("small@1", "small@2"), ("small@2", "small@3"), ("small@1", "small")):
        titles = [c["new"] for c in diff_json(old, new, *url)["changes"]]
        assert titles == ["叁" + new[-1].replace("l", "3")], (old, new)
    assert diff("small@3", "small", *url, want=SAME).stderr == ""
    assert diff(loaded.folder / "2.yaml", "small@2", *url, want=SAME).stderr == ""


def test_what_is_not_loaded_is_bad_data(loaded):
    url = ("--redis", loaded.redis.url)
    assert "OLD: plan small: its ledger has no revision 7, only 1, 2, 3" in \
        diff("small@7", "small", *url, want=BAD).stderr
    assert "NEW: plan other is not loaded" in diff("small", "other", *url, want=BAD).stderr
    assert "NEW: plan other is not loaded" in diff("small", "other@1", *url, want=BAD).stderr


def test_a_revision_that_was_tampered_with_is_bad_data(loaded):
    position = loaded.redis.client.xadd("tuijin:{torn}:ledger", {"revision": 1, "digest": "x", "yaml": "id: ["})
    done = diff("torn@1", loaded.folder / "1.yaml", "--redis", loaded.redis.url, want=BAD)
    assert f"OLD: plan torn: ledger, {position.decode()}: revision 1: line " in done.stderr
    loaded.redis.client.xdel("tuijin:{torn}:ledger", position)


# what it does to the rates

FIGURES = ("percent", "lead", "participant", "own", "expected", "gap", "light", "reason", "obligations",
           "period", "last_period")


def effects(loaded, *args):
    """By scope and key: (before, after)."""
    found = diff_json(*args, "--redis", loaded.redis.url, "--today", TODAY)
    assert found["today"] == TODAY
    keys = [(e["scope"], e["key"]) for e in found["effects"]]
    assert len(keys) == len(set(keys))
    return {(e["scope"], e["key"]): (e["before"], e["after"]) for e in found["effects"]}


def test_rates_are_what_the_new_plan_makes_of_the_same_reports(loaded, tmp_path):
    new = tmp_path / "new.yaml"
    new.write_text(edited(("revision: 1", "revision: 4"), ("zh: 三", "zh: 叁3"), *EDITS[1:]), encoding="utf-8")
    found = effects(loaded, "small", new)
    assert list(found) == [("overall", ""), ("chapter", "1"), ("chapter", "2"), ("task", "2"), ("task", "3"),
                           ("task", "4"), ("agency", "amr"), ("agency", "doj"), ("agency", "hpc")]
    before, after = found["overall", ""]
    # 40.00, 75.00 and 0.00 of weight 1 each; then 40.00 of weight 3, 100.00 and twice 0.00 of weight 1
    assert (before["percent"], before["expected"], before["gap"]) == (38.33, 49.58, -11.25)
    assert (after["percent"], after["expected"], after["gap"]) == (36.66, 57.98, -21.32)
    assert before["obligations"] == {"expected": 5, "reported": 3}
    assert after["obligations"] == {"expected": 5, "reported": 2}
    assert (before["light"], before["reason"]) == (after["light"], after["reason"]) == ("red", "red_tasks")
    assert set(before) == set(FIGURES) - {"lead", "participant", "own"}

    before, after = found["task", "2"]
    assert (before["percent"], before["light"]) == (75.0, "green")
    assert (after["percent"], after["light"], after["reason"]) == (100.0, "blue", "completed")
    assert before["last_period"] == {"name": "2026-Q1", "expected": 2, "reported": 2, "on_time": 0}
    assert after["last_period"] == {"name": "2026-Q1", "expected": 1, "reported": 1, "on_time": 0}
    before, after = found["task", "3"]
    assert (before["expected"], after["expected"]) == (49.58, 100.0)
    assert (before["gap"], after["gap"]) == (-49.58, -100.0)
    before, after = found["task", "4"]
    assert before is None and after["percent"] == 0.0
    before, after = found["agency", "hpc"]
    assert before["own"]["percent"] == 25.0 and after["own"]["percent"] == 0.0
    before, after = found["agency", "amr"]
    assert before["lead"]["percent"] == 40.0 and after["lead"]["percent"] == 30.0


def test_rates_are_told_in_words_too(loaded, tmp_path):
    new = tmp_path / "new.yaml"
    new.write_text(edited(("revision: 1", "revision: 4"), ("zh: 三", "zh: 叁3"), *EDITS[1:]), encoding="utf-8")
    flags = ("--redis", loaded.redis.url, "--today", TODAY)
    changes, rates = diff("small", new, *flags, want=DIFFERENT).stdout.split(f"\nRates on {TODAY}\n")
    assert changes == TEXT.replace("1 → 2", "3 → 4")
    assert rates.startswith(
        "  overall  Small plan\n"
        "    percent           38.33 → 36.66\n"
        "    expected          49.58 → 57.98\n"
        "    gap               -11.25 → -21.32\n"
        "    reported          3/5 → 2/5\n"
        "    last period       2026-Q1  ")
    assert ("  task/2  Second\n"
            "    percent           75.00 → 100.00\n"
            "    gap               +25.42 → +50.42\n"
            "    light             green → blue (completed)\n"
            "    reported          2/2 → 1/1\n") in rates
    assert "\n    last period       2026-Q1  2/2, 0 on time → 1/1, 0 on time\n" in rates
    assert "  task/4  Fourth\n    percent           – → 0.00\n" in rates and "task/1 " not in rates
    assert "\n    last period       – → 2026-Q1 0/1, 0 on time\n" in rates
    assert max(map(len, rates.splitlines())) <= 100
    zh = diff("small", new, *flags, "--lang", "zh", want=DIFFERENT).stdout
    assert f"\n对 {TODAY} 各项进度的影响\n  overall  小计划\n    进度              38.33 → 36.66\n" in zh


def test_who_leads_is_a_rate_of_its_own(loaded, files):
    """The agency's whole stays as it is: it is what it reports, in whatever role."""
    new = files("new.yaml", ("revision: 1", "revision: 4"), ("duty: lead, agencies: [amr, doj]",
                                                             "duty: lead, agencies: [doj, amr]"))
    before, after = effects(loaded, "small@3", new)["agency", "amr"]
    assert before["own"] == after["own"] and before["own"]["percent"] == 40.0
    assert (before["lead"]["percent"], before["participant"]["percent"]) == (40.0, None)
    assert (after["lead"]["percent"], after["participant"]["percent"]) == (None, 40.0)
    told = diff("small@3", new, "--redis", loaded.redis.url, "--today", TODAY, want=DIFFERENT).stdout
    assert ("  agency/amr  Market\n    as lead           40.00 → –\n"
            "    as participant    – → 40.00\n") in told


def test_a_change_of_titles_changes_no_rate(loaded):
    flags = ("--redis", loaded.redis.url, "--today", TODAY)
    assert diff("small@2", "small@3", *flags, want=DIFFERENT).stdout.endswith(
        f"\nRates on {TODAY}\n  No rate changes.\n")
    assert diff_json("small@2", "small@3", *flags)["effects"] == []


def test_what_is_left_out_of_the_rates_is_told(loaded, files):
    one, two = files("one.yaml", ("id: small", "id: new")), files("two.yaml", ("id: small", "id: new"), *EDITS)
    done = diff(one, two, "--redis", loaded.redis.url, want=DIFFERENT)
    assert "not shown: plan new is not loaded" in done.stderr and "Rates" not in done.stdout
    assert diff_json(one, two, "--redis", loaded.redis.url)["effects"] is None
    done = diff("small", two, "--redis", loaded.redis.url, want=DIFFERENT)
    assert "Rates" not in done.stdout and "two plans" in done.stderr


def test_a_scope_that_only_the_old_plan_has_is_listed_in_its_place(loaded, files):
    new = files("new.yaml", ("revision: 1", "revision: 4"), ("  - number: 2\n", "  - number: 2 # gone\n"))
    text = new.read_text(encoding="utf-8")
    new.write_text(text[:text.index("  - number: 2 #")], encoding="utf-8")
    found = effects(loaded, "small", new)
    assert list(found) == [("overall", ""), ("chapter", "2"), ("task", "3"), ("agency", "hpc")]
    assert found["chapter", "2"][1] is None and found["task", "3"][0]["percent"] == 0.0


def summaries(subscriber):
    return {topic: data for topic, data in subscriber.data.items() if "/alert/" not in topic}


def of(data):
    """The figures that the effects have of a summary."""
    return {k: data[k] for k in FIGURES if k in data}


def rates(figures):
    """The same without what the effects are not listed for: num, den and tasks of an agency."""
    return {k: v["percent"] if k in ("lead", "participant", "own") else v for k, v in figures.items()}


def test_what_is_foretold_is_what_the_aggregator_publishes(world, tmp_path):
    """Every scope: what is listed comes out as listed, what is not listed stays as it is."""
    collector = world.collector()
    world.aggregator("--today", TODAY)
    done = world.tuijin("simulate", "--redis", world.redis.url, "--connect", collector.endpoint,
                        "--rate", 20000, "--reports", 3000, "--seed", 5)
    assert done.returncode == 0, done.stderr
    text = PLAN_FILE.read_text(encoding="utf-8")
    for was, now in (("revision: 1\n", "revision: 2\n"), ("agencies: [mof, sta]", "agencies: [mof, nbs]"),
                     ("agencies: [cnipa, moj]", "agencies: [moj, cnipa]\n            weight: 9"),
                     ("due_days: 10}", "due_days: 100}\nlights: {yellow: 3, red: 5}"),
                     ("pbc, cmcedd", "{id: pbc, from: 2026-08-01}, cmcedd")):
        assert was in text, was
        text = text.replace(was, now, 1)
    new = tmp_path / "new.yaml"
    new.write_text(text, encoding="utf-8")

    end = world.redis.client.xrevrange(world.redis.key("ledger"), count=1)[0][0].decode()
    subscriber = world.subscriber(world.daemons[1])
    subscriber.until(lambda: subscriber.tick and subscriber.tick["position"] == end, "all of it is folded")
    subscriber.snapshot()
    old = {(d["scope"], d["key"]): of(d) for d in summaries(subscriber).values()}
    foretold = effects(world, "ipr-2026", new)
    assert 20 < len(foretold) <= 165
    world.load_plan(new)
    subscriber.until(lambda: {d["revision"] for d in summaries(subscriber).values()} == {2},
                     "the new plan is in force")
    subscriber.snapshot()
    assert len(summaries(subscriber)) == 165
    for topic, data in summaries(subscriber).items():
        scope = data["scope"], data["key"]
        before, after = foretold.get(scope, (None, None))
        if scope in foretold:
            assert before == old[scope], topic
            assert after == of(data), topic
        else:
            assert rates(old[scope]) == rates(of(data)), topic
