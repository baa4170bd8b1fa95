"""`tuijin watch` on a terminal: the full screen, in a real terminal (tmux) that a test can look at."""

import fcntl
import os
import pty
import re
import select
import shlex
import signal
import struct
import subprocess
import termios
import time
import unicodedata

import made
import pytest
from clocks import Clock
from harness import BUILD, Process, World, wait_for
from made import ms, status

NOW = "2026-03-02 10:00:00+08:00"
BAR = re.compile("[░▏▎▍▌▋▊▉█│]+")
CHAPTER_1, CHAPTER_2 = "第一章", "第二章"


class Terminal:
    """A terminal with a shell in it."""

    def __init__(self, folder, width=80, height=24):
        self.socket = folder / "tmux"
        self.server = Process("tmux", "tmux", "-D", "-u", "-S", self.socket, "-f", "/dev/null")
        self.width, self.height = width, height

    def __enter__(self):
        self.server.start()
        wait_for(self.socket.exists, "tmux listens")
        self.tmux("new-session", "-d", "-x", self.width, "-y", self.height,
                  "env -i PATH=/usr/bin:/bin HOME=/nowhere TERM=$TERM PS1='$ ' bash --norc --noprofile -i")
        wait_for(lambda: "$" in self.text(), "a prompt")
        return self

    def __exit__(self, *_):
        self.server.stop()

    def tmux(self, *args):
        done = subprocess.run(["tmux", "-u", "-S", self.socket, *map(str, args)], text=True, timeout=30,
                              capture_output=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
        assert done.returncode == 0, (args, done.stderr)
        return done.stdout

    def run(self, *command, **env):
        """Types a command into the shell."""
        words = [f"{k}={shlex.quote(v)}" for k, v in env.items()] + [shlex.quote(str(c)) for c in command]
        self.tmux("send-keys", "-l", " ".join(words))
        self.keys("Enter")

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)

    def text(self):
        return self.tmux("capture-pane", "-p")

    def lines(self):
        return self.text().splitlines()

    def line(self, *parts):
        return next((line for line in self.lines() if all(part in line for part in parts)), None)

    def wait(self, *parts):
        """For a line that has them all."""
        try:
            return wait_for(lambda: self.line(*parts), " ".join(parts))
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.text()}") from None  # what was there instead

    def wait_gone(self, part):
        wait_for(lambda: self.line(part) is None, f"no {part}")

    def size(self, width, height):
        self.tmux("resize-window", "-x", width, "-y", height)

    def is_left(self):
        """Not the other screen any more, and with a cursor."""
        return self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}") == "0 1\n"

    def is_as_before(self):
        """What a program finds that the shell starts now."""
        wait_for(self.is_left, "the screen is left")
        self.run("stty", "-a")
        wait_for(lambda: "echoctl" in self.text(), "the terminal's modes")
        assert {"icanon", "echo", "isig", "icrnl", "opost"} <= set(self.text().split())


@pytest.fixture
def ledger(tmp_path):
    """A plan with a collector's past and an aggregator of today."""
    with World(clock=Clock(tmp_path / "clock", NOW)) as world:
        ledger = made.Ledger(world)
        ledger.load("2026-01-05 09:00")
        ledger.say("2026-02-20 09:00", status("mof", 1, 1, 1000, ms("2026-02-20 08:00")),
                   status("nbs", 2, 3, 500, ms("2026-02-20 08:00"), help=True))
        world.aggregator(bind="ipc")
        yield ledger


@pytest.fixture
def terminal(ledger):
    with Terminal(ledger.world.folder) as terminal:
        yield terminal


def command(ledger, *args, redis=True):
    where = ["--redis", ledger.world.redis.url] if redis else ["--plan", made.PLAN]
    return [*ledger.world.clock.command, BUILD / "tuijin", "watch", "--connect",
            ledger.world.daemons[0].endpoint, *where, *args]


def watch(terminal, ledger, *args, lang="zh", **more):
    terminal.run("clear")
    env = {k: v for k, v in more.items() if k.isupper()}
    terminal.run(*command(ledger, "--lang", lang, *args, redis=more.get("redis", True)), **env)
    terminal.wait("实时" if lang == "zh" else "● live")


def report(ledger, local, task, agency, seq, percent, **more):
    ledger.say(local, status(agency, seq, task, percent, ms(local), **more))


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def bars(terminal, *parts):
    """Where the bar of each row begins and ends, in columns."""
    places = []
    for part in parts:
        line = terminal.line(part)
        bar = BAR.search(line)
        places.append((columns(line[:bar.start()]), columns(line[:bar.end()])))
    return places


def test_it_shows_how_the_plan_stands(terminal, ledger):
    watch(terminal, ledger)
    lines = terminal.lines()
    assert lines[0].startswith("手写的计划") and re.search(r"● 实时 \d\d:\d\d:\d\d$", lines[0])
    assert re.match(r"总体 5\.00% [█▏▎▍▌▋▊▉░│]+  序时 16\.\d\d  差距 -11\.\d\d  ● 黄", lines[1])
    assert "3 项任务  已报 2/7" in lines[2] and "推进中 2" in lines[2] and "未报告 1" in lines[2]
    assert lines[3].startswith("数据截至 2026-02-20 09:00:00  评价日 2026-03-02  第 1 版")
    assert re.match(r"▸ 1 第一章 +[█▏▎▍▌▋▊▉░│]+ +5\.00 +16\.\d\d +-11\.\d\d ● 黄", terminal.line(CHAPTER_1))
    assert lines[-1].startswith("↑↓ 移动") and "q 退出" in lines[-1]


def test_rows_unfold_down_to_what_agencies_say(terminal, ledger):
    watch(terminal, ledger)
    terminal.keys("Enter", "j", "Enter", "j", "Enter")
    terminal.wait("财政部 · 牵头")
    rows = [line.rstrip() for line in terminal.lines()[6:13]]
    assert [re.split("  +[█▏▎▍▌▋▊▉░│]|  +·", row)[0] for row in rows] == [
        "▾ 1 第一章", "  ▾ 1.1 第一节", "    ▾ 1 任务一", "        财政部 · 牵头", "        税务局 · 参与",
        "    ▸ 2 任务二", "▸ 2 第二章"]
    terminal.keys("k", "k", "Enter")
    terminal.wait_gone("1.1")


def test_chinese_and_latin_rows_line_up(terminal, ledger):
    watch(terminal, ledger)
    terminal.keys("Enter", "Down", "Enter", "Down", "Enter", "End", "Enter")
    terminal.wait("Task three" if terminal.line("Task three") else "任务三")
    names = (CHAPTER_1, "第一节", "任务一", "财政部 · 牵头", CHAPTER_2, "任务三")
    assert len(set(bars(terminal, *names))) == 1
    ends = {columns(line[:re.search(r" (\d+\.\d\d)", line[BAR.search(line).end():]).end() +
                         BAR.search(line).end()]) for line in map(terminal.line, names)}
    assert len(ends) == 1
    before = bars(terminal, CHAPTER_1)
    terminal.keys("L")
    terminal.wait("1.1 第一节")
    terminal.wait("Ministry of Finance · lead")
    assert len(set(bars(terminal, "1 First", "第一节", "Task one", "Ministry of Finance", "Task three"))) == 1
    terminal.keys("g")
    terminal.wait(CHAPTER_1)
    assert bars(terminal, CHAPTER_1) == before


def test_a_report_is_there_at_once_and_in_the_feed(terminal, ledger):
    watch(terminal, ledger)
    report(ledger, "2026-03-02 10:01", 1, "mof", 10, 3000)
    assert re.search(r"15\.00 ▲", terminal.wait("15.00 ▲"))
    terminal.keys("4")
    assert re.search(r"\d\d:\d\d:\d\d +1 任务一 +10\.00 ▲ 30\.00 .*财政部", terminal.wait("30.00"))
    terminal.keys("j", "Enter")  # the agency's light has changed, too
    terminal.wait("    ▸ 1 任务一")
    report(ledger, "2026-03-02 10:02", 1, "mof", 11, 3000, state="blocked", problems="经费")
    terminal.keys("3")
    terminal.wait("1 任务一", "受阻")


def test_panes_sortings_and_filters(terminal, ledger):
    watch(terminal, ledger)
    terminal.keys("2")
    terminal.wait("本单位")
    assert terminal.line("统计局") and terminal.line("4.70") is None
    terminal.keys("3")
    terminal.wait("3 任务三", "请求协调")
    terminal.keys("s")
    terminal.wait("按灯")
    terminal.keys("Tab", "Tab")
    assert re.search(r"2 / 7 +28\.57%", terminal.wait("已报责任事项"))
    terminal.wait("财政部，任务 1")
    terminal.keys("1", "/")
    terminal.type("任务二")
    terminal.keys("Enter")
    assert terminal.wait("2 任务二").startswith("    ▸ 2")
    assert terminal.line(CHAPTER_2) is None and "/任务二" in terminal.text()
    terminal.keys("Escape")
    terminal.wait(CHAPTER_2)
    terminal.keys("l")
    terminal.wait("没有符合筛选条件的内容")
    terminal.keys("?")
    terminal.wait("按文字筛选")


def test_scopes_named_are_shown_with_what_is_below_them(terminal, ledger):
    watch(terminal, ledger, "chapter/2")
    assert terminal.line(CHAPTER_2) and terminal.line(CHAPTER_1) is None and terminal.line("总体 5.00%")
    terminal.keys("Enter")
    terminal.wait("3 任务三")


def test_without_a_store_keys_stand_for_titles(terminal, ledger):
    watch(terminal, ledger, redis=False)
    terminal.wait("chapter/1")
    terminal.keys("End", "Enter")
    terminal.wait("task/3")
    terminal.keys("q")
    terminal.is_as_before()


def test_it_is_as_large_as_the_terminal(terminal, ledger):
    watch(terminal, ledger)
    terminal.size(40, 12)
    wait_for(lambda: terminal.lines()[11:] == ["? 帮助  q 退出"], "12 rows")
    assert re.match(r"▸ 1 第一章 +5\.00 +-11\.\d\d ● 黄$", terminal.line(CHAPTER_1))
    terminal.size(200, 60)
    terminal.wait("│ 异常 ")
    wait_for(lambda: terminal.lines()[-1].startswith("↑↓ 移动") and len(terminal.lines()) == 60, "200x60")
    sides = {columns(line[:line.index("│ ")]) for line in terminal.lines()[5:] if re.search("│ (动态|异常 )", line)}
    assert len(sides) == 1
    terminal.size(4, 2)
    terminal.size(1, 1)
    terminal.size(80, 24)
    wait_for(lambda: len(terminal.lines()) == 24 and terminal.line(CHAPTER_1) and terminal.line(CHAPTER_2), "80x24")
    assert bars(terminal, CHAPTER_1) == bars(terminal, CHAPTER_2)


def test_it_says_when_it_is_not_live_and_recovers_by_itself(terminal, ledger):
    aggregator = ledger.world.daemons[0]
    watch(terminal, ledger)
    aggregator.kill()
    line = terminal.wait("数据已不是实时")
    assert re.search(r"自 \d\d:\d\d:\d\d 起未收到汇总服务的消息（nobody listens there）", line)
    assert "● 失联" in terminal.lines()[0] and terminal.line(CHAPTER_1)
    report(ledger, "2026-03-02 10:05", 1, "mof", 10, 3000)
    aggregator.start()
    terminal.wait("● 实时")
    terminal.wait_gone("数据已不是实时")
    terminal.wait("15.00")
    terminal.keys("4")
    assert terminal.wait("汇总服务失联") and terminal.wait("汇总服务已恢复")


def test_it_says_what_it_waits_for(terminal, ledger):
    ledger.world.daemons[0].kill()
    terminal.run(*command(ledger, "--lang", "en"))
    terminal.wait("waiting for the aggregator (nobody listens there)  ipc://")
    ledger.world.daemons[0].start()
    terminal.wait("● live")


@pytest.mark.parametrize("key", ["q", "C-c"])
def test_quitting_gives_the_terminal_back(terminal, ledger, key):
    watch(terminal, ledger)
    assert not terminal.is_left()
    terminal.keys(key)
    terminal.is_as_before()
    terminal.run("echo", "then", "$?")
    terminal.wait("then")


def pid_of_watch(terminal):
    """The child of the shell."""
    shell = terminal.tmux("display-message", "-p", "#{pane_pid}").strip()
    child = subprocess.run(["pgrep", "-P", shell], capture_output=True, text=True, timeout=30).stdout
    return int(child)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGSEGV", "SIGABRT"])
def test_a_signal_that_ends_it_gives_the_terminal_back(terminal, ledger, name):
    watch(terminal, ledger)
    os.kill(pid_of_watch(terminal), getattr(signal, name))
    terminal.is_as_before()


def test_an_error_gives_the_terminal_back(terminal, ledger):
    terminal.run(*command(ledger, "task/77", redis=False))
    terminal.wait("tuijin watch: SCOPE: plan made has no 'task/77'")
    terminal.is_as_before()


def test_it_can_be_stopped_and_goes_on(terminal, ledger):
    watch(terminal, ledger)
    terminal.keys("C-z")
    terminal.wait("Stopped")
    terminal.is_as_before()
    report(ledger, "2026-03-02 10:01", 1, "mof", 10, 3000)
    terminal.run("fg")
    terminal.wait("● 实时")
    terminal.wait("15.00")
    terminal.keys("2")
    terminal.wait("本单位")
    os.kill(pid_of_watch(terminal), signal.SIGSTOP)
    terminal.wait("Stopped")
    terminal.run("fg")
    terminal.wait("● 实时")
    terminal.keys("q")
    terminal.is_as_before()


class Pty:
    """The command in a terminal of which every byte is kept."""

    def __init__(self, command, **env):
        clean = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LD_PRELOAD")}
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(str(command[0]), [str(c) for c in command], {**clean, "TERM": "xterm-256color", **env})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.bytes = b""

    def read(self, seconds):
        """Reads for at most that long. False: the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            self.bytes += os.read(self.fd, 65536)
        except OSError:  # nobody has the other end any more
            return False
        return True

    def wait(self, part):
        end = time.monotonic() + 15
        while part.encode() not in self.bytes:
            assert time.monotonic() < end and self.read(0.1), self.bytes

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        while self.read(15):
            pass
        os.close(self.fd)
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


COLOUR = re.compile(rb"\x1b\[(?:[\d;]*;)?(?:3[0-7]|4[0-7]|9\d|[34]8;[\d;]*)[\d;]*m")


def test_colours_unless_no_color_says_so(ledger):
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)):
        shown = Pty(command(ledger, "--lang", "en"), **env)
        shown.wait("live")
        shown.wait("help")
        assert shown.stop() == 0
        assert bool(COLOUR.search(shown.bytes)) == coloured, env
        assert b"yellow" in shown.bytes  # a light is a word, too
        assert b"\x1b[?1049h" in shown.bytes and shown.bytes.rindex(b"\x1b[?1049l") > 0


@pytest.mark.parametrize("args, env", [
    (["--plain"], {}), (["--json"], {}), ([], {"TERM": "dumb"}), ([], {"TERM": "no-such-terminal"}),
    ([], {"TUIJIN_PLAIN": "1"})])
def test_lines_where_no_screen_is_wanted_or_can_be(ledger, args, env):
    shown = Pty(command(ledger, "--lang", "en", *args), **env)
    shown.wait('"snapshot"' if "--json" in args else "up to date; changes follow")
    assert shown.stop() == 0
    assert b"\x1b[?1049h" not in shown.bytes and b"\x1b[H" not in shown.bytes


def used_s(pid):
    """Processor time."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_many_events_cost_little(ledger):
    """However many there are, it draws ten times a second, and only what has changed."""
    shown = Pty(command(ledger, "--lang", "en"))
    shown.wait("live")
    before, used, began = len(shown.bytes), used_s(shown.pid), time.monotonic()
    for i in range(1000):
        report(ledger, f"2026-03-02 10:{i // 60 + 1:02}:{i % 60:02}", 1, "mof", 10 + i, 1010 + i)
        shown.read(0)
    seconds = time.monotonic() - began
    assert used_s(shown.pid) - used < 0.1 + 0.25 * seconds
    assert len(shown.bytes) - before < 8000 * (seconds + 1)
    assert shown.stop() == 0
