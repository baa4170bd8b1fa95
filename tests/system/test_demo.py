"""tools/demo.sh leaves nothing behind, and shares its folder with nobody."""

import contextlib
import os
import re
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from harness import BUILD, ROOT, Process, wait_for

PROGRAMS = ["tuijin", "tuijin-collector", "tuijin-aggregator"]


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


def test_with_keys_nobody_gets_in_without_one(folder):
    script = Demo(folder, "run", CURVE="1").start()
    script.wait_line("Ctrl-C ends it all")
    script.wait_line("overall ")  # its own watch is let in
    to = re.search(r"Reports go to\s+(\S+)", script.find("Reports go to"))[1]
    said = dict(re.search(r"export (\S+)=(\S+)", line).groups()
                for line in script.lines if "export TUIJIN_S" in line)
    agency = Path(said["TUIJIN_SECRET_KEY"]).stem

    def report(**keys):
        return subprocess.run([BUILD / "tuijin", "report", "--connect", to, "--plan", "ipr-2026",
                               "--agency", agency, "--task", "1000", "--withdraw", "--timeout", "1"],
                              capture_output=True, text=True, timeout=30, env={**os.environ, **keys})
    assert "rejected  unknown_task" in report(**said).stdout
    assert report().returncode == 69
    made = {path: path.read_text() for path in (folder / "run" / "keys").rglob("*.key")}
    assert len(made) > 30 and {path.stat().st_mode & 0o777 for path in made} == {0o600}
    assert ends_whole(script, folder) in (0, 143)

    again = Demo(folder, "run", CURVE="1").start()
    again.wait_line("Ctrl-C ends it all")
    assert {path: path.read_text() for path in made} == made
    assert ends_whole(again, folder) in (0, 143)


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
