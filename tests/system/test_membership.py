"""Members of a group who come and go: which reports are taken of them, and how a plan shows it."""

import json
from datetime import datetime

import pytest
from harness import World, records, results, wait_for, word

PLAN = "members"
TEXT = """\
format: 1
id: members
revision: {revision}
title: {{zh: 成员变动, en: Members}}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "+08:00"
reporting: {{every: quarter, due_days: 10}}
office: jco
agencies:
  - {{id: jco, zh: 办公室}}
  - {{id: nbs, zh: 统计局}}
  - {{id: sta, zh: 税务局}}
  - {{id: mof, zh: 财政部}}
groups:
  - id: units
    zh: 各成员单位
    agencies:
      - {{id: nbs, from: {nbs}, until: 2026-09-30}}
      - {{id: sta, from: 2026-03-01}}
      - {{id: mof, until: 2026-06-30}}
chapters:
  - number: 1
    zh: 章
    tasks:
      - {{number: 1, zh: 一, duty: shared, agencies: [{first}]}}
      - {{number: 2, zh: 二, duty: lead, agencies: [nbs, "@units"]}}
"""


def plan_file(folder, revision=1, nbs="2026-04-01", first='jco, "@units"'):
    file = folder / f"members-{revision}-{nbs}.yaml"
    file.write_text(TEXT.format(revision=revision, nbs=nbs, first=first), encoding="utf-8")
    return file


def ms(local):
    """An instant from the plan's wall clock."""
    return int(datetime.fromisoformat(f"{local}+08:00").timestamp() * 1000)


@pytest.fixture(scope="module")
def members():
    with World() as w:
        w.load_plan(plan_file(w.folder))
        w.collector()
        yield w


def say(world, agency, entry):
    """The result of one entry."""
    ack = world.agency(agency, world.daemons[0], plan=PLAN).report(world.next_seq(), entry)
    return ack["results"][0]


@pytest.mark.parametrize("agency, at, said", [
    ("nbs", "2026-03-31T23:59:59.999", "from 2026-04-01 until 2026-09-30 only, at is 2026-03-31"),
    ("nbs", "2026-04-01T00:00:00", None),
    ("nbs", "2026-09-30T23:59:59.999", None),
    ("nbs", "2026-10-01T00:00:00", "from 2026-04-01 until 2026-09-30 only, at is 2026-10-01"),
    ("sta", "2025-06-01T12:00:00", "from 2026-03-01 only, at is 2025-06-01"),
    ("sta", "2026-03-01T00:00:00", None),
    ("mof", "2025-06-01T12:00:00", None),
    ("mof", "2026-06-30T23:00:00", None),
    ("mof", "2026-07-01T01:00:00", "until 2026-06-30 only, at is 2026-07-01"),
    ("jco", "2026-10-01T00:00:00", None),
])
def test_a_report_is_taken_on_the_days_of_the_membership(members, agency, at, said):
    before = len(records(members, PLAN))
    got = say(members, agency, word(1, 10, ms(at)))
    if said is None:
        assert got == {"task": 1, "result": "accepted"}
        assert len(records(members, PLAN)) == before + 1
        return
    assert got == {"task": 1, "result": "rejected", "code": "not_responsible",
                   "message": f"agency: {agency} answers for task 1 {said}"}
    assert len(records(members, PLAN)) == before


def test_the_dates_are_nothing_to_who_is_named_in_the_task(members):
    assert say(members, "nbs", word(2, 10, ms("2026-02-01T00:00:00")))["result"] == "accepted"
    assert say(members, "nbs", word(2, 11, ms("2026-11-01T00:00:00")))["result"] == "accepted"


def test_a_withdrawal_is_taken_on_any_day(members):
    assert say(members, "nbs", word(1, 10, ms("2026-05-01T00:00:00")))["result"] == "accepted"
    late = {"task": 1, "action": "withdraw", "at": ms("2026-11-01T00:00:00")}
    assert say(members, "nbs", late) == {"task": 1, "result": "accepted"}
    never = {"task": 1, "action": "withdraw", "at": ms("2025-11-01T00:00:00")}
    assert say(members, "sta", never) == {"task": 1, "result": "accepted"}


def test_the_other_rules_are_asked_first(members):
    outside = ms("2026-11-01T00:00:00")
    nbs = members.agency("nbs", members.daemons[0], plan=PLAN)
    ack = nbs.report(members.next_seq(), word(1, 101, outside), word(1, 10, outside),
                     word(3, 10, outside), word(2, 10, outside))
    assert results(ack) == ["bad_field", "duplicate_task", "unknown_task", "accepted"]


def test_a_revision_with_other_dates_is_judged_by_at_once(tmp_path):
    """The very first message after the load, and one that the old dates had refused."""
    with World() as w:
        w.load_plan(plan_file(w.folder))
        collector = w.collector()
        nbs, jco = (w.agency(a, collector, plan=PLAN) for a in ("nbs", "jco"))
        april, july = ms("2026-04-15T12:00:00"), ms("2026-07-15T12:00:00")
        assert results(nbs.report(1, word(1, 10, april))) == ["accepted"]
        w.load_plan(plan_file(w.folder, 2, "2026-07-01"))
        assert results(nbs.report(2, word(1, 20, april))) == ["not_responsible"]
        assert results(nbs.report(3, word(1, 20, july))) == ["accepted"]
        w.load_plan(plan_file(w.folder, 3, "2026-01-15"))
        wait_for(lambda: jco.report(w.next_seq(), word(1, 5, july))["kind"] == "ack", "an answer")
        assert results(nbs.report(4, word(1, 30, april))) == ["accepted"]
        assert [r["seq"] for r in nbs.status()["obligations"]] == [4, 0]


def test_plan_show_has_the_dates_in_both_languages(members):
    file = plan_file(members.folder)
    english = members.tuijin("plan", "show", file, "--lang", "en").stdout.splitlines()
    at = english.index("      1  一")
    assert english[at + 1] == ("         shared  jco +nbs (from 2026-04-01 until 2026-09-30) "
                               "+sta (from 2026-03-01) +mof (until 2026-06-30)")
    assert english[at + 3] == "         lead  nbs +sta (from 2026-03-01) +mof (until 2026-06-30)"
    chinese = members.tuijin("plan", "show", file, "--lang", "zh").stdout
    assert ("办公室 +统计局 (2026-04-01 至 2026-09-30) +税务局 (2026-03-01 起) "
            "+财政部 (至 2026-06-30)") in chinese


def test_plan_show_has_the_dates_in_json(members):
    shown = members.tuijin("plan", "show", PLAN, "--redis", members.redis.url, "--json").stdout
    one, two = json.loads(shown)["chapters"][0]["tasks"]
    assert one["agencies"] == ["jco", "nbs", "sta", "mof"]
    assert one["memberships"] == [{"id": "nbs", "from": "2026-04-01", "until": "2026-09-30"},
                                  {"id": "sta", "from": "2026-03-01"},
                                  {"id": "mof", "until": "2026-06-30"}]
    assert two["agencies"] == ["nbs", "sta", "mof"]
    assert [m["id"] for m in two["memberships"]] == ["sta", "mof"]


def test_plan_check_names_every_mistake_of_the_dates(members):
    file = plan_file(members.folder, nbs="2026-10-01", first='"@units", jco')
    done = members.tuijin("plan", "check", file)
    assert done.returncode == 65
    assert done.stderr.splitlines()[:-1] == [
        f"{file}:19:44: groups[0].agencies[0].until: got '2026-09-30', "
        "expected 2026-10-01 (from) or later",
        f"{file}:26:53: chapters[0].tasks[0].agencies[0]: nbs leads task 1 as a member of "
        "group units, where it has dates; name it in the task, or give it none"]
