/*
 * The letter to an agency, to the letter; alerts in a sentence; days, periods, times.
 */
#include "tests/cases.h"

#include <string.h>

#include "cli/notify_gather.h"
#include "cli/notify_words.h"
#include "core/calendar.h"
#include "tests/plan_file.h"

#define DAY(y, m, d) calendar_day((struct calendar_date){y, m, d})

static const char yaml[] =
    "format: 1\n"
    "id: city\n"
    "revision: 1\n"
    "title: {zh: 某市知识产权计划, en: City Plan}\n"
    "starts: 2026-01-01\n"
    "ends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\n"
    "reporting: {every: half, due_days: 10}\n"
    "office: jco\n"
    "agencies: [{id: jco, zh: 联席会议办公室, en: Joint Office}, {id: mof, zh: 财政局, en: "
    "Finance},"
    " {id: sta, zh: 税务局, en: Tax}]\n"
    "chapters:\n"
    "  - number: 1\n"
    "    zh: 章\n"
    "    tasks:\n"
    "      - {number: 1, zh: 完善制度, en: Improve rules, duty: shared, agencies: [mof, sta]}\n"
    "      - {number: 2, zh: 开展培训, en: Train, duty: lead, agencies: [sta, mof], due: "
    "2026-06-30}\n";

/* Obligations 0 mof and 1 sta of task 1, 2 sta and 3 mof of task 2. */
static struct digest_item
item_of(uint32_t obligation, uint32_t alarms)
{
	struct digest_item item = {
	    .obligation = obligation,
	    .alarms = alarms,
	    .period = "2026-H1",
	    .counts = true,
	    .percent = 3333,
	    .expected = 5260,
	    .gap = -1927,
	    .judgement = {LIGHT_RED, REASON_MISSED_PERIODS},
	    .own_percent = -1,
	};

	for (unsigned i = 0; i < ALARMS; i++)
		item.since_ms[i] = calendar_day_start(DAY(2026, 7, 1 + (int)i), 480);
	return item;
}

#define ALL ((1u << ALARMS) - 1)

static struct letter_case {
	const char   *name;
	enum language language;
	uint32_t      agency, alarms; /* of the first item */
	bool          overdue;        /* its light is red because of that */
	const char   *want;
} letters[] = {
    {"of one task, in Chinese", LANGUAGE_ZH, 1, 1u << ALARM_MISSED_PERIOD, false,
	"关于《某市知识产权计划》有关任务的提醒\n\n"
	"财政局：\n\n"
	"　　截至2026年7月12日，《某市知识产权计划》中由贵单位承担的以下 1 项任务需要关注：\n\n"
	"　　1. 任务 1：完善制度（牵头，应于 2026-12-31 前完成）\n"
	"　　   进展：完成 33.33%，序时进度 52.60%，差距 -19.27 个百分点；贵单位部分：未报送。\n"
	"　　   ● 截至 2026-07-05 未报送2026年上半年进展\n\n"
	"　　请贵单位对照计划要求抓紧推进，及时报送进展情况、存在问题和下一步措施；需要协调解决的，"
	"请与我办"
	"联系。感谢贵单位的支持。\n\n"
	"联席会议办公室\n"
	"2026年7月12日\n"},
    {"of two, for all reasons", LANGUAGE_ZH, 2, ALL, false,
	"关于《某市知识产权计划》有关任务的提醒\n\n"
	"税务局：\n\n"
	"　　截至2026年7月12日，《某市知识产权计划》中由贵单位承担的以下 2 项任务需要关注：\n\n"
	"　　1. 任务 1：完善制度（参与，应于 2026-12-31 前完成）\n"
	"　　   进展：完成 33.33%，序时进度 52.60%，差距 -19.27 个百分点；贵单位部分：未报送。\n"
	"　　   ● 已逾期 0 天，自 2026-07-01 起\n"
	"　　   ● 亮红灯（连续两期未报），自 2026-07-02 起\n"
	"　　   ● 贵单位报告受阻，任务自 2026-07-03 起受阻\n"
	"　　   ● 2026-07-04 请求协调\n"
	"　　   ● 截至 2026-07-05 未报送2026年上半年进展\n"
	"　　   ● 2026-07-06 所报进度回退\n\n"
	"　　2. 任务 2：开展培训（牵头，应于 2026-06-30 前完成）\n"
	"　　   ● 2026-07-04 请求协调\n\n"
	"　　请贵单位对照计划要求抓紧推进，及时报送进展情况、存在问题和下一步措施；需要协调解决的，"
	"请与我办"
	"联系。感谢贵单位的支持。\n\n"
	"联席会议办公室\n"
	"2026年7月12日\n"},
    {"in English", LANGUAGE_EN, 2, ALL, true,
	"Reminder: your tasks in \"City Plan\"\n\n"
	"To: Tax\n\n"
	"As of 12 July 2026, the following tasks of yours in \"City Plan\" (2 in all) need your "
	"attention:\n\n"
	"1. Task 1: Improve rules (participant, due 2026-12-31)\n"
	"   Progress 33.33%, expected 52.60%, gap -19.27 points; your part: not reported.\n"
	"   - days overdue: 12, since 2026-07-01\n"
	"   - reported as blocked by you; the task has been blocked since 2026-07-03\n"
	"   - coordination was asked for on 2026-07-04\n"
	"   - by 2026-07-05 there was no report for the first half of 2026\n"
	"   - the reported progress went back on 2026-07-06\n\n"
	"2. Task 2: Train (lead, due 2026-06-30)\n"
	"   - coordination was asked for on 2026-07-04\n\n"
	"We kindly ask you to take these tasks forward, and to report their progress, problems and "
	"next steps. Where you need coordination, please let this office know.\n\n"
	"Joint Office\n"
	"12 July 2026\n"},
};

static void
check_letter(void **state)
{
	const struct letter_case *c = *state;
	struct plan              *p = plan_from_text(yaml, sizeof(yaml) - 1);
	struct digest_item        items[3] = {
		   item_of(0, c->alarms), item_of(1, c->alarms), item_of(2, 1u << ALARM_HELP)};
	struct digest d = {.plan = p, .items = items, .count = 3, .day = DAY(2026, 7, 12)};
	struct buf    out = {0};

	items[2].counts = false;
	if (c->overdue) {
		items[1].overdue_days = 12;
		items[1].judgement.reason = REASON_OVERDUE;
	}
	assert_int_equal(digest_count(&d, 0), 0);
	digest_text(&out, &d, c->agency, c->language);
	buf_add(&out, "", 1);
	assert_string_equal(out.at, c->want);
	buf_fini(&out);
	plan_free(p);
}

/* A copy of one task and one alert, as gather_init() asks for it. */
static struct {
	char       topics[2][ALERT_TOPIC_SIZE];
	struct buf payloads[2];
} copy;

struct text
subscriber_payload(const struct subscriber *s, struct text topic)
{
	(void)s;
	for (size_t i = 0; i < COUNT(copy.topics); i++)
		if (text_equal(topic, text_of(copy.topics[i])))
			return buf_text(&copy.payloads[i]);
	return (struct text){0};
}

static void
copy_has(
    const struct plan *p, const char *task, const struct alert *alert, struct summary_part parts[2])
{
	struct summary m = {
	    .plan = text_of(p->id),
	    .kind = SCOPE_TASK,
	    .key = text_of(task),
	    .figure = {.num = 4000, .den = 1, .tasks = 1, .above_zero = 1},
	    .expected = 5000,
	    .gap = -1000,
	    .judgement = {LIGHT_RED, REASON_BEHIND},
	    .overdue_days = 3,
	    .parts = parts,
	    .part_count = 2,
	};

	copy.payloads[0].len = copy.payloads[1].len = 0;
	snprintf(copy.topics[0], sizeof(copy.topics[0]), "%s/task/%s/", p->id, task);
	wire_summary_encode(&copy.payloads[0], text_of(copy.topics[0]), &m);
	alert_topic(p, alert, copy.topics[1]);
	wire_alert_encode(&copy.payloads[1], text_of(copy.topics[1]), p, alert);
}

/* All alerts name mof. Each agency said `state` and `percent`. */
static struct about_case {
	const char       *name, *task; /* 1: shared by both; 2: sta leads, mof does not count */
	enum alarm        what;
	enum report_state mof, sta;
	uint32_t          mof_percent, sta_percent;
	bool              to_mof, to_sta;
} abouts[] = {
    {"blocked by another than it was", "1", ALARM_BLOCKED, REPORT_IN_PROGRESS, REPORT_BLOCKED, 9200,
	1000, false, true},
    {"blocked by both", "1", ALARM_BLOCKED, REPORT_BLOCKED, REPORT_BLOCKED, 0, 0, true, true},
    {"blocked by one that does not count", "2", ALARM_BLOCKED, REPORT_BLOCKED, REPORT_COMPLETED,
	1000, 10000, true, false},
    {"overdue by what the other has left", "1", ALARM_OVERDUE, REPORT_COMPLETED, REPORT_UNREPORTED,
	10000, 0, false, true},
    {"overdue by what counts", "2", ALARM_OVERDUE, REPORT_UNREPORTED, REPORT_IN_PROGRESS, 0, 9900,
	false, true},
    {"behind by who is below what is expected", "1", ALARM_BEHIND, REPORT_IN_PROGRESS,
	REPORT_IN_PROGRESS, 5000, 4999, false, true},
    {"behind by what counts", "2", ALARM_BEHIND, REPORT_UNREPORTED, REPORT_IN_PROGRESS, 0, 4000,
	false, true},
    {"help, as it was asked for", "1", ALARM_HELP, REPORT_COMPLETED, REPORT_BLOCKED, 10000, 0, true,
	false},
    {"went back, as it did", "1", ALARM_REGRESSED, REPORT_COMPLETED, REPORT_BLOCKED, 10000, 0, true,
	false},
    {"missed, as it was", "1", ALARM_MISSED_PERIOD, REPORT_COMPLETED, REPORT_UNREPORTED, 10000, 0,
	true, false},
};

static void
check_about(void **state)
{
	const struct about_case *c = *state;
	struct plan             *p = plan_from_text(yaml, sizeof(yaml) - 1);
	char                     named[1][PLAN_ID_MAX + 1] = {"mof"};
	struct alert             alert = {.what = c->what,
			.standing = true,
			.kind = SCOPE_TASK,
			.agencies = named,
			.agency_count = c->what != ALARM_BEHIND};
	struct summary_part      parts[2] = {
		 {text_of("mof"), c->task[0] == '1', c->mof, c->mof_percent, 1, 1},
		 {text_of("sta"), c->task[0] == '2', c->sta, c->sta_percent, 1, 1},
        };
	struct gathered g;
	struct digest   d;

	snprintf(alert.key, sizeof(alert.key), "%s", c->task);
	copy_has(p, c->task, &alert, parts);
	gather_init(&g, NULL, p, DAY(2026, 7, 12));
	d = gather_digest(&g, p);
	assert_int_equal(digest_count(&d, 1), c->to_mof);
	assert_int_equal(digest_count(&d, 2), c->to_sta);
	for (size_t i = 0; i < d.count; i++)
		assert_int_equal(d.items[i].alarms, 1u << c->what);
	gather_fini(&g);
	plan_free(p);
	buf_fini(&copy.payloads[0]);
	buf_fini(&copy.payloads[1]);
}

static void
a_letter_does_not_go_on_for_ever(void **state)
{
	enum { MORE = 3 };
	struct plan       *p = plan_from_text(yaml, sizeof(yaml) - 1);
	struct digest_item items[DIGEST_ITEMS_MAX + MORE];
	struct digest      d = {
		 .plan = p, .items = items, .count = DIGEST_ITEMS_MAX + MORE, .day = DAY(2026, 7, 12)};
	struct buf out = {0};

	(void)state;
	for (size_t i = 0; i < d.count; i++)
		items[i] = item_of(0, 1u << ALARM_HELP);
	digest_text(&out, &d, 1, LANGUAGE_ZH);
	buf_add(&out, "", 1);
	assert_non_null(strstr(out.at, "以下 203 项任务"));
	assert_non_null(strstr(out.at, "　　200. 任务 1："));
	assert_null(strstr(out.at, "　　201. 任务 1："));
	assert_non_null(strstr(out.at, "　　另有 3 项任务，此处从略。\n"));
	buf_reset(&out);
	digest_event(&out, &d, 1, LANGUAGE_ZH, 0);
	assert_true(out.len < 300000);
	buf_fini(&out);
	plan_free(p);
}

static struct period_case {
	const char *name, *zh, *en;
} periods[] = {
    {"2026-03", "2026年3月", "March 2026"},
    {"2026-Q1", "2026年第一季度", "the first quarter of 2026"},
    {"2026-Q4", "2026年第四季度", "the fourth quarter of 2026"},
    {"2026-H1", "2026年上半年", "the first half of 2026"},
    {"2026-H2", "2026年下半年", "the second half of 2026"},
    {"2026", "2026年度", "2026"},
    {"soon", "soon", "soon"},
};

static void
check_period(void **state)
{
	const struct period_case *c = *state;
	struct buf                out = {0};

	notify_words_period(&out, LANGUAGE_ZH, c->name);
	buf_add(&out, "|", 1);
	notify_words_period(&out, LANGUAGE_EN, c->name);
	assert_int_equal(out.len, strlen(c->zh) + 1 + strlen(c->en));
	assert_memory_equal(out.at, c->zh, strlen(c->zh));
	assert_memory_equal(out.at + strlen(c->zh) + 1, c->en, strlen(c->en));
	buf_fini(&out);
}

static struct sentence_case {
	const char   *name;
	enum language language;
	bool          with_plan;
	struct alert  alert;
	const char   *want;
} sentences[] = {
    {"raised", LANGUAGE_ZH, true,
	{.what = ALARM_OVERDUE,
	    .standing = true,
	    .kind = SCOPE_TASK,
	    .key = "2",
	    .counts = true,
	    .percent = 5,
	    .expected = 10000,
	    .gap = -9995,
	    .since_ms = INT64_C(1782835200000)},
	"任务2（开展培训）：逾期，自 2026-07-01 起；完成 0.05%，序时进度 100.00%，差距 -99.95 "
	"个百分点"},
    {"resolved, of the whole, without numbers", LANGUAGE_EN, true,
	{.what = ALARM_BEHIND,
	    .kind = SCOPE_OVERALL,
	    .since_ms = INT64_C(1782835200000),
	    .ended_ms = INT64_C(1782867600000)},
	"Overall: resolved: red light since 2026-07-01 until 2026-07-01 09:00"},
    {"without a plan, days of the offset that as_of tells", LANGUAGE_EN, false,
	{.what = ALARM_MISSED_PERIOD,
	    .standing = true,
	    .kind = SCOPE_TASK,
	    .key = "2",
	    .period = "2026-H1",
	    .since_ms = INT64_C(1782867600000),
	    .as_of_ms = INT64_C(1782867600000)},
	"Task 2: period missed 2026-H1 since 2026-07-01"},
};

static void
check_sentence(void **state)
{
	const struct sentence_case *c = *state;
	struct plan                *p = plan_from_text(yaml, sizeof(yaml) - 1);
	struct buf                  out = {0};

	notify_words_alert(&out, c->language, c->with_plan ? p : NULL, &c->alert);
	buf_add(&out, "", 1);
	assert_string_equal(out.at, c->want);
	buf_fini(&out);
	plan_free(p);
}

static void
a_time_of_day_is_read_or_refused(void **state)
{
	static const char *const wrong[] = {
	    "", "8:30", "24:00", "08:60", "08.30", "0830", "08:3x", "-1:30", "08:300"};
	int minutes;

	(void)state;
	assert_true(digest_parse_time(text_of("08:30"), &minutes));
	assert_int_equal(minutes, 510);
	assert_true(digest_parse_time(text_of("23:59"), &minutes));
	assert_int_equal(minutes, 1439);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_false(digest_parse_time(text_of(wrong[i]), &minutes));
}

int
main(void)
{
	struct CMUnitTest
	       tests[COUNT(letters) + COUNT(periods) + COUNT(sentences) + COUNT(abouts) + 2];
	size_t n = 0;

	CASES_ADD(tests, n, letters, check_letter);
	CASES_ADD(tests, n, periods, check_period);
	CASES_ADD(tests, n, sentences, check_sentence);
	CASES_ADD(tests, n, abouts, check_about);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_letter_does_not_go_on_for_ever);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_time_of_day_is_read_or_refused);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
