"""A ledger written by hand, with times of its own: what a collector and `tuijin plan load` would have
written, had they run then."""

import hashlib
from datetime import datetime

import client

PLAN = "made"
CHINA = "+08:00"
TEXT = """\
format: 1
id: made
revision: {revision}
title: {{zh: 手写的计划, en: A plan made by hand}}
starts: 2026-01-01
ends: 2026-12-31
utc_offset: "{offset}"
reporting: {{every: quarter, due_days: 10}}
office: jco
agencies:
  - {{id: jco, zh: 办公室, en: Office}}
  - {{id: mof, zh: 财政部, en: Ministry of Finance}}
  - {{id: sta, zh: 税务局, en: Tax}}
{agencies}groups:
  - {{id: units, zh: 成员, agencies: [mof, {{id: sta, until: 2026-06-30}}]}}
chapters:
  - number: 1
    zh: 第一章
    en: First
    sections:
      - number: 1
        zh: 第一节
        tasks:
          - {{number: 1, zh: 任务一, en: Task one, duty: lead, agencies: [mof, sta]}}
          - {{number: 2, zh: 任务二, duty: shared, agencies: {second}}}
{more}"""
TASK_3 = """\
  - number: 2
    zh: 第二章
    tasks:
      - {number: 3, zh: 任务三, en: Task three, duty: lead, agencies: [nbs, jco]}
"""
NBS = "  - {id: nbs, zh: 统计局, en: Statistics}\n"


def text(revision=1, offset=CHINA, third=True):
    """A plan of two or three tasks; without the third nbs has none and is not in it."""
    return TEXT.format(revision=revision, offset=offset, second='[jco, "@units"]',
                       agencies=NBS if third else "", more=TASK_3 if third else "")


def ms(local, offset=CHINA):
    """An instant from a wall clock, ms since 1970."""
    return int(datetime.fromisoformat(f"{local}{offset}").timestamp() * 1000)


def status(agency, seq, task, percent, at, key=None, **more):
    """The record of a report, to be received when its entry is written. percent: basis points; key:
    the id of the one it was said with."""
    state = {0: "not_started", 10000: "completed"}.get(percent, "in_progress")
    words = [more.get(k) for k in ("summary", "problems", "next_steps")]
    content = [0, task, at, more.get("state", state), percent, more.get("help", False), *words,
               more.get("evidence", [])]
    return [1, seq, None, agency, content, *([key] if key else [])]


def withdrawal(agency, seq, task, at):
    return [1, seq, None, agency, [1, task, at]]


def ruling(seq, task, disposition, at, reason=None):
    return [1, seq, None, "jco", [2, task, at, disposition, reason]]


class Ledger:
    """A plan's ledger in a store. Entries are added at wall clock times of the plan."""

    def __init__(self, world):
        self.world, self.store = world, world.redis.client

    def add(self, local, fields):
        position = f"{ms(local)}-*"
        end = self.store.xadd(self.world.redis.key("ledger", PLAN), fields, id=position)
        self.store.hset(self.world.redis.key("plan", PLAN), "end", end)
        return end.decode()

    def load(self, local, yaml=None):
        yaml = yaml or text()
        revision = yaml.split("revision: ")[1].split("\n")[0]
        fields = {"revision": revision, "digest": hashlib.sha256(yaml.encode()).hexdigest(), "yaml": yaml}
        self.store.sadd("tuijin:plans", PLAN)
        self.store.hset(self.world.redis.key("plan", PLAN), mapping=fields)
        return self.add(local, fields)

    def say(self, local, *records):
        """An entry of these records, received then."""
        for record in records:
            record[2] = ms(local)
        return self.add(local, {"records": b"".join(map(client.pack, records))})
