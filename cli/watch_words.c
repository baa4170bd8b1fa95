#include "cli/watch_words.h"

static const struct phrase alarms[ALARMS] = {
    [ALARM_OVERDUE] = PHRASE("overdue", "逾期"),
    [ALARM_BEHIND] = PHRASE("light turned red", "亮红灯"),
    [ALARM_BLOCKED] = PHRASE("blocked", "受阻"),
    [ALARM_HELP] = PHRASE("asks for help", "请求协调"),
    [ALARM_MISSED_PERIOD] = PHRASE("period missed", "未按期报送"),
    [ALARM_REGRESSED] = PHRASE("went back", "进度回退"),
};

const char *
watch_alarm(enum language l, enum alarm what)
{
	return alarms[what].at[l];
}

const char *
watch_alarm_lasting(enum language l, enum alarm what)
{
	static const struct phrase red = PHRASE("red", "亮红灯");

	return (what == ALARM_BEHIND ? &red : &alarms[what])->at[l];
}

int
watch_offset_of(int64_t as_of_ms)
{
	const int day = 24 * 60;
	int       minutes = (int)(day - as_of_ms / 60000 % day) % day;

	return minutes > 14 * 60 ? minutes - day : minutes;
}
