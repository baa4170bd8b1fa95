"""What becomes of reports: every verdict, and what counts as the same report."""

import struct

import pytest
import zmq

import client
from harness import records, results, wait_for, word

AT = 1774951200000


@pytest.fixture
def sta(shared):
    return shared.agency("sta", shared.daemons[0])


@pytest.fixture
def cnipa(shared):
    return shared.agency("cnipa", shared.daemons[0])


@pytest.fixture
def jco(shared):
    return shared.agency("jco", shared.daemons[0])


def stored(shared, field):
    raw = shared.redis.client.hget(shared.redis.key("latest"), field)
    return client.unpack(raw) if raw else None


def test_a_new_report_is_accepted_and_stored_when_the_ack_comes(shared, sta):
    seq = shared.next_seq()
    ack = sta.report(seq, word(17, 33.33, AT, summary="进展顺利"))
    assert ack["v"] == 1 and ack["kind"] == "ack" and ack["plan"] == "ipr-2026"
    assert ack["seq"] == seq and ack["durability"] == "fsync"
    assert ack["results"] == [{"task": 17, "result": "accepted"}]
    where, record = records(shared)[-1]
    assert where == ack["position"]
    assert record[0] == 1 and record[1] == seq and record[3] == "sta"
    assert record[4][:7] == [0, 17, AT, "in_progress", 3333, False, "进展顺利"]
    assert stored(shared, "17/sta") == record


def test_the_same_bytes_again_are_a_duplicate_and_write_nothing(shared, sta):
    payload = client.pack(sta.envelope(shared.next_seq(), [word(17, 5, AT)]))
    assert results(sta.ask(payload)) == ["accepted"]
    before = records(shared)
    again = sta.ask(payload)
    assert results(again) == ["duplicate"] and "position" not in again
    assert records(shared) == before


def test_another_content_under_a_stored_seq_is_a_conflict_and_changes_nothing(shared, sta):
    seq = shared.next_seq()
    assert results(sta.report(seq, word(17, 5, AT))) == ["accepted"]
    before = stored(shared, "17/sta")
    for other in (word(17, 6, AT), word(17, 5, AT + 1), word(17, 5, AT, help=True),
                  word(17, 5, AT, summary="x"), word(17, 5, AT, problems="x"),
                  word(17, 5, AT, next_steps="x"), {"task": 17, "action": "withdraw", "at": AT},
                  word(17, 5, AT, evidence=[{"title": "t", "uri": "u"}]),
                  word(17, 5, AT) | {"state": "blocked", "problems": "x"}):
        ack = sta.report(seq, other)
        assert results(ack) == ["conflict"] and "position" not in ack, other
    assert stored(shared, "17/sta") == before


def test_an_older_report_is_superseded_whatever_it_says(shared, sta):
    old, new = shared.next_seq(), shared.next_seq()
    assert results(sta.report(old, word(17, 5, AT))) == ["accepted"]
    assert results(sta.report(new, word(17, 7, AT))) == ["accepted"]
    assert results(sta.report(old, word(17, 5, AT))) == ["superseded"]
    assert results(sta.report(old, word(17, 6, AT))) == ["superseded"]
    assert stored(shared, "17/sta")[1] == new


def test_seq_orders_reports_and_not_arrival_or_at(shared, sta):
    first, second = shared.next_seq(), shared.next_seq()
    assert results(sta.report(second, word(17, 8, AT))) == ["accepted"]
    assert results(sta.report(first, word(17, 9, AT + 60000))) == ["superseded"]


@pytest.mark.parametrize("first, again", [
    (word(17, 62, AT), word(17, 62.0, AT)),
    (word(17, 62.0, AT), word(17, 62, AT)),
    (word(17, 62, AT), word(17, 62, AT, summary="", problems=None, help=False, evidence=[])),
    (word(17, 62, AT, summary=None, help=None, evidence=None), word(17, 62, AT, summary="")),
    (word(17, 62, AT), word(17, 62, AT, action="report")),
    (word(17, 62, AT), word(17, 62, AT, action=None)),
    (word(17, 62, AT), word(17, 62, AT, colour="red", nested={"a": [1, {"b": None}]})),
    (word(17, 62, AT, summary="s"), dict(reversed(word(17, 62, AT, summary="s").items()))),
], ids=["62 and 62.0", "62.0 and 62", "absent and empty", "nil and empty", "action default",
        "action nil", "unknown keys", "order of keys"])
def test_two_ways_to_say_the_same_are_a_duplicate(shared, sta, first, again):
    seq = shared.next_seq()
    assert results(sta.report(seq, first)) == ["accepted"]
    assert results(sta.report(seq, again)) == ["duplicate"]


def test_wide_integers_and_narrow_floats_are_the_same_report(shared, sta):
    seq = shared.next_seq()
    payload = client.pack(sta.envelope(seq, [word(17, 62.5, AT)]))
    assert results(sta.ask(payload)) == ["accepted"]
    wide = payload.replace(b"\xa4task\x11", b"\xa4task\xd3" + struct.pack(">q", 17))
    narrow = wide.replace(b"\xcb" + struct.pack(">d", 62.5), b"\xca" + struct.pack(">f", 62.5))
    assert len({payload, wide, narrow}) == 3
    assert results(sta.ask(wide)) == ["duplicate"]
    assert results(sta.ask(narrow)) == ["duplicate"]


def test_unknown_keys_of_the_envelope_are_ignored(shared, sta):
    message = sta.envelope(shared.next_seq(), [word(17, 5, AT)])
    message.update(trace="abc", extra=[{"deep": {"er": b"\xff"}}])
    assert results(sta.ask(message)) == ["accepted"]


def test_a_withdrawal_takes_back_and_status_shows_it(shared, sta):
    first, second, third = (shared.next_seq() for _ in range(3))
    assert results(sta.report(first, word(17, 5, AT))) == ["accepted"]
    line = sta.status()["obligations"][0]
    assert (line["state"], line["percent"], line["at"]) == ("in_progress", 5.0, AT)
    assert line["seq"] == first and line["role"] == "participant" and line["received"] > AT

    withdrawal = {"task": 17, "action": "withdraw", "at": AT + 1}
    assert results(sta.report(second, withdrawal)) == ["accepted"]
    line = sta.status()["obligations"][0]
    assert (line["state"], line["percent"], line["at"]) == ("unreported", None, None)
    assert line["seq"] == second
    assert results(sta.report(second, withdrawal)) == ["duplicate"]
    assert results(sta.report(first, word(17, 5, AT))) == ["superseded"]

    assert results(sta.report(third, word(17, 6, AT))) == ["accepted"]
    assert sta.status()["obligations"][0]["percent"] == 6.0


def test_a_withdrawal_ignores_the_other_fields(shared, sta):
    seq = shared.next_seq()
    bare = {"task": 17, "action": "withdraw", "at": AT}
    noisy = bare | {"state": "blocked", "percent": 12, "summary": "x", "help": True}
    assert results(sta.report(seq, noisy)) == ["accepted"]
    assert results(sta.report(seq, bare)) == ["duplicate"]


def test_withdrawing_what_was_never_reported_is_accepted(shared):
    nsfc = shared.agency("nsfc", shared.daemons[0])
    assert nsfc.status()["obligations"][0]["state"] == "unreported"
    seq = shared.next_seq()
    ack = nsfc.report(seq, {"task": 55, "action": "withdraw", "at": AT})
    assert results(ack) == ["accepted"]
    assert nsfc.status()["obligations"] == [
        {"task": 55, "role": "participant", "seq": seq, "state": "unreported", "percent": None,
         "at": None, "received": nsfc.status()["obligations"][0]["received"]}]


def test_each_agency_has_its_own_seqs(shared, sta):
    mof, cast = (shared.agency(name, shared.daemons[0]) for name in ("mof", "cast"))
    task = cast.status()["obligations"][0]["task"]
    assert results(mof.report(1, word(9, 5, AT))) == ["accepted"]
    assert results(cast.report(2**53 - 1, word(task, 5, AT))) == ["accepted"]
    assert results(sta.report(shared.next_seq(), word(17, 5, AT))) == ["accepted"]
    assert results(mof.report(2, word(9, 6, AT))) == ["accepted"]
    assert results(cast.report(2**53 - 2, word(task, 6, AT))) == ["superseded"]


def test_results_come_in_the_order_of_reports_then_dispositions(shared, jco):
    seq = shared.next_seq()
    ack = jco.ask(jco.envelope(
        seq, [word(106, 1, AT), word(1, 1, AT), word(104, 1, AT)],
        [{"task": 3, "disposition": "open", "at": AT},
         {"task": 106, "disposition": "open", "at": AT}]))
    assert [r["task"] for r in ack["results"]] == [106, 1, 104, 3, 106]
    assert results(ack) == ["accepted", "not_responsible", "accepted", "accepted", "accepted"]


def test_one_message_may_mix_every_verdict(shared, cnipa):
    old, seq = shared.next_seq(), shared.next_seq()
    assert results(cnipa.report(old, word(1, 5, AT))) == ["accepted"]
    assert results(cnipa.report(seq, word(2, 5, AT), word(11, 5, AT))) == ["accepted"] * 2
    later = shared.next_seq()
    assert results(cnipa.report(later, word(12, 5, AT))) == ["accepted"]
    ack = cnipa.report(seq, word(1, 6, AT), word(2, 5, AT), word(11, 6, AT), word(12, 5, AT),
                       word(107, 5, AT))
    assert results(ack) == ["accepted", "duplicate", "conflict", "superseded", "unknown_task"]
    assert ack["position"] == records(shared)[-1][0]


def test_rulings_of_the_office_are_ordered_apart_from_its_reports(shared, jco):
    first, second = shared.next_seq(), shared.next_seq()
    verified = {"task": 105, "disposition": "verified", "at": AT}
    assert results(jco.dispose(second, verified)) == ["accepted"]
    assert results(jco.report(first, word(105, 5, AT))) == ["accepted"]
    assert results(jco.dispose(second, verified)) == ["duplicate"]
    assert results(jco.dispose(second, verified | {"reason": ""})) == ["duplicate"]
    assert results(jco.dispose(second, verified | {"reason": "done"})) == ["conflict"]
    assert results(jco.dispose(first, verified)) == ["superseded"]
    record = stored(shared, "105/@office")
    assert record[1] == second and record[4] == [2, 105, AT, "verified"]
    for number, ruling in enumerate(("returned", "suspended", "cancelled", "open")):
        ack = jco.dispose(shared.next_seq(),
                          {"task": 105, "disposition": ruling, "reason": "缘由", "at": AT + number})
        assert results(ack) == ["accepted"], ruling


def test_req_and_dealer_get_the_same_answers(shared):
    req = shared.agency("spb", shared.daemons[0], zmq.REQ)
    dealer = shared.agency("spb", shared.daemons[0])
    task = req.status()["obligations"][0]["task"]
    seq = shared.next_seq()
    assert results(req.report(seq, word(task, 5, AT))) == ["accepted"]
    assert results(dealer.report(seq, word(task, 5, AT))) == ["duplicate"]
    assert req.status() == dealer.status()
    assert req.ask(b"\xc1")["code"] == "malformed"
    assert req.ask({"v": 1, "kind": "ping"})["kind"] == "pong"


def test_a_dealer_that_sends_an_empty_frame_gets_one_back(shared):
    dealer = shared.agency("sta", shared.daemons[0])
    dealer.socket.send_multipart([b"", client.pack({"v": 1, "kind": "ping"})])
    frames = dealer.socket.recv_multipart()
    assert frames[0] == b"" and client.unpack(frames[1])["kind"] == "pong" and len(frames) == 2


def test_a_pong_names_version_and_time(shared, sta):
    pong = sta.ask({"v": 1, "kind": "ping"})
    assert set(pong) == {"v", "kind", "version", "time"}
    assert pong["version"].count(".") == 2
    again = sta.ask({"v": 1, "kind": "ping", "plan": 7, "more": []})
    assert again["kind"] == "pong" and again["time"] >= pong["time"] > AT


def test_status_lists_every_obligation_of_the_agency_in_task_order(shared, plan):
    for name in ("cnipa", "jco", "sta", "nsfc"):
        agency = shared.agency(name, shared.daemons[0])
        reply = agency.status()
        assert set(reply) == {"v", "kind", "plan", "agency", "obligations"}
        assert (reply["v"], reply["kind"], reply["agency"]) == (1, "status", name)
        want = [(t.number, "lead" if t.agencies[0] == name else "participant")
                for t in plan.tasks if name in t.agencies]
        assert [(o["task"], o["role"]) for o in reply["obligations"]] == want
        for o in reply["obligations"]:
            assert set(o) == {"task", "role", "seq", "state", "percent", "at", "received"}


def test_many_messages_on_the_way_are_all_answered(shared, cnipa):
    seqs = [shared.next_seq() for _ in range(500)]
    for seq in seqs:
        cnipa.socket.send(client.pack(cnipa.envelope(seq, [word(2, seq % 100, AT)])))
    got = [cnipa.receive() for _ in seqs]
    assert sorted(r["seq"] for r in got) == seqs
    assert {results(r)[0] for r in got} == {"accepted"}
    assert stored(shared, "2/cnipa")[1] == seqs[-1]
    wait_for(lambda: cnipa.status()["obligations"][1]["seq"] == seqs[-1], "status is current")
