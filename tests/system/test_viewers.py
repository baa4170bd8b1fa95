"""A thousand viewers on one dashboard: how long until the last of them has what was just reported."""

import time
from collections import Counter

import pytest
import web
from crowd import Crowd, allow_descriptors, counter, deliver, gather, percentile, tasks_of
from harness import World, is_sanitized, results, wait_for, word
from test_dashboard_plans import load

VIEWERS = 200 if is_sanitized() else 1000
REPORTS = 100 if is_sanitized() else 300
RATE = 20  # a second
BOUND_S = 5.0  # of what one asks of a machine that does other things, too; the figure is printed


@pytest.fixture(scope="module")
def crowded():
    """A world, and its dashboard with its viewers."""
    allow_descriptors()
    with World() as world:
        world.load_plan()
        world.collector()
        site = web.start(world, world.aggregator()).whole()
        site.before_kib = site.rss_kib()
        crowd = gather(site, VIEWERS, REPORTS)
        yield world, site, crowd
        crowd.close()


def test_a_thousand_viewers_see_it_within_a_second(crowded, capsys):
    world, site, crowd = crowded
    took = deliver(world, world.daemons[0], crowd, RATE)
    p50, p99, each_kib = percentile(took, 0.5), percentile(took, 0.99), (site.rss_kib() - site.before_kib) / VIEWERS
    assert counter(site, "resets_total") == 0
    with capsys.disabled():
        print(f"\n{VIEWERS} viewers, {RATE} reports/s: the last one has it after p50 {p50 * 1000:.0f} ms, "
              f"p99 {p99 * 1000:.0f} ms; {each_kib:.1f} KiB a viewer")
    assert p99 <= BOUND_S


def test_large_frames_are_few_when_there_are_many_viewers(crowded):
    """All of them together are sent no more than 64 MB/s, of numbers and of what the ledger says in turns."""
    world, site, crowd = crowded
    tasks, agency = tasks_of(site, "cnipa"), world.agency("cnipa", world.daemons[0])
    before, begin = (counter(site, "frames_total"), counter(site, "sent_bytes_total")), time.monotonic()
    told = Counter(crowd.kinds)
    for i in range(80):
        while (left := begin + i / RATE - time.monotonic()) > 0:
            crowd.read(left)
        said = [word(t, (i + 1) / 10, int(time.time() * 1000), state="in_progress") for t in tasks]
        assert set(results(agency.report(world.next_seq(), *said))) == {"accepted"}
    seconds = time.monotonic() - begin
    frames, sent = counter(site, "frames_total") - before[0], counter(site, "sent_bytes_total") - before[1]
    assert frames <= 1.5 * seconds * (64 << 20) / (sent / frames) + 6, (seconds, frames, sent)
    heard = crowd.kinds - told
    assert heard["update"] <= 2 * heard["records"] + 1, heard


def test_viewers_of_a_plan_that_is_quiet_slow_no_other_plan(crowded):
    """As many frames as there are reports or ten a second, not the few that a crowd's share of 64 MB/s comes to."""
    if is_sanitized():
        pytest.skip("too few viewers to be noticed")
    world, site, crowd = crowded
    load(world, 1, "lively")
    plan, tasks = "lively-0", tasks_of(site, "cnipa")
    site.whole(plan)
    agency = world.agency("cnipa", world.daemons[0], plan=plan)
    numbers = ("frames_total", "sent_bytes_total")

    def say(percent):
        said = [word(t, percent, int(time.time() * 1000), state="in_progress") for t in tasks]
        reply = agency.report(world.next_seq(), *said)
        return reply["kind"] == "ack" and set(results(reply)) == {"accepted"}

    wait_for(lambda: say(0.1), "the collector serves it")
    viewer = Crowd(site, 1, 0, plan)
    before, begin = [counter(site, name, plan) for name in numbers], time.monotonic()
    for i in range(80):
        while (left := begin + i / RATE - time.monotonic()) > 0:
            viewer.read(left)
        assert say((i + 2) / 10)
    seconds = time.monotonic() - begin
    frames, sent = (counter(site, name, plan) - had for name, had in zip(numbers, before))
    viewer.close()
    shared = seconds * (64 << 20) / (sent / frames * VIEWERS)
    assert frames > 2 * shared + 6, (seconds, frames, sent, shared)
