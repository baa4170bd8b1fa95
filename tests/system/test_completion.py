"""Completion in a real bash: commands, flags, values."""

import os
import pty
import re
import select
import subprocess
import time

import pytest
from harness import BUILD, DEADLINE_S, ROOT

SCRIPT = ROOT / "deploy" / "completion" / "tuijin.bash"
LIBRARY = "/usr/share/bash-completion/bash_completion"
ASK = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_tuijin "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>/dev/null
printf '%s\n' "${COMPREPLY[@]}"
"""


def environment():
    return {**os.environ, "PATH": f"{BUILD}:{os.environ['PATH']}", "TERM": "dumb"}


def complete(*words, folder=ROOT):
    """What bash would offer for the last word."""
    done = subprocess.run(["bash", "-c", ASK, "bash", SCRIPT, *words], capture_output=True,
                          text=True, timeout=20, env=environment(), cwd=folder)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("words, want", [
    (["tuijin", "pl"], ["plan"]),
    (["tuijin", "plan", ""], ["check", "load", "diff", "show"]),
    (["tuijin", "plan", "d"], ["diff"]),
    (["tuijin", "keys", "c"], ["check"]),
    (["tuijin", "doctor", "da"], ["dashboard", "dashboard-ready"]),
    (["tuijin", "help", "exp"], ["explain", "export"]),
    (["tuijin", "report", "--st"], ["--state"]),
    (["tuijin", "report", "--state", ""], ["not_started", "in_progress", "blocked", "completed"]),
    (["tuijin", "report", "--state", "=", "b"], ["blocked"]),
    (["tuijin", "report", "--lang", ""], ["zh", "en"]),
    (["tuijin", "dispose", "--as", "s"], ["suspended"]),
    (["tuijin", "keygen", "--as", "@s"], ["@subscriber", "@service"]),
    (["tuijin", "export", "--format", "x"], ["xlsx"]),
    (["tuijin", "plan", "diff", "--js"], ["--json"]),
    (["tuijin", "plan", "check", "plans/ipr"], ["plans/ipr-2026.yaml"]),
    (["tuijin", "explain", "ch"], ["chapter/"]),
    (["tuijin", "notify", "--state", "plans/ipr"], ["plans/ipr-2026.yaml"]),
    (["tuijin", "status", "--redis", ""], []),
    (["tuijin", "nonsense", "--r"], []),
    (["tuijin-collector", "--re"], ["--redis"]),
    (["tuijin-aggregator", "--log-level", "w"], ["warn"]),
    (["tuijin-dashboard", "--log-format", ""], ["text", "json"]),
])
def test_words_are_completed(words, want):
    assert complete(*words) == want


def test_all_commands_are_offered():
    told = subprocess.run([BUILD / "tuijin", "--complete"], capture_output=True, text=True, check=True)
    first = {line.split()[0] for line in told.stdout.splitlines()}
    assert set(complete("tuijin", "")) == first | {"help"}


def read_until(fd, pattern):
    """What the terminal shows up to the pattern."""
    text, end = "", time.monotonic() + DEADLINE_S
    while not re.search(pattern, text):
        assert time.monotonic() < end, f"no {pattern} in {text!r}"
        if select.select([fd], [], [], 0.1)[0]:
            text += os.read(fd, 4096).decode()
    return text


def test_a_terminal_completes_and_finds_the_script_by_itself(tmp_path):
    (tmp_path / "completions").mkdir()
    (tmp_path / "completions" / "tuijin").symlink_to(SCRIPT)
    child, fd = pty.fork()
    if child == 0:
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"],
                   {**environment(), "PS1": "ready> ", "BASH_COMPLETION_USER_DIR": str(tmp_path)})
    try:
        os.write(fd, f"bind 'set enable-bracketed-paste off'; source {LIBRARY}; echo lo''aded\n".encode())
        read_until(fd, r"\nloaded\r?\n")
        # Completed words are shown by the command that ends up in front of them.
        os.write(fd, b"tuijin pla\tch\t\x01echo [\x05]\n")
        assert "[tuijin plan check ]" in read_until(fd, r"\n\[[^\n]*\]\r?\n")
        os.write(fd, b"tuijin report --sta\tnot\t\x01echo [\x05]\n")
        assert "[tuijin report --state not_started ]" in read_until(fd, r"\n\[[^\n]*\]\r?\n")
    finally:
        os.write(fd, b"\x03exit\n")
        os.close(fd)
        os.waitpid(child, 0)
