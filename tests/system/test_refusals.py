"""What is refused, with which code, in which order: each rule of docs/protocol.md at its edge."""

import math
import os
import struct

import pytest

import client
from harness import PLAN, records, results, word

AT = 1774951200000
EARLIEST = 1735574400000  # 2024-12-31T00:00+08:00: 366 days before 2026-01-01


@pytest.fixture(scope="module")
def jco(shared):
    return shared.agency("jco", shared.daemons[0])


@pytest.fixture(scope="module")
def sta(shared):
    return shared.agency("sta", shared.daemons[0])


def envelope(**changes):
    message = {"v": 1, "kind": "report", "plan": PLAN, "agency": "sta", "seq": 5,
               "reports": [word(17, 5, AT)]}
    message.update(changes)
    return {k: v for k, v in message.items() if v is not ...}


GOOD = client.pack(envelope())
KEY_TWICE = b"\x83\xa1v\x01\xa4kind\xa4ping\xa1v\x01"
DEEP = {"v": 1, "kind": "ping", "x": [[[[[[[1]]]]]]]}  # the map and seven arrays: 8 levels
TOO_DEEP = {"v": 1, "kind": "ping", "x": [[[[[[[[1]]]]]]]]}
WIDE = {"v": 1, "kind": "ping", **{f"k{i}": i for i in range(62)}}
TOO_WIDE = {"v": 1, "kind": "ping", **{f"k{i}": i for i in range(63)}}


@pytest.mark.parametrize("payload", [
    b"", b"\x80"[:0] + b"\xc1", b"\xa4ping", b"\x91\x01", b"\xc0", b"\x01", b"\xcb\x00",
    GOOD + b"\xc0", GOOD + b"\x00" * 9, GOOD[:-1], GOOD[:40], GOOD + GOOD,
    KEY_TWICE,
    b"\x82\xa1v\x01\xc4\x04kind\xa4ping",
    b"\x82\xa1v\x01\x01\xa4ping",
    client.pack(envelope(reports=[{1: 2}])),
    GOOD.replace(b"in_progress", b"in_progre\xff\xfe"),
    GOOD.replace(b"in_progress", b"in_prog\xed\xa0\x80r"),
    GOOD.replace(b"in_progress", b"in_progres\xc3"),
    GOOD.replace(b"\xa5state", b"\xa5stat\xe9"),
    client.pack(envelope()).replace(b"\xa4task\x11", b"\xa4task\x11\xa4task\x12", 1)
        .replace(b"\x91\x84", b"\x91\x85"),
    client.pack(TOO_DEEP), client.pack(TOO_WIDE),
    client.pack({"v": 1, "kind": "ping", "x": [[0] * 65536, [0] * 65536]}),
], ids=["nothing", "0xc1", "a text", "an array", "nil", "a number", "half a float",
        "nil behind it", "zeros behind it", "cut by one", "cut in the middle", "two messages",
        "key twice", "bin key", "number key", "number key inside", "bytes that are no UTF-8",
        "a surrogate", "cut UTF-8", "a key that is no UTF-8", "key twice inside", "nine levels",
        "65 keys", "131,077 objects"])
def test_what_is_not_one_good_map_is_malformed(sta, payload):
    reply = sta.ask(payload)
    assert (reply["v"], reply["kind"], reply["code"]) == (1, "error", "malformed")
    assert reply["retry"] is False and reply["message"] and "seq" not in reply


@pytest.mark.parametrize("message", [DEEP, WIDE], ids=["eight levels", "64 keys"])
def test_what_is_just_within_the_limits_is_read(sta, message):
    assert sta.ask(message)["kind"] == "pong"


@pytest.mark.parametrize("frames", [
    [b"x", GOOD], [b"", GOOD, b""], [b"", b"", GOOD], [GOOD, b""], [GOOD, GOOD], [b"a"] * 40,
], ids=["two full", "a tail", "two empty first", "empty last", "twice", "forty"])
def test_wrong_frames_are_malformed(shared, frames):
    dealer = shared.agency("sta", shared.daemons[0])
    dealer.socket.send_multipart(frames)
    assert dealer.socket.poll(15000)
    assert client.unpack(dealer.socket.recv_multipart()[-1])["code"] == "malformed"
    assert dealer.ask({"v": 1, "kind": "ping"})["kind"] == "pong"


MANY = [word(1 + i % 106, 5, AT) for i in range(501)]


@pytest.mark.parametrize("change, code, names", [
    ({"v": ...}, "bad_field", "v"),
    ({"v": None}, "bad_field", "v"),
    ({"v": "1"}, "bad_field", "v"),
    ({"v": 1.0}, "bad_field", "v"),
    ({"v": 2}, "unsupported_version", "2"),
    ({"v": 0}, "unsupported_version", "0"),
    ({"kind": ...}, "bad_field", "kind"),
    ({"kind": 1}, "bad_field", "kind"),
    ({"kind": "reports"}, "unknown_kind", "reports"),
    ({"kind": "ack"}, "unknown_kind", "ack"),
    ({"plan": ...}, "bad_field", "plan"),
    ({"plan": 2026}, "bad_field", "plan"),
    ({"plan": b"ipr-2026"}, "bad_field", "plan"),
    ({"plan": "ipr-2027"}, "unknown_plan", "ipr-2027"),
    ({"plan": "ipr-2026\0"}, "unknown_plan", "ipr-2026"),
    ({"agency": ...}, "bad_field", "agency"),
    ({"agency": ["sta"]}, "bad_field", "agency"),
    ({"agency": "nobody"}, "unknown_agency", "nobody"),
    ({"agency": "STA"}, "unknown_agency", "STA"),
    ({"agency": "@office"}, "unknown_agency", "@office"),
    ({"seq": ...}, "bad_field", "seq"),
    ({"seq": 0}, "bad_field", "seq"),
    ({"seq": -1}, "bad_field", "seq"),
    ({"seq": 5.0}, "bad_field", "seq"),
    ({"seq": "5"}, "bad_field", "seq"),
    ({"seq": 2**53}, "bad_field", "seq"),
    ({"seq": 2**64 - 1}, "bad_field", "seq"),
    ({"reports": ...}, "bad_field", "reports"),
    ({"reports": None}, "bad_field", "reports"),
    ({"reports": []}, "bad_field", "reports"),
    ({"reports": [], "dispositions": []}, "bad_field", "reports"),
    ({"reports": {"0": word(17, 5, AT)}}, "bad_field", "reports"),
    ({"dispositions": "none"}, "bad_field", "dispositions"),
    ({"reports": MANY}, "too_many_reports", "501"),
    ({"reports": MANY[:500], "dispositions": [{}]}, "too_many_reports", "501"),
    ({"v": 2, "kind": "x", "plan": 1}, "unsupported_version", "2"),
    ({"kind": "x", "plan": 1, "agency": 1}, "unknown_kind", "x"),
    ({"plan": 1, "agency": 1, "seq": 0}, "bad_field", "plan"),
    ({"plan": "x", "agency": "y"}, "unknown_plan", "x"),
], ids=str)
def test_a_wrong_envelope_is_refused_as_a_whole(shared, sta, change, code, names):
    before = records(shared)
    reply = sta.ask(client.pack(envelope(**change)))
    assert (reply["kind"], reply.get("code"), reply.get("retry")) == ("error", code, False)
    assert names in reply["message"], reply
    seq = change.get("seq", 5)
    known = type(seq) is int and 1 <= seq < 2**53
    assert reply.get("seq") == (seq if known else None)
    assert records(shared) == before


@pytest.mark.parametrize("change, code", [
    ({"v": 2}, "unsupported_version"),
    ({"plan": ...}, "bad_field"),
    ({"plan": "x"}, "unknown_plan"),
    ({"agency": ...}, "bad_field"),
    ({"agency": "x"}, "unknown_agency"),
], ids=str)
def test_a_wrong_status_request_is_refused(sta, change, code):
    message = {k: v for k, v in envelope(kind="status", **change).items()
               if k not in ("seq", "reports")}
    assert sta.ask(message)["code"] == code


def test_five_hundred_entries_are_judged(shared, jco):
    seq = shared.next_seq()
    ack = jco.report(seq, *[word(107 + i, 5, AT) for i in range(499)], word(106, 5, AT))
    assert results(ack) == ["unknown_task"] * 499 + ["accepted"]


def one(agency, shared, entry, ruling=False):
    send = agency.dispose if ruling else agency.report
    return send(shared.next_seq(), entry)["results"][0]


@pytest.mark.parametrize("entry, code, task", [
    (word(107, 5, AT), "unknown_task", 107),
    (word(2**32 - 1, 5, AT), "unknown_task", 2**32 - 1),
    (word(1, 5, AT), "not_responsible", 1),
    (word(0, 5, AT), "bad_field", None),
    (word(-17, 5, AT), "bad_field", None),
    (word(17.0, 5, AT), "bad_field", None),
    (word("17", 5, AT), "bad_field", None),
    (word(None, 5, AT), "bad_field", None),
    ({"state": "in_progress", "percent": 5, "at": AT}, "bad_field", None),
    (17, "bad_field", None),
    (None, "bad_field", None),
    ([["task", 17]], "bad_field", None),
    ({}, "bad_field", None),
    ({"task": 107, "state": 7}, "unknown_task", 107),
    ({"task": 1}, "not_responsible", 1),
], ids=str)
def test_a_task_must_be_the_agencys_own(shared, sta, entry, code, task):
    got = one(sta, shared, entry)
    assert (got["result"], got["code"], got["task"]) == ("rejected", code, task)
    assert set(got) == {"task", "result", "code", "message"} and got["message"]


BLOCKED = {"state": "blocked", "problems": "缺经费"}
EVIDENCE = {"title": "t", "uri": "https://example.org/"}
NOW_MS = int(os.environ["NOW_MS"])  # one for all processes that run these (conftest.py)


def float32(value):
    """A stand-in that is packed as a float32 afterwards."""
    return ("float32", value)


@pytest.mark.parametrize("change, named", [
    ({"action": "retract"}, "action"), ({"action": 1}, "action"),
    ({"state": ...}, "state"), ({"state": None}, "state"), ({"state": "unreported"}, "state"),
    ({"state": "In_Progress"}, "state"), ({"state": ""}, "state"), ({"state": 2}, "state"),
    ({"percent": ...}, "percent"), ({"percent": None}, "percent"), ({"percent": "5"}, "percent"),
    ({"percent": True}, "percent"), ({"percent": -1}, "percent"), ({"percent": -0.01}, "percent"),
    ({"percent": 100.01}, "percent"), ({"percent": 101}, "percent"), ({"percent": 2**63}, "percent"),
    ({"percent": 62.555}, "percent"), ({"percent": 0.001}, "percent"),
    ({"percent": 62.55001}, "percent"), ({"percent": float32(62.555)}, "percent"),
    ({"percent": math.nan}, "percent"), ({"percent": math.inf}, "percent"),
    ({"percent": -math.inf}, "percent"), ({"percent": 1e300}, "percent"),
    ({"state": "not_started", "percent": 0.01}, "percent"),
    ({"state": "completed", "percent": 99.99}, "percent"),
    ({"state": "in_progress", "percent": 100}, "percent"),
    ({**BLOCKED, "percent": 100}, "percent"),
    ({"at": ...}, "at"), ({"at": None}, "at"), ({"at": 1.5e12}, "at"), ({"at": "now"}, "at"),
    ({"at": -1}, "at"), ({"at": 0}, "at"), ({"at": EARLIEST - 1}, "at"),
    ({"at": NOW_MS + 3_600_000}, "at"), ({"at": 2**63}, "at"),
    ({"summary": "a" * 2001}, "summary"), ({"summary": "进" * 667}, "summary"),
    ({"summary": 5}, "summary"), ({"summary": b"x"}, "summary"), ({"summary": False}, "summary"),
    ({"summary": "a\0b"}, "summary"), ({"summary": "\x1b[2J"}, "summary"),
    ({"summary": "a\rb"}, "summary"), ({"summary": "\x7f"}, "summary"),
    ({"summary": "\x85"}, "summary"), ({"summary": "\x9f"}, "summary"),
    ({"problems": "a" * 1001}, "problems"), ({"next_steps": "a" * 1001}, "next_steps"),
    ({"state": "blocked"}, "problems"), ({"state": "blocked", "problems": ""}, "problems"),
    ({"help": 1}, "help"), ({"help": "yes"}, "help"),
    ({"evidence": EVIDENCE}, "evidence"), ({"evidence": [EVIDENCE] * 17}, "evidence"),
    ({"evidence": ["https://example.org/"]}, "evidence"), ({"evidence": [{}]}, "title"),
    ({"evidence": [EVIDENCE | {"title": ""}]}, "title"),
    ({"evidence": [EVIDENCE | {"title": "a" * 201}]}, "title"),
    ({"evidence": [EVIDENCE | {"title": "a\nb\0"}]}, "title"),
    ({"evidence": [EVIDENCE, {"title": "t"}]}, "uri"),
    ({"evidence": [EVIDENCE | {"uri": "u" * 501}]}, "uri"),
    ({"evidence": [EVIDENCE | {"uri": 7}]}, "uri"),
], ids=lambda v: repr(v)[:60])
def test_a_wrong_field_is_named(shared, sta, change, named):
    got = rejected(shared, sta, change)
    assert (got.get("code"), got["task"]) == ("bad_field", 17), got
    assert named in got["message"]
    assert len(got["message"]) < 300 and got["message"].isprintable()


def rejected(shared, agency, change):
    entry = {k: v for k, v in (word(17, 5, AT) | change).items() if v is not ...}
    message = agency.envelope(shared.next_seq(), [entry])
    narrow = entry.get("percent")
    if not isinstance(narrow, tuple):
        return agency.ask(client.pack(message))["results"][0]
    entry["percent"] = 0.123
    payload = client.pack(message).replace(b"\xcb" + struct.pack(">d", 0.123),
                                           b"\xca" + struct.pack(">f", narrow[1]))
    return agency.ask(payload)["results"][0]


@pytest.mark.parametrize("change, basis_points", [
    ({"percent": 0}, 0), ({"percent": -0.0}, 0), ({"percent": 0.01}, 1), ({"percent": 99.99}, 9999),
    ({"percent": 62.55}, 6255), ({"percent": float32(62.55)}, 6255),
    ({"percent": float32(99.99)}, 9999), ({"percent": float32(0.01)}, 1),
    ({"percent": 62.5500009}, 6255), ({"percent": 33.33}, 3333),
    ({"state": "not_started", "percent": 0}, 0), ({"state": "completed", "percent": 100}, 10000),
    ({"state": "completed", "percent": 100.0}, 10000),
    ({"state": "completed", "percent": float32(100)}, 10000),
    ({**BLOCKED, "percent": 0}, 0), ({**BLOCKED, "percent": 50}, 5000),
    ({"at": EARLIEST}, 500), ({"at": NOW_MS + 200_000}, 500),
    ({"summary": "a" * 2000}, 500), ({"summary": "进" * 666 + "ab"}, 500),
    ({"summary": "two lines\n\tand a tab, 𝌆"}, 500), ({"summary": "\xa0"}, 500),
    ({"problems": "a" * 1000}, 500), ({"next_steps": "a" * 1000}, 500), ({"help": True}, 500),
    ({"evidence": [EVIDENCE] * 16}, 500),
    ({"evidence": [{"title": "a" * 200, "uri": "u" * 500, "more": 1}]}, 500),
], ids=lambda v: repr(v)[:60])
def test_what_is_just_right_is_stored_as_it_was_said(shared, sta, change, basis_points):
    got = rejected(shared, sta, change)
    assert got == {"task": 17, "result": "accepted"}
    content = records(shared)[-1][1][4]
    assert content[4] == basis_points
    for index, name in ((6, "summary"), (7, "problems"), (8, "next_steps")):
        if name in change:
            assert content[index] == change[name]
    assert sta.status()["obligations"][0]["percent"] == basis_points / 100


@pytest.mark.parametrize("change, named", [
    ({"disposition": ...}, "disposition"), ({"disposition": "done"}, "disposition"),
    ({"disposition": 1}, "disposition"),
    ({"disposition": "returned"}, "reason"), ({"disposition": "suspended"}, "reason"),
    ({"disposition": "cancelled", "reason": ""}, "reason"),
    ({"disposition": "returned", "reason": "a" * 501}, "reason"),
    ({"reason": "bell \7"}, "reason"), ({"reason": 1}, "reason"),
    ({"at": ...}, "at"), ({"at": EARLIEST - 1}, "at"), ({"at": NOW_MS + 3_600_000}, "at"),
], ids=str)
def test_a_wrong_field_of_a_disposition_is_named(shared, jco, change, named):
    entry = {"task": 17, "disposition": "verified", "at": AT} | change
    got = one(jco, shared, {k: v for k, v in entry.items() if v is not ...}, ruling=True)
    assert got["code"] == "bad_field" and named in got["message"]


def test_a_reason_may_have_500_bytes(shared, jco):
    entry = {"task": 18, "disposition": "returned", "at": AT, "reason": "a" * 500}
    assert one(jco, shared, entry, ruling=True) == {"task": 18, "result": "accepted"}


def test_only_the_office_rules(shared, sta):
    ruling = {"task": 17, "disposition": "verified", "at": AT}
    assert one(sta, shared, ruling, ruling=True)["code"] == "not_office"
    assert one(sta, shared, ruling | {"task": 999}, ruling=True)["code"] == "unknown_task"
    assert one(sta, shared, ruling | {"at": "?"}, ruling=True)["code"] == "not_office"


def test_the_second_entry_on_a_task_is_refused_in_each_list_apart(shared, jco):
    ruling = {"task": 106, "disposition": "open", "at": AT}
    ack = jco.ask(jco.envelope(
        shared.next_seq(),
        [word(106, 1, AT), word(105, 1, AT), word(106, 2, AT), {"task": 106}, word(1, 1, AT),
         word(1, 1, AT)],
        [ruling, ruling | {"task": 105}, ruling]))
    assert results(ack) == ["accepted", "accepted", "duplicate_task", "duplicate_task",
                            "not_responsible", "not_responsible",
                            "accepted", "accepted", "duplicate_task"]


def test_a_refused_first_entry_still_makes_the_second_a_duplicate(shared, jco):
    ack = jco.report(shared.next_seq(), word(106, 101, AT), word(106, 50, AT))
    assert results(ack) == ["bad_field", "duplicate_task"]


def test_text_from_outside_comes_back_cut_and_escaped(sta):
    reply = sta.ask(envelope(agency="\x1b[31m\n" + "x" * 40))
    assert reply["code"] == "unknown_agency"
    assert reply["message"].isprintable() and len(reply["message"]) < 300
