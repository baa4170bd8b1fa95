"""The summaries of a plan, recomputed from nothing but docs/protocol.md ("The arithmetic") and the
plan file: slow, plain, and all at once, to hold the aggregator's against.
"""

import datetime
from dataclasses import dataclass, field

import yaml

from client import position

STATES = ("verified", "completed", "in_progress", "blocked", "not_started", "unreported",
          "suspended", "cancelled")


@dataclass
class Task:
    number: int
    chapter: int
    section: str  # "2.1", or None where the chapter has none
    duty: str
    weight: int
    agencies: list

    def counted(self):
        return self.agencies if self.duty == "shared" else self.agencies[:1]


@dataclass
class Plan:
    id: str
    revision: int
    office: str
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
        """00:00 of a date in the plan's offset, in ms since 1970 UTC."""
        midnight = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc)
        return int((midnight - self.offset).timestamp() * 1000)


def expand(names, groups):
    agencies = []
    for name in names:
        more = groups[name[1:]] if name.startswith("@") else [name]
        agencies += [a for a in more if a not in agencies and (a == name or a not in names)]
    return agencies


def read_plan(text):
    raw = yaml.safe_load(text)
    groups = {g["id"]: g["agencies"] for g in raw.get("groups", ())}
    tasks, sections = [], []
    for chapter in raw["chapters"]:
        for section in chapter.get("sections") or [None]:
            key = None
            if section is not None:
                key = f'{chapter["number"]}.{section["number"]}'
                sections.append(key)
            for t in (section or chapter)["tasks"]:
                agencies = expand(t["agencies"], groups)
                duty = t.get("duty", "lead") if len(agencies) > 1 else "lead"
                tasks.append(Task(t["number"], chapter["number"], key, duty, t.get("weight", 1),
                                  agencies))
    hours, minutes = raw["utc_offset"][1:].split(":")
    offset = datetime.timedelta(hours=int(hours), minutes=int(minutes))
    return Plan(raw["id"], raw["revision"], raw["office"], [a["id"] for a in raw["agencies"]],
                [c["number"] for c in raw["chapters"]], sections, tasks,
                -offset if raw["utc_offset"][0] == "-" else offset)


@dataclass
class Word:
    """The newest accepted report or withdrawal of an obligation."""
    seq: int
    state: str  # "unreported" for a withdrawal
    percent: int  # basis points
    at: int
    received: int


@dataclass
class State:
    """What has been accepted so far: the newest of everything."""
    since: str  # position of the plan revision
    words: dict = field(default_factory=dict)  # (task, agency) -> Word
    rulings: dict = field(default_factory=dict)  # task -> (seq, disposition)
    touched: dict = field(default_factory=dict)  # task -> position

    def accept(self, where, seq, agency, entry, received=None, ruling=False):
        """Enters an accepted entry that the ledger holds at position `where`."""
        task = entry["task"]
        self.touched[task] = max(self.touched.get(task, self.since), where, key=position)
        if ruling:
            if seq > self.rulings.get(task, (0,))[0]:
                self.rulings[task] = (seq, entry["disposition"])
            return
        old = self.words.get((task, agency))
        if old is not None and old.seq > seq:
            return
        if entry.get("action") == "withdraw":
            self.words[task, agency] = Word(seq, "unreported", 0, entry["at"], received)
        else:
            self.words[task, agency] = Word(seq, entry["state"], round(entry["percent"] * 100),
                                            entry["at"], received)


@dataclass
class TaskFigures:
    state: str
    disposition: str
    percent: int  # basis points: P
    above_zero: bool  # some counted percent is
    reported: dict  # agency -> Word, without the withdrawn


def task_figures(task, state):
    reported = {a: state.words[task.number, a] for a in task.agencies
                if (task.number, a) in state.words
                and state.words[task.number, a].state != "unreported"}
    ruling = state.rulings.get(task.number, (0, "open"))[1]
    counted = task.counted()
    percents = [reported[a].percent if a in reported else 0 for a in counted]
    mean = sum(percents) // len(counted)
    if ruling == "verified":
        mean = 10000
    elif ruling == "returned":
        mean = min(mean, 9999)
    return TaskFigures(task_state(task, ruling, counted, reported), ruling, mean,
                       any(percents) or ruling == "verified", reported)


def task_state(task, ruling, counted, reported):
    if ruling in ("cancelled", "suspended", "verified"):
        return ruling
    states = [reported[a].state for a in counted if a in reported]
    if not states:
        result = "unreported"
    elif task.duty == "lead":
        result = states[0]
    elif "blocked" in states:
        result = "blocked"
    elif states == ["completed"] * len(counted):
        result = "completed"
    elif set(states) == {"not_started"}:
        result = "not_started"
    else:
        result = "in_progress"
    return "in_progress" if result == "completed" and ruling == "returned" else result


def shown(num, den, above_zero):
    if den == 0:
        return None
    points = num // den
    return (1 if points == 0 and above_zero else points) / 100


def figure(rows):
    """percent, num and den of (weight, basis points, above zero) rows."""
    num, den = sum(w * p for w, p, _ in rows), sum(w for w, _, _ in rows)
    return {"percent": shown(num, den, any(z for _, _, z in rows)), "num": num, "den": den}


def summaries(plan, state, as_of):
    """topic -> data of every summary topic of the plan."""
    figures = {t.number: task_figures(t, state) for t in plan.tasks}
    out = {}

    def base(scope, key, tasks, only=None):
        included = [t for t in tasks if figures[t.number].state != "cancelled"]
        counts = {s: sum(figures[t.number].state == s for t in tasks) for s in STATES}
        own = [(t, a) for t in included for a in t.agencies if only in (None, a)]
        where = max((state.touched.get(t.number, state.since) for t in tasks), key=position,
                    default=state.since)
        data = {
            "plan": plan.id, "revision": plan.revision, "position": where, "as_of": as_of,
            "scope": scope, "key": key,
            "tasks": {"total": len(tasks), "included": len(included), **counts},
            "obligations": {"expected": len(own),
                            "reported": sum(a in figures[t.number].reported for t, a in own)},
        }
        out[f"{plan.id}/{scope}/{key}/" if key else f"{plan.id}/{scope}/"] = data
        return data, included

    def whole(t):
        f = figures[t.number]
        return t.weight, f.percent, f.above_zero

    def own_word(t, agency):
        word = figures[t.number].reported.get(agency)
        percent = word.percent if word else 0
        return t.weight, percent, percent > 0

    def scope(kind, key, tasks):
        data, included = base(kind, key, tasks)
        data.update(figure([whole(t) for t in included]))

    scope("overall", "", plan.tasks)
    for chapter in plan.chapters:
        scope("chapter", str(chapter), [t for t in plan.tasks if t.chapter == chapter])
    for section in plan.sections:
        scope("section", section, [t for t in plan.tasks if t.section == section])
    for t in plan.tasks:
        f = figures[t.number]
        data, included = base("task", str(t.number), [t])
        data.update(figure([whole(t) for t in included]))
        data.update(state=f.state, disposition=f.disposition,
                    parts=[part(a, t, f.reported.get(a)) for a in t.agencies])
    for agency in plan.agencies:
        mine = [t for t in plan.tasks if agency in t.agencies]
        data, included = base("agency", agency, mine, agency)
        leads = [t for t in included if t.agencies[0] == agency]
        others = [t for t in included if t.agencies[0] != agency]
        data["lead"] = {**figure([whole(t) for t in leads]), "tasks": len(leads)}
        data["participant"] = {**figure([own_word(t, agency) for t in others]),
                               "tasks": len(others)}
        data["own"] = {**figure([own_word(t, agency) for t in included]), "tasks": len(included)}
    return out


def part(agency, task, word):
    return {
        "agency": agency,
        "role": "lead" if agency == task.agencies[0] else "participant",
        "state": word.state if word else "unreported",
        "percent": word.percent / 100 if word else 0,
        "at": word.at if word else None,
        "received": word.received if word else None,
    }
