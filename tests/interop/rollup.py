"""The summaries of a plan, recomputed from nothing but docs/protocol.md ("The arithmetic") and the
plan file: slow, plain, and all at once, to hold the aggregator's against.
"""

import datetime
from dataclasses import dataclass, field

import dates
from client import position
from planfile import Plan, read_plan  # noqa: F401

STATES = ("verified", "completed", "in_progress", "blocked", "not_started", "unreported",
          "suspended", "cancelled")


@dataclass
class Word:
    """The newest accepted report or withdrawal of an obligation."""
    seq: int
    state: str  # "unreported" for a withdrawal
    percent: int  # basis points
    at: int
    received: int


UNSAID = Word(0, "unreported", 0, None, None)


@dataclass
class State:
    """What has been accepted so far: the newest of everything, and when what came in. `plan` is the
    one in force while it comes in; None: the one it is summed up for."""
    since: str  # position of the plan revision
    plan: Plan = None
    words: dict = field(default_factory=dict)  # (task, agency) -> Word
    rulings: dict = field(default_factory=dict)  # task -> (seq, disposition, at)
    touched: dict = field(default_factory=dict)  # task -> position
    receipts: dict = field(default_factory=dict)  # (task, agency) -> [(at, received, plan)]

    def accept(self, where, seq, agency, entry, received=None, ruling=False, touches=True):
        """Enters an accepted entry that the ledger holds at position `where`. touches: the plan
        in force has a place for it."""
        task, at = entry["task"], entry["at"]
        if touches:
            self.touched[task] = max(self.touched.get(task, self.since), where, key=position)
        if ruling:
            if seq > self.rulings.get(task, (0,))[0]:
                self.rulings[task] = (seq, entry["disposition"], at)
            return
        old = self.words.get((task, agency))
        if old is not None and old.seq > seq:
            return
        if entry.get("action") == "withdraw":
            self.words[task, agency] = Word(seq, "unreported", 0, at, received)
        else:
            self.words[task, agency] = Word(seq, entry["state"], round(entry["percent"] * 100),
                                            at, received)
            self.receipts.setdefault((task, agency), []).append((at, received, self.plan))


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
    """Basis points, None where nothing counts."""
    if den == 0:
        return None
    points = num // den
    return 1 if points == 0 and above_zero else points


def hundredths(points):
    return None if points is None else points / 100


def figure(rows):
    """percent, num and den of (weight, basis points, above zero) rows."""
    num, den = sum(w * p for w, p, _ in rows), sum(w for w, _, _ in rows)
    return {"percent": hundredths(shown(num, den, any(z for _, _, z in rows))),
            "num": num, "den": den}


def first_of(rules):
    """The light and reason of the first rule that holds."""
    return next((light, reason) for holds, light, reason in rules if holds)


class TaskFigures:
    """All that is known of a task on a day."""

    def __init__(self, plan, task, state, today):
        self.plan, self.task, self.today = plan, task, today
        self.holders = task.holders(today)
        self.counted = [a for a in self.holders if task.counts(a)]
        self.reported = {a: state.words[task.number, a] for a in self.holders
                         if state.words.get((task.number, a), UNSAID).state != "unreported"}
        _, self.disposition, self.ruled_at = state.rulings.get(task.number, (0, "open", None))
        self.state = task_state(task, self.disposition, self.counted, self.reported)
        self.included = self.state != "cancelled"
        self.is_done = self.state in ("verified", "completed")
        self.receipts = {a: state.receipts.get((task.number, a), ()) for a in task.agencies}
        self.percent, self.above_zero = self.mean()
        self.expected = self.should_be()
        self.gap = shown(self.percent, 1, self.above_zero) - self.expected
        is_open = self.included and not self.is_done and self.state != "suspended"
        self.overdue_days = max((today - task.due).days, 0) if is_open else 0
        self.light, self.reason = self.judge()

    def mean(self):
        """P, and whether some counted percent is above 0."""
        percents = [self.reported[a].percent if a in self.reported else 0 for a in self.counted]
        mean = sum(percents) // len(percents) if percents else 0
        if self.disposition == "verified":
            return 10000, True
        return min(mean, 9999) if self.disposition == "returned" else mean, any(percents)

    def should_be(self):
        is_frozen = self.state == "suspended"
        day = self.plan.day_of(self.ruled_at) if is_frozen else self.today
        return dates.expected(self.task.starts, self.task.due, day)

    def is_expected(self, agency, period):
        """True if this agency should report on this task for this period."""
        if self.disposition == "verified" and self.ruled_at < self.plan.day_start(period.first):
            return False
        first, last = self.task.held[agency]
        return self.included and first <= min(period.last, self.plan.ends) <= last

    def receipt(self, agency, period):
        """When the first report for the period came in; None: there is none."""
        return min((received for at, received, plan in self.receipts[agency]
                    if (plan or self.plan).is_for(at, period)), default=None)

    def is_missed(self, period):
        return any(self.is_expected(a, period) and self.receipt(a, period) is None
                   for a in self.task.agencies if self.task.counts(a))

    def is_stale(self, current):
        spoken = [self.reported[a].at for a in self.counted if a in self.reported]
        if current is None or not spoken:
            return False
        allowed = datetime.timedelta(days=current.days()) + self.plan.due_days
        return self.plan.day_of(max(spoken)) < self.today - allowed

    def judge(self):
        due = self.plan.due_periods(self.today)
        missed = [self.is_missed(p) for p in due[-2:]]
        lights = self.plan.lights
        return first_of((
            (self.state == "cancelled", "grey", "cancelled"),
            (self.state == "suspended", "grey", "suspended"),
            (self.state == "verified", "blue", "verified"),
            (self.state == "completed", "blue", "completed"),
            (self.overdue_days > 0, "red", "overdue"),
            (self.state == "unreported" and not due, "grey", "unreported"),
            (self.gap < -lights["red"], "red", "behind"),
            (missed == [True, True], "red", "missed_periods"),
            (self.gap <= -lights["yellow"], "yellow", "behind"),
            (self.state == "blocked", "yellow", "blocked"),
            (missed[-1:] == [True], "yellow", "missed_period"),
            (self.is_stale(current_period(self.plan, self.today)), "yellow", "stale"),
            (True, "green", None)))


def current_period(plan, today):
    inside = plan.starts <= today <= plan.ends
    return dates.period_of(plan.every, today) if inside else None


class Reckoning:
    """Every summary of a plan on a day."""

    def __init__(self, plan, state, as_of):
        self.plan, self.state, self.as_of = plan, state, as_of
        self.today = plan.day_of(as_of)
        self.current = current_period(plan, self.today)
        self.due = plan.due_periods(self.today)
        self.figures = [TaskFigures(plan, t, state, self.today) for t in plan.tasks]
        self.topics = {}

    def period(self, period, figures, only):
        if period is None:
            return None
        held = [(f, a) for f in figures for a in f.task.agencies
                if only in (None, a) and f.is_expected(a, period)]
        receipts = [r for r in (f.receipt(a, period) for f, a in held) if r is not None]
        limit = period.last + self.plan.due_days
        return {"name": period.name, "expected": len(held), "reported": len(receipts),
                "on_time": sum(self.plan.day_of(r) <= limit for r in receipts)}

    def enter(self, kind, key, ever, percent, gap, lit=None, only=None, **more):
        """Writes a summary. ever: the figures of the tasks that are the scope's on some day;
        percent: what stands in the place of percent, num and den; gap: expected and gap; lit:
        light and reason, by default those of a scope."""
        now = [f for f in ever if only is None or only in f.holders]
        included = [f for f in now if f.included]
        own = [(f, a) for f in included for a in f.holders if only in (None, a)]
        reported = sum(a in f.reported for f, a in own)
        light, reason = lit or self.judge(included, reported, gap[1])
        where = max((self.state.touched.get(f.task.number, self.state.since) for f in ever),
                    key=position, default=self.state.since)
        self.topics[f"{self.plan.id}/{kind}/" + (f"{key}/" if key else "")] = {
            "plan": self.plan.id, "revision": self.plan.revision,
            "position": max(where, self.state.since, key=position), "as_of": self.as_of,
            "scope": kind, "key": key, **percent,
            "expected": hundredths(gap[0]), "gap": hundredths(gap[1]),
            "light": light, "reason": reason,
            "tasks": {"total": len(now), "included": len(included),
                      **{s: sum(f.state == s for f in now) for s in STATES}},
            "obligations": {"expected": len(own), "reported": reported},
            "period": self.period(self.current, ever, only),
            "last_period": self.period(self.due[-1] if self.due else None, ever, only),
            **more,
        }

    def judge(self, included, reported, gap):
        red, share = sum(f.light == "red" for f in included), self.plan.lights["red_share"]
        lights = self.plan.lights
        return first_of((
            (not included, "grey", "empty"),
            (reported == 0 and not self.due, "grey", "unreported"),
            (all(f.is_done for f in included), "blue", "completed"),
            (gap is not None and gap < -lights["red"], "red", "behind"),
            (red > 0 and red * 100 >= share * len(included), "red", "red_tasks"),
            (gap is not None and gap <= -lights["yellow"], "yellow", "behind"),
            (red > 0, "yellow", "red_tasks"),
            (True, "green", None)))

    def gap(self, figures, percent):
        """expected of the included tasks, and how far the percent is from it; basis points."""
        weight = sum(f.task.weight for f in figures)
        if weight == 0:
            return None, None
        should = sum(f.task.weight * f.expected for f in figures) // weight
        return should, round(percent * 100) - should

    def scope(self, kind, key, figures, **more):
        included = [f for f in figures if f.included]
        percent = figure([(f.task.weight, f.percent, f.above_zero) for f in included])
        self.enter(kind, key, figures, percent, self.gap(included, percent["percent"]), **more)

    def task(self, f):
        self.scope("task", str(f.task.number), [f], lit=(f.light, f.reason), state=f.state,
                   disposition=f.disposition, overdue_days=f.overdue_days,
                   parts=[part(a, f.task, f.reported.get(a)) for a in f.holders])

    def agency(self, agency):
        ever = [f for f in self.figures if agency in f.task.agencies]
        mine = [f for f in ever if f.included and agency in f.holders]

        def own(figures):
            words = [(f.task.weight, f.reported.get(agency, UNSAID).percent) for f in figures]
            return {**figure([(w, p, p > 0) for w, p in words]), "tasks": len(words)}

        leads = [f for f in mine if f.task.agencies[0] == agency]
        lead = figure([(f.task.weight, f.percent, f.above_zero) for f in leads])
        figures = {"lead": {**lead, "tasks": len(leads)},
                   "participant": own([f for f in mine if f not in leads]), "own": own(mine)}
        self.enter("agency", agency, ever, figures, self.gap(mine, figures["own"]["percent"]),
                   only=agency)


def summaries(plan, state, as_of):
    """topic -> data of every summary topic of the plan."""
    all_of_it = Reckoning(plan, state, as_of)
    figures = all_of_it.figures
    all_of_it.scope("overall", "", figures)
    for chapter in plan.chapters:
        all_of_it.scope("chapter", str(chapter), [f for f in figures if f.task.chapter == chapter])
    for section in plan.sections:
        all_of_it.scope("section", section, [f for f in figures if f.task.section == section])
    for f in figures:
        all_of_it.task(f)
    for agency in plan.agencies:
        all_of_it.agency(agency)
    return all_of_it.topics


def part(agency, task, word):
    return {
        "agency": agency,
        "role": "lead" if agency == task.agencies[0] else "participant",
        "state": word.state if word else "unreported",
        "percent": word.percent / 100 if word else 0,
        "at": word.at if word else None,
        "received": word.received if word else None,
    }
