"""A machine with systemd from the package to the first report, and on: docs/operations.md typed as it
stands, a power cut, an upgrade, removal, a second life, the end."""

import json
import re
import shutil
import subprocess

import pytest
from machine import ROOT, Machine

SERVICES = ["tuijin-collector", "tuijin-aggregator", "tuijin-dashboard"]
READER = "'redis://reader@127.0.0.1:6379?password-file=/etc/tuijin/reader.redis-password'"
HISTORY = f"tuijin history --redis {READER} --task 2 --agency cnipa --json"


def documented(heading):
    """What operations.md says to type under a heading of the chapter on the package."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    chapter = re.search(r"^## With the Debian package\n(.*?)^## ", text, re.M | re.S)[1]
    part = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^### |\Z)", "### Start\n" + chapter,
                     re.M | re.S)[1]
    return re.findall(r"^```sh\n(.*?)^```", part, re.M | re.S)


def repacked(deb, folder):
    """A newer version, and which: a setting and the version differ."""
    tree = folder / "tree"
    subprocess.run(["dpkg-deb", "-R", deb, tree], check=True, timeout=60)
    control = (tree / "DEBIAN/control").read_text()
    version = re.search(r"(?m)^Version: (.*)", control)[1] + "+newer"
    (tree / "DEBIAN/control").write_text(re.sub(r"(?m)^Version: .*", f"Version: {version}", control))
    with open(tree / "etc/tuijin/dashboard.env", "a") as file:
        file.write("# new in this version\n")
    newer = folder / f"tuijin_{version}_amd64.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zgzip", "-b", tree, newer], check=True,
                   timeout=60, capture_output=True)
    return newer, version


@pytest.fixture(scope="module")
def machine(stocked):
    with Machine(stocked) as m:
        try:
            m.boot()
        except RuntimeError as reason:
            pytest.skip(str(reason))
        yield m


def active(machine):
    return {name: machine.says(f"systemctl is-active {name}", ok=False) for name in SERVICES}


def pids(machine):
    return {name: machine.says(f"systemctl show -P MainPID {name}") for name in SERVICES}


def state(machine):
    return machine.says("cd /etc && find tuijin redis -type f -printf '%p %m %u ' "
                        "-exec sha256sum {} ';' | sort")


def told(machine):
    """What the agency is known to have said, in percent."""
    entries = [json.loads(line) for line in machine.says(HISTORY).splitlines()]
    return [entry["percent"] for entry in entries if entry["kind"] == "report"]


ALL = dict.fromkeys(SERVICES, "active")
NONE = dict.fromkeys(SERVICES, "inactive")


def test_from_the_package_to_a_running_system(machine):
    block, = documented("Start")
    shown = machine.run(block, timeout=300).stdout
    assert "nothing runs yet" in shown and "ipr-2026 revision 1 loaded" in shown
    assert shown.index("tuijin doctor") < shown.index("What next")
    assert active(machine) == ALL
    assert {machine.says(f"systemctl is-enabled {name}") for name in SERVICES} == {"enabled"}


def test_each_service_is_its_own_user(machine):
    for name in SERVICES:
        pid = machine.says(f"systemctl show -P MainPID {name}")
        assert machine.says(f"stat -c %U /proc/{pid}") == name


def test_the_first_report(machine):
    report, look = documented("The first report")
    assert machine.says(report).endswith("task 2 accepted")
    assert "ipr-2026" in machine.says(look)
    assert told(machine) == [30]


def test_what_setup_says_comes_next_can_be_typed(machine):
    next_steps = machine.says("tuijin-setup").split("== What next")[1]
    lines = "\n".join(line[9:] for line in next_steps.splitlines())
    steps = re.search(r"^tuijin keygen cnipa.*collector\.pub$", lines, re.M | re.S)[0]
    other = steps.replace("cnipa", "sta").replace("--task 2", "--task 17")
    assert machine.says(other).endswith("task 17 accepted")
    assert machine.says(re.search(r"^export .*\n.*$", lines, re.M)[0])


def test_setup_again_changes_nothing_and_restarts_nothing(machine):
    before = state(machine), pids(machine), machine.says("systemctl show -P MainPID redis-server")
    shown = machine.says("tuijin-setup")
    assert "made" not in shown and "A plan is loaded" in shown
    assert (state(machine), pids(machine),
            machine.says("systemctl show -P MainPID redis-server")) == before


def test_opening_the_port(machine):
    block, = documented("Opening it to agencies")
    machine.run(block)
    assert active(machine) == ALL
    assert "bind=tcp://0.0.0.0:7301" in machine.says("journalctl -u tuijin-collector -o cat")
    assert "192.0.2.0/24" in machine.says("systemctl show -P IPAddressAllow tuijin-collector")


def test_it_comes_back_from_a_power_cut_by_itself(machine):
    before = machine.says(HISTORY)
    machine.halt()
    machine.boot()
    assert active(machine) == ALL
    assert machine.says(HISTORY) == before


def test_an_upgrade_keeps_what_people_changed(machine, deb, tmp_path):
    machine.run("echo TUIJIN_LOG_LEVEL=debug >>/etc/tuijin/collector.env; systemctl stop tuijin-dashboard")
    secret = machine.says("sha256sum /etc/tuijin/*.key /etc/tuijin/*-password /etc/tuijin/authorized_keys")
    before = pids(machine)
    machine.path(f"/root/{deb.name}").unlink()
    newer, version = repacked(deb, tmp_path)
    shutil.copy(newer, machine.path("/root"))

    install, setup = documented("A newer package")[0].splitlines()
    machine.run(install)
    assert machine.says("dpkg-query -W -f '${Version} ${Status}' tuijin") == f"{version} install ok installed"
    settings = machine.path("/etc/tuijin/collector.env").read_text()
    assert settings.endswith("TUIJIN_BIND=tcp://0.0.0.0:7301\nTUIJIN_LOG_LEVEL=debug\n")
    assert machine.path("/etc/tuijin/dashboard.env").read_text().endswith("# new in this version\n")
    assert machine.says("sha256sum /etc/tuijin/*.key /etc/tuijin/*-password "
                        "/etc/tuijin/authorized_keys") == secret
    # What ran runs the new program; what was stopped stays stopped.
    assert active(machine) == {**ALL, "tuijin-dashboard": "inactive"}
    assert all(pids(machine)[name] != before[name] for name in SERVICES[:2])
    machine.run(setup)
    assert active(machine) == ALL


def test_removed_it_keeps_settings_and_keys(machine):
    before = state(machine)
    remove, _ = documented("Taking it away")
    machine.run(remove)
    assert active(machine) == NONE
    assert machine.run("command -v tuijin || command -v tuijin-setup", ok=False).returncode != 0
    assert state(machine) == before
    assert machine.says("systemctl is-active redis-server") == "active"


def test_installed_again_it_goes_on(machine):
    before = state(machine)
    machine.run(documented("A newer package")[0])
    assert active(machine) == ALL
    assert state(machine) == before
    assert told(machine) == [30]


def test_purged_it_leaves_what_is_not_its_own(machine):
    machine.run("echo ours >/etc/tuijin/agencies.txt")
    _, purge = documented("Taking it away")
    machine.run(purge)
    assert machine.says("ls -A /etc/tuijin").splitlines() == ["agencies.txt", "authorized_keys"]
    assert machine.says("grep -Ec ' (cnipa|sta)( |$)' /etc/tuijin/authorized_keys") == "2"
    assert machine.run("grep -h ^tuijin- /etc/passwd /etc/group", ok=False).stdout == ""
    assert machine.says("find /etc/systemd/system /var/lib/systemd -name '*tuijin*' ! -name '*.d'") == ""
    assert machine.run("ls /usr/lib/sysctl.d/*tuijin* /etc/sysctl.d/*tuijin* /var/lib/*tuijin*",
                       ok=False).stdout == ""
    # Redis is Redis': what was acknowledged is there.
    assert machine.says("systemctl is-active redis-server") == "active"
    assert machine.says("grep -c '^user collector #' /etc/redis/users.acl") == "1"
    assert machine.says("grep -l 'tuijin:{ipr-2026}:ledger' -r /var/lib/redis")


def test_a_new_installation_finds_the_ledger_again(machine):
    machine.run(documented("A newer package")[0])
    assert active(machine) == ALL
    assert told(machine) == [30]
