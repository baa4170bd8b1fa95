"""A plan revision that comes while the daemons run, and one that may not."""

from harness import PLAN_FILE, results, rollup, wait_for, word
from load import AS_OF, TODAY, check_snapshot

AT = 1774951200000


def revised(world, name, *changes, revision=2):
    text = PLAN_FILE.read_text(encoding="utf-8").replace("revision: 1\n", f"revision: {revision}\n")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = world.folder / name
    file.write_text(text, encoding="utf-8")
    return file


WITHOUT_106 = ('''      - number: 106
        zh: "年度知识产权强国建设发展报告"
        en: "Prepare and publish the annual IP powerhouse development report"
        agencies: [jco]
''', "")
STA_OUT = ("agencies: [mof, sta]", "agencies: [mof, nbs]")


def test_a_new_revision_is_judged_by_soon_after_it_is_loaded(world):
    collector = world.collector()
    jco, sta, nbs = (world.agency(a, collector) for a in ("jco", "sta", "nbs"))
    assert results(jco.report(1, word(106, 5, AT))) == ["accepted"]
    assert results(sta.report(1, word(17, 5, AT))) == ["accepted"]
    assert results(nbs.report(1, word(17, 5, AT))) == ["not_responsible"]
    world.load_plan(revised(world, "two.yaml", WITHOUT_106, STA_OUT))
    seqs = iter(range(2, 10**6))
    wait_for(lambda: results(jco.report(next(seqs), word(106, 5, AT))) == ["unknown_task"],
             "task 106 is gone")
    assert results(sta.report(2, word(17, 6, AT))) == ["not_responsible"]
    assert results(nbs.report(2, word(17, 6, AT))) == ["accepted"]
    assert sta.status()["obligations"] == []
    assert results(jco.report(next(seqs), word(105, 5, AT))) == ["accepted"]


def test_no_report_is_stored_against_a_plan_that_was_replaced(world):
    """The very first message after the load is judged by the new revision."""
    collector = world.collector()
    jco = world.agency("jco", collector)
    assert results(jco.report(1, word(106, 5, AT))) == ["accepted"]
    world.load_plan(revised(world, "two.yaml", WITHOUT_106))
    assert results(jco.report(2, word(106, 6, AT), word(105, 6, AT))) == ["unknown_task", "accepted"]


NEW_AGENCY = ('  - {id: sta, zh: "税务总局"', '  - {id: newcomer, zh: "新单位", kind: agency}\n  - {id: sta, zh: "税务总局"')


def test_an_agency_that_a_revision_adds_is_never_refused_for_good(world):
    """Not even by its very first message, when nobody else has said anything since."""
    collector = world.collector()
    newcomer = world.agency("newcomer", collector)
    message = newcomer.envelope(1, [word(17, 5, AT)])
    assert newcomer.ask(message)["code"] == "unknown_agency"
    world.load_plan(revised(world, "two.yaml", NEW_AGENCY, ("agencies: [mof, sta]", "agencies: [mof, newcomer]")))
    first = newcomer.ask(message)
    assert first["kind"] == "ack" or (first["code"], first["retry"]) == ("unavailable", True)
    assert results(newcomer.ask(message)) in (["accepted"], ["duplicate"])
    assert [o["task"] for o in newcomer.status()["obligations"]] == [17]


def test_an_agency_that_a_revision_adds_may_ask_first(world):
    collector = world.collector()
    newcomer = world.agency("newcomer", collector)
    world.load_plan(revised(world, "two.yaml", NEW_AGENCY, ("agencies: [mof, sta]", "agencies: [mof, newcomer]")))
    first = newcomer.status()
    assert first["kind"] == "status" or (first["code"], first["retry"]) == ("unavailable", True)
    assert [o["task"] for o in newcomer.status()["obligations"]] == [17]


def test_the_same_revision_again_changes_nothing(world):
    ledger = world.redis.key("ledger")
    before = world.redis.client.xlen(ledger)
    world.load_plan()
    assert world.redis.client.xlen(ledger) == before == 1


def test_an_older_revision_and_other_content_under_the_same_number_are_refused(world):
    two = revised(world, "two.yaml", STA_OUT)
    world.load_plan(two)
    before = world.redis.client.hgetall(world.redis.key("plan"))
    refusal = world.load_plan(want=65)
    assert "revision" in refusal.stderr
    world.load_plan(revised(world, "other.yaml", WITHOUT_106), want=65)
    assert world.redis.client.hgetall(world.redis.key("plan")) == before
    world.load_plan(two)


def test_the_aggregator_follows_a_new_revision(world, plan):
    collector = world.collector()
    aggregator = world.aggregator("--today", TODAY)
    jco, sta, mof = (world.agency(a, collector) for a in ("jco", "sta", "mof"))
    subscriber = world.subscriber(aggregator)
    assert results(jco.report(1, word(106, 50, AT), word(105, 20, AT))) == ["accepted"] * 2
    assert results(mof.report(1, word(17, 100, AT))) == ["accepted"]
    assert results(sta.report(1, word(17, 33.33, AT))) == ["accepted"]
    check_snapshot(world, subscriber, plan, AS_OF)
    assert len(subscriber.data) == 165
    assert subscriber.data["ipr-2026/task/17/"]["percent"] == 66.66

    file = revised(world, "two.yaml", WITHOUT_106, STA_OUT)
    world.load_plan(file)
    two = rollup.read_plan(file.read_text(encoding="utf-8"))
    check_snapshot(world, subscriber, two, AS_OF)
    assert len(subscriber.data) == 164
    assert {d["revision"] for d in subscriber.data.values()} == {2}
    assert {d["position"] for d in subscriber.data.values()} == {world.since()}
    assert subscriber.data["ipr-2026/task/17/"]["percent"] == 50.0
    subscriber.until(lambda: subscriber.tick and subscriber.tick["topics"] == 164 and
                     subscriber.tick["digest"] == subscriber.digest(), "the digest is that of the copy")

    kept = dict(subscriber.payloads)
    aggregator.restart()
    again = world.subscriber(aggregator)
    check_snapshot(world, again, two, AS_OF)
    assert again.payloads == kept


def test_a_plan_that_is_loaded_later_is_served_without_a_restart(world):
    collector = world.collector()
    other = world.folder / "other.yaml"
    other.write_text(PLAN_FILE.read_text(encoding="utf-8").replace("id: ipr-2026\n", "id: ipr-next\n"),
                     encoding="utf-8")
    sta = world.agency("sta", collector, plan="ipr-next")
    assert sta.ask(sta.envelope(1, [word(17, 5, AT)]))["code"] == "unknown_plan"
    world.load_plan(other)
    seqs = iter(range(2, 10**6))
    wait_for(lambda: sta.report(next(seqs), word(17, 5, AT))["kind"] == "ack", "the new plan is served")
