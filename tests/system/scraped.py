"""What a program tells of itself over HTTP: /metrics as numbers, and the two other paths."""

import re
import subprocess
import urllib.error
import urllib.request

from harness import wait_for

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def get(program, path):
    """Status and body."""
    try:
        with urllib.request.urlopen(f"http://{program.http}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def fresh_page(program, seen={}):
    """A page that was written since the last one taken here: one is kept for a moment."""
    def look():
        status, text = get(program, "/metrics")
        assert status == 200, text
        return text != seen.get(program.http) and text

    seen[program.http] = wait_for(look, "another page")
    return seen[program.http]


class Metrics:
    """One scrape. m("name", label="value") is a number; m.of("name") all of a name, by labels."""

    def __init__(self, program):
        self.text = fresh_page(program)
        self.types, self.samples = {}, {}
        for line in self.text.splitlines():
            if line.startswith("# TYPE "):
                name, kind = line.split()[2:]
                assert name not in self.types, f"{name} is there twice"
                self.types[name] = kind
            elif not line.startswith("# HELP "):
                self.add(line)

    def add(self, line):
        found = SAMPLE.fullmatch(line)
        assert found, line
        labels = frozenset(LABEL.findall(found[2] or ""))
        series = self.samples.setdefault(found[1], {})
        assert labels not in series, f"twice: {line}"
        series[labels] = float(found[3])

    def __call__(self, name, **labels):
        return self.samples[name][frozenset(labels.items())]

    def has(self, name, **labels):
        return frozenset(labels.items()) in self.samples.get(name, {})

    def of(self, name):
        return [(dict(labels), value) for labels, value in self.samples.get(name, {}).items()]

    def total(self, name, **labels):
        """The sum over all series that have these labels."""
        return sum(v for has, v in self.of(name) if labels.items() <= has.items())

    def series(self):
        return {(name, labels) for name, series in self.samples.items() for labels in series}

    def check(self):
        """promtool finds nothing to say."""
        done = subprocess.run(["promtool", "check", "metrics"], input=self.text, text=True,
                              capture_output=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), done
        return self


def becomes(program, condition, what):
    """The first scrape of which condition(metrics) is true."""
    def look():
        metrics = Metrics(program)
        return metrics if condition(metrics) else None
    return wait_for(look, what)
