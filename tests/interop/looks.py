"""What real aggregators publish on a day, held against the recomputation."""

import ledgers
import rollup


def published(world, today):
    """topic -> data of every summary, by an aggregator that takes today for its day."""
    aggregator = world.aggregator("--today", today, bind="ipc")
    subscriber = world.subscriber(aggregator, "")
    subscriber.snapshot()
    subscriber.close()
    assert aggregator.stop() == 0
    return subscriber.data


def differences(got, want):
    """A line for each field that differs."""
    lines = [f"{t}: {'only published' if t in got else 'not published'}"
             for t in sorted(got.keys() ^ want.keys())]
    for topic in sorted(got.keys() & want.keys()):
        for field in want[topic].keys() | got[topic].keys():
            g, w = got[topic].get(field, "nothing"), want[topic].get(field, "nothing")
            if g != w:
                lines.append(f"{topic} {field}: got {g}, want {w}")
    return lines


def compare(world, today, plan_ids, what):
    """Every field of every summary of these plans; what: how to come here again."""
    got, want = published(world, today), {}
    for plan_id in plan_ids:
        plan, state = ledgers.read(world, plan_id)
        want.update(rollup.summaries(plan, state, plan.day_start(today)))
    lines = differences({t: d for t, d in got.items() if t.split("/")[0] in plan_ids}, want)
    assert not lines, f"{what} {today}: {len(lines)} differences\n" + "\n".join(lines[:20])
    assert want
