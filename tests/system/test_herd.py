"""Many at once who read nothing, or who all ask for the same: nobody else waits for them."""

import time

import pytest
import web
from crowd import allow_descriptors, answers, counter, cpu_s, knock, silent, tasks_of
from harness import PLAN, World, is_sanitized, results, wait_for, word

RATE = 20  # a second


@pytest.fixture
def spoken():
    """A dashboard of its own, whose agency `say`s a word on all of its tasks."""
    allow_descriptors()
    with World() as world:
        world.load_plan()
        collector = world.collector()
        site = web.start(world, world.aggregator()).whole()
        agency, tasks = world.agency("cnipa", collector), tasks_of(site, "cnipa")

        def say(percent):
            said = [word(t, percent, int(time.time() * 1000), state="in_progress") for t in tasks]
            assert set(results(agency.report(world.next_seq(), *said))) == {"accepted"}
        site.say = say
        yield site


def test_who_reads_nothing_slows_nobody(spoken):
    """With a thousand such viewers each frame would keep the line busy for most of a second, if they were sent it."""
    with spoken.events(after=spoken.api("/snapshot")["stream"]) as stream:
        viewers = silent(spoken, 1000)
        wait_for(lambda: counter(spoken, "viewers") == 1001, "all are there")
        begin, before = time.monotonic(), 0
        for i in range(1, 121):
            while (left := begin + i / RATE - time.monotonic()) > 0:
                stream.read(left)
            spoken.say(i / 2)
            if i == 40:  # by then they have no room for more
                before = counter(spoken, "frames_total")
        rate = (counter(spoken, "frames_total") - before) / (time.monotonic() - begin - 2)
        assert counter(spoken, "viewers") == 1001
    for s in viewers:
        s.close()
    assert rate >= (3 if is_sanitized() else 8), rate  # numbers, and records


def test_who_all_ask_for_the_same_are_given_it_once_made(spoken, capsys):
    """What they ask for is not made for each, and live viewers do not wait for them."""
    for i in range(1, 8):
        spoken.say(i)
    wait_for(lambda: spoken.api("/feed")["count"] >= 200, "all is read")
    with spoken.events() as stream:
        stream.next("tick")
        heard, spent = [time.monotonic()], cpu_s(spoken)

        def look():
            while stream.read(0) or stream.waiting:
                if stream.waiting and stream.waiting.pop(0).kind == "tick":
                    heard.append(time.monotonic())
        sockets = knock(spoken, 500, f"/api/v1/plans/{PLAN}/feed?limit=200")
        got = answers(sockets, look)
        spent = cpu_s(spoken) - spent
        stream.next("tick")
        heard.append(time.monotonic())
    assert len({body.partition(b"\r\n\r\n")[2] for body in got}) == 1 and got[0].startswith(b"HTTP/1.1 200 ")
    gap = max(b - a for a, b in zip(heard, heard[1:]))
    with capsys.disabled():
        print(f"\n500 feeds at once: {spent:.2f} s of the processor, no tick for {gap:.2f} s")
    assert gap <= 2.5
    assert spent <= (1.6 if is_sanitized() else 0.4)
