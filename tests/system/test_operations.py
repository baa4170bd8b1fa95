"""docs/operations.md against the programs: every event they log is in its table as it is, every alert has its
section, and the other way round."""

import re
import subprocess
from itertools import chain

import pytest
import yaml
from harness import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
RULES = ROOT / "deploy" / "prometheus" / "tuijin.rules.yml"
PROGRAMS = {"collector": "collector/*.[ch]", "aggregator": "aggregator/*.[ch]", "dashboard": "dashboard/*.[ch]",
            "notify": "cli/notify*.[ch]"}
LINE = re.compile(r'\blog_(debug|info|warn|error)\(\s*((?:"(?:[^"\\]|\\.)*"|[A-Za-z0-9]+|\s)+)')
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
DEFINED = re.compile(r"^([a-z_]+)\([^;]*?\)\s*\{", re.M | re.S)


def section(title):
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S)
    assert found, title
    return found[1]


def sources(pattern):
    """The files, and those of common/ that they are made of."""
    found, new = set(), set(ROOT.glob(pattern))
    while new:
        found |= new
        headers = chain(*(re.findall(r'^#include "(common/\w+)\.h"', f.read_text(), re.M) for f in new))
        new = {ROOT / f"{h}{end}" for h in headers for end in (".c", ".h")} - found
        new = {f for f in new if f.exists()}
    return {f: f.read_text() for f in found if f.suffix == ".c"}


def said_by(function, texts):
    """The words that a function which logs event=%s is called with."""
    calls = chain(*(re.findall(rf"\b{function}\(([^;{{]*)\);", text) for text in texts.values()))
    return {w for call in calls for w in re.findall(r'"([a-z_]+)"', call)}


def logged(program):
    """{event: (level, fields)}, by the source."""
    texts, out = sources(PROGRAMS[program]), {}
    for text in texts.values():
        for found in LINE.finditer(text):
            line = "".join(STRING.findall(found[2]))
            if not line.startswith("event="):
                continue
            event, fields = line[6:].split()[0], frozenset(re.findall(r"\b([a-z_]+)=", line)) - {"event"}
            names = {event}
            if event == "%s":
                function = [d[1] for d in DEFINED.finditer(text) if d.start() < found.start()][-1]
                names = said_by(function, texts)
                assert names, f"{program}: {function}"
            for name in names:
                assert out.setdefault(name, (found[1], fields)) == (found[1], fields), (program, name)
    return out


def documented():
    """{program: {event: (level, fields)}}, by the table."""
    out = {program: {} for program in PROGRAMS}
    for line in section("What each log event means").splitlines():
        if not line.startswith("| `"):
            continue
        event, level, who, fields, means, todo = (c.strip() for c in line.strip("|").split(" | "))
        assert means and todo, line
        for program in who.split(", "):
            known = out[program].setdefault(event.strip("`"), (level, frozenset(re.findall(r"`([a-z_]+)`", fields))))
            assert known[0] == level, line
    return out


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_table_of_events_is_what_the_program_logs(program):
    real = logged(program)
    assert len(real) > 5 and "failed" in real and "ready" in real
    assert documented()[program] == real


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_alert_has_its_section_and_every_section_its_alert():
    sections = re.findall(r"^### (\w+)$", section("When an alert fires"), re.M)
    assert sections == [rule["alert"] for rule in rules()]
    for rule in rules():
        assert rule["annotations"]["runbook"] == f"docs/operations.md#{anchor(rule['alert'])}"


@pytest.mark.parametrize("alert", [rule["alert"] for rule in rules()])
def test_a_section_says_what_it_means_where_to_look_how_to_mend_and_when_it_ends(alert):
    found = re.search(rf"^### {alert}\n(.*?)(?=^###? |\Z)", TEXT, re.M | re.S)[1]
    assert [w for w in re.findall(r"\n\n\*\*(\w+)", "\n" + found)] == ["Means", "Look", "Mend", "Ends"], found
    rule = next(r for r in rules() if r["alert"] == alert)
    assert ("at night" in found) == (rule["labels"]["severity"] == "page"), "as urgent as its severity"
    assert len(re.findall(r"^\d\. ", found, re.M)) == 3, "the first three things to look at"


def test_headings_are_one_of_a_kind_and_links_within_lead_somewhere():
    headings = [anchor(h) for h in re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", TEXT, flags=re.S), re.M)]
    assert len(headings) == len(set(headings))
    for target in re.findall(r"\]\(#([^)]+)\)", TEXT):
        assert target in headings, target
    for path, target in re.findall(r"\]\(([^)#:]+)(?:#([^)]+))?\)", TEXT):
        file = ROOT / "docs" / path
        assert file.exists(), path
        if target:
            there = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.M)
            assert target in [anchor(h) for h in there], f"{path}#{target}"


def test_its_commands_are_shell_and_name_subcommands_that_exist():
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.S):
        subprocess.run(["sh", "-n"], input=block, text=True, check=True, timeout=10)
    rows = re.findall(r'^\s*\{"([a-z]+)(?: [a-z]+)?", TEXT', (ROOT / "cli" / "tuijin.c").read_text(), re.M)
    used = set(re.findall(r"(?:^|[`\s])tuijin ([a-z]+)(?![a-z:])", TEXT, re.M))
    assert len(used) > 8 and used <= set(rows), used - set(rows)


def chapter(title):
    """What stands under a heading of the third level."""
    return re.search(rf"^### {re.escape(title)}\n(.*?)(?=^###? |\Z)", TEXT, re.M | re.S)[1]


def typed(text):
    """Each command of a text by itself, of its blocks and in its sentences."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    told = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S))
    return [" ".join(line.split()) for one in [*blocks, *told] for line in re.split(r"\n(?! )|; ", one)]


def test_what_reads_a_folder_that_is_closed_to_others_is_typed_as_root():
    closed = r"\b(cat|grep|head|ls|tail) .*(/var/log/redis|/var/lib/redis|/etc/redis|/etc/tuijin/\S*\.(env|key|.*password))"
    read = [c for c in typed(section("When an alert fires")) if re.search(closed, c) and "docker" not in c]
    assert len(read) > 4
    assert [c for c in read if not c.startswith("sudo ")] == []


def test_a_machine_that_was_restored_or_moved_to_starts_the_services_by_itself():
    """Only tuijin-setup enables them, and not before the ledger was looked at."""
    steps = re.findall(r"```sh\n(.*?)```", chapter("Restoring"), re.S)[0].splitlines()
    assert steps[-1] == "sudo tuijin-setup --no-plan" and "tuijin verify" in steps[-2]
    assert not [s for s in steps if re.search(r"systemctl start .*tuijin", s)]
    assert "tuijin-setup --no-plan" in section("Moving to another machine")


def test_after_a_loss_revisions_come_before_agencies_and_the_collector_last():
    lost = chapter("Restoring").partition("newest backup is all that is left")[2]
    steps = re.split(r"^\d\. ", lost, flags=re.M)[1:]
    where = {word: [i for i, step in enumerate(steps) if re.match(r"\*\*" + word, step)]
             for word in ("Leave", "Load", "Tell", "Start")}
    assert where == {"Leave": [0], "Load": [4], "Tell": [5], "Start": [6]}
