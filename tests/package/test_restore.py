"""A second machine from a backup of the first: the steps of docs/operations.md typed as they stand,
and a power cut."""

import re
import shutil

import pytest
from machine import ROOT, Machine

SERVICES = ["redis-server", "tuijin-collector", "tuijin-aggregator", "tuijin-dashboard"]
READER = "'redis://reader@127.0.0.1:6379?password-file=/etc/tuijin/reader.redis-password'"
STATUS = f"tuijin status --redis {READER}"
BACKUP = "/var/backups/tuijin/tuijin-2026-11-22T020001Z"  # as the text calls it


def steps():
    """Of Restoring, as root: what is not there is not moved."""
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    block = re.search(r"^### Restoring\n.*?^```sh\n(.*?)^```", text, re.M | re.S)[1]
    return [re.sub(r"^mv (\S+) .*", r"[ ! -e \1 ] || \g<0>", line.removeprefix("sudo "))
            for line in block.splitlines()]


def booted(machine):
    try:
        machine.boot()
    except RuntimeError as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="module")
def backup(stocked, tmp_path_factory):
    """Of a machine on which all runs, and what it shows."""
    with Machine(stocked) as m:
        booted(m)
        m.run("apt-get install -y ./tuijin_*.deb && tuijin-setup", timeout=300)
        m.run("tuijin-backup /var/backups/tuijin")
        made, = m.path("/var/backups/tuijin").iterdir()
        kept = tmp_path_factory.mktemp("backup") / "kept"
        shutil.copytree(made, kept)
        yield kept, m.says(STATUS), m.says("sha256sum /etc/tuijin/*.key")


def works(machine, backup):
    _, shown, keys = backup
    active = {name: machine.says(f"systemctl is-active {name}", ok=False) for name in SERVICES}
    assert active == dict.fromkeys(SERVICES, "active")
    assert machine.says(STATUS) == shown
    assert machine.says("sha256sum /etc/tuijin/*.key") == keys


def test_a_machine_that_was_restored_works_also_after_a_power_cut(stocked, backup):
    with Machine(stocked) as m:
        booted(m)
        m.run("apt-get install -y ./tuijin_*.deb", timeout=300)
        shutil.copytree(backup[0], m.path(BACKUP))
        for step in steps():
            m.run(step, timeout=300)
        works(m, backup)
        m.halt()
        m.boot()
        works(m, backup)
