"""Random small plans (docs/plan-format.md), drawn from the random generator that is handed in."""

import datetime
import itertools

import dates
import planfile
import yaml

OFFSETS = ("-11:00", "-09:30", "-00:30", "Z", "+05:45", "+08:00", "+13:00", "+14:00")
DUE_DAYS = (0, 1, 5, 10, 10, 31, 45, 366)
LENGTHS = (0, 20, 58, 89, 180, 364, 365, 500)  # days beyond the first


class Plain(yaml.SafeDumper):
    """Writes out what comes twice: a plan file has no aliases."""

    def ignore_aliases(self, data):
        return True


def text_of(raw):
    """A plan file's text with this content."""
    return yaml.dump(raw, Dumper=Plain, allow_unicode=True, sort_keys=False)


def random_day(rng, first, last):
    return first + rng.randrange((last - first).days + 1) * dates.DAY


def window(rng):
    """The day around which the plans of one store begin: half of them near a leap day."""
    return random_day(rng, *rng.choice(((datetime.date(2023, 1, 1), datetime.date(2025, 6, 30)),
                                        (datetime.date(2023, 10, 1), datetime.date(2024, 2, 29)))))


def random_days(rng, around):
    """The first and the last day of a plan."""
    starts = random_day(rng, around, around + 60 * dates.DAY)
    if rng.random() < 0.5:
        starts = starts.replace(day=1)
    return starts, starts + rng.choice(LENGTHS) * dates.DAY


def random_plan(rng, plan_id, starts, ends):
    """A plan file's content with the keys of docs/plan-format.md."""
    agencies = [f"a{n}" for n in range(1, rng.randrange(2, 6))]
    groups = [{"id": f"g{n}", "zh": "组", "agencies": members(rng, agencies, starts, ends)}
              for n in range(1, rng.randrange(1, 4))]
    raw = {
        "format": 1, "id": plan_id, "revision": 1, "title": {"zh": "计划"},
        "starts": str(starts), "ends": str(ends), "utc_offset": rng.choice(OFFSETS),
        "reporting": {"every": rng.choice(("month", "month", "quarter", "half", "year")),
                      "due_days": rng.choice(DUE_DAYS)},
        "office": rng.choice(agencies),
        "agencies": [{"id": a, "zh": "单位"} for a in agencies], "groups": groups,
    }
    if rng.random() < 0.4:
        yellow = rng.randrange(30)
        raw["lights"] = {"yellow": yellow, "red": rng.randrange(yellow + 1, 60),
                         "red_share": rng.choice((0, 20, 34, 50, 100))}
    numbers = itertools.count(1)
    raw["chapters"] = [chapter(rng, raw, n, numbers) for n in range(1, rng.randrange(2, 5))]
    return raw


def members(rng, agencies, starts, ends):
    """A group's agencies, some of them for a part of the plan's days."""
    found = []
    for agency in rng.sample(agencies, rng.randrange(1, len(agencies) + 1)):
        days = sorted(random_day(rng, starts - 5 * dates.DAY, ends + 5 * dates.DAY)
                      for _ in range(2))
        dated = {"id": agency}
        if rng.random() < 0.6 and days[0] <= ends:
            dated["from"] = str(days[0])
        if rng.random() < 0.6 and days[1] >= starts:
            dated["until"] = str(days[1])
        found.append(dated if len(dated) > 1 else agency)
    return found


def chapter(rng, raw, number, numbers):
    def tasks():
        return [task(rng, raw, next(numbers)) for _ in range(rng.randrange(1, 4))]
    if rng.random() < 0.5:
        return {"number": number, "zh": "章", "tasks": tasks()}
    return {"number": number, "zh": "章", "sections": [
        {"number": n, "zh": "节", "tasks": tasks()} for n in range(1, rng.randrange(2, 4))]}


def task(rng, raw, number):
    starts, ends = dates.day(raw["starts"]), dates.day(raw["ends"])
    agencies = [a["id"] for a in raw["agencies"]]
    found = {"number": number, "zh": "任务", "duty": rng.choice(("lead", "shared")),
             "agencies": names(rng, agencies, raw["groups"])}
    if rng.random() < 0.4:
        found["weight"] = rng.choice((2, 3, 7, 1000))
    first, last = sorted(random_day(rng, starts, ends) for _ in range(2))
    if rng.random() < 0.4:
        found["starts"] = str(first)
    if rng.random() < 0.4:
        found["due"] = str(last)
    return found


def names(rng, agencies, groups):
    """Agencies and groups of a task; nobody with dates leads."""
    named = rng.sample(agencies, rng.randrange(1, min(3, len(agencies)) + 1))
    called = ["@" + g["id"] for g in groups if rng.random() < 0.4]
    expanded = planfile.expand(called + named, planfile.members_of(groups))
    if rng.random() < 0.3 and next(iter(expanded.values())) == planfile.ALWAYS:
        return called + named
    return named + called


def revised(rng, old):
    """The next revision, with something of everything changed."""
    around = dates.day(old["starts"]) - 30 * dates.DAY
    fresh = random_plan(rng, old["id"], *random_days(rng, around))
    new = {**old, "revision": old["revision"] + 1}
    for keys in (("utc_offset",), ("reporting",), ("lights",),
                 ("starts", "ends", "office", "agencies", "groups", "chapters")):
        if rng.random() < 0.6:
            new.update({k: fresh[k] for k in keys if k in fresh})
    return new


def edges(plan):
    """Days on or next to which something of the plan begins, ends or turns."""
    days = [plan.starts, plan.ends + dates.DAY]
    for p in plan.periods():
        days += [p.first, p.last + plan.due_days + dates.DAY]
    for t in plan.tasks:
        days += [t.starts, t.due, t.due + dates.DAY]
        for first, last in t.held.values():
            days += [d for d in (first, last) if d not in planfile.ALWAYS]
            days += [last + dates.DAY] if last != planfile.ALWAYS[1] else []
    return days


def all_edges(raws):
    return [day for raw in raws for day in edges(planfile.read_plan(text_of(raw)))]
