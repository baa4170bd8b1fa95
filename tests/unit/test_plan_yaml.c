#include "core/plan_yaml.h"

#include "tests/unit/plan_check.h"

#define X50   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X250  X50 X50 X50 X50 X50
#define LEAVE "format: 1", "format: 1" /* no edit */

/* clang-format off */
/* Each row puts `to` in the place of the first `from` of the good plan. */
static struct edit_case {
	const char *name;
	const char *from, *to;
	const char *want; /* "": it parses */
} edits[] = {
	{"the plan as it is", LEAVE, ""},

	/* numbers */
	{"format is another", "format: 1", "format: 2", "1:9: format: got '2', expected the number 1\n"},
	{"format is quoted", "format: 1", "format: '1'", "1:9: format: got quoted '1', expected the number 1 without quotes\n"},
	{"a leading zero", "revision: 3", "revision: 080", "3:11: revision: got '080', expected a whole number from 1 to 1000000000 without leading zeros\n"},
	{"a plus sign", "revision: 3", "revision: +1", "3:11: revision: got '+1', expected a whole number from 1 to 1000000000\n"},
	{"a fraction", "revision: 3", "revision: 3.0", "3:11: revision: got '3.0', expected a whole number from 1 to 1000000000\n"},
	{"letters behind it", "revision: 3", "revision: 25.03x", "3:11: revision: got '25.03x', expected a whole number from 1 to 1000000000\n"},
	{"hexadecimal", "revision: 3", "revision: 0x10", "3:11: revision: got '0x10', expected a whole number from 1 to 1000000000 without leading zeros\n"},
	{"an exponent", "revision: 3", "revision: 1e3", "3:11: revision: got '1e3', expected a whole number from 1 to 1000000000\n"},
	{"an underscore", "revision: 3", "revision: 1_000", "3:11: revision: got '1_000', expected a whole number from 1 to 1000000000\n"},
	{"negative", "revision: 3", "revision: -1", "3:11: revision: got '-1', expected a whole number from 1 to 1000000000\n"},
	{"revision 0", "revision: 3", "revision: 0", "3:11: revision: got '0', expected a whole number from 1 to 1000000000\n"},
	{"the last revision", "revision: 3", "revision: 1000000000", ""},
	{"a revision too many", "revision: 3", "revision: 1000000001", "3:11: revision: got '1000000001', expected a whole number from 1 to 1000000000\n"},
	{"ten times too many", "revision: 3", "revision: 10000000000", "3:11: revision: got '10000000000', expected a whole number from 1 to 1000000000\n"},
	{"2^64 + 1 is not 1", "revision: 3", "revision: 18446744073709551617", "3:11: revision: got '18446744073709551617', expected a whole number from 1 to 1000000000\n"},
	{"a number as a block", "revision: 3", "revision: |-\n  3", "3:11: revision: got quoted '3', expected a whole number from 1 to 1000000000 without quotes\n"},
	{"no number at all", "revision: 3", "revision:", "3:10: revision: got nothing, expected a whole number from 1 to 1000000000\n"},
	{"null is no number", "revision: 3", "revision: ~", "3:11: revision: got '~', expected a whole number from 1 to 1000000000\n"},
	{"a list for a number", "revision: 3", "revision: [3]", "3:11: revision: got a list, expected a whole number from 1 to 1000000000\n"},
	{"weight 1000", "agencies: [a]}", "agencies: [a], weight: 1000}", ""},
	{"weight 0", "agencies: [a]}", "agencies: [a], weight: 0}", "23:49: chapters[0].sections[0].tasks[0].weight: got '0', expected a whole number from 1 to 1000\n"},
	{"weight 1001", "agencies: [a]}", "agencies: [a], weight: 1001}", "23:49: chapters[0].sections[0].tasks[0].weight: got '1001', expected a whole number from 1 to 1000\n"},

	/* ids and titles */
	{"an id with capitals", "id: demo", "id: Demo", "2:5: id: got 'Demo', expected " A_NAME "\n"},
	{"an id of 64 bytes", "id: demo", "id: " X50 "yyyyyyyyyyyyyy", ""},
	{"an id of 65 bytes is shown cut", "id: demo", "id: " X50 "yyyyyyyyyyyyyyy", "2:5: id: got 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…', expected " A_NAME "\n"},
	{"'no' is an id like others", "{id: a,", "{id: no, zh: 无}\n- {id: a,", ""},
	{"a plan called as snapshots are", "id: demo", "id: snap", "2:5: id: got 'snap', expected another name: snapshots go out on topics that begin so\n"},
	{"a plan called nearly so", "id: demo", "id: snapshot", ""},
	{"a plan called null", "id: demo", "id: null", ""},
	{"a number is an id", "id: demo", "id: 2026", ""},
	{"a title may look like a number", "zh: 计划", "zh: 2026", ""},
	{"en may be left out", ", en: Plan", "", ""},
	{"an empty en", "en: Plan", "en: ''", "4:21: title.en: got quoted '', expected a text of 1 to 500 bytes\n"},
	{"an empty zh", "{zh: 计划", "{zh: ", "4:13: title.zh: got nothing, expected a text of 1 to 500 bytes\n"},
	{"a title of 500 bytes", "en: Plan", "en: " X250 X250, ""},
	{"a title of 501 bytes", "en: Plan", "en: " X250 X250 "y", "4:21: title.en: got 501 bytes, expected a text of 1 to 500 bytes\n"},
	{"a control character by its escape", "en: Plan", "en: \"a\\u009fb\"", "4:21: title.en: got quoted 'a\\xc2\\x9fb', expected one line without control characters\n"},
	{"a line separator by its escape", "en: Plan", "en: \"a\\u2028b\"", "4:21: title.en: got quoted 'a\u2028b', expected one line without control characters\n"},
	{"a turned direction by its escape", "en: Plan", "en: \"a\\u202eb\"", "4:21: title.en: got quoted 'a\\xe2\\x80\\xaeb', expected one line without control characters\n"},
	{"a NUL by its escape", "en: Plan", "en: \"a\\0b\"", "4:21: title.en: got quoted 'a\\x00b', expected one line without control characters\n"},
	{"a title of two lines", "en: Plan", "en: \"a\\nb\"", "4:21: title.en: got quoted 'a\\x0ab', expected one line without control characters\n"},
	{"a title as text", "{zh: 计划, en: Plan}", "计划", "4:8: title: got '计划', expected a mapping with zh, en\n"},
	{"kind is too long", "kind: party", "kind: " X50 "yyyyyyyyyyyyyyy", "12:31: agencies[1].kind: got 65 bytes, expected a text of 1 to 64 bytes\n"},

	/* keys */
	{"an unknown key", "office:", "lamp: 1\noffice:", "9:1: lamp: unknown key, expected one of " OF_ROOT "\n"},
	{"an unknown key of a task", "duty: shared", "duty: shared, wieght: 1", "24:40: chapters[0].sections[0].tasks[1].wieght: unknown key, expected one of " OF_TASK "\n"},
	{"a key in capitals", "office: a", "Office: a", "1:1: office: missing, this key is required\n9:1: Office: unknown key, expected one of " OF_ROOT "\n"},
	{"an unknown key twice", "office:", "x: 1\nx: 2\noffice:", "9:1: x: unknown key, expected one of " OF_ROOT "\n10:1: x: unknown key, expected one of " OF_ROOT "\n"},
	{"a key twice", "starts: 2026", "id: demo\nstarts: 2026", "5:1: id: duplicate key, the first is on line 2\n"},
	{"a quoted key is the same key", "starts: 2026", "\"id\": demo\nstarts: 2026", "5:1: id: duplicate key, the first is on line 2\n"},
	{"a key missing at the top", "format: 1\n", "", "1:1: format: missing, this key is required\n"},
	{"a key missing below", "{id: c, zh: 丙}", "{id: c}", "13:3: agencies[2].zh: missing, this key is required\n"},
	{"a list as a key", "office:", "? [a]\n: 1\noffice:", "9:3: ?: a key must be a word, not a list, a mapping or an alias\n"},
	{"a merge key", "{id: c,", "{<<: {}, id: c,", "13:4: agencies[2].<<: merge keys are not allowed, write the keys out\n"},

	/* YAML that is not for plans */
	{"an anchor and its alias", "id: demo", "id: &x demo", "2:5: id: anchor '&x' is not allowed, write values out\n"},
	{"an alias", "office: a", "office: *x", "9:9: office: alias '*x' is not allowed, write the value out\n"},
	{"an alias in a list", "agencies: [a, b]}", "agencies: [a, *x]}", "15:32: groups[0].agencies[1]: alias '*x' is not allowed, write the value out\n"},
	{"an alias merged", "{id: c,", "{<<: *x, id: c,", "13:4: agencies[2].<<: merge keys are not allowed, write the keys out\n13:8: agencies[2].<<: alias '*x' is not allowed, write the value out\n"},
	{"an anchored key", "id: demo", "&x id: demo", "2:1: id: anchor '&x' is not allowed, write values out\n"},
	{"an anchored list", "agencies: [a, b]}", "agencies: &l [a, b]}", "15:28: groups[0].agencies: anchor '&l' is not allowed, write values out\n"},
	{"a tag", "revision: 3", "revision: !!int 3", "3:11: revision: tag '!!int' is not allowed\n"},
	{"a tag of one's own", "id: demo", "id: !x demo", "2:5: id: tag '!x' is not allowed\n"},
	{"a directive", "format: 1", "%YAML 1.1\n---\nformat: 1", "1:1: a line begins with %: YAML directives are not allowed\n"},
	{"one document begun and ended", "format: 1", "---\nformat: 1", ""},
	{"a second document", "  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n", "  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n---\na: b\n", "29:1: a second YAML document, expected one in a file\n"},
	{"a comment is fine", "format: 1", "# 计划\nformat: 1 # 1", ""},
	{"16 levels of lists", "office: a", "office: [[[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]]", "9:24: office[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: nested deeper than 16 levels, the file was not read further\n"},
	{"15 levels are only a wrong type", "office: a", "office: [[[[[[[[[[[[[[[a]]]]]]]]]]]]]]]", "9:9: office: got a list, expected the id of an agency\n"},

	/* days */
	{"a day that does not exist", "starts: 2026-01-01", "starts: 2026-02-30", "5:9: starts: got '2026-02-30', expected a date YYYY-MM-DD that exists\n"},
	{"a time behind the day", "starts: 2026-01-01", "starts: 2026-01-01T00:00:00Z", "5:9: starts: got '2026-01-01T00:00:00Z', expected a date YYYY-MM-DD that exists\n"},
	{"a quoted day", "starts: 2026-01-01", "starts: \"2026-01-01\"", ""},
	{"a plan of one day", "ends: 2026-12-31", "ends: 2026-01-01", ""},
	{"a plan that ends before it starts", "ends: 2026-12-31", "ends: 2025-12-31", "6:7: ends: got '2025-12-31', expected 2026-01-01 (starts) or later\n"},
	{"a task of one day", "agencies: [a]}", "agencies: [a], starts: 2026-12-31, due: 2026-12-31}", ""},
	{"due before starts", "agencies: [a]}", "agencies: [a], starts: 2026-05-02, due: 2026-05-01}", "23:66: chapters[0].sections[0].tasks[0].due: got '2026-05-01', expected 2026-05-02 (starts) or later\n"},
	{"a task that starts before the plan", "agencies: [a]}", "agencies: [a], starts: 2025-12-31}", "23:49: chapters[0].sections[0].tasks[0].starts: got '2025-12-31', expected a day of the plan, 2026-01-01 to 2026-12-31\n"},
	{"a task due after the plan", "agencies: [a]}", "agencies: [a], due: 2027-01-01}", "23:46: chapters[0].sections[0].tasks[0].due: got '2027-01-01', expected a day of the plan, 2026-01-01 to 2026-12-31\n"},
	{"an offset as a number", "\"+08:00\"", "8", "7:13: utc_offset: got '8', expected an offset such as +08:00, at most 14 hours\n"},
	{"an offset without quotes", "\"+08:00\"", "+08:00", ""},
	{"a day's offset", "\"+08:00\"", "\"+24:00\"", "7:13: utc_offset: got quoted '+24:00', expected an offset such as +08:00, at most 14 hours\n"},

	/* reporting and lights */
	{"every half", "every: quarter", "every: half", ""},
	{"every week", "every: quarter", "every: week", "8:20: reporting.every: got 'week', expected month, quarter, half or year\n"},
	{"due_days 0", "due_days: 10", "due_days: 0", ""},
	{"due_days 366", "due_days: 10", "due_days: 366", ""},
	{"due_days 367", "due_days: 10", "due_days: 367", "8:39: reporting.due_days: got '367', expected a whole number from 0 to 366\n"},
	{"one light", "office:", "lights: {red_share: 100}\noffice:", ""},
	{"yellow as red", "office:", "lights: {yellow: 20, red: 20}\noffice:", "9:9: lights: got yellow 20 and red 20, expected yellow to be less than red\n"},
	{"yellow above the default red", "office:", "lights: {yellow: 31}\noffice:", "9:9: lights: got yellow 31 and red 30, expected yellow to be less than red\n"},
	{"red above 100", "office:", "lights: {red: 101}\noffice:", "9:15: lights.red: got '101', expected a whole number from 0 to 100\n"},

	/* agencies and groups */
	{"an office of no agency", "office: a", "office: z", "9:9: office: got 'z', expected the id of an agency in agencies\n"},
	{"an office of a group", "office: a", "office: \"@g\"", "9:9: office: got quoted '@g', expected the id of an agency in agencies\n"},
	{"an agency id twice", "{id: c,", "{id: a,", "13:8: agencies[2].id: got 'a' again, agencies[0] has this id already\n24:54: chapters[0].sections[0].tasks[1].agencies[1]: got 'c', expected the id of an agency in agencies\n28:47: chapters[1].tasks[0].agencies[0]: got 'c', expected the id of an agency in agencies\n"},
	{"an agency as a word", "- {id: c,", "- d\n- {id: c,", "13:3: agencies[2]: got 'd', expected a mapping with id, zh, en, kind\n"},
	{"a group id twice", "chapters:", "- {id: g, zh: 组, agencies: [c]}\nchapters:", "16:8: groups[1].id: got 'g' again, groups[0] has this id already\n"},
	{"a group and an agency of one id", "{id: g,", "{id: a,", "28:50: chapters[1].tasks[0].agencies[1]: got quoted '@g', expected @ and the id of a group in groups\n"},
	{"an agency twice in a group", "agencies: [a, b]}", "agencies: [a, b, a]}", "15:35: groups[0].agencies[2]: got 'a' again, expected each agency once\n"},
	{"a group in a group", "agencies: [a, b]}", "agencies: [a, \"@g\"]}", "15:32: groups[0].agencies[1]: got quoted '@g', expected the id of an agency in agencies\n"},
	{"an empty group", "agencies: [a, b]}", "agencies: []}", "15:28: groups[0].agencies: got an empty list, expected one or more agencies\n"},
	{"no groups, written out", "groups:\n- {id: g, zh: 组, agencies: [a, b]}\n", "groups: []\n", "27:50: chapters[1].tasks[0].agencies[1]: got quoted '@g', expected @ and the id of a group in groups\n"},
	{"groups as a mapping", "groups:\n- {id: g, zh: 组, agencies: [a, b]}\n", "groups: {g: [a, b]}\n", "14:9: groups: got a mapping, expected a list of groups\n"},
	{"groups left out", "groups:\n- {id: g, zh: 组, agencies: [a, b]}\n", "", "26:50: chapters[1].tasks[0].agencies[1]: got quoted '@g', expected @ and the id of a group in groups\n"},
	{"no agencies", "agencies:\n- {id: a, zh: 甲}\n- {id: b, zh: 乙, en: B, kind: party}\n- {id: c, zh: 丙}\ngroups:\n- {id: g, zh: 组, agencies: [a, b]}\n", "agencies: []\n", "10:11: agencies: got an empty list, expected one or more agencies\n"},

	/* members with dates */
	{"a member with both days", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2026-04-01, until: 2026-09-30}]}", ""},
	{"a member of one day", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2026-04-01, until: \"2026-04-01\"}]}", ""},
	{"a member without days as a mapping", "agencies: [a, b]}", "agencies: [{id: a}, {id: b}]}", ""},
	{"a member from before the plan", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2020-01-01}]}", ""},
	{"a member to after the plan", "agencies: [a, b]}", "agencies: [a, {id: b, until: 2030-12-31}]}", ""},
	{"a member on the plan's last day", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2026-12-31}]}", ""},
	{"a member on the plan's first day", "agencies: [a, b]}", "agencies: [a, {id: b, until: 2026-01-01}]}", ""},
	{"a member from the day after the plan", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2027-01-01}]}", "15:46: groups[0].agencies[1].from: got '2027-01-01', expected 2026-12-31 (the plan's last day) or earlier\n"},
	{"a member until the day before the plan", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2020-01-01, until: 2025-12-31}]}", "15:65: groups[0].agencies[1].until: got '2025-12-31', expected 2026-01-01 (the plan's first day) or later\n"},
	{"a member until before it came", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2026-04-01, until: 2026-03-31}]}", "15:65: groups[0].agencies[1].until: got '2026-03-31', expected 2026-04-01 (from) or later\n"},
	{"the same outside the plan", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2028-04-01, until: 2028-03-31}]}", "15:65: groups[0].agencies[1].until: got '2028-03-31', expected 2028-04-01 (from) or later\n"},
	{"a member's day that does not exist", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2026-02-29, until: 2026-13-01}]}", "15:46: groups[0].agencies[1].from: got '2026-02-29', expected a date YYYY-MM-DD that exists\n15:65: groups[0].agencies[1].until: got '2026-13-01', expected a date YYYY-MM-DD that exists\n"},
	{"a member's empty day", "agencies: [a, b]}", "agencies: [a, {id: b, from: }]}", "15:46: groups[0].agencies[1].from: got nothing, expected a date YYYY-MM-DD that exists\n"},
	{"a member's aliased day", "agencies: [a, b]}", "agencies: [a, {id: b, from: *d}]}", "15:46: groups[0].agencies[1].from: alias '*d' is not allowed, write the value out\n"},
	{"a member without an id", "agencies: [a, b]}", "agencies: [a, {from: 2026-04-01}]}", "15:32: groups[0].agencies[1].id: missing, this key is required\n"},
	{"a member of no agency", "agencies: [a, b]}", "agencies: [a, {id: z, from: 2026-04-01}]}", "15:37: groups[0].agencies[1].id: got 'z', expected the id of an agency in agencies\n"},
	{"a member that is a group", "agencies: [a, b]}", "agencies: [a, {id: \"@g\"}]}", "15:37: groups[0].agencies[1].id: got quoted '@g', expected the id of an agency in agencies\n"},
	{"a member twice, once with days", "agencies: [a, b]}", "agencies: [a, b, {id: b, from: 2026-04-01}]}", "15:40: groups[0].agencies[2].id: got 'b' again, expected each agency once\n"},
	{"a member that left and came back", "agencies: [a, b]}", "agencies: [a, {id: b, until: 2026-04-01}, {id: b, from: 2026-07-01}]}", "15:65: groups[0].agencies[2].id: got 'b' again, expected each agency once\n"},
	{"a member with a key of an agency", "agencies: [a, b]}", "agencies: [a, {id: b, zh: 乙}]}", "15:40: groups[0].agencies[1].zh: unknown key, expected one of id, from, until\n"},
	{"a member's day twice", "agencies: [a, b]}", "agencies: [a, {id: b, from: 2026-04-01, from: 2026-05-01}]}", "15:58: groups[0].agencies[1].from: duplicate key, the first is on line 15\n"},
	{"a member as a list", "agencies: [a, b]}", "agencies: [a, [b]]}", "15:32: groups[0].agencies[1]: got a list, expected the id of an agency\n"},
	{"days in a task's list", "agencies: [b, c]", "agencies: [b, {id: c, from: 2026-04-01}]", "24:54: chapters[0].sections[0].tasks[1].agencies[1]: got a mapping, expected the id of an agency\n"},

	/* chapters, sections, tasks */
	{"chapters as a mapping", "chapters:\n", "chapters: {}\nx:\n", "16:11: chapters: got a mapping, expected a list of chapters\n17:1: x: unknown key, expected one of " OF_ROOT "\n"},
	{"a chapter number left out", "- number: 2\n", "- number: 3\n", "25:11: chapters[1].number: got '3', expected 2 (chapter numbers rise by one)\n"},
	{"a section number that begins at 2", "  - number: 1\n", "  - number: 2\n", "20:13: chapters[0].sections[0].number: got '2', expected 1 (section numbers rise by one within the chapter)\n"},
	{"a task number left out is one mistake", "{number: 3,", "{number: 4, zh: 四, agencies: [a]}\n  - {number: 5,", "28:14: chapters[1].tasks[0].number: got '4', expected 3 (task numbers rise by one through the whole file)\n"},
	{"a task number twice", "{number: 3,", "{number: 2,", "28:14: chapters[1].tasks[0].number: got '2', expected 3 (task numbers rise by one through the whole file)\n"},
	{"a slip in one number is one mistake", "{number: 2,", "{number: 22,", "24:16: chapters[0].sections[0].tasks[1].number: got '22', expected 2 (task numbers rise by one through the whole file)\n"},
	{"a task number in quotes", "{number: 2,", "{number: '2',", "24:16: chapters[0].sections[0].tasks[1].number: got quoted '2', expected 2 without quotes (task numbers rise by one through the whole file)\n"},
	{"a chapter with neither", "  tasks:\n  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n", "", "25:3: chapters[1]: has neither sections nor tasks, expected one of them\n"},
	{"a chapter with both", "  tasks:\n  - {number: 3, zh: 三,", "  sections:\n  - {number: 1, zh: 节, tasks: [{number: 3, zh: 三, agencies: [a]}]}\n  tasks:\n  - {number: 4, zh: 三,", "25:3: chapters[1]: has both sections and tasks, expected one of them\n"},
	{"a chapter without tasks", "  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n", "", "27:9: chapters[1].tasks: got nothing, expected a list of tasks\n"},
	{"a section with an empty list", "  tasks:\n  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n", "  sections:\n  - {number: 1, zh: 节, tasks: []}\n", "28:31: chapters[1].sections[0].tasks: got an empty list, expected one or more tasks\n"},
	{"an empty list of sections", "  tasks:\n  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n", "  sections: []\n", "27:13: chapters[1].sections: got an empty list, expected one or more sections\n"},
	{"a task as a word", "  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n", "  - 3\n", "28:5: chapters[1].tasks[0]: got '3', expected a mapping with " OF_TASK "\n"},
	{"a task of nobody", "agencies: [a]}", "agencies: []}", "23:36: chapters[0].sections[0].tasks[0].agencies: got an empty list, expected one or more agencies\n"},
	{"a task of one word", "agencies: [a]}", "agencies: a}", "23:36: chapters[0].sections[0].tasks[0].agencies: got 'a', expected a list of agencies\n"},
	{"an unknown agency", "agencies: [a]}", "agencies: [z]}", "23:37: chapters[0].sections[0].tasks[0].agencies[0]: got 'z', expected the id of an agency in agencies\n"},
	{"an unknown group", "\"@g\"", "\"@h\"", "28:50: chapters[1].tasks[0].agencies[1]: got quoted '@h', expected @ and the id of a group in groups\n"},
	{"an agency twice in a task", "agencies: [b, c]", "agencies: [b, c, b]", "24:57: chapters[0].sections[0].tasks[1].agencies[2]: got 'b' again, expected each agency once\n"},
	{"a group twice in a task", "[c, \"@g\"]", "[c, \"@g\", \"@g\"]", "28:56: chapters[1].tasks[0].agencies[2]: got quoted '@g' again, expected each group once\n"},
	{"an agency named and in a group", "[c, \"@g\"]", "[\"@g\", b]", ""},
	{"a list in the list", "agencies: [a]}", "agencies: [[a]]}", "23:37: chapters[0].sections[0].tasks[0].agencies[0]: got a list, expected the id of an agency\n"},
	{"duty missing of two", "duty: shared, ", "", "24:7: chapters[0].sections[0].tasks[1].duty: missing, expected lead or shared for a task of several agencies\n"},
	{"duty missing of a group", "duty: lead, agencies: [c, \"@g\"]", "agencies: [\"@g\"]", "28:5: chapters[1].tasks[0].duty: missing, expected lead or shared for a task of several agencies\n"},
	{"one agency twice needs no duty", "duty: shared, agencies: [b, c]", "agencies: [b, b]", "24:40: chapters[0].sections[0].tasks[1].agencies[1]: got 'b' again, expected each agency once\n"},
	{"one agency may have a duty", "agencies: [a]}", "agencies: [a], duty: shared}", ""},
	{"a duty of another kind", "duty: shared", "duty: both", "24:32: chapters[0].sections[0].tasks[1].duty: got 'both', expected lead or shared\n"},

	/* syntax */
	{"an open bracket", "agencies: [a]}", "agencies: [a}", "23:38: syntax: while parsing a flow sequence: did not find expected ',' or ']'\n"},
	{"a group without quotes", "\"@g\"", "@g", "28:50: syntax: while scanning for the next token: found character that cannot start any token; a text that begins with it must be quoted\n"},
	{"a tab", "  zh: 章", "\tzh: 章", "18:1: syntax: while scanning a plain scalar (from line 17): found a tab character that violates indentation; indent with spaces, not tabs\n"},
	{"a key deeper than the one above", "  zh: 末", "    zh: 末", "26:7: syntax: mapping values are not allowed in this context\n"},
	{"a key that steps back", "  zh: 末", " zh: 末", "26:2: syntax: while parsing a block mapping (from line 1): did not find expected key\n"},
};
/* clang-format on */

/* Text with `to` in the place of the first `from`. */
static void
edit(struct buf *out, const char *from, const char *to)
{
	const char *found = strstr(good, from);

	assert_non_null(found);
	buf_addf(out, "%.*s%s%s", (int)(found - good), good, to, found + strlen(from));
}

static void
check_edit(void **state)
{
	const struct edit_case *c = *state;
	struct buf              yaml = {0};

	edit(&yaml, c->from, c->to);
	parse_and_compare(buf_text(&yaml), c->want);
	buf_fini(&yaml);
}

CASES_MAIN(edits, check_edit)
