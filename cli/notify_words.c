#include "cli/notify_words.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/calendar.h"
#include "core/period.h"

#define AGENCIES_SHOWN 10
#define MINUTES_A_DAY  (24 * 60)

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December"};

static const struct phrase quarters[] = {
    PHRASE("first", "一"), PHRASE("second", "二"), PHRASE("third", "三"), PHRASE("fourth", "四")};

static const struct phrase halves[] = {PHRASE("first", "上"), PHRASE("second", "下")};

static const struct phrase alarms[ALARMS] = {
    [ALARM_OVERDUE] = PHRASE("overdue", "逾期"),
    [ALARM_BEHIND] = PHRASE("red light", "亮红灯"),
    [ALARM_BLOCKED] = PHRASE("blocked", "受阻"),
    [ALARM_HELP] = PHRASE("help asked for", "请求协调"),
    [ALARM_MISSED_PERIOD] = PHRASE("period missed", "未按期报送"),
    [ALARM_REGRESSED] = PHRASE("went back", "进度回退"),
};

const char *
notify_words_alarm(enum language l, enum alarm what)
{
	return alarms[what].at[l];
}

void
notify_words_day(struct buf *out, enum language l, int32_t day)
{
	struct calendar_date d = calendar_date(day);

	if (l == LANGUAGE_ZH)
		buf_addf(out, "%d年%d月%d日", d.year, d.month, d.day);
	else
		buf_addf(out, "%d %s %d", d.day, months[d.month - 1], d.year);
}

void
notify_words_period(struct buf *out, enum language l, const char *name)
{
	enum plan_every      every;
	struct period        period;
	struct calendar_date d;
	bool                 zh = l == LANGUAGE_ZH;

	if (!period_parse(text_of(name), &every, &period)) {
		buf_addf(out, "%s", name);
		return;
	}
	d = calendar_date(period.first);
	if (every == PLAN_MONTH && zh)
		buf_addf(out, "%d年%d月", d.year, d.month);
	else if (every == PLAN_MONTH)
		buf_addf(out, "%s %d", months[d.month - 1], d.year);
	else if (every == PLAN_QUARTER && zh)
		buf_addf(out, "%d年第%s季度", d.year, quarters[d.month / 3].at[l]);
	else if (every == PLAN_QUARTER)
		buf_addf(out, "the %s quarter of %d", quarters[d.month / 3].at[l], d.year);
	else if (every == PLAN_HALF && zh)
		buf_addf(out, "%d年%s半年", d.year, halves[d.month / 6].at[l]);
	else if (every == PLAN_HALF)
		buf_addf(out, "the %s half of %d", halves[d.month / 6].at[l], d.year);
	else
		buf_addf(out, "%d%s", d.year, zh ? "年度" : "");
}

void
notify_words_points(struct buf *out, int32_t basis_points)
{
	int size = abs(basis_points);

	buf_addf(out, "%s%d.%02d", basis_points < 0 ? "-" : "", size / 100, size % 100);
}

void
notify_words_percent(struct buf *out, int32_t basis_points)
{
	notify_words_points(out, basis_points);
	buf_addf(out, "%%");
}

/* Of the two offsets that fit as_of, which is 00:00 of a day there and which are a day
 * apart, the one from -09:59 to +14:00. */
static int
offset_of(const struct plan *p, const struct alert *alert)
{
	int minutes;

	if (p != NULL)
		return p->utc_offset_min;
	minutes = (int)(MINUTES_A_DAY - alert->as_of_ms / 60000 % MINUTES_A_DAY) % MINUTES_A_DAY;
	return minutes > 14 * 60 ? minutes - MINUTES_A_DAY : minutes;
}

/* The time only where it is not midnight. */
static void
add_moment(struct buf *out, int64_t ms, int offset_min)
{
	char   moment[CALENDAR_INSTANT_SIZE];
	size_t len = sizeof("2026-07-01 09:30") - 1;

	calendar_format_local(ms, offset_min, moment);
	if (strcmp(moment + strlen(moment) - 8, "00:00:00") == 0)
		len = sizeof("2026-07-01") - 1;
	buf_addf(out, "%.*s", (int)len, moment);
}

static void
add_scope(struct buf *out, enum language l, const struct plan *p, const struct alert *alert)
{
	char         name[SCOPE_NAME_SIZE];
	struct scope scope;

	scope_name(alert->kind, text_of(alert->key), name);
	buf_addf(out, "%s%s%s", language_scope_kind(l, alert->kind),
	    l == LANGUAGE_EN && alert->key[0] != '\0' ? " " : "", alert->key);
	if (p != NULL && alert->kind != SCOPE_OVERALL && scope_parse(p, text_of(name), &scope))
		buf_addf(out, l == LANGUAGE_ZH ? "（%s）" : " (%s)",
		    language_title(l, scope_title(p, scope)));
}

static void
add_numbers(struct buf *out, enum language l, const struct alert *alert)
{
	static const struct phrase percent = PHRASE("; done ", "；完成 ");
	static const struct phrase expected = PHRASE(", expected ", "，序时进度 ");
	static const struct phrase gap = PHRASE(", gap ", "，差距 ");
	static const struct phrase points = PHRASE(" points", " 个百分点");

	if (!alert->counts)
		return;
	buf_addf(out, "%s", percent.at[l]);
	notify_words_percent(out, alert->percent);
	buf_addf(out, "%s", expected.at[l]);
	notify_words_percent(out, alert->expected);
	buf_addf(out, "%s", gap.at[l]);
	notify_words_points(out, alert->gap);
	buf_addf(out, "%s", points.at[l]);
}

static void
add_agencies(struct buf *out, enum language l, const struct plan *p, const struct alert *alert)
{
	static const struct phrase head = PHRASE("; about ", "；涉及：");
	static const struct phrase comma = PHRASE(", ", "、");
	static const struct phrase more = PHRASE(" and %" PRIu32 " more", "等 %" PRIu32 " 个单位");

	for (uint32_t i = 0; i < alert->agency_count && i < AGENCIES_SHOWN; i++) {
		const char *id = alert->agencies[i];
		uint32_t    index = p != NULL ? plan_find_agency(p, text_of(id)) : PLAN_NONE;

		buf_addf(out, "%s%s", i == 0 ? head.at[l] : comma.at[l],
		    index == PLAN_NONE ? id : language_title(l, p->agencies[index].title));
	}
	if (alert->agency_count > AGENCIES_SHOWN)
		buf_addf(out, more.at[l],
		    l == LANGUAGE_ZH ? alert->agency_count : alert->agency_count - AGENCIES_SHOWN);
}

void
notify_words_alert(
    struct buf *out, enum language l, const struct plan *p, const struct alert *alert)
{
	static const struct phrase resolved = PHRASE("resolved: ", "已解除：");
	static const struct phrase colon = PHRASE(": ", "：");
	static const struct phrase since = PHRASE(" since ", "，自 ");
	static const struct phrase until = PHRASE(" until ", " 至 ");
	int                        offset = offset_of(p, alert);

	add_scope(out, l, p, alert);
	buf_addf(out, "%s%s%s", colon.at[l], alert->standing ? "" : resolved.at[l],
	    alarms[alert->what].at[l]);
	if (alert->period[0] != '\0')
		buf_addf(out, " %s", alert->period);
	buf_addf(out, "%s", since.at[l]);
	add_moment(out, alert->since_ms, offset);
	if (!alert->standing) {
		buf_addf(out, "%s", until.at[l]);
		add_moment(out, alert->ended_ms, offset);
	} else if (l == LANGUAGE_ZH) {
		buf_addf(out, " 起");
	}
	add_numbers(out, l, alert);
	add_agencies(out, l, p, alert);
}
