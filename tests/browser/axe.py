"""What axe-core has against a page."""

from pathlib import Path

SCRIPT = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
# Rows are alike; the first dozen stands for all.
RUN = """
const done = arguments[0];
axe.run({ exclude: [':is(tbody tr, .feed li):nth-child(n + 13)'] }, { resultTypes: ['violations'] })
    .then(({ violations, passes }) => done([passes.length, violations.map(({ impact, id, nodes }) =>
        [impact, id, nodes.map((n) => n.html.slice(0, 200))])]), (error) => done([0, String(error)]));
"""


def violations(page):
    """What is serious or critical: [impact, rule, elements] of each."""
    if not page.run("return 'axe' in window"):
        page.run(SCRIPT)
    passed, found = page.call(RUN)
    assert passed > 10, found
    return [v for v in found if v[0] in ("serious", "critical")]
