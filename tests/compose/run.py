#!/usr/bin/python3
"""Proves of an installation that is up what docs/operations.md promises of one under Docker Compose.

Run by tools/compose-test.sh, with $COMPOSE and DOCKER_HOST. A line for each thing proven; the exit
status is 0 if all of them are. The installation has the profile `prometheus`, and nobody has
reported yet.
"""

import http.client
import json
import re
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

import zmq
from installation import ALWAYS, PLAN, ROOT, Installation, Refused, client, run, wait_for
from sender import Sender

ONCE = ("setup", "plan")
LOCKED = (*ALWAYS, "prometheus")
SECRETS = {"collector": ["collector.key", "collector.redis-password"],
           "aggregator": ["aggregator.key", "aggregator.redis-password"],
           "dashboard": ["dashboard.key", "dashboard.redis-password"]}
AGENCIES = ("cnipa", "mof")
keys = {}  # of agencies: (open, secret)


def all_is_up(site):
    """every service is healthy, those that run once have done their work"""
    for service in LOCKED:
        assert site.health(service) == "healthy", f"{service}: {site.health(service)}"
    for service in ONCE:
        state = site.inspect(service)["State"]
        assert (state["Status"], state["ExitCode"]) == ("exited", 0), (service, state)


def the_plan_is_there(site):
    """the plan is in force and on the page"""
    assert site.office("plan", "show").startswith(f"{PLAN}  1  ")
    plans = site.get("/api/v1/plans")["plans"]
    assert [(p["id"], p["live"]) for p in plans] == [(PLAN, True)], plans


def the_page_knows_its_names(site):
    """the page answers for this machine's names, and for no stranger's"""
    def asked_as(host):
        page = http.client.HTTPConnection("127.0.0.1", site.page, timeout=10)
        page.request("GET", "/", headers={"Host": host})
        return page.getresponse().status
    assert [asked_as(h) for h in ("127.0.0.1:7380", "localhost:7380", "evil.example")] == [200, 200, 421]


def everything_is_locked(site):
    """nothing runs as root, has a right, can write its root, or has a port that others can reach"""
    for service in LOCKED:
        it = site.inspect(service)
        host = it["HostConfig"]
        assert it["Config"]["User"] == "10001:10001", service
        assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["CapAdd"], service
        assert host["SecurityOpt"] == ["no-new-privileges:true"] and not host["Privileged"], service
        assert host["Memory"] > 0 and host["MemorySwap"] == host["Memory"], service
        assert host["PidsLimit"] > 0 and host["LogConfig"]["Config"]["max-size"] == "10m", service
        assert host["RestartPolicy"]["Name"] == "unless-stopped", service
        for bound in (host["PortBindings"] or {}).values():
            assert [b["HostIp"] for b in bound] == ["127.0.0.1"], (service, bound)
        of = dict(re.findall(r"(?m)^(\w+):\s*(.*)$", open(f"/proc/{it['State']['Pid']}/status").read()))
        assert of["Uid"].split() == ["10001"] * 4 and of["NoNewPrivs"] == "1", (service, of)
        assert all(int(of[c], 16) == 0 for c in ("CapEff", "CapPrm", "CapBnd", "CapAmb")), service
        for place in ("/x", "/usr/bin/x", "/etc/x"):
            assert refused(site, "exec", "-T", service, "touch", place), (service, place)
    assert site.compose("run", "--rm", "-T", "--entrypoint", "sh", "tuijin", "-c", "ulimit -c").strip() == "0"
    assert list(site.inspect("redis")["NetworkSettings"]["Networks"]) == ["none"]


def refused(site, *args, text=None):
    """What a command that must not succeed said; '' if it did."""
    try:
        site.compose(*args, text=text)
    except Refused as why:
        return str(why) or "?"
    return ""


def everybody_has_his_own(site):
    """each service sees its own secrets and no other's, none is in its settings, and none can put
    a socket of its own in the place of Redis'"""
    for service, own in SECRETS.items():
        assert site.compose("exec", "-T", service, "ls", "/secrets").split() == own
        assert not re.search(r"\.(key|redis-password)$", site.compose(
            "exec", "-T", service, "ls", "/etc/tuijin"), re.M)
        for place in ("/secrets/x", "/run/redis/x"):
            assert refused(site, "exec", "-T", service, "touch", place), (service, place)
    assert site.compose("exec", "-T", "redis", "ls", "/etc/redis").split() == [
        "health.redis-password", "users.acl"]
    told = run("docker", "inspect", *(site.id(s) for s in (*LOCKED, *ONCE)))
    for secret in secrets_of(site):
        assert secret not in told


def secrets_of(site):
    text = site.compose("run", "--rm", "-T", "--entrypoint", "sh", "tuijin", "-c",
                        "cat /etc/tuijin/*.key /etc/tuijin/*.redis-password")
    secrets = text.split()
    assert len(secrets) >= 12 and all(len(s) >= 40 for s in secrets)
    return secrets


def strangers_stay_outside(site):
    """a key that is in no list gets no answer"""
    stranger = site.agency("cnipa", zmq.curve_keypair())
    stranger.socket.send(client.pack({"v": 1, "kind": "ping"}))
    assert stranger.receive(2) is None
    stranger.close()


def an_agency_is_let_in(site):
    """the key that an agency has made itself is let in the documented way, and shown"""
    keys["cnipa"] = zmq.curve_keypair()
    line = f"{keys['cnipa'][0].decode()} cnipa made by the agency\n"
    said = site.compose("run", "--rm", "-T", "authorize", text=line)
    for command in re.findall(r"docker compose (exec .*)", said):
        words = re.fullmatch(r"exec -T (\w+) sh -c '(.*)'", command)
        site.compose("exec", "-T", words[1], "sh", "-c", words[2])
    assert len(re.findall("docker compose exec", said)) == 2 and f"\n+ {line}" in said, said
    agency = site.agency("cnipa", keys["cnipa"])
    assert agency.ask({"v": 1, "kind": "ping"})["kind"] == "pong"
    agency.close()
    assert "nothing has changed" in site.compose("run", "--rm", "-T", "authorize", text=line)


def a_wrong_list_changes_nothing(site):
    """lines with a mistake, or with a role that nobody asked for, are refused, and the list stays
    as it was"""
    before = site.compose("run", "--rm", "-T", "authorize", "show")
    other = zmq.curve_keypair()[0].decode()
    for wrong in ("nonsense\n", f"{keys['cnipa'][0].decode()} mof\n", "", f"{other} @operator\n"):
        assert "65" in refused(site, "run", "--rm", "-T", "authorize", text=wrong), wrong
    assert site.compose("run", "--rm", "-T", "authorize", "show") == before


def the_office_makes_a_key(site):
    """a key that the office has made can be fetched, and is let in"""
    site.office("keygen", "mof")
    site.compose("run", "--rm", "-T", "authorize", text=site.cat("mof.pub"))
    site.reload()
    keys["mof"] = (site.cat("mof.pub").split()[0].encode(), site.cat("mof.key").strip().encode())


def reports_are_acknowledged(site):
    """a report from outside is acknowledged as on the disk, and the page shows it"""
    for number, name in enumerate(AGENCIES):
        agency = site.agency(name, keys[name])
        task = agency.status()["obligations"][0]["task"]
        ack = agency.report(time.time_ns() // 1000, {
            "task": task, "state": "in_progress", "percent": 41.5 + number,
            "at": time.time_ns() // 1_000_000, "summary": f"论证 {number}"})
        assert (ack["kind"], ack["durability"]) == ("ack", "fsync"), ack
        assert ack["results"][0]["result"] == "accepted", ack
        wait_for(lambda: is_shown(site, task, name, f"论证 {number}"), f"the page shows {name}'s word")
        agency.close()


def is_shown(site, task, agency, summary):
    parts = (site.shown(f"/api/v1/plans/{PLAN}/tasks/{task}") or {"parts": []})["parts"]
    return any(p["agency"] == agency and (p["word"] or {}).get("summary") == summary for p in parts)


def nothing_acknowledged_is_lost(site):
    """Redis restarted and killed, collector, aggregator, dashboard killed under agencies that
    report: what was acknowledged is in the ledger, once, and all come back by themselves"""
    senders = [Sender(site.agency(name, keys[name])) for name in AGENCIES]
    for sender in senders:
        sender.start()
    for harm in (lambda: site.kill("collector"), lambda: site.compose("restart", "redis"),
                 lambda: site.kill("redis"), lambda: site.kill("aggregator"),
                 lambda: site.kill("dashboard"), lambda: site.kill("collector")):
        had = [len(s.acked) for s in senders]
        harm()
        wait_for(lambda: all(len(s.acked) > n + 20 for s, n in zip(senders, had)) or any(
            s.trouble for s in senders), "reports are acknowledged again")
    site.wait_healthy()
    for sender in senders:
        sender.stop()
    count = 0
    for name, sender in zip(AGENCIES, senders):
        records = map(json.loads, site.office(
            "history", "--agency", name, "--limit", "1000000", "--json").splitlines())
        stored = [r["seq"] for r in records if r["kind"] != "revision"]
        assert len(stored) == len(set(stored)), "a report is there twice"
        count += len(stored)
        missing = set(sender.acked) - set(stored)
        assert not missing, f"{len(missing)} of {len(sender.acked)} of {name} are lost"
        sender.agency.close()
    site.office("verify", "--all")
    wait_for(lambda: (site.shown(f"/api/v1/plans/{PLAN}/feed") or {}).get("count") == count,
             "the page has every report")
    print(f"      ({sum(len(s.acked) for s in senders)} reports, six faults)")


def doctor_finds_no_fault(site):
    """tuijin doctor finds no fault"""
    site.office("doctor", "--quiet")


def prometheus_scrapes_all(site):
    """Prometheus scrapes every service and has the rules"""
    def up():
        told = site.shown("/api/v1/targets", 9090)
        return told and {t["labels"]["job"]: t["health"] for t in told["data"]["activeTargets"]} == {
            f"tuijin-{s}": "up" for s in ("collector", "aggregator", "dashboard")}
    wait_for(up, "all targets are up")
    assert len(site.get("/api/v1/rules", 9090)["data"]["groups"]) >= 1


def marks(site):
    """What has to outlive a `down`: open keys, list, every record, the sealed position."""
    names = ("collector", "aggregator", "dashboard", "operator")
    return {"keys": [site.cat(f"/etc/tuijin/{name}.pub") for name in names],
            "list": site.compose("run", "--rm", "-T", "authorize", "show"),
            "plan": site.office("plan", "show", "--json"),
            "count": site.get(f"/api/v1/plans/{PLAN}/feed")["count"],
            "history": site.office("history", "--agency", "mof", "--json")}


def a_second_up_changes_nothing(site):
    """a second `up` makes no key anew and restarts nothing"""
    def lives():
        return [(site.id(s), site.inspect(s)["State"]["StartedAt"]) for s in LOCKED]
    before = marks(site), lives()
    site.up()
    assert (marks(site), lives()) == before
    assert "as they were" in site.compose("logs", "--no-log-prefix", "setup").splitlines()[-1]
    assert "nothing changed" in site.compose("logs", "--no-log-prefix", "plan").splitlines()[-1]


def logs_are_clean(site):
    """no log has an error or a secret"""
    text = site.logs()
    errors = [line for line in text.splitlines() if "level=error" in line]
    assert not errors, errors[:5]
    for secret in secrets_of(site):
        assert secret not in text
    for program in ("collector", "aggregator", "dashboard"):
        assert f"program=tuijin-{program} event=ready" in text, program


def down_and_up_keep_everything(site):
    """`down` and `up` keep plan, reports and keys"""
    before = marks(site)
    site.compose("down", "-t", "10")
    assert site.compose("ps", "-a", "-q") == ""
    site.up()
    wait_for(lambda: site.shown(f"/api/v1/plans/{PLAN}/feed"), "the page shows the ledger")
    assert marks(site) == before
    agency = site.agency("cnipa", keys["cnipa"])
    assert agency.ask({"v": 1, "kind": "ping"})["kind"] == "pong"
    agency.close()


def a_password_is_renewed(site):
    """a password that was removed is made anew, and the old one is worth nothing"""
    file = "/etc/tuijin/reader.redis-password"
    old = site.cat(file)
    site.compose("run", "--rm", "-T", "--entrypoint", "rm", "setup", file)
    said = site.compose("run", "--rm", "-T", "setup")
    assert "docker compose restart redis" in said, said
    site.compose("restart", "redis", "collector", "aggregator", "dashboard")
    site.wait_healthy()
    assert site.cat(file) != old
    site.office("status")
    login = f"redis-cli -s /run/redis/redis.sock --no-auth-warning --user reader --pass {old.strip()} PING"
    assert "WRONGPASS" in site.compose("run", "--rm", "-T", "--entrypoint", "sh", "tuijin", "-c", f"{login} 2>&1")


def a_newer_plan_stays(site):
    """a newer revision that was loaded since stays in force at the next `up`"""
    text = (ROOT / "plans" / "ipr-2026.yaml").read_text(encoding="utf-8")
    newer = re.sub(r"(?m)^revision: 1$", "revision: 2", text)
    assert newer != text
    site.compose("run", "--rm", "-T", "tuijin", "plan", "load", "-", text=newer)
    site.up()
    assert "stays in force" in site.compose("logs", "--no-log-prefix", "plan").splitlines()[-1]
    assert site.office("plan", "show").startswith(f"{PLAN}  2  ")


def a_refused_plan_stops_nothing(site):
    """a plan file with a mistake is not loaded, and the installation starts with the plans it has"""
    before = site.office("plan", "show", "--json")
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:
        file = Path(folder) / "plan.yaml"
        file.write_text("id: [\n", encoding="utf-8")
        file.parent.chmod(0o755)
        site.env["TUIJIN_PLAN_FILE"] = str(file)
        try:
            site.compose("down", "-t", "10")
            site.up()
            said = site.compose("logs", "--no-log-prefix", "plan")
            assert "plan.yaml:2:1" in said and "REFUSED" in said, said
            assert site.office("plan", "show", "--json") == before
        finally:
            del site.env["TUIJIN_PLAN_FILE"]
    site.up()


def keys_are_put_right(site):
    """open keys that are not those of their secrets, and secrets that others can read, are mended"""
    before = [site.cat(f"/etc/tuijin/{name}.pub").split()[0] for name in ("collector", "aggregator")]
    site.compose("run", "--rm", "-T", "--entrypoint", "sh", "setup", "-c",
                 "cd /etc/tuijin && rm collector.pub && cp operator.pub aggregator.pub && "
                 "chmod 644 dashboard.key office.redis-password && chmod 644 /out/dashboard/dashboard.key")
    said = site.compose("run", "--rm", "-T", "setup")
    assert len(re.findall("(?m)^made ", said)) == 4, said
    assert "docker compose restart collector aggregator dashboard" in said, said
    assert [site.cat(f"/etc/tuijin/{name}.pub").split()[0] for name in ("collector", "aggregator")] == before
    modes = site.compose("run", "--rm", "-T", "--entrypoint", "sh", "setup", "-c",
                         "stat -c %a /etc/tuijin/*.key /etc/tuijin/*.redis-password /out/dashboard/*")
    assert set(modes.split()) == {"600"}
    site.office("doctor", "--quiet")


def the_demo_refuses_real_data(site):
    """the demonstration refuses where agencies have reported, and names the way out"""
    demo = Installation(profiles="demo")
    why = refused(demo, "up", "-d", "--no-build", "--pull", "never", "--wait", "demo")
    assert why
    said = demo.compose("logs", "--no-log-prefix", "demo-keys")
    assert "mix with theirs" in said and "-p tuijin-show --profile demo up" in said, said
    assert demo.health("demo") == "created", "simulated agencies report"
    rest = re.search(r"docker compose --profile demo (rm .*)", said)[1].split()
    demo.compose(*rest)
    assert not {"demo", "demo-keys", "demo-collector"} & set(demo.services())


def the_demo_shows_life(site):
    """the demonstration shows life by itself, with keys that the real collector does not know"""
    demo = Installation("tuijin-show", 17301, profiles="demo")
    try:
        demo.up()
        wait_for(lambda: demo.get(f"/api/v1/plans/{PLAN}/feed")["count"] >= 3, "simulated reports")
        lines = demo.compose("run", "--rm", "-T", "authorize", "show")
        assert [line.split()[1] for line in lines.splitlines()] == ["@subscriber", "@operator"]
        demo.compose("up", "-d", "--no-build", "--pull", "never", "--wait")  # its own reports are no obstacle
        assert demo.health("demo") == "running"
        assert demo.compose("exec", "-T", "demo", "ls", "/secrets").split() == ["reader.redis-password"]
    finally:
        demo.compose("down", "-v", "-t", "5")


def a_backup_comes_back(site):
    """a backup made while all runs comes back in another installation, keys and all"""
    site.compose("run", "--rm", "-T", "backup")
    name = site.compose("run", "--rm", "-T", "--entrypoint", "ls", "backup", "/backups").strip()
    before = marks(site)
    other = Installation("tuijin-restored", 18301)
    try:
        pipe(site, name, other)
        other.compose("run", "--rm", "-T", "restore", f"/backups/{name}")
        other.up()
        wait_for(lambda: other.shown(f"/api/v1/plans/{PLAN}/feed"), "the page shows the ledger")
        assert marks(other) == before
    finally:
        other.compose("down", "-v", "-t", "5")


def pipe(site, name, other):
    """Carries a backup over as a tar: bytes, not text."""
    out = subprocess.run([*site.command, "run", "--rm", "-T", "--entrypoint", "tar", "backup", "-C",
                          "/backups", "-c", name], check=True, capture_output=True, env=site.env,
                         stdin=subprocess.DEVNULL, timeout=120).stdout
    subprocess.run([*other.command, "run", "--rm", "-T", "--entrypoint", "tar", "restore", "-C",
                    "/backups", "-x"], check=True, input=out, capture_output=True, env=other.env,
                   timeout=120)


STEPS = (all_is_up, the_plan_is_there, the_page_knows_its_names, everything_is_locked,
         everybody_has_his_own, strangers_stay_outside, an_agency_is_let_in,
         a_wrong_list_changes_nothing, the_office_makes_a_key, reports_are_acknowledged,
         nothing_acknowledged_is_lost, doctor_finds_no_fault, prometheus_scrapes_all,
         a_second_up_changes_nothing, logs_are_clean, down_and_up_keep_everything, a_password_is_renewed,
         a_newer_plan_stays, a_refused_plan_stops_nothing, keys_are_put_right,
         the_demo_refuses_real_data, a_backup_comes_back, the_demo_shows_life)


def main():
    site, failed = Installation(profiles="prometheus"), 0
    chosen = [s for s in STEPS if s.__name__ in sys.argv[1:] or len(sys.argv) == 1]
    for step in chosen:
        began = time.monotonic()
        what = " ".join(step.__doc__.split())
        try:
            step(site)
        except Exception:
            failed += 1
            traceback.print_exc(file=sys.stdout)
            what += ": NOT SO"
        print(f"{'FAIL' if what.endswith('NOT SO') else 'ok':5} {what} "
              f"({time.monotonic() - began:.0f} s)", flush=True)
    print(f"{len(chosen) - failed} of {len(chosen)} proven")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
