"""A plan file, read from docs/plan-format.md alone; the file is taken to be without mistakes."""

import datetime
from dataclasses import dataclass

import dates
import yaml

ALWAYS = (datetime.date.min, datetime.date.max)


@dataclass
class Task:
    number: int
    chapter: int
    section: str  # "2.1", or None where the chapter has none
    duty: str
    weight: int
    starts: datetime.date
    due: datetime.date
    held: dict  # agency -> (first day, last day) of its obligation, in plan order

    @property
    def agencies(self):
        """All that ever hold it; the first leads."""
        return list(self.held)

    def holders(self, day):
        return [a for a, (first, last) in self.held.items() if first <= day <= last]

    def counts(self, agency):
        return self.duty == "shared" or agency == self.agencies[0]


@dataclass
class Plan:
    id: str
    revision: int
    office: str
    starts: datetime.date
    ends: datetime.date
    every: str
    due_days: datetime.timedelta
    lights: dict  # yellow, red: basis points; red_share: percent
    agencies: list
    chapters: list
    sections: list
    tasks: list
    offset: datetime.timedelta

    def obligations(self):
        return [(t.number, a) for t in self.tasks for a in t.agencies]

    def task(self, number):
        return self.tasks[number - 1]

    def day_start(self, day):
        return dates.day_start(day, self.offset)

    def day_of(self, ms):
        return dates.day_of(ms, self.offset)

    def periods(self):
        return dates.periods(self.every, self.starts, self.ends)

    def is_for(self, at, period):
        """True if a report with this `at` is for the period."""
        day = self.day_of(at)
        return self.starts <= day <= self.ends and period.first <= day <= period.last

    def due_periods(self, today):
        return [p for p in self.periods() if p.last + self.due_days < today]


def member(value):
    """An element of a group's agencies: the id, and the days of membership."""
    if isinstance(value, str):
        return value, ALWAYS
    return value["id"], (dates.day(value.get("from", ALWAYS[0])),
                         dates.day(value.get("until", ALWAYS[1])))


def members_of(groups):
    return {g["id"]: [member(a) for a in g["agencies"]] for g in groups}


def expand(names, groups):
    """The agencies of a task, and on which days each of them answers for it."""
    held = {}
    for name in names:
        if not name.startswith("@"):
            held[name] = ALWAYS
            continue
        for agency, (first, last) in groups[name[1:]]:
            if agency not in names:
                before = held.get(agency, (first, last))
                held[agency] = (min(first, before[0]), max(last, before[1]))
    return held


def read_plan(text):
    raw = yaml.safe_load(text)
    groups = members_of(raw.get("groups", ()))
    starts, ends = dates.day(raw["starts"]), dates.day(raw["ends"])
    tasks, sections = [], []
    for chapter in raw["chapters"]:
        for section in chapter.get("sections") or [None]:
            key = None
            if section is not None:
                key = f'{chapter["number"]}.{section["number"]}'
                sections.append(key)
            for t in (section or chapter)["tasks"]:
                held = expand(t["agencies"], groups)
                duty = t.get("duty", "lead") if len(held) > 1 else "lead"
                tasks.append(Task(t["number"], chapter["number"], key, duty, t.get("weight", 1),
                                  dates.day(t.get("starts", starts)), dates.day(t.get("due", ends)),
                                  held))
    lights = {"yellow": 10, "red": 30, "red_share": 20, **raw.get("lights", {})}
    return Plan(raw["id"], raw["revision"], raw["office"], starts, ends, raw["reporting"]["every"],
                datetime.timedelta(days=raw["reporting"]["due_days"]),
                {k: v if k == "red_share" else 100 * v for k, v in lights.items()},
                [a["id"] for a in raw["agencies"]], [c["number"] for c in raw["chapters"]],
                sections, tasks, dates.offset(raw["utc_offset"]))
