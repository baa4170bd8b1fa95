"""What dates do to the numbers, as worked examples: the figures stand here as they are, and both a
real aggregator that is told what day it is and the recomputation of rollup.py must give them.
"""

import datetime
from dataclasses import dataclass

import ledgers
import looks
import planfile
import pytest
import random_plans
import rollup
from harness import World

STATES = {0: "not_started", 100: "completed"}


# Words. Times are those of the plan's offset.

def says(task, percent, at, received=None, by="a1", state=None, problems=None):
    def content(moment):
        found = [0, task, moment(at), state or STATES.get(percent, "in_progress"),
                 round(percent * 100)]
        return by, received or at, found + ([False, None, problems] if problems else [])
    return content


def withdraws(task, at, by="a1"):
    return lambda moment: (by, at, [1, task, moment(at)])


def rules(task, disposition, at):
    reason = [] if disposition in ("open", "verified") else ["按程序"]
    return lambda moment: ("a1", at, [2, task, moment(at), disposition, *reason])


def tasks(*more, **same):
    """A task for each map, all in one chapter."""
    return [{"number": n, "zh": "任务", "agencies": ["a1"], **same, **t}
            for n, t in enumerate(more, 1)]


ONE = tasks({})
LATER = tasks({"starts": "2026-11-01"})  # nothing is expected before


@dataclass
class Example:
    name: str
    plan: dict  # what differs from the plan below
    said: list
    looks: list  # (today, {topic without the plan: {field: value}})

    @property
    def id(self):
        return self.name.lower().replace(" ", "-")

    def text(self):
        raw = {
            "format": 1, "id": self.id, "revision": 1, "title": {"zh": "例"},
            "starts": "2026-01-01", "ends": "2026-12-31", "utc_offset": "+08:00",
            "reporting": {"every": "quarter", "due_days": 10}, "office": "a1",
            "agencies": [{"id": a, "zh": "单位"} for a in ("a1", "a2", "a3")], **self.plan,
        }
        raw["chapters"] = [{"number": 1, "zh": "章", "tasks": raw.pop("tasks", ONE)}]
        return random_plans.text_of(raw)

    def steps(self):
        text = self.text()
        plan = planfile.read_plan(text)

        def moment(local):
            at = datetime.datetime.fromisoformat(local)
            since_midnight = at - datetime.datetime.combine(at, datetime.time())
            return plan.day_start(at.date()) + since_midnight // datetime.timedelta(milliseconds=1)

        def record(seq, word):
            by, received, content = word(moment)
            return [1, seq, moment(received), by, content]
        return [text] + [[record(n, word)] for n, word in enumerate(self.said, 1)]


def lit(light, reason, **more):
    return {"light": light, "reason": reason, **more}


def counted(name, expected, reported, on_time):
    return {"name": name, "expected": expected, "reported": reported, "on_time": on_time}


GREEN = lit("green", None)
NOTHING = {"percent": None, "num": 0, "den": 0, "expected": None, "gap": None}
MONTHLY = {"reporting": {"every": "month", "due_days": 0}}

EXAMPLES = [
    Example("ten points behind are yellow", {"tasks": tasks({}, {})},
            [says(1, 14.66, "2026-03-20"), says(2, 14.65, "2026-03-20")],
            [("2026-03-31", {
                "task/1/": lit("green", None, percent=14.66, expected=24.65, gap=-9.99),
                "task/2/": lit("yellow", "behind", percent=14.65, expected=24.65, gap=-10.0),
                "overall/": lit("yellow", "behind", percent=14.65, expected=24.65, gap=-10.0)})]),
    Example("more than thirty points behind are red", {"tasks": tasks({}, {})},
            [says(1, 19.58, "2026-03-20"), says(2, 19.57, "2026-03-20")],
            [("2026-06-30", {
                "task/1/": lit("yellow", "behind", expected=49.58, gap=-30.0),
                "task/2/": lit("red", "behind", expected=49.58, gap=-30.01)})]),
    Example("thirty points behind are not red",
            {"lights": {"yellow": 10, "red": 30, "red_share": 0}}, [says(1, 19.58, "2026-03-20")],
            [("2026-03-31", {"overall/": lit("green", None, gap=-5.07)}),
             ("2026-06-30", {"overall/": lit("yellow", "behind", expected=49.58, gap=-30.0)})]),
    Example("thresholds of the plan",
            {"tasks": tasks({}, {}, {}), "lights": {"yellow": 0, "red": 5, "red_share": 100}},
            [says(1, 24.65, "2026-03-20"), says(2, 19.64, "2026-03-20"), says(3, 60, "2026-03-20")],
            [("2026-03-31", {
                "task/1/": lit("yellow", "behind", gap=0.0),
                "task/2/": lit("red", "behind", gap=-5.01),
                "task/3/": GREEN,
                "overall/": lit("yellow", "red_tasks", percent=34.76, gap=10.11)})]),
    Example("shared duty", {"tasks": tasks({"agencies": ["a1", "a2"], "duty": "shared"})},
            [says(1, 100, "2026-03-20"), says(1, 33.33, "2026-03-20", by="a2")],
            [("2026-03-31", {
                "task/1/": lit("green", None, percent=66.66, num=6666, den=1, state="in_progress"),
                "agency/a2/": lit("green", None, expected=24.65, gap=8.68)})]),
    Example("a cancelled task leaves the mean", {"tasks": tasks({}, {}, {}, {})},
            [says(1, 50, "2026-03-20"), says(2, 100, "2026-03-20"), says(4, 25, "2026-03-20"),
             rules(3, "cancelled", "2026-03-21")],
            [("2026-03-31", {
                "overall/": {"percent": 58.33, "num": 17500, "den": 3},
                "task/3/": lit("grey", "cancelled", **NOTHING, overdue_days=0,
                               period=counted("2026-Q1", 0, 0, 0), last_period=None)})]),
    Example("all tasks cancelled", {"tasks": tasks({}, {})},
            [says(1, 50, "2026-03-20"), rules(1, "cancelled", "2026-03-21"),
             rules(2, "cancelled", "2026-03-21")],
            [("2027-02-01", {
                "overall/": lit("grey", "empty", **NOTHING, period=None,
                                obligations={"expected": 0, "reported": 0},
                                last_period=counted("2026-Q4", 0, 0, 0)),
                "agency/a1/": lit("grey", "empty", expected=None, gap=None),
                "agency/a2/": lit("grey", "empty", expected=None, gap=None)})]),
    Example("a leap year", {"starts": "2024-01-01", "ends": "2024-12-31", **MONTHLY},
            [says(1, 20, "2024-02-29 23:59:59.999")],
            [("2024-02-29", {"task/1/": {"expected": 16.39, "period": counted("2024-02", 1, 1, 1),
                                         "last_period": counted("2024-01", 1, 0, 0)}}),
             ("2024-03-01", {"task/1/": {"expected": 16.66, "period": counted("2024-03", 1, 0, 0),
                                         "last_period": counted("2024-02", 1, 1, 1)}})]),
    Example("no leap year", {"starts": "2100-01-01", "ends": "2100-12-31", **MONTHLY},
            [says(1, 20, "2100-02-28 23:59:59.999"), says(1, 21, "2100-03-01")],
            [("2100-03-01", {"task/1/": {"expected": 16.43, "period": counted("2100-03", 1, 1, 1),
                                         "last_period": counted("2100-02", 1, 1, 1)}})]),
    Example("quarters over the end of a year", {"starts": "2025-07-01", "ends": "2026-06-30"},
            [says(1, 60, "2025-12-31 23:59:59.999"), says(1, 61, "2026-01-01")],
            [("2026-01-10", {"task/1/": {"expected": 53.15, "period": counted("2026-Q1", 1, 1, 1),
                                         "last_period": counted("2025-Q3", 1, 0, 0)}}),
             ("2026-01-11", {"task/1/": {"period": counted("2026-Q1", 1, 1, 1),
                                         "last_period": counted("2025-Q4", 1, 1, 1)}}),
             ("2026-06-30", {"task/1/": {"expected": 100.0,
                                         "period": counted("2026-Q2", 1, 0, 0)}}),
             ("2026-07-01", {"task/1/": {"expected": 100.0, "period": None,
                                         "last_period": counted("2026-Q1", 1, 1, 1)}})]),
    Example("half years", {"starts": "2025-07-01", "ends": "2026-06-30",
                           "reporting": {"every": "half", "due_days": 366}},
            [says(1, 60, "2025-12-31", received="2027-01-01"), says(1, 61, "2026-06-30")],
            [("2026-06-30", {"task/1/": {"period": counted("2026-H1", 1, 1, 1),
                                         "last_period": None}}),
             ("2027-01-02", {"task/1/": {"last_period": counted("2025-H2", 1, 1, 1)}})]),
    Example("years", {"starts": "2025-12-31", "ends": "2026-01-01",
                      "reporting": {"every": "year", "due_days": 0}},
            [says(1, 60, "2025-12-31"), says(1, 61, "2026-01-01"), says(1, 62, "2026-01-02")],
            [("2025-12-30", {"task/1/": {"expected": 0.0, "period": None, "last_period": None}}),
             ("2025-12-31", {"task/1/": {"expected": 50.0, "period": counted("2025", 1, 1, 1)}}),
             ("2026-01-01", {"task/1/": {"expected": 100.0, "period": counted("2026", 1, 1, 1),
                                         "last_period": counted("2025", 1, 1, 1)}}),
             ("2026-12-31", {"task/1/": {"last_period": counted("2025", 1, 1, 1)}}),
             ("2027-01-01", {"task/1/": {"last_period": counted("2026", 1, 1, 1)}})]),
    Example("what lies outside the plan counts for no period",
            {"starts": "2026-02-10", "ends": "2026-03-20", "tasks": tasks({}, {}, {}), **MONTHLY},
            [says(1, 40, "2026-02-09 23:59:59.999"), says(2, 40, "2026-02-10"),
             says(2, 41, "2026-03-20 23:59:59.999"), says(3, 100, "2026-03-21")],
            [("2026-03-20", {"overall/": {"period": counted("2026-03", 3, 1, 1),
                                          "last_period": counted("2026-02", 3, 1, 1)}}),
             ("2026-04-01", {"overall/": {"period": None,
                                          "last_period": counted("2026-03", 3, 1, 1)}})]),
]

for far in ("+14:00", "-11:00", "+05:45", "Z"):
    EXAMPLES.append(Example(
        f"the edge of the day at {far.strip('+-').replace(':', '')}",
        {"utc_offset": far, "tasks": tasks({}, {}, {})},
        [says(1, 30, "2026-03-31 23:59:59.999", received="2026-04-10 23:59:59.999"),
         says(2, 30, "2026-04-01", received="2026-04-01"),
         says(3, 30, "2026-01-01", received="2026-04-11")],
        [("2026-03-31", {"overall/": {"period": counted("2026-Q1", 3, 2, 1)}}),
         ("2026-04-10", {"overall/": {"period": counted("2026-Q2", 3, 1, 1),
                                      "last_period": None}}),
         ("2026-04-11", {"overall/": {"period": counted("2026-Q2", 3, 1, 1),
                                      "last_period": counted("2026-Q1", 3, 2, 1)}})]))

EXAMPLES += [
    Example("due today", {"tasks": tasks({}, {}, {}, due="2026-05-31")},
            [says(1, 90, "2026-02-01"), says(1, 90.01, "2026-05-30"), says(2, 100, "2026-05-30"),
             says(3, 50, "2026-02-01"), says(3, 100, "2026-05-30"),
             rules(3, "returned", "2026-05-31")],
            [("2026-05-31", {"task/1/": lit("green", None, expected=100.0, gap=-9.99,
                                            overdue_days=0),
                             "task/2/": lit("blue", "completed", gap=0.0),
                             "task/3/": lit("green", None, percent=99.99, state="in_progress")}),
             ("2026-06-01", {"task/1/": lit("red", "overdue", expected=100.0, overdue_days=1),
                             "task/2/": lit("blue", "completed", overdue_days=0),
                             "task/3/": lit("red", "overdue", overdue_days=1)})]),
    Example("periods before the first report", {"tasks": LATER}, [says(1, 5, "2026-11-02")],
            [("2026-04-10", {"task/1/": {"expected": 0.0, "last_period": None}}),
             ("2026-04-11", {"task/1/": lit("yellow", "missed_period", gap=5.0,
                                            last_period=counted("2026-Q1", 1, 0, 0))}),
             ("2026-07-10", {"task/1/": lit("yellow", "missed_period")}),
             ("2026-07-11", {"task/1/": lit("red", "missed_periods",
                                            last_period=counted("2026-Q2", 1, 0, 0))}),
             ("2027-01-11", {"task/1/": lit("red", "overdue",
                                            last_period=counted("2026-Q4", 1, 1, 1))})]),
    Example("nothing said", {"tasks": LATER}, [],
            [("2026-04-10", {"task/1/": lit("grey", "unreported", state="unreported", gap=0.0),
                             "overall/": lit("grey", "unreported"),
                             "agency/a1/": lit("grey", "unreported"),
                             "agency/a2/": lit("grey", "empty")}),
             ("2026-04-11", {"task/1/": lit("yellow", "missed_period"), "overall/": GREEN}),
             ("2026-07-11", {"task/1/": lit("red", "missed_periods"),
                             "overall/": lit("red", "red_tasks")})]),
    Example("suspended and reopened", {"tasks": tasks({}, {}, {"due": "2026-02-28"})},
            [rules(1, "suspended", "2026-03-31 23:59:59.999"),
             rules(2, "suspended", "2026-03-31"), rules(2, "open", "2026-04-20"),
             rules(3, "suspended", "2027-05-01")],
            [("2026-06-30", {
                "task/1/": lit("grey", "suspended", expected=24.65, gap=-24.65, overdue_days=0,
                               last_period=counted("2026-Q1", 1, 0, 0)),
                "task/2/": lit("red", "behind", expected=49.58),
                "task/3/": lit("grey", "suspended", expected=100.0, overdue_days=0),
                "overall/": {"expected": 58.07}}),
             ("2026-02-28", {"task/1/": {"expected": 24.65}}),
             ("2027-02-28", {"task/1/": {"expected": 24.65, "overdue_days": 0},
                             "task/2/": lit("red", "overdue", overdue_days=59)})]),
    Example("verified before and in a period", {"tasks": tasks({}, {}, {})},
            [rules(1, "verified", "2026-03-31 23:59:59.999"), rules(2, "verified", "2026-04-01"),
             rules(3, "verified", "2026-02-01"), rules(3, "open", "2026-02-02")],
            [("2026-04-11", {
                "task/1/": lit("blue", "verified", percent=100.0, gap=72.33,
                               period=counted("2026-Q2", 0, 0, 0),
                               last_period=counted("2026-Q1", 1, 0, 0)),
                "task/2/": {"period": counted("2026-Q2", 1, 0, 0)},
                "overall/": {"period": counted("2026-Q2", 2, 0, 0)}})]),
    Example("a withdrawal does not unreport a period", {},
            [says(1, 60, "2026-02-01"), withdraws(1, "2026-02-02")],
            [("2026-03-31", {"task/1/": {"state": "unreported", "percent": 0.0,
                                         "obligations": {"expected": 1, "reported": 0},
                                         "period": counted("2026-Q1", 1, 1, 1)}})]),
    Example("the first receipt of a period counts", {},
            [says(1, 60, "2026-03-30", received="2026-04-12"),
             says(1, 61, "2026-02-01", received="2026-04-10"),
             says(1, 62, "2026-03-31", received="2026-05-01")],
            [("2026-04-11", {"task/1/": {"last_period": counted("2026-Q1", 1, 1, 1)}})]),
    Example("stale", {"tasks": tasks({}, {}, starts="2026-11-01"), **MONTHLY},
            [says(1, 5, "2026-01-03 23:59:59.999"), says(2, 5, "2026-01-04")],
            [("2026-02-01", {"task/1/": lit("yellow", "stale"), "task/2/": GREEN,
                             "overall/": GREEN})]),
    Example("stale goes by the newest of a shared task",
            {"tasks": tasks({"agencies": ["a1", "a2"], "duty": "shared", "starts": "2026-11-01"}),
             **MONTHLY},
            [says(1, 5, "2026-01-01"), says(1, 5, "2026-01-04", by="a2")],
            [("2026-02-01", {"task/1/": GREEN}),
             ("2026-02-02", {"task/1/": lit("yellow", "stale")})]),
    Example("missed by one of those who count",
            {"tasks": tasks({"duty": "shared"}, {"duty": "lead"}, agencies=["a1", "a2"],
                            starts="2026-11-01")},
            [says(1, 5, "2026-02-01"), says(2, 5, "2026-02-01")],
            [("2026-04-11", {"task/1/": lit("yellow", "missed_period",
                                            last_period=counted("2026-Q1", 2, 1, 1)),
                             "task/2/": lit("green", None, last_period=counted("2026-Q1", 2, 1, 1)),
                             "agency/a2/": {"last_period": counted("2026-Q1", 2, 0, 0)}})]),
    Example("blocked", {"tasks": LATER},
            [says(1, 5, "2026-02-01", state="blocked", problems="经费未到位")],
            [("2026-03-31", {"task/1/": lit("yellow", "blocked", state="blocked"),
                             "overall/": GREEN})]),
    Example("a fifth of the tasks red", {"tasks": tasks(*[{}] * 5)},
            [says(n, 40, "2026-03-20") for n in (1, 2, 3, 4)],
            [("2026-06-20", {"overall/": lit("red", "red_tasks", percent=32.0, gap=-14.84)})]),
    Example("less than a fifth of the tasks red", {"tasks": tasks(*[{}] * 6)},
            [says(n, 60, "2026-03-20") for n in (1, 2, 3, 4, 5)],
            [("2026-06-20", {"overall/": lit("yellow", "red_tasks", percent=50.0, gap=3.16)})]),
    Example("weights", {"tasks": tasks({"weight": 3, "due": "2026-06-30"}, {"weight": 1})},
            [says(1, 50, "2026-03-20"), says(2, 0, "2026-03-20")],
            [("2026-03-31", {"task/1/": {"num": 15000, "den": 3, "expected": 49.72, "gap": 0.28},
                             "overall/": {"percent": 37.5, "expected": 43.45, "gap": -5.95}})]),
    Example("members for a part of the year",
            {"groups": [{"id": "g", "zh": "组", "agencies": [
                "a1", {"id": "a2", "from": "2026-03-31", "until": "2026-06-29"},
                {"id": "a3", "from": "2026-04-01"}]}],
             "tasks": tasks({"agencies": ["a1", "@g"], "duty": "shared", "starts": "2026-11-01"})},
            [says(1, 90, "2026-02-01"), says(1, 30, "2026-04-02", by="a2"),
             says(1, 60, "2026-05-01")],
            [("2026-03-30", {"task/1/": {"percent": 60.0,
                                         "obligations": {"expected": 1, "reported": 1},
                                         "period": counted("2026-Q1", 2, 1, 1)},
                             "agency/a2/": lit("grey", "empty", expected=None, gap=None)}),
             ("2026-03-31", {"task/1/": {"percent": 45.0},
                             "agency/a2/": {"obligations": {"expected": 1, "reported": 1}}}),
             ("2026-06-29", {"task/1/": lit("yellow", "missed_period", percent=30.0, num=3000,
                                            obligations={"expected": 3, "reported": 2},
                                            period=counted("2026-Q2", 2, 1, 1),
                                            last_period=counted("2026-Q1", 2, 1, 1))}),
             ("2026-06-30", {"task/1/": {"percent": 30.0, **lit("yellow", "missed_period"),
                                         "obligations": {"expected": 2, "reported": 1},
                                         "period": counted("2026-Q2", 2, 1, 1)}})]),
    Example("a plan of one day", {"starts": "2026-05-05", "ends": "2026-05-05"},
            [says(1, 50, "2026-05-05")],
            [("2026-05-04", {"task/1/": lit("green", None, expected=0.0, gap=50.0, period=None)}),
             ("2026-05-05", {"task/1/": lit("red", "behind", expected=100.0, gap=-50.0,
                                            period=counted("2026-Q2", 1, 1, 1))}),
             ("2026-05-06", {"task/1/": lit("red", "overdue", overdue_days=1, period=None)})]),
    Example("a guarded percent in the gap", {"tasks": tasks({"agencies": ["a1", "a2", "a3"],
                                                             "duty": "shared"})},
            [says(1, 0.01, "2026-03-20")],
            [("2026-03-31", {"task/1/": {"num": 0, "percent": 0.01, "gap": -24.64}})]),
]


@pytest.fixture(scope="module")
def stage():
    """The store with all examples in it, and what was published on each of their days."""
    shown = {}
    with World("no") as world:
        for example in EXAMPLES:
            ledgers.write(world, example.id, example.steps())
        for today in sorted({today for e in EXAMPLES for today, _ in e.looks}):
            shown[today] = looks.published(world, today)
        yield world, shown


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.id)
def test_worked_example(stage, example):
    world, shown = stage
    plan, state = ledgers.read(world, example.id)
    for today, topics in example.looks:
        again = rollup.summaries(plan, state, plan.day_start(datetime.date.fromisoformat(today)))
        for topic, fields in topics.items():
            for source in (again, shown[today]):
                got = source[f"{example.id}/{topic}"]
                assert {k: got[k] for k in fields} == fields, (today, topic)
        ours = {t: d for t, d in shown[today].items() if t.split("/")[0] == example.id}
        assert looks.differences(ours, again) == [], today
