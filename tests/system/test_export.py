"""`tuijin export`: the ledger for spreadsheet programs, for other programs, and for print."""

import csv
import io
import json
import re
import shlex
import subprocess
from datetime import date, datetime
from html.parser import HTMLParser

import openpyxl
import pytest
from harness import BUILD, World
from load import Load
from made import Ledger, ms, ruling, status, text, withdrawal

DAYS = ["2026-01-05", "2026-04-20", "2026-06-30", "2026-07-01", "2027-01-10"]
FORMATS = ["csv", "ndjson", "xlsx", "report"]
HOSTILE_TITLE = "=cmd|' /C calc'!A0 <b>&R&D\" _x0041_"
SCRIPT = "<script>alert(\"x\")</script>"
CLASSES = ("Done", "Ahead", "On track", "Behind", "Other")
STRANGE = "a\x1b\uffff\u202eb\n\n</td>&amp;"
LONG = "长" * 600


def hostile_plan():
    quoted = HOSTILE_TITLE.replace("\\", "\\\\").replace('"', '\\"')
    return text().replace("zh: 任务一", f'zh: "{quoted}"').replace("en: Task one", f'en: "{quoted}"')


@pytest.fixture(scope="module")
def told():
    """A year of a small plan, with words nobody should send."""
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00", hostile_plan())
        ledger.say("2026-03-20 10:00",
                   status("mof", 1, 1, 2050, ms("2026-03-20 09:00"), summary=SCRIPT, problems="=1+1",
                          next_steps="-2", help=True, evidence=[["@sum", "javascript:alert(1)"]]),
                   status("sta", 2, 1, 3000, ms("2026-03-20 09:00"), summary=STRANGE),
                   status("mof", 3, 2, 6000, ms("2026-03-20 09:00"), summary="\tfirst, \"quoted\""))
        ledger.say("2026-06-11 10:00",
                   status("jco", 4, 2, 1000, ms("2026-06-10 09:00"), state="blocked", problems=LONG),
                   status("mof", 5, 2, 4000, ms("2026-06-11 09:00")),
                   status("sta", 6, 2, 3333, ms("2026-06-11 09:00")),
                   status("jco", 7, 3, 9900, ms("2026-06-11 09:00"), summary="@here"))
        ledger.say("2026-06-12 10:00", withdrawal("sta", 8, 1, ms("2026-06-12 09:00")))
        yield world


@pytest.fixture(scope="module")
def real(plan):
    """The first plan, with everybody reporting and four rulings."""
    with World() as world:
        world.load_plan()
        collector = world.collector()
        load = Load(world, [collector.endpoint], plan, 300)
        load.start()
        load.finish()
        office = world.agency("jco", collector)
        for n, disposition in enumerate(("verified", "returned", "suspended", "cancelled"), 1):
            office.dispose(world.next_seq() * 10, {"task": n, "disposition": disposition,
                                                   "reason": "按程序", "at": ms("2026-05-01 09:00")})
        yield world


def export(world, *args, want=0):
    """Standard output as bytes."""
    done = subprocess.run([str(BUILD / "tuijin"), "export", "--redis", world.redis.url, *map(str, args)],
                          capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == want, (done.returncode, done.stderr.decode())
    return done.stdout if want == 0 else done.stderr.decode()


def exported(world, form, *args):
    return export(world, "--format", form, "--output", "-", *args)


def summaries(world, *args):
    """{"overall": data, "task/2": data, ...} as `tuijin rollup` has them."""
    done = world.tuijin("rollup", "--json", "--redis", world.redis.url, *args)
    assert done.returncode == 0, done.stderr
    return {d["scope"] + (f'/{d["key"]}' if d["key"] else ""): d
            for d in json.loads(done.stdout)["summaries"]}


def points(value, sign=""):
    """None or a number as it is printed."""
    return "" if value is None else f"{value:{sign}.2f}"


def local(at, china=8 * 3600):
    return datetime.utcfromtimestamp(at / 1000 + china)


# csv

def rows_of(data):
    assert data.startswith(b"\xef\xbb\xbf")
    body = data[3:].decode()
    assert body.endswith("\r\n") and "\r" not in body.replace("\r\n", "")
    return list(csv.reader(io.StringIO(body, newline=""), strict=True))


def records(world, *args):
    head, *rows = rows_of(exported(world, "csv", "--lang", "en", *args))
    assert len(set(head)) == len(head)
    return [dict(zip(head, row, strict=True)) for row in rows]


def check_csv(world, today):
    found, wanted = records(world, "--today", today), summaries(world, "--today", today)
    tasks = sorted((d for n, d in wanted.items() if n.startswith("task/")), key=lambda d: int(d["key"]))
    parts = [(task, part) for task in tasks for part in task["parts"]]
    assert [(r["Task no."], r["Agency id"]) for r in found] == \
        [(task["key"], part["agency"]) for task, part in parts]
    for row, (task, part) in zip(found, parts):
        assert row["State"] == part["state"].replace("_", " ")
        assert row["Role"] == part["role"]
        assert row["Percent"] == points(part["percent"])
        assert row["Task percent"] == points(task["percent"])
        assert row["Expected"] == points(task["expected"])
        assert row["Gap (points)"] == points(task["gap"])
        assert row["Light"] == task["light"]
        assert row["Task state"] == task["state"].replace("_", " ")
        assert row["Disposition"] == task["disposition"]
        assert row["Days overdue"] == (str(task["overdue_days"]) if task["overdue_days"] else "")
        assert (row["Reason"] == "") == (task["reason"] is None)
        if part["at"] is not None:
            assert row["Status of"] == str(local(part["at"] // 1000 * 1000))
            assert row["Received"] == str(local(part["received"] // 1000 * 1000))
            assert re.fullmatch(r"\d+-\d+", row["Ledger position"]) and int(row["Seq"]) > 0


@pytest.mark.parametrize("today", DAYS)
def test_csv_has_a_row_for_each_obligation_with_the_numbers_of_the_rollup(told, today):
    check_csv(told, today)


def test_csv_of_a_whole_plan(real):
    check_csv(real, "2026-07-15")
    assert len(records(real, "--today", "2026-07-15")) == 318


def test_csv_leaves_out_what_is_not_in_force(told):
    def sta(today):
        return [r["Task no."] for r in records(told, "--today", today) if r["Agency id"] == "sta"]
    assert sta("2026-06-30") == ["1", "2"] and sta("2026-07-01") == ["1"]


def test_csv_says_which_obligations_count(told):
    counts = {(r["Task no."], r["Agency id"]): r["Counts"] for r in records(told, "--today", DAYS[1])}
    assert counts == {("1", "mof"): "yes", ("1", "sta"): "no", ("2", "jco"): "yes", ("2", "mof"): "yes",
                      ("2", "sta"): "yes", ("3", "nbs"): "yes", ("3", "jco"): "no"}


def test_csv_keeps_words_and_defuses_formulas(told):
    found = {(r["Task no."], r["Agency id"]): r for r in records(told, "--today", DAYS[1])}
    said = found["1", "mof"]
    assert said["Task"] == "'" + HOSTILE_TITLE
    assert said["Summary"] == SCRIPT
    assert (said["Problems"], said["Next steps"]) == ("'=1+1", "'-2")
    assert said["Asks for help"] == "yes"
    assert said["Evidence"] == "'@sum <javascript:alert(1)>"
    assert found["3", "jco"]["Summary"] == "'@here"
    assert found["1", "sta"]["State"] == "unreported"
    assert (found["1", "sta"]["Summary"], found["1", "sta"]["Seq"]) == ("", "8")  # the withdrawal's
    early = {(r["Task no."], r["Agency id"]): r for r in
             records(told, "--known-at", "2026-05-01")}
    assert early["1", "sta"]["Summary"].replace("\ufffd", "?") == \
        STRANGE.replace("\x1b", "?").replace("\u202e", early["1", "sta"]["Summary"][3].replace("\ufffd", "?"))
    assert early["2", "mof"]["Summary"] == "'\tfirst, \"quoted\""


def test_csv_in_chinese(told):
    head, *rows = rows_of(exported(told, "csv", "--lang", "zh", "--today", "2026-06-30"))
    first = dict(zip(head, rows[0]))
    assert first["责任单位"] == "财政部" and first["角色"] == "牵头" and first["状态"] == "推进中"
    assert first["灯"] == "黄" and first["请求协调"] == "是" and first["章"] == "1 第一章"
    assert first["期限"] == "2026-12-31"


# ndjson

@pytest.mark.parametrize("today", DAYS)
def test_ndjson_is_the_plan_every_summary_and_every_obligation(told, today):
    plan, *lines = map(json.loads, exported(told, "ndjson", "--today", today).decode().splitlines())
    wanted = summaries(told, "--today", today)
    assert (plan["kind"], plan["plan"], plan["revision"]) == ("plan", "made", 1)
    assert plan["moment"]["today"] == today
    assert plan["moment"]["known_at"] == plan["position"]
    assert [line["kind"] for line in lines] == \
        sorted((line["kind"] for line in lines), reverse=True)  # summaries, then obligations
    said = [line for line in lines if line["kind"] == "summary"]
    assert {d["scope"] + (f'/{d["key"]}' if d["key"] else ""):
            {k: v for k, v in d.items() if k not in ("kind", "title")} for d in said} == wanted
    held = [line for line in lines if line["kind"] == "obligation"]
    assert [(o["task"], o["agency"]) for o in held] == \
        [(int(d["key"]), p["agency"]) for d in said if d["scope"] == "task" for p in d["parts"]]


def test_ndjson_has_words_as_they_were_said(told):
    lines = map(json.loads, exported(told, "ndjson", "--today", DAYS[2]).decode().splitlines())
    held = {(o["task"], o["agency"]): o for o in lines if o["kind"] == "obligation"}
    mof = held[1, "mof"]
    assert (mof["summary"], mof["problems"], mof["help"]) == (SCRIPT, "=1+1", True)
    assert mof["evidence"] == [{"title": "@sum", "uri": "javascript:alert(1)"}]
    assert (mof["seq"], mof["at"], mof["percent"]) == (1, ms("2026-03-20 09:00"), 20.5)
    assert held[1, "sta"]["withdrawn"] and held[1, "sta"]["summary"] is None
    assert held[3, "nbs"]["seq"] is None and not held[3, "nbs"]["withdrawn"]


# xlsx

def book_of(world, *args):
    return openpyxl.load_workbook(io.BytesIO(exported(world, "xlsx", *args)))


def table_of(sheet):
    """The rows below the head, as dicts."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("flags, names", [((), ["按章节", "按单位", "异常"]),
                                          (("--lang", "en"), ["By chapter", "By agency", "Exceptions"])])
def test_xlsx_has_three_sheets_that_are_ready_to_read_and_print(told, flags, names):
    book = book_of(told, "--today", "2026-06-30", *flags)
    assert book.sheetnames == names
    for sheet in book:
        assert "2026-06-30" in sheet["A1"].value
        assert re.fullmatch(r"[A-D]3", sheet.freeze_panes)
        last = openpyxl.utils.get_column_letter(sheet.max_column)
        assert sheet.auto_filter.ref == f"A2:{last}{sheet.max_row}"
        assert sheet.page_setup.orientation == "landscape" and int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToWidth in (None, 1) and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.oddFooter.center.text and sheet.oddHeader.right.text
        assert all(sheet.column_dimensions[c[0].column_letter].width > 5 for c in sheet.columns)


def test_xlsx_is_as_old_as_what_is_in_it(told):
    created = book_of(told, "--known-at", "2026-06-12T23:00", "--today", "2026-06-30").properties.created
    assert created == datetime(2026, 6, 12, 2)  # UTC of the last entry


def test_xlsx_by_chapter_groups_the_plan_with_the_numbers_of_the_rollup(told):
    sheet = book_of(told, "--today", "2026-06-30", "--lang", "en")["By chapter"]
    wanted = summaries(told, "--today", "2026-06-30")
    lines = table_of(sheet)
    assert [(line["Level"], line["No."]) for line in lines] == [
        ("Overall", None), ("Chapter", "Chapter 1"), ("Section", "1.1"),
        ("Task", "Task 1"), ("Agency", "Task 1"), ("Agency", "Task 1"),
        ("Task", "Task 2"), ("Agency", "Task 2"), ("Agency", "Task 2"), ("Agency", "Task 2"),
        ("Chapter", "Chapter 2"), ("Task", "Task 3"), ("Agency", "Task 3"), ("Agency", "Task 3")]
    for line in lines:
        data = wanted[line["Explain"]]
        if line["Level"] == "Agency":
            assert line["Expected"] is None and line["Role"] in ("lead", "participant")
            continue
        assert (line["Percent"], line["Expected"], line["Gap (points)"]) == \
            (data["percent"], data["expected"], data["gap"])
        assert line["Light"] == data["light"]
        if line["Level"] != "Task":
            assert line["Tasks"] == data["tasks"]["total"] == sum(line[c] for c in CLASSES)
            assert line["Tasks that count"] == data["tasks"]["included"]
    part = lines[4]
    assert part["Name"] == "Ministry of Finance" and part["Status of"] == datetime(2026, 3, 20, 9)
    assert part["Due"] == datetime(2026, 12, 31) and part["Seq"] == "1"
    assert [sheet.row_dimensions[n].outlineLevel for n in (4, 5, 6, 7)] == [0, 1, 2, 3]


def test_xlsx_formats_numbers_and_colours_lights(told):
    sheet = book_of(told, "--today", "2026-06-30", "--lang", "en")["By chapter"]
    column = {cell.value: cell.column_letter for cell in sheet[2]}
    formats = {name: sheet[f"{column[name]}6"].number_format for name in ("Percent", "Gap (points)", "Due")}
    assert formats == {"Percent": "0.00", "Gap (points)": "+0.00;-0.00;0.00", "Due": "yyyy-mm-dd"}
    colours = {sheet[f"{column['Light']}{n}"].value: sheet[f"{column['Light']}{n}"].fill.fgColor.rgb
               for n in range(3, sheet.max_row + 1)}
    assert colours["red"] == "FFF6B8B1" and len(set(colours.values())) == len(colours)
    assert sheet[f"{column['Summary']}7"].alignment.wrap_text


def test_xlsx_takes_words_for_words(told):
    book = book_of(told, "--known-at", "2026-06-11T23:00", "--lang", "en")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    values = [cell.value for cell in cells]
    assert {SCRIPT, "=1+1", "-2", LONG, "@sum <javascript:alert(1)>"} <= set(values)
    assert HOSTILE_TITLE in values
    assert STRANGE.replace("\x1b", "�").replace("\uffff", "�") in values


def test_xlsx_by_agency_has_figures_and_obligations(told):
    wanted = summaries(told, "--today", "2026-07-01")
    lines = table_of(book_of(told, "--today", "2026-07-01", "--lang", "en")["By agency"])
    heads = {line["Explain"]: line for line in lines if line["Explain"].startswith("agency/")}
    assert list(heads) == ["agency/jco", "agency/mof", "agency/sta", "agency/nbs"]
    for name, line in heads.items():
        data = wanted[name]
        assert (line["Percent"], line["Lead percent"], line["Participant percent"]) == \
            (data["own"]["percent"], data["lead"]["percent"], data["participant"]["percent"])
        assert line["Last period due"] == data["last_period"]["name"] == "2026-Q1"
        last = data["last_period"]
        assert line["Reported (%)"] == (last["reported"] * 10000 // last["expected"] / 100
                                        if last["expected"] else None)
    held = [(line["Name"], line["Task no."]) for line in lines if line["Task no."] is not None]
    assert held == [("Office", 2), ("Office", 3), ("Ministry of Finance", 1), ("Ministry of Finance", 2),
                    ("Tax", 1), ("Statistics", 3)]


def test_xlsx_exceptions_say_what_since_when_and_what_it_costs(told):
    lines = table_of(book_of(told, "--today", "2026-06-30", "--lang", "en")["Exceptions"])
    by_task = {line["Task no."]: line for line in lines}
    assert sorted(by_task) == [1, 2, 3]
    costs = [line["Effect on the whole (points)"] for line in lines]
    assert costs == sorted(costs)
    # 1: 20.50, 2: (10 + 40 + 33.33) / 3 = 27.77, 3: 0; expected 49.58
    assert [line["Task no."] for line in lines] == [3, 1, 2]
    assert by_task[2]["Blocked"] == "Office (2026-06-10)"
    assert re.fullmatch(rf"Ministry of Finance 60.00 to 40.00 \(2026-06-11\), before: 2026-03-20, ledger "
                        rf"position {ms('2026-03-20 10:00')}-\d+; tuijin history --task 2 --agency mof",
                        by_task[2]["Went back"])
    assert by_task[1]["Asks for help"] == "Ministry of Finance (2026-03-20)"
    assert by_task[3]["Not reported"] == "2026-Q1, since 2026-04-11: Statistics; Office"
    assert by_task[2]["Problems"] == f"Office: {LONG}"
    # the first day on which 0, 20.50 of 20 March were ten points behind; of 2 it was said too late
    assert by_task[3]["Behind"] == "by 49.58 points, since 2026-02-06"
    assert by_task[1]["Behind"] == "by 29.08 points, since 2026-04-22"
    assert by_task[2]["Behind"] == "by 21.81 points"
    # three of three tasks cost the whole its gap
    assert round(sum(costs), 2) == summaries(told, "--today", "2026-06-30")["overall"]["gap"]


def test_since_when_is_not_told_where_an_agency_that_left_changed_the_percent():
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00")
        ledger.say("2026-01-05 09:00", *[status(agency, n, 2, percent, ms("2026-01-05 09:00"))
                                         for n, (agency, percent) in enumerate(
                                             [("jco", 3000), ("mof", 3000), ("sta", 6000)], 1)])
        lines = table_of(book_of(world, "--today", "2026-07-20", "--lang", "en")["Exceptions"])
        assert [line["Behind"] for line in lines if line["Task no."] == 2] == ["by 25.06 points"]


def test_a_task_that_is_overdue_says_since_when(told):
    lines = table_of(book_of(told, "--today", "2027-01-10", "--lang", "en")["Exceptions"])
    assert {line["Overdue"] for line in lines} == {"10 days, since 2027-01-01"}


# report

class Page(HTMLParser):
    """A page that must be well-formed: its texts by tag, its attributes, its classes of rows."""

    VOID = {"meta"}

    def __init__(self, data):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.texts, self.row = [], [], [], [], None
        self.rows = []  # (class, [texts of cells])
        self.codes = []
        self.feed(data)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        assert len({name for name, _ in attrs}) == len(attrs)
        if tag == "tr":
            self.rows.append((dict(attrs).get("class"), []))
        elif tag in ("td", "th"):
            self.rows[-1][1].append("")
        elif tag == "code":
            self.codes.append("")
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)
        if {"td", "th"} & set(self.open):
            self.rows[-1][1][-1] += data
        if "code" in self.open:
            self.codes[-1] += data

    @property
    def text(self):
        return "".join(self.texts)


def page_of(world, *args):
    return Page(exported(world, "report", *args).decode())


def lines_of(page):
    """{"task/1": {head: text}} for every row of every table; the name of the scope is taken off."""
    found, head = {}, None
    for kind, cells in page.rows:
        if kind is None:
            head = cells
            continue
        assert len(cells) == len(head)
        name = next(c.rsplit(" ", 1)[1] for c in cells if re.search(r" (overall|\w+/[\w.]+)$", c))
        found[name] = {h: c.replace("−", "-").replace(f" {name}", "") for h, c in zip(head, cells)}
    return found


def test_report_is_one_well_formed_page_that_needs_and_runs_nothing_else(told):
    for today in DAYS:
        data = exported(told, "report", "--today", today).decode()
        page = Page(data)
        assert set(page.tags) <= {
            "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "p",
            "div", "span", "strong", "small", "em", "i", "b", "bdi", "ul", "ol", "li", "table", "thead",
            "tbody", "tr", "th", "td", "article", "dl", "dt", "dd", "blockquote", "pre", "code"}
        assert {name for name, _ in page.attributes} <= {
            "lang", "charset", "http-equiv", "content", "name", "class", "style", "scope"}
        styles = re.search("<style>(.*?)</style>", data, re.DOTALL)[1] + \
            "".join(v for n, v in page.attributes if n == "style")
        assert "url(" not in styles and "@import" not in styles
        assert "default-src 'none'" in data
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\uffff]", data)


def test_report_shows_hostile_words_as_words(told):
    page = page_of(told, "--known-at", "2026-06-11T23:00")
    assert "=1+1" in page.text
    assert HOSTILE_TITLE in page.text
    early = exported(told, "report", "--known-at", "2026-05-01").decode()
    assert "<script" not in early
    assert "&lt;b&gt;&amp;R&amp;D&quot; _x0041_" in early


@pytest.mark.parametrize("world, today", [("told", day) for day in DAYS] + [("real", "2026-07-15")])
def test_report_has_the_numbers_of_the_rollup(world, today, request):
    world = request.getfixturevalue(world)
    wanted = summaries(world, "--today", today)
    found = lines_of(page_of(world, "--today", today, "--lang", "en"))
    assert set(found) == {n for n, d in wanted.items() if d["tasks"]["total"]}
    for name, line in found.items():
        data = wanted[name]
        own = data.get("own", data)
        assert line["Percent"] == (points(own["percent"]) or "–"), name
        assert line["Expected"] == (points(data["expected"]) or "–")
        assert line["Gap (points)"] in (points(data["gap"], "+") or "–", points(data["gap"]))
        assert line["Light"] == data["light"]
        if data["scope"] in ("overall", "chapter", "section"):
            assert int(line["Tasks"]) == data["tasks"]["total"] == sum(int(line[c]) for c in CLASSES)
        if data["scope"] == "agency":
            last = data["last_period"]
            for head, n in (("Reported (%)", "reported"), ("On time (%)", "on_time")):
                assert line[head] == (points(last[n] * 10000 // last["expected"] / 100)
                                      if last and last["expected"] else "–")


def test_report_counts_every_task_in_one_class(real):
    wanted = summaries(real, "--today", "2026-07-15")
    tasks = [d for n, d in wanted.items() if n.startswith("task/")]

    def class_of(d):
        if d["light"] == "green":
            return "ahead" if d["gap"] > 10 else "on track"
        return {"blue": "done", "grey": "other"}.get(d["light"], "behind")

    counts = {c: sum(class_of(d) == c for d in tasks) for c in
              ("done", "ahead", "on track", "behind", "other")}
    page = page_of(real, "--today", "2026-07-15", "--lang", "en")
    assert "Of all tasks {done} are done, {ahead} ahead, {on track} on track, {behind} behind and " \
        "{other} other.".format(**counts) in page.text
    found = lines_of(page)
    assert all(found[f'task/{d["key"]}']["Class"] == class_of(d) for d in tasks)
    assert sum(counts.values()) == 106


def test_classes_part_at_the_points_that_the_plan_sets():
    """On 31 March 24.65 are expected; lights.yellow is 10 unless the plan says otherwise."""
    tasks = [(1, 10000, "done"), (2, 3466, "ahead"), (3, 3465, "on track"), (4, 1466, "on track"),
             (5, 1465, "behind"), (6, None, "other")]
    yaml = text(third=False)
    yaml = yaml[:yaml.index("    sections:")] + "    tasks:\n" + "".join(
        f"      - {{number: {n}, zh: 任务, agencies: [mof]}}\n" for n, _, _ in tasks)
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00", yaml)
        ledger.say("2026-03-31 09:00", *[status("mof", n, n, percent, ms("2026-03-31 08:00"))
                                         for n, percent, _ in tasks if percent is not None])
        page = page_of(world, "--today", "2026-03-31", "--lang", "en")
        found = lines_of(page)
        assert [found[f"task/{n}"]["Class"] for n, _, _ in tasks] == [c for _, _, c in tasks]
        assert "1 are done, 1 ahead, 2 on track, 1 behind and 1 other" in page.text


def test_report_names_exceptions_with_the_agencies_own_words(told):
    page = page_of(told, "--today", "2026-06-30", "--lang", "en")
    attention = page.text.split("4. Tasks that need attention")[1].split("Annex")[0]
    assert attention.index("task/3") < attention.index("task/1") < attention.index("task/2")
    assert "=1+1" in attention and LONG in attention
    assert re.search(r"Ministry of Finance 2026-03-20 · \d+-0", attention)
    assert "60.00 to 40.00" in attention
    assert "first, " not in attention  # newer words have taken its place


def test_report_has_the_leads_words_also_where_it_tells_of_no_problems():
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00")
        ledger.say("2026-03-20 09:00",
                   status("mof", 1, 1, 500, ms("2026-03-20 09:00"), summary="drafting"),
                   status("sta", 2, 1, 500, ms("2026-03-20 09:00"), summary="watching"))
        page = page_of(world, "--today", "2026-06-30", "--lang", "en")
        assert "drafting" in page.text and "watching" not in page.text


def test_report_in_chinese_says_what_it_means(told):
    page = page_of(told, "--today", "2026-06-30")
    assert "执行情况通报" in page.text and "办公室" in page.text
    for words in ("一、总体情况", "二、各章进展", "三、各单位进展", "四、需要关注的任务", "五、未按期报送",
                  "附件：任务进展一览表",
                  "其中，已完成 0 项，超进度 0 项，达进度 0 项，欠进度 3 项，其它 0 项。",
                  "快于序时进度 10 个百分点以上", "上一应报期（2026-Q1）"):
        assert words in page.text, words


def test_report_without_exceptions_or_periods(told):
    page = page_of(told, "--known-at", "2026-01-02")
    assert "无。" in page.text and "尚无到期的报告期。" in page.text


def test_every_figure_of_the_report_can_be_followed(told):
    names = sorted(lines_of(page_of(told, "--today", "2026-06-30")))
    assert len(names) == 11
    for name in names:
        done = told.tuijin("explain", name, "--redis", told.redis.url, "--today", "2026-06-30")
        assert done.returncode == 0, (name, done.stderr)


@pytest.mark.parametrize("flags", [[], ["--lang", "en"], ["--today", "2026-06-30"],
                                   ["--as-of", "2026-06-10T12:00"],
                                   ["--known-at", "2026-06-11", "--as-of", "2026-03-31"],
                                   ["--known-at", "2026-06-11"], ["--known-at", "2030-01-01"],
                                   ["--known-at", "2026-05-01", "--today", "2026-04-20"]])
def test_the_command_in_the_report_gives_the_same_bytes(told, flags):
    data = exported(told, "report", *flags)
    explain, command = map(shlex.split, Page(data.decode()).codes)
    assert command[:4] == ["tuijin", "export", "--format", "report"]
    assert explain[:3] == ["tuijin", "explain", "overall"]
    assert export(told, *command[2:]) == data
    assert told.tuijin(*explain[1:], "--redis", told.redis.url).returncode == 0


MOMENTS = [
    ([], "截至 {now}"), (["--today", "2026-07-02"], "截至 2026-07-02"),
    (["--today", "2026-05-02"], "评价日 2026-05-02（按目前所知）"),
    (["--as-of", "2026-03-31"], "截至 2026-03-31（按目前所知）"),
    (["--known-at", "2026-06-11"], "截至 2026-06-11 所知情况"),
    (["--known-at", "2026-06-11", "--today", "2026-06-30"], "截至 2026-06-11 所知情况 · 评价日 2026-06-30"),
    (["--as-of", "2026-03-31", "--known-at", "2026-06-11"], "截至 2026-03-31（按 2026-06-11 所知）"),
    (["--as-of", "2999-01-01"], "推演（该时点尚未到来）"), (["--today", "2999-01-01"], "推演（该时点尚未到来）"),
]


@pytest.mark.parametrize("flags, words", MOMENTS)
def test_the_head_says_which_moment_it_is_of(told, flags, words):
    now = datetime.utcfromtimestamp(datetime.now().timestamp() + 8 * 3600).date()
    words = words.format(now=now)
    head = exported(told, "report", *flags).decode().split("<header>")[1].split("</header>")[0]
    title = book_of(told, *flags)["按单位"]["A1"].value
    assert f">{words}<" in head or f">{words} · " in head
    assert words + " · " in title
    moment = json.loads(exported(told, "ndjson", *flags).splitlines()[0])["moment"]
    assert ("推演" in head) == ("推演" in title) == moment["projection"] == ("2999-01-01" in flags)


def test_what_was_not_reported_or_late_is_named_and_adds_up():
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00")
        ledger.say("2026-03-20 10:00", status("mof", 1, 1, 10000, ms("2026-03-20 09:00")),
                   status("nbs", 2, 3, 9000, ms("2026-03-20 09:00")))
        ledger.say("2026-04-12 10:00", status("mof", 3, 2, 9000, ms("2026-03-31 09:00")),
                   status("sta", 4, 1, 9000, ms("2026-03-31 09:00")))
        page = page_of(world, "--today", "2026-05-01", "--lang", "en")
        last = summaries(world, "--today", "2026-05-01")["overall"]["last_period"]
        section = page.text.split("5. Not reported in time")[1].split("Notes")[0]
        assert (last["expected"], last["reported"], last["on_time"]) == (7, 4, 2)
        assert "2026-Q1: 3 obligations were not reported on, 2 late." in section
        rows = [cells for kind, cells in page.rows if kind == "" and len(cells) == 4]
        assert [(cells[0], *cells[2:]) for cells in rows] == [
            ("1", "", "Tax (2026-04-12)"), ("2", "Office; Tax", "Ministry of Finance (2026-04-12)"),
            ("3", "Office", "")]
        by_task = {line["Task no."]: line for line in
                   table_of(book_of(world, "--today", "2026-05-01", "--lang", "en")["Exceptions"])}
        assert (by_task[1]["Light"], by_task[1]["Reported late"]) == ("blue", "2026-Q1: Tax (2026-04-12)")
        assert by_task[3]["Not reported"].endswith(": Office")
        assert "task/1" not in page.text.split("4. Tasks")[1].split("5. Not")[0]


def test_yellow_tasks_are_rows_and_graver_ones_are_told_in_full():
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00")
        ledger.say("2026-06-20 10:00", status("mof", 1, 1, 3500, ms("2026-06-20 09:00"), summary="yellow words"),
                   status("nbs", 2, 3, 100, ms("2026-06-20 09:00"), summary="red words"))
        page = page_of(world, "--today", "2026-06-30", "--lang", "en")
        section = page.text.split("4. Tasks")[1].split("5. Not")[0]
        assert "red words" in section and "yellow words" not in section
        assert "Behind: by 14.58 points" in section
        assert section.index("task/3") < section.index("(2) Yellow") < section.index("task/1")


def test_an_agencys_light_has_its_reason(told):
    found = lines_of(page_of(told, "--today", "2026-06-30"))
    assert found["agency/nbs"]["原因"] == "差距 -49.58 个百分点"
    assert found["agency/mof"]["原因"].startswith(("红灯任务 ", "差距 "))
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00")
        ledger.say("2026-06-20 10:00", status("jco", 1, 2, 100, ms("2026-06-20 09:00")),
                   status("mof", 2, 2, 5000, ms("2026-06-20 09:00")),
                   status("sta", 3, 2, 100, ms("2026-06-20 09:00")),
                   status("mof", 4, 1, 5000, ms("2026-06-20 09:00")))
        found = lines_of(page_of(world, "--today", "2026-06-30"))
        assert found["agency/mof"]["原因"] == "红灯任务 1/2（任务 2）"


def test_the_page_has_the_words_of_the_office(told):
    for form in ("report", "csv"):
        data = exported(told, form, "--lang", "zh", "--today", "2026-06-30").decode()
        assert "部门" not in data and "裁定" not in data and "\u2212" not in data


# all of them

@pytest.mark.parametrize("form", FORMATS)
def test_the_same_moment_gives_the_same_bytes(told, form):
    flags = ["--known-at", "2026-06-12", "--today", "2026-06-30"]
    assert exported(told, form, *flags) == exported(told, form, *flags)


@pytest.mark.parametrize("flags", [["--as-of", "2026-06-10"], ["--known-at", "2026-06-10"],
                                   ["--as-of", "2026-03-31", "--known-at", "2026-06-11T23:00"]])
def test_as_of_a_date_it_has_the_numbers_of_then(told, flags):
    then = summaries(told, *flags)
    lines = map(json.loads, exported(told, "ndjson", *flags).decode().splitlines())
    overall = next(line for line in lines if line.get("scope") == "overall")
    assert (overall["num"], overall["as_of"]) == (then["overall"]["num"], then["overall"]["as_of"])
    assert overall["num"] != summaries(told, "--today", "2026-07-01")["overall"]["num"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_written_whole_and_alone(told, form, tmp_path):
    file = tmp_path / "out"
    file.write_text("old")
    assert export(told, "--format", form, "--output", file, "--known-at", "2026-06-12") == b""
    assert file.read_bytes() == exported(told, form, "--known-at", "2026-06-12")
    assert [f.name for f in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_told(told, form):
    said = export(told, "--format", form, "--output", "/dev/full", want=74)
    assert said == "tuijin export: --output: /dev/full: No space left on device\n"


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_behind_standard_output_is_told(told, form):
    with open("/dev/full", "wb") as full:
        done = subprocess.run([BUILD / "tuijin", "export", "--format", form, "--output", "-", "--redis",
                               told.redis.url], stdout=full, stderr=subprocess.PIPE, timeout=60)
    assert done.returncode == 74 and b"standard output" in done.stderr


def test_a_folder_that_is_not_there_is_told(told, tmp_path):
    said = export(told, "--format", "csv", "--output", tmp_path / "no" / "out", want=74)
    assert "No such file or directory" in said


@pytest.mark.parametrize("flags, part", [
    ([], "--format is missing; expected csv, ndjson, xlsx or report"),
    (["--format", "pdf\x1b"], "--format: got 'pdf\\x1b', expected csv"),
    (["--format", "xlsx"], "--format xlsx needs --output FILE, or - for standard output"),
    (["--format", "csv", "--as-of", "yesterday"], "--as-of"),
    (["--format", "csv", "--today", "2026-02-30"], "--today"),
    (["--format", "csv", "--lang", "fr"], "--lang"),
])
def test_wrong_words_are_a_usage_error(told, flags, part):
    said = export(told, *flags, want=64)
    assert part in said and "--help" in said


def test_it_needs_a_loaded_plan_and_a_moment_when_something_was_known(told, tmp_path):
    assert "nope" in export(told, "--format", "csv", "--plan", "nope", want=65)
    file = tmp_path / "out"
    export(told, "--format", "csv", "--output", file, "--known-at", "2025-12-31", want=65)
    assert not file.exists()


def test_a_cancelled_task_and_a_suspended_one_are_other():
    with World() as world:
        ledger = Ledger(world)
        ledger.load("2026-01-01 09:00")
        ledger.say("2026-02-01 09:00", ruling(1, 1, "cancelled", ms("2026-02-01 09:00"), "合并"),
                   ruling(2, 2, "suspended", ms("2026-02-01 09:00"), "等待"))
        page = page_of(world, "--today", "2026-06-30", "--lang", "en")
        found = lines_of(page)
        assert found["task/1"]["Class"] == found["task/2"]["Class"] == "other"
        assert found["task/1"]["Percent"] == "–"
        assert found["overall"]["Tasks"] == "3"
        counts = [(r["Task no."], r["Counts"], r["Task percent"] == "") for r in
                  records(world, "--today", "2026-06-30")]
        assert counts[:3] == [("1", "no", True), ("1", "no", True), ("2", "yes", False)]
        lines = map(json.loads, exported(world, "ndjson", "--today", "2026-06-30").splitlines())
        assert [o["counts"] for o in lines if o["kind"] == "obligation"][:3] == [False, False, True]
        sheet = table_of(book_of(world, "--today", "2026-06-30")["按章节"])
        assert [r["是否计入"] for r in sheet if r["编号"] == "任务 1"] == [None] + 2 * ["否（任务已取消）"]
        assert "the plan has 3 tasks, of which 2 count and 1 are cancelled" in page.text
        assert date.fromisoformat(records(world, "--today", "2026-06-30")[0]["Due"]) == date(2026, 12, 31)
