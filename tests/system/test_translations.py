"""Chinese for people, English for machines: messages, --help, manual pages, and what must not change."""

import os
import re
import subprocess

import client
import pytest
from harness import BUILD, PLAN, PLAN_FILE, ROOT, word
from test_cli import ok, run

PO = ROOT / "po" / "zh.po"
ZH = {"LANG": "zh_CN.UTF-8"}
HAN = re.compile(r"[\u4e00-\u9fff]")
SERVICES = ["tuijin-collector", "tuijin-aggregator", "tuijin-dashboard"]
COMMANDS = subprocess.run([BUILD / "tuijin", "--complete"], capture_output=True, text=True,
                          check=True).stdout.splitlines()
PROGRAMS = [[name] for name in SERVICES] + [["tuijin", *name.split()] for name in COMMANDS]
PAGES = [["tuijin"], *PROGRAMS]


def show(program, *args, lang="zh_CN.UTF-8"):
    """What a program shows of itself."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TUIJIN_", "LC_", "LANG"))}
    done = subprocess.run([BUILD / program[0], *program[1:], *args], capture_output=True, text=True,
                          env={**clean, "LANG": lang}, timeout=20, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    return done.stdout


def messages(text):
    """{key: translation} of a .po file."""
    found = {}
    for block in text.split("\n\n"):
        parts = re.search(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)', block, re.M)
        if parts and not block.startswith("#~"):
            key, value = ("".join(re.findall(r'^"(.*)"$', p, re.M)) if "\n" in p.strip() else p.strip()[1:-1]
                          for p in parts.groups())
            found[key] = value
    return found


def id_of(program):
    return "-".join(program)


# The file


def test_the_file_is_well_formed_and_whole():
    done = subprocess.run(["msgfmt", "--check", "--statistics", "-o", os.devnull, PO],
                          capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0 and "warning" not in done.stderr, done.stderr
    assert re.fullmatch(r"\d+ translated messages\.\n", done.stderr), done.stderr
    assert "#~" not in PO.read_text(encoding="utf-8")


def test_every_text_of_the_sources_has_a_translation_and_no_other_has(tmp_path):
    pot = tmp_path / "tuijin.pot"
    subprocess.run([ROOT / "tools" / "texts.sh", pot], check=True, cwd=ROOT, timeout=60)
    want, got = messages(pot.read_text(encoding="utf-8")), messages(PO.read_text(encoding="utf-8"))
    want.pop(""), got.pop("")
    assert len(want) > 500
    assert set(want) - set(got) == set(), "`make po`, then translate these"
    assert set(got) - set(want) == set(), "`make po` takes these out"
    assert [key for key, value in got.items() if not value] == []


def test_a_format_that_is_translated_is_marked_as_one():
    blocks = PO.read_text(encoding="utf-8").split("\n\n")
    for block in blocks[1:]:
        if re.search(r"%(?:<PRI|[-.*\d]*(?:ll|z|h|l)?[sdugx])", block):
            assert "#, c-format" in block, block


def test_flags_and_values_stay_as_they_are():
    flag = re.compile(r"--[a-z][a-z-]+")
    for key, value in messages(PO.read_text(encoding="utf-8")).items():
        assert set(flag.findall(key)) == set(flag.findall(value)), key
        assert key.startswith("redis: ") == value.startswith("redis: "), key


# --help and the manual pages


@pytest.mark.parametrize("program", PROGRAMS, ids=id_of)
def test_no_line_of_help_is_english_in_chinese(program):
    text = show(program, "--help")
    summary, flags = text.split("\n选项及设置它的环境变量：\n")
    assert HAN.search(summary.split("\n")[1]), summary
    flags = flags.split("\n示例：\n")[0]
    for item in re.split(r"\n(?=  --)", flags):
        words = re.sub(r"^  --\S+( \S+)?", "", item.strip("\n"), count=1)
        words = re.sub(r"\[[^\[\]]*TUIJIN_\w+\]", "", words)
        values = re.fullmatch(r"[\s\w/.,、-]*(或)[\s\w/.,-]*", words)
        assert HAN.search(words) or values, item


@pytest.mark.parametrize("program", PROGRAMS, ids=id_of)
def test_help_fits_a_screen(program):
    for line in show(program, "--help").split("\n示例：\n")[0].splitlines():
        assert sum(2 if ord(c) >= 0x2E80 else 1 for c in line) <= 90, line
        assert not re.match(r"\s*[，。、；：？！）》]", line), line


@pytest.mark.parametrize("program", PROGRAMS, ids=id_of)
def test_english_help_has_no_chinese_but_names(program):
    text = show(program, "--help", lang="C").split("\nExamples:\n")
    assert len(text) == 2, "no examples"
    assert text[0].startswith("Usage: ")
    assert not HAN.search(re.sub(r"已办结|退回|中止|已取消|在办|催办", "", text[0]))


def test_the_list_of_commands_is_in_groups_in_both_languages():
    english, chinese = show(["tuijin"], "--help", lang="C"), show(["tuijin"], "help")
    for name in COMMANDS:
        line = re.compile(rf"^  {name} +(.+)$", re.M)
        assert not HAN.search(line.search(english)[1]) and HAN.search(line.search(chinese)[1])
    for group in ("The plan", "Reports", "Looking", "Proof", "Keys", "Exercises and measuring"):
        assert f"\n\n{group}\n  " in english
        assert group not in chinese


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_a_command_has_two_ways(name):
    words = name.split()
    assert show(["tuijin"], "help", *words) == show(["tuijin"], *words, "--help")
    assert show(["tuijin"], "help", *words, "--lang", "en") == \
        show(["tuijin"], *words, "--help", lang="C")


def test_make_man_has_a_page_of_everything_without_a_warning(tmp_path):
    folder = tmp_path / "build"
    folder.mkdir()
    for name in ["tuijin", *SERVICES]:
        (folder / name).symlink_to(BUILD / name)
    subprocess.run([ROOT / "tools" / "man.sh", folder], check=True, timeout=60)
    files = sorted(p.relative_to(folder / "man") for p in (folder / "man").rglob("*.*") if p.is_file())
    want = [f"man8/{name}.8" for name in SERVICES] + ["man1/tuijin.1"]
    want += [f"man1/tuijin-{name.replace(' ', '-')}.1" for name in COMMANDS]
    assert [str(f) for f in files] == sorted(want + [f"zh_CN/{page}" for page in want])
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *files], cwd=folder / "man",
                          capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("lang", ["C", "zh_CN.UTF-8"])
@pytest.mark.parametrize("program", PROGRAMS, ids=id_of)
def test_a_manual_page_names_every_flag_with_its_variable(program, lang):
    page = show(program, "--man", lang=lang).replace("\\-", "-")
    flags = re.findall(r"^  --([a-z-]+)", show(program, "--help", lang=lang), re.M)
    assert len(flags) > 2
    for flag in flags:
        assert f"\\fB--{flag}\\fR" in page
        if flag not in ("help", "version"):
            assert f"TUIJIN_{flag.upper().replace('-', '_')}]" in page


# What the operator reads


@pytest.mark.parametrize("words, english, chinese", [
    (["status", "--nonsense"],
     "tuijin status: unknown flag --nonsense; try 'tuijin status --help'\n",
     "tuijin status: 未知选项 --nonsense；可试 'tuijin status --help'\n"),
    (["report", "--task", "x"],
     "tuijin report: --task: got 'x', expected a whole number from 1 to 4294967295; "
     "try 'tuijin report --help'\n",
     "tuijin report: --task：为 'x'，应为整数 1 至 4294967295；可试 'tuijin report --help'\n"),
    (["report", "--plan", PLAN, "--agency", "cnipa", "--task", "1"],
     "tuijin report: --state is missing; try 'tuijin report --help'\n",
     "tuijin report: 缺少 --state；可试 'tuijin report --help'\n"),
    (["rollup", "--as-of", "2026-02-30"],
     "tuijin rollup: --as-of: got '2026-02-30', but there is no day 2026-02-30; "
     "try 'tuijin rollup --help'\n",
     "tuijin rollup: --as-of：为 '2026-02-30'，但没有 2026-02-30 这一天；可试 'tuijin rollup --help'\n"),
    (["repot"], "tuijin: no command 'repot'; did you mean 'report'?\n",
     "tuijin: 没有命令 'repot'；是否为 'report'？\n"),
])
def test_an_error_is_in_the_operators_language(words, english, chinese):
    for env, want in (({}, english), (ZH, chinese), ({"LC_ALL": "C", **ZH}, english),
                      ({"TUIJIN_LANG": "zh"}, chinese), ({"TUIJIN_LANG": "en", **ZH}, english)):
        done = run(*words, **env)
        assert (done.returncode, done.stdout, done.stderr) == (64, "", want), env
    assert run(*words, "--lang", "zh").stderr == chinese or words[0] == "repot"


def test_the_locale_need_not_be_on_the_machine():
    assert run("nonsense", LANG="zh_NOWHERE.UTF-8").stderr.startswith("tuijin: 没有命令")


def test_a_language_that_is_none_is_refused():
    done = run("status", "--lang", "fr", **ZH)
    assert done.returncode == 64 and "--lang" in done.stderr and "'fr'" in done.stderr


def test_a_mistake_of_a_plan_is_told_in_chinese(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text(PLAN_FILE.read_text(encoding="utf-8").replace("revision: 1", "revision: one", 1),
                   encoding="utf-8")
    done = ok("plan", "check", bad, want=65, **ZH)
    assert "revision: 为 'one'，应为 1 至 " in done.stderr and "1 处错误" in done.stderr
    assert "mistakes" not in done.stderr and "expected" not in done.stderr


# What machines read


def test_what_programs_read_stays_english(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: 2\n")
    for flags in (["--json"], ["--log-format", "json"]):
        english = ok("plan", "check", bad, *flags, want=65)
        chinese = ok("plan", "check", bad, *flags, "--lang", "zh", want=65, **ZH)
        said = [re.sub(r'"ts":"[^"]*"', "", done.stderr) for done in (english, chinese)]
        assert said[0] == said[1] and english.stdout == chinese.stdout
        assert not HAN.search(chinese.stdout + chinese.stderr)


def test_a_service_answers_and_logs_in_english(world, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("TUIJIN_LANG", "zh")
    collector = world.collector()
    agency = world.agency("cnipa", collector)
    ack = agency.report(world.next_seq(), word(1, 101, 0), word(999, 10, 0))
    said = [r["message"] for r in ack["results"] if "message" in r]
    agency.socket.send(client.pack({"v": 1, "kind": "report", "plan": "none", "agency": "cnipa",
                                    "seq": world.next_seq(), "reports": [word(1, 10, 0)]}))
    said.append(client.unpack(agency.socket.recv())["message"])
    assert len(said) == 3
    assert not [text for text in said if not text.isascii()]
    collector.stop()
    assert [line for line in collector.lines if HAN.search(line)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_tells_a_wrong_flag_in_the_locale_and_trouble_in_english(service):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("TUIJIN_", "LC_", "LANG"))}

    def run_service(*flags):
        return subprocess.run([BUILD / service, *flags], capture_output=True, text=True, timeout=20,
                              env={**clean, **ZH}, stdin=subprocess.DEVNULL)

    done = run_service("--nonsense")
    assert (done.returncode, done.stderr) == \
        (64, f"{service}: 未知选项 --nonsense；可试 '{service} --help'\n")
    done = run_service("--http", "none", "--redis", "nonsense://")
    assert done.returncode == 64 and "event=failed" in done.stderr and not HAN.search(done.stderr)
