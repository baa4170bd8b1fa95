"""tools/demo.sh leaves nothing behind, and shares its folder with nobody."""

import contextlib
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from harness import BUILD, ITS_OWN, ROOT, Process, wait_for

PROGRAMS = ["tuijin", "tuijin-collector", "tuijin-aggregator", "tuijin-dashboard"]


class Demo(Process):
    """The script; its lines are those of both outputs."""

    def __init__(self, folder, mode, **env):
        super().__init__("demo", ROOT / "tools" / "demo.sh", mode)
        self.env = {**os.environ, "BUILD": str(folder), **env}

    def start(self):
        self.born = 0
        self.child = subprocess.Popen(self.command, cwd=ROOT, env=self.env, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
        self.reader = threading.Thread(target=self.read, args=(self.child.stdout,), daemon=True)
        self.reader.start()
        return self


def started_for(folder):
    """pids of all processes that were started for the folder: by their environment, or (Redis writes
    over its own) by where they work."""
    mark, found = f"BUILD={folder}\0".encode(), set()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (mark in (entry / "environ").read_bytes() or
                                         (entry / "cwd").readlink().is_relative_to(folder)):
                found.add(int(entry.name))
    return found


@pytest.fixture
def folder(tmp_path):
    """A build folder of its own, with the programs of the real one."""
    for name in PROGRAMS:
        (tmp_path / name).symlink_to(BUILD / name)
    yield tmp_path
    for pid in started_for(tmp_path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def ends_whole(script, folder):
    status = script.stop()
    wait_for(lambda: not started_for(folder), "nothing of it is left", 5)
    return status


@pytest.mark.parametrize("mode, when", [
    ("run", "Ctrl-C ends it all"), ("demo", "Ctrl-C ends it all"), ("run", "Reports go to")])
def test_sigterm_ends_it_and_all_it_started(folder, mode, when):
    script = Demo(folder, mode).start()
    script.wait_line(when)
    assert len(started_for(folder)) >= 4
    assert ends_whole(script, folder) in (0, 143)
    assert (folder / "run").exists() == (mode == "run")
    assert not (folder / "demo").exists()


class Kept:
    """A script with keys that is ready, and what it has said."""

    def __init__(self, folder, **env):
        self.keys = folder / "run" / "keys"
        self.list = self.keys / "authorized_keys"
        self.script = Demo(folder, "run", CURVE="1", **env).start()
        self.script.wait_line("Ctrl-C ends it all")
        self.to = re.search(r"Reports go to\s+(\S+)", self.script.find("Reports go to"))[1]
        self.said = dict(re.search(r"export (\S+)=(\S+)", line).groups()
                         for line in self.script.lines if "export TUIJIN_S" in line)

    def report(self, agency="cnipa", key=ITS_OWN):
        keys = self.said if key is ITS_OWN else {**self.said, "TUIJIN_SECRET_KEY": key} if key else {}
        return subprocess.run([BUILD / "tuijin", "report", "--connect", self.to, "--plan", "ipr-2026",
                               "--agency", agency, "--task", "1000", "--withdraw", "--timeout", "1"],
                              capture_output=True, text=True, timeout=30, env={**os.environ, **keys})

    def is_let_in(self, agency, **key):
        return "rejected  unknown_task" in self.report(agency, **key).stdout

    def key_of(self, agency):
        return str(self.keys / "agencies" / f"{agency}.key")


def test_with_keys_nobody_gets_in_without_one(folder):
    first = Kept(folder)
    first.script.wait_line("overall ")  # its own watch is let in
    assert Path(first.said["TUIJIN_SECRET_KEY"]).stem == "cnipa"
    assert first.is_let_in("cnipa")
    assert first.report(key=None).returncode == 69
    made = {path: path.read_text() for path in first.keys.rglob("*.key")}
    assert len(made) > 30 and {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert ends_whole(first.script, folder) in (0, 143)

    again = Kept(folder)
    assert {path: path.read_text() for path in made} == made
    assert ends_whole(again.script, folder) in (0, 143)


def test_the_list_is_kept_as_somebody_has_made_it(folder):
    first = Kept(folder)
    lines = first.list.read_text().splitlines()
    server = first.keys.joinpath("server.pub").read_text().split()[0]
    assert len(lines) > 30 and server not in [x.split()[0] for x in lines]
    assert first.is_let_in("sta", key=first.key_of("sta"))
    subprocess.run([BUILD / "tuijin", "keygen", "spare", "--as", "mof", "--dir", first.keys],
                   check=True, capture_output=True, timeout=30)
    spare = first.keys.joinpath("spare.pub").read_text().strip()
    mended = ["# ours", *(x for x in lines if " sta " not in x), spare]
    first.list.write_text("\n".join(mended))  # without an end to the last line
    # As the script says it.
    [command] = [x for x in first.script.lines if "kill -HUP" in x]
    subprocess.run(["bash", "-c", command.split("    has it")[0]], check=True, timeout=30)
    for name in ("collector", "aggregator"):
        log = folder / "run" / f"tuijin-{name}.log"
        wait_for(lambda: "event=reloaded " in log.read_text(), f"{name} has read the list again")
    assert first.is_let_in("mof", key=str(first.keys / "spare.key"))
    assert not first.is_let_in("sta", key=first.key_of("sta"))
    assert ends_whole(first.script, folder) in (0, 143)

    again = Kept(folder)
    assert again.list.read_text() == "\n".join(mended)
    assert again.is_let_in("mof", key=str(again.keys / "spare.key"))
    assert not again.is_let_in("sta", key=again.key_of("sta"))
    assert ends_whole(again.script, folder) in (0, 143)

    for end in (".key", ".pub"):
        Path(again.key_of("cnipa")).with_suffix(end).unlink()
    third = Kept(folder)
    *kept, new = third.list.read_text().splitlines()
    assert kept == mended and new == Path(third.key_of("cnipa")).with_suffix(".pub").read_text().strip()
    assert third.is_let_in("cnipa") and third.is_let_in("mof", key=str(third.keys / "spare.key"))
    assert ends_whole(third.script, folder) in (0, 143)


def test_what_is_set_for_others_is_not_for_it(folder):
    """Each of these would end or change a program."""
    kept = Kept(folder, TUIJIN_KEYS="/nowhere", TUIJIN_AUTHORIZED_KEYS="/nowhere", TUIJIN_PLAINTEXT="1",
                TUIJIN_SERVER_KEY="/nowhere", TUIJIN_SECRET_KEY="/nowhere", TUIJIN_LOG_LEVEL="silly",
                TUIJIN_BIND="tcp://nowhere:1", TUIJIN_REDIS="unix:///nowhere", TUIJIN_JSON="1",
                TUIJIN_DIR="/nowhere", TUIJIN_EXPIRES="2020-01-01")
    kept.script.wait_line("overall ")
    assert kept.is_let_in("cnipa")
    assert ends_whole(kept.script, folder) in (0, 143)


@pytest.mark.parametrize("env", [{}, {"DEMO_SECONDS": "60"}], ids=["for ever", "for a minute"])
def test_sigterm_while_it_watches_ends_it_and_all_it_started(folder, env):
    script = Demo(folder, "run", **env).start()
    script.wait_line("Ctrl-C ends it all")
    wait_for(lambda: len(started_for(folder)) >= 5, "it watches")
    assert ends_whole(script, folder) in (0, 143)


def test_a_second_run_on_the_same_folder_is_refused_and_the_first_goes_on(folder):
    first = Demo(folder, "run").start()
    first.wait_line("Ctrl-C ends it all")
    reports = re.search(r"Reports go to\s+(\S+)", first.find("Reports go to"))[1]
    wait_for(lambda: len(started_for(folder)) >= 5, "it watches")
    before = started_for(folder)

    second = Demo(folder, "run").start()
    assert second.ended() != 0, second.lines
    assert len(second.lines) <= 2, second.lines
    assert re.search(r"already|in use|runs|running", second.lines[0]), second.lines
    assert started_for(folder) == before
    done = subprocess.run([BUILD / "tuijin", "report", "--connect", reports, "--plan", "ipr-2026",
                           "--agency", "sta", "--task", "17", "--state", "in_progress",
                           "--percent", "5"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and "accepted" in done.stdout, done.stdout + done.stderr
    assert ends_whole(first, folder) in (0, 143)
