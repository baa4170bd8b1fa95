"""`tuijin explain`: a published number taken apart, down to the agencies' own words."""

import datetime
import itertools
import json
import random
import re
import unicodedata

import client
import ledgers
import load
import pytest
import random_plans
from harness import BUILD, PLAN, World, records, rollup, wait_for, word
from test_history import columns, on_a_terminal

AT = 1774951200000
TODAY = "2026-06-30"
SMALL = """format: 1
id: {id}
revision: 1
title: {{zh: 小计划, en: A small plan}}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {{every: quarter, due_days: 10}}
office: jco
agencies:
  - {{id: jco, zh: 办公室, en: The office}}
  - {{id: mof, zh: 财政部, en: Ministry of Finance}}
  - {{id: sta, zh: 税务总局, en: State Taxation Administration}}
groups:
  - id: all
    zh: 各单位
    agencies: [{{id: mof, until: 2026-06-29}}, {{id: sta, from: 2026-07-01}}]
chapters:
  - number: 1
    zh: 第一章
    en: The first chapter
    tasks:
      - {{number: 1, zh: 甲, en: A, duty: shared, weight: 3, agencies: [mof, sta]}}
      - {{number: 2, zh: 乙, en: B, duty: lead, agencies: [jco, mof]}}
      - {{number: 3, zh: 丙, en: C, duty: shared, agencies: [jco, "@all"]}}
      - {{number: 4, zh: 丁, en: D, due: 2026-05-31, agencies: [sta]}}
"""
numbers = itertools.count(1)


def ms(moment):
    """An instant of the plans' offset."""
    return int(datetime.datetime.fromisoformat(moment + "+08:00").timestamp() * 1000)


def explain(world, *args, want=0):
    done = world.tuijin("explain", *args, "--redis", world.redis.url)
    assert done.returncode == want, (args, done.returncode, done.stdout, done.stderr)
    assert not re.search("[\0-\10\13-\37\177]", done.stdout)
    return done


def explained(world, *args, **more):
    return json.loads(explain(world, *args, "--json", **more).stdout)


# Sums: of a real pair that was under load, and of ledgers written by hand.

@pytest.fixture(scope="module")
def loaded(plan):
    """The real plan after random reports, rulings and withdrawals, everything published."""
    with World() as w:
        w.load_plan()
        collector, _ = w.collector(bind="ipc"), w.aggregator(bind="ipc")
        load.loaded(w, plan, collector)
        jco, cnipa = w.agency("jco", collector), w.agency("cnipa", collector)
        rulings = [("cancelled", 1), ("suspended", 17), ("returned", 2), ("verified", 11)]
        jco.dispose(2_000_000, *({"task": t, "disposition": d, "reason": f"because of {t}", "at": AT}
                                 for d, t in rulings))
        cnipa.report(2_000_000, word(2, 100, AT, summary="办结"), word(9, 62.5, AT + 1),
                     {"task": 12, "action": "withdraw", "at": AT})
        wait_for(lambda: explained(w, "overall")["published"]["is"] == "same", "published")
        yield w


def scopes_of(plan):
    return ["overall", *(f"chapter/{c}" for c in plan.chapters),
            *(f"section/{s}" for s in plan.sections), *(f"task/{t.number}" for t in plan.tasks),
            *(f"agency/{a}" for a in plan.agencies)]


def check_ratio(ratio, shown, raised=False):
    """num / den is what is shown."""
    if ratio["den"] == 0:
        assert shown is None and ratio["percent"] is None and ratio["num"] == 0
        return
    points = ratio["num"] // ratio["den"]
    assert ratio["basis_points"] == (1 if raised else points) and (points == 0 or not raised)
    assert ratio["percent"] == shown == ratio["basis_points"] / 100


def check_sum(got, published):
    for addend in got["addends"]:
        assert addend["product"] == addend["weight"] * addend["basis_points"]
    assert sum(a["product"] for a in got["addends"]) == got["num"] == published["num"]
    assert sum(a["weight"] for a in got["addends"]) == got["den"] == published["den"]
    assert len(got["addends"]) == got["tasks"] == published.get("tasks", got["tasks"])
    check_ratio(got, published["percent"], got["raised"])


def check_gap(got):
    """What the tasks cost adds up to the gap, exactly and as it is shown."""
    counted = [a for a in got["addends"] if a["counts"]]
    if not counted:
        assert got["gap"] is None and got["summary"]["gap"] is None and got["costs"] == []
        return
    main = got["sums"].get("own") or got["sums"]["percent"]
    expected = sum(a["weight"] * a["expected"]["basis_points"] for a in counted)
    assert got["expected"]["num"] == expected and got["expected"]["den"] == main["den"]
    check_ratio(got["expected"], got["summary"]["expected"])
    for a in counted:
        assert a["cost"] == a["weight"] * (a["basis_points"] - a["expected"]["basis_points"])
    assert sum(a["cost"] for a in counted) == main["num"] - expected
    assert sum(a["points"]["basis_points"] for a in counted) == got["gap"]["basis_points"]
    assert got["gap"]["percent"] == got["summary"]["gap"]
    assert got["gap"]["basis_points"] == main["basis_points"] - got["expected"]["basis_points"]
    by_number = {a["task"]: a for a in counted}
    costs = [by_number.pop(number)["cost"] for number in got["costs"]]
    assert costs == sorted(costs) and not by_number


def check_page(got):
    assert got["adds_up"] is True
    summary = got["summary"]
    if got["scope"] == "agency":
        for name in ("lead", "participant", "own"):
            check_sum(got["sums"][name], summary[name])
    else:
        check_sum(got["sums"]["percent"], {**summary, "tasks": summary["tasks"]["included"]})
    check_gap(got)
    red = [a["task"] for a in got["addends"] if a["counts"] and a["light"] == "red"]
    assert got["light"]["red_tasks"] == red
    assert (got["light"]["light"], got["light"]["reason"]) == (summary["light"], summary["reason"])
    assert got["light"]["rule"]


def check_origins(got, world):
    """Seq, position and times of every report and ruling are those of the ledger's newest."""
    newest = {}
    for where, (_, seq, received, agency, content, *said_with) in records(world):
        key = content[1], "@office" if content[0] == 2 else agency
        if key not in newest or seq > newest[key]["seq"]:
            newest[key] = {"seq": seq, "position": where, "at": content[2], "received": received,
                           "key": said_with[0] if said_with else None}
    silent = {"seq": None, "position": None, "at": None, "received": None, "key": None}
    for addend in got["addends"]:
        for report in addend["reports"]:
            want = newest.get((addend["task"], report["agency"]), silent)
            assert {key: report[key] for key in silent} == want
        want = newest.get((addend["task"], "@office"))
        assert (addend["ruling"] is None) == (want is None)
        assert want is None or {key: addend["ruling"][key] for key in silent} == want


def test_every_scope_of_the_real_plan_adds_up_to_what_is_published(loaded, plan):
    store = loaded.redis.client
    kept = {topic.decode(): client.unpack(payload)["data"]
            for topic, payload in store.hgetall(loaded.redis.key("summary")).items()}
    scopes = scopes_of(plan)
    assert len(scopes) == len(kept)
    for scope in scopes:
        got = explained(loaded, scope)
        topic = f"{PLAN}/{scope}/"
        assert got["published"]["is"] == "same" and got["summary"] == kept[topic], scope
        check_page(got)
        check_origins(got, loaded)


def test_a_number_of_a_task_is_that_of_its_parts(loaded):
    got = explained(loaded, "task/17")
    counted = [r["basis_points"] for r in got["addends"][0]["reports"] if r["counts_for_task"]]
    assert got["mean"] == {"sum": sum(counted), "parts": 2, "basis_points": sum(counted) // 2,
                           "after_ruling": sum(counted) // 2}
    assert got["days"] == {"passed": 90, "length": 365, "frozen": True}
    assert got["addends"][0]["expected"]["basis_points"] == 2465


@pytest.mark.parametrize("task, disposition, percent", [
    (1, "cancelled", None), (17, "suspended", ...), (2, "returned", 99.99), (11, "verified", 100)])
def test_rulings_say_why_and_what_they_did(loaded, task, disposition, percent):
    got = explained(loaded, f"task/{task}")
    addend = got["addends"][0]
    assert addend["ruling"]["disposition"] == addend["disposition"] == disposition
    assert addend["ruling"]["reason"] == f"because of {task}"
    assert percent is ... or got["summary"]["percent"] == percent
    assert addend["counts"] == (disposition != "cancelled")
    text = explain(loaded, f"task/{task}").stdout
    assert re.search(rf"^Ruling +{disposition}: ", text, re.MULTILINE)
    assert f"Reason: because of {task}\n" in text


def test_a_cancelled_task_is_named_in_its_chapter_and_does_not_count(loaded):
    got = explained(loaded, "chapter/1")
    out = next(a for a in got["addends"] if a["task"] == 1)
    assert out["excluded"] == "cancelled" and "product" not in out and out["reports"] == []
    assert 1 not in got["costs"]
    text = explain(loaded, "chapter/1").stdout
    seq, position = out["ruling"]["seq"], out["ruling"]["position"]
    assert re.search(rf"^ +\(office\) +– +cancelled +{seq}  {position}  2026-03-31 18:00 ", text,
                     re.MULTILINE)


def test_a_withdrawn_report_counts_nothing_and_says_so(loaded):
    got = explained(loaded, "task/12")
    report = got["addends"][0]["reports"][0]
    assert (report["state"], report["percent"], report["withdrawn"]) == ("unreported", 0, True)
    assert re.search(rf"^lead +cnipa +0\.00 +withdrawn +{report['seq']} ",
                     explain(loaded, "task/12").stdout, re.MULTILINE)


def test_words_stand_with_a_task_always_and_elsewhere_when_asked_for(loaded):
    assert "  Summary: 办结\n" in explain(loaded, "task/2").stdout
    assert "办结" not in explain(loaded, "section/1.1").stdout
    assert "办结" in explain(loaded, "section/1.1", "--words").stdout
    assert "进展：办结\n" in explain(loaded, "agency/cnipa", "--words", "--lang", "zh").stdout
    assert "words" not in explained(loaded, "chapter/1")["addends"][1]["reports"][0]
    assert explained(loaded, "task/2")["addends"][0]["reports"][0]["words"]["summary"] == "办结"


def test_another_day_is_another_moment_than_what_is_published(loaded):
    got = explained(loaded, "overall", "--today", "2026-02-01")
    assert got["moment"]["today"] == "2026-02-01" and got["published"]["is"] == "other_moment"
    check_page(got)
    assert "of another moment: " in explain(loaded, "overall", "--today", "2026-02-01").stdout


def tampered(event, **data):
    event["data"].update(data)
    return client.pack(event)


def another_num(data):
    """The nearest that is shown as the same percent."""
    num, den = data["num"], data["den"]
    return num + 1 if (num + 1) // den == num // den else num - 1


@pytest.mark.parametrize("change, kind, says", [
    (lambda e: tampered(e, num=another_num(e["data"])), "differs", "num is {num1}, the ledger gives {num}"),
    (lambda e: tampered(e, light="grey"), "differs", "light is grey, the ledger gives "),
    (lambda e: tampered(e, num=9550 * e["data"]["den"], percent=95.5,
                        gap=round(95.5 - e["data"]["expected"], 2)), "differs",
     "percent is 95.5, the ledger gives {percent}; num is "),
    (lambda e: tampered(e, percent=95.5), "unreadable", "cannot be read: data.percent: got 95.5"),
    (lambda e: b"\xc1", "unreadable", f"summary of {PLAN}/chapter/3/ cannot be read: "),
    (lambda e: tampered(e, key="2"), "unreadable", "is one of something else"),
    (lambda e: client.pack(e) + b"\xc0", "unreadable", "cannot be read"),
    (lambda e: None, "missing", None),
])
def test_a_tampered_summary_is_told_from_the_sum(loaded, change, kind, says):
    store, key, topic = loaded.redis.client, loaded.redis.key("summary"), f"{PLAN}/chapter/3/"
    payload = store.hget(key, topic)
    was = client.unpack(payload)["data"]
    other = change(client.unpack(payload))
    try:
        store.hdel(key, topic) if other is None else store.hset(key, topic, other)
        got = explained(loaded, "chapter/3", want=65)["published"]
        text = explain(loaded, "chapter/3", want=65).stdout.split("\nPublished")[1]
        assert got["is"] == kind and "tuijin verify" in text
        if says:
            says = says.format(num1=another_num(was), **was)
            assert says in (got.get("differences") or got["error"]) and says in text
        assert explained(loaded, "chapter/3", "--as-of", "2026-03-31", want=0 if kind == "differs" else 65)
    finally:
        store.hset(key, topic, payload)


def test_nothing_kept_is_no_failure(written):
    plan = write(written)
    assert explained(written, "overall", "--plan", plan)["published"] == {"is": "none"}


# Moments

@pytest.fixture(scope="module")
def written():
    """A store whose ledgers are written by hand."""
    with World() as w:
        yield w


def write(world, *steps):
    """A small plan of its own with these entries behind it; its id."""
    plan = f"small-{next(numbers)}"
    ledgers.write(world, plan, [SMALL.format(id=plan), *steps])
    return plan


seqs = itertools.count(1)


def said(agency, task, percent, at, received=None, state=None, *texts):
    state = state or {0: "not_started", 100: "completed"}.get(percent, "in_progress")
    return [1, next(seqs), ms(received or at), agency,
            [0, task, ms(at), state, round(percent * 100), *texts]]


def ruled(task, disposition, at, reason="why"):
    return [1, next(seqs), ms(at), "jco", [2, task, ms(at), disposition, reason]]


@pytest.fixture(scope="module")
def corrected(written):
    """mof says 10 for March; in July it says that it was 40 then; in between, 60 for June."""
    return write(written,
                 [said("mof", 1, 10, "2026-03-31T12:00"), ruled(2, "cancelled", "2026-03-31T12:00")],
                 [said("mof", 1, 60, "2026-06-30T12:00")],
                 [said("mof", 1, 40, "2026-03-31T18:00", "2026-07-05T12:00")],
                 [ruled(2, "open", "2026-08-01T12:00")])


def percent_of(world, plan, got):
    """What counts of the first report, which is what the ledger has where the page says."""
    report = got["addends"][0]["reports"][0]
    said = [content for where, (_, seq, _, _, content, *_) in records(world, plan)
            if (where, seq) == (report["position"], report["seq"])]
    assert [content[4] for content in said] in ([], [report["basis_points"]])
    return report["percent"] if said else None


@pytest.mark.parametrize("as_of, entries, want", [
    (None, None, 40), ("2026-03-31T12:00", None, 10), ("2026-03-31T11:59", None, None),
    ("2026-03-31", None, 40), (None, 2, 10), (None, 3, 60), ("2026-03-31", 3, 10)])
def test_two_clocks(written, corrected, as_of, entries, want):
    ledger = written.redis.client.xrange(written.redis.key("ledger", corrected))
    flags = ["--plan", corrected, *(["--as-of", as_of] if as_of else [])]
    if entries:
        flags += ["--known-at", ledger[entries - 1][0].decode()]
    got = explained(written, "task/1", *flags)
    assert percent_of(written, corrected, got) == want
    check_page(got)
    assert got["moment"]["as_of"] == (as_of and ms(as_of if "T" in as_of else as_of + "T23:59")
                                      + 59_999)


def test_a_page_says_which_moment_it_is_of(written, corrected):
    flags = ["--plan", corrected, "--as-of", "2026-03-31T12:00", "--known-at", "2099-01-01"]
    text = explain(written, "overall", *flags).stdout
    assert "what was known at 2099-01-01 23:59:59 of 2026-03-31 12:00:59\n" in text
    assert " · as of 2026-03-31 · " in text
    assert "no task is included" not in text and "cancelled" in text


def check_periods(got):
    """The outcomes of a task's obligations give the rates of its summary."""
    for period in (got["summary"]["period"], got["summary"]["last_period"]):
        rows = [p["reports"] for p in got["periods"] if period and p["name"] == period["name"]]
        outcomes = [r["outcome"] for reports in rows for r in reports]
        assert period is None or (period["expected"], period["reported"], period["on_time"]) == (
            sum(o != "not_expected" for o in outcomes), sum(o in ("on_time", "late") for o in outcomes),
            outcomes.count("on_time"))


def test_random_ledgers_add_up_to_what_an_independent_recomputation_gives(written):
    seed = random.randrange(2**32)
    print("seed", seed)
    rng = random.Random(seed)
    for plan_id in (f"random-{n}" for n in range(6)):
        raw = random_plans.random_plan(rng, plan_id, *random_plans.random_days(
            rng, random_plans.window(rng)))
        today = rng.choice(random_plans.all_edges([raw]))
        ledgers.write(written, plan_id, ledgers.random_ledger(rng, raw, [today]))
        plan, state = ledgers.read(written, plan_id)
        want = rollup.summaries(plan, state, plan.day_start(today))
        for scope in rng.sample(scopes_of(plan), min(12, len(scopes_of(plan)))):
            flags = [scope, "--plan", plan_id, "--today", today.isoformat()]
            got = explained(written, *flags)
            assert got["summary"] == want[f"{plan_id}/{scope}/"], flags
            check_page(got)
            if got["scope"] == "task":
                check_periods(got)
            explain(written, *flags, "--words", "--lang", rng.choice(("zh", "en")))


# Parts, dates, periods

def test_a_member_that_is_out_is_said_to_be_with_its_days(written):
    plan = write(written, [said("mof", 3, 100, "2026-06-29T12:00"), said("jco", 3, 50, "2026-06-29T12:00")])
    got = explained(written, "task/3", "--plan", plan, "--today", TODAY)
    parts = {r["agency"]: r for r in got["addends"][0]["reports"]}
    assert parts["mof"]["excluded"] == parts["sta"]["excluded"] == "not_in_force"
    assert (parts["mof"]["until"], parts["sta"]["from"]) == ("2026-06-29", "2026-07-01")
    assert got["mean"] == {"sum": 5000, "parts": 1, "basis_points": 5000, "after_ruling": 5000}
    text = explain(written, "task/3", "--plan", plan, "--today", TODAY).stdout
    assert re.search(r"^participant +mof +100\.00 .* no: member until 2026-06-29$", text, re.MULTILINE)
    assert re.search(r"^participant +sta .* no: member from 2026-07-01$", text, re.MULTILINE)
    agency = explained(written, "agency/mof", "--plan", plan, "--today", TODAY)
    assert [a.get("excluded") for a in agency["addends"]] == [None, None, "not_in_force"]
    check_page(agency)
    assert "member until 2026-06-29\n" in explain(written, "agency/mof", "--plan", plan,
                                                  "--today", TODAY).stdout


def test_a_participant_of_a_lead_task_does_not_count_for_it(written):
    plan = write(written, [said("mof", 2, 100, "2026-06-29T12:00")])
    got = explained(written, "task/2", "--plan", plan, "--today", TODAY)
    assert [r["counts_for_task"] for r in got["addends"][0]["reports"]] == [True, False]
    assert got["summary"]["percent"] == 0
    assert "no: the lead counts alone\n" in explain(written, "task/2", "--plan", plan).stdout
    own = explained(written, "agency/mof", "--plan", plan, "--today", TODAY)["sums"]
    assert (own["participant"]["num"], own["lead"]["num"], own["own"]["num"]) == (10000, 0, 10000)


def test_periods_say_who_was_in_time(written):
    plan = write(written, [said("mof", 1, 10, "2026-03-31T12:00", "2026-04-10T23:59"),
                           said("sta", 1, 10, "2026-03-30T12:00", "2026-04-11T00:00"),
                           said("mof", 1, 20, "2026-07-01T12:00")])
    got = explained(written, "task/1", "--plan", plan, "--today", "2026-07-11")
    outcomes = {p["name"]: {r["agency"]: r["outcome"] for r in p["reports"]} for p in got["periods"]}
    assert outcomes == {"2026-Q1": {"mof": "on_time", "sta": "late"},
                        "2026-Q2": {"mof": "missed", "sta": "missed"},
                        "2026-Q3": {"mof": "on_time", "sta": "awaited"}}
    assert [p["due"] for p in got["periods"]] == ["2026-04-10", "2026-07-10", "2026-10-10"]
    text = explain(written, "task/1", "--plan", plan, "--today", "2026-07-11").stdout
    assert re.search(r"^2026-Q1 +2026-04-10 +mof +2026-04-10 23:59:00 +on time\n"
                     r" +sta +2026-04-11 00:00:00 +late\n"
                     r"2026-Q2 +2026-07-10 +mof +– +missed\n", text, re.MULTILINE)


def test_a_scope_names_what_is_missed_or_late_in_the_last_due_period(written):
    plan = write(written, [said("mof", 1, 10, "2026-03-31T12:00", "2026-04-10T23:59"),
                           said("sta", 1, 10, "2026-03-30T12:00", "2026-04-11T00:00"),
                           said("mof", 2, 20, "2026-04-12T12:00"), ruled(3, "cancelled", "2026-04-12T12:00")])
    flags = ["--plan", plan, "--today", "2026-04-12"]
    got = explained(written, "overall", *flags)
    last, now = got["periods"]
    assert (last["name"], last["which"], now["name"], now["which"]) == ("2026-Q1", "last_due", "2026-Q2", "current")
    failing = [(r["task"], r["agency"], r["outcome"], r["first_received"]) for r in last["reports"]]
    assert failing == [(1, "sta", "late", ms("2026-04-11T00:00")), (2, "jco", "missed", None),
                       (2, "mof", "missed", None), (4, "sta", "missed", None)]
    for period, key in ((last, "last_period"), (now, "period")):
        want = got["summary"][key]
        assert {k: period[k] for k in ("expected", "reported", "on_time")} == \
            {k: want[k] for k in ("expected", "reported", "on_time")}
    assert last["expected"] - last["reported"] == sum(r[2] == "missed" for r in failing)
    assert last["reported"] - last["on_time"] == sum(r[2] == "late" for r in failing)
    own = explained(written, "agency/sta", *flags)["periods"][0]["reports"]
    assert [(r["task"], r["agency"]) for r in own] == [(1, "sta"), (4, "sta")]
    text = explain(written, "overall", *flags).stdout
    assert f"last due period 2026-Q1: {last['reported']} of {last['expected']} reported, 1 in time\n" in text
    assert re.search(r"^1  A +sta +2026-04-11 00:00:00  late\n2  B +jco +– +missed\n", text, re.MULTILINE)
    chinese = explain(written, "overall", *flags, "--lang", "zh").stdout
    assert re.search(r"^上一应报期 2026-Q1：应报 \d 项，已报 2 项，按时 1 项$", chinese, re.MULTILINE)
    assert re.search(r"^4  丁 +税务总局 +– +未报$", chinese, re.MULTILINE)


def test_no_part_of_a_cancelled_task_counts(written):
    plan = write(written, [said("mof", 1, 40, "2026-03-31T12:00"), ruled(1, "cancelled", "2026-04-01T12:00")])
    flags = ["--plan", plan, "--today", TODAY]
    got = explained(written, "task/1", *flags)
    reports = got["addends"][0]["reports"]
    assert [(r["counts_for_task"], r["excluded"]) for r in reports] == [(False, "cancelled")] * 2
    assert got["mean"] is None and got["summary"]["percent"] is None
    text = explain(written, "task/1", *flags).stdout
    assert len(re.findall(r" no: task cancelled$", text, re.MULTILINE)) == 2
    assert "\nPercent     –  the task is cancelled: nothing of it counts\n" in text and "Σ p / n" not in text


def test_letters_are_explained_once(written):
    plan = write(written)
    for scope in ("overall", "agency/mof", "task/1"):
        for language, words in (("en", "P progress of the task · p progress of the agency · "
                                 "w weight · E expected by the calendar\n"),
                                ("zh", "P 任务进度 · p 单位进度 · w 权重 · E 序时进度\n")):
            assert explain(written, scope, "--plan", plan, "--lang", language).stdout.count(words) == 1


@pytest.mark.parametrize("flags, ahead", [
    (["--today", "2099-01-01"], True), (["--as-of", "2099-01-01"], True), (["--known-at", "2099-01-01"], True),
    (["--as-of", "2026-03-31"], False), ([], False)])
def test_what_has_not_come_yet_is_said_to_be_a_projection(written, flags, ahead):
    plan = write(written)
    flags = ["--plan", plan, "--today", TODAY, *flags] if "--as-of" in flags and not ahead else \
        ["--plan", plan, *flags]
    assert explained(written, "overall", *flags)["moment"]["projection"] is ahead
    note = "this moment is in the future: a projection on what is known now\n"
    assert (note in explain(written, "overall", *flags).stdout) is ahead
    assert ("该时点尚未到来，以下为按目前所知的推演\n" in explain(written, "overall", *flags, "--lang", "zh").stdout) is ahead


def test_a_task_that_is_lost_is_found_in_the_revision_that_had_it(written):
    plan = f"small-{next(numbers)}"
    first = SMALL.format(id=plan)
    second = first.replace("revision: 1", "revision: 2").split("      - {number: 4")[0]
    ledgers.write(written, plan, [first, second.replace("{id: sta,", "{id: sta,")])
    done = explain(written, "task/4", "--plan", plan, want=65)
    assert re.search(rf"plan {plan} revision 2 has no task 4, but 1 to 3; revision 1 had it until "
                     r"\d{4}-\d\d-\d\d: see 'tuijin history --task 4', or --known-at for then", done.stderr)
    assert "if an earlier revision had it" in explain(written, "task/5", "--plan", plan, want=65).stderr
    assert "\nTask 4  D (last in revision 1)\n" in written.tuijin(
        "history", "--task", 4, "--plan", plan, "--lang", "en", "--redis", written.redis.url).stdout


@pytest.mark.parametrize("scope", ["overall", "agency/cnipa", "task/17", "task/9"])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100, 140])
def test_a_page_fits_the_terminal(loaded, scope, language, width):
    shown = on_a_terminal([BUILD / "tuijin", "explain", scope, "--words", "--redis", loaded.redis.url,
                           "--lang", language], width)
    wide = [line for line in shown.splitlines() if columns(line) > width]
    assert not wide, "\n".join(wide)


def test_text_that_turns_around_is_escaped(written):
    plan = write(written, [said("jco", 2, 20, "2026-03-01T12:00", None, None, True, "a\u202eb\u2066c")])
    for command in (["explain", "task/2"], ["history", "--task", "2"]):
        text = written.tuijin(*command, "--plan", plan, "--redis", written.redis.url).stdout
        assert "\u202e" not in text and "\u2066" not in text and r"a\xe2\x80\xaeb" in text


# Rules in words

COUNTED = ((1, "mof"), (1, "sta"), (2, "jco"), (3, "jco"))
IN_TIME = [said(a, t, 20, "2026-03-30T12:00") for t, a in COUNTED]
HALFWAY = [said(a, t, 50, "2026-06-29T12:00") for t, a in COUNTED]


@pytest.mark.parametrize("name, scope, today, step, light, rule", [
    ("green", "task/2", "2026-03-31", IN_TIME, "green",
     "gap -4.65 > -10; not blocked, no period missed, not stale"),
    ("behind", "task/2", "2026-05-31", IN_TIME, "yellow", "gap -21.36 ≤ -10"),
    ("far behind", "task/2", TODAY, [said("jco", 2, 19.57, "2026-06-30T12:00")], "red",
     "gap -30.01 < -30"),
    ("overdue", "task/4", TODAY, [said("sta", 4, 90, "2026-06-30T12:00")], "red",
     "due 2026-05-31, today is 2026-06-30: 30 days over"),
    ("silent", "task/2", "2026-04-10", [], "grey",
     "nothing is reported, and no period is due yet: the first, 2026-Q1, on 2026-04-10"),
    ("missed", "task/1", "2026-04-11", [said("mof", 1, 40, "2026-03-30T12:00")], "yellow",
     "2026-Q1 (due 2026-04-10) missed by sta"),
    ("missed twice", "task/1", "2026-07-11", [said(a, 1, 60, "2026-07-01T12:00") for a in ("mof", "sta")],
     "red", "2026-Q2 (due 2026-07-10) missed by mof, sta; 2026-Q1 (due 2026-04-10) missed by mof, sta"),
    ("blocked", "task/1", "2026-02-01", [said("sta", 1, 20, "2026-01-30T12:00", None, "blocked")],
     "yellow", "blocked, says sta"),
    ("stale", "task/2", "2026-07-10", [said("jco", 2, 60, "2026-03-29T12:00")], "yellow",
     "the newest report is of 2026-03-29, 103 days ago: more than the 92 days of 2026-Q3 and 10 due days"),
    ("completed", "task/1", TODAY, [said(a, 1, 100, "2026-06-01T12:00") for a in ("mof", "sta")],
     "blue", "every part that counts is completed: 2"),
    ("suspended", "task/1", TODAY, [ruled(1, "suspended", "2026-06-01T12:00")], "grey",
     "the office ruled so for 2026-06-01 (seq "),
    ("none red", "overall", "2026-03-31",
     [said(a, t, 50, "2026-03-29T12:00") for t, a in (*COUNTED, (4, "sta"))], "green",
     "gap +15.36 > -10; no task is red"),
    ("many red", "overall", TODAY, HALFWAY + [said("sta", 4, 99, "2026-06-29T12:00")], "red",
     "25% of the tasks are red (1 of 4, 20% or more): 4"),
    ("behind as a whole", "overall", TODAY,
     [said(a, t, 30, "2026-06-29T12:00") for t, a in COUNTED] + [said("sta", 4, 100, "2026-05-29T12:00")],
     "yellow", "gap -16.32 ≤ -10"),
    ("all done", "agency/sta", TODAY, [said("sta", 1, 100, "2026-06-29T12:00"),
     said("mof", 1, 100, "2026-06-29T12:00"), said("sta", 4, 100, "2026-06-29T12:00")], "blue",
     "all included tasks are verified or completed: 2"),
    ("nothing", "chapter/1", TODAY, [ruled(t, "cancelled", "2026-06-01T12:00") for t in (1, 2, 3, 4)],
     "grey", "no task is included: 4 cancelled"),
])
def test_the_rule_that_lit_a_light_in_words_and_numbers(written, name, scope, today, step, light, rule):
    plan = write(written, step) if step else write(written)
    got = explained(written, scope, "--plan", plan, "--today", today)
    check_page(got)
    assert (got["light"]["light"], got["light"]["rule"].startswith(rule)) == (light, True), got["light"]
    text = explain(written, scope, "--plan", plan, "--today", today).stdout
    assert re.search(rf"^Light +{light}  .*{re.escape(got['light']['rule'])}$", text, re.MULTILINE), text


def test_fewer_red_tasks_than_the_plan_allows_are_a_yellow_light(written):
    text = SMALL.format(id="many").replace("reporting:", "lights: {red_share: 30}\nreporting:")
    ledgers.write(written, "many", [text, HALFWAY + [said("sta", 4, 99, "2026-06-29T12:00")]])
    got = explained(written, "overall", "--plan", "many", "--today", TODAY)
    assert got["light"] == {"light": "yellow", "reason": "red_tasks", "red_tasks": [4],
                            "rule": "25% of the tasks are red (1 of 4, below 30%): 4"}


def test_a_percent_raised_to_a_hundredth_says_so(written):
    plan = write(written, [said("jco", 2, 0.01, "2026-01-01T12:00")])
    got = explained(written, "overall", "--plan", plan, "--today", "2026-01-01")
    assert got["sums"]["percent"]["raised"] and got["summary"]["percent"] == 0.01
    check_page(got)
    text = explain(written, "overall", "--plan", plan, "--today", "2026-01-01").stdout
    assert "1 / 6 = 0 hundredths of a percent, floored; as some percent is above 0, at least 0.01" in text


# The page

def columns_of(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scope", ["overall", "agency/cnipa", "task/9", "section/1.1"])
def test_positions_stand_below_each_other(loaded, scope, language):
    text = explain(loaded, scope, "--lang", language).stdout
    begins = {columns_of(line[:found.start()]) for line in text.split("\n\n")[2].splitlines()
              if (found := re.search(r" \d{13}-\d+  ", line))}
    assert len(begins) == 1, text
    assert not re.search(r" $", text, re.MULTILINE)


def test_what_costs_the_most_is_a_table_of_ten(loaded):
    got = explained(loaded, "overall")
    text = explain(loaded, "overall").stdout.split("What costs the most\n")[1].split("\n\n")[0]
    rows = text.splitlines()[1:]
    shown = [int(row.split()[0]) for row in rows if not row.startswith("…")]
    behind = sum(a["counts"] and a["cost"] < 0 for a in got["addends"])
    assert shown == got["costs"][:10] and rows[-1] == f"… and {behind - 10} more tasks behind"


def test_nothing_costs_anything_where_nothing_is_behind(written):
    plan = write(written, [said("sta", 4, 100, "2026-01-01T12:00"), ruled(2, "verified", "2026-01-01T12:00")])
    flags = ["--plan", plan, "--today", "2025-12-31"]
    assert "Nothing costs anything: no task is behind\n" in explain(written, "overall", *flags).stdout


def test_what_a_screen_must_not_show_is_escaped(written):
    evil = "a\x1b[31mb\r\x00\nsecond line\tc"
    plan = write(written, [said("jco", 2, 20, "2026-03-01T12:00", None, None, True, evil, "问题", None,
                                [["t\x1b]0;x", "https://e.org/\x07"]])])
    text = explain(written, "task/2", "--plan", plan, "--today", TODAY).stdout
    assert r"a\x1b[31mb" in text and "second line" in text and "  Asks for help\n" in text
    assert r"Evidence: t\x1b]0;x <https://e.org/\x07>" in text
    words = explained(written, "task/2", "--plan", plan)["addends"][0]["reports"][0]["words"]
    assert words["summary"] == evil and words["help"] is True and words["problems"] == "问题"


@pytest.mark.parametrize("args, status, message", [
    ([], 64, "SCOPE"),
    (["chapter/8"], 65, "plan ipr-2026 revision 1 has no chapter 8, but 1 to 7"),
    (["section/1.9"], 65, "has no section 1.9, but 1.1 to 1."),
    (["section/7.1"], 65, "chapter 7 has no sections"),
    (["task/107"], 65, "plan ipr-2026 revision 1 has no task 107, but 1 to 106"),
    (["agency/xyz"], 65, "has no agency xyz"),
    (["overall/"], 64, "'overall/' is not the name of a scope; expected overall, chapter/2"),
    (["task/01"], 64, "'task/01' is not the name of a scope"),
    (["task/1234567890"], 64, "is not the name of a scope"),
    (["agency/"], 64, "'agency/' is not the name of a scope"),
    (["overall", "--as-of", "2026-02-30"], 64, "--as-of: got '2026-02-30', but there is no day 2026-02-30"),
    (["overall", "chapter/1"], 64, "tuijin explain"),
    (["overall", "--as-of", "yesterday"], 64, "--as-of: got 'yesterday'"),
    (["overall", "--as-of", "1774951200123-0"], 64, "--as-of"),
    (["overall", "--today", "2026-02-30"], 64, "--today: got '2026-02-30'"),
    (["overall", "--known-at", "2020-01-01"], 65, "nothing was known before"),
    (["overall", "--plan", "none"], 65, "plan none is not loaded"),
])
def test_what_is_wrong_is_said(loaded, args, status, message):
    done = explain(loaded, *args, want=status)
    assert done.stdout == "" and message in done.stderr


def test_help_has_examples(loaded):
    text = loaded.tuijin("explain", "--help").stdout
    assert "Examples:\n  tuijin explain overall\n" in text
