"""Prometheus rules and the Grafana dashboard: they do what they say, and name what there is."""

import json
import re
import subprocess

import yaml

from harness import ROOT

RULES = ROOT / "deploy" / "prometheus"
BOARD = ROOT / "deploy" / "grafana" / "dashboards" / "tuijin.json"
# What Prometheus itself knows of each place it scrapes.
BUILT_IN = {"up"}
NAME = re.compile(r"\b(?:tuijin|process|up)(?:_[a-z0-9_]+)?\b(?!\s*=)")


def promtool(*args):
    done = subprocess.run(["promtool", *args], cwd=RULES, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def rules():
    groups = yaml.safe_load((RULES / "tuijin.rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def board():
    return json.loads(BOARD.read_text())


def board_queries():
    for panel in board()["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def names_in(query):
    """Metrics of a query: labels and their values are cut out first."""
    bare = re.sub(r"\{[^}]*\}", "", query)
    bare = re.sub(r"\b(by|on|group_left|without)\s*\([^)]*\)", "", bare)
    return set(NAME.findall(bare)) - BUILT_IN


def documented():
    """Every metric of docs/metrics.md, which test_metrics.py holds against what is scraped."""
    text = (ROOT / "docs" / "metrics.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z_]+)`[^|]*\| (counter|gauge|histogram) ", text, re.M))
    assert len(rows) > 40
    parts = {name + part for name, kind in rows.items() if kind == "histogram"
             for part in ("_bucket", "_sum", "_count")}
    return {name for name, kind in rows.items() if kind != "histogram"} | parts


def test_rules_are_well_formed():
    promtool("check", "rules", "tuijin.rules.yml")
    promtool("check", "config", "prometheus.yml")


def test_rules_fire_when_they_should():
    promtool("test", "rules", "tuijin.rules.test.yml")


def test_every_rule_has_a_test_in_which_it_fires():
    tested = (RULES / "tuijin.rules.test.yml").read_text()
    fires = set(re.findall(r"alertname: (\w+)\n\s+exp_alerts:", tested))
    assert fires == {rule["alert"] for rule in rules()}


def test_every_rule_says_what_is_wrong_in_both_languages():
    for rule in rules():
        assert rule["labels"]["severity"] in ("page", "ticket"), rule["alert"]
        assert rule["annotations"]["summary"].isascii(), rule["alert"]
        assert re.search("[一-鿿]", rule["annotations"]["summary_zh"]), rule["alert"]


def test_every_metric_of_a_rule_exists():
    for rule in rules():
        names = names_in(rule["expr"])
        assert names <= documented(), f"{rule['alert']}: {names - documented()}"


def test_every_metric_of_the_board_exists():
    assert len(list(board_queries())) > 30
    for title, query in board_queries():
        names = names_in(query)
        assert names - documented() == set(), title
        assert names or "up" in query, title


def test_the_queries_of_the_board_are_well_formed(tmp_path):
    """Prometheus reads each of them, as rules that record something."""
    lines = ["groups:", "- name: board", "  rules:"]
    for i, (_, query) in enumerate(board_queries()):
        lines += [f"  - record: board:query:{i}", "    expr: " + json.dumps(query.replace("$plan", ".*"))]
    (tmp_path / "board.yml").write_text("\n".join(lines) + "\n")
    promtool("check", "rules", str(tmp_path / "board.yml"))


def test_the_board_is_one_that_grafana_provisions():
    page = board()
    ids = [panel["id"] for panel in page["panels"]]
    assert page["uid"] == "tuijin" and len(set(ids)) == len(ids)
    for panel in page["panels"]:
        if panel["type"] != "row":
            assert panel["datasource"]["uid"] == "tuijin", panel["title"]
    grafana = ROOT / "deploy" / "grafana" / "provisioning"
    source = yaml.safe_load((grafana / "datasources" / "tuijin.yml").read_text())["datasources"][0]
    assert source["uid"] == "tuijin"
    assert yaml.safe_load((grafana / "dashboards" / "tuijin.yml").read_text())["providers"]
